"""What waits for a set time already is not scheduled once more for the same one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands import scheduling
from drtui.domain.problems import InvalidInputError
from tests.support.deployments import racers
from tests.support.logs import Log
from tests.support.scheduling import found, scheduled_pause, scheduled_resume

HOUR = 3_600.0


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "store.sqlite", racers(3))
    yield made
    made.database.close()


def test_the_same_for_the_same_time_is_refused(log: Log) -> None:
    at = log.clock.now + HOUR
    scheduled_pause(log.workspace, at)
    with pytest.raises(InvalidInputError, match="S1, ada's, is the same"):
        scheduled_pause(log.workspace, at)
    assert len(scheduling.all_scheduled(log.workspace)) == 1


def test_another_time_or_another_deed_is_not_the_same(log: Log) -> None:
    at = log.clock.now + HOUR
    scheduled_pause(log.workspace, at)
    scheduled_pause(log.workspace, at + HOUR)
    scheduled_resume(log.workspace, at)
    assert len(scheduling.all_scheduled(log.workspace)) == 3


def test_one_that_was_cancelled_is_none(log: Log) -> None:
    at = log.clock.now + HOUR
    number = scheduled_pause(log.workspace, at)
    scheduling.cancel(log.workspace, found(log.workspace, number))
    scheduled_pause(log.workspace, at)
    assert len(scheduling.all_scheduled(log.workspace)) == 2
