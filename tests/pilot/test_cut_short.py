"""What was cut short is not taken for finished: whoever follows it is told, and by whom."""

from pathlib import Path

import pytest

from drtui.commands.operations import cancel
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.operations import on_operations, opened, pause, quota, read, row, table
from tests.support.screens import said, targets
from tests.support.stores import delivered


def cancelled_by(database: Database, who: str, number: int, of: str) -> None:
    """Somebody cancels what is left of an operation, elsewhere."""
    cancel(Workspace(database, who), number, of=of)


@pytest.mark.parametrize(
    ("done", "who", "told"),
    [
        (4, "bo", "bo cancelled 6 of operation 1: 4 of 10 done."),
        (0, "bo", "bo cancelled all of operation 1."),
        (4, "ada", "6 of 10 cancelled, operation 1."),
    ],
)
async def test_who_cancelled_what_one_follows_is_said_on_any_screen(
    path: Path, database: Database, done: int, who: str, told: str
) -> None:
    number = pause(database, "racer-0010")
    delivered(database, number, first=done)
    async with running(console_app(path), (80, 24)) as console:
        await console.until(lambda: f"{done} of 10 done" in console.text())
        cancelled_by(database, who, number, "ada")
        await console.until(lambda: console.message == told)
        assert told in console.text()


async def test_it_is_said_once_and_not_again_when_one_comes_back(
    path: Path, database: Database
) -> None:
    number = pause(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.until(lambda: "0 of 10 done" in console.text())
        cancelled_by(database, "bo", number, "ada")
        await console.until(lambda: "bo cancelled" in said(console))
        await console.press("5")
        await console.until(lambda: bool(table(console).keys))
        assert "bo cancelled" not in said(console)


async def test_of_those_that_are_not_in_the_line_only_one_s_own_are_told_of(
    path: Path, database: Database
) -> None:
    others, mine = quota(database, "racer-0010", who="bo"), pause(database, "racer-0011")
    quota(database, "racer-0012", who="bo")  # which the line is about
    async with running(console_app(path)) as console:
        await console.until(lambda: "+2 more" in console.text())
        cancelled_by(database, "bo", others, "")
        cancelled_by(database, "cy", mine, "ada")
        await console.until(lambda: said(console) != "")
        assert said(console) == f"cy cancelled all of operation {mine}."


async def test_several_who_cancelled_are_not_told_as_one(path: Path, database: Database) -> None:
    number = pause(database, "racer-0010")
    first = targets(database, number)[:3]
    cancel(Workspace(database, "cy"), number, first, of="ada")
    async with running(console_app(path)) as console:
        await console.until(lambda: "0 of 10 done" in console.text())
        cancelled_by(database, "bo", number, "ada")
        await console.until(lambda: said(console) == "10 of 10 cancelled, operation 1.")


async def test_what_ends_whole_says_nothing(path: Path, database: Database) -> None:
    number = pause(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.until(lambda: "0 of 10 done" in console.text())
        delivered(database, number)
        await console.until(lambda: "of 10 done" not in console.text())
        assert said(console) == ""


async def test_what_one_cancels_here_is_not_said_twice(path: Path, database: Database) -> None:
    number = pause(database, "racer-0010")
    async with on_operations(path) as console:
        await console.press("u")
        await console.dialog(PlanDialog)
        await console.press("right", "enter")
        await console.until(lambda: bool(said(console)))
        assert said(console) == "Undo: 10 cancelled, operation 1."
        await console.until(lambda: "delivering" not in console.text())
        assert said(console) == "Undo: 10 cancelled, operation 1."
    assert read(database, number).count(ItemState.CANCELLED) == 10


async def test_the_list_says_how_much_was_cancelled_at_any_width(
    path: Path, database: Database
) -> None:
    number = pause(database, "racer-0010")
    delivered(database, number, first=4)
    cancelled_by(database, "ada", number, "")
    async with on_operations(path, (80, 24)) as console:
        cells = row(console, "Pause").split()
        assert cells[-5:] == ["4/10", "0", "0", "6", "cancelled"]
        await console.resize((200, 40))
        await console.until(lambda: "done · 6 cancelled · undo u" in row(console, "Pause"))


async def test_the_page_counts_what_was_cancelled_and_shows_it(
    path: Path, database: Database
) -> None:
    number = pause(database, "racer-0010")
    delivered(database, number, first=4)
    cancelled_by(database, "bo", number, "ada")
    async with on_operations(path, (80, 24)) as console:
        await opened(console)
        counts = "[all 10] · failed 0 · in conflict 0 · pending 0 · cancelled 6"
        await console.until(lambda: counts in console.text())
        assert "done · 6 cancelled" in row(console, "Operation 1  Pause")
        await console.press("f", "f", "f", "f")
        await console.until(lambda: "[cancelled 6]" in console.text())
        assert len(table(console).keys) == 6
        await console.press("f")
        await console.until(lambda: "[all 10]" in console.text())
        await console.press("slash")
        await console.write("cancelled")
        await console.until(lambda: "6 of these match" in row(console, "Targets"))
        assert "cancelled 6 " in row(console, "Targets")
