"""Who calls AWS and what is attached to them, against moto's IAM and STS.

moto checks no permissions: what is denied comes from a scripted server.
"""

import json

import pytest

from drtui.aws.sponsor.caller import AwsCallers
from drtui.aws.sponsor.door import Door
from drtui.domain.sponsor.caller import (
    ADMIN_POLICY,
    ADMINISTRATOR_POLICY,
    AdminAccess,
    Caller,
    CallerKind,
    Callers,
    Verdict,
)
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

ACCOUNT = "123456789012"
OF_AWS = "arn:aws:iam::aws:policy/"
USER = Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ada", CallerKind.USER, "ada")


@pytest.fixture
def callers(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> Callers:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    use(monkeypatch, "testing", "testing")
    return made()


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Callers:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    use(monkeypatch, "testing", "testing")
    return made()


def made() -> Callers:
    return AwsCallers(Door(None, "us-east-1", user_agent="drtui-tests/1"))


def use(monkeypatch: pytest.MonkeyPatch, key: str, secret: str, token: str = "") -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)


def listed(operation: str, names: tuple[str, ...] = (), *, groups: bool = False) -> Step:
    """What IAM answers when it lists policies or groups."""
    what = "Groups" if groups else "AttachedPolicies"
    entries = "".join(
        f"<member><GroupName>{name}</GroupName></member>"
        if groups
        else f"<member><PolicyArn>{name}</PolicyArn></member>"
        for name in names
    )
    body = (
        f"<{operation}Response><{operation}Result><{what}>{entries}</{what}>"
        f"<IsTruncated>false</IsTruncated></{operation}Result></{operation}Response>"
    )
    return answer(body.encode(), content_type="text/xml")


def refused(code: str, status: int = 403) -> Step:
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>x</Message></Error></ErrorResponse>"
    return answer(body.encode(), status=status, content_type="text/xml")


def who(server: ScriptedServer, callers: Callers, arn: str) -> Caller:
    body = (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        f"<Arn>{arn}</Arn><Account>{ACCOUNT}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    server.script(answer(body.encode(), content_type="text/xml"))
    return callers.who_am_i()


def test_a_user_is_told_without_the_path(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *moto.user_keys("caller-user", "/division/races/"))
    caller = callers.who_am_i()
    assert (caller.account, caller.kind, caller.name) == (ACCOUNT, CallerKind.USER, "caller-user")
    assert caller.arn.endswith(":user/division/races/caller-user")


def test_a_role_is_told_with_its_session(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *moto.role_keys("caller-role", session="ada@example.com"))
    caller = callers.who_am_i()
    assert (caller.kind, caller.name) == (CallerKind.ROLE, "caller-role")
    assert caller.session == "ada@example.com"


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        (f"arn:aws:iam::{ACCOUNT}:root", CallerKind.ROOT, ""),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", CallerKind.FEDERATED, "bob"),
        (
            f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada",
            CallerKind.ROLE,
            "AWSReservedSSO_Admin_0123456789abcdef",
        ),
        ("nonsense", CallerKind.UNKNOWN, ""),
        ("", CallerKind.UNKNOWN, ""),
    ],
)
def test_other_callers_are_told(
    server: ScriptedServer, scripted: Callers, arn: str, kind: CallerKind, name: str
) -> None:
    """Scripted: moto has users and roles only."""
    caller = who(server, scripted, arn)
    assert (caller.kind, caller.name, caller.arn) == (kind, name, arn)


def test_root_needs_no_policy(server: ScriptedServer, scripted: Callers) -> None:
    caller = who(server, scripted, f"arn:aws:iam::{ACCOUNT}:root")
    assert scripted.admin_access(caller) == AdminAccess(Verdict.OK, through="root")
    assert len(server.requests) == 1


def test_a_policy_of_the_user_is_found(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *moto.user_keys("access-user"))
    caller = callers.who_am_i()
    assert callers.admin_access(caller) == AdminAccess(Verdict.MISSING)
    iam = moto.client("iam")
    iam.attach_user_policy(UserName="access-user", PolicyArn=OF_AWS + ADMINISTRATOR_POLICY)
    assert callers.admin_access(caller) == AdminAccess(Verdict.OK, ADMINISTRATOR_POLICY, "user")
    iam.attach_user_policy(UserName="access-user", PolicyArn=OF_AWS + ADMIN_POLICY)
    assert callers.admin_access(caller) == AdminAccess(Verdict.OK, ADMIN_POLICY, "user")


