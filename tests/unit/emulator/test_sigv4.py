"""The gateway accepts what botocore signs, and nothing else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from drtui.emulator.errors import ApiError
from drtui.emulator.keys import KeyRing, SigningKey
from drtui.emulator.records import Group
from drtui.emulator.sigv4 import SignedCall, authenticate

KEY = SigningKey("ASIAEXAMPLE", "secret", "session/token+=", Group.ADMINS, "a" * 15)
SITE = "http://127.0.0.1:8000/prod"


def now() -> datetime:
    return datetime.now(UTC)


def signed(
    target: str = "/profile",
    *,
    method: str = "GET",
    body: bytes = b"",
    key: SigningKey = KEY,
    token: str | None = KEY.session_token,
    service: str = "execute-api",
    region: str = "us-east-1",
    headers: dict[str, str] | None = None,
) -> SignedCall:
    url = SITE + target
    parts = urlsplit(url)
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    request.headers["Host"] = parts.netloc
    SigV4Auth(Credentials(key.access_key, key.secret_key, token), service, region).add_auth(request)
    found = {name.lower(): value for name, value in request.headers.items()}
    return SignedCall(method, parts.path, parts.query, found, body)


def altered(call: SignedCall, **headers: str) -> SignedCall:
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return SignedCall(call.method, call.path, call.query, {**call.headers, **changed}, call.body)


def ring(key: SigningKey = KEY) -> KeyRing:
    keys = KeyRing()
    keys.add(key)
    return keys


def refusal(call: SignedCall, at: datetime | None = None, keys: KeyRing | None = None) -> str:
    with pytest.raises(ApiError) as refused:
        authenticate(call, keys or ring(), at or now())
    assert refused.value.answer.status == 403
    return dict(refused.value.answer.headers)["x-amzn-ErrorType"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_what_botocore_signs_is_accepted(method: str) -> None:
    body = b'{"a":1}' if method == "PATCH" else b""
    assert authenticate(signed(method=method, body=body), ring(), now()) is KEY


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_percent_encoded_query_value_is_accepted(value: str) -> None:
    call = signed(f"/profiles?token={quote(value, safe='')}&b=2&a=1")
    assert authenticate(call, ring(), now()) is KEY


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_any_percent_encoded_path_is_accepted(value: str) -> None:
    part = quote(value, safe="").replace(".", "x")
    assert authenticate(signed(f"/settings/{part}"), ring(), now()) is KEY


def test_a_token_with_a_bare_equals_sign_breaks_the_signature() -> None:
    assert refusal(signed("/profiles?token=abc=")) == "InvalidSignatureException"
    assert authenticate(signed("/profiles?token=abc%3D"), ring(), now()) is KEY


def test_a_changed_body_method_path_or_query_breaks_the_signature() -> None:
    call = signed("/profiles?token=abc", method="PATCH", body=b"{}")
    for changed in (
        SignedCall("PUT", call.path, call.query, call.headers, call.body),
        SignedCall(call.method, call.path + "s", call.query, call.headers, call.body),
        SignedCall(call.method, call.path, "token=abd", call.headers, call.body),
        SignedCall(call.method, call.path, call.query, call.headers, b"{ }"),
    ):
        assert refusal(changed) == "InvalidSignatureException"


def test_a_wrong_secret_breaks_the_signature() -> None:
    other = SigningKey(KEY.access_key, "other", KEY.session_token, KEY.group, KEY.profile_id)
    assert refusal(signed(key=other)) == "InvalidSignatureException"


def test_an_unsigned_payload_is_not_accepted() -> None:
    call = signed(method="PATCH", body=b"{}", headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert refusal(call) == "InvalidSignatureException"


def test_an_unknown_key_and_a_wrong_or_missing_session_token_are_not_recognized() -> None:
    assert refusal(signed(), keys=KeyRing()) == "UnrecognizedClientException"
    assert refusal(signed(token="another")) == "UnrecognizedClientException"
    assert refusal(altered(signed(), x_amz_security_token="")) == "UnrecognizedClientException"


def test_without_a_session_token_no_call_is_accepted() -> None:
    assert refusal(signed(token=None)) == "InvalidSignatureException"


@pytest.mark.parametrize("header", ["", "Bearer abc", "AWS4-HMAC-SHA512 Credential=a"])
def test_a_call_that_is_not_signed_misses_its_token(header: str) -> None:
    assert refusal(altered(signed(), authorization=header)) == "MissingAuthenticationTokenException"


@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host",
    ],
)
def test_a_signature_that_lacks_parts_is_incomplete(header: str) -> None:
    assert refusal(altered(signed(), authorization=header)) == "IncompleteSignatureException"


def test_an_expired_key_is_told_so() -> None:
    moment = now()
    key = SigningKey("ASIAOLD", "s", "t", Group.RACERS, "b" * 15, moment.timestamp())
    call = signed(key=key, token="t")
    assert refusal(call, moment, ring(key)) == "ExpiredTokenException"
    assert authenticate(call, ring(key), moment - timedelta(seconds=1)) is key


@pytest.mark.parametrize(
    ("minutes", "words"), [(6, "Signature expired:"), (-6, "Signature not yet current:")]
)
def test_a_clock_that_is_off_by_more_than_five_minutes_is_refused(minutes: int, words: str) -> None:
    call = signed()
    with pytest.raises(ApiError, match=words):
        authenticate(call, ring(), now() + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [4, -4])
def test_a_clock_that_is_off_by_less_is_accepted(minutes: int) -> None:
    assert authenticate(signed(), ring(), now() + timedelta(minutes=minutes)) is KEY


@pytest.mark.parametrize(("service", "region"), [("s3", "us-east-1"), ("execute-api", "eu-west-1")])
def test_a_signature_for_elsewhere_is_refused(service: str, region: str) -> None:
    assert refusal(signed(service=service, region=region)) == "InvalidSignatureException"


def test_a_date_that_is_none_or_of_another_day_is_refused() -> None:
    assert refusal(altered(signed(), x_amz_date="yesterday")) == "IncompleteSignatureException"
    yesterday = (now() - timedelta(days=1)).strftime("%Y%m%dT%H%M%SZ")
    assert refusal(altered(signed(), x_amz_date=yesterday)) == "InvalidSignatureException"
