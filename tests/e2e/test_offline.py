"""A day without network on the command line: `drtui prepare`, `offline`, `deliver`, the queue."""

from pathlib import Path

import pytest

from tests.e2e.running import COMMAND, Drtui, changed, limits, named, racers
from tests.e2e.terminal import terminal
from tests.support.emulator import RunningEmulator

PARTS = ["Racers", "Settings", "Models", "Races", "Leaderboards", "Live races"]


@pytest.fixture
def chosen(emulator: RunningEmulator) -> list[str]:
    return racers(emulator.profiles())


def queued(drtui: Drtui, *profile_ids: str, models: str = "31") -> None:
    change = ("set-quota", "--models", models, *named(*profile_ids))
    drtui("users", *change, "--yes", "--no-wait", "--no-sync")


def calls(emulator: RunningEmulator) -> int:
    return len(emulator.control("calls")["calls"])


def test_prepare_reads_everything_and_says_how_old_it_is(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    before = drtui("prepare", "--check", "--json", code=4).json()
    assert [part["part"] for part in before] == PARTS
    assert before[0]["missing"] == "never read"
    assert before[0]["as_of"] is None
    # The firewall lets the models of all racers through in minutes only.
    ran = drtui("prepare", "--json", "--minutes", "0.1", code=4)
    found = {part["part"]: part for part in ran.json()}
    assert [name for name, part in found.items() if part["missing"]] == ["Models"]
    assert found["Models"]["missing"].partition(":")[0] == "still being read"  # or how long yet
    assert all(part["as_of"] for name, part in found.items() if name != "Models")
    assert "1 part missing: models." in ran.err
    assert "1 part missing: models." in drtui("prepare", "--check", code=4).err


@pytest.mark.usefixtures("synced")
def test_prepare_says_what_is_missing_when_the_network_is_not_there(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    emulator.control("network", state="down", new="refuse", live="cut")
    ran = drtui("prepare", "--minutes", "0.1", code=4)
    assert "missing: models" in ran.err


@pytest.mark.usefixtures("synced")
def test_offline_on_purpose_nothing_is_called_until_it_is_delivered(
    drtui: Drtui, emulator: RunningEmulator, chosen: list[str]
) -> None:
    first, second, third = chosen[:3]
    drtui("offline", "on")
    status = drtui("offline", "--json").json()
    assert status["offline_on_purpose"]
    assert status["by"]
    before = calls(emulator)
    queued(drtui, first, second)
    told = drtui("users", "pause", "--profile", third, "--sync", "--yes", code=3).err
    assert "Offline on purpose: the account is not read." in told
    assert "offline on purpose, until “drtui deliver”" in told
    assert "answer" not in told
    drtui("operations", "cancel", "2", "--yes")
    drtui("sync", code=3)
    drtui("users", "list", "--json")
    drtui("operations", "list")
    assert calls(emulator) == before
    drtui("prepare", code=2)

    emulator.control("set", profile_id=second, maxModelCount=77)
    looked = drtui("deliver", "--dry-run")
    assert "1 would conflict" in looked.err
    assert "1 would be sent as planned" in looked.err
    assert limits(emulator.profiles()[first])[1] != 31
    assert drtui("offline", "--json").json()["offline_on_purpose"]

    drtui("deliver", "--yes", code=4)  # the conflict waits for a hand
    assert limits(emulator.profiles()[first])[1] == 31
    assert limits(emulator.profiles()[second])[1] == 77
    assert not drtui("offline", "--json").json()["offline_on_purpose"]


@pytest.mark.usefixtures("synced")
def test_deliver_without_a_network_stays_offline(
    drtui: Drtui, emulator: RunningEmulator, chosen: list[str]
) -> None:
    drtui("offline", "on")
    queued(drtui, chosen[0])
    emulator.control("network", state="down", new="refuse", live="cut")
    ran = drtui("deliver", "--yes", code=1)
    assert "still offline on purpose" in ran.err
    assert drtui("offline", "--json").json()["offline_on_purpose"]


@pytest.mark.usefixtures("synced")
def test_the_queue_is_listed_moved_edited_and_cancelled_before_it_is_sent(
    drtui: Drtui, emulator: RunningEmulator, chosen: list[str]
) -> None:
    first, second = chosen[:2]
    drtui("offline", "on")
    queued(drtui, first, second)
    queued(drtui, second, models="+1")
    rows = drtui("operations", "queue", "--json").json()
    assert [(row["operation"], row["unsent"]) for row in rows] == [(1, 2), (2, 1)]
    moved = drtui("operations", "move", "2", "--before", "1")
    assert "planned anew" in moved.err
    assert [row["operation"] for row in drtui("operations", "queue", "--json").json()] == [2, 1]
    drtui("operations", "edit", "1", "--models", "40", "--yes")
    drtui("operations", "cancel", "1", "--profile", first, "--yes")
    drtui("operations", "move", "2", code=2)
    before = emulator.profiles()
    drtui("deliver", "--yes")
    after = emulator.profiles()
    assert changed(before, after).keys() == {second}
    assert limits(after[second])[1] == 40


@pytest.mark.usefixtures("synced")
def test_offline_on_purpose_the_console_shows_everything_and_calls_nothing(
    drtui: Drtui, emulator: RunningEmulator, chosen: list[str], tmp_path: Path
) -> None:
    drtui("offline", "on")
    queued(drtui, chosen[0])
    before = calls(emulator)
    with terminal(COMMAND, drtui.environment, columns=120, lines=40, forks=drtui.forks) as console:
        console.see("offline on purpose", "as of", "pending")
        for key, seen in (
            ("1", "The five steps"),
            ("p", "pool never listed"),
            ("esc", "The five steps"),
            ("b", "Actual"),
            ("esc", "The five steps"),
            ("3", "read"),
            ("4", "Participants"),
            ("5", "Conflict"),
            ("o", "In the order of delivery"),
            ("esc", "Failed"),
            ("2", "Sponsored users"),
            ("R", "Not now: offline on purpose"),
            ("V", "Prepare for a day without network"),
        ):
            if key == "esc":
                console.leave_for(seen)
            else:
                console.press(key)
            console.see(seen, "offline on purpose")
        console.see("Nothing is read now")
        console.leave_for("filter")
        console.press("q")
        console.see("not delivered")
        console.press("\r")
        assert console.ended() == 0
    drtui("export", str(tmp_path / "export"))
    drtui("models", "list", "--json")
    drtui("races", "list", "--json")
    drtui("setup", "status", "--json")
    report = drtui("doctor", code=None).out
    assert "Offline on purpose" in report
    assert calls(emulator) == before
