"""`drtui races create` to `live`, as a person or a script runs them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.emulator import RunningEmulator, running_emulator

FILE = """\
zone = "Europe/Berlin"
name = "From a file"
track = "reinvent_base"
opens = "2040-03-01 09:00"
closes = "2040-03-08 09:00"
"""


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    with running_emulator(racers=20, deployment="1.3.1", lag_ms=0) as emulator:
        yield emulator


def named(emulator: RunningEmulator, name: str) -> list[dict[str, Any]]:
    """The races of a name, as they are in the deployment."""
    races = emulator.control("races")["races"].values()
    return [one for one in races if one["definition"]["name"] == name]


def show(emulator: RunningEmulator, name: str, racers: int = 3) -> tuple[str, list[str]]:
    """A live race whose time has come, with submissions that are closed."""
    times = {"opens_in": -7200, "closes_in": 7200, "live_in": -60}
    (race_id,) = emulator.control("add_races", name=name, **times)["race_ids"]
    entered = emulator.control("enter", race_id=race_id, racers=racers)["submission_ids"]
    emulator.control("race", race_id=race_id, submissions_open=False)
    return race_id, list(entered)


def queue(emulator: RunningEmulator, name: str) -> list[tuple[str, str]]:
    (race,) = named(emulator, name)
    return [(one["submission_id"], one["status"]) for one in race["entries"]]


def test_a_race_is_created_edited_copied_and_deleted(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    times = ("--opens", "2040-03-01 09:00", "--closes", "2040-03-08 09:00", "--zone", "UTC")
    planned = drtui("races", "create", "Cup", *times, "--dry-run")
    assert "opening: 2040-03-01 09:00 UTC" in planned.err
    assert not named(emulator, "Cup")
    drtui("races", "create", "Cup", *times, "--submissions", "7", "--yes")
    (made,) = named(emulator, "Cup")
    assert made["definition"]["maxSubmissionsPerUser"] == 7
    drtui("races", "edit", "Cup", "--set", "max_laps=9", "--no-sync", "--yes")
    drtui("races", "clone", "Cup", "--no-sync", "--yes")
    (copied,) = named(emulator, "Copy of Cup")
    assert copied["definition"]["submissionTerminationConditions"]["maximumLaps"] == 9
    drtui("races", "delete", made["race_id"], copied["race_id"], "--no-sync", "--yes")
    assert not named(emulator, "Cup") + named(emulator, "Copy of Cup")


def test_a_lost_answer_makes_no_second_race(drtui: Drtui, emulator: RunningEmulator) -> None:
    emulator.control("fail", method="POST", path="/leaderboards", how="status_after", status=504)
    told = drtui("races", "create", "Once", "--yes")
    assert len(named(emulator, "Once")) == 1
    assert "1 done" in told.err


def test_what_cannot_be_is_one_sentence(drtui: Drtui, emulator: RunningEmulator) -> None:
    missing = drtui.sentence("races", "create", "X", "--track", "moon", "--yes", code=2)
    assert "There is no track" in missing
    gap = ("--opens", "2026-03-29 02:30", "--zone", "Europe/Berlin")
    told = drtui.sentence("races", "create", "X", *gap, "--yes", code=2)
    assert "does not exist in Europe/Berlin" in told
    past = drtui.sentence("races", "create", "X", "--closes", "2020-01-01 10:00", "--yes", code=2)
    assert "closing has to be after the opening" in past
    nobody = drtui.sentence("races", "edit", "Nothing", "--name", "Y", "--yes", code=2)
    assert "No race is called" in nobody
    assert not named(emulator, "X")


def test_a_file_is_applied_exported_and_applied_again(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    file, out = tmp_path / "cup.toml", tmp_path / "out.toml"
    file.write_text(FILE)
    drtui("races", "apply", str(file), "--yes")
    (made,) = named(emulator, "From a file")
    assert made["definition"]["openTime"].startswith("2040-03-01T08:00:00")
    drtui("races", "export", "From a file", "--output", str(out), "--zone", "Europe/Berlin")
    again = drtui("races", "apply", str(out), "--sync", "--yes")
    assert "1 unchanged" in again.err
    assert "Nothing to change" in again.err
    file.write_text(FILE.replace("reinvent_base", "moon").replace("09:00", "nine"))
    wrong = drtui("races", "apply", str(file), "--yes", code=2)
    assert "cup.toml:3: There is no track" in wrong.err
    assert "cup.toml:4:" in wrong.err
    names = drtui("races", "templates").out.split()
    assert "live-final" in names
    assert 'name = "Live final"' in drtui("races", "templates", "live-final").out


def test_a_show_is_run_from_the_command_line(drtui: Drtui, emulator: RunningEmulator) -> None:
    race_id, (one, two, three) = show(emulator, "Show")
    live = ("races", "live")
    assert drtui(*live, "queue", "Show", "--sync").out.count("waits") == 3
    drtui(*live, "move", race_id, three, "1")
    assert [each for each, _ in queue(emulator, "Show")] == [three, one, two]
    drtui(*live, "order", race_id, two, one)
    assert [each for each, _ in queue(emulator, "Show")] == [two, one, three]
    drtui(*live, "auto-launch", race_id, "on")
    drtui(*live, "auto-launch", race_id, "off")
    drtui(*live, "remove", race_id, three, "--yes")
    assert "runs" in drtui(*live, "launch", race_id).err
    assert "runs already" in drtui(*live, "launch", race_id, code=4).err
    drtui(*live, "reset", race_id, two, "--reason", "brakes")
    assert queue(emulator, "Show") == [(two, "PENDING"), (one, "PENDING")]
    assert "it waits already." in drtui(*live, "reset", race_id, one).err
    drtui(*live, "reset-all", race_id, "--yes")
    assert "leaderboard" in drtui(*live, "declare-winner", race_id, "--yes", code=4).err


def test_nothing_is_queued_for_later(drtui: Drtui, emulator: RunningEmulator) -> None:
    race_id, _ = show(emulator, "Offline")
    drtui("races", "live", "queue", race_id, "--sync")
    emulator.control("network", state="down", new="refuse", live="cut")
    told = drtui("races", "live", "launch", race_id, "--no-sync", code=3)
    assert "never queued for later" in told.err
    emulator.control("network", state="up")
    drtui("sync")
    assert {status for _, status in queue(emulator, "Offline")} == {"PENDING"}


def test_a_show_is_postponed_and_may_wait_for_the_network(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    times = {"opens_in": -7200, "closes_in": 7200, "live_in": 600}
    (race_id,) = emulator.control("add_races", name="Late", **times)["race_ids"]

    def live_at() -> datetime:
        return datetime.fromisoformat(named(emulator, "Late")[0]["definition"]["liveEventTime"])

    first = live_at()
    move = ("races", "live", "at", "Late")
    assert "1 done" in drtui(*move, "+20m", "--sync", "--yes").err
    assert live_at() == first + timedelta(minutes=20)
    emulator.control("network", state="down", new="refuse", live="cut")
    assert "not delivered yet" in drtui(*move, "+20m", "--no-sync", "--yes", code=3).err
    emulator.control("network", state="up")
    drtui("sync")
    assert live_at() == first + timedelta(minutes=40)
    drtui(*move, "2020-01-01 10:00", "--yes", code=4)
    emulator.control("race", race_id=race_id, live_status="IN_PROGRESS")
    assert "has begun: its time stays" in drtui(*move, "+20m", "--sync", "--yes", code=4).err
    assert live_at() == first + timedelta(minutes=40)


def test_a_facilitator_runs_the_show(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    fay = drtui_on(emulator, tmp_path / "fay", "facilitator", forks=forks)
    race_id, _ = show(emulator, "By a facilitator")
    assert "runs" in fay("races", "live", "launch", race_id).err
