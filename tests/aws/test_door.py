"""The door to the sponsor's account: what each refusal and each broken answer means.

moto answers where it can; where a refusal has to be of a certain kind, a scripted server does.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import ClientError

from drtui.aws import sessions
from drtui.aws.sessions import Timeouts
from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.refusals import not_had, permission, refused
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.conftest import KEY, SECRET, SHORT, TOKEN
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

AGENT = "drtui-tests/1"
PATIENT = Timeouts(connect=5.0, read=20.0)
PAGE = b"<!doctype html><html><title>Welcome to the venue</title></html>"
PASSWORD = "Hunter2!hunter2"
OTHER_KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OTHER_KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    return Door(None, "us-east-1", user_agent=AGENT, timeouts=PATIENT)


def failure(
    door: Door,
    service: str = "iam",
    operation: str = "ListGroups",
    members: Mapping[str, object] | None = None,
    *,
    write: bool = False,
) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        door.call(service, operation, members, write=write)
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    said = repr(error) + str(error) + error.code + error.permission
    for secret in (KEY, SECRET, TOKEN, PASSWORD):
        assert secret not in said
    assert error.message == str(error)
    assert error.message.isprintable()
    assert error.message.endswith(".")
    assert bool(error.permission) == (error.kind is SponsorFailure.DENIED)
    return error


def refusal(code: str, message: str = "something", *, status: int = 400, **more: str) -> Step:
    """An error as services of JSON send it."""
    return answer({"__type": f"com.amazonaws#{code}", "message": message, **more}, status=status)


def xml_refusal(code: str, message: str = "something", *, status: int = 400) -> Step:
    """An error as IAM and STS send it."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></ErrorResponse>"
    )
    return answer(body.encode(), status=status, content_type="text/xml")


def test_a_call_is_answered_and_names_drtui(scripted: Door, server: ScriptedServer) -> None:
    server.script(answer({"Instances": [{"InstanceArn": "arn"}]}))
    assert scripted.call("sso-admin", "ListInstances")["Instances"] == [{"InstanceArn": "arn"}]
    [request] = server.requests
    assert request.headers["user-agent"] == AGENT
    assert "/us-east-1/sso/" in request.headers["authorization"]


def test_another_region_is_asked_where_it_is_named(scripted: Door, server: ScriptedServer) -> None:
    server.script(answer({"Instances": []}))
    scripted.call("sso-admin", "ListInstances", region="eu-west-1")
    assert "/eu-west-1/sso/" in server.requests[0].headers["authorization"]


@pytest.mark.parametrize(
    ("service", "operation", "needed"),
    [
        ("iam", "CreateUser", "iam:CreateUser"),
        ("sso-admin", "ListInstances", "sso:ListInstances"),
        ("sesv2", "SendEmail", "ses:SendEmail"),
        ("service-quotas", "ListServiceQuotas", "servicequotas:ListServiceQuotas"),
        ("budgets", "CreateBudget", "budgets:ModifyBudget"),
        ("budgets", "DescribeBudgets", "budgets:ViewBudget"),
    ],
)
def test_permissions_bear_the_names_of_policies(service: str, operation: str, needed: str) -> None:
    assert permission(service, operation) == needed


@pytest.mark.parametrize(
    "step",
    [
        refusal("AccessDeniedException"),
        refusal("DependencyAccessDeniedException"),
        refusal("AccessDeniedException", status=403),
    ],
)
def test_what_is_denied_names_the_permission(
    scripted: Door, server: ScriptedServer, step: Step
) -> None:
    server.script(step)
    error = failure(scripted, "sso-admin", "ListInstances")
    assert error.kind is SponsorFailure.DENIED
    assert error.permission == "sso:ListInstances"
    assert "sso:ListInstances" in error.message


def test_the_permission_that_aws_names_counts_before_ours(
    scripted: Door, server: ScriptedServer
) -> None:
    said = (
        "User: arn:aws:sts::123456789012:assumed-role/Admin/ada is not authorized to perform: "
        "iam:PutRolePolicy on resource: role sso because no policy allows it"
    )
    server.script(xml_refusal("AccessDenied", said, status=403))
    error = failure(scripted, "iam", "CreateUser", {"UserName": "ada"}, write=True)
    assert error.permission == "iam:PutRolePolicy"
    assert "123456789012" not in error.message


