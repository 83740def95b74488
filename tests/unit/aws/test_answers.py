"""What HTTP answers mean: every shape of DeepRacer API facts, and anything else that may come."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.answers import Answer, Expected, check, failure_of
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.signing_in import is_of_the_clock

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PROFILE = Expected(write=False, members={"profile": object})
CHANGE = Expected(write=True, members={"profile": object})
LISTING = Expected(write=False, members={"profiles": list})
WITHOUT_OUTPUT = Expected(write=True, members=None)
DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/dr-racers/CognitoIdentityCredentials is not "
    "authorized to perform: execute-api:Invoke on resource: "
    "arn:aws:execute-api:us-east-1:********9012:abc/prod/GET/profiles"
)
PAGE = b"<!DOCTYPE html>\n<html><body>Welcome to the venue. Please sign in.</body></html>"


def refused(
    status: int, error_type: str = "", body: object = None, *, write: bool = True
) -> DeploymentError:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "content-length": str(len(raw))}
    if error_type:
        headers["x-amzn-errortype"] = error_type
    return failure_of(Answer(status, headers, raw), write=write, now=NOW)


@pytest.mark.parametrize(
    ("status", "error_type", "body", "kind"),
    [
        (400, "BadRequestException", {"errorMessage": "Invalid request body: []"}, "INVALID"),
        (400, "ValidationException", {"message": "1 error", "fieldList": []}, "INVALID"),
        (400, "SerializationException", {}, "INVALID"),
        (400, "BadRequestError", {"message": "Admin permission required"}, "ROLE_NOT_ALLOWED"),
        (400, "", None, "INVALID"),
        (400, "", [], "INVALID"),
        (413, "", {"message": "Request Too Long"}, "INVALID"),
        (404, "NotFoundError", {"message": "Item not found."}, "NOT_FOUND"),
        (404, "", None, "NOT_FOUND"),
        (409, "ConflictError", {"message": "busy"}, "CONFLICT"),
        (403, "AccessDeniedException", {"message": DENIED}, "ROLE_NOT_ALLOWED"),
        (403, "accessdeniedexception", {"Message": DENIED}, "ROLE_NOT_ALLOWED"),
        (403, "", {"message": DENIED}, "ROLE_NOT_ALLOWED"),
        (403, "UnauthorizedError", {}, "ROLE_NOT_ALLOWED"),
        (403, "ExpiredTokenException", {"message": "expired"}, "NOT_SIGNED_IN"),
        (403, "UnrecognizedClientException", {}, "NOT_SIGNED_IN"),
        (403, "InvalidSignatureException", {}, "NOT_SIGNED_IN"),
        (403, "MissingAuthenticationTokenException", {}, "NOT_SIGNED_IN"),
        (401, "", {"message": "Unauthorized"}, "NOT_SIGNED_IN"),
        (403, "ForbiddenException", {"message": "Forbidden"}, "BLOCKED"),
        (403, "", {"message": "Forbidden"}, "BLOCKED"),
        (403, "", PAGE, "BLOCKED"),
        (403, "", None, "BLOCKED"),
        (403, "", {}, "BLOCKED"),
        (403, "", b'{"message":"Forb', "BLOCKED"),
        (403, "forbiddenexception", {"message": "Forbidden"}, "BLOCKED"),
        (403, "accessdenied", {"message": "Forbidden"}, "ROLE_NOT_ALLOWED"),
        (403, "ExpiredToken", {"message": "Forbidden"}, "NOT_SIGNED_IN"),
        (403, "expiredtokenexception", PAGE, "NOT_SIGNED_IN"),
        (403, "MissingAuthenticationToken", {"message": "Forbidden"}, "NOT_SIGNED_IN"),
        (429, "", {"message": "Too Many Requests"}, "THROTTLED"),
        (429, "TooManyRequestsException", {}, "THROTTLED"),
        (400, "ThrottlingException", {}, "THROTTLED"),
        (429, "LimitExceededException", {"message": "Limit Exceeded"}, "THROTTLED"),
        (500, "InternalFailure", {}, "UNAVAILABLE"),
        (502, "", {"message": "Internal server error"}, "UNAVAILABLE"),
        (503, "", PAGE, "UNAVAILABLE"),
        (504, "", {"message": "Endpoint request timed out"}, "OUTCOME_UNKNOWN"),
        (408, "", None, "UNAVAILABLE"),
        (404, "", PAGE, "UNAVAILABLE"),
        (400, "", PAGE, "UNAVAILABLE"),
        (302, "", None, "OUTCOME_UNKNOWN"),
        (407, "", PAGE, "UNREACHABLE"),
        (511, "", PAGE, "UNREACHABLE"),
    ],
)
def test_a_refusal_has_the_kind_that_follows_from_it(
    status: int, error_type: str, body: object, kind: str
) -> None:
    failure = refused(status, error_type, body)
    assert failure.kind is FailureKind[kind]
    assert failure.status == status
    assert failure.status is not None
    assert failure.code == error_type
    assert failure.message


@pytest.mark.parametrize("status", [504, 302])
def test_a_read_is_never_of_unknown_outcome(status: int) -> None:
    assert refused(status, write=False).kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize(
    "sent",
    [
        "BadRequestError",
        "BadRequestError:http://internal.amazon.com/coral/com.amazon.coral.validate/",
        "com.amazon.deepracer#BadRequestError",
        "com.amazon.deepracer.BadRequestError",
        " BadRequestError ",
        "BadRequestError, BadRequestError",
    ],
)
def test_an_error_type_is_read_without_what_surrounds_it(sent: str) -> None:
    assert refused(400, sent, {"message": "no"}).code == "BadRequestError"


def test_an_error_type_can_stand_in_the_body() -> None:
    assert refused(403, "", {"__type": "a#ExpiredTokenException"}).kind is FailureKind.NOT_SIGNED_IN


def test_the_message_of_a_business_rule_is_kept() -> None:
    said = "A user with this email address already exists."
    assert refused(400, "BadRequestError", {"message": said}).message == said


def test_the_messages_of_all_fields_are_joined() -> None:
    body = {
        "message": "2 validation errors",
        "fieldList": [{"message": "too long", "path": "/a"}, 5, {"message": "too odd"}, {"x": 1}],
    }
    assert refused(400, "ValidationException", body).message == "too long; too odd"


def test_a_message_in_invalid_json_is_read_with_its_inner_quotes() -> None:
    body = b'{"errorMessage": "Invalid request body: [instance value ("moon") not in ["a","b"]]"}'
    assert refused(400, "BadRequestException", body).message == (
        'Invalid request body: [instance value ("moon") not in ["a","b"]]'
    )


def test_a_message_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    body = b'{"message": "Only half of thi'
    assert refused(400, "BadRequestError", body).message == "Only half of thi"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", b'{"message": 5}'])
def test_a_refusal_without_a_message_still_says_what_happened(body: bytes) -> None:
    failure = refused(400, "SerializationException", body)
    assert (
        failure.message == "The deployment refused the request (HTTP 400 SerializationException)."
    )


def test_a_message_is_one_safe_line_without_account_ids_or_keys() -> None:
    said = "a\r\nb \x1b[31m \u202e 123456789012 ASIAIOSFODNN7EXAMPLE " + "T" * 400
    message = refused(400, "BadRequestError", {"message": said}).message
    assert message == "a b \N{REPLACEMENT CHARACTER}[31m \N{REPLACEMENT CHARACTER} … … …"


def test_a_long_message_is_cut() -> None:
    assert len(refused(400, "BadRequestError", {"message": "so " * 5_000}).message) == 300


def test_what_the_gateway_says_of_a_signature_is_not_repeated() -> None:
    said = "The Canonical String should have been 'x-amz-security-token:SECRET'"
    failure = refused(403, "InvalidSignatureException", {"message": said})
    assert "SECRET" not in failure.message
    assert "clock" in failure.message


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(10, "about 10 minutes ahead of"), (-10, "about 10 minutes behind"), (1, "the secret key")],
)
def test_a_signature_is_refused_for_the_clock_where_the_answer_s_date_tells(
    minutes: int, said: str
) -> None:
    dated = format_datetime(NOW - timedelta(minutes=minutes), usegmt=True)
    headers = {"x-amzn-errortype": "InvalidSignatureException", "date": dated}
    failure = failure_of(Answer(403, headers, b"{}"), write=False, now=NOW)
    assert failure.kind is FailureKind.NOT_SIGNED_IN
    assert said in failure.message
    assert is_of_the_clock(failure.message) is (abs(minutes) > 5)


def test_a_role_that_is_not_allowed_is_named_without_its_account() -> None:
    message = refused(403, "AccessDeniedException", {"message": DENIED}).message
    assert message == "The role dr-racers is not allowed to do this."


def test_a_block_names_the_firewall_and_who_can_help() -> None:
    message = refused(403, "ForbiddenException", {"message": "Forbidden"}).message
    assert "firewall" in message
    assert "the sponsor can add an exception" in message
    assert "drtui doctor --firewall" in message


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    ("status", "action", "body"), [(202, "challenge", b""), (405, "captcha", PAGE), (202, "", PAGE)]
)
def test_a_firewall_that_wants_a_browser_blocks_as_well(
    status: int, action: str, body: bytes, write: bool
) -> None:
    answer = Answer(status, {"x-amzn-waf-action": action}, body)
    with pytest.raises(DeploymentError) as caught:
        check(answer, CHANGE if write else LISTING)
    assert caught.value.kind is FailureKind.BLOCKED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        (" 12 ", 12.0),
        ("999999999", 86_400.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 0.0),
        ("Sat, 21 Nov 2026 09:00:30 -0000", 30.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        ("Sat, 99 Nov 2026 99:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    failure = failure_of(Answer(429, {"retry-after": value}, b""), write=True, now=NOW)
    assert failure.retry_after == seconds


def test_a_success_of_the_right_form_is_believed() -> None:
    body = b'{"profile": {}}'
    check(Answer(200, {"content-length": str(len(body))}, body), PROFILE)
    check(Answer(200, {}, b'{"profiles": []}'), LISTING)
    check(Answer(200, {"content-length": "0"}, b""), WITHOUT_OUTPUT)
    check(Answer(200, {}, b"{}"), WITHOUT_OUTPUT)


def test_the_length_of_a_chunked_body_is_not_announced_by_a_header() -> None:
    headers = {"content-length": "3", "transfer-encoding": "Chunked"}
    check(Answer(200, headers, b'{"profile": 1}'), PROFILE)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-length": "16"}, b'{"profile": {}}'),
        ({"content-length": "14"}, b'{"profile": {}}'),
        ({"content-length": "15, 16"}, b'{"profile": {}}'),
        ({"content-length": "\u00b2"}, b'{"profile": {}}'),
        ({"content-length": "200"}, b""),
        ({"content-length": "0"}, b""),
        ({}, b'{"profile": {"profileId": "abc'),
        ({"content-type": "text/html"}, PAGE),
        ({}, b"[]"),
        ({}, b"null"),
        ({}, b'"profile"'),
        ({}, b"{}"),
        ({}, b'{"Profile": {}}'),
        ({}, b"\xff\xfe{}"),
        ({}, '{"profile": {}}'.encode("utf-16")),
        pytest.param({}, b"[" * 200_000, id="nested too deeply"),
        pytest.param({}, b'{"profile": ' + b"9" * 5_000 + b"}", id="too many digits"),
    ],
)
def test_a_success_of_another_form_is_not_believed(headers: dict[str, str], body: bytes) -> None:
    for expected, kind in (
        (PROFILE, FailureKind.UNAVAILABLE),
        (CHANGE, FailureKind.OUTCOME_UNKNOWN),
    ):
        with pytest.raises(DeploymentError) as caught:
            check(Answer(200, headers, body), expected)
        assert caught.value.kind is kind
        assert caught.value.status == 200


@pytest.mark.parametrize("profiles", ["null", "{}", "5", '"profiles"'])
def test_a_list_has_to_be_a_list(profiles: str) -> None:
    with pytest.raises(DeploymentError):
        check(Answer(200, {}, f'{{"profiles": {profiles}}}'.encode()), LISTING)


def test_a_page_is_not_the_empty_success_of_an_operation_without_output() -> None:
    with pytest.raises(DeploymentError) as caught:
        check(Answer(200, {"content-type": "text/html"}, PAGE), WITHOUT_OUTPUT)
    assert caught.value.kind is FailureKind.OUTCOME_UNKNOWN
    assert "a web page" in caught.value.message


bodies = st.one_of(
    st.binary(max_size=300),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["message", "Message", "errorMessage", "fieldList", "__type", "profile", "path"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    ).map(lambda content: json.dumps(content).encode()),
    st.text(max_size=60).map(lambda text: b'{"message": "' + text.encode(errors="replace")),
)
headers_of_any_kind = st.dictionaries(
    st.sampled_from(
        [
            "content-type",
            "content-length",
            "transfer-encoding",
            "x-amzn-errortype",
            "retry-after",
        ]
    ),
    st.text(max_size=60)
    | st.sampled_from(["text/html", "0", "chunked", "ExpiredTokenException", "a:b#c"]),
)


@given(
    status=st.integers(100, 999),
    headers=headers_of_any_kind,
    body=bodies,
    write=st.booleans(),
)
def test_nothing_that_arrives_raises_anything_but_a_deployment_error(
    status: int, headers: dict[str, str], body: bytes, write: bool
) -> None:
    failure = outcome(Answer(status, headers, body), write=write)
    if failure is None:
        assert 200 <= status < 300
        assert "profile" in json.loads(body)
        return
    assert failure.status == status
    assert failure.message
    assert failure.message.isprintable()
    assert len(failure.message) <= 400
    assert failure.retry_after is None or 0 <= failure.retry_after <= 86_400
    assert write or failure.kind is not FailureKind.OUTCOME_UNKNOWN


def outcome(answer: Answer, *, write: bool) -> DeploymentError | None:
    try:
        check(answer, Expected(write=write, members={"profile": object}))
    except DeploymentError as error:
        return error
    return None
