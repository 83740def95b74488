"""One emulated account for a module; each test finds its faults cleared and a folder of its own."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import ACCOUNT, Drtui, drtui_on, racers
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.moto import RunningMoto, running_moto


@pytest.fixture(scope="session")
def moto() -> Iterator[RunningMoto]:
    """moto's server, for whose tests keep to a deployment of their own in it."""
    with running_moto() as running:
        yield running


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


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what was read of the module's account is kept, once one of its tests needs it."""
    return tmp_path_factory.mktemp("copies")


@pytest.fixture
def synced(drtui: Drtui, copies: Path) -> Drtui:
    """The command line of an admin who has just read the account.

    In fact it was read for the module's first test that asks for this: of others than the ordinary
    racers the copy may tell what has been.
    """
    read = copies / "home"
    if not read.exists():
        drtui("sync")
        shutil.copytree(drtui.home, read)
    else:
        shutil.copytree(read, drtui.home, dirs_exist_ok=True)
        store = drtui.home / "state" / "accounts" / f"{ACCOUNT}.sqlite"
        with closing(sqlite3.connect(store)) as connection, connection:
            connection.execute("UPDATE sync_state SET swept_at = ?", (time.time(),))
    return drtui
