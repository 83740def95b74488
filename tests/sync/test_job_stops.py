"""Stopping any racer's job in SageMaker: listed once for an operation, and stopped by its name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drtui.domain.errands import Service
from drtui.domain.models import model_subject
from drtui.domain.operations import Item, ItemState
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import JobKind, RunningJob
from drtui.store.database import Database, open_database
from drtui.store.model_table import model_keys_of, models_by_key
from drtui.store.models import write_models
from drtui.sync.couriers.model_stops import JobStopCourier
from tests.support.logs import SteppedClock
from tests.support.models import listed

ADA, BOB = "racer000000000a", "racer000000000b"
FAST = "model000000000a"


def job(name: str, profile_id: str = ADA, status: str = "InProgress") -> RunningJob:
    return RunningJob(name, JobKind.TRAINING, profile_id, FAST, status, None)


def item(number: int = 1, profile_id: str = ADA, operation: int = 1) -> Item:
    return Item(
        number,
        operation,
        f"{Service.STOPS}:{model_subject(profile_id, FAST)}",
        "ada / fast",
        {"training": "training"},
        {"training": "stopped"},
        ItemState.SENDING,
    )


@dataclass
class FakeJobs:
    jobs: list[RunningJob]
    fails: dict[str, SponsorFailure] = field(default_factory=dict)
    listings: int = 0
    stopped: list[str] = field(default_factory=list)

    def running(self) -> list[RunningJob]:
        self.listings += 1
        return list(self.jobs)

    def stop(self, name: str) -> None:
        if name in self.fails:
            raise SponsorError(self.fails[name], "no")
        self.stopped.append(name)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "state" / "store.sqlite")
    yield opened
    opened.close()


def test_all_of_an_operation_are_found_in_one_listing(database: Database) -> None:
    clock = SteppedClock()
    jobs = FakeJobs([job("a"), job("b", BOB)])
    courier = JobStopCourier(jobs, database, clock)
    write_models(database, ADA, [listed(ADA, FAST, status="TRAINING")], database.clock())
    done = courier.carry_out([item(1), item(2, BOB), item(3, "racer000000000c")])
    assert [one.state for one in done.values()] == [
        ItemState.DONE,
        ItemState.DONE,
        ItemState.ALREADY_SO,
    ]
    assert done[3].reason == "no job of it runs"
    assert courier.carry_out([item(4)])[4].state is ItemState.DONE
    assert (jobs.listings, jobs.stopped) == (1, ["a", "b", "a"])
    with database.read() as connection:
        (row,) = models_by_key(connection, model_keys_of(connection, [ADA])).values()
    assert row.status == "STOPPING"


def test_a_later_operation_and_a_minute_ask_for_another_listing(database: Database) -> None:
    clock = SteppedClock()
    jobs = FakeJobs([])
    courier = JobStopCourier(jobs, database, clock)
    assert courier.carry_out([item()])[1].state is ItemState.ALREADY_SO
    jobs.jobs = [job("a")]
    assert courier.carry_out([item(2, operation=2)])[2].state is ItemState.DONE
    clock.now += 61
    courier.carry_out([item(3, operation=2)])
    assert jobs.listings == 3


def test_what_is_being_stopped_is_so_already(database: Database) -> None:
    jobs = FakeJobs([job("a", status="Stopping")])
    (done,) = JobStopCourier(jobs, database).carry_out([item()]).values()
    assert (done.state, jobs.stopped) == (ItemState.ALREADY_SO, [])


def test_a_job_that_is_gone_by_then_has_stopped(database: Database) -> None:
    jobs = FakeJobs([job("a"), job("b")], {"a": SponsorFailure.NOT_FOUND})
    (done,) = JobStopCourier(jobs, database).carry_out([item()]).values()
    assert (done.state, jobs.stopped) == (ItemState.DONE, ["b"])


def test_a_missing_permission_is_not_the_models_fault(database: Database) -> None:
    jobs = FakeJobs([job("a")], {"a": SponsorFailure.DENIED})
    with pytest.raises(SponsorError):
        JobStopCourier(jobs, database).carry_out([item()])
