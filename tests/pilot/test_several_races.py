"""What is done with several races at once: copied and deleted, with the rows of the plan."""

from pathlib import Path

import pytest

from drtui.domain.races import Definition
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.store.database import Database
from drtui.store.race_pending import creations
from tests.support.driving import console_app, running
from tests.support.operations import newest
from tests.support.races_table import filled_races, open_races


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


def created(database: Database) -> list[Definition]:
    with database.read() as connection:
        return [one.definition for one in creations(connection)]


async def test_several_races_are_copied_at_once(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("space", "g", "space", "c")
        await console.dialog(PlanDialog)
        assert "Copy of Friday warm-up" in console.prose()
        await console.press("enter")
        await console.until(lambda: bool(created(races)), "the operation")
        made = created(races)
        assert len(made) == 2
        assert all(one.name.startswith("Copy of ") for one in made)
        assert all(one.opens_at.timestamp() > races.clock() for one in made)


async def test_deleting_asks_for_the_number_and_leaves_open_races(
    path: Path, races: Database
) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("space")
        await shown.put_cursor("Summer cup, week 2")
        await console.press("space", "d")
        await console.dialog(PlanDialog)
        assert "the deployment deletes no open race" in console.prose()
        assert "Type 1 to confirm it" in console.prose()
        await console.write("1")
        await console.press("enter")
        await console.until(lambda: newest(races) == 1, "the operation")
        await console.until(lambda: "→ to be deleted" in console.text())
        assert not shown.table.marks


async def test_the_rows_of_a_plan_name_races_and_have_room_for_why_not(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path), (80, 24)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("space", "d")
        await console.dialog(PlanDialog)
        await console.press("d")
        await console.dialog(PlanDetails)
        assert any(line.split()[:2] == ["Race", "Outcome"] for line in console.lines())
        assert "Alias" not in console.text()
        assert "is open, and the deployment" in console.prose()
