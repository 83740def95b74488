"""What others put into names never acts on the admin's terminal, on whatever screen it is shown.

Racers call themselves what they like, and so can their models, tags that another drtui wrote,
and a deployment's error texts. Every screen and dialog is visited with such ones, and all that
went to the terminal is read by a strict reader.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from drtui.domain.text import clean
from tests.e2e.forking import Forks
from tests.e2e.running import COMMAND, Drtui, drtui_on
from tests.e2e.terminal import Terminal, terminal
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.terminal_stream import harmful, read_stream

HOSTILE: Final = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;renamed\x07title",
    "\x1b]52;c;ZXZpbA==\x07clip",
    "\x1b[2J\x1b[Hcleared",
    "\x1bP+q544e\x1b\\asks",
    "\x9b31mC1\x9d0;renamed\x9cend\x85next",
    "bell\x07 nul\x00 back\x08 del\x7f out\x0e",
    "two\nlines\tand\ra return",
    "\u202egnirts desrever",
    "left\u2066isolated\u2069right\u200f",
    "zero\u200bwidth\ufeff\u2028line\u2029end",
    "private\ue000soft\xadhyphen\U000e0041tag",
    "[bold red]markup[/] [@click=app.quit]quit[/]",
    "\U0001f3ce\ufe0f\U0001f469\u200d\U0001f680 racer \U0001f1e6\U0001f1f9",
    "\u8d5b\u8f66\u624b\u5feb\u901f\u8d5b\u8f66\u624b",
    "e\u0301\u0302\u0303\u0304\u0305\u0306 stacked",
    "W" * 300,
)
MARK: Final = "zz"
"""Begins the aliases here, so that they can be filtered for."""
WORST: Final = "\x1b]0;worst\x07\x1b[31m\x9b1m\u202e\nworst"
PAGE_DOWN: Final = "\x1b[6~"
RIGHT: Final = "\x1b[C"
PASTED: Final = "\x1b[200~alias:\x07\x00\u202e\x9b31m\x1b[0mpasted\x1b[201~"


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    """Racers, models, an admin and answers that mean no good."""
    with running_emulator(racers=30) as running:
        everyone = running.profiles()
        admin = next(one for one in everyone if everyone[one]["roleName"] == "dr-admins")
        running.control("set", profile_id=admin, alias=WORST, emailAddress=f"{WORST}@example.org")
        racers = [one for one in everyone if everyone[one]["roleName"] == "dr-racers"]
        for profile_id, text in zip(racers, HOSTILE, strict=False):
            running.control(
                "set",
                profile_id=profile_id,
                alias=f"{MARK}{text}",
                emailAddress=f"{text}@example.org",
                createdAt=f"2026-10-01T00:00:00Z{text}",
                maxTotalComputeMinutes=300,
                maxModelCount=15,
                computeMinutesUsed=60,
            )
        models = [
            {"modelId": f"{number:015}", "name": f"model {text}", "status": text or "READY"}
            for number, text in enumerate(HOSTILE)
        ]
        running.control(
            "fail",
            method="GET",
            path="/admin/profiles/*/models",
            times=None,
            status=200,
            body={"models": models},
            error_type="",
        )
        yield running


@pytest.fixture
def drtui(emulator: RunningEmulator, tmp_path: Path, forks: Forks) -> Drtui:
    """An admin whose store holds labels and operations with texts that no drtui would write."""
    made = drtui_on(emulator, tmp_path / "home", forks=forks)
    made("users", "list", "--sync")
    emulator.control(
        "fail", method="PATCH", path="/profile", times=3, status=400, body={"message": WORST}
    )
    made("users", "set-quota", "--hours", "+1", "--filter", MARK, "--yes", code=4)
    (store,) = made.home.glob("state/**/*.sqlite")
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "INSERT INTO tag SELECT profile_id, ?, ? FROM sponsored_user", (f"team{WORST}", WORST)
        )
        connection.execute("UPDATE sponsored_user SET tags = tags || ?", (f" team:{WORST}",))
        connection.execute("UPDATE operation SET account_user = ?", (WORST,))
        connection.execute(  # what is there stays: lines are only ever added
            "INSERT INTO journal (at, who, account_user, what, result) VALUES (1, ?, ?, ?, ?)",
            (WORST, WORST, WORST, WORST),
        )
        connection.execute("UPDATE operation_item SET reason = reason || ?", (WORST,))
    return made


class Tour:
    """Goes from Monitor usage to a dialog, and back."""

    def __init__(self, console: Terminal) -> None:
        self.console = console
        self.home = "space mark"

    def visit(self, keys: str, *needles: str) -> None:
        """Go somewhere else by keys."""
        self.console.press(keys)
        self.console.wait_for(
            lambda text: self.home not in text and all(one in text for one in needles),
            f"{keys!r}: {needles}",
        )

    def stay(self, keys: str, *needles: str) -> None:
        """Do something here."""
        self.console.press(keys)
        self.console.see(self.home, *needles)

    def scroll_to(self, needle: str) -> None:
        """Press the page key until this is in sight."""
        for _ in range(20):
            if self.console.read_for(0.5, lambda text: needle in text):
                return
            self.console.press(PAGE_DOWN)
        raise AssertionError(f"{needle!r} never came in sight:\n{self.console.text}")

    def back(self) -> None:
        self.console.leave_for(self.home)


def monitor_usage(tour: Tour) -> None:
    """Filter with completion and errors, marks, and every dialog of the list."""
    tour.visit("/team:", "team:")
    tour.console.press("\t\t")
    tour.back()
    tour.visit("/", "keep the filter")
    tour.visit(PASTED, "pasted")
    tour.back()
    tour.visit("/(zz", "(zz")
    tour.back()
    tour.visit(f"/{MARK}", "17 of 35")
    tour.stay("\r", "17 of 35")
    for keys, needle in (
        ("i", "Usage summary"),
        ("c", "always shown"),
        ("f", "Saved filters"),
        ("s", "Sort by"),
        ("m", "Set or remove tags"),
        ("?", "everything that can be done"),
        ("t", "esc cancel"),
        ("N", "esc cancel"),
        ("o", "esc cancel"),
        ("x", "esc cancel"),
        ("d", "esc cancel"),
        ("y", "Copied"),
        ("L", "esc cancel"),
        ("I", "esc cancel"),
        ("u", "Undo"),
    ):
        tour.visit(keys, needle)
        tour.back()


def bulk(tour: Tour) -> None:
    """The plan in numbers and row by row, and a list that is pasted."""
    tour.visit("L", "esc cancel")
    tour.visit(PASTED, "pasted")
    tour.visit("\x1b", "Leave without the list?")
    tour.console.press(RIGHT)
    tour.stay("\r")
    tour.stay("a", "17 marked")
    tour.visit("p", "Pause sponsorship (", "d details")
    tour.visit("d", MARK)
    tour.back()
    tour.visit("e", "Maximum training hours")
    tour.visit("+1\r", "new quotas", "d details")
    tour.visit("d", MARK)
    tour.back()
    tour.visit("x", "esc cancel")
    tour.back()
    tour.visit("y", "Copied")
    tour.back()


def racer(tour: Tour) -> None:
    """A racer's page from the list and by the palette, to its end."""
    tour.visit("\r", "esc back", "Profile id")
    tour.scroll_to("model \N{REPLACEMENT CHARACTER}")
    tour.console.press("G")
    tour.visit("N", "esc cancel")
    tour.console.leave_for("esc back")
    tour.back()
    tour.stay(":", "Search for commands")
    tour.stay(MARK, "o to racer")
    tour.visit("\r", "esc back", "Profile id")
    tour.back()


