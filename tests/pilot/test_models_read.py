"""How the reading of models is told: its progress, trouble and news, and that there is none."""

import time
from pathlib import Path

import pytest

from drtui.commands.offline import go_offline
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.screens.models import Models
from drtui.store.database import Database
from drtui.store.model_sweeps import Way, begin_round, write_sweep_trouble
from drtui.store.models import write_all_models
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import console_app, running
from tests.support.models_table import (
    ADA,
    model,
    models,
    open_models,
    plain_models,
    special_models,
)
from tests.support.stores import NOW

__all__ = ["models"]


async def test_the_progress_of_a_sweep_is_told_and_goes(path: Path, database: Database) -> None:
    write_all_models(database, [*special_models(), *plain_models(30)], NOW)
    begin_round(database, Way.BY_RACER)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.until(lambda: "Reading again: " in console.text())
        write_sweep_trouble(database, "The deployment answers no more.")
        await console.until(lambda: "The deployment answers no more." in console.text())


@pytest.mark.parametrize("held", [True, False])
async def test_a_sweep_that_goes_no_further_promises_no_end(
    path: Path, models: Database, held: bool
) -> None:
    begin_round(models, Way.BY_RACER)
    async with running(console_app(path)) as console:
        await open_models(console)
        await console.until(lambda: "all by about" in console.text())
        if held:
            go_offline(Workspace(models, "bob"))
            told = "of 56 racers · stopped there: offline on purpose"
        else:
            write_connectivity(models, Connectivity.OFFLINE)
            told = "of 56 racers"
        await console.until(lambda: told in console.text() and "by about" not in console.text())


@pytest.mark.parametrize(
    ("connectivity", "told"),
    [
        (Connectivity.ONLINE, "The models were not read yet: R reads them now."),
        (Connectivity.OFFLINE, "does not answer: offline."),
    ],
)
async def test_where_nothing_was_read_it_says_why(
    path: Path, database: Database, connectivity: Connectivity, told: str
) -> None:
    write_connectivity(database, connectivity)
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        await console.until(lambda: told in console.text())


async def test_where_they_cannot_be_read_it_says_so_with_the_key(
    path: Path, database: Database
) -> None:
    write_sweep_trouble(database, "Listing models needs an admin.")
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        told = "The models could not be read: Listing models needs an admin. R tries again."
        await console.until(lambda: told in console.text())


async def test_an_account_without_models(path: Path, database: Database) -> None:
    write_all_models(database, [], NOW)
    async with running(console_app(path)) as console:
        await open_models(console, filled=False)
        await console.until(lambda: "There is no model." in console.text())
        await console.press("w")
        shown = await open_models(console, filled=False)
        await console.press("w")
        assert "there is no model to do it to" in shown.message


async def test_news_of_a_listing_are_shown(path: Path, models: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_models(console)
        write_all_models(models, [model(1, ADA, "apex-v1", "IMPORTING")], NOW + 1)
        await console.until(lambda: shown.names == ["apex-v1"])
        await console.until(lambda: "▸ importing" in console.text())
        assert RecordKind.MODEL in Models.KINDS


async def test_the_end_of_a_sweep_is_told_in_the_zone_of_this_machine(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        write_all_models(database, plain_models(3), NOW)
        begin_round(database, Way.BY_RACER)
        async with running(console_app(path)) as console:
            await open_models(console)
            await console.until(lambda: "all by about" in console.text())
            assert "+0545" in console.text()
            assert "UTC" not in console.text().split("all by about")[1].splitlines()[0]
    finally:
        monkeypatch.undo()
        time.tzset()
