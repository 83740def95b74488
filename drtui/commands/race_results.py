"""The results of one race or of a series, from the store: podium, standings, a sheet per racer.

They are for an audience: an alias that is hidden is not named, and emails only where they are
asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.leaderboards import (
    HIDDEN,
    RaceLeaderboard,
    changes_by_alias,
    doubt_text,
    laps_as_json,
    position_history,
)
from drtui.commands.race_standings import Series, series_standings
from drtui.commands.races import moment_of
from drtui.commands.workspace import Workspace
from drtui.domain.leaderboards import Identity, LeaderboardRow, Match, lap_text
from drtui.domain.race_records import PositionChange
from drtui.domain.race_states import timing_text
from drtui.domain.standings import POINTS, Method
from drtui.domain.text import iso

_SHOWN: Final = (
    *("score_ms", "gap_ms", "interval_ms", "best_lap_ms", "average_lap_ms", "total_ms", "laps"),
    *("resets", "off_tracks", "collisions", "submission", "submitted_at"),
)
SHEET_COLUMNS: Final = ("race_id", "race", "rank", "points", *_SHOWN)
"""The columns of a racer's sheet as a CSV, which are the keys of `RaceResult.as_json`."""

_Changes = Mapping[str, tuple[PositionChange, ...]]


@dataclass(frozen=True, slots=True)
class RaceResult:
    """What a racer did in one race.

    Attributes:
        row: On its leaderboard; of a series, the best one where the alias stands there twice.
        points: What it is worth in the series; None where there is none, or it is not by points.
        counted: Whether it is among those that count.
        changes: How the place has changed, oldest first.
    """

    board: RaceLeaderboard
    row: LeaderboardRow
    points: int | None
    counted: bool
    changes: tuple[PositionChange, ...]

    def as_json(self) -> dict[str, object]:
        """Return it for JSON and CSV; an unknown number or time is null."""
        ranking, race = self.row.ranking, self.board.stored.race
        return {
            "race_id": race.race_id,
            "race": race.definition.name,
            "rank": ranking.rank,
            "points": self.points,
            "score_ms": ranking.score,
            "gap_ms": self.row.gap,
            "interval_ms": self.row.interval,
            **laps_as_json(ranking),
        }


@dataclass(frozen=True, slots=True)
class RacerSheet:
    """What there is to one racer.

    Attributes:
        number: From 1 on; where several share a place, no two have the same number.
        place: In the standings.
        alias: As the leaderboards have it; nobody who is hidden has a sheet.
        value: Points or a time, in words; what the standings are by.
        races: One of each race in which the racer has a result, in their order.
    """

    number: int
    place: int
    alias: str
    value: str
    identity: Identity
    races: tuple[RaceResult, ...]

    def as_json(self, *, emails: bool) -> dict[str, object]:
        """Return it for JSON; emails only where they are asked for."""
        return {
            "place": self.place,
            "alias": self.alias,
            **({"email": self.identity.email or None} if emails else {}),
            "team": self.identity.team or None,
            "value": self.value,
            "races": [one.as_json() for one in self.races],
        }


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one race or of several.

    Attributes:
        series: With its leaderboards and standings; of one race too.
        sheets: Of everybody who is not hidden, the leader first.
        at: When they were put together.
    """

    series: Series
    sheets: tuple[RacerSheet, ...]
    at: datetime

    @property
    def single(self) -> RaceLeaderboard | None:
        """The race's leaderboard where there is one race alone."""
        boards = self.series.boards
        return boards[0] if len(boards) == 1 else None

    @property
    def how(self) -> str:
        """Say what they are by."""
        if self.single is None:
            return self.series.how
        return timing_text(self.single.stored.race.definition.timing)


def race_results(
    workspace: Workspace,
    races: Sequence[str],
    method: Method = Method.POINTS,
    *,
    points: Sequence[int] = POINTS,
    best_of: int | None = None,
) -> Results:
    """Return the results of the races that are named; see `race_standings.series_standings`.

    Of one race alone they are by its leaderboard, whatever the method.

    Raises:
        InvalidInputError: See `series_standings`.
        StoreProblemError: The store cannot be read.
    """
    if len(races) == 1:
        method, best_of = Method.TOTAL_TIME, None
    series = series_standings(workspace, races, method, points=points, best_of=best_of)
    histories = {
        board.race_id: changes_by_alias(position_history(workspace, board.race_id))
        for board in series.boards
    }
    if len(races) == 1:
        sheets = _of_race(series.boards[0], histories[series.boards[0].race_id])
    else:
        sheets = _of_series(series, histories)
    return Results(series, tuple(sheets), moment_of(workspace))


