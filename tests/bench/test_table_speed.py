"""The racers' table with 100,000 of them, in the whole console, against two other tables.

One is Textual's own DataTable with the same rows in an app of its own, the other one of constant
strings: the floor that Textual sets.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest

from tests.bench.programs.constant import KINDS
from tests.bench.racers import FILTER, alias
from tests.bench.ratios import judged
from tests.bench.terminal import Program, program

pytestmark = pytest.mark.timeout(1_200)  # DataTable takes its time
Judge = Callable[..., None]
ROUNDS: Final = 25
SLOW_ROUNDS: Final = 3
_ALL: Final = 10**6
_PAGE_DOWN, _DOWN, _UP, _BACKSPACE = "\x1b[6~", "\x1b[B", "\x1b[A", "\x7f"


def opened(running: Program) -> Program:
    """Wait until the first racer is on the screen, and all is quiet."""
    running.until(alias(0))
    running.settle(0.5)
    return running


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: cells to its left, lines above its heading, and its rows."""

    left: int
    above: int
    rows: int


def place_of(running: Program, sign: str = "▌") -> Place:
    lines = running.lines()
    racers = [number for number, line in enumerate(lines) if "racer-0" in line]
    return Place(max(0, lines[racers[0]].find(sign)), racers[0] - 1, len(racers))


class Table:
    """A table on the screen, and which racer the next key has to bring."""

    def __init__(self, running: Program, rows: int, kinds: int = _ALL) -> None:
        self._running = running
        self._rows = rows
        self._kinds = kinds
        self._pages = 1
        self._moves = 0

    def page_down(self) -> tuple[float, int]:
        """The seconds and the bytes of a page; the last of its racers is waited for."""
        self._pages += 1
        return self._press(_PAGE_DOWN, self._pages * self._rows - 1)

    def move(self) -> tuple[float, int]:
        """The seconds and the bytes of a move of the cursor within the page, down or up."""
        self._moves += 1
        key, row = (_DOWN, 1) if self._moves % 2 else (_UP, 0)
        return self._press(key, (self._pages - 1) * self._rows + row)

    def _press(self, key: str, racer: int) -> tuple[float, int]:
        seconds, count = self._running.press(key, alias(racer % self._kinds))
        return seconds, count + self._running.settle()


Measured = list[tuple[tuple[float, int], tuple[float, int]]]


def in_turns(
    ours: Callable[[], tuple[float, int]], theirs: Callable[[], tuple[float, int]], rounds: int
) -> Measured:
    """Press in turns; the first round does not count."""
    return [(ours(), theirs()) for _ in range(rounds + 1)][1:]


def seconds(measured: Measured) -> list[tuple[float, float]]:
    return [(ours[0], theirs[0]) for ours, theirs in measured]


def counts(measured: Measured) -> list[tuple[float, float]]:
    return [(ours[1], theirs[1]) for ours, theirs in measured]


def test_keys_against_a_table_of_constant_strings(many: Path, judge: Judge) -> None:
    with program("console", str(many)) as console:
        place = place_of(opened(console))
        with program("constant", str(place.left), str(place.above), str(place.rows)) as floor:
            assert replace(place_of(opened(floor)), left=place.left) == place
            ours, theirs = Table(console, place.rows), Table(floor, place.rows, KINDS)
            pages = in_turns(ours.page_down, theirs.page_down, ROUNDS)
            moves = in_turns(ours.move, theirs.move, ROUNDS)
    judge(
        judged("page key, beside constant strings", seconds(pages), most=1.3),
        judged("cursor key, beside constant strings", seconds(moves), most=1.3),
    )


