"""Errands that expire: sent in time or never, whoever's engine runs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.domain.errands import Carried, Errand, Service
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.race_errands import delete_race, launch
from drtui.store.database import Database, open_database
from drtui.store.delivery import recover
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.expiring import PERHAPS_SENT, settle_expired
from drtui.store.operation_log import items
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import Events
from tests.support.logs import SteppedClock
from tests.support.races import START, race_id, submit_errands


class World:
    def __init__(self, path: Path) -> None:
        self.clock = SteppedClock()
        self.database: Database = open_database(path, self.clock)

    def submit(self, errand: Errand, seconds: float | None = 15) -> int:
        expires = None if seconds is None else START + timedelta(seconds=seconds)
        kind = OperationKind.RUN_LIVE_RACE
        return submit_errands(self.database, replace(errand, expires_at=expires), kind=kind)

    def item(self, number: int) -> Item:
        with self.database.read() as connection:
            (found,) = items(connection, number)
        return found

    def claim(self, service: Service = Service.LIVE) -> list[Item]:
        return claim_errands(self.database, service, 1, 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "event.sqlite")


LAUNCH = launch(race_id(1), "Race 1")


def test_in_time_it_is_claimed_and_knows_when_it_expires(world: World) -> None:
    world.submit(LAUNCH)
    world.clock.step(14.9)
    assert settle_expired(world.database) == (START + timedelta(seconds=15)).timestamp()
    (item,) = world.claim()
    assert item.expires_at == START + timedelta(seconds=15)


def test_it_is_never_claimed_late(world: World) -> None:
    world.submit(LAUNCH)
    world.clock.step(15)
    assert world.claim() == []


def test_what_was_not_sent_in_time_is_cancelled_and_said_to_be_so(world: World) -> None:
    number = world.submit(LAUNCH)
    forever = world.submit(delete_race(race_id(1), "Race 1"), None)
    world.clock.step(15)
    assert settle_expired(world.database) is None
    item = world.item(number)
    assert item.state is ItemState.CANCELLED
    assert item.reason.startswith("not sent: ")
    assert item.settled_at == START + timedelta(seconds=15)
    assert world.item(forever).state is ItemState.PENDING


def test_the_reason_of_the_last_attempt_is_kept(world: World) -> None:
    number = world.submit(LAUNCH)
    (item,) = world.claim()
    carried = Carried(ItemState.PENDING, "another evaluation runs", delay=1)
    settle_errands(world.database, [Settled(item, 1, carried)])
    world.clock.step(15)
    settle_expired(world.database)
    assert world.item(number).reason == "not sent: another evaluation runs"


def test_what_is_being_sent_is_left_to_its_answer(world: World) -> None:
    number = world.submit(LAUNCH)
    (item,) = world.claim()
    world.clock.step(20)
    assert settle_expired(world.database) is None
    assert world.item(number).state is ItemState.SENDING
    settle_errands(world.database, [Settled(item, 1, Carried(ItemState.DONE))])
    assert world.item(number).state is ItemState.DONE


def test_what_was_interrupted_is_not_sent_again_late_and_its_doubt_is_told(world: World) -> None:
    number = world.submit(LAUNCH)
    world.claim()
    recover(world.database)
    world.clock.step(15)
    assert world.claim() == []
    settle_expired(world.database)
    item = world.item(number)
    assert (item.state, item.reason) == (ItemState.CANCELLED, PERHAPS_SENT)
    assert item.unknown_at is not None


def test_what_was_refused_needs_nobodys_hand_and_keeps_its_reason(world: World) -> None:
    number = world.submit(LAUNCH)
    lasting = world.submit(delete_race(race_id(2), "Race 2"), None)
    (item,) = world.claim()
    settle_errands(world.database, [Settled(item, 1, Carried(ItemState.FAILED, "r1 runs"))])
    refused = world.item(number)
    assert (refused.state, refused.reason) == (ItemState.CANCELLED, "r1 runs")
    assert refused.settled_at == START
    (item,) = world.claim(Service.RACES)
    settle_errands(world.database, [Settled(item, 1, Carried(ItemState.FAILED, "is open"))])
    assert world.item(lasting).state is ItemState.FAILED


def test_an_engine_without_network_or_courier_settles_it_too(world: World) -> None:
    number = world.submit(LAUNCH)
    runner = ErrandRunner(world.database, {}, Events(), clock=world.clock)
    runner.turn(frozenset())
    assert world.item(number).state is ItemState.PENDING
    world.clock.step(15)
    runner.turn(frozenset())
    assert world.item(number).state is ItemState.CANCELLED


def test_an_engine_hears_of_what_is_submitted_later(world: World) -> None:
    runner = ErrandRunner(world.database, {}, Events(), clock=world.clock)
    runner.turn(frozenset())
    number = world.submit(LAUNCH)
    runner.look()
    runner.turn(frozenset())
    world.clock.step(15)
    runner.turn(frozenset())
    assert world.item(number).state is ItemState.CANCELLED
