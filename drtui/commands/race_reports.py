"""What is told of races as HTML: a leaderboard, standings, results with a sheet per racer.

Reports are for an audience: an alias that is hidden is not named, and emails only where they are
asked for.
"""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from drtui.commands.leaderboards import RaceLeaderboard
from drtui.commands.race_results import (
    SHEET_COLUMNS,
    Results,
    standings_rows,
)
from drtui.commands.race_sheets import FIGURES, figures, race_name, racer_sheet
from drtui.commands.race_standings import Series
from drtui.commands.reporting import (
    Report,
    ReportColumn,
    ReportPlace,
    ReportRow,
    ReportTable,
    podium_of,
    report_html,
    sheet_html,
)
from drtui.commands.writing import check_new, typed_path, write_new
from drtui.domain.csv_text import csv_text
from drtui.domain.leaderboards import Identity, lap_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_fields import field_text
from drtui.domain.race_states import span_text, timing_text
from drtui.domain.race_times import time_text
from drtui.domain.standings import Method, Result
from drtui.domain.text import clean
from drtui.domain.tracks import direction_text

_STEM: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_STEM: Final = 60
_RACER: Final = (ReportColumn("Place", number=True), ReportColumn("Racer"), ReportColumn("Team"))
_TIMES: Final = ("Times", "seconds, or minutes:seconds")
_EMAIL: Final = ReportColumn("Email")


def leaderboard_report(
    board: RaceLeaderboard, *, now: datetime, zone: tzinfo, emails: bool = False
) -> Report:
    """Return a race's leaderboard as a report.

    Args:
        board: As last read.
        now: When it is written.
        zone: In which times are told.
        emails: Whether they are told.
    """
    return Report(
        title=clean(board.stored.race.definition.name),
        facts=_race_facts(board, zone),
        written=_written(now, zone),
        tables=(_board_table(board, emails=emails),),
        notes=_never_read([board]),
    )


def standings_report(
    series: Series, *, title: str, now: datetime, zone: tzinfo, emails: bool = False
) -> Report:
    """Return the standings of a series as a report; see `leaderboard_report`."""
    return Report(
        title=clean(title),
        facts=_series_facts(series, zone),
        written=_written(now, zone),
        tables=(_series_table(series, {}, emails=emails),),
        notes=series.notes,
    )


def results_report(
    results: Results, *, title: str = "", zone: tzinfo, emails: bool = False
) -> Report:
    """Return results as a report: the podium, the standings, and a sheet for each racer.

    Args:
        results: As they were put together.
        title: Empty is the race's name, or of several that it is a series.
        zone: In which times are told.
        emails: Whether they are told.
    """
    series, board = results.series, results.single
    anchors = {one.number: f"racer-{one.number}" for one in results.sheets}
    if board is not None:
        numbers = iter(results.sheets)
        by_row = [
            "" if board.is_hidden(row.ranking.alias) else anchors[next(numbers).number]
            for row in board.rows
        ]
        table = _board_table(board, by_row, emails=emails)
        facts = _race_facts(board, zone)
    else:
        by_alias = {one.alias: anchors[one.number] for one in results.sheets}
        table = _series_table(series, by_alias, emails=emails)
        facts = _series_facts(series, zone)
    places = [
        ReportPlace(one.place, one.alias, one.value, one.identity.team) for one in results.sheets
    ]
    named = title or (
        race_name(board) if board is not None else f"Series of {len(series.boards):,}"
    )
    return Report(
        title=f"Results: {clean(named)}" if not title else clean(title),
        facts=facts,
        written=_written(results.at, zone),
        podium=podium_of(places),
        tables=(table,),
        notes=series.notes,
        sheets=tuple(
            racer_sheet(one, anchors[one.number], zone, emails=emails) for one in results.sheets
        ),
    )


def save_html(path: Path, report: Report) -> None:
    """Write a report to a new file.

    Raises:
        InvalidInputError: There is something at the path already, or it cannot be written.
    """
    write_new(path, report_html(report))


