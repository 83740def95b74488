"""A short campaign; the long one is `make torture`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.support.effort import times
from tests.torture.campaign import Campaign, Size, seed_from
from tests.torture.clock_file import forks_with_clocks

SHORT = Size(racers=120, kills=times(10), each=4, guests=5, outage=1.0)


@pytest.fixture(scope="module")
def clocked() -> Iterator[Forks]:
    made = forks_with_clocks()
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path, clocked: Forks) -> None:
    seed = seed_from()
    sys.stderr.write(f"TORTURE_SEED={seed}\n")  # shown when the test fails
    campaign = Campaign(tmp_path, SHORT, seed, clocked, _tell)
    figures = campaign.run()
    sys.stderr.write(f"{figures.text()}\n")
    assert figures.kills.total() >= SHORT.kills
    assert len(figures.faults) >= 9
    assert (figures.lost, figures.doubled) == (0, 0)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
