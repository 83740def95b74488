"""What each refusal and each broken answer at the sponsor's door means.

moto answers where it can; where a refusal has to be of a certain kind, a scripted server does.
"""

import logging

import botocore.session
import pytest
from botocore.exceptions import ClientError

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.refusals import refused
from drtui.domain.sponsor.failures import SponsorFailure
from tests.aws.conftest import SECRET, SHORT, TOKEN
from tests.aws.doors import (
    AGENT,
    PAGE,
    PASSWORD,
    PATIENT,
    _keys,
    failure,
    refusal,
    scripted,
    xml_refusal,
)
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

__all__ = ["_keys", "scripted"]


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sso-admin", "ListInstances", "ThrottlingException"),
        ("service-quotas", "ListServices", "TooManyRequestsException"),
        ("cognito-idp", "ListUserPools", "TooManyRequestsException"),
        ("cognito-idp", "ListUserPools", "LimitExceededException"),
        ("ce", "ListCostAllocationTags", "LimitExceededException"),
        ("sso-admin", "ListInstances", "RequestLimitExceeded"),
    ],
)
def test_what_is_throttled_may_be_tried_again(
    scripted: Door, server: ScriptedServer, service: str, operation: str, code: str
) -> None:
    server.script(refusal(code))
    members = {"MaxResults": 1} if service == "cognito-idp" else {}
    assert failure(scripted, service, operation, members, write=True).kind is (
        SponsorFailure.THROTTLED
    )
    assert len(server.requests) == 1


def test_iam_that_is_busy_may_be_tried_again(scripted: Door, server: ScriptedServer) -> None:
    for code in ("Throttling", "EntityTemporarilyUnmodifiable", "ConcurrentModification"):
        server.script(xml_refusal(code, status=409))
        assert failure(scripted, write=True).kind is SponsorFailure.THROTTLED


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("NoSuchEntity", SponsorFailure.NOT_FOUND),
        ("EntityAlreadyExists", SponsorFailure.EXISTS),
        ("LimitExceeded", SponsorFailure.REFUSED),
        ("DeleteConflict", SponsorFailure.REFUSED),
        ("PasswordPolicyViolation", SponsorFailure.REFUSED),
    ],
)
def test_iam_s_own_answers_are_told(
    scripted: Door, server: ScriptedServer, code: str, kind: SponsorFailure
) -> None:
    server.script(xml_refusal(code, "This is why.", status=409))
    error = failure(scripted, "iam", "CreateUser", {"UserName": "ada"}, write=True)
    assert (error.kind, error.code) == (kind, code)
    assert error.message == "iam CreateUser: This is why."


@pytest.mark.parametrize(
    ("call", "code", "kind"),
    [
        (("service-quotas", "ListServices"), "NoSuchResourceException", SponsorFailure.NOT_FOUND),
        (("sso-admin", "ListInstances"), "ResourceNotFoundException", SponsorFailure.NOT_FOUND),
        (("sso-admin", "ListInstances"), "ConflictException", SponsorFailure.EXISTS),
        (("service-quotas", "ListServices"), "QuotaExceededException", SponsorFailure.REFUSED),
        # Cognito's word for a user in the wrong state; what IAM denies is AccessDeniedException.
        (("ce", "ListCostAllocationTags"), "NotAuthorizedException", SponsorFailure.REFUSED),
    ],
)
def test_other_services_answers_are_told(
    scripted: Door,
    server: ScriptedServer,
    call: tuple[str, str],
    code: str,
    kind: SponsorFailure,
) -> None:
    server.script(refusal(code))
    assert failure(scripted, *call).kind is kind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("UNIQUENESS_CONSTRAINT_VIOLATION", SponsorFailure.EXISTS),
        ("CONCURRENT_MODIFICATION", SponsorFailure.THROTTLED),
    ],
)
def test_a_conflict_of_the_identity_store_is_told_by_its_reason(
    scripted: Door, server: ScriptedServer, reason: str, kind: SponsorFailure
) -> None:
    server.script(refusal("ConflictException", Reason=reason))
    members = {"IdentityStoreId": "d-1234567890", "DisplayName": "racers"}
    assert failure(scripted, "identitystore", "CreateGroup", members, write=True).kind is kind