def save_results(
    folder: str, results: Results, *, title: str = "", zone: tzinfo, emails: bool = False
) -> Path:
    """Write results to a new folder; return it.

    There are `results.html` and `standings.csv`, and in `racers` a page and a CSV of each racer.

    Args:
        folder: As it was typed; `~` is the home folder.
        results: See `results_report`, as for the rest.
        title: See there.
        zone: See there.
        emails: See there.

    Raises:
        InvalidInputError: There is something at the path already, or it cannot be written.
    """
    place = typed_path(folder)
    check_new(place)
    report = results_report(results, title=title, zone=zone, emails=emails)
    columns, rows = standings_rows(results, emails=emails)
    racers = place / "racers"
    try:
        place.mkdir(mode=0o700)
        racers.mkdir(mode=0o700)
    except OSError as error:
        raise InvalidInputError(
            f"The folder {clean(str(place))} cannot be made ({error.strerror})."
        ) from error
    write_new(place / "results.html", report_html(report))
    write_new(place / "standings.csv", csv_text(rows, columns))
    for one, sheet in zip(results.sheets, report.sheets, strict=True):
        stem = _STEM.sub("_", one.alias)[:_LONGEST_STEM].strip("_")
        name = f"{one.number:04}-{stem}".rstrip("-")
        write_new(racers / f"{name}.html", sheet_html(report, sheet))
        told = [race.as_json() for race in one.races]
        write_new(racers / f"{name}.csv", csv_text(told, SHEET_COLUMNS))
    return place


def _board_table(
    board: RaceLeaderboard, anchors: Sequence[str] = (), *, emails: bool
) -> ReportTable:
    rows = [
        ReportRow(
            (
                *_who(
                    row.ranking.rank,
                    board.shown(row.ranking.alias),
                    row.identity,
                    hidden=board.is_hidden(row.ranking.alias),
                    emails=emails,
                ),
                *figures(row.ranking, row.gap, row.interval),
            ),
            anchors[index] if anchors else "",
        )
        for index, row in enumerate(board.rows)
    ]
    return ReportTable("Leaderboard", (*_columns(emails), *FIGURES), tuple(rows))


def _series_table(series: Series, anchors: dict[str, str], *, emails: bool) -> ReportTable:
    by_points = series.method is Method.POINTS
    value = ReportColumn("Points" if by_points else "Time", number=True)
    races = tuple(ReportColumn(race_name(one), number=True) for one in series.boards)
    rows = [
        ReportRow(
            (
                *_who(
                    standing.rank,
                    series.shown(standing.alias),
                    series.identities[standing.alias],
                    hidden=series.is_hidden(standing.alias),
                    emails=emails,
                ),
                series.value_text(standing),
                *(_result_text(one, by_points=by_points) for one in standing.results),
            ),
            anchors.get(standing.alias, ""),
        )
        for standing in series.rows
    ]
    return ReportTable("Standings", (*_columns(emails), value, *races), tuple(rows))


def _columns(emails: bool) -> tuple[ReportColumn, ...]:
    return (*_RACER, _EMAIL) if emails else _RACER


def _who(
    place: int, alias: str, identity: Identity, *, hidden: bool, emails: bool
) -> tuple[str, ...]:
    told = (f"{place:,}", alias, "" if hidden else identity.team)
    return (*told, "" if hidden else identity.email) if emails else told


def _result_text(result: Result | None, *, by_points: bool) -> str:
    """Return what a race's cell says: points or a time, the place, and whether it counts."""
    if result is None:
        return "-"
    value = f"{result.points:,}" if by_points else lap_text(result.score)
    told = f"{value} (place {result.rank:,})"
    return told if result.counted else f"{told}, not counted"


def _race_facts(board: RaceLeaderboard, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    race = board.stored.race.definition
    return (
        ("Track", f"{field_text(race, 'track')}, {direction_text(race.direction)}"),
        ("Open", span_text(race, zone)),
        ("Ranked by", timing_text(race.timing)),
        _TIMES,
        ("Racers", f"{len(board.rows):,}"),
        ("As of", _as_of(board, zone)),
    )


def _series_facts(series: Series, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    facts = [("By", series.how)]
    if series.method is Method.POINTS:
        facts.append(("Points", " ".join(f"{one}" for one in series.points)))
    else:
        facts.append(_TIMES)
    facts += [
        (f"Race {number:,}", f"{race_name(one)}, as of {_as_of(one, zone)}")
        for number, one in enumerate(series.boards, 1)
    ]
    return tuple(facts)


def _as_of(board: RaceLeaderboard, zone: tzinfo) -> str:
    at = board.board.read_at
    return "never read" if at is None else time_text(at, zone)


def _never_read(boards: Sequence[RaceLeaderboard]) -> tuple[str, ...]:
    return tuple(
        f"The leaderboard of {race_name(one)} was not read yet."
        for one in boards
        if one.board.read_at is None
    )


def _written(now: datetime, zone: tzinfo) -> str:
    return f"Written {time_text(now.replace(microsecond=0), zone)} by drtui."
