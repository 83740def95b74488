"""The deployment's user pool, against moto's; where it lacks something, a scripted server."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.user_pool import CognitoUserPool
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.user_pool import PoolStatus, UserPool
from tests.aws.scripted import ScriptedServer, answer
from tests.support.moto import MotoDeployment, RunningMoto

PASSWORD = "Secret-123"
POOL = "eu-west-1_AbCdEf123"


@pytest.fixture
def deployment(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> MotoDeployment:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return moto.deployment()


@pytest.fixture
def pool(deployment: MotoDeployment) -> UserPool:
    return CognitoUserPool(door(), deployment.site.user_pool_id)


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> UserPool:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return CognitoUserPool(door(), POOL)


def door() -> Door:
    return Door(None, "us-east-1", user_agent="drtui-tests/1")


def kind_of(call: Callable[[], object]) -> SponsorFailure:
    with pytest.raises(SponsorError) as raised:
        call()
    return raised.value.kind


def test_every_user_is_listed_beyond_a_page(deployment: MotoDeployment, pool: UserPool) -> None:
    names = {f"user-{number}" for number in range(61)}
    for name in names:
        deployment.add_user(name, PASSWORD, groups=(), permanent=False)
    users = list(pool.users())
    assert len(users) == 61
    assert {user.name for user in users} == names


def test_a_user_is_told_with_its_status(deployment: MotoDeployment, pool: UserPool) -> None:
    deployment.add_user("ada", PASSWORD, email="Ada@Example.com")
    deployment.add_user("bob", PASSWORD, permanent=False)
    ada, bob = sorted(pool.users(), key=lambda user: user.name)
    assert ada.status is PoolStatus.CONFIRMED
    assert (ada.email, ada.enabled, ada.never_signed_in) == ("Ada@Example.com", True, False)
    assert bob.status is PoolStatus.FORCE_CHANGE_PASSWORD
    assert bob.never_signed_in


def test_only_the_members_of_a_group_are_listed(deployment: MotoDeployment, pool: UserPool) -> None:
    deployment.add_user("root", PASSWORD, groups=("dr-admins", "dr-racers"))
    deployment.add_user("marshal", PASSWORD, groups=("dr-race-facilitators",))
    deployment.add_user("racer", PASSWORD, groups=("dr-racers",))
    assert [user.name for user in pool.members_of("dr-admins")] == ["root"]
    assert [user.name for user in pool.members_of("dr-race-facilitators")] == ["marshal"]
    assert {user.name for user in pool.members_of("dr-racers")} == {"root", "racer"}


def test_a_group_that_is_not_there_is_not_an_empty_one(pool: UserPool) -> None:
    assert kind_of(lambda: list(pool.members_of("dr-admins"))) is SponsorFailure.NOT_FOUND


def test_a_disabled_user_may_be_enabled_again(deployment: MotoDeployment, pool: UserPool) -> None:
    deployment.add_user("ada", PASSWORD)
    for _ in range(2):
        pool.disable("ada")
        assert [user.enabled for user in pool.users()] == [False]
    for _ in range(2):
        pool.enable("ada")
        assert [user.enabled for user in pool.users()] == [True]


def test_a_user_is_signed_out_everywhere(
    deployment: MotoDeployment, pool: UserPool, moto: RunningMoto
) -> None:
    deployment.add_user("ada", PASSWORD)
    users = moto.client("cognito-idp")
    signed_in = users.initiate_auth(
        ClientId=deployment.site.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    pool.sign_out("ada")
    with pytest.raises(users.exceptions.NotAuthorizedException):
        users.get_user(AccessToken=signed_in["AccessToken"])


def test_a_password_is_reset(deployment: MotoDeployment, pool: UserPool) -> None:
    deployment.add_user("ada", PASSWORD, email="ada@example.com")
    pool.reset_password("ada")
    assert [user.status for user in pool.users()] == [PoolStatus.RESET_REQUIRED]


def test_a_password_that_cannot_be_reset_is_refused_and_not_denied(
    deployment: MotoDeployment, pool: UserPool
) -> None:
    """Cognito says NotAuthorizedException of the state of the user, not of the caller."""
    deployment.add_user("invited", PASSWORD, permanent=False)
    deployment.add_user("unverified", PASSWORD)
    deployment.add_user("disabled", PASSWORD, email="d@example.com")
    pool.disable("disabled")
    for name in ("invited", "unverified", "disabled"):
        assert kind_of(partial(pool.reset_password, name)) is SponsorFailure.REFUSED


def test_a_user_that_is_not_there_is_told(pool: UserPool) -> None:
    for act in (pool.disable, pool.enable, pool.sign_out, pool.reset_password):
        assert kind_of(partial(act, "nobody")) is SponsorFailure.NOT_FOUND


@pytest.mark.parametrize("typed", ["ada@example.com", "  ADA@example.com "])
def test_a_user_is_found_by_email_whatever_its_case(
    deployment: MotoDeployment, pool: UserPool, typed: str
) -> None:
    deployment.add_user("one", PASSWORD, email="ada@example.com")
    deployment.add_user("two", PASSWORD, email="ada@example.com.evil.example")
    deployment.add_user("three", PASSWORD, email="adaXexample.com@example.com")
    assert [user.name for user in pool.find_by_email(typed)] == ["one"]


def test_all_users_with_an_email_are_found(deployment: MotoDeployment, pool: UserPool) -> None:
    deployment.add_user("one", PASSWORD, email="ada+race@example.com")
    deployment.add_user("two", PASSWORD, email="ada+race@example.com")
    deployment.add_user("three", PASSWORD, email="ada@example.com")
    found = pool.find_by_email("ada+race@example.com")
    assert {user.name for user in found} == {"one", "two"}


def record(name: str, email: str) -> dict[str, object]:
    return {"Username": name, "Attributes": [{"Name": "email", "Value": email}]}


def test_what_a_filter_finds_beside_the_email_is_left_out(
    server: ScriptedServer, scripted: UserPool
) -> None:
    """Scripted: moto compares case, which Cognito may not, and takes a quote for the end."""
    hostile = 'x" or email ^= "a'
    found = {"Users": [record("a", "a@example.com"), record("b", hostile.upper())]}
    server.script(answer(found))
    assert [user.name for user in scripted.find_by_email(hostile)] == ["b"]
    [request] = server.requests
    assert json.loads(request.body) == {
        "UserPoolId": POOL,
        "Limit": 60,
        "Filter": 'email = "x\\" or email ^= \\"a"',
    }


@given(st.text(max_size=40))
def test_no_email_ends_its_quotes(email: str) -> None:
    """What a filter's reader takes for the value is what was asked for, to the last quote."""
    from drtui.aws.sponsor.user_pool import _quoted

    written = _quoted(email)
    assert written[0] == written[-1] == '"'
    value, escaped = [], False
    for place, char in enumerate(written[1:-1]):
        if not escaped and char == "\\":
            escaped = True
            continue
        assert escaped or char != '"', place
        value.append(char)
        escaped = False
    assert not escaped
    assert "".join(value) == email


