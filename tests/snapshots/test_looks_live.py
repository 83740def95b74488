"""How a live race looks to its marshal, and to an audience."""

import pytest

from drtui.domain.authors import Author
from drtui.domain.live_races import QueueStatus
from drtui.screens.big_screen import BigScreen
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.live_time import LiveTimeDialog
from drtui.screens.dialogs.marshal import OrderDialog, PlaceDialog, ReasonDialog, TypedDialog
from drtui.store.database import Database
from drtui.store.moderation import hide_alias
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.widgets.sync_status import SyncStatus
from tests.snapshots.looking import EVERY, Look
from tests.support.driving import Console
from tests.support.live_shows import (
    RACE,
    final,
    item,
    marshal_engine,
    opened,
    race,
    scheduled,
    write_show,
)
from tests.support.race_deployment import RaceDeployment


async def big(console: Console) -> None:
    console.app.push_screen(BigScreen(console.app.context, RACE))
    await console.dialog(BigScreen)
    await console.until(lambda: "Reading" not in console.text())


async def test_a_live_race_with_something_running(look: Look, database: Database) -> None:
    write_show(database, final(runs=True))
    hide_alias(database, "carlos_v", Author("ada"))
    async with look(colours=EVERY) as console:
        await opened(console)
        await console.press("space", "j", "space")


async def test_the_leaderboard_of_a_live_race(look: Look, database: Database) -> None:
    write_show(database, final(runs=True))
    async with look() as console:
        await opened(console)
        await console.press("tab")


async def test_things_on_their_way(look: Look, database: Database) -> None:
    write_show(database, final())
    async with look(colours=EVERY) as console:
        await opened(console)
        await console.press("j", "f", "t", "o")
        header = console.app.screen.query_one(SyncStatus)
        await console.until(lambda: header.view is not None and header.view.on_the_way == 3)
        await console.until(lambda: "0 of 1 done" in console.text())


async def test_a_conflict(look: Look, database: Database) -> None:
    calls = final()
    write_show(database, calls)
    calls.queue(1, item(1, "ada-l", QueueStatus.IN_PROGRESS), item(2, "bo"), submissions_open=False)
    async with look() as console:
        screen = await opened(console)
        await console.press("L")
        marshal_engine(database, calls).run()
        await console.until(lambda: not screen.sent)


async def test_a_live_race_offline(look: Look, database: Database) -> None:
    write_show(database, final(), seconds_ago=180)
    write_connectivity(database, Connectivity.OFFLINE)
    async with look() as console:
        await opened(console)
        await console.press("L")


async def test_a_winner(look: Look, database: Database) -> None:
    write_show(database, final(winner="grace", live_status="COMPLETED"))
    async with look() as console:
        await opened(console)


async def test_an_empty_live_race(look: Look, database: Database) -> None:
    calls = RaceDeployment(race(live_status="SCHEDULED", submissions_open=True))
    calls.queue(1)
    write_show(database, calls)
    async with look() as console:
        await opened(console)


@pytest.mark.parametrize(
    ("key", "dialog"),
    [
        ("p", PlaceDialog),
        ("O", OrderDialog),
        ("d", ConfirmDialog),
        ("x", ReasonDialog),
        ("X", TypedDialog),
        ("w", ConfirmDialog),
    ],
    ids=["place", "order", "remove", "reset", "reset-all", "winner"],
)
async def test_what_a_marshal_is_asked(
    look: Look, database: Database, key: str, dialog: type
) -> None:
    write_show(database, final())
    async with look() as console:
        await opened(console)
        await console.press(*([*"jjjjj", key] if key == "x" else [key]))
        await console.dialog(dialog)


async def test_a_live_time_that_is_moved(look: Look, database: Database) -> None:
    write_show(database, scheduled())
    async with look() as console:
        await opened(console)
        await console.press("T")
        await console.dialog(LiveTimeDialog)
        await console.write("+2h")


async def test_the_big_screen(look: Look, database: Database) -> None:
    write_show(database, final(runs=True))
    hide_alias(database, "linus", Author("ada"))
    async with look(colours=EVERY) as console:
        await opened(console)
        await console.press("B")
        await console.until(lambda: isinstance(console.app.screen, BigScreen))


async def test_the_big_screen_with_a_winner(look: Look, database: Database) -> None:
    write_show(database, final(winner="grace", live_status="COMPLETED"))
    async with look() as console:
        await big(console)


async def test_the_big_screen_without_a_network(look: Look, database: Database) -> None:
    write_show(database, final(), seconds_ago=600)
    async with look() as console:
        await big(console)
