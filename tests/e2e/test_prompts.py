"""A person at a terminal: asked before anything changes, and able to stop it."""

import signal

import pexpect
import pytest

from tests.e2e.running import Drtui, changed, named, racers
from tests.e2e.terminal import finished, in_terminal
from tests.support.emulator import RunningEmulator
from tests.support.waiting import eventually


def test_a_yes_goes_on_and_names_the_count(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    chosen = racers(before)
    with in_terminal(drtui, "users", "set-quota", "--hours", "+1", *named(*chosen)) as child:
        child.expect("Set usage quotas  hours [+]1 for 3 users. .y/N.:")
        assert changed(before, emulator.profiles()) == {}
        child.sendline("y")
        code, text = finished(child)
    assert code == 0
    assert "Operation 1: 3 of 3 done." in text
    assert set(changed(before, emulator.profiles())) == set(chosen)


@pytest.mark.parametrize("answer", ["n\r", "\r", "\x04", "\x03"], ids=["no", "enter", "end", "^C"])
def test_anything_but_a_yes_changes_nothing(
    drtui: Drtui, emulator: RunningEmulator, answer: str
) -> None:
    before = emulator.profiles()
    with in_terminal(drtui, "users", "pause", *named(*racers(before))) as child:
        child.expect("They can no longer create or train models")
        child.expect("for 3 users. .y/N.:")
        child.send(answer)
        if answer == "\x03":
            # One that comes before the interpreter begins to read is seen with the next; another
            # that comes after it has been heard would reach it while it ends.
            heard = ["Nothing was changed", pexpect.EOF, pexpect.TIMEOUT]
            while child.expect(heard, timeout=2) == 2:
                child.send(answer)
        code, text = finished(child)
    assert code == (130 if answer == "\x03" else 2)
    assert "Traceback" not in text
    assert "Nothing was changed." in text or answer == "\x03"
    assert drtui("operations", "list", "--json").json() == []
    assert changed(before, emulator.profiles()) == {}


def test_without_a_terminal_there_is_nobody_to_ask(drtui: Drtui, emulator: RunningEmulator) -> None:
    before = emulator.profiles()
    chosen = named(*racers(before))
    for command in (["users", "pause", *chosen], ["users", "set-quota", "--hours", "1", *chosen]):
        assert "confirm with --yes" in drtui(*command, code=2).err
    assert changed(before, emulator.profiles()) == {}
    assert drtui("operations", "list", "--json").json() == []


def test_limits_of_which_nothing_is_known_are_asked_for(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    (stranger,) = racers(emulator.profiles(), 1)
    before = emulator.control("snapshot")["settings"]["usageQuotas"]["newUser"]
    closed = {"newUserComputeMinutesLimit": 0, "newUserModelCountLimit": 0}
    emulator.control("set", profile_id=stranger, maxTotalComputeMinutes=0, maxModelCount=0)
    emulator.request("PUT", "/settings/usageQuotas.newUser", {"value": closed})
    try:
        with in_terminal(drtui, "users", "resume", *named(stranger)) as child:
            child.expect("Training hours for them")
            child.sendline("4")
            child.expect("Model count for them")
            child.sendline("unlimited")
            child.expect("for 1 user. .y/N.:")
            child.sendline("y")
            code, _ = finished(child)
    finally:
        emulator.request("PUT", "/settings/usageQuotas.newUser", {"value": before})
    assert code == 0
    after = emulator.profiles()[stranger]
    assert (after["maxTotalComputeMinutes"], after["maxModelCount"]) == (240, -1)


@pytest.mark.usefixtures("synced")
def test_ctrl_c_while_delivering_leaves_the_rest_queued_and_says_so(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = emulator.profiles()
    emulator.control("latency", ms=300)
    drtui.environment["DRTUI_SYNC_CONCURRENCY"] = "2"
    with in_terminal(drtui, "users", "pause", "--filter", "role:racer", "--yes") as child:
        child.expect("[1-9][0-9]* of [0-9]+ done")
        child.sendintr()
        code, text = finished(child)
    assert code == 3
    assert "Interrupted:" in text
    assert "queued and not delivered" in text
    assert "drtui operations cancel 1" in text
    emulator.control("latency", ms=0)
    drtui.environment.pop("DRTUI_SYNC_CONCURRENCY")
    drtui("sync")
    operation = drtui.last_operation()
    assert operation["state"] == "done"
    paused = {item["profile_id"] for item in operation["items"] if item["state"] == "done"}
    assert changed(before, emulator.profiles()) == dict.fromkeys(paused, (0, 0))
    drtui("operations", "undo", "--yes", code=None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_reading_ends_before_anything_is_queued(
    drtui: Drtui, emulator: RunningEmulator, number: signal.Signals
) -> None:
    before = emulator.profiles()
    emulator.control("latency", ms=2_000)
    with drtui.started("users", "pause", "--all", "--yes") as process:
        eventually(lambda: emulator.control("status")["under_way"] > 0, seconds=30)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "Interrupted; nothing was changed.\n"
    emulator.control("latency", ms=0)
    assert drtui("operations", "list", "--json").json() == []
    assert changed(before, emulator.profiles()) == {}


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize("columns", [45, 80, 120])
def test_the_list_fits_the_terminal(drtui: Drtui, columns: int) -> None:
    with in_terminal(drtui, "users", "list", "--no-sync", columns=columns) as child:
        code, text = finished(child)
    assert code == 0
    rows = text.splitlines()
    assert rows[0].startswith("Alias")
    assert {"Status", "Hours", "Max"} <= set(rows[0].split())
    assert len(rows[0]) <= columns


def test_sync_shows_how_it_goes_on_one_line(drtui: Drtui) -> None:
    with in_terminal(drtui, "sync", columns=200) as child:
        code, text = finished(child)
    assert code == 0
    assert "online · as of" in text
    assert "0 pending" in text
