"""An event day in the console, in tmux at 80 by 24: 2,000 racers and a network that goes away.

What the console says is held against what is in the account, which is read from the emulator
itself and not by anything of drtui's.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import COMMAND, drtui_on, limits
from tests.e2e.tmux import Tmux, drain, needs_tmux, tmux_server
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

RACERS = 2_000
TWO_HOURS = 120
PACE = 500
_UNDO_IN_FOCUS = re.compile(r"\x1b\[1m(\x1b\[[\d;]*m)*\[ Undo \(")
Limits = dict[str, tuple[int | None, int | None]]

pytestmark = needs_tmux


@pytest.fixture
def emulator(request: pytest.FixtureRequest) -> Iterator[RunningEmulator]:
    """Racers whose life stands still, with limits that all are known: each can be undone."""
    with running_emulator(racers=getattr(request, "param", RACERS), lag_ms=0) as running:
        for profile_id, profile in running.profiles().items():
            if None in limits(profile):
                running.control(
                    "set", profile_id=profile_id, maxTotalComputeMinutes=300, maxModelCount=15
                )
        yield running


@pytest.fixture
def console(emulator: RunningEmulator, tmp_path: Path) -> Iterator[Tmux]:
    config = f"[sync]\nchanges_per_second = {PACE}\n"
    drtui = drtui_on(emulator, tmp_path / "home", config=config)
    with tmux_server(drtui.environment) as server:
        keeping_the_code = 'code=$1; shift; "$@"; echo $? > "$code"'
        server.start(["sh", "-c", keeping_the_code, "sh", f"{tmp_path}/code", *COMMAND], 80, 24)
        everyone = len(emulator.profiles())
        server.see("online", f"{everyone:,} of {everyone:,} shown")
        yield server


def account(emulator: RunningEmulator) -> Limits:
    return {profile_id: limits(one) for profile_id, one in emulator.profiles().items()}


def assert_becomes(emulator: RunningEmulator, wanted: Limits) -> None:
    """Wait until the account is so.

    Where the network went in the middle of a call, nobody knows what became of it, and for 35
    seconds no other value goes to that racer.
    """
    with suppress(AssertionError):  # what differs says more than that it took too long
        eventually(lambda: account(emulator) == wanted, seconds=60)
    assert account(emulator) == wanted


def with_two_hours_more(before: Limits, profiles: dict[str, dict[str, Any]]) -> Limits:
    """What +2 hours for all racers makes of the account."""
    return {
        profile_id: (minutes + TWO_HOURS, models)
        if profiles[profile_id]["roleName"] in ("dr-racers", None)
        and minutes is not None
        and minutes >= 0
        and (minutes, models) != (0, 0)
        else (minutes, models)
        for profile_id, (minutes, models) in before.items()
    }


def over_ninety(wanted: Limits, profiles: dict[str, dict[str, Any]]) -> set[str]:
    """Who has used more than 90 % of such limits and is not paused; a limit of 0 is used up."""
    used = {profile_id: one["computeMinutesUsed"] for profile_id, one in profiles.items()}
    return {
        profile_id
        for profile_id, (minutes, models) in wanted.items()
        if minutes is not None and minutes >= 0 and (minutes, models) != (0, 0)
        and used[profile_id] is not None
        and (minutes == 0 or used[profile_id] > 0.9 * minutes)
    }  # fmt: skip


def confirm(console: Tmux, title: str, button: str) -> int:
    """Confirm the plan that stands, and return how many it says will change."""
    plan = console.see(title, "will ", button)
    found = re.search(rf"{re.escape(button)} \(([\d,]+)\)", plan)
    assert found is not None, plan
    if button == "Undo":  # where Enter alone leaves it as it is
        console.insist("Right", lambda _: _UNDO_IN_FOCUS.search(console.styled) is not None)
    console.insist("Enter", lambda text: f"({found[1]}) ]" not in text)
    console.see(f"{found[1]} confirmed")
    return int(found[1].replace(",", ""))


def delivered(text: str) -> bool:
    """Whether the header tells of an account that is up to date."""
    first = text.partition("\n")[0]
    return "online" in first and "pending" not in first


def test_an_event_day_in_the_console(
    console: Tmux, emulator: RunningEmulator, tmp_path: Path
) -> None:
    profiles = emulator.profiles()
    first = account(emulator)
    more = with_two_hours_more(first, profiles)
    assert sum(more[one] != first[one] for one in first) > RACERS * 0.8

    # Everybody is marked and gets two hours more.
    console.press("a")
    console.wait_for(lambda text: re.search(r"2,\d\d\d marked", text) is not None, "the marks")
    console.press("e")
    console.see("Maximum training hours", "esc cancel")
    console.write("+2")
    console.see("hours  +2")
    console.press("Enter")
    quotas = confirm(console, "hours +2", "Set usage quotas")
    assert quotas == sum(more[one] != first[one] for one in first)

    # The network goes while that is delivered.
    def arrived() -> int:
        now = account(emulator)
        return sum(now[one] != first[one] for one in first)

    eventually(lambda: arrived() >= 300, seconds=30)
    emulator.control("network", state="down")
    half = arrived()
    assert 300 <= half < quotas
    console.see("offline", "pending")

    # Offline, those over 90 % are marked and paused; somebody looks in from a larger terminal,
    # which is made smaller, and goes away again.
    with console.attached(120, 40) as client:
        console.until("#{window_width}x#{window_height}", "120x40", client)
        console.see("Multi-user management", "offline")
        console.write("/used>90%")
        console.see("/ used>90%")
        client.setwinsize(24, 80)
        console.until("#{window_width}x#{window_height}", "80x24", client)
        console.wait_for(lambda text: "Multi-user management" not in text, "the narrow frame")
        drain(client)
    console.press("Enter")
    console.see("/ used>90%", "offline", "0 marked", "space mark")
    console.press("a")
    console.wait_for(lambda text: " 0 marked" not in text and "marked" in text, "the marks")
    console.press("p")
    paused = confirm(console, "Pause sponsorship", "Pause sponsorship")
    console.see("offline", "pending")
    assert arrived() == half, "something arrived without a network"

    # With another terminal attached the network comes back, and everything is delivered.
    with console.attached(80, 24):
        console.see("offline")
        emulator.control("network", state="up")
        console.wait_for(delivered, "the end of the delivery")
    after = account(emulator)
    stopped = {one for one in first if after[one] == (0, 0) != first[one]}
    assert len(stopped) == paused > 20
    assert over_ninety(more, profiles) <= stopped <= over_ninety(first, profiles)
    assert after == {one: (0, 0) if one in stopped else more[one] for one in more}

    # Both are undone, the last one first, and the account is what it was.
    console.press("u")
    assert confirm(console, "Undo 2", "Undo") == paused
    assert_becomes(emulator, more)
    console.wait_for(delivered, "the end of the first undo")
    console.press("u")
    assert confirm(console, "Undo 1", "Undo") == quotas
    assert_becomes(emulator, first)
    console.wait_for(delivered, "the end of the second undo")

    console.press("5")
    shown = console.see("undone by 4", "undone by 3", "Undo 1", "Undo 2")
    assert "needs a hand" not in shown
    console.press("q")
    console.until("#{pane_dead}", "1")
    assert (tmp_path / "code").read_text() == "0\n"
    assert "Traceback" not in console.text


@pytest.mark.parametrize("emulator", [20], indirect=True)
def test_what_is_copied_goes_to_the_buffer_of_tmux(
    console: Tmux, emulator: RunningEmulator
) -> None:
    email = next(one["emailAddress"] for one in emulator.profiles().values() if one["emailAddress"])
    console.write(f"/{email}")
    console.see(" 1 of ")
    console.press("Enter")
    console.see("space mark")
    console.press("y")
    console.see("Copied: 1 email address", email, "tmux")
    assert console.command("show-buffer").strip() == email