def operations(tour: Tour) -> None:
    """The list of operations, and the page of one with reasons from the deployment."""
    of_the_list = "Failed  Conflict"
    tour.visit("5", of_the_list)
    tour.visit("m", "esc cancel")
    tour.console.leave_for("enter open")
    tour.visit("\r", "[all 17]", "f show")
    tour.visit("f", "[failed 3]", "worst")
    tour.visit("/worst", "/ worst", "of these match")
    tour.console.leave_for(of_the_list)
    tour.visit("t", "esc cancel")
    tour.console.leave_for("enter open")
    tour.stay("2")


def journal(tour: Tour) -> None:
    """The journal, searched, and an entry of it in whole."""
    tour.visit("J", "Result", "worst")
    tour.visit("/worst\r", "worst")
    tour.visit("\r", "Close", "enter choose")
    tour.console.leave_for("y copy")
    tour.stay("2")


@pytest.mark.parametrize("size", [(80, 24), (160, 40)], ids=str)
def test_no_hostile_text_reaches_the_terminal_as_it_is(drtui: Drtui, size: tuple[int, int]) -> None:
    columns, lines = size
    size_of_it = {"columns": columns, "lines": lines}
    with terminal(COMMAND, drtui.environment, forks=drtui.forks, **size_of_it) as console:
        console.wait_for(lambda text: "35 of 35" in text and "online" in text)
        tour = Tour(console)
        for part in (monitor_usage, bulk, racer, operations, journal):
            part(tour)
        console.press("q")
        assert console.ended() == 0
    stream = read_stream(console.written)
    assert stream.faults == ()
    assert stream.copied
    assert all("@example.org" in text for text in stream.copied)
    raw = [text for text in (*HOSTILE, WORST) if any(map(harmful, text))]
    assert not [text for text in raw if text.encode() in console.written]
    assert clean("\x1b[31mred") in stream.text


def test_lists_of_the_command_line_are_as_harmless(drtui: Drtui) -> None:
    # `Drtui` itself holds every run to that.
    assert clean("\x1b[31mred") in drtui("users", "list").out
    for arguments in (
        ("users", "list", "--json"),
        ("users", "list", "--csv"),
        ("users", "show", "zzbell\x07 nul"),
        ("operations", "list"),
        ("operations", "show", "1"),
        ("operations", "show", "1", "--csv"),
        ("journal",),
        ("journal", "--csv"),
        ("summary",),
    ):
        drtui(*arguments, code=None)
