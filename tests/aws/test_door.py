"""The door to the sponsor's account: permissions, credentials, regions and pages."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from drtui.aws import sessions
from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.refusals import not_had, permission
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.conftest import TOKEN
from tests.aws.doors import (
    AGENT,
    OTHER_KEYS,
    PATIENT,
    _keys,
    failure,
    refusal,
    scripted,
    xml_refusal,
)
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

__all__ = ["_keys", "scripted"]


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


def test_a_page_that_leads_to_itself_is_no_short_list(
    scripted: Door, server: ScriptedServer
) -> None:
    again = answer({"Instances": [{"Name": "a"}], "NextToken": "1"})
    server.script(again, again, again)
    with pytest.raises(SponsorError) as raised:
        list(scripted.pages("sso-admin", "ListInstances", "Instances"))
    error = raised.value
    assert error.kind is SponsorFailure.UNAVAILABLE
    what = "sso-admin ListInstances: the answer is not what AWS sends"
    assert error.message == f"{what} (its token leads nowhere)."
    assert len(server.requests) == 2


def test_a_page_whose_token_is_empty_is_the_last(scripted: Door, server: ScriptedServer) -> None:
    server.script(answer({"Instances": [{"Name": "a"}], "NextToken": ""}))
    assert len(list(scripted.pages("sso-admin", "ListInstances", "Instances"))) == 1


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
