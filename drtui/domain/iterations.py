"""The iterations of a training, and fewer of them where there are too many to keep or to draw."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Point:
    """What the episodes of one iteration come to; a mean of nothing is None.

    Attributes:
        iteration: As counted by the training.
        upto: The number of its last episode.
        episodes: How many it has.
        reward: The mean of the rewards while training.
        progress: The mean progress while training, in percent.
        completion: The mean progress of those that judged it, in percent.
        laps: How many came all the way round.
    """

    iteration: int
    upto: int
    episodes: int
    reward: float | None
    progress: float | None
    completion: float | None
    laps: int


def best_of(points: Sequence[Point]) -> Point | None:
    """Return the one that came farthest where it was judged, the reward deciding ties.

    Where none was judged, the reward decides alone; None where none has one.
    """
    told = [one for one in points if one.completion is not None]
    if told:
        return max(told, key=lambda one: (one.completion or 0.0, one.reward or -math.inf))
    told = [one for one in points if one.reward is not None]
    return max(told, key=lambda one: one.reward or 0.0, default=None)


def grouped(points: Sequence[Point], most: int) -> tuple[tuple[Point, ...], int]:
    """Bring iterations together in groups of one size; the last one may be smaller.

    Returns:
        At most so many points, and how many iterations each stands for.
    """
    each = max(1, math.ceil(len(points) / most))
    if each == 1:
        return tuple(points), 1
    starts = range(0, len(points), each)
    return tuple(_together(points[at : at + each]) for at in starts), each


def thinned_points(points: Sequence[Point], most: int) -> list[Point]:
    """Return at most so many, the first, the last and the best among them."""
    kept, best = thinned(points, most), best_of(points)
    if best is None or best in kept:
        return kept
    return sorted([*thinned(points, most - 1), best], key=lambda one: one.iteration)


def thinned(items: Sequence[_T], most: int) -> list[_T]:
    """Return at most so many, at equal distances, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    step = (len(items) - 1) / (most - 1)
    return [items[round(at * step)] for at in range(most)]


def _together(points: Sequence[Point]) -> Point:
    """Return what iterations come to, each for as much as it has episodes."""
    return Point(
        iteration=points[-1].iteration,
        upto=points[-1].upto,
        episodes=sum(one.episodes for one in points),
        reward=_weighted((one.reward, one.episodes) for one in points),
        progress=_weighted((one.progress, one.episodes) for one in points),
        completion=_weighted((one.completion, one.episodes) for one in points),
        laps=sum(one.laps for one in points),
    )


def _weighted(values: Iterable[tuple[float | None, int]]) -> float | None:
    told = [(value, weight) for value, weight in values if value is not None]
    if not told:
        return None
    return fmean([value for value, _ in told], [weight for _, weight in told])
