"""Stores that cost little, and what the proofs over HTTP share: moto, keys, where a kill falls."""

import random
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.support import cheap_stores
from tests.support.moto import RunningMoto, running_moto
from tests.sync.mortal_worlds import KILLS


@pytest.fixture(autouse=True, scope="session")
def _cheap_stores() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        cheap_stores.pay_once(patched)
        yield


@pytest.fixture(scope="session")
def moto() -> Iterator[RunningMoto]:
    with running_moto() as running:
        yield running


@pytest.fixture
def aws_is_moto(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def kill_points() -> Callable[[int], list[int]]:
    """Some of the places between so many calls, the last one with its answer lost."""
    seed = random.SystemRandom().randrange(2**32)
    sys.stderr.write(f"seed {seed}\n")  # shown when the test fails
    chance = random.Random(seed)

    def chosen(calls: int) -> list[int]:
        return sorted(chance.sample(range(1, calls + 1), min(KILLS, calls)))

    return chosen
