"""Keys that the deployment refuses: asked for anew, and the call is made once more."""

from collections.abc import Iterator

import pytest

from drtui.aws.gateway import AwsCredentials, DeepRacerGateway, open_gateway
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Limits
from tests.aws.scripted import ScriptedServer, Step, answer

RACER = "0MMTpNjJLKRXrZx"
PROFILE = {"profile": {"profileId": RACER, "alias": "ada"}}
CHANGED = {"profile": {"profileId": RACER, "maxTotalComputeMinutes": 60, "maxModelCount": 3}}
GOOD = answer(PROFILE)


def refused(code: str) -> Step:
    return answer({"message": "no"}, status=403, x_amzn_errortype=code)


class Source:
    """Keys that are numbered, and how often other ones were asked for."""

    def __init__(self) -> None:
        self.renewed = 0
        self.can = True

    def __call__(self) -> AwsCredentials:
        return AwsCredentials("ASIAIOSFODNN7EXAMPLE", "a-secret", f"token-{self.renewed}")

    def renew(self) -> bool:
        self.renewed += 1
        return self.can


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def gateway(server: ScriptedServer, source: Source) -> Iterator[DeepRacerGateway]:
    made = open_gateway(
        server.url, "us-east-1", source, user_agent="drtui-tests/1", renew=source.renew
    )
    yield made
    made.close()


@pytest.mark.parametrize(
    "code", ["ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId"]
)
def test_a_refused_call_is_made_once_more_with_other_keys(
    server: ScriptedServer, gateway: DeepRacerGateway, source: Source, code: str
) -> None:
    server.script(refused(code), GOOD)
    assert gateway.own_profile().profile_id == RACER
    tokens = [request.headers["x-amz-security-token"] for request in server.requests]
    assert tokens == ["token-0", "token-1"]
    assert source.renewed == 1


def test_a_refused_change_was_not_made_so_that_it_is_made_too(
    server: ScriptedServer, gateway: DeepRacerGateway
) -> None:
    server.script(refused("ExpiredTokenException"), answer(CHANGED))
    assert gateway.set_limits(RACER, Limits(60, 3)) == Limits(60, 3)
    bodies = [request.body for request in server.requests]
    assert bodies[0] == bodies[1]


def test_a_call_that_is_refused_again_fails(
    server: ScriptedServer, gateway: DeepRacerGateway, source: Source
) -> None:
    server.script(refused("ExpiredTokenException"), refused("ExpiredTokenException"))
    with pytest.raises(DeploymentError) as raised:
        gateway.own_profile()
    assert raised.value.kind is FailureKind.NOT_SIGNED_IN
    assert (source.renewed, len(server.requests)) == (1, 2)


def test_without_other_keys_the_refusal_stands(
    server: ScriptedServer, gateway: DeepRacerGateway, source: Source
) -> None:
    source.can = False
    server.script(refused("ExpiredTokenException"))
    with pytest.raises(DeploymentError, match="The sign-in has expired") as raised:
        gateway.own_profile()
    assert raised.value.__context__ is None
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", ["InvalidSignatureException", "AccessDeniedException"])
def test_other_keys_do_not_mend_a_clock_or_a_role(
    server: ScriptedServer, gateway: DeepRacerGateway, source: Source, code: str
) -> None:
    server.script(refused(code))
    with pytest.raises(DeploymentError):
        gateway.own_profile()
    assert source.renewed == 0
