"""Where a marshal can do nothing: offline, not signed in, by role, and where nothing is there."""

from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.live_races import QueueStatus
from drtui.domain.operations import ItemState
from drtui.domain.records import Role
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import Database
from drtui.store.expiring import settle_expired
from drtui.store.live_races import write_live_trouble
from drtui.store.operation_log import operations
from drtui.store.races import write_race_list
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.live_shows import (
    RACE,
    asked,
    carried_out,
    final,
    marshal_engine,
    marshal_of,
    race,
    unhurried,
    write_show,
)
from tests.support.race_deployment import RaceDeployment, refused
from tests.support.screens import none_made
from tests.support.stores import NOW

NARROW = (80, 24)


async def test_offline_no_live_action_is_taken_and_screen_and_menu_say_why(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    write_connectivity(database, Connectivity.OFFLINE)
    async with marshal_of(path, NARROW) as (console, screen):
        unhurried(screen)
        assert "The network is away: live actions are done at once, and never queued." in (
            console.prose()
        )
        for key in ("L", "t", "o", "f", "O", "d", "X", "x", "w"):
            console.hush()
            await console.press(key)
            refusal = "Not now: live actions are done at once and never queued"
            assert refusal in console.prose(), key
        await console.resize((120, 40))
        await console.press("m")
        dialog = await console.dialog(MenuDialog)
        entries = {entry.action: entry.reason for entry in dialog._entries}
        assert "b0lt, under the cursor" in console.prose()
        assert set(entries) == {*MarshalScreen.MENU, "undo"}
        at_once = set(entries) - {"undo", "hide", "big_screen", "copy", "live_time"}
        assert all(
            entries[action].startswith("live actions are done at once") for action in at_once
        )
        assert not entries["hide"]
        await console.press("escape")
        await console.until(lambda: console.app.screen is screen, "the menu left")
        await console.press("h")
        assert "b0lt is hidden" in console.prose()
    assert none_made(database)


async def test_what_was_sent_as_the_network_went_is_not_said_to_be_done_at_once_or_never(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path, NARROW) as (console, _):
        await console.press("L")
        write_connectivity(database, Connectivity.OFFLINE)
        sent = "! The network is away: what was sent is not answered, and may still be done."
        await console.until(lambda: sent in console.prose(), "the banner")
        write_connectivity(database, Connectivity.ONLINE)
        await carried_out(console, database, calls)
        assert "not answered" not in console.prose()


async def test_not_signed_in_no_live_action_is_taken(path: Path, database: Database) -> None:
    write_show(database, final())
    write_halt(database, FailureKind.NOT_SIGNED_IN, "Sign in again.")
    async with marshal_of(path) as (console, _):
        await console.press("L")
        assert "Not now: live actions are done at once and never queued" in console.prose()
    assert none_made(database)


@pytest.mark.parametrize(("role", "may"), [(Role.FACILITATOR, True), (Role.RACER, False)])
async def test_a_facilitator_marshals_and_a_racer_does_not(
    path: Path, database: Database, role: Role, may: bool
) -> None:
    write_show(database, final())
    write_role(database, role)
    async with marshal_of(path) as (console, _):
        await console.press("L")
        assert none_made(database) is not may
        assert ("racers may not run live races" in console.prose()) is not may


async def test_an_old_reading_says_so_with_what_went_wrong(path: Path, database: Database) -> None:
    write_show(database, final(), seconds_ago=300)
    write_live_trouble(database, RACE, "it did not answer in time")
    async with marshal_of(path) as (console, _):
        assert "(5 min): it did not answer in time" in console.prose()


async def test_of_a_queue_that_was_never_read_nothing_is_said(
    path: Path, database: Database
) -> None:
    calls = final()
    write_race_list(database, calls.listed, NOW - 2)
    write_connectivity(database, Connectivity.OFFLINE)
    async with marshal_of(path) as (console, _):
        shown = console.prose()
        assert "not known" in shown
        assert "Queue not read yet" in shown
        assert "The queue is not read yet." in shown
        for claim in ("nobody waits", "no submission runs", "reading it", "Reading the queue"):
            assert claim not in shown


async def test_a_race_that_is_gone_is_not_marshalled(path: Path, database: Database) -> None:
    write_show(database, final())
    write_race_list(database, [], NOW)
    async with marshal_of(path) as (console, _):
        assert "this race is not there any more" in console.prose()
        await console.press("L")
        assert "Not now: the race is not there any more." in console.prose()


async def test_an_empty_queue_says_so_and_what_cannot_be_done(
    path: Path, database: Database
) -> None:
    calls = RaceDeployment(race())
    calls.queue(1, rankings=())
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        unhurried(screen)
        assert "Nobody is in the queue." in console.prose()
        assert "nobody waits" in console.prose()
        for key, why in (
            ("d", "nobody is in the queue"),
            ("w", "nobody is on the leaderboard yet"),
        ):
            await console.press(key)
            assert f"Not now: {why}." in console.prose()


async def test_a_refusal_of_the_deployment_is_said_in_its_words(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    calls.failing["launch"] = [refused(FailureKind.INVALID, "The moon is not right.")]
    async with marshal_of(path) as (console, _):
        await console.press("L")
        await carried_out(console, database, calls)
        assert "Launch: The moon is not right." in console.prose()
        with database.read() as connection:
            assert operations(connection)
    assert asked(database)[0].state is ItemState.CANCELLED
    assert calls.queues[RACE][2].status == QueueStatus.PENDING


async def test_what_could_not_be_sent_in_time_is_told_as_not_sent(
    path: Path, database: Database
) -> None:
    calls = final()
    write_show(database, calls)
    async with marshal_of(path) as (console, screen):
        await console.press("L")
        database.clock = lambda: NOW + 16
        settle_expired(database)
        await console.until(lambda: not screen.sent, "the outcome")
        assert "Launch: not sent: it was for at once, and could not be sent in time." in (
            console.prose()
        )
    marshal_engine(database, calls).run()
    assert not calls.writes
