"""The help desk's calls: what is sent, what is never sent, and which success is believed."""

import json
from collections.abc import Callable, Iterator

import pytest

from drtui.aws.gateway import AwsCredentials, DeepRacerGateway
from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Profile, Role, StoredModel
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

ID = "0MMTpNjJLKRXrZx"
NOBODY = "zzzzzzzzzzzzzzz"
EMPTY_BODIES: dict[str, Callable[[DeepRacerGateway], None]] = {
    "role": lambda gateway: gateway.set_role(ID, Role.ADMIN),
    "delete models": lambda gateway: gateway.delete_models(ID),
    "delete": lambda gateway: gateway.delete_profile(ID),
}


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def test_each_call_is_sent_as_the_deployment_takes_it(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(
        answer({"profile": {"profileId": ID, "alias": "bo-2"}}),
        *[answer(b"")] * 3,
        answer({"models": []}),
    )
    gateway: Deployment = opened(server.url)
    assert gateway.set_alias(ID, "bo-2") == "bo-2"
    gateway.set_role(ID, Role.FACILITATOR)
    gateway.delete_models(ID)
    gateway.delete_profile(ID)
    assert gateway.models_of(ID) == ()
    sent = [(one.method, one.target, json.loads(one.body or "null")) for one in server.requests]
    assert sent == [
        ("PATCH", "/prod/profile", {"profileId": ID, "alias": "bo-2"}),
        (
            "PUT",
            "/prod/profile/role",
            {"profileId": ID, "targetUserPoolGroup": "dr-race-facilitators"},
        ),
        ("DELETE", f"/prod/profiles/{ID}/models", None),
        ("DELETE", f"/prod/profiles/{ID}", None),
        ("GET", f"/prod/admin/profiles/{ID}/models", None),
    ]


@pytest.mark.parametrize("alias", ["", "a", "x" * 65, "two words", "ab\n", "ab/..", "élan"])
def test_what_the_deployment_does_not_take_as_an_alias_is_never_sent(
    server: ScriptedServer, opened: OpenGateway, alias: str
) -> None:
    with pytest.raises(ValueError, match="alias"):
        opened(server.url).set_alias(ID, alias)
    assert server.requests == []


def test_a_role_without_a_group_is_never_sent(server: ScriptedServer, opened: OpenGateway) -> None:
    with pytest.raises(ValueError, match="group"):
        opened(server.url).set_role(ID, Role.UNKNOWN)
    assert server.requests == []


@pytest.mark.parametrize("profile_id", ["", "short", "0MMTpNjJLKRXrZ/", "..", "é" * 15])
def test_what_cannot_be_an_id_is_never_part_of_a_path(
    server: ScriptedServer, opened: OpenGateway, profile_id: str
) -> None:
    gateway = opened(server.url)
    for call in (
        lambda: gateway.set_alias(profile_id, "bo"),
        lambda: gateway.set_role(profile_id, Role.RACER),
        lambda: gateway.delete_models(profile_id),
        lambda: gateway.delete_profile(profile_id),
        lambda: gateway.models_of(profile_id),
    ):
        assert failure_of(call).kind is FailureKind.INVALID
    assert server.requests == []


@pytest.mark.parametrize(
    "changed", [{"profileId": "0MMTpNjJLKRXrZy", "alias": "bo"}, {"profileId": ID}, {}, None]
)
def test_an_alias_answered_for_another_profile_or_not_at_all_is_of_unknown_outcome(
    server: ScriptedServer, opened: OpenGateway, changed: object
) -> None:
    server.script(answer({"profile": changed}))
    failure = failure_of(lambda: opened(server.url).set_alias(ID, "bo"))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", EMPTY_BODIES)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(b"<html>Welcome</html>", content_type="text/html"), id="a page"),
        pytest.param(answer([]), id="an array"),
        pytest.param(answer(b"", content_length="9", end=End.CLOSE), id="cut short"),
        pytest.param(answer(b"", status=302, location="http://venue.example/"), id="redirected"),
        pytest.param(Step(b"", End.RESET), id="reset"),
        pytest.param(answer({"message": "Endpoint request timed out"}, status=504), id="too late"),
    ],
)
def test_a_change_without_output_is_believed_only_when_it_is_answered_so(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step
) -> None:
    server.script(step)
    failure = failure_of(lambda: EMPTY_BODIES[name](opened(server.url)))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("body", [{}, {"models": None}, {"models": {}}, {"models": [{}, None]}, []])
