"""How Models looks; `make snapshots` takes the pictures anew."""

from dataclasses import replace
from pathlib import Path

from drtui.commands.model_tags import tag_models
from drtui.commands.tags import read_tags
from drtui.commands.workspace import Workspace
from drtui.domain.failures import FailureKind
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.store.database import Database, open_database
from drtui.store.model_sizes import write_files
from drtui.store.model_sweeps import Way, begin_round, write_sweep_trouble
from drtui.store.model_table import model_keys
from drtui.store.models import write_all_models
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from drtui.widgets.marked_table import MarkedTable
from tests.snapshots.looking import EVERY, Look
from tests.snapshots.scenes import paste
from tests.support.driving import console_app
from tests.support.models_table import (
    ADA,
    filled_models,
    open_models,
    plain_models,
    special_models,
)
from tests.support.stores import NOW, frozen_clock


def tagged(database: Database) -> None:
    workspace = Workspace(database, "ada")
    with database.read() as connection:
        keys = model_keys(connection)
    tag_models(workspace, keys[:2], read_tags(["final", "team:red"], []))


async def test_models(look: Look, database: Database) -> None:
    filled_models(database, 60)
    tagged(database)
    async with look(colours=EVERY) as console:
        await open_models(console)


async def test_a_sweep_by_racer_and_marks(look: Look, database: Database) -> None:
    filled_models(database, 60)
    begin_round(database, Way.BY_RACER)
    async with look() as console:
        await open_models(console)
        await console.press("space", "space", "j", "v", "j", "j")


async def test_a_filter_that_hides_marked_models(look: Look, database: Database) -> None:
    filled_models(database, 60)
    async with look() as console:
        await open_models(console)
        await console.press("space", "space", "slash")
        await paste(console, "lap status:ready")
        await console.press("enter", "s", "c", "space")


async def test_what_a_filter_can_be_completed_with(look: Look, database: Database) -> None:
    filled_models(database)
    async with look() as console:
        await open_models(console)
        await console.press("slash")
        await console.write("apex status:")


async def test_one_racers_models(look: Look, database: Database) -> None:
    filled_models(database)
    async with look() as console:
        while "ada-l" not in str(console.usage.subject()):
            await console.press("j")
        await console.press("l")
        await open_models(console)


async def test_the_menu(look: Look, database: Database) -> None:
    filled_models(database)
    async with look() as console:
        await open_models(console)
        await console.press("m")
        await console.dialog(MenuDialog)


async def test_what_it_can_be_sorted_by(look: Look, database: Database) -> None:
    filled_models(database)
    async with look() as console:
        await open_models(console)
        await console.press("s")
        await console.dialog(SortDialog)


async def test_the_folder_of_a_download(look: Look, database: Database) -> None:
    filled_models(database)
    async with look() as console:
        await open_models(console)
        await console.press("space", "space", "w")
        await console.dialog(PlaceDialog)


async def test_models_in_the_bucket_only_and_trouble(look: Look, database: Database) -> None:
    models = [replace(one, size=None) for one in (*special_models(), *plain_models(9))]
    write_all_models(database, models, NOW)
    write_files(database, [StoredFiles(ADA, "model0000000099", 2**29, 7, None)], NOW)
    write_sweep_trouble(database, "The deployment did not answer: it is tried again in a minute.")
    async with look() as console:
        await open_models(console)


async def test_offline_before_the_first_reading(look: Look, database: Database) -> None:
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await open_models(console, filled=False)


async def test_before_anybody_signed_in(look: Look, database: Database) -> None:
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in.")
    async with look() as console:
        await open_models(console, filled=False)


async def test_an_account_that_was_never_read(look: Look, path: Path) -> None:
    open_database(path, frozen_clock).close()
    async with look(console_app(path, simulated=True)) as console:
        await console.until(lambda: "not read yet" in console.text())
        await open_models(console, filled=False)
        assert not console.app.screen.query_one(MarkedTable).keys
