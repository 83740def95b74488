"""The page key on a day at its fullest, in two consoles on one store.

100,000 racers are in the store. 2,000 of them drive, so that every reading changes something, and
the engine delivers a change to each of these. The other side is the same first console while
nobody drives and nothing is delivered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import pytest

from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.users import USERS
from tests.bench.event import LATENCY_MS, RACERS, Event, running_event, submit_change
from tests.bench.racers import row
from tests.bench.ratios import Ratio, judged
from tests.bench.terminal import Program
from tests.bench.test_engine_speed import HomeOfDrtui, Key, slow_end, two_pages

pytestmark = pytest.mark.timeout(900)
Judge = Callable[..., None]
ROUNDS: Final = 5
_KEYS: Final = 80
_ALL: Final = 100_000
_BATCH: Final = 10_000
_MANY_SWEEPS: Final = 1_000_000
_DRIVING: Final = "not alias:zz-"
_FIRST: Final = "g"
_REFRESH: Final = 10.0  # seconds; so that the account is read while the keys are pressed


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Event]:
    with running_event(tmp_path_factory.mktemp("event") / "store.sqlite") as running:
        yield running


def test_the_page_key_on_the_fullest_day(event: Event, tmp_path: Path, judge: Judge) -> None:
    event.emulator.control("latency", ms=0)  # for the first sweep
    home = HomeOfDrtui(tmp_path, event, refresh_seconds=_REFRESH)
    others(home.workspace.database, _ALL - RACERS)
    first: list[tuple[float, float]] = []
    second: list[tuple[float, float]] = []
    with home.console() as console:
        keys = first_pages(home, console)
        event.emulator.control("latency", ms=LATENCY_MS)
        with home.console() as another:
            assert first_pages(home, another) == keys
            for number in range(ROUNDS):
                console.settle(1.0)
                idle = slow_end(console, keys, _KEYS)
                with driving(event):
                    operation = submit_change(home.workspace, 12_000 + number * 60, _DRIVING)
                    home.wait_for(operation, least=100)
                    first.append((slow_end(console, keys, _KEYS), idle))
                    another.read_for(0.1)
                    second.append((slow_end(another, keys, _KEYS), idle))
                    assert home.open_items(operation) > 0, "it was delivered before the keys came"
                    home.wait_for(operation, least=RACERS)
    home.close()
    judge(*(verdict(which, pairs) for which, pairs in (("", first), (", second console", second))))


def others(database: Database, count: int) -> None:
    """Add racers whom the account does not have; no sweep finds that they are gone.

    They come last in the table, so that those who drive are on the screen.
    """
    rows = (row(number, 100 + number % 400) for number in range(count))
    rows = (one | {"alias": f"zz-{one['alias']}", "missed_sweeps": -_MANY_SWEEPS} for one in rows)
    names = [name for name in row(0, 0) if name != "profile_id"]
    while batch := list(islice(rows, _BATCH)):
        with database.write() as connection:
            upsert(connection, USERS, batch, key=["profile_id"], update=names)


def first_pages(home: HomeOfDrtui, console: Program) -> tuple[Key, Key]:
    """The keys to the second page and back to the first, where the cursor is taken."""
    aliases = home.aliases(console)
    console.send(_FIRST)  # it stays on the racer it was on when those before came
    return two_pages(console, aliases)


@contextmanager
def driving(event: Event) -> Iterator[None]:
    """Let the racers drive, an hour in a second, for as long as the context lasts."""
    event.emulator.control("clock", speed=3_600)
    event.emulator.control("unfreeze")
    yield
    event.emulator.control("freeze")


def verdict(which: str, pairs: list[tuple[float, float]]) -> Ratio:
    return judged(f"page key on the fullest day{which}, slow end, beside idle", pairs, most=2.0)
