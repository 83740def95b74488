"""The form of a race: left with a question where something was typed, or refused at once."""

from pathlib import Path

import pytest

from drtui.domain.features import Feature
from drtui.screens.dialogs.base import CANCEL
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.store.database import Database
from drtui.store.deployment_facts import write_found
from tests.support.driving import console_app, running
from tests.support.races_table import filled_races, open_races


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


@pytest.mark.parametrize("leave", ["escape", "its button"])
async def test_leaving_the_form_asks_before_what_was_typed_is_lost(
    path: Path, races: Database, leave: str
) -> None:
    del races

    async def left() -> None:
        if leave != "escape":
            console.app.screen.query_one(f"#{CANCEL}").focus()
        await console.press("escape" if leave == "escape" else "enter")

    async with running(console_app(path)) as console:
        await open_races(console)
        table = console.app.screen
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await left()
        await console.until(lambda: console.app.screen is table, "the form left as it opened")
        await console.press("n")
        form = await console.dialog(RaceFormDialog)
        await console.write("Sprint")
        await left()
        await console.dialog(ConfirmDialog)
        assert "What is typed here would be lost." in console.prose()
        await console.press("enter")  # goes back
        await console.until(lambda: console.app.screen is form, "the form again")
        assert form.texts["name"] == "Sprint"
        await left()
        await console.dialog(ConfirmDialog)
        await console.press("right", "enter")
        await console.until(lambda: console.app.screen is table, "the form left")


async def test_what_was_planned_and_left_is_asked_about_too(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.write("Sprint")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("escape")
        await console.dialog(RaceFormDialog)
        await console.press("escape")
        await console.dialog(ConfirmDialog)


async def test_a_closed_race_says_why_it_cannot_be_changed(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        table = console.app.screen
        await console.press("e")
        told = "The race has closed: it cannot be changed any more."
        await console.until(lambda: told in console.prose(), "why not")
        assert console.app.screen is table


async def test_an_open_race_is_edited_unless_the_deployment_changes_none(
    path: Path, races: Database
) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("e")
        await console.dialog(RaceFormDialog)  # not known: the deployment has the last word
        await console.press("escape")
        write_found(races, {Feature.ACTIVE_RACE_CHANGES: False})
        table = console.app.screen
        await console.press("e")
        told = "The race is open, and this deployment changes races before they open only."
        await console.until(lambda: told in console.prose(), "why not")
        assert console.app.screen is table
