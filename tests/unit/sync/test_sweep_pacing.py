"""Reading everybody's models beside downloads: both get on, and screens keep their calls."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.domain.admin_calls import (
    HELD_SECONDS,
    bulk_share,
    least_sweep_share,
    sweep_pace,
    sweep_share,
)
from drtui.domain.downloads import DOWNLOADS
from drtui.store.database import Database, open_database
from drtui.sync.download_pacing import DownloadBudget
from drtui.sync.pacing import AdminBudget
from drtui.sync.sweep_pacing import SweepBudget
from tests.support.logs import SteppedClock

WINDOW = 300
STEP = 4  # seconds


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


def made_in_a_window(
    database: Database, clock: SteppedClock, calls: int, downloads: int, *, sweeps: bool = True
) -> tuple[int, int]:
    """How many downloads, and calls of the sweep, there are in 5 minutes once both go on."""
    # Two engines' parts share nothing but the store.
    budget = AdminBudget(database, calls, clock=clock)
    fetching = DownloadBudget(database, AdminBudget(database, calls, clock=clock), downloads)
    sweeping = SweepBudget(budget)
    made: dict[Callable[[], bool], int] = {fetching.take: 0, sweeping.take: 0}
    for second in range(0, 4 * WINDOW, STEP):
        clock.step(STEP)
        for take in (fetching.take, sweeping.take) if sweeps else (fetching.take,):
            while take():
                made[take] += second >= 3 * WINDOW
    return made[fetching.take], made[sweeping.take]


@pytest.mark.parametrize(("calls", "downloads"), [(90, 40), (90, 49), (90, 100), (45, 40), (4, 40)])
def test_downloads_leave_some_calls_to_the_sweep(
    database: Database, clock: SteppedClock, calls: int, downloads: int
) -> None:
    _, swept = made_in_a_window(database, clock, calls, downloads)
    assert swept >= max(1, calls // 10)


def test_the_sweep_takes_nothing_from_downloads(database: Database, clock: SteppedClock) -> None:
    fetched, _ = made_in_a_window(database, clock, 90, DOWNLOADS)
    assert fetched == DOWNLOADS


def test_alone_it_has_half_and_says_when_the_next_call_may_be_made(
    database: Database, clock: SteppedClock
) -> None:
    budget = AdminBudget(database, 90, clock=clock)
    sweeping = SweepBudget(budget)
    assert sweeping.seconds() == 0
    made = 0
    while sweeping.take():
        made += 1
    assert made == sweep_share(90)
    assert sweeping.seconds() == HELD_SECONDS
    clock.step(HELD_SECONDS)
    assert sweeping.take()


def test_screens_keep_theirs(database: Database, clock: SteppedClock) -> None:
    budget = AdminBudget(database, 90, clock=clock)
    sweeping = SweepBudget(budget)
    while budget.take(bulk=True):
        pass
    assert not sweeping.take()
    assert sweeping.seconds() > 0
    assert budget.take(90 - bulk_share(90))


def test_while_downloads_wait_it_has_no_more_than_its_least_share(
    database: Database, clock: SteppedClock
) -> None:
    budget = AdminBudget(database, 90, clock=clock)
    sweeping = SweepBudget(budget)
    made = 0
    while sweeping.take(yields=True):
        made += 1
    assert made == least_sweep_share(90)
    assert sweeping.seconds(yields=True) == HELD_SECONDS
    assert sweeping.seconds() == 0
    assert sweep_pace(90, 0, yields=True) == made
    assert sweeping.take()
