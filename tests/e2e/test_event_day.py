"""An event day from the command line: 1,000 live racers, and a network that goes and comes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on, limits
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

RACERS = 1_000
TWO_HOURS = 120
PACE = "[sync]\nchanges_per_second = 2000\n"
Limits = dict[str, tuple[int | None, int | None]]


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[RunningEmulator]:
    """Racers who go on training while everything else happens."""
    racers = getattr(request, "param", RACERS)
    with running_emulator(racers=racers, frozen=False, latency_ms=5) as running:
        yield running


def all_limits(profiles: dict[str, dict[str, Any]]) -> Limits:
    return {profile_id: limits(profile) for profile_id, profile in profiles.items()}


def with_two_hours_more(before: Limits, racers: set[str]) -> Limits:
    """Everyone's limits after +2 hours: unlimited, unknown and other roles stay as they are."""
    return {
        profile_id: (minutes + TWO_HOURS, models)
        if profile_id in racers and minutes is not None and minutes >= 0
        and not (minutes == 0 and models == 0)
        else (minutes, models)
        for profile_id, (minutes, models) in before.items()
    }  # fmt: skip


def delivered(emulator: RunningEmulator) -> int:
    calls = emulator.control("calls", method="PATCH")["calls"]
    return sum(1 for call in calls if call["status"] == 200)


def cut_after(emulator: RunningEmulator, drtui: Drtui, number: int, *arguments: str) -> int | None:
    """Run a command and take the network away once so many changes have arrived."""
    with drtui.started(*arguments) as process:
        eventually(lambda: delivered(emulator) >= number, seconds=30)
        emulator.control("network", state="down", new="hang", live="hang")
        process.wait(timeout=60)
    return process.returncode


def test_an_event_day(emulator: RunningEmulator, tmp_path: Path, forks: Forks) -> None:
    drtui = drtui_on(emulator, tmp_path / "home", config=PACE, forks=forks)
    before = emulator.profiles()
    racers = {
        profile_id
        for profile_id, profile in before.items()
        if profile["roleName"] in ("dr-racers", None)
    }
    first = all_limits(before)

    # Two hours more for everybody, and the network goes in the middle of it.
    assert (
        cut_after(emulator, drtui, 300, "users", "set-quota", "--hours", "+2", "--all", "--yes")
        == 3
    )
    half = all_limits(emulator.profiles())
    changed = sum(half[profile_id] != first[profile_id] for profile_id in first)
    assert 300 <= changed < RACERS * 0.8

    # Offline: those over 90 % are paused, on the copy there is and what is on its way.
    pause = drtui("users", "pause", "--filter", "used>90% status:over_quota", "--yes", code=3)
    assert "not delivered" in pause.err
    over = drtui.last_operation()
    assert {item["state"] for item in over["items"]} <= {"pending", "already_so"}
    assert len(over["items"]) > 20

    # The network is back: everything is delivered, in order, racer by racer.
    emulator.control("network", state="up")
    drtui("sync")
    more = with_two_hours_more(first, racers)
    paused = {item["profile_id"] for item in over["items"]}
    expected = {
        profile_id: (0, 0) if profile_id in paused else wanted
        for profile_id, wanted in more.items()
    }
    assert all_limits(emulator.profiles()) == expected
    states = {each["state"] for each in drtui("operations", "list", "--json").json()}
    assert states == {"done"}

    # Both are undone, the last one first; only a limit that had never been set cannot come back.
    unset = {profile_id for profile_id in paused if None in first[profile_id]}
    stay = dict.fromkeys(unset, (0, 0))
    undone = drtui("operations", "undo", "--yes", code=4 if unset else 0)
    assert ("never set" in undone.err) is bool(unset)
    assert all_limits(emulator.profiles()) == more | stay
    undone = drtui("operations", "undo", "--yes", code=None)
    assert all_limits(emulator.profiles()) == first | stay
    conflicts = [item for item in drtui.last_operation()["items"] if item["state"] == "conflict"]
    assert {item["profile_id"] for item in conflicts} <= unset
    assert undone.code == (4 if conflicts else 0)


@pytest.mark.parametrize("emulator", [100], indirect=True)
def test_what_cannot_be_changed_is_told_by_the_exit_code(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    drtui = drtui_on(emulator, tmp_path / "home", config=PACE, forks=forks)
    ran = drtui("users", "set-quota", "--hours", "+2", "--all", "--yes", code=4)
    assert "unlimited" in ran.err
    assert "unknown" in ran.err
