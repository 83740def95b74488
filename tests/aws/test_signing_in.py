"""Signing in against moto's Cognito over HTTP, and what the gateway does with the keys."""

from datetime import UTC, datetime, timedelta

import pytest

from drtui.aws.gateway import open_gateway
from drtui.aws.renewal import FreshKeys
from drtui.aws.sign_in import CognitoSignIn
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Role
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    Tokens,
    read_identity,
)
from tests.aws.scripted import ScriptedServer, answer
from tests.support.moto import ACCESS_KEY, MotoDeployment, RunningMoto

PASSWORD = "Correct-horse-7"
OTHER = "Battery-staple-8"


@pytest.fixture
def pool(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> MotoDeployment:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    return moto.deployment()


@pytest.fixture
def service(pool: MotoDeployment) -> CognitoSignIn:
    return CognitoSignIn(pool.site, user_agent="drtui-tests/1")


def signed_in(service: CognitoSignIn, user: str = "ada") -> Tokens:
    tokens = service.with_password(user, PASSWORD)
    assert isinstance(tokens, Tokens)
    return tokens


def challenged(service: CognitoSignIn, user: str = "ada") -> Challenge:
    challenge = service.with_password(user, PASSWORD)
    assert isinstance(challenge, Challenge)
    return challenge


def test_a_sign_in_gives_tokens_an_identity_and_keys(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD, groups=("dr-racers", "dr-admins", "dr-commentators"))
    tokens = signed_in(service)
    identity = read_identity(tokens.id_token)
    assert identity is not None
    assert set(identity.groups) == {"dr-racers", "dr-admins", "dr-commentators"}
    assert identity.role is Role.ADMIN
    assert identity.user == "ada"
    assert tokens.clock_ahead is not None
    assert abs(tokens.clock_ahead) < 60
    keys = service.keys_for(tokens.id_token)
    assert keys.access_key == ACCESS_KEY
    assert datetime.now(UTC) < keys.expires_at < datetime.now(UTC) + timedelta(minutes=5)


def test_a_first_sign_in_asks_for_a_new_password(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD, permanent=False)
    challenge = challenged(service)
    assert challenge.kind is ChallengeKind.NEW_PASSWORD
    assert isinstance(service.answer(challenge, OTHER), Tokens)
    assert isinstance(service.with_password("ada", OTHER), Tokens)


def test_a_weak_new_password_is_refused_and_another_can_be_tried(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD, permanent=False)
    challenge = challenged(service)
    with pytest.raises(SignInError) as raised:
        service.answer(challenge, "a")
    assert raised.value.kind is SignInFailure.PASSWORD_REFUSED
    assert isinstance(service.answer(challenge, OTHER), Tokens)


def test_a_user_with_an_app_is_asked_for_its_code(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD)
    pool.wants_codes("ada", PASSWORD)
    challenge = challenged(service)
    assert challenge.kind is ChallengeKind.CODE
    assert isinstance(service.answer(challenge, "123456"), Tokens)


def test_a_sign_in_is_renewed_by_its_refresh_token(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD, groups=("dr-race-facilitators",))
    refresh_token = signed_in(service).refresh_token
    assert refresh_token is not None
    identity = read_identity(service.refresh(refresh_token).id_token)
    assert identity is not None
    assert identity.role is Role.FACILITATOR


def test_a_refresh_token_that_was_revoked_is_an_expired_sign_in(
    pool: MotoDeployment, service: CognitoSignIn
) -> None:
    pool.add_user("ada", PASSWORD)
    with pytest.raises(SignInError) as raised:
        service.refresh("never-was-one")
    assert raised.value.kind is SignInFailure.EXPIRED


@pytest.mark.parametrize(("user", "password"), [("ada", OTHER), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_user_are_told_alike(
    pool: MotoDeployment, service: CognitoSignIn, user: str, password: str
) -> None:
    pool.add_user("ada", PASSWORD)
    with pytest.raises(SignInError, match="user name or the password") as raised:
        service.with_password(user, password)
    assert raised.value.kind is SignInFailure.WRONG_PASSWORD


def test_a_disabled_user_is_told_so(pool: MotoDeployment, service: CognitoSignIn) -> None:
    pool.add_user("ada", PASSWORD)
    pool.disable("ada")
    with pytest.raises(SignInError) as raised:
        service.with_password("ada", PASSWORD)
    assert raised.value.kind is SignInFailure.DISABLED


def test_a_client_that_is_gone_is_told_so(pool: MotoDeployment, moto: RunningMoto) -> None:
    moto.client("cognito-idp").delete_user_pool_client(
        UserPoolId=pool.site.user_pool_id, ClientId=pool.site.client_id
    )
    with pytest.raises(SignInError, match="add the account again") as raised:
        CognitoSignIn(pool.site, user_agent="drtui-tests/1").with_password("ada", PASSWORD)
    assert raised.value.kind is SignInFailure.REFUSED


def test_the_gateway_signs_with_the_keys_of_the_sign_in(
    pool: MotoDeployment, service: CognitoSignIn, server: ScriptedServer
) -> None:
    pool.add_user("ada", PASSWORD)
    tokens = signed_in(service)
    keys = FreshKeys(service, tokens.refresh_token, id_token=tokens.id_token)
    gateway = open_gateway(server.url, "us-east-1", keys, user_agent="drtui-tests/1")
    server.script(answer({"profile": {"profileId": "a" * 15, "alias": "ada"}}))
    assert gateway.own_profile().alias == "ada"
    [request] = server.requests
    assert f"Credential={ACCESS_KEY}/" in request.headers["authorization"]
    assert request.headers["x-amz-security-token"] == "ABC12345"
    gateway.close()


def test_a_lost_sign_in_reaches_the_gateways_caller_as_not_signed_in(
    service: CognitoSignIn, server: ScriptedServer
) -> None:
    keys = FreshKeys(service, "never-was-one")
    gateway = open_gateway(server.url, "us-east-1", keys, user_agent="drtui-tests/1")
    with pytest.raises(DeploymentError, match="sign in again") as raised:
        gateway.own_profile()
    assert raised.value.kind is FailureKind.NOT_SIGNED_IN
    assert server.requests == []
    assert not keys.signed_in
    gateway.close()


def test_a_sign_in_out_of_reach_is_no_lost_sign_in(
    service: CognitoSignIn, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{gone.port}")
    keys = FreshKeys(service, "some-refresh-token")
    gateway = open_gateway(server.url, "us-east-1", keys, user_agent="drtui-tests/1")
    with pytest.raises(DeploymentError) as raised:
        gateway.own_profile()
    assert raised.value.kind is FailureKind.UNREACHABLE
    assert server.requests == []
    assert keys.signed_in
    gateway.close()