def test_an_empty_email_finds_nobody(server: ScriptedServer, scripted: UserPool) -> None:
    assert scripted.find_by_email("  ") == ()
    assert server.requests == []


def test_a_similar_letter_is_another_email(server: ScriptedServer, scripted: UserPool) -> None:
    """Scripted: a full-width letter or ß is not the plain one, whatever a filter thinks."""
    alike = [
        record("a", "strasse@example.com"),
        record("b", "\N{FULLWIDTH LATIN SMALL LETTER A}da@example.com"),
    ]
    server.script(answer({"Users": alike}), answer({"Users": alike}))
    assert scripted.find_by_email("straße@example.com") == ()
    assert scripted.find_by_email("ada@example.com") == ()


def test_the_pool_is_asked_in_its_own_region(server: ScriptedServer, scripted: UserPool) -> None:
    server.script(answer({"Users": []}))
    assert list(scripted.users()) == []
    assert "/eu-west-1/cognito-idp/" in server.requests[0].headers["authorization"]


def test_what_a_record_lacks_is_unknown(server: ScriptedServer, scripted: UserPool) -> None:
    """Scripted: moto always sends everything."""
    whole = {"Username": "a", "UserStatus": "CONFIRMED", "Enabled": True}
    server.script(answer({"Users": [{"Username": "b"}, whole | {"UserStatus": "NEW_KIND"}]}))
    bare, odd = scripted.users()
    assert (bare.email, bare.enabled) == (None, None)
    assert bare.status is odd.status is PoolStatus.UNKNOWN
