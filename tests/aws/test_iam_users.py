"""IAM users for participants, against moto's IAM, with AWS's own policies as moto carries them.

moto stores no password policy and settles at once: what differs comes from a scripted server.
"""

import re
from collections.abc import Callable
from functools import partial

import pytest

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.iam_users import AwsIamUsers
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY, PASSWORD_POLICY, IamUsers, user_name
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

OF_AWS = "arn:aws:iam::aws:policy/"
PASSWORD = "Initial!Password1"
OTHER = "Another!Password2"
EVENT = "Frühlings-Cup 2026 (Finale)"


@pytest.fixture
def users(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> IamUsers:
    return opened(moto.url, monkeypatch)


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> IamUsers:
    return opened(f"http://127.0.0.1:{server.port}", monkeypatch)


def opened(url: str, monkeypatch: pytest.MonkeyPatch) -> IamUsers:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return AwsIamUsers(Door(None, "us-east-1", user_agent="drtui-tests/1"))


def refusal_of(call: Callable[[], object]) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        call()
    assert PASSWORD not in str(raised.value)
    assert OTHER not in str(raised.value)
    return raised.value


def ensure(users: IamUsers, name: str, email: str | None = None) -> bool:
    return users.ensure_user(name, email=email or f"{name}@example.com", event=EVENT)


def attached(moto: RunningMoto, group: str) -> set[str]:
    listed = moto.client("iam").list_attached_group_policies(GroupName=group)
    return {policy["PolicyName"] for policy in listed["AttachedPolicies"]}


def has_login(moto: RunningMoto, name: str) -> bool:
    iam = moto.client("iam")
    try:
        iam.get_login_profile(UserName=name)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def strangers_user(moto: RunningMoto, name: str, *, email: str = "") -> None:
    """A user of the same name that somebody else made, even for the same person."""
    iam = moto.client("iam")
    tags = [{"Key": "email", "Value": email}] if email else []
    iam.create_user(UserName=name, Tags=[*tags, {"Key": "created-by", "Value": "terraform"}])


def test_the_group_is_made_once_with_what_participants_need(
    moto: RunningMoto, users: IamUsers
) -> None:
    assert users.ensure_group("group-new") is True
    assert attached(moto, "group-new") == {PARTICIPANT_POLICY, PASSWORD_POLICY}
    assert users.ensure_group("group-new") is False


def test_our_group_that_lost_a_policy_gets_it_again(moto: RunningMoto, users: IamUsers) -> None:
    users.ensure_group("group-lost")
    moto.client("iam").detach_group_policy(
        GroupName="group-lost", PolicyArn=OF_AWS + PARTICIPANT_POLICY
    )
    assert users.ensure_group("group-lost") is True
    assert attached(moto, "group-lost") == {PARTICIPANT_POLICY, PASSWORD_POLICY}


def test_another_s_group_gains_no_rights(moto: RunningMoto, users: IamUsers) -> None:
    moto.client("iam").create_group(GroupName="group-theirs")
    error = refusal_of(partial(users.ensure_group, "group-theirs"))
    assert error.kind is SponsorFailure.EXISTS
    assert PARTICIPANT_POLICY in error.message
    assert attached(moto, "group-theirs") == set()


def test_another_s_group_that_fits_is_used_as_it_is(moto: RunningMoto, users: IamUsers) -> None:
    iam = moto.client("iam")
    iam.create_group(GroupName="group-fits")
    for policy in (PARTICIPANT_POLICY, PASSWORD_POLICY):
        iam.attach_group_policy(GroupName="group-fits", PolicyArn=OF_AWS + policy)
    assert users.ensure_group("group-fits") is False


def test_a_group_that_grants_more_is_refused(moto: RunningMoto, users: IamUsers) -> None:
    iam = moto.client("iam")
    users.ensure_group("group-more")
    iam.attach_group_policy(GroupName="group-more", PolicyArn=OF_AWS + "AdministratorAccess")
    users.ensure_group("group-inline")
    document = (
        '{"Version": "2012-10-17", "Statement": '
        '[{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}'
    )
    iam.put_group_policy(GroupName="group-inline", PolicyName="own", PolicyDocument=document)
    for group in ("group-more", "group-inline"):
        error = refusal_of(partial(users.ensure_group, group))
        assert error.kind is SponsorFailure.EXISTS
        assert "other rights" in error.message


@pytest.mark.parametrize(
    "email",
    [
        "plain@example.com",
        "ada+race@example.com",
        "o'brien\"; drop@example.com",
        "李雷@例え.jp",
        "zoë&co=ok@example.com",
        "=3D@example.com",
    ],
)
def test_a_user_is_made_once_and_bears_email_and_event(
    moto: RunningMoto, users: IamUsers, email: str
) -> None:
    """moto checks the characters of tags as IAM does, loosely; the rest is ours."""
    name = user_name(email, distinct=True)
    assert users.find(name) is None
    assert ensure(users, name, email) is True
    assert ensure(users, name, email.upper()) is False
    found = users.find(name)
    assert found is not None
    told = (found.name, found.email, found.event, found.ours)
    assert told == (name, email.lower(), EVENT, True)
    assert found.last_sign_in is None
    sent = moto.client("iam").list_user_tags(UserName=name)["Tags"]
    values = {tag["Key"]: tag["Value"] for tag in sent}
    assert values["created-by"] == "drtui"
    for value in values.values():
        assert re.fullmatch(r"[\w .:/=+\-@]{1,256}", value)


def test_another_s_user_of_the_name_is_never_touched(moto: RunningMoto, users: IamUsers) -> None:
    strangers_user(moto, "theirs", email="theirs@example.com")
    moto.client("iam").create_login_profile(UserName="theirs", Password="Before!1")
    users.ensure_group("theirs-group")
    for act in (
        partial(ensure, users, "theirs"),
        partial(users.ensure_member, "theirs", "theirs-group"),
        partial(users.ensure_login, "theirs", PASSWORD),
        partial(users.renew_password, "theirs", PASSWORD),
        partial(users.remove, "theirs"),
    ):
        error = refusal_of(act)
        assert error.kind is SponsorFailure.EXISTS
        assert "did not make" in error.message
    assert list(users.members_of("theirs-group")) == []
    assert has_login(moto, "theirs")


def test_another_participant_s_user_is_not_taken(users: IamUsers) -> None:
    ensure(users, "shared", "shared@one.example.com")
    error = refusal_of(partial(ensure, users, "shared", "shared@two.example.com"))
    assert error.kind is SponsorFailure.EXISTS
    assert "another participant" in error.message


def test_names_are_given_beside_the_users_that_there_are(
    moto: RunningMoto, users: IamUsers
) -> None:
    strangers_user(moto, "Named-Stranger", email="named-stranger@a.example")
    ensure(users, "named-before", "named-before@a.example")
    emails = ["named-stranger@a.example", "Named-Before@a.example", "named-before@b.example"]
    names = users.names_for(emails)
    assert names["named-stranger@a.example"].startswith("named-stranger-")
    assert names["named-before@a.example"] == "named-before"
    assert names["named-before@b.example"].startswith("named-before-")
    for email, name in names.items():
        ensure(users, name, email)
    assert users.names_for(reversed(emails)) == names


def test_a_user_joins_a_group_once(users: IamUsers) -> None:
    users.ensure_group("join")
    ensure(users, "joiner")
    assert users.ensure_member("joiner", "join") is True
    assert users.ensure_member("joiner", "join") is False
    assert list(users.members_of("join")) == ["joiner"]


def test_a_group_that_is_not_there_has_no_members_to_tell(users: IamUsers) -> None:
    error = refusal_of(lambda: list(users.members_of("no-such-group")))
    assert error.kind is SponsorFailure.NOT_FOUND


def test_a_password_is_set_once_and_made_anew_on_demand(moto: RunningMoto, users: IamUsers) -> None:
    ensure(users, "login")
    assert users.ensure_login("login", PASSWORD) is True
    assert users.ensure_login("login", OTHER) is False
    assert has_login(moto, "login")
    users.renew_password("login", OTHER)
    ensure(users, "no-login-yet")
    users.renew_password("no-login-yet", OTHER)
    assert has_login(moto, "no-login-yet")


def test_nobody_is_given_a_password_or_a_group_who_is_not_there(users: IamUsers) -> None:
    for act in (
        partial(users.ensure_member, "ghost", "ghosts"),
        partial(users.ensure_login, "ghost", PASSWORD),
        partial(users.renew_password, "ghost", PASSWORD),
    ):
        assert refusal_of(act).kind is SponsorFailure.NOT_FOUND


def test_a_user_is_removed_with_password_and_memberships(
    moto: RunningMoto, users: IamUsers
) -> None:
    for group in ("remove-1", "remove-2"):
        users.ensure_group(group)
    ensure(users, "leaver")
    users.ensure_login("leaver", PASSWORD)
    for group in ("remove-1", "remove-2"):
        users.ensure_member("leaver", group)
    assert users.remove("leaver") is True
    assert users.find("leaver") is None
    assert list(users.members_of("remove-1")) == []
    assert users.remove("leaver") is False


def test_a_user_with_more_than_drtui_gave_is_left(moto: RunningMoto, users: IamUsers) -> None:
    ensure(users, "worker")
    moto.client("iam").attach_user_policy(
        UserName="worker", PolicyArn=OF_AWS + "AdministratorAccess"
    )
    error = refusal_of(partial(users.remove, "worker"))
    assert (error.kind, error.code) == (SponsorFailure.REFUSED, "DeleteConflict")
    assert users.find("worker") is not None


def done(operation: str, content: str = "") -> Step:
    body = (
        f"<{operation}Response><{operation}Result>{content}</{operation}Result>"
        f"</{operation}Response>"
    )
    return answer(body.encode(), content_type="text/xml")


def refused(code: str, message: str = "x", status: int = 409) -> Step:
    body = (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        "</ErrorResponse>"
    )
    return answer(body.encode(), status=status, content_type="text/xml")


def user_with(*tags: tuple[str, str]) -> Step:
    members = "".join(
        f"<member><Key>{key}</Key><Value>{value}</Value></member>" for key, value in tags
    )
    return done("GetUser", f"<User><UserName>ada</UserName><Tags>{members}</Tags></User>")


OURS = (("created-by", "drtui"), ("email", "ada@example.com"))


def test_a_user_that_another_console_made_meanwhile_is_found(
    server: ScriptedServer, scripted: IamUsers
) -> None:
    """Scripted: between the look and the creation."""
    server.script(
        refused("NoSuchEntity", status=404), refused("EntityAlreadyExists"), user_with(*OURS)
    )
    assert ensure(scripted, "ada") is False
    server.script(refused("NoSuchEntity", status=404), refused("EntityAlreadyExists"), user_with())
    assert refusal_of(partial(ensure, scripted, "ada")).kind is SponsorFailure.EXISTS


def test_a_user_that_cannot_be_seen_yet_may_be_tried_again(
    server: ScriptedServer, scripted: IamUsers
) -> None:
    """Scripted: IAM settles slowly, moto at once."""
    missing = refused("NoSuchEntity", status=404)
    server.script(missing, refused("EntityAlreadyExists"), missing)
    assert refusal_of(partial(ensure, scripted, "ada")).kind is SponsorFailure.UNAVAILABLE


def test_a_password_that_was_set_meanwhile_is_left(
    server: ScriptedServer, scripted: IamUsers
) -> None:
    """Scripted: between the look and the creation."""
    server.script(
        user_with(*OURS),
        refused("NoSuchEntity", status=404),
        refused("EntityAlreadyExists"),
    )
    assert scripted.ensure_login("ada", PASSWORD) is False


def test_passwords_have_to_be_changed(server: ScriptedServer, scripted: IamUsers) -> None:
    """Scripted: moto does not keep whether they have to be."""
    missing = refused("NoSuchEntity", status=404)
    server.script(user_with(*OURS), missing, done("CreateLoginProfile"))
    scripted.ensure_login("ada", PASSWORD)
    server.script(user_with(*OURS), done("UpdateLoginProfile"))
    scripted.renew_password("ada", OTHER)
    sent = [server.requests[place].body.decode() for place in (2, 4)]
    assert all("PasswordResetRequired=true" in body for body in sent)


def test_a_password_that_iam_refuses_is_not_repeated(
    server: ScriptedServer, scripted: IamUsers
) -> None:
    """Scripted: moto has no password policy."""
    missing = refused("NoSuchEntity", status=404)
    said = f"Password {PASSWORD} should have a minimum length of 32"
    server.script(user_with(*OURS), missing, refused("PasswordPolicyViolation", said, 400))
    error = refusal_of(partial(scripted.ensure_login, "ada", PASSWORD))
    assert error.kind is SponsorFailure.REFUSED
    assert "minimum length" in error.message


def test_a_tag_that_only_looks_like_ours_is_not(server: ScriptedServer, scripted: IamUsers) -> None:
    server.script(user_with(("Created-By", "drtui"), ("created-by", "drtui2")))
    found = scripted.find("ada")
    assert found is not None
    assert not found.ours
