"""The upload bucket as S3 answers for it: by path, signed by the keys that sign the API."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable
from email.utils import format_datetime
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from drtui.emulator.account import Account
from drtui.emulator.errors import Answer, ApiError
from drtui.emulator.keys import KeyRing, SigningKey
from drtui.emulator.sigv4 import SignedCall, authenticate_s3
from drtui.emulator.storage import XML, refusal
from drtui.emulator.uploads import UploadError

PREFIX = "/s3"

_NAMES = {
    "MissingAuthenticationTokenException": ("AccessDenied", 403),
    "UnrecognizedClientException": ("InvalidAccessKeyId", 403),
    "ExpiredTokenException": ("ExpiredToken", 400),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "IncompleteSignatureException": ("AuthorizationHeaderMalformed", 400),
}
_UPLOAD_STATUSES = {"NoSuchUpload": 404}
_CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
    "content-md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
}
_PART = re.compile(rb"<PartNumber>(\d+)</PartNumber>")
_TAG = re.compile(rb"<ETag>(.*?)</ETag>")


class UploadBucket:
    """Answers what is asked of the bucket: put, head, delete, and uploads of parts."""

    def __init__(self, account: Account, keys: KeyRing) -> None:
        self._account = account
        self._keys = keys

    def answer(self, call: SignedCall, _address: str) -> tuple[Answer, SigningKey | None]:
        """Answer a call, and say who made it where that is known."""
        now = self._account.clock.gateway_now()
        try:
            caller = authenticate_s3(call, self._keys, now)
        except ApiError as error:
            kind = dict(error.answer.headers).get("x-amzn-ErrorType", "")
            code, status = _NAMES.get(kind, ("AccessDenied", 403))
            return refusal(code, "The request could not be authenticated.", status), None
        bucket, _, key = unquote(call.path.removeprefix(f"{PREFIX}/")).partition("/")
        if bucket != self._account.files.uploads.bucket:
            return refusal("NoSuchBucket", "The specified bucket does not exist", 404), caller
        try:
            return self._act(call, key), caller
        except UploadError as error:
            status = _UPLOAD_STATUSES.get(error.code, 400)
            return refusal(error.code, str(error), status), caller

    def _act(self, call: SignedCall, key: str) -> Answer:
        query = dict(parse_qsl(call.query, keep_blank_values=True))
        _check_sums(call)
        if "uploadId" in query or "uploads" in query:
            return self._act_in_parts(call, key, query)
        uploads = self._account.files.uploads
        match call.method:
            case "HEAD":
                return self._head(key)
            case "PUT" if key:
                return _tagged(uploads.put(key, call.body).etag)
            case "DELETE" if key:
                uploads.remove(key)
                return Answer(204)
        return _not_allowed()

    def _act_in_parts(self, call: SignedCall, key: str, query: dict[str, str]) -> Answer:
        uploads = self._account.files.uploads
        upload_id = query.get("uploadId", "")
        match call.method:
            case "POST" if "uploads" in query:
                return self._xml("InitiateMultipartUploadResult", key, UploadId=uploads.begin(key))
            case "PUT":
                number = int(query.get("partNumber", "0"))
                return _tagged(uploads.put_part(key, upload_id, number, call.body).etag)
            case "POST":
                numbers = [int(each) for each in _PART.findall(call.body)]
                tags = [_unquoted(each) for each in _TAG.findall(call.body)]
                stored = uploads.complete(key, upload_id, list(zip(numbers, tags, strict=False)))
                return self._xml("CompleteMultipartUploadResult", key, ETag=f'"{stored.etag}"')
            case "DELETE":
                uploads.abort(key, upload_id)
                return Answer(204)
        return _not_allowed()

    def _head(self, key: str) -> Answer:
        if not key:
            return Answer(200, content_type=XML)
        stored = self._account.files.uploads.get(key)
        if stored is None:
            return Answer(404, content_type=XML)
        now = format_datetime(self._account.clock.gateway_now(), usegmt=True)
        headers = (
            ("ETag", f'"{stored.etag}"'),
            ("Content-Length", str(stored.size)),
            ("Last-Modified", now),
        )
        return Answer(200, b"", headers, "binary/octet-stream")

    def _xml(self, root: str, key: str, **members: str) -> Answer:
        shown = {"Bucket": self._account.files.uploads.bucket, "Key": key, **members}
        inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in shown.items())
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">{inner}</{root}>'
        return Answer(200, body.encode(), content_type=XML)


def _not_allowed() -> Answer:
    text = "The specified method is not allowed against this resource."
    return refusal("MethodNotAllowed", text)


def _tagged(etag: str) -> Answer:
    return Answer(200, b"", (("ETag", f'"{etag}"'),), XML)


def _unquoted(tag: bytes) -> str:
    return tag.decode(errors="replace").replace("&quot;", '"').replace("&#34;", '"').strip('"')


def _check_sums(call: SignedCall) -> None:
    for name, digest in _CHECKSUMS.items():
        given = call.headers.get(name)
        # A completed upload names the sum of its object here, not of this body.
        if given is None or call.method != "PUT":
            continue
        if given != base64.b64encode(digest(call.body)).decode():
            raise UploadError("BadDigest", f"The {name} you specified did not match.")
