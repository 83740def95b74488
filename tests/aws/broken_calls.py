"""Every call of the gateway, and how it fails: what the tests of broken connections share."""

import traceback
from collections.abc import Callable

import pytest

from drtui.aws.gateway import DeepRacerGateway, Timeouts
from drtui.domain.deployment_setup import Invitee
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Limits, Role
from tests.aws.conftest import KEY, PATIENT, SECRET, SHORT, TOKEN
from tests.aws.scripted import End, Step

ID = "0MMTpNjJLKRXrZx"
OWN = {"profile": {"profileId": ID, "alias": "ada"}}
PAGE = b"<html><body>Welcome to the venue</body></html>"
ERROR = b'{"message": "so"}'

Call = Callable[[DeepRacerGateway], object]
CALLS: dict[str, Call] = {
    "write": lambda gateway: gateway.set_limits(ID, Limits(1, 1)),
    "alias": lambda gateway: gateway.set_alias(ID, "bo"),
    "role": lambda gateway: gateway.set_role(ID, Role.RACER),
    "models": lambda gateway: gateway.models_of(ID),
    "delete models": lambda gateway: gateway.delete_models(ID),
    "delete": lambda gateway: gateway.delete_profile(ID),
    "own profile": lambda gateway: gateway.own_profile(),
    "list": lambda gateway: gateway.list_profiles(),
    "settings": lambda gateway: gateway.settings(),
    "set a setting": lambda gateway: gateway.setup.set_setting("registration.type", "invite-only"),
    "invite": lambda gateway: gateway.setup.invite("ada@example.org"),
    "bulk invite": lambda gateway: gateway.setup.bulk_invite([Invitee("ada@example.org")], "t"),
    "bulk job": lambda gateway: gateway.setup.bulk_invite_job("01ABC"),
    "resend": lambda gateway: gateway.setup.resend_invite(ID),
}


def failure_of(gateway: DeepRacerGateway, call: Call) -> DeploymentError:
    """Return how a call fails, having seen that its error tells no secrets."""
    with pytest.raises(DeploymentError) as caught:
        call(gateway)
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    for secret in (KEY, SECRET, TOKEN):
        assert secret not in told
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.message.isprintable()
    return error


def waiting(step: Step) -> Timeouts:
    """Short timeouts where one has to run out, and long ones elsewhere, for slow machines."""
    return SHORT if step.end is End.HANG else PATIENT


@pytest.fixture(params=["write", "list"])
def call(request: pytest.FixtureRequest) -> Call:
    return CALLS[request.param]


@pytest.fixture
def lost(call: Call) -> FailureKind:
    """The kind of a call whose answer got lost: only a write leaves something to doubt."""
    is_write = call is CALLS["write"]
    return FailureKind.OUTCOME_UNKNOWN if is_write else FailureKind.UNAVAILABLE