def test_everything_against_the_data_table(many: Path, nobody: Path, judge: Judge) -> None:
    starts = []
    for _ in range(SLOW_ROUNDS):
        pair = []
        for name in ("console", "data_table"):
            with program(name, str(many)) as running:
                pair.append(running.until(alias(0))[0] - running.began)
        starts.append((pair[0], pair[1]))
    memories = []
    for name in ("console", "data_table"):
        with program(name, str(nobody)) as empty, program(name, str(many)) as full:
            empty.read_for(3.0)
            opened(full)
            full.read_for(3.0)
            memories.append(full.memory() - empty.memory())
    with program("console", str(many)) as console, program("data_table", str(many)) as theirs:
        ours = Table(console, place_of(opened(console)).rows)
        other = Table(theirs, place_of(opened(theirs)).rows)
        pages = in_turns(ours.page_down, other.page_down, ROUNDS)
        moves = in_turns(ours.move, other.move, ROUNDS)
        signs = cycle("●○")
        marks = in_turns(
            lambda: mark_all(console), lambda: mark_all_cells(theirs, next(signs)), SLOW_ROUNDS
        )
        filters = in_turns(lambda: type_filter(console), lambda: filter_rows(theirs), SLOW_ROUNDS)
    judge(
        judged("racers on the screen, 100,000, beside DataTable", starts, most=1 / 30),
        judged("filter to frame, beside DataTable", seconds(filters), most=1 / 40),
        judged("mark all, beside DataTable", seconds(marks), most=1 / 40),
        judged("page key, beside DataTable", seconds(pages), most=1 / 4),
        judged("bytes per cursor move, beside DataTable", counts(moves), most=0.45, unit="B"),
        judged("bytes per page, beside DataTable", counts(pages), most=0.75, unit="B"),
        judged(
            "memory of 100,000 racers, beside DataTable",
            [(memories[0], memories[1])],
            most=1 / 10,
            unit="MB",
        ),
    )


def mark_all(console: Program) -> tuple[float, int]:
    taken = console.press("a", "100,000 marked")
    console.settle()
    console.press("a", "0 marked")
    console.settle()
    return taken


def mark_all_cells(theirs: Program, sign: str) -> tuple[float, int]:
    taken = theirs.press("a", sign)
    theirs.settle(1.0)
    return taken


def type_filter(console: Program) -> tuple[float, int]:
    """The last key of a filter that a tenth match."""
    console.send("/" + FILTER[:-1])
    console.settle(0.3)
    taken = console.press(FILTER[-1], "10,000 of 100,000")
    console.settle()
    console.press(_BACKSPACE * len(FILTER), "100,000 of 100,000")
    console.send("\r")  # leaves the filter
    console.settle(0.3)
    return taken


def filter_rows(theirs: Program) -> tuple[float, int]:
    taken = theirs.press("f", alias(17))
    theirs.settle(1.0)
    theirs.press("x", alias(1))
    theirs.settle(1.0)
    return taken


def test_many_racers_against_some(many: Path, some: Path, judge: Judge) -> None:
    starts = []
    for _ in range(7):
        pair = []
        for store in (many, some):
            with program("console", str(store)) as running:
                pair.append(running.until(alias(0))[0] - running.began)
        starts.append((pair[0], pair[1]))
    with program("console", str(many)) as large, program("console", str(some)) as small:
        for console in (opened(large), opened(small)):
            console.send("/")
            console.settle(0.3)
        filters = in_turns(
            lambda: key_and_back(large, "10,000 of 100,000", "100,000 of 100,000"),
            lambda: key_and_back(small, "200 of 2,000", "2,000 of 2,000"),
            ROUNDS,
        )
    judge(
        judged("racers on the screen, 100,000, beside 2,000", starts, most=1.15),
        judged("keystroke to filtered frame, 100,000, beside 2,000", seconds(filters), most=3.0),
    )


def key_and_back(console: Program, filtered: str, everybody: str) -> tuple[float, int]:
    console.send(FILTER[:-1])
    console.settle(0.25)
    taken = console.press(FILTER[-1], filtered)
    console.settle()
    console.press(_BACKSPACE * len(FILTER), everybody)
    console.settle(0.25)
    return taken
