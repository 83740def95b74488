"""One emulated account for a module; each test finds its faults cleared and a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on, racers
from tests.support.emulator import RunningEmulator, running_emulator


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    """An account of 100 racers whose life stands still."""
    with running_emulator(racers=100) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def ordinary(account: RunningEmulator) -> list[str]:
    """Racers whose limits are the same at the beginning of each test."""
    return racers(account.profiles(), 8)


@pytest.fixture
def emulator(account: RunningEmulator, ordinary: list[str]) -> RunningEmulator:
    """The account, with the network up and nothing that fails."""
    for each in ordinary:
        account.control("set", profile_id=each, maxTotalComputeMinutes=300, maxModelCount=15)
    account.control("clear")
    account.control("network", state="up")
    account.control("latency", ms=0)
    account.control("lag", ms=0)
    account.control("throttle", per_second=0)
    account.control("clock", signing_skew=0)
    account.control("calls", clear=True)
    return account


@pytest.fixture
def drtui(emulator: RunningEmulator, tmp_path: Path, forks: Forks) -> Drtui:
    """The command line of an admin."""
    return drtui_on(emulator, tmp_path / "home", forks=forks)