def _of_race(board: RaceLeaderboard, changes: _Changes) -> list[RacerSheet]:
    shown = [row for row in board.rows if not board.is_hidden(row.ranking.alias)]
    return [
        RacerSheet(
            number,
            row.ranking.rank,
            row.ranking.alias,
            lap_text(row.ranking.score),
            row.identity,
            (RaceResult(board, row, None, True, changes.get(row.ranking.alias, ())),),
        )
        for number, row in enumerate(shown, 1)
    ]


def _of_series(series: Series, histories: Mapping[str, _Changes]) -> list[RacerSheet]:
    rows = {board.race_id: _best_rows(board) for board in series.boards}
    by_points = series.method is Method.POINTS
    shown = [standing for standing in series.rows if not series.is_hidden(standing.alias)]
    sheets = []
    for number, standing in enumerate(shown, 1):
        own = tuple(
            RaceResult(
                board,
                rows[board.race_id][standing.alias],
                result.points if by_points else None,
                result.counted,
                histories[board.race_id].get(standing.alias, ()),
            )
            for board, result in zip(series.boards, standing.results, strict=True)
            if result is not None
        )
        identity = series.identities[standing.alias]
        value = series.value_text(standing)
        sheets.append(RacerSheet(number, standing.rank, standing.alias, value, identity, own))
    return sheets


def results_as_json(results: Results, *, emails: bool) -> dict[str, object]:
    """Return results as `drtui races results --json` shows them; see docs/command-line.md."""
    return {
        "at": iso(results.at),
        "by": results.how,
        "notes": list(results.series.notes),
        "races": [
            {
                "race_id": one.race_id,
                "name": one.stored.race.definition.name,
                "as_of": iso(one.board.read_at),
            }
            for one in results.series.boards
        ],
        "podium": [one.as_json(emails=emails) for one in results.sheets if one.place <= 3],
        "racers": [one.as_json(emails=emails) for one in results.sheets],
    }


def who_text(identity: Identity, *, emails: bool) -> str:
    """Return who a racer is, as an audience is told: the team, and the email if asked for."""
    told = [identity.team, identity.email if emails else ""]
    if emails and identity.match is not Match.CERTAIN:
        told.append(doubt_text(identity))
    return ", ".join(filter(None, told))


def standings_rows(
    results: Results, *, emails: bool
) -> tuple[tuple[str, ...], list[Mapping[str, object]]]:
    """Return the columns and rows of the standings as a CSV for an audience."""
    who = ("place", "alias", *(("email",) if emails else ()), "team")
    rows: list[Mapping[str, object]] = []
    if (board := results.single) is not None:
        for row in board.rows:
            told = RaceResult(board, row, None, True, ()).as_json()
            alias = row.ranking.alias
            rows.append(told | _who(row.ranking.rank, alias, row.identity, board.is_hidden(alias)))
        return (*who, *_SHOWN), rows
    series = results.series
    names = tuple(
        f"{number}. {one.stored.race.definition.name}"
        for number, one in enumerate(series.boards, 1)
    )
    for standing in series.rows:
        hidden, identity = series.is_hidden(standing.alias), series.identities[standing.alias]
        places = [None if one is None else one.rank for one in standing.results]
        rows.append(
            _who(standing.rank, standing.alias, identity, hidden)
            | {"result": series.value_text(standing)}
            | dict(zip(names, places, strict=True))
        )
    return (*who, "result", *names), rows


def _who(place: int, alias: str, identity: Identity, hidden: bool) -> dict[str, object]:
    return {
        "place": place,
        "alias": HIDDEN if hidden else alias,
        "email": "" if hidden else identity.email,
        "team": "" if hidden else identity.team,
    }


def _best_rows(board: RaceLeaderboard) -> dict[str, LeaderboardRow]:
    """Each alias's first row."""
    found: dict[str, LeaderboardRow] = {}
    for row in board.rows:
        found.setdefault(row.ranking.alias, row)
    return found
