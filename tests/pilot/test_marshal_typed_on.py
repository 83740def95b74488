"""The marshal: what is typed where no dialog opened, and orders by another race's leaderboard."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.live_races import QueueStatus
from drtui.domain.races import ListedRace
from drtui.screens import tools
from drtui.screens.deaf_moment import LOOK_SECONDS, PAUSE_SECONDS
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.marshal import OrderDialog, OrderRaceDialog
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import Database
from drtui.store.rankings import write_rankings
from tests.support.live_shows import (
    AT,
    HOSTILE,
    final,
    marshal_engine,
    marshal_of,
    ranked,
    write_show,
)
from tests.support.race_deployment import RaceDeployment
from tests.support.races import race_id
from tests.support.screens import none_made
from tests.support.stores import NOW

QUALIFYING = race_id(2)


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def with_hand(screen: MarshalScreen) -> Hand:
    hand = Hand()
    screen.deaf.clock = hand
    return hand


@pytest.mark.parametrize("typed", ["too lost", "lToL", "12"])
async def test_what_is_typed_for_a_dialog_that_did_not_open_does_nothing(
    path: Path, database: Database, typed: str
) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        with_hand(screen)
        assert screen.chosen[0].status == QueueStatus.PENDING
        await console.press("x")
        assert "Not now: only what runs or has failed can be reset." in console.prose()
        await console.write(typed)
        assert console.app.screen is screen
        assert not screen.queue.marks
        told = "What is typed is ignored for a moment: only what runs or has failed can be reset."
        assert told in console.prose()
    assert none_made(database)


async def test_after_a_pause_letters_act_again(path: Path, database: Database) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        hand = with_hand(screen)
        await console.press("x", "t")
        assert not screen.sent
        hand.now += PAUSE_SECONDS / 2
        await console.press("o")  # another letter: whoever types has not paused yet
        hand.now += PAUSE_SECONDS * 0.75
        await console.press("t")
        assert not screen.sent
        hand.now += PAUSE_SECONDS
        await console.press("t")
        assert [one.intent.action for one in screen.sent] == ["auto_launch"]


@pytest.mark.parametrize(("share", "sent"), [(0.9, []), (1.0, ["auto_launch"])])
async def test_who_begins_late_has_looked(
    path: Path, database: Database, share: float, sent: list[str]
) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        hand = with_hand(screen)
        await console.press("x")
        hand.now += LOOK_SECONDS * share
        await console.press("t")
        assert [one.intent.action for one in screen.sent] == sent


async def test_a_key_that_is_pressed_again_and_again_is_heard(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        hand = with_hand(screen)
        await console.press("x")
        for _ in range(5):
            hand.now += PAUSE_SECONDS * 0.3
            await console.press("t")
        assert [one.intent.action for one in screen.sent] == ["auto_launch"]


async def test_escape_ends_it_at_once(path: Path, database: Database) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        with_hand(screen)
        await console.press("space", "x", "t", "escape")
        assert not screen.queue.marks
        assert not screen.sent
        await console.press("t")
        assert [one.intent.action for one in screen.sent] == ["auto_launch"]


def with_qualifying(database: Database, *aliases: str) -> RaceDeployment:
    """The live race, and one that was closed yesterday with these on its leaderboard."""
    calls = final()
    live = calls.listed[0]
    closed = replace(
        live.definition,
        name="Qualifying [b]",
        opens_at=AT - timedelta(days=3),
        closes_at=AT - timedelta(days=1),
        live=False,
        live_at=None,
    )
    calls.listed.append(ListedRace(QUALIFYING, closed, 3))
    write_show(database, calls)
    write_rankings(database, QUALIFYING, ranked(*aliases), NOW)
    return calls


@pytest.mark.parametrize(
    ("key", "first"),
    [("q", ["b0lt", "dmx", HOSTILE, "carlos_v", "eve"]), ("Q", ["eve", "carlos_v", "b0lt"])],
)
async def test_the_queue_is_ordered_by_the_leaderboard_of_the_race_that_qualified_for_it(
    path: Path, database: Database, key: str, first: list[str]
) -> None:
    calls = with_qualifying(database, "eve", "nobody-here", "carlos_v")
    async with marshal_of(path) as (console, screen):
        await console.press("O")
        await console.dialog(OrderDialog)
        await console.press(key)
        await console.dialog(OrderRaceDialog)
        assert "1 Qualifying [b] · 3 racers · closed 1 d ago" in console.prose()
        await console.press("1")
        await console.until(lambda: bool(screen.sent), "something sent")
        marshal_engine(database, calls).run()
        await console.until(lambda: not screen.sent, "the outcome")
        assert screen.live is not None
        assert [one.participant for one in screen.live.waiting][: len(first)] == first
        assert "Order by the rankings of Qualifying [b]: " in console.prose()


async def test_an_order_by_a_leaderboard_that_nobody_who_waits_is_on_is_refused(
    path: Path, database: Database
) -> None:
    with_qualifying(database, "nobody-here")
    async with marshal_of(path) as (console, _):
        await console.press("O")
        await console.dialog(OrderDialog)
        await console.press("q")
        await console.dialog(OrderRaceDialog)
        await console.press("enter")
        await console.until(
            lambda: "Nobody who waits is on Qualifying [b]." in console.prose(), "the refusal"
        )
    assert none_made(database)


async def test_the_queue_is_copied_whole_or_as_it_is_marked(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def copy(text: str) -> str:
        copied.append(text)
        return "copied"

    monkeypatch.setattr(tools, "copy", copy)
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        await console.press("y")
        await console.dialog(CopiedDialog)
        await console.press("escape", "space", "y")
        await console.dialog(CopiedDialog)
    whole, marked = copied
    assert len(whole.splitlines()) == len(screen.queue.keys)
    assert "\x1b" not in whole
    assert marked.split("\t")[:4] == ["1", "b0lt", "car-4", "waits"]


async def test_without_another_race_there_is_none_to_order_by(
    path: Path, database: Database
) -> None:
    write_show(database, final())
    async with marshal_of(path) as (console, screen):
        await console.press("O")
        await console.dialog(OrderDialog)
        await console.press("q")
        await console.until(lambda: console.app.screen is screen, "the dialog left")
        assert "There is no other race with a leaderboard." in console.prose()
