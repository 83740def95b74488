"""The engine against a bare loop over the same client, and the console while the engine works."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from drtui.commands.workspace import Workspace
from drtui.domain.operations import OPEN
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.store.sync_state import read_sync_state
from drtui.store.users import user_keys, users_by_key
from drtui.sync.options import EngineOptions
from tests.bench.event import LATENCY_MS, RACERS, THREADS, Event, running_event, submit_change
from tests.bench.ratios import judged
from tests.bench.terminal import LINES, Program

pytestmark = pytest.mark.timeout(900)
Judge = Callable[..., None]
Note = Callable[[str], None]
ROUNDS: Final = 5
_CEILING: Final = EngineOptions().changes_per_second
_ALONE: Final = 100
_KEYS: Final = 60
_OPERATIONS: Final = 3
_PATIENCE: Final = 60.0
_SHORT: Final = 10  # cells that an alias has at any width
_PAGE_DOWN, _PAGE_UP = "\x1b[6~", "\x1b[5~"


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Event]:
    with running_event(tmp_path_factory.mktemp("event") / "store.sqlite") as running:
        yield running


def test_the_engine_against_a_bare_loop(event: Event, judge: Judge, note: Note) -> None:
    rounds = [(event.by_engine(), event.by_bare_loop()) for _ in range(ROUNDS + 1)][1:]
    alone, _ = event.by_bare_loop(1, _ALONE)
    engine, loop = (
        statistics.median(side[1] for side in sides) * 1_000 for sides in zip(*rounds, strict=True)
    )
    note(
        f"{RACERS:,} quota changes at {LATENCY_MS} ms with {THREADS} threads; one call at a time "
        f"makes {alone:.1f} a second."
    )
    note(
        f"Processor time per 1,000 calls: {engine:.2f} s with the engine, {loop:.2f} s in the "
        "bare loop; the client's share is the same in both."
    )
    pairs = [(ours[0], theirs[0]) for ours, theirs in rounds]
    judge(judged("unpaced delivery, beside a bare loop", pairs, least=0.9, unit="/s"))


def test_paced_delivery_keeps_its_pace(event: Event, judge: Judge) -> None:
    pairs = [(event.by_engine(_CEILING)[0], _CEILING)]
    judge(judged("paced delivery, beside its ceiling", pairs, least=0.95, unit="/s"))


def test_the_page_key_while_the_engine_delivers(event: Event, tmp_path: Path, judge: Judge) -> None:
    event.emulator.control("latency", ms=0)  # for the first sweep
    home = HomeOfDrtui(tmp_path, event)
    pairs = []
    with home.console() as console:
        keys = two_pages(console, home.aliases(console))
        event.emulator.control("latency", ms=LATENCY_MS)
        for number in range(_OPERATIONS):
            console.settle(1.0)
            idle = slow_end(console, keys)
            operation = submit_change(home.workspace, 12_000 + number * 60)
            home.wait_for(operation, least=100)
            busy = slow_end(console, keys)
            assert home.open_items(operation) > 0, "the engine was done before the keys were"
            home.wait_for(operation, least=RACERS)
            pairs.append((busy, idle))
    home.close()
    judge(judged("page key while the engine delivers, slow end, beside idle", pairs, most=2.0))


class HomeOfDrtui:
    """A home with the event's account, and its store as another process sees it.

    Args:
        folder: Where it is made.
        event: Whose account it has.
        refresh_seconds: How old its copy may get.
    """

    def __init__(self, folder: Path, event: Event, refresh_seconds: float = 30.0) -> None:
        config = folder / "config" / "config.toml"
        config.parent.mkdir()
        config.write_text(
            f'[accounts.finals]\napi_url = "{event.emulator.api}"\nregion = "us-east-1"\n'
            f'credentials = "aws"\n\n[sync]\nrefresh_seconds = {refresh_seconds}\n'
        )
        store = folder / "state" / "accounts" / "finals.sqlite"
        store.parent.mkdir(parents=True)
        self._environment = os.environ | event.emulator.environment() | {"DRTUI_HOME": str(folder)}
        self.workspace = Workspace(open_database(store), "ada")

    def console(self) -> Program:
        return Program([sys.executable, "-m", "drtui"], self._environment)

    def close(self) -> None:
        self.workspace.database.close()

    def aliases(self, console: Program) -> list[str]:
        """All aliases in the table's order, once the console's engine has read everybody."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            console.read_for(0.3)
            with self.workspace.database.read() as connection:
                if read_sync_state(connection).swept_from is not None:
                    users = users_by_key(connection, user_keys(connection)).values()
                    return [user.profile.alias for user in users]
            assert time.monotonic() < deadline, "the account was never read"

    def open_items(self, operation: int) -> int:
        with self.workspace.database.read() as connection:
            return sum(item.state in OPEN for item in items(connection, operation))

    def wait_for(self, operation: int, *, least: int) -> None:
        """Wait until so many changes of an operation are settled."""
        deadline = time.monotonic() + _PATIENCE
        while RACERS - self.open_items(operation) < least:
            assert time.monotonic() < deadline, "it was not delivered in time"
            time.sleep(0.1)


Key = tuple[str, str]


def two_pages(console: Program, aliases: Sequence[str]) -> tuple[Key, Key]:
    """The keys to the second page and back, each with an alias that only that page has."""
    console.settle(1.0)
    lines = console.lines()
    first = [alias for alias in aliases[:LINES] if any(alias in line for line in lines)]
    rows = len(first)
    assert rows > 5, "\n".join(lines)
    second = aliases[rows : 2 * rows]

    def telling(page: Sequence[str], other: Sequence[str]) -> str:
        short = (alias for alias in page if len(alias) <= _SHORT)
        return next(one for one in short if not any(one in alias for alias in other))

    return (_PAGE_DOWN, telling(second, first)), (_PAGE_UP, telling(first, second))


def slow_end(console: Program, keys: tuple[Key, Key], count: int = _KEYS) -> float:
    """The 95th percentile of what a page key takes."""
    taken = []
    for _ in range(count // 2):
        for key, alias in keys:
            taken.append(console.press(key, alias)[0])
            console.read_for(0.08)
    return statistics.quantiles(taken, n=20)[-1]
