"""Measuring two things side by side in one run, and judging their ratio.

Each round runs both, one after the other, so that whatever else the machine does meets both
alike. The ratio is the median of the rounds' ratios. It is judged with its noise: a bound is
missed when it lies below the lower quartile of the rounds, not by one bad round.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """One comparison: seconds of both sides (medians), and the ratio with its lower quartile."""

    name: str
    ours: float
    theirs: float
    median: float
    lower: float
    most: float

    @property
    def holds(self) -> bool:
        return self.lower <= self.most

    def row(self) -> str:
        return (
            f"{self.name:<44} {self.ours * 1000:>10.1f} {self.theirs * 1000:>10.1f} "
            f"{self.median:>8.2f} {self.most:>8.2f}"
        )


HEADING = f"{'':<44} {'ours, ms':>10} {'theirs, ms':>10} {'ratio':>8} {'at most':>8}"


def compare(
    name: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    most: float,
    rounds: int = 7,
) -> Ratio:
    """Run both in turns and return their ratio; one round before does not count."""
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds + 1)][1:]
    ratios = [mine / other for mine, other in pairs]
    return Ratio(
        name,
        statistics.median(mine for mine, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(ratios),
        statistics.quantiles(ratios, n=4)[0],
        most,
    )


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
