"""A short campaign; the long one is `make torture`."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.support.effort import EFFORT, times
from tests.torture.campaign import Campaign
from tests.torture.clock_file import forks_with_clocks
from tests.torture.world import NEWER, OLDER, Size, seed_from

SHORT = Size(racers=100, kills=times(2), operations=times(4), bulk=3, small=1, guests=4, outage=1.0)


@pytest.fixture(scope="module")
def clocked() -> Iterator[Forks]:
    made = forks_with_clocks()
    yield made
    made.close()


@pytest.mark.timeout(300 * EFFORT)
def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path, clocked: Forks) -> None:
    seed = seed_from()
    sys.stderr.write(f"TORTURE_SEED={seed}\n")  # shown when the test fails
    size = replace(SHORT, release=NEWER if seed % 2 else OLDER)
    campaign = Campaign(tmp_path, size, seed, clocked, _tell)
    figures = campaign.run()
    sys.stderr.write(f"{figures.text()}\n")
    assert figures.in_bulk >= SHORT.kills
    assert len(figures.faults) >= 4
    assert (figures.lost, figures.doubled) == (0, 0)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
