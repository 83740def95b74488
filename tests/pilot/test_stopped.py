"""While multi-user mode is disabled Monitor usage hides the racers, and says so."""

from pathlib import Path

import pytest

from drtui.commands.multi_user import plan_disable, plan_enable
from drtui.commands.workspace import Workspace
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.switching import carried_out

HIDDEN = "Multi-user mode is disabled: 54 racers are hidden; H shows them."
SHOWN = "Multi-user mode is disabled: 54 racers are shown; H hides them."


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_racers_are_hidden_until_they_are_asked_for(
    path: Path, database: Database, size: tuple[int, int]
) -> None:
    carried_out(
        Workspace(database, "ada"), plan_disable(Workspace(database, "ada"), second_door=False)
    )
    async with running(console_app(path), size) as console:
        assert HIDDEN in console.text()
        assert len(console.table.keys) == 2
        assert "2 of 56 shown" in console.counts
        await console.press("H")
        await console.until(lambda: SHOWN in console.text())
        assert len(console.table.keys) == 56
        await console.press("H")
        await console.until(lambda: HIDDEN in console.text())
        assert len(console.table.keys) == 2


async def test_a_filter_finds_hidden_racers_only_when_they_are_shown(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    carried_out(workspace, plan_disable(workspace, second_door=False))
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("ada-l")
        await console.press("enter")
        assert not console.table.keys
        await console.press("H")
        await console.until(lambda: len(console.table.keys) == 1)


async def test_marks_stay_while_the_marked_are_hidden(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    carried_out(workspace, plan_disable(workspace, second_door=False))
    async with running(console_app(path)) as console:
        await console.press("H")
        await console.until(lambda: len(console.table.keys) == 56)
        await console.press("a", "H")
        await console.until(lambda: len(console.table.keys) == 2)
        assert console.table.marked_count == 56
        assert "54 of them hidden" in console.counts or "54 hidden" in console.counts


async def test_it_follows_what_becomes_of_the_mode(path: Path, database: Database) -> None:
    workspace = Workspace(database, "ada")
    async with running(console_app(path)) as console:
        assert "Multi-user mode is" not in console.text()
        await console.press("H")
        assert console.message == "Multi-user mode is not disabled: nobody is hidden."
        carried_out(workspace, plan_disable(workspace, second_door=False))
        await console.until(lambda: HIDDEN in console.text())
        carried_out(workspace, plan_enable(workspace, second_door=False))
        await console.until(lambda: len(console.table.keys) == 56)
        assert "Multi-user mode is disabled" not in console.text()
