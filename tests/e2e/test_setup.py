"""`drtui setup`: multi-user mode and settings, delivered and told as they stand."""

import json
from typing import Any

import pytest

from tests.e2e.running import Drtui
from tests.support.emulator import RunningEmulator

NEW_USER = "usageQuotas.newUser"


def setting(emulator: RunningEmulator, key: str) -> Any:
    return emulator.request("GET", f"/settings/{key}").json()["value"]


def status(drtui: Drtui, *options: str) -> Any:
    return json.loads(drtui("setup", "status", "--json", *options).out)


def limits(emulator: RunningEmulator, role: str) -> set[tuple[int, int]]:
    return {
        (one["maxTotalComputeMinutes"], one["maxModelCount"])
        for one in emulator.profiles().values()
        if one.get("roleName") == role
    }


def test_settings_are_changed_one_by_one_and_shown_as_they_are(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    ran = drtui("setup", "settings", "--hours", "7.5", "--models", "unlimited", "--yes")
    assert "2 of 2 done" in ran.err
    assert setting(emulator, NEW_USER) == {
        "newUserComputeMinutesLimit": 450,
        "newUserModelCountLimit": -1,
    }
    found = status(drtui, "--no-sync")["settings"]
    assert found[f"{NEW_USER}.newUserComputeMinutesLimit"]["value"] == 450
    again = drtui("setup", "settings", "--hours", "7.5", "--yes")
    assert "Nothing to change." in again.err


def test_a_dry_run_and_a_missing_confirmation_change_nothing(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles(), setting(emulator, "usageQuotas")
    drtui("setup", "disable", "--dry-run")
    drtui("setup", "enable", "--yes", code=2)
    assert (emulator.profiles(), setting(emulator, "usageQuotas")) == before


@pytest.mark.usefixtures("synced")
def test_disabled_and_enabled_again_every_racer_has_what_it_had(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    assert status(drtui)["multi_user_mode"] in {"on", "in part"}
    before = emulator.profiles()
    given = setting(emulator, NEW_USER)
    ran = drtui("setup", "disable", "--yes")
    assert "goes on costing" in ran.err
    assert "needs the sponsor's AWS profile" in ran.err
    assert limits(emulator, "dr-racers") == {(0, 0)}
    assert limits(emulator, "dr-admins") == {
        (one["maxTotalComputeMinutes"], one["maxModelCount"])
        for one in before.values()
        if one.get("roleName") == "dr-admins"
    }
    assert setting(emulator, NEW_USER) == {
        "newUserComputeMinutesLimit": 0,
        "newUserModelCountLimit": 0,
    }
    off = status(drtui, "--no-sync")
    assert off["multi_user_mode"] == "off"
    assert off["operation"] == 1
    drtui("setup", "enable", "--participants-have-access", "--yes", code=None)
    after = emulator.profiles()
    paused = {key for key, one in before.items() if one["maxTotalComputeMinutes"] == 0}
    for key, one in after.items():
        had = before[key]["maxTotalComputeMinutes"]
        if key not in paused and had is not None:
            assert one["maxTotalComputeMinutes"] == had, key
    assert setting(emulator, NEW_USER) == {**given, "newUserComputeMinutesLimit": 300}
    assert status(drtui, "--no-sync")["multi_user_mode"] == "on"


def test_disabling_can_be_undone(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles(), setting(emulator, "usageQuotas")
    drtui("sync")
    drtui("setup", "disable", "--yes")
    drtui("operations", "undo", "--yes", code=None)
    after = emulator.profiles(), setting(emulator, "usageQuotas")
    assert after[1] == before[1]
    known = {key for key, one in before[0].items() if one["maxTotalComputeMinutes"] is not None}
    assert {key: after[0][key]["maxTotalComputeMinutes"] for key in known} == {
        key: before[0][key]["maxTotalComputeMinutes"] for key in known
    }


@pytest.mark.usefixtures("synced")
def test_the_event_is_kept_and_the_checklist_says_what_is_missing(drtui: Drtui) -> None:
    drtui(
        "setup", "event", "--name", "Finals", "--at-once", "250", "--race-link", "https://a.example"
    )
    kept = json.loads(drtui("setup", "event", "--json").out)
    assert (kept["name"], kept["at_once"], kept["race_links"]) == (
        "Finals",
        250,
        "https://a.example",
    )
    lines = json.loads(drtui("setup", "check", "--json", code=5).out)
    found = {one["prerequisite"]: one["standing"] for one in lines}
    assert found["AWS credentials of the sponsor"] == "cannot tell"
    assert found["Deployment within reach"] == "ok"
    assert json.loads(drtui("setup", "check", "--last", "--json", code=5).out) == lines
