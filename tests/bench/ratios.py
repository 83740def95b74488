"""Measuring two things side by side in one run, and judging their ratio.

Each round measures both, one after the other, so that whatever else the machine does meets both
alike. The ratio is the median of the rounds' ratios. It is judged with its noise: a bound is
missed when even the better quartile of the rounds misses it, not by some bad rounds. Where there
is one round only, as with memory, its ratio is what counts.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_SCALES: Final = {"ms": 1000.0, "MB": 1e-6}


@dataclass(frozen=True, slots=True)
class Ratio:
    """One comparison.

    Attributes:
        name: What was measured.
        ours: The median of one side, in the base unit (seconds, bytes).
        theirs: The median of the other side.
        unit: What both are shown in.
        median: The median of the rounds' ratios.
        better: The quartile of the rounds' ratios on the bound's side; what is judged.
        bound: What the ratio has to be at most, or at least.
        at_least: Which of the two.
    """

    name: str
    ours: float
    theirs: float
    unit: str
    median: float
    better: float
    bound: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.better >= self.bound if self.at_least else self.better <= self.bound

    @property
    def verdict(self) -> str:
        if not self.holds:
            return "MISSED"
        within = self.median >= self.bound if self.at_least else self.median <= self.bound
        return "holds" if within else "holds within noise"

    def cells(self) -> tuple[str, ...]:
        """What a table shows of it."""
        scale = _SCALES.get(self.unit, 1.0)
        bound = f"{'≥' if self.at_least else '≤'} {_short(self.bound)}"
        ours, theirs = (f"{_figure(side * scale)} {self.unit}" for side in (self.ours, self.theirs))
        numbers = (_short(self.median), _short(self.better), bound)
        return self.name, ours, theirs, *numbers, self.verdict


HEADINGS: Final = ("", "ours", "theirs", "ratio", "better quartile", "bound", "verdict")


def judged(
    name: str,
    pairs: Sequence[tuple[float, float]],
    *,
    most: float | None = None,
    least: float | None = None,
    unit: str = "ms",
) -> Ratio:
    """Return the ratio of pairs of ours and theirs, with its bound: `most` or `least`."""
    ratios = [ours / theirs for ours, theirs in pairs]
    lower = upper = ratios[0]
    if len(ratios) > 1:
        lower, _, upper = statistics.quantiles(ratios, n=4)
    bound = most if least is None else least
    assert bound is not None
    return Ratio(
        name,
        statistics.median(ours for ours, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        unit,
        statistics.median(ratios),
        lower if least is None else upper,
        bound,
        at_least=least is not None,
    )


def compare(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    most: float,
    before: Callable[[], object] = lambda: None,
    rounds: int = 9,
) -> Ratio:
    """Run both in turns and return the ratio of their times; the first round does not count.

    Args:
        name: What is measured.
        ours: One side.
        theirs: The other side.
        most: The ratio's bound.
        before: Run before each round, untimed.
        rounds: How many count.
    """
    pairs = []
    for _ in range(rounds + 1):
        before()
        pairs.append((_seconds(ours), _seconds(theirs)))
    return judged(name, pairs[1:], most=most)


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _figure(number: float) -> str:
    return f"{number:,.{0 if number >= 100 else 1}f}"


def _short(number: float) -> str:
    return f"{number:.3f}" if number < 0.1 else f"{number:.2f}"
