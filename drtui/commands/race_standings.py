"""The standings of a series of races, from their leaderboards as last read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drtui.commands.leaderboards import RaceLeaderboard, leaderboards_of
from drtui.commands.races import race_named
from drtui.commands.workspace import Workspace
from drtui.domain.leaderboards import Identity, Match, identity_of, lap_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import timing_text
from drtui.domain.standings import POINTS, Method, SeriesRace, Standing, standings
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted

_MOST: Final = 100  # races of a series


@dataclass(frozen=True, slots=True)
class Series:
    """The standings of a series.

    Attributes:
        method: What they are ranked by.
        points: What each place is worth, from the first on.
        best_of: How many races count of each racer; None is as many as there are, but one for
            `Method.BEST_OF`.
        boards: The races with their leaderboards, in the order they were named in.
        rows: The leader first.
        identities: Whose aliases they are, by alias.
    """

    method: Method
    points: tuple[int, ...]
    best_of: int | None
    boards: tuple[RaceLeaderboard, ...]
    rows: tuple[Standing, ...]
    identities: Mapping[str, Identity]

    def is_hidden(self, alias: str) -> bool:
        """Whether an alias is not for an audience."""
        return self.boards[0].is_hidden(alias)

    def shown(self, alias: str) -> str:
        """Return an alias as an audience reads it."""
        return self.boards[0].shown(alias)

    def value_text(self, standing: Standing) -> str:
        """Return what a racer is ranked by: points, or a time."""
        if self.method is Method.POINTS:
            return f"{standing.value or 0:,}"
        return lap_text(standing.value)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader has to know: leaderboards that were not read, and races compared."""
        names = [one.stored.race.definition.name for one in self.boards if not one.board.read_at]
        notes = [
            f"The leaderboard of {one} was not read yet, and counts as empty." for one in names
        ]
        notes += [
            f"{clean(one.stored.race.definition.name, 60)} is not there any more: its leaderboard "
            "is as it was last read."
            for one in self.boards
            if one.stored.gone_at is not None
        ]
        races = [one.stored.race.definition for one in self.boards]
        if self.method is not Method.POINTS and len({one.timing for one in races}) > 1:
            usual, _ = Counter(one.timing for one in races).most_common(1)[0]
            told = ", ".join(
                f"{clean(one.name, 60)} by {timing_text(one.timing)}"
                for one in races
                if one.timing != usual
            )
            done = "compared" if self._counting == 1 else "added"
            notes.append(
                f"These races are not ranked by the same time, and their times are {done}: {told}, "
                f"the others by {timing_text(usual)}."
            )
        return tuple(notes)

    @property
    def _counting(self) -> int:
        """How many races count of each racer at the most."""
        return self.best_of or (1 if self.method is Method.BEST_OF else len(self.boards))

    @property
    def how(self) -> str:
        """Say what the standings are by: `points over 3 races`."""
        races = counted(len(self.boards), "race")
        if self.method is Method.BEST_OF:
            best = self.best_of or 1
            return f"total of the best {counted(best, 'time')} of {races}"
        by = "points" if self.method is Method.POINTS else "total time"
        if self.best_of is not None:
            return f"{by} of the best {self.best_of:,} of {races}"
        return f"{by} over {races}"


def series_standings(
    workspace: Workspace,
    races: Sequence[str],
    method: Method = Method.POINTS,
    *,
    points: Sequence[int] = POINTS,
    best_of: int | None = None,
) -> Series:
    """Return the standings of the races that are named.

    Args:
        workspace: The account's.
        races: Each by its id, its name or a part of that, in their order.
        method: See `standings.standings`, as for the rest.
        points: See there.
        best_of: See there; at least 1.

    Raises:
        InvalidInputError: None is named, one is named twice, too many are, or words name none or
            several; or `best_of` is no number of races.
        StoreProblemError: The store cannot be read.
    """
    if not races or len(races) > _MOST:
        raise InvalidInputError(f"Name the races of the series: 1 to {_MOST}.")
    if best_of is not None and not 1 <= best_of <= len(races):
        raise InvalidInputError(f"The best of how many races is a number from 1 to {len(races)}.")
    with workspace.database.read() as connection:
        found = [race_named(connection, one) for one in races]
        if len({one.race.race_id for one in found}) < len(found):
            raise InvalidInputError("A race is named twice: each counts once in a series.")
        boards, racers = leaderboards_of(connection, found)
    series = [
        SeriesRace(one.race_id, one.stored.race.definition.name, one.board.rankings)
        for one in boards
    ]
    rows = standings(series, method, points=points, best_of=best_of)
    identities = {
        one.alias: _identity(one, identity_of(one.alias, racers[one.alias])) for one in rows
    }
    return Series(method, tuple(points), best_of, boards, rows, identities)


def _identity(standing: Standing, identity: Identity) -> Identity:
    if standing.doubtful and identity.match is Match.CERTAIN:
        return replace(identity, match=Match.AMBIGUOUS)
    return identity


def standing_as_json(series: Series, standing: Standing) -> dict[str, object]:
    """Return a row as `drtui races standings --json` shows it; see docs/command-line.md."""
    identity = series.identities[standing.alias]
    by_points = series.method is Method.POINTS
    return {
        "rank": standing.rank,
        "alias": standing.alias,
        "email": identity.email or None,
        "team": identity.team or None,
        "match": identity.match.value,
        "doubtful": standing.doubtful,
        "points": standing.value if by_points else None,
        "time_ms": None if by_points else standing.value,
        "races": standing.races,
        "results": [
            None
            if one is None
            else {
                "race_id": board.race_id,
                "rank": one.rank,
                "score_ms": one.score,
                "points": one.points,
                "counted": one.counted,
            }
            for board, one in zip(series.boards, standing.results, strict=True)
        ],
        "hidden": series.is_hidden(standing.alias),
    }


def series_as_json(series: Series) -> dict[str, object]:
    """Return standings as `drtui races standings --json` shows them."""
    return {
        "method": series.method.value,
        "points": list(series.points) if series.method is Method.POINTS else None,
        "best_of": series.best_of,
        "races": [
            {
                "race_id": one.race_id,
                "name": one.stored.race.definition.name,
                "as_of": iso(one.board.read_at),
            }
            for one in series.boards
        ],
        "notes": list(series.notes),
        "standings": [standing_as_json(series, one) for one in series.rows],
    }


def standings_csv(series: Series) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    """Return the columns and rows of a CSV: for each race its place, and the points or the time."""
    by_points = series.method is Method.POINTS
    worth = "points" if by_points else "time_ms"
    names = [
        f"{place}. {one.stored.race.definition.name}" for place, one in enumerate(series.boards, 1)
    ]
    columns = ("rank", "alias", "email", "team", "match", "doubtful", worth, "races", "hidden")
    races = tuple(f"{name}: {what}" for name in names for what in ("place", worth, "counted"))
    rows = []
    for standing in series.rows:
        told = standing_as_json(series, standing)
        row: dict[str, object] = {column: told[column] for column in columns}
        for name, one in zip(names, standing.results, strict=True):
            value = None if one is None else (one.points if by_points else one.score)
            row[f"{name}: place"] = None if one is None else one.rank
            row[f"{name}: {worth}"] = value
            row[f"{name}: counted"] = None if one is None else one.counted
        rows.append(row)
    return (*columns, *races), rows
