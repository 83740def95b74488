"""A race that somebody else changes while its form is open."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from drtui.commands.bulk import submit
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.race_planner import RacePlanner
from drtui.store.database import Database
from drtui.store.races import all_races
from tests.pilot.test_race_changes import go_to, put
from tests.support.driving import console_app, running
from tests.support.operations import newest
from tests.support.races_table import filled_races, open_races


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


async def test_it_stays_and_is_not_told_as_ones_own(path: Path, races: Database) -> None:
    bob = RacePlanner(Workspace(races, "bob"), UTC)

    def change(key: int, **fields: Any) -> None:
        subject = bob.race_to_edit(key)
        plan = bob.plan_form(subject, replace(subject.before, **fields))
        assert submit(Workspace(races, "bob"), plan) is not None

    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        key = shown.table.cursor_key
        assert key is not None
        await console.press("e")
        await console.dialog(RaceFormDialog)
        change(key, description="Bob's.", max_laps=7)
        await go_to(console, "max_submissions")
        await put(console, "7")
        await console.press("enter")
        await console.dialog(PlanDialog)
        change(key, footer="Bob's too.")
        await console.press("enter")
        await console.until(lambda: "came in meanwhile" in console.prose(), "the plan made anew")
        assert "submissions per racer  5 → 7" in console.text()
        for told in ("description", "footer", "most laps"):
            assert told not in console.text()
        await console.press("enter")
        await console.until(lambda: newest(races) == 3, "the operation")
        will_be = bob.race_to_edit(key).before
        assert (will_be.max_submissions, will_be.max_laps) == (7, 7)
        assert (will_be.description, will_be.footer) == ("Bob's.", "Bob's too.")
        await console.press("e")
        await console.dialog(RaceFormDialog)
        change(key, max_submissions=3)
        await go_to(console, "max_submissions")
        await put(console, "9")
        await console.press("enter")
        await console.dialog(PlanDialog)
        told = "somebody else changed submissions per racer meanwhile: edit it again"
        assert told in console.prose()
        await console.press("enter")
        await console.settled()
        assert newest(races) == 4  # Bob's


def test_the_same_change_is_not_told_again(races: Database) -> None:
    workspace = Workspace(races, "ada")
    planner = RacePlanner(workspace, UTC)
    with races.read() as connection:
        key = next(one.key for one in all_races(connection) if one.race.definition.name == "Cones")
    subject = planner.race_to_edit(key)
    submit(workspace, planner.plan_form(subject, replace(subject.before, max_laps=7)))

    wanted = replace(subject.before, max_laps=7, footer="Ours.")
    plan = planner.plan_form(subject, wanted)

    assert planner.sent_text(subject, wanted, plan) == "footer  nothing → Ours."