@pytest.mark.parametrize(
    "step",
    [
        Step(b"", End.HANG),
        Step(b"", End.RESET),
        Step(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{", End.CLOSE),
        answer(b'{"a":1}', content_length="900", end=End.CLOSE),
        answer(b""),
        answer(b"{"),
        answer(b"[]"),
        answer(PAGE, content_type="text/html"),
        refusal("InternalServerException", status=500),
        refusal("InternalErrorException", status=400),
        answer(PAGE, status=502, content_type="text/html"),
    ],
)
def test_a_broken_answer_leaves_a_write_unknown_and_a_read_unavailable(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    door = Door(None, "us-east-1", user_agent=AGENT, timeouts=SHORT)
    for service, operation in (("sso-admin", "ListInstances"), ("iam", "ListGroups")):
        for write, kind in (
            (False, SponsorFailure.UNAVAILABLE),
            (True, SponsorFailure.OUTCOME_UNKNOWN),
        ):
            if service == "iam" and b"InternalErrorException" in step.raw:
                continue  # it has no errors in JSON
            server.script(step)
            error = failure(door, service, operation, write=write)
            assert error.kind is kind
            assert ("not known whether" in error.message) is write
    assert all(request.method == "POST" for request in server.requests)


def test_an_empty_answer_is_whole_where_nothing_is_to_be_answered(
    scripted: Door, server: ScriptedServer
) -> None:
    server.script(answer(b""))
    members = {"UserPoolId": "us-east-1_AbCdEf123", "Username": "ada"}
    scripted.call("cognito-idp", "AdminDisableUser", members, write=True)
    server.script(answer(PAGE))
    error = failure(scripted, "cognito-idp", "AdminDisableUser", members, write=True)
    assert error.kind is SponsorFailure.OUTCOME_UNKNOWN


@pytest.mark.parametrize("status", [403, 407, 511])
@pytest.mark.parametrize("service", ["iam", "sso-admin"])
def test_a_page_of_something_in_between_is_no_missing_permission(
    scripted: Door, server: ScriptedServer, service: str, status: int
) -> None:
    server.script(answer(PAGE, status=status, content_type="text/html"))
    operation = "ListGroups" if service == "iam" else "ListInstances"
    error = failure(scripted, service, operation, write=True)
    assert error.kind is SponsorFailure.UNAVAILABLE
    assert "other than AWS" in error.message


PAGES = [
    PAGE,
    b'\xef\xbb\xbf\n<HTML><script>{"code": 1, "__type": 2}</script></HTML>',
    b"<!DOCTYPE html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>",
    b"<title>Moved</title>",
    b"<p>nothing here</p>",
    b"",
]


@pytest.mark.parametrize("status", [302, 400, 404, 405, 418])
@pytest.mark.parametrize("body", PAGES)
@pytest.mark.parametrize(
    "asked",
    [
        ("iam", "ListGroups"),
        ("sso-admin", "ListInstances"),
        ("sesv2", "GetAccount"),
        ("cloudwatch", "DescribeAlarms"),
    ],
)
def test_a_page_is_never_repeated_whatever_its_status(
    scripted: Door, server: ScriptedServer, asked: tuple[str, str], body: bytes, status: int
) -> None:
    service, operation = asked
    server.script(answer(body, status=status, content_type="text/html; charset=utf-8"))
    error = failure(scripted, service, operation)
    assert error.kind is SponsorFailure.UNAVAILABLE
    assert error.message == (
        f"{service} {operation}: something other than AWS answered (HTTP {status}), such as a "
        "proxy."
    )


@pytest.mark.parametrize("body", PAGES)
@pytest.mark.parametrize("service", ["iam", "sso-admin", "sesv2"])
@pytest.mark.parametrize("write", [False, True])
def test_a_failure_told_by_a_page_repeats_nothing_of_it(
    scripted: Door, server: ScriptedServer, service: str, body: bytes, write: bool
) -> None:
    server.script(answer(body, status=502, content_type="text/html"))
    operation = {"iam": "ListGroups", "sso-admin": "ListInstances", "sesv2": "GetAccount"}[service]
    error = failure(scripted, service, operation, write=write)
    assert error.kind is SponsorFailure.OUTCOME_UNKNOWN if write else SponsorFailure.UNAVAILABLE
    assert "AWS failed (HTTP 502)" in error.message or "is something else" in error.message
    assert not set("<>") & set(error.message)


@pytest.mark.parametrize("message", ["<html>oops</html>", "see <a href='x'>here</a>", "<br/>"])
def test_markup_in_a_message_of_aws_is_left_out(
    scripted: Door, server: ScriptedServer, message: str
) -> None:
    server.script(refusal("ValidationException", message))
    error = failure(scripted, "sso-admin", "ListInstances")
    assert error.message == "sso-admin ListInstances: ValidationException."


def test_a_call_that_moto_does_not_have_is_told_in_a_sentence(
    moto: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    door = Door(None, "us-east-1", user_agent=AGENT, timeouts=PATIENT)
    message = failure(door, "sesv2", "GetAccount").message
    assert "something other than AWS answered (HTTP 404)" in message


def test_what_cannot_be_reached_has_not_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as gone:
        port = gone.port
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    door = Door(None, "us-east-1", user_agent=AGENT, timeouts=SHORT)
    assert failure(door, write=True).kind is SponsorFailure.UNREACHABLE


def test_a_value_that_aws_does_not_take_is_refused_before_it_is_sent(
    scripted: Door, server: ScriptedServer
) -> None:
    members = {"UserName": "ada", "Password": [PASSWORD]}
    error = failure(scripted, "iam", "CreateLoginProfile", members, write=True)
    assert error.kind is SponsorFailure.REFUSED
    assert "nothing was sent" in error.message
    assert server.requests == []


def test_a_password_that_aws_repeats_is_not_repeated(
    scripted: Door, server: ScriptedServer
) -> None:
    server.script(xml_refusal("ValidationError", f"Value '{PASSWORD}' at 'password' failed"))
    members = {"UserName": "ada", "Password": PASSWORD}
    error = failure(scripted, "iam", "CreateLoginProfile", members, write=True)
    assert "Value '…' at 'password'" in error.message


def test_no_secret_is_logged(
    scripted: Door, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(xml_refusal("Throttling", status=400))
    members = {"UserName": "ada", "Password": PASSWORD}
    failure(scripted, "iam", "CreateLoginProfile", members, write=True)
    for secret in (SECRET, TOKEN, PASSWORD):
        assert secret not in caplog.text


def test_control_characters_of_an_answer_are_not_repeated(
    scripted: Door, server: ScriptedServer
) -> None:
    server.script(refusal("ValidationException", "\x1b[2J\u202egnp.exe\n\nDrop\x07"))
    assert failure(scripted, "sso-admin", "ListInstances").kind is SponsorFailure.REFUSED


KINDS_OF_CODES = (
    ("Throttl", SponsorFailure.THROTTLED),
    ("TooManyRequests", SponsorFailure.THROTTLED),
    ("ConcurrentModification", SponsorFailure.THROTTLED),
    ("AccessDenied", SponsorFailure.DENIED),
    ("NoSuch", SponsorFailure.NOT_FOUND),
    ("ResourceNotFound", SponsorFailure.NOT_FOUND),
    ("UserNotFound", SponsorFailure.NOT_FOUND),
    ("NotFoundException", SponsorFailure.NOT_FOUND),
    ("Already", SponsorFailure.EXISTS),
    ("DuplicateRecord", SponsorFailure.EXISTS),
    ("UsernameExists", SponsorFailure.EXISTS),
    ("GroupExists", SponsorFailure.EXISTS),
    ("ExpiredTokenException", SponsorFailure.NO_CREDENTIALS),
    ("Internal", SponsorFailure.UNAVAILABLE),
    ("ServiceException", SponsorFailure.UNAVAILABLE),
    ("ServiceFailure", SponsorFailure.UNAVAILABLE),
)
# Of calls that the door never makes.
NOT_MADE = {"KmsAccessDeniedException"}


@pytest.mark.parametrize(
    "service",
    [
        *("iam", "sso-admin", "identitystore", "cognito-idp", "sesv2", "budgets", "ce"),
        *("cloudwatch", "service-quotas", "sts"),
    ],
)
def test_the_codes_of_the_services_models_are_known(service: str) -> None:
    model = botocore.session.Session().get_service_model(service)
    checked = 0
    codes = {
        shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes
    }
    for code in codes - NOT_MADE:
        for beginning, kind in KINDS_OF_CODES:
            if code.startswith(beginning) or (beginning == "Already" and beginning in code):
                sent = ClientError({"Error": {"Code": code, "Message": "x"}}, "Some")
                assert refused(sent, service, "Some", {}, write=False).kind is kind, code
                checked += 1
                break
    assert checked or service == "ce"
