"""What one racer did in each race, as a sheet of a report, with places over time."""

from datetime import datetime, tzinfo
from typing import Final

from drtui.commands.leaderboards import RaceLeaderboard
from drtui.commands.race_results import RaceResult, RacerSheet, who_text
from drtui.commands.reporting import (
    ReportColumn,
    ReportPlot,
    ReportRow,
    ReportSheet,
    ReportTable,
)
from drtui.domain.leaderboards import gap_text, lap_text
from drtui.domain.race_records import PositionChange
from drtui.domain.race_times import time_text
from drtui.domain.races import Ranking
from drtui.domain.text import clean

_WIDTH: Final = 640
_HEIGHT: Final = 160
FIGURES: Final = tuple(
    ReportColumn(heading, number=True)
    for heading in (
        *("Time", "Gap", "Interval", "Best lap", "Average", "Total", "Laps", "Resets", "Off track"),
        "Collisions",
    )
)
"""The columns of what a racer drove, behind whose it is."""


def racer_sheet(sheet: RacerSheet, anchor: str, zone: tzinfo, *, emails: bool) -> ReportSheet:
    """Return what one racer did in each race.

    Args:
        sheet: As it was put together.
        anchor: By which the standings lead to it.
        zone: In which times are told.
        emails: Whether they are told.
    """
    facts = [("Place", f"{sheet.place:,}"), ("Result", sheet.value)]
    if who := who_text(sheet.identity, emails=emails):
        facts.append(("Who" if emails else "Team", who))
    rows = [
        ReportRow(
            (
                race_name(one.board),
                f"{one.row.ranking.rank:,}",
                *(() if one.points is None else (f"{one.points:,}",)),
                *figures(one.row.ranking, one.row.gap, one.row.interval),
                _submitted(one.row.ranking, zone),
            )
        )
        for one in sheet.races
    ]
    points = any(one.points is not None for one in sheet.races)
    columns = (
        ReportColumn("Race"),
        ReportColumn("Place", number=True),
        *((ReportColumn("Points", number=True),) if points else ()),
        *FIGURES,
        ReportColumn("Submitted"),
    )
    plots = [plot for one in sheet.races if (plot := _plot(one, zone)) is not None]
    table = ReportTable("Results", columns, tuple(rows))
    return ReportSheet(anchor, clean(sheet.alias), tuple(facts), (table,), tuple(plots))


def _plot(result: RaceResult, zone: tzinfo) -> ReportPlot | None:
    """Draw a racer's place over time; None where there is nothing to see."""
    changes = result.changes
    ranks = [one.rank for one in changes if one.rank is not None]
    if len(changes) < 2 or not ranks:
        return None
    first, last = changes[0].at, max(changes[-1].at, result.board.board.read_at or changes[-1].at)
    span = (last - first).total_seconds() or 1.0
    best, worst = min(ranks), max(ranks)

    def x(at: datetime) -> float:
        return _WIDTH * (at - first).total_seconds() / span

    def y(change: PositionChange) -> float:
        rank = worst if change.rank is None else change.rank
        return _HEIGHT * (0.5 if best == worst else (rank - best) / (worst - best))

    points: list[tuple[float, float]] = []
    for change in changes:
        if points:
            points.append((x(change.at), points[-1][1]))
        points.append((x(change.at), y(change)))
    points.append((float(_WIDTH), points[-1][1]))
    return ReportPlot(
        caption=f"Place over time in {race_name(result.board)}, as drtui read it",
        points=tuple(points),
        width=_WIDTH,
        height=_HEIGHT,
        top=f"{best:,}",
        bottom=f"{worst:,}",
        left=time_text(first, zone),
        right=time_text(last, zone),
    )


def _submitted(ranking: Ranking, zone: tzinfo) -> str:
    return "" if ranking.submitted_at is None else time_text(ranking.submitted_at, zone)


def figures(ranking: Ranking, gap: int | None, interval: int | None) -> tuple[str, ...]:
    """Return the cells of `FIGURES`."""
    counts = (ranking.laps, ranking.resets, ranking.off_tracks, ranking.collisions)
    return (
        lap_text(ranking.score),
        gap_text(gap),
        gap_text(interval),
        *(lap_text(one) for one in (ranking.best_lap, ranking.average_lap, ranking.total)),
        *("?" if one is None else f"{one:,}" for one in counts),
    )


def race_name(board: RaceLeaderboard) -> str:
    """Return what a race is called, safe to show."""
    return clean(board.stored.race.definition.name)