@pytest.mark.parametrize(
    "code",
    [
        *("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "RequestExpired"),
        *("MissingAuthenticationToken", "IncompleteSignature"),
    ],
)
def test_expired_and_wrong_credentials_say_what_to_do(
    scripted: Door, server: ScriptedServer, code: str
) -> None:
    repeated = f"The canonical string was x-amz-security-token:{TOKEN}{TOKEN}{TOKEN}"
    server.script(xml_refusal(code, repeated, status=403))
    error = failure(scripted)
    assert (error.kind, error.code) == (SponsorFailure.NO_CREDENTIALS, code)
    assert "renew them" in error.message or "clock" in error.message


def test_renewed_credentials_are_found_by_the_next_call(
    scripted: Door, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(refusal("ExpiredTokenException"), answer({"Instances": []}))
    assert failure(scripted, "sso-admin", "ListInstances").kind is SponsorFailure.NO_CREDENTIALS
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIARENEWEDRENEWED12")
    scripted.call("sso-admin", "ListInstances")
    assert "ASIARENEWEDRENEWED12" in server.requests[1].headers["authorization"]


def test_without_credentials_nothing_is_sent(
    scripted: Door, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in OTHER_KEYS:
        monkeypatch.delenv(name)
    error = failure(scripted, write=True)
    assert error.kind is SponsorFailure.NO_CREDENTIALS
    assert "AWS_PROFILE" in error.message
    assert server.requests == []


def test_an_unknown_profile_is_told() -> None:
    error = failure(Door("ghost", "us-east-1", user_agent=AGENT))
    assert error.kind is SponsorFailure.NO_CREDENTIALS
    assert "no AWS profile “ghost”" in error.message


@pytest.mark.parametrize("profile", ["[profile sponsor]\nregion = us-east-1\nsso_session = gone\n"])
def test_a_profile_that_cannot_be_used_is_told(tmp_path: Path, profile: str) -> None:
    (tmp_path / "config").write_text(
        f"{profile}sso_account_id = 123456789012\nsso_role_name = Admin\n"
    )
    error = failure(Door("sponsor", "us-east-1", user_agent=AGENT))
    assert error.kind is SponsorFailure.NO_CREDENTIALS


def test_a_role_that_the_profile_may_not_assume_is_no_missing_permission_of_the_call(
    scripted: Door, server: ScriptedServer, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(
        "[profile sponsor]\nregion = us-east-1\n"
        "role_arn = arn:aws:iam::123456789012:role/Admin\ncredential_source = Environment\n"
    )
    door = Door("sponsor", "us-east-1", user_agent=AGENT, timeouts=PATIENT)
    server.script(xml_refusal("AccessDenied", status=403))
    error = failure(door, "iam", "CreateUser", {"UserName": "ada"}, write=True)
    assert error.kind is SponsorFailure.NO_CREDENTIALS
    assert "AssumeRole was refused (AccessDenied)" in error.message


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Throttling", 400, SponsorFailure.UNAVAILABLE),
        ("InternalFailure", 500, SponsorFailure.UNAVAILABLE),
        ("ForbiddenException", 403, SponsorFailure.NO_CREDENTIALS),
    ],
)
def test_credentials_that_aws_fails_to_give_may_be_asked_for_again(
    code: str, status: int, kind: SponsorFailure
) -> None:
    sent = ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]  # as much as is read
        "GetRoleCredentials",
    )
    assert not_had(sent).kind is kind


def test_without_a_region_it_is_asked_for(scripted: Door) -> None:
    error = failure(Door(None, None, user_agent=AGENT), "sso-admin", "ListInstances")
    assert error.kind is SponsorFailure.NO_CREDENTIALS
    assert "--aws-region" in error.message


def test_a_region_that_cannot_be_one_is_told(scripted: Door, server: ScriptedServer) -> None:
    error = failure(Door(None, "us east\x1b[1m", user_agent=AGENT))
    assert error.kind is SponsorFailure.REFUSED
    assert "no AWS region" in error.message
    assert server.requests == []


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


def test_pages_are_read_until_the_end(scripted: Door, server: ScriptedServer) -> None:
    server.script(
        answer({"Instances": [{"Name": "a"}], "NextToken": "1"}),
        answer({"Instances": [], "NextToken": "2"}),
        answer({"Instances": [{"Name": "b"}]}),
    )
    found = scripted.pages("sso-admin", "ListInstances", "Instances", {"MaxResults": 1})
    assert [record["Name"] for record in found] == ["a", "b"]
    sent = [json.loads(request.body) for request in server.requests]
    assert sent == [
        {"MaxResults": 1},
        {"MaxResults": 1, "NextToken": "1"},
        {"MaxResults": 1, "NextToken": "2"},
    ]


def test_a_page_that_leads_to_itself_is_the_last(scripted: Door, server: ScriptedServer) -> None:
    again = answer({"Instances": [{"Name": "a"}], "NextToken": "1"})
    server.script(again, again, again)
    assert len(list(scripted.pages("sso-admin", "ListInstances", "Instances"))) == 2


def test_pages_that_break_off_are_no_short_list(scripted: Door, server: ScriptedServer) -> None:
    server.script(
        answer({"Instances": [{"Name": "a"}], "NextToken": "1"}), refusal("ThrottlingException")
    )
    with pytest.raises(SponsorError) as raised:
        list(scripted.pages("sso-admin", "ListInstances", "Instances"))
    assert raised.value.kind is SponsorFailure.THROTTLED


def test_pages_have_other_names_where_the_service_gives_them(
    moto: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = moto.client("iam")
    names = {f"paged-{number}" for number in range(5)}
    for name in names:
        iam.create_group(GroupName=name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    door = Door(None, "us-east-1", user_agent=AGENT)
    found = door.pages("iam", "ListGroups", "Groups", {"MaxItems": 2}, marker="Marker")
    assert names <= {group["GroupName"] for group in found}


def test_clients_are_made_once_for_each_service_and_region(
    scripted: Door, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []
    real: Callable[..., object] = sessions.open_service

    def counted(*args: object, **kwargs: object) -> object:
        made.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr("drtui.aws.sponsor.door.open_service", counted)
    server.script(*[answer({"Instances": []})] * 3)
    scripted.call("sso-admin", "ListInstances")
    scripted.call("sso-admin", "ListInstances", region="us-east-1")
    scripted.call("sso-admin", "ListInstances", region="eu-west-1")
    assert made == [("sso-admin", "us-east-1"), ("sso-admin", "eu-west-1")]


def test_threads_share_a_door(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    door = Door(None, "us-east-1", user_agent=AGENT)
    at_once = threading.Barrier(8)
    results: list[object] = []

    def work(number: int) -> None:
        at_once.wait(10)
        try:
            if number % 2:
                results.append(door.call("sts", "GetCallerIdentity")["Account"])
            else:
                members = {"UserName": f"nobody-{number}"}
                results.append(failure(door, "iam", "GetUser", members).kind)
        except BaseException as error:
            results.append(error)
            raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results.count("123456789012") == 4
    assert results.count(SponsorFailure.NOT_FOUND) == 4


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
