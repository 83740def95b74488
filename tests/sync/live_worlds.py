"""A live race that has four waiting, and an engine: what the tests of live races share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.errands import Errand
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_order import placing
from drtui.domain.live_races import QueueStatus
from drtui.domain.race_errands import move
from tests.support.race_deployment import RaceDeployment
from tests.support.races import live_race, queue_item, race_id
from tests.sync.race_worlds import World

RACE = race_id(1)
A, B, C, D = (queue_item(number, f"a{number}") for number in range(1, 5))
ONE, TWO, THREE, FOUR = (one.submission_id for one in (A, B, C, D))
AWAY = DeploymentError(FailureKind.UNREACHABLE, "Nobody answers.")


@pytest.fixture
def calls() -> RaceDeployment:
    made = RaceDeployment(live_race(1))
    made.queue(1, A, B, C, D, submissions_open=False)
    return made


@pytest.fixture
def world(calls: RaceDeployment, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", calls)
    yield made
    made.database.close()


def running(calls: RaceDeployment, submission_id: str = ONE) -> None:
    calls.status(RACE, submission_id, QueueStatus.IN_PROGRESS)


def placed(world: World, *ids: str, place: int) -> Errand:
    """The errand of a marshal who saw the queue as it is now in the deployment."""
    to = placing(world.calls.queues[RACE], ids, place)
    assert to is not None
    return move(RACE, "r", to)
