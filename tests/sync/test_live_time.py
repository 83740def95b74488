"""Moving the live time of a race: seen to be so, never over another's, and explained if refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from drtui.domain.errands import Errand
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.race_errands import move_live
from drtui.domain.races import LiveStatus
from tests.support.race_deployment import RaceDeployment, refused, unanswered
from tests.support.races import START, live_race, race_id
from tests.sync.race_worlds import World

FINAL = race_id(2)
LATER = START + timedelta(hours=5)


class Forgetful(RaceDeployment):
    """It answers well, and leaves a live time as it was."""

    def switch(self, race_id: str, **_: object) -> None:
        self.writes.append(("switch", race_id))


@pytest.fixture
def calls() -> RaceDeployment:
    return RaceDeployment(live_race(2, "Final"))


@pytest.fixture
def world(calls: RaceDeployment, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", calls)
    yield made
    made.database.close()


def planned(calls: RaceDeployment) -> datetime | None:
    return calls.listed[0].definition.live_at


def moved(calls: RaceDeployment, to: datetime = LATER) -> Errand:
    return move_live(FINAL, "Final", planned(calls), to)


def stands(calls: RaceDeployment, *, live_at: datetime | None = None, status: str = "") -> None:
    """Let somebody else have moved it, or begun it."""
    (race,) = calls.listed
    told = replace(race.definition, live_at=live_at or race.definition.live_at)
    calls.listed[0] = replace(race, definition=told, live_status=status or race.live_status)


def test_it_is_moved_and_read_back(world: World, calls: RaceDeployment) -> None:
    state, reason = world.one(moved(calls))
    assert (state, reason) == (ItemState.DONE, "")
    assert planned(calls) == LATER
    assert world.races()["Final"].race.definition.live_at == LATER
    assert calls.writes == [("switch", FINAL)]


def test_what_is_so_already_is_not_sent(world: World, calls: RaceDeployment) -> None:
    errand = moved(calls)
    stands(calls, live_at=LATER)
    state, _ = world.one(errand)
    assert state is ItemState.ALREADY_SO
    assert not calls.writes


def test_what_somebody_else_moved_meanwhile_stays(world: World, calls: RaceDeployment) -> None:
    errand = moved(calls)
    others = LATER + timedelta(hours=1)
    stands(calls, live_at=others)
    state, reason = world.one(errand)
    assert state is ItemState.FAILED
    assert reason == "somebody else moved the live time meanwhile: move it again"
    assert planned(calls) == others
    assert not calls.writes


def test_a_lost_answer_is_looked_at_and_not_sent_again(world: World, calls: RaceDeployment) -> None:
    calls.lost["switch"] = [unanswered()]
    state, _ = world.one(moved(calls))
    assert state is ItemState.DONE
    assert len(calls.writes) == 1


@pytest.mark.parametrize(
    ("status", "to", "told"),
    [
        (LiveStatus.IN_PROGRESS, LATER, "The live race has begun: its time stays."),
        (LiveStatus.COMPLETED, LATER, "The live race is over: its time stays."),
        (LiveStatus.SCHEDULED, START - timedelta(hours=1), "The live time is past."),
        (LiveStatus.SCHEDULED, LATER, "Not today."),
    ],
)
def test_a_refusal_is_explained_by_how_the_race_stands(
    world: World, calls: RaceDeployment, status: LiveStatus, to: datetime, told: str
) -> None:
    errand = moved(calls, to)
    stands(calls, status=status)
    calls.failing["switch"] = [refused(FailureKind.CONFLICT, "Not today.")]
    assert world.one(errand) == (ItemState.FAILED, told)


def test_a_race_that_is_gone_is_one_sentence(world: World, calls: RaceDeployment) -> None:
    errand = moved(calls)
    calls.listed.clear()
    state, reason = world.one(errand)
    assert (state, reason) == (
        ItemState.FAILED,
        "the race is not there any more: somebody deleted it",
    )


def test_what_the_deployment_never_takes_ends(tmp_path: Path) -> None:
    calls = Forgetful(live_race(2, "Final"))
    world = World(tmp_path / "store.sqlite", calls)
    assert world.one(moved(calls)) == (ItemState.FAILED, "the deployment leaves it as it was")
    world.database.close()
