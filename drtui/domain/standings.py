"""The standings of a series of races: by points, by total time, or by the best of the races.

Racers are told apart by their aliases, since leaderboards bear nothing else: an alias that stands
twice on one of them, and the one that everybody begins with, are marked as doubtful.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.races import Ranking
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.text import clean, fold

POINTS: Final = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
"""What the first places are worth where nothing else is said; any further place is worth 0."""

_HIGHEST: Final = 1_000_000


class Method(StrEnum):
    """What a series is ranked by."""

    POINTS = "points"
    TOTAL_TIME = "total-time"
    BEST_OF = "best-of"


@dataclass(frozen=True, slots=True)
class SeriesRace:
    """A race of a series with its leaderboard."""

    race_id: str
    name: str
    rankings: tuple[Ranking, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a racer did in one race of a series.

    Attributes:
        score: In ms; None where it was not told.
        points: By the table.
        counted: Whether it is among those that count.
    """

    rank: int
    score: int | None
    points: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """A racer's place in a series.

    Attributes:
        rank: From 1 on; those who tie share one, and the next is as if they did not.
        value: Points, or ms; None where no time counts.
        results: One of each race in their order; None where the racer has none.
        doubtful: Whether the alias may be several racers'.
    """

    rank: int
    alias: str
    value: int | None
    results: tuple[Result | None, ...]
    doubtful: bool

    @property
    def races(self) -> int:
        """In how many races the racer has a result."""
        return sum(one is not None for one in self.results)


@dataclass(frozen=True, slots=True)
class _Tally:
    """A racer before the places are given; less is better in `key`."""

    key: tuple[int, ...]
    standing: Standing


def parse_points(text: str) -> tuple[int, ...]:
    """Return a table of points, typed as `25 18 15` or `25,18,15`.

    Raises:
        InvalidInputError: It is none.
    """
    words = text.replace(",", " ").split()
    numbers = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 8]
    falls = all(one >= other for one, other in pairwise(numbers))
    if not words or len(numbers) != len(words) or not falls or numbers[0] > _HIGHEST:
        raise InvalidInputError(
            f"“{clean(text, 60)}” is no table of points: write whole numbers that do not rise, "
            "such as 25 18 15."
        )
    return tuple(numbers)


def standings(
    races: Sequence[SeriesRace],
    method: Method,
    *,
    points: Sequence[int] = POINTS,
    best_of: int | None = None,
) -> tuple[Standing, ...]:
    """Return the standings of a series, the leader first.

    By points, those who tie are told apart by who has more wins, then more second places, and so
    on. By time, whoever has more races that count is ahead: a race that is missing cannot be made
    up for by being fast in others. Times are what each race is ranked by.

    Args:
        races: In their order.
        method: See `Method`; `BEST_OF` is the total of the best times.
        points: What each place is worth, from the first on.
        best_of: How many races count of each racer, the best ones; None is all of them, but one
            for `BEST_OF`.
    """
    counted = best_of if best_of is not None else (1 if method is Method.BEST_OF else len(races))
    found = [_results(race, points) for race in races]
    twice = {
        alias
        for race in races
        for alias, number in Counter(one.alias for one in race.rankings).items()
        if number > 1
    }
    aliases = dict.fromkeys(alias for results in found for alias in results)
    tallies = []
    for alias in aliases:
        results = [one.get(alias) for one in found]
        doubtful = alias in twice or fold(alias) == fold(FIRST_ALIAS)
        tallies.append(_tally(alias, results, method, max(0, counted), doubtful=doubtful))
    tallies.sort(key=lambda one: (one.key, fold(one.standing.alias), one.standing.alias))
    placed: list[Standing] = []
    for index, tally in enumerate(tallies):
        ties = index > 0 and tally.key == tallies[index - 1].key
        rank = placed[-1].rank if ties else index + 1
        placed.append(replace(tally.standing, rank=rank))
    return tuple(placed)


def _results(race: SeriesRace, points: Sequence[int]) -> Mapping[str, Result]:
    """Return what each alias did in a race; the best of one that stands there twice."""
    found: dict[str, Result] = {}
    for one in sorted(race.rankings, key=lambda one: one.rank):
        worth = points[one.rank - 1] if 1 <= one.rank <= len(points) else 0
        found.setdefault(one.alias, Result(one.rank, one.score, worth))
    return found


def _tally(
    alias: str,
    results: Sequence[Result | None],
    method: Method,
    most: int,
    *,
    doubtful: bool,
) -> _Tally:
    there = [index for index, one in enumerate(results) if one is not None]
    if method is Method.POINTS:
        there.sort(key=lambda index: _by_points(results[index]))
    else:
        there = [index for index in there if _score(results[index]) is not None]
        there.sort(key=lambda index: _score(results[index]) or 0)
    counting = set(there[:most])
    marked = tuple(
        None if one is None else replace(one, counted=index in counting)
        for index, one in enumerate(results)
    )
    kept = [one for one in marked if one is not None and one.counted]
    if method is Method.POINTS:
        value: int | None = sum(one.points for one in kept)
        key = (-(value or 0), *_countback(kept))
    else:
        value = sum(one.score or 0 for one in kept) if kept else None
        key = (-len(kept), value or 0)
    return _Tally(key, Standing(0, alias, value, marked, doubtful))


def _countback(results: Sequence[Result]) -> tuple[int, ...]:
    """Return what tells those of equal points apart: each place the better, the more of it.

    Comparing sorted ranks does it: more wins, then more second places, and so on; whoever has
    another result beyond that is ahead.
    """
    return (*sorted(one.rank for one in results), _HIGHEST)


def _by_points(result: Result | None) -> tuple[int, int]:
    return (0, 0) if result is None else (-result.points, result.rank)


def _score(result: Result | None) -> int | None:
    return None if result is None else result.score
