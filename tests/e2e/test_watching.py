"""`drtui sync --watch` delivers for everybody; a second one watches, and takes over."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.forking import Fork
from tests.e2e.running import Drtui, changed, named, racers
from tests.support.emulator import RunningEmulator
from tests.support.waiting import eventually


def engine_of(drtui: Drtui) -> tuple[int | None, str]:
    """The process that the store says delivers, and whether it is online."""
    path = drtui.home / "state" / "accounts" / "event.sqlite"
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        pid, state = connection.execute(
            "SELECT engine_pid, connectivity FROM sync_state"
        ).fetchone()
    return pid, state


@pytest.fixture
def watching(drtui: Drtui) -> Iterator[Fork]:
    """An engine in the background."""
    drtui("sync")
    with drtui.started("sync", "--watch") as process:
        eventually(lambda: engine_of(drtui) == (process.pid, "online"), seconds=30)
        yield process


def test_commands_leave_the_delivery_to_the_engine_that_runs(
    drtui: Drtui, emulator: RunningEmulator, watching: Fork
) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    ran = drtui("users", "pause", *named(*chosen), "--yes")
    assert "3 of 3 done" in ran.err
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))
    drtui("operations", "undo", "--yes")
    assert changed(before, emulator.profiles()) == {}
    drtui("users", "set-quota", "--models", "+1", *named(*chosen), "--yes", "--no-wait")
    eventually(lambda: set(changed(before, emulator.profiles())) == set(chosen), seconds=30)
    assert engine_of(drtui)[0] == watching.pid
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, watching.pid) == min(ours + 10, 19)  # consoles go first


def test_a_stopped_one_says_how_things_stand_and_ends_well(drtui: Drtui, watching: Fork) -> None:
    watching.send_signal(signal.SIGTERM)
    out, err = watching.communicate(timeout=20)
    assert (watching.returncode, out) == (0, "")
    assert "online · as of" in err
    assert err.splitlines()[-1].endswith("0 pending")


def test_one_that_is_stopped_offline_says_that_something_stays(
    drtui: Drtui, emulator: RunningEmulator, watching: Fork
) -> None:
    chosen = racers(emulator.profiles())
    emulator.control("network", state="down")
    ran = drtui("users", "pause", *named(*chosen), "--yes", "--no-sync", code=3)
    assert "3 queued and not delivered yet" in ran.err
    watching.send_signal(signal.SIGINT)
    _, err = watching.communicate(timeout=20)
    assert watching.returncode == 3
    assert "offline" in err
    assert "3 pending" in err


def test_the_network_s_return_is_noticed_by_itself(
    drtui: Drtui, emulator: RunningEmulator, watching: Fork
) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    emulator.control("network", state="down")
    drtui("users", "pause", *named(*chosen), "--yes", "--no-sync", code=3)
    emulator.control("network", state="up")
    eventually(lambda: len(changed(before, emulator.profiles())) == 3, seconds=30)
    assert watching.poll() is None


def test_a_second_one_watches_and_takes_over_from_one_that_is_killed(
    drtui: Drtui, emulator: RunningEmulator, watching: Fork
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 8)
    with drtui.started("sync", "--watch") as second:
        assert second.stderr is not None
        assert f"process {watching.pid} delivers" in second.stderr.readline()
        emulator.control("latency", ms=400)
        change = ("set-quota", "--models", "+1", *named(*chosen))
        drtui("users", *change, "--yes", "--no-wait", "--no-sync")
        eventually(lambda: emulator.control("status")["under_way"] > 0, seconds=30)
        assert second.poll() is None
        assert engine_of(drtui)[0] == watching.pid
        os.kill(watching.pid, signal.SIGKILL)
        watching.wait(10)
        emulator.control("latency", ms=0)
        eventually(lambda: engine_of(drtui) == (second.pid, "online"), seconds=30)
        eventually(lambda: len(changed(before, emulator.profiles())) == 8, seconds=30)
        assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (300, 16))
        second.send_signal(signal.SIGTERM)
        _, err = second.communicate(timeout=20)
        assert "delivers" not in err.splitlines()[-1]


def test_a_command_takes_over_where_the_engine_it_waits_for_dies(
    drtui: Drtui, emulator: RunningEmulator, watching: Fork
) -> None:
    before = emulator.profiles()
    chosen = racers(before, 8)
    emulator.control("latency", ms=400)
    with drtui.started("users", "pause", *named(*chosen), "--yes", "--no-sync") as command:
        eventually(lambda: emulator.control("status")["under_way"] > 0, seconds=30)
        os.kill(watching.pid, signal.SIGKILL)
        watching.wait(10)
        emulator.control("latency", ms=0)
        _, err = command.communicate(timeout=60)
    assert command.returncode == 0, err
    assert changed(before, emulator.profiles()) == dict.fromkeys(chosen, (0, 0))
