"""What a role may read, and what a release has: as the deployment answers it."""

from collections.abc import Callable, Iterator

import pytest

from drtui.aws.gateway import AwsCredentials, DeepRacerGateway
from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Profile
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import ScriptedServer, answer
from tests.support.emulator import RunningEmulator, running_emulator

ID = "0MMTpNjJLKRXrZx"
ROLES = ("admin", "facilitator", "racer")


@pytest.fixture(scope="module")
def older() -> Iterator[RunningEmulator]:
    with running_emulator(racers=130, deployment="1.2.5") as running:
        yield running


@pytest.fixture(scope="module")
def newer() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5, deployment="1.3.1") as running:
        yield running


def signed_in(emulator: RunningEmulator, opened: OpenGateway, role: str) -> DeepRacerGateway:
    return opened(emulator.api, AwsCredentials(**emulator.keys(role)))


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("role", ["admin", "facilitator"])
def test_the_list_of_names_has_everybody_at_once_and_nothing_but_names(
    older: RunningEmulator, opened: OpenGateway, role: str
) -> None:
    found = signed_in(older, opened, role).list_admin_profiles()
    truth = older.profiles()
    assert len(found) == len(truth) > 100
    assert set(found) == {
        Profile(profile_id, true["alias"], true["emailAddress"], by_name=True)
        for profile_id, true in truth.items()
    }


def test_a_facilitator_is_refused_the_pages_and_a_racer_both_lists(
    older: RunningEmulator, opened: OpenGateway
) -> None:
    facilitator, racer = (signed_in(older, opened, role) for role in ("facilitator", "racer"))
    for call in (facilitator.list_profiles, racer.list_profiles, racer.list_admin_profiles):
        failure = failure_of(call)
        assert failure.kind is FailureKind.ROLE_NOT_ALLOWED
        assert "is not allowed" in failure.message


def test_the_list_of_names_is_one_call_and_what_is_stored_is_not_the_months_count(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    row = {"profileId": ID, "alias": "bo", "emailAddress": "bo@example.org", "totalModelCount": 4}
    server.script(answer({"profiles": [row, {"alias": "nobody"}]}))
    gateway: Deployment = opened(server.url)
    assert gateway.list_admin_profiles() == (Profile(ID, "bo", "bo@example.org", by_name=True),)
    assert [(one.method, one.target) for one in server.requests] == [
        ("GET", "/prod/admin/profiles")
    ]


@pytest.mark.parametrize("profiles", [[{"alias": "nobody"}], {}, None])
def test_a_list_of_names_of_which_nothing_can_be_used_takes_nobody_for_gone(
    server: ScriptedServer, opened: OpenGateway, profiles: object
) -> None:
    server.script(answer({"profiles": profiles}))
    failure = failure_of(opened(server.url).list_admin_profiles)
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("role", ROLES)
def test_any_role_finds_out_what_a_release_has_by_a_call_that_no_firewall_counts(
    older: RunningEmulator, newer: RunningEmulator, opened: OpenGateway, role: str
) -> None:
    before = newer.profiles()
    assert signed_in(older, opened, role).has_bulk_invite() is False
    assert signed_in(newer, opened, role).has_bulk_invite() is True
    assert newer.profiles() == before
    calls = newer.control("calls")["calls"]
    assert not [one for one in calls if "/admin/" in one["path"]]


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        pytest.param(403, "ForbiddenException", {"message": "Forbidden"}, id="a firewall"),
        pytest.param(403, "", {"message": "Forbidden"}, id="a firewall without a type"),
        pytest.param(403, "ExpiredTokenException", {}, id="a sign-in that has ended"),
        pytest.param(404, "", b"<html>nothing here</html>", id="a page"),
        pytest.param(404, "", {"message": "no route"}, id="another gateway"),
        pytest.param(500, "InternalFailure", {}, id="a failure"),
        pytest.param(429, "TooManyRequestsException", {}, id="too many calls"),
        pytest.param(200, "", b"<html>sign in</html>", id="a sign-in page"),
    ],
)
def test_what_does_not_tell_whether_it_is_there_is_a_failure(
    server: ScriptedServer, opened: OpenGateway, status: int, code: str, body: object
) -> None:
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    server.script(answer(body, status=status, content_type=kind, x_amzn_errortype=code))
    failure_of(opened(server.url).has_bulk_invite)


@pytest.mark.parametrize(
    ("status", "code", "there"),
    [
        (403, "MissingAuthenticationTokenException", False),
        (403, "missingauthenticationtokenexception", False),
        (403, "AccessDeniedException", True),
        (404, "NotFoundError", True),
        (400, "ValidationException", True),
    ],
)
def test_an_unknown_path_is_told_apart_from_one_that_refuses(
    server: ScriptedServer, opened: OpenGateway, status: int, code: str, there: bool
) -> None:
    server.script(answer({"message": "…"}, status=status, x_amzn_errortype=code))
    assert opened(server.url).has_bulk_invite() is there
