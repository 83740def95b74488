"""Links to files of the storage: signed, and good for a short while only.

They look like presigned addresses of S3; the signature is an HMAC of the emulator's own.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlencode

from drtui.emulator.errors import REGION

GOOD_FOR = 300.0
"""Seconds (DeepRacer API facts, getasset)."""

_DATE = "%Y%m%dT%H%M%SZ"


class LinkError(Exception):
    """A link does not open anything (any more).

    Attributes:
        code: the storage's word for it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Links:
    """Makes links, and says whether one is good."""

    def __init__(self) -> None:
        self.base = ""
        """The site's address."""
        self.seconds = GOOD_FOR
        """For how long the next links are good."""
        self._secret = secrets.token_bytes(32)
        self._generation = 0

    def make(self, bucket: str, key: str, now: float, seconds: float | None = None) -> str:
        """A link to a file.

        Args:
            bucket: where the file is.
            key: which it is.
            now: in seconds of the account's date.
            seconds: for how long it is good; None is as usual.
        """
        moment = datetime.fromtimestamp(now, UTC)
        scope = f"{moment:%Y%m%d}/{REGION}/s3/aws4_request"
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"EMULATOR{self._generation}/{scope}",
            "X-Amz-Date": moment.strftime(_DATE),
            "X-Amz-Expires": f"{self.seconds if seconds is None else seconds:g}",
            "X-Amz-SignedHeaders": "host",
        }
        path = f"{bucket}/{key}"
        query["X-Amz-Signature"] = self._signature(path, query)
        return f"{self.base}/storage/{quote(path)}?{urlencode(query)}"

    def check(self, path: str, query: str, now: float) -> None:
        """Let a good link pass.

        Args:
            path: bucket and key, decoded.
            query: as it was sent.
            now: in seconds of the account's date.

        Raises:
            LinkError: it is not one of ours, or it has expired.
        """
        given = {name: values[-1] for name, values in parse_qs(query).items()}
        wanted = self._signature(path, given)
        if "X-Amz-Signature" not in given:
            raise LinkError("AccessDenied", "Access Denied")
        if not hmac.compare_digest(given["X-Amz-Signature"].encode(), wanted.encode()):
            raise LinkError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )
        moment = datetime.strptime(given["X-Amz-Date"], _DATE).replace(tzinfo=UTC)
        expiry = moment.timestamp() + float(given["X-Amz-Expires"])
        current = given["X-Amz-Credential"].startswith(f"EMULATOR{self._generation}/")
        if now >= expiry or not current:
            raise LinkError("AccessDenied", "Request has expired")

    def expire(self) -> None:
        """Let all links expire that were made so far."""
        self._generation += 1

    def _signature(self, path: str, query: dict[str, str]) -> str:
        signed = [query.get(f"X-Amz-{name}", "") for name in ("Credential", "Date", "Expires")]
        text = "\n".join((path, *signed))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