def test_a_policy_of_a_group_is_found(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *moto.user_keys("access-member"))
    iam = moto.client("iam")
    for group in ("access-none", "access-admins"):
        iam.create_group(GroupName=group)
        iam.add_user_to_group(GroupName=group, UserName="access-member")
    iam.attach_group_policy(GroupName="access-admins", PolicyArn=OF_AWS + ADMIN_POLICY)
    found = callers.admin_access(callers.who_am_i())
    assert found == AdminAccess(Verdict.OK, ADMIN_POLICY, "group access-admins")


def test_a_policy_of_the_role_of_a_single_sign_on_is_found(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "AWSReservedSSO_Races_0123456789abcdef"
    use(monkeypatch, *moto.role_keys(name, "/aws-reserved/sso.amazonaws.com/eu-west-1/"))
    caller = callers.who_am_i()
    assert caller.name == name
    assert callers.admin_access(caller) == AdminAccess(Verdict.MISSING)
    moto.client("iam").attach_role_policy(RoleName=name, PolicyArn=OF_AWS + ADMIN_POLICY)
    assert callers.admin_access(caller) == AdminAccess(Verdict.OK, ADMIN_POLICY, "role")


def test_an_account_s_own_policy_of_the_same_name_does_not_count(
    moto: RunningMoto, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, *moto.user_keys("access-fake"))
    iam = moto.client("iam")
    allowed = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    own = iam.create_policy(PolicyName=ADMIN_POLICY, PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="access-fake", PolicyArn=own)
    assert callers.admin_access(callers.who_am_i()) == AdminAccess(Verdict.MISSING)


def test_what_is_denied_cannot_be_told_and_names_the_permission(
    server: ScriptedServer, scripted: Callers
) -> None:
    server.script(
        listed("ListAttachedUserPolicies"),
        listed("ListGroupsForUser", ("one", "two"), groups=True),
        refused("AccessDenied"),
        listed("ListAttachedGroupPolicies"),
    )
    assert scripted.admin_access(USER) == AdminAccess(
        Verdict.CANNOT_TELL, permission="iam:ListAttachedGroupPolicies"
    )
    assert len(server.requests) == 4


def test_what_is_denied_does_not_matter_where_another_place_has_it(
    server: ScriptedServer, scripted: Callers
) -> None:
    server.script(
        refused("AccessDenied"),
        listed("ListGroupsForUser", ("one",), groups=True),
        listed("ListAttachedGroupPolicies", (OF_AWS + ADMIN_POLICY,)),
    )
    assert scripted.admin_access(USER) == AdminAccess(Verdict.OK, ADMIN_POLICY, "group one")


def test_groups_that_may_not_be_listed_cannot_be_told(
    server: ScriptedServer, scripted: Callers
) -> None:
    server.script(listed("ListAttachedUserPolicies"), refused("AccessDenied"))
    assert scripted.admin_access(USER) == AdminAccess(
        Verdict.CANNOT_TELL, permission="iam:ListGroupsForUser"
    )


def test_a_role_that_may_not_be_read_cannot_be_told(
    server: ScriptedServer, scripted: Callers
) -> None:
    role = Caller(ACCOUNT, "", CallerKind.ROLE, "Admin", "ada")
    server.script(refused("AccessDenied"))
    assert scripted.admin_access(role) == AdminAccess(
        Verdict.CANNOT_TELL, permission="iam:ListAttachedRolePolicies"
    )


def test_a_federated_user_cannot_be_told(server: ScriptedServer, scripted: Callers) -> None:
    federated = Caller(ACCOUNT, "", CallerKind.FEDERATED, "bob")
    assert scripted.admin_access(federated) == AdminAccess(Verdict.CANNOT_TELL)
    assert server.requests == []


def test_what_is_throttled_is_no_verdict(server: ScriptedServer, scripted: Callers) -> None:
    server.script(refused("Throttling", 400))
    with pytest.raises(SponsorError) as raised:
        scripted.admin_access(USER)
    assert raised.value.kind is SponsorFailure.THROTTLED
