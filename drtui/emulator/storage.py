"""The storage behind the links: archives and metrics, whole or by ranges, as S3 answers."""

import re
import secrets
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from drtui.emulator.account import Account
from drtui.emulator.errors import Answer
from drtui.emulator.keys import SigningKey
from drtui.emulator.links import LinkError
from drtui.emulator.model_cards import card_of
from drtui.emulator.model_files import ARCHIVE, MODEL_BUCKET
from drtui.emulator.model_metrics import training_metrics
from drtui.emulator.records import IMPORTED, Model, Status, to_json
from drtui.emulator.sigv4 import SignedCall

PREFIX = "/storage/"

XML = "application/xml"
_VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
"""What every video of an evaluation is: the head of a file, and no picture."""
_WRITTEN = "Thu, 01 Jan 2026 00:00:00 GMT"
_STATUSES = {"NoSuchKey": 404, "InvalidRange": 416, "MethodNotAllowed": 405}
_KEY = re.compile(r"([A-Za-z0-9]{15})/models/([A-Za-z0-9]{15})/(.+)")


def refusal(code: str, message: str, status: int | None = None) -> Answer:
    """The storage's refusal."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{secrets.token_hex(8).upper()}</RequestId></Error>"
    )
    found = _STATUSES.get(code, 403) if status is None else status
    return Answer(found, body.encode(), content_type=XML)


class Storage:
    """Answers what comes by a link."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def answer(self, call: SignedCall, _address: str) -> tuple[Answer, SigningKey | None]:
        """Answer a call; a link says nothing of who follows it."""
        account = self._account
        path = unquote(call.path.removeprefix(PREFIX))
        bucket, _, key = path.partition("/")
        try:
            account.files.links.check(path, call.query, account.clock.timestamp())
        except LinkError as error:
            return refusal(error.code, str(error)), None
        if call.method != "GET":
            text = "The specified method is not allowed against this resource."
            return refusal("MethodNotAllowed", text), None
        found = self._find(key) if bucket == MODEL_BUCKET else None
        if found is None:
            return refusal("NoSuchKey", "The specified key does not exist."), None
        return _ranged(call, *found), None

    def _find(self, key: str) -> tuple[bytes, str] | None:
        """A file and its tag."""
        parts = _KEY.fullmatch(key)
        if parts is None:
            return None
        profile = self._account.profiles.get(parts[1])
        model = None if profile is None else profile.models.get(parts[2])
        if model is None:
            return None
        if parts[3].endswith(ARCHIVE):
            # What was packaged stays until the model is gone, whatever it is doing.
            if model.packaged_at is None or model.packaged_at > self._account.clock.simulated():
                return None
            archive = self._account.files.archives.get(card_of(model))
            return archive.data, archive.etag
        if parts[3].startswith("videos/"):
            return _VIDEO, "video"
        metrics = self._metrics(model)
        return None if metrics is None else (to_json(metrics), f"metrics-{model.model_id}")

    def _metrics(self, model: Model) -> dict[str, Any] | None:
        if model.source == IMPORTED or model.status in (Status.QUEUED, Status.IMPORTING):
            return None
        job = self._account.job_of(model)
        if model.status is Status.TRAINING and job is not None:
            passed = (self._account.life - job.begins) / max(1.0, job.ends - job.begins)
            return training_metrics(model, min(1.0, max(0.0, passed)))
        return training_metrics(model, 1.0)


def _ranged(call: SignedCall, data: bytes, tag: str) -> Answer:
    etag = f'"{tag}"'
    headers: tuple[tuple[str, str], ...] = (
        ("ETag", etag),
        ("Accept-Ranges", "bytes"),
        ("Last-Modified", _WRITTEN),
    )
    condition = call.headers.get("if-range")
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", call.headers.get("range", "").strip())
    if wanted is None or wanted[0] == "bytes=-" or condition not in (None, etag, _WRITTEN):
        return Answer(200, data, headers, "binary/octet-stream")
    first, last = _span(wanted[1], wanted[2], len(data))
    if first > last or first >= len(data):
        refused = refusal("InvalidRange", "The requested range is not satisfiable")
        outside = (("Content-Range", f"bytes */{len(data)}"),)
        return Answer(refused.status, refused.body, outside, XML)
    part = (("Content-Range", f"bytes {first}-{last}/{len(data)}"),)
    return Answer(206, data[first : last + 1], headers + part, "binary/octet-stream")


def _span(first: str, last: str, length: int) -> tuple[int, int]:
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last), length - 1) if last else length - 1
