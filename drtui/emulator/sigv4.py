"""Signature version 4 as the gateway checks it, written apart from any client's."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote

from drtui.emulator.errors import REGION, ApiError, missing_token, not_authenticated
from drtui.emulator.keys import KeyRing, SigningKey

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "execute-api"
STORAGE = "s3"
TOLERANCE = timedelta(minutes=5)

_BASIC = "%Y%m%dT%H%M%SZ"

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call as it came over the wire.

    Attributes:
        method: in capitals.
        path: percent-encoded as sent, with the stage.
        query: as sent, without the question mark.
        headers: by lower-case name.
        body: the bytes that are signed.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Authorization:
    access_key: str
    day: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class _Signed:
    """What services sign in ways of their own: the path as they encode it, the body's hash."""

    service: str
    path: str
    payload: str


def authenticate(call: SignedCall, keys: KeyRing, now: datetime) -> SigningKey:
    """Find out who calls.

    Raises:
        ApiError: 403 in the shape that fits: not signed, bad signature or clock, unknown key
            or token, expired.
    """
    signed = _Signed(SERVICE, quote(call.path, safe="/~"), hashlib.sha256(call.body).hexdigest())
    return _authenticate(call, keys, now, signed)


def authenticate_s3(call: SignedCall, keys: KeyRing, now: datetime) -> SigningKey:
    """Find out who calls the storage, which signs paths and bodies in a way of its own.

    Raises:
        ApiError: 403 in the API's shapes.
    """
    payload = call.headers.get("x-amz-content-sha256", "")
    if payload not in ("UNSIGNED-PAYLOAD", hashlib.sha256(call.body).hexdigest()):
        raise _bad_signature("The provided x-amz-content-sha256 header does not match.")
    signed = _Signed(STORAGE, quote(unquote(call.path), safe="/~"), payload)
    return _authenticate(call, keys, now, signed)


def _authenticate(call: SignedCall, keys: KeyRing, now: datetime, signed: _Signed) -> SigningKey:
    given = _read_authorization(call.headers.get("authorization"))
    _check_scope(given, signed.service)
    stamp = _check_date(call.headers.get("x-amz-date"), given.day, now)
    key = keys.find(given.access_key)
    token = call.headers.get("x-amz-security-token", "")
    if key is None or not hmac.compare_digest(token.encode(), key.session_token.encode()):
        raise not_authenticated(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    if key.expires_at is not None and now.timestamp() >= key.expires_at:
        raise not_authenticated(
            "ExpiredTokenException", "The security token included in the request is expired"
        )
    wanted = _signature(call, given, stamp, key.secret_key, signed)
    if not hmac.compare_digest(wanted, given.signature):
        raise _bad_signature(MISMATCH)
    return key


def _bad_signature(message: str) -> ApiError:
    return not_authenticated("InvalidSignatureException", message)


def _read_authorization(header: str | None) -> _Authorization:
    if header is None:
        raise missing_token()
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise missing_token()
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    if missing:
        asked = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise not_authenticated("IncompleteSignatureException", f"{asked} Authorization={header}")
    credential = parts["Credential"].split("/")
    if len(credential) != 5 or credential[4] != "aws4_request":
        message = "Credential must have exactly 5 slash-delimited elements."
        raise not_authenticated("IncompleteSignatureException", message)
    access_key, day, region, service, _ = credential
    names = tuple(parts["SignedHeaders"].split(";"))
    return _Authorization(access_key, day, region, service, names, parts["Signature"])


def _check_scope(given: _Authorization, service: str) -> None:
    if given.region != REGION:
        raise _bad_signature(
            f"Credential should be scoped to a valid region, not '{given.region}'."
        )
    if given.service != service:
        raise _bad_signature(f"Credential should be scoped to correct service: '{service}'.")
    for name in ("host", "x-amz-date", "x-amz-security-token"):
        if name not in given.signed_headers:
            raise _bad_signature(f"'{name}' must be a signed header.")


def _check_date(stamp: str | None, day: str, now: datetime) -> str:
    try:
        signed = datetime.strptime(stamp or "", _BASIC).replace(tzinfo=UTC)
    except ValueError:
        message = "Date must be in ISO-8601 'basic format'."
        raise not_authenticated("IncompleteSignatureException", message) from None
    assert stamp is not None
    if not stamp.startswith(day):
        raise _bad_signature(f"Date in Credential scope does not match YYYYMMDD: {day} {stamp}")
    here = now.strftime(_BASIC)
    if signed < now - TOLERANCE:
        edge = (now - TOLERANCE).strftime(_BASIC)
        text = f"Signature expired: {stamp} is now earlier than {edge} ({here} - 5 min.)"
        raise _bad_signature(text)
    if signed > now + TOLERANCE:
        edge = (now + TOLERANCE).strftime(_BASIC)
        text = f"Signature not yet current: {stamp} is still later than {edge} ({here} + 5 min.)"
        raise _bad_signature(text)
    return stamp


def _signature(
    call: SignedCall, given: _Authorization, stamp: str, secret: str, signed: _Signed
) -> str:
    headers = [(name, call.headers.get(name, "")) for name in given.signed_headers]
    canonical = "\n".join(
        (
            call.method,
            signed.path,
            canonical_query(call.query),
            "".join(f"{name}:{' '.join(value.split())}\n" for name, value in headers),
            ";".join(given.signed_headers),
            signed.payload,
        )
    )
    scope = f"{given.day}/{given.region}/{given.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, stamp, scope, digest))
    signing_key = _signing_key(secret, given.day, given.region, given.service)
    return hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()


def canonical_query(query: str) -> str:
    """The query decoded, encoded the one right way, and sorted.

    A value with a bare `=` is thereby encoded here and not where it was signed, which is why
    such a token must be percent-encoded by the client.
    """
    if not query:
        return ""
    pairs = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="~")


@lru_cache(maxsize=256)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
