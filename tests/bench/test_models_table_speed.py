"""The models' table with 100,000 of them beside the racers' with as many, in the whole console."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.bench.models import FILTER, fill_models, name
from tests.bench.racers import FILTER as RACERS_FILTER
from tests.bench.racers import alias
from tests.bench.ratios import judged
from tests.bench.terminal import Program, program

pytestmark = pytest.mark.timeout(600)
Judge = Callable[..., None]
Timed = tuple[float, int]
ROUNDS: Final = 25
SLOW_ROUNDS: Final = 5
_PAGE_DOWN, _DOWN, _UP, _BACKSPACE = "\x1b[6~", "\x1b[B", "\x1b[A", "\x7f"
_MANY: Final = 100_000


@pytest.fixture(scope="module")
def many_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 100,000 models of 2,000 racers."""
    return fill_models(tmp_path_factory.mktemp("models") / "store.sqlite", _MANY)


class Rows:
    """A table of 100,000 rows on the screen, named by their numbers."""

    def __init__(self, running: Program, named: Callable[[int], str], filter_: str) -> None:
        self._running = running
        self._named = named
        self._filter = filter_
        self._pages = 1
        self._moves = 0
        begins = named(0)[: named(0).index("-") + 2]
        self._rows = sum(begins in line for line in running.lines())

    def page_down(self) -> Timed:
        """A page; the last of its rows is waited for."""
        self._pages += 1
        return self._press(_PAGE_DOWN, self._pages * self._rows - 1)

    def move(self) -> Timed:
        """A move of the cursor within the page, down or up."""
        self._moves += 1
        key, row = (_DOWN, 1) if self._moves % 2 else (_UP, 0)
        return self._press(key, (self._pages - 1) * self._rows + row)

    def _press(self, key: str, number: int) -> Timed:
        seconds, count = self._running.press(key, self._named(number))
        return seconds, count + self._running.settle()

    def type_filter(self) -> Timed:
        """The last key of a filter that a tenth match."""
        self._running.send("/" + self._filter[:-1])
        self._running.settle(0.3)
        taken = self._running.press(self._filter[-1], "10,000 of 100,000")
        self._running.settle()
        self._running.press(_BACKSPACE * len(self._filter), "100,000 of 100,000")
        self._running.send("\r")  # leaves the filter
        self._running.settle(0.3)
        return taken

    def mark_all(self) -> Timed:
        """Marks all, and none again."""
        taken = self._running.press("a", "100,000 marked")
        self._running.settle()
        self._running.press("a", "0 marked")
        self._running.settle()
        return taken

    def reverse(self) -> Timed:
        """Turns the order round, and back."""
        taken = self._running.press("S", self._named(_MANY - 1))
        self._running.settle(0.3)
        self._running.press("S", self._named(0))
        self._running.settle(0.3)
        return taken


def in_turns(
    ours: Callable[[], Timed], theirs: Callable[[], Timed], rounds: int
) -> list[tuple[float, float]]:
    """Press in turns; the first round does not count."""
    return [(ours()[0], theirs()[0]) for _ in range(rounds + 1)][1:]


def test_the_models_table_is_as_quick_as_the_racers(
    many_models: Path, many: Path, judge: Judge
) -> None:
    with program("console", str(many_models)) as console, program("console", str(many)) as racers:
        console.until(alias(0))
        console.settle(0.5)
        console.press("3", name(0))
        console.settle(0.5)
        racers.until(alias(0))
        racers.settle(0.5)
        ours, theirs = Rows(console, name, FILTER), Rows(racers, alias, RACERS_FILTER)
        pages = in_turns(ours.page_down, theirs.page_down, ROUNDS)
        moves = in_turns(ours.move, theirs.move, ROUNDS)
        orders = in_turns(ours.reverse, theirs.reverse, SLOW_ROUNDS)
        marks = in_turns(ours.mark_all, theirs.mark_all, SLOW_ROUNDS)
        filters = in_turns(ours.type_filter, theirs.type_filter, SLOW_ROUNDS)
    judge(
        judged("models: page key, beside racers", pages, most=1.3),
        judged("models: cursor key, beside racers", moves, most=1.3),
        judged("models: filter to frame, beside racers", filters, most=1.5),
        judged("models: mark all, beside racers", marks, most=1.3),
        judged("models: order turned round, beside racers", orders, most=1.5),
    )
