"""From racers to their models and back."""

from pathlib import Path

import pytest

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.screens.models import Models
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_sweeps import FIRST, Way, begin_round
from drtui.store.models import write_models
from tests.support.driving import console_app, filtered, running
from tests.support.models_table import models, open_models
from tests.support.stores import NOW, plain_profiles

__all__ = ["models"]


async def test_one_key_leads_from_a_racer_to_their_models_and_back(
    path: Path, models: Database
) -> None:
    del models
    async with running(console_app(path)) as console:
        while console.table.cursor_key is None or "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        shown = await open_models(console)
        assert shown.names == ["apex-v1", "apex-v2", "apex-v3"]
        assert "The models of ada-l" in console.text()
        await console.press("minus")
        assert console.app.screen is console.usage
        await console.press("l")
        await console.press("escape")
        assert console.app.screen is console.usage
        await console.press("3")
        await console.until(lambda: len(shown.table.keys) == 41)
        assert "The models of" not in console.text()


async def test_from_a_racers_page_and_from_a_model_to_it(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        await console.press("l")
        page = await console.dialog(RacerScreen)
        assert page.subject().name == "ada-l"
        await console.press("l")
        await console.until(lambda: isinstance(console.app.screen, Models))
        await console.until(lambda: len(shown.table.keys) == 3)
        assert "The models of ada-l. esc shows all." in console.text()
        await console.press("escape")
        await console.until(lambda: len(shown.table.keys) == 41)
        assert isinstance(console.app.screen, Models)  # it came from here, not from another screen


async def test_the_models_of_all_marked_racers(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await console.press("a", "l")
        shown = await open_models(console)
        assert len(shown.table.keys) == 41
        assert "The models of 56 racers" in console.text()


async def test_a_racer_without_models_is_said_to_have_none(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        while "b0lt" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await console.until(lambda: "No model of b0lt is there." in console.text())


async def test_one_racers_models_are_summed_up_beside_all(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        while "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await open_models(console)
        await console.until(lambda: "3 of 41 models: 1 of " in console.text())


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (True, "were not read yet; offline on purpose: F goes online."),
        (False, "were not read yet: reading, all by about "),
    ],
)
async def test_a_racer_whose_models_were_never_read_is_not_said_to_have_none(
    path: Path, database: Database, held: bool, told: str
) -> None:
    others = [one.profile_id for one in plain_profiles(40)]
    racer = others.pop(0)
    begin_round(database, Way.BY_RACER)
    for profile_id in others:
        write_models(database, profile_id, [], database.clock())
    if held:
        offline.go_offline(Workspace(database, "bob"))
    async with running(console_app(path)) as console:
        await filtered(console, "racer-00100")
        await console.press("enter", "l")
        shown = await open_models(console, filled=False)
        await console.until(lambda: f"The models of racer-00100 {told}" in console.prose())
        assert "is there." not in console.text()
        await console.press("x")
        assert shown.message == "Not now: the models were not read yet."
        with database.read() as connection:
            first = [one.subject for one in live_interests(connection, FIRST, NOW)]
        assert first == [f"{FIRST}{racer}"]
        await console.press("escape", "3")
        await console.until(
            lambda: "The models of 17 of 56 racers were not read" in console.prose()
        )
