"""Stopping and deleting models from their table: what cannot be is said with its reason."""

from pathlib import Path

import pytest

from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.models_table import filled_models, open_models


@pytest.fixture
def models(database: Database) -> Database:
    filled_models(database)
    return database


async def test_others_models_are_stopped_by_the_second_door_alone(
    path: Path, models: Database
) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("v", "G", "v", "p")
        await console.dialog(PlanDialog)
        prose = console.prose()
        assert "Stop training" in prose
        assert "is another racer's: stopping it" in prose
        assert "already so" in prose


async def test_others_models_are_not_deleted_one_by_one(path: Path, models: Database) -> None:
    del models
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.press("x")
        await console.dialog(PlanDialog)
        assert "is another racer's: the deployment deletes all models" in console.prose()