def test_a_list_of_models_that_is_none_says_nothing_of_what_is_left(
    server: ScriptedServer, opened: OpenGateway, body: object
) -> None:
    server.script(answer(body))
    failure = failure_of(lambda: opened(server.url).models_of(ID))
    assert failure.kind is FailureKind.UNAVAILABLE


def test_a_model_of_a_later_version_is_shown_and_one_without_an_id_left_out(
    server: ScriptedServer, opened: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    odd = {"modelId": "m1", "name": 7, "status": "DREAMING", "createdAt": "yesterday"}
    server.script(answer({"models": [odd, {"name": "nobody's"}, {"modelId": "m2"}]}))
    assert opened(server.url).models_of(ID) == (
        StoredModel("m1", "", "DREAMING"),
        StoredModel("m2", "", ""),
    )
    assert "1 of 3 models have no id" in caplog.text


# Against the embedded account


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    # Its deletions and roles take a simulated minute or two.
    with running_emulator(racers=40, seed=7, speed=300.0) as running:
        yield running


def signed_in(
    account: RunningEmulator, opened: OpenGateway, role: str = "admin"
) -> DeepRacerGateway:
    return opened(account.api, AwsCredentials(**account.keys(role)))


def listed(gateway: DeepRacerGateway) -> dict[str, Profile]:
    page = gateway.list_profiles()
    assert page.token is None
    return {profile.profile_id: profile for profile in page.profiles}


def with_models(account: RunningEmulator, opened: OpenGateway) -> str:
    """Somebody who has stored models, all of which can be deleted."""
    gateway = signed_in(account, opened)
    for profile_id, profile in account.profiles().items():
        if profile["group"] == "dr-racers" and profile["storedModels"]:
            models = gateway.models_of(profile_id)
            if models and all(model.status == "READY" for model in models):
                return profile_id
    raise AssertionError("nobody has models that are all ready")


def test_an_alias_changes_and_leaves_the_rest(
    account: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(account, opened)
    target = min(row for row, one in account.profiles().items() if one["group"] == "dr-racers")
    before = account.profiles()[target]
    assert gateway.set_alias(target, "moderated-1") == "moderated-1"
    assert account.profiles()[target] == before | {"alias": "moderated-1"}


def test_a_role_moves_at_once_and_lists_follow(
    account: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(account, opened)
    target = max(row for row, one in account.profiles().items() if one["group"] == "dr-racers")
    account.control("clock", speed=1)
    gateway.set_role(target, Role.FACILITATOR)
    assert account.profiles()[target]["group"] == "dr-race-facilitators"
    assert listed(gateway)[target].role is Role.RACER
    account.control("clock", advance=121)
    eventually(lambda: listed(gateway)[target].role is Role.FACILITATOR)
    account.control("clock", speed=300)


def test_models_are_gone_after_a_while_and_the_months_count_stays(
    account: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(account, opened)
    target = with_models(account, opened)
    count = account.profiles()[target]["modelCount"]
    gateway.delete_models(target)
    eventually(lambda: gateway.models_of(target) == ())
    assert account.profiles()[target]["modelCount"] == count


def test_a_deleted_user_is_unknown_from_then_on(
    account: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(account, opened)
    target = with_models(account, opened)
    gateway.delete_profile(target)
    assert target not in account.profiles()
    assert gateway.models_of(target) == ()
    gateway.delete_models(target)
    failure = failure_of(lambda: gateway.delete_profile(target))
    assert (failure.kind, failure.status) == (FailureKind.UNAVAILABLE, 500)


def test_facilitators_read_models_and_change_nothing(
    account: RunningEmulator, opened: OpenGateway
) -> None:
    gateway = signed_in(account, opened, "facilitator")
    target = min(row for row, one in account.profiles().items() if one["group"] == "dr-racers")
    gateway.models_of(target)
    for call in (
        lambda: gateway.set_alias(target, "bo"),
        lambda: gateway.set_role(target, Role.ADMIN),
        lambda: gateway.delete_models(target),
        lambda: gateway.delete_profile(target),
    ):
        assert failure_of(call).kind is FailureKind.ROLE_NOT_ALLOWED
