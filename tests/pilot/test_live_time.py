"""The marshal's key that moves the live time: typed, told, planned, and queued while offline."""

from pathlib import Path

import pytest

from drtui.domain.race_errands import LIVE_AT
from drtui.domain.races import LiveStatus
from drtui.domain.records import Role
from drtui.screens.dialogs.live_time import LiveTimeDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import Console
from tests.support.live_shows import RACE, asked, final, marshal_of, scheduled, write_show


async def note_of(console: Console, typed: str) -> str:
    """What the dialog says of what is typed."""
    await console.press("end", "ctrl+u")
    await console.write(typed)
    return console.prose()


async def test_the_show_is_postponed_by_a_span(path: Path, database: Database) -> None:
    write_show(database, scheduled())
    async with marshal_of(path) as (console, _):
        await console.press("T")
        await console.dialog(LiveTimeDialog)
        assert "Friday final: live at 2026-05-02 14:20:24 CEST so far." in console.prose()
        assert "it waits for the network" in console.prose()
        await console.write("+20m")
        assert "2026-05-02 14:40:24 CEST, in 35 min" in console.prose()
        await console.press("enter")
        await console.dialog(PlanDialog)
        told = console.prose()
        assert "Move the live time of Friday final" in told
        assert "2026-05-02 14:20:24 CEST → 2026-05-02 14:40:24 CEST" in told
        await console.press("enter")
        await console.until(lambda: bool(asked(database)), "the operation")
        await console.until(
            lambda: "live time to be moved" in console.prose(), "that it is on its way"
        )
        assert "Move: 1 confirmed, operation 1." in console.prose()
    (item,) = asked(database)
    assert item.target == f"race:{RACE}"
    assert item.after[LIVE_AT] == "2026-05-02T12:40:24Z"
    assert item.expires_at is None


async def test_what_is_typed_is_checked_at_once(path: Path, database: Database) -> None:
    write_show(database, scheduled())
    async with marshal_of(path) as (console, screen):
        await console.press("T")
        dialog = await console.dialog(LiveTimeDialog)
        assert "13:00 CEST: the live time is past" in await note_of(console, "2026-05-02 13:00")
        assert "2027-03-28 02:30 does not exist" in await note_of(console, "2027-03-28 02:30")
        assert "is no span" in await note_of(console, "+soon")
        await console.press("enter")
        assert console.app.screen is dialog
        assert "The live time is after the closing" in await note_of(console, "+3h")
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("escape")
        again = await console.dialog(LiveTimeDialog)
        assert again.typed == "+3h"
        await console.press("escape")
        await console.until(lambda: console.app.screen is screen, "the marshal")
    assert not asked(database)


async def test_offline_it_waits_while_what_is_live_is_refused(
    path: Path, database: Database
) -> None:
    write_show(database, scheduled())
    write_connectivity(database, Connectivity.OFFLINE)
    async with marshal_of(path) as (console, screen):
        assert screen.refusal("launch")
        assert not screen.refusal("live_time")
        await console.press("T")
        await console.dialog(LiveTimeDialog)
        await console.write("+20m")
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "this will be delivered when the network returns" in console.prose()
        await console.press("enter")
        await console.until(lambda: bool(asked(database)), "the operation")


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (LiveStatus.IN_PROGRESS, "Not now: the live race has begun: its time stays."),
        (LiveStatus.COMPLETED, "Not now: the live race is over: its time stays."),
    ],
)
async def test_once_it_has_begun_its_time_stays(
    path: Path, database: Database, status: LiveStatus, told: str
) -> None:
    write_show(database, final(live_status=status))
    async with marshal_of(path) as (console, screen):
        await console.press("T")
        assert console.app.screen is screen
        assert told in console.prose()


async def test_who_may_not_change_races_is_told(path: Path, database: Database) -> None:
    write_show(database, scheduled())
    write_role(database, Role.RACER)
    async with marshal_of(path) as (_, screen):
        assert "change races" in screen.refusal("live_time")
