"""Answers observed on the deployment's own backend code, given again to the gateway."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.gateway import DeepRacerGateway
from drtui.domain.deployment import ProfilePage
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Limits, Profile, Role, StoredModel
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import ScriptedServer, Step, answer

OBSERVED: dict[str, dict[str, Any]] = {
    each["note"]: each for each in json.loads(Path(__file__).with_name("observed.json").read_text())
}
TEN = "prof00000000010"


def step(note: str) -> Step:
    seen = OBSERVED[note]
    return answer(
        b"" if seen["answer"] is None else seen["answer"],
        status=seen["status"],
        x_amzn_errortype=seen.get("error_type", ""),
    )


def target(note: str) -> str:
    """The profile that an observed call was about."""
    seen = OBSERVED[note]
    named: str = seen.get("body", {}).get("profileId") or next(
        part for part in seen["path"].split("/") if len(part) == 15
    )
    return named


def repeat(gateway: DeepRacerGateway, note: str) -> object:
    calls: dict[str, Callable[[], object]] = {
        "list_profiles": gateway.list_profiles,
        "own_profile": gateway.own_profile,
        "set_limits": lambda: gateway.set_limits(TEN, Limits(1, 1)),
        "setting": gateway.settings,
        "set_alias": lambda: gateway.set_alias(TEN, "moderated-1"),
        "set_role": lambda: gateway.set_role(target(note), Role.FACILITATOR),
        "models_of": lambda: gateway.models_of(target(note)),
        "delete_models": lambda: gateway.delete_models(target(note)),
        "delete_profile": lambda: gateway.delete_profile(target(note)),
    }
    return calls[OBSERVED[note]["call"]]()


def test_the_pages_are_read_to_the_end(server: ScriptedServer, opened: OpenGateway) -> None:
    notes = ["first page of three", "second page, token percent-encoded", "last page: no token"]
    server.script(*map(step, notes))
    gateway = opened(server.url)
    pages: list[ProfilePage] = [gateway.list_profiles()]
    while pages[-1].token is not None:
        pages.append(gateway.list_profiles(pages[-1].token))
    assert [request.target for request in server.requests] == [
        "/prod" + OBSERVED[note]["path"] for note in notes
    ]
    profiles = [profile for page in pages for profile in page.profiles]
    assert [profile.alias for profile in profiles] == [
        profile["alias"] for note in notes for profile in OBSERVED[note]["answer"]["profiles"]
    ]
    assert {profile.role for profile in profiles} == {Role.RACER}
    assert all(profile.created_at and profile.email for profile in profiles)
    kwame, ada = profiles[1], profiles[2]
    assert (kwame.storage_bytes, kwame.models) == (115_343_360, None)
    assert (ada.storage_bytes, ada.models) == (None, None)


def test_the_own_profile_lacks_a_group_and_a_date(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(step("own profile"))
    assert opened(server.url).own_profile() == Profile(
        profile_id="prof00000000001",
        alias="admin-ada",
        email="bashir.1@example.org",
        minutes_used=0,
        minutes_queued=0,
        minutes_limit=0,
        models=1,
        models_limit=0,
    )


@pytest.mark.parametrize(
    ("note", "limits"),
    [
        ("one limit", Limits(600, None)),
        ("both limits", Limits(0, 0)),
        ("unlimited", Limits(-1, -1)),
    ],
)
def test_limits_are_set_as_observed(
    server: ScriptedServer, opened: OpenGateway, note: str, limits: Limits
) -> None:
    server.script(step(note))
    assert opened(server.url).set_limits(TEN, limits) == limits
    assert json.loads(server.requests[0].body) == OBSERVED[note]["body"]


def test_an_alias_is_changed_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("alias"))
    assert repeat(opened(server.url), "alias") == "moderated-1"
    assert json.loads(server.requests[0].body) == OBSERVED["alias"]["body"]


@pytest.mark.parametrize("note", ["role", "delete models of a racer", "delete a profile"])
def test_changes_that_are_answered_with_nothing_are_believed(
    server: ScriptedServer, opened: OpenGateway, note: str
) -> None:
    server.script(step(note))
    assert repeat(opened(server.url), note) is None
    (request,) = server.requests
    assert request.target == "/prod" + OBSERVED[note]["path"]
    assert json.loads(request.body or "null") == OBSERVED[note].get("body")


def test_models_are_read_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("models of a racer"), step("models of nobody"))
    gateway = opened(server.url)
    models = gateway.models_of("prof00000000004")
    assert models[0] == StoredModel(
        "mdl000000001000",
        "model-1000",
        "READY",
        datetime(2026, 9, 17, 8, 50, 22, 784_000, tzinfo=UTC),
    )
    assert len(models) == 3
    assert gateway.models_of("zzzzzzzzzzzzzzz") == ()
    assert server.requests[0].target == "/prod/admin/profiles/prof00000000004/models"


def test_settings_are_read_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("all quotas"), step("registration"))
    settings = opened(server.url).settings()
    assert settings.new_user_limits == Limits(-1, -1)
    assert (settings.instance_minutes, settings.instance_models) == (-1, -1)
    assert settings.registration == "invite-only"


@pytest.mark.parametrize(
    ("note", "kind", "message"),
    [
        ("bad token", "UNAVAILABLE", "The deployment failed (HTTP 500 InternalFailure)."),
        ("facilitator may not", "ROLE_NOT_ALLOWED", "role dr-race-facilitators is not allowed"),
        ("racer may not", "ROLE_NOT_ALLOWED", "The role dr-racers is not allowed to do this."),
        ("no field", "INVALID", "At least one valid field"),
        ("fraction", "INVALID", 'does not match any allowed primitive type (allowed: ["integer"])'),
        ("null", "INVALID", "instance type (null)"),
        ("over int32", "INVALID", "HTTP 400 SerializationException"),
        ("malformed id", "INVALID", 'does not match input string "short"'),
        ("unknown profile", "UNAVAILABLE", "InternalFailure"),
        (
            "facilitator changes quotas",
            "ROLE_NOT_ALLOWED",
            "Admin permission required to make this",
        ),
        ("expired credentials", "NOT_SIGNED_IN", "expired"),
        ("bad signature", "NOT_SIGNED_IN", "clock"),
        ("not signed", "NOT_SIGNED_IN", "no sign-in"),
        ("not JSON", "INVALID", "Invalid request body: []"),
        ("alias with a blank", "INVALID", 'does not match input string "two words"'),
        ("unknown group", "INVALID", "not found in enum"),
        ("delete it again", "UNAVAILABLE", "InternalFailure"),
        ("racer deletes", "ROLE_NOT_ALLOWED", "The role dr-racers is not allowed to do this."),
    ],
)
def test_refusals_mean_what_they_meant(
    server: ScriptedServer, opened: OpenGateway, note: str, kind: str, message: str
) -> None:
    server.script(step(note))
    with pytest.raises(DeploymentError) as caught:
        repeat(opened(server.url), note)
    failure = caught.value
    assert failure.kind is FailureKind[kind]
    assert message in failure.message
    assert "123456789012" not in failure.message
    assert failure.status == OBSERVED[note]["status"]
    assert failure.code == OBSERVED[note]["error_type"]


def test_a_missing_setting_is_unknown(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(*[step("missing key")] * 6)
    settings = opened(server.url).settings()
    assert settings.new_user_limits == Limits()
    assert settings.registration is None
