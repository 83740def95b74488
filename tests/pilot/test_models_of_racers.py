"""From racers to their models and back."""

from pathlib import Path

from drtui.screens.models import Models
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.models_table import (
    models,
    open_models,
)

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
