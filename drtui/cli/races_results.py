"""`drtui races standings` and `results`."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, Sync
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.race_choosing import refresh_list
from drtui.cli.race_options import Emails, HtmlFile, SomeRaces, Zone, refresh_boards
from drtui.cli.tables import Column, print_table
from drtui.cli.zones import zone_asked
from drtui.commands.race_results import RacerSheet, race_results, results_as_json, standings_rows
from drtui.commands.race_standings import (
    Series,
    series_as_json,
    series_standings,
    standings_csv,
)
from drtui.commands.races import moment_of, named_race
from drtui.commands.writing import typed_file
from drtui.domain.csv_text import csv_text
from drtui.domain.leaderboards import lap_text
from drtui.domain.standings import POINTS, Method, Result, Standing, parse_points
from drtui.domain.text import clean
from drtui.domain.wording import counted

By = Annotated[Method, typer.Option("--by", help="What a series is ranked by.")]
Points = Annotated[
    str,
    typer.Option("--points", metavar="TABLE", help="What each place is worth, from the first on."),
]
BestOf = Annotated[
    int | None,
    typer.Option("--best-of", metavar="N", help="How many races count of each racer."),
]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What the page is called.")]
_DEFAULT_POINTS: Final = " ".join(f"{one}" for one in POINTS)
_PODIUM: Final = (
    Column("#", number=True),
    Column("Racer"),
    Column("Result", number=True),
    Column("Team", spare=1),
    Column("Races", number=True, spare=2),
)


def standings(
    races: SomeRaces,
    by: By = Method.POINTS,
    points: Points = _DEFAULT_POINTS,
    best_of: BestOf = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    html: HtmlFile = None,
    title: Title = "Standings",
    emails: Emails = False,
    zone: Zone = "",
    sync: Sync = None,
) -> None:
    """The standings of a series of races: by points, by total time, or by the best of them."""
    choose_one(as_json, as_csv)
    where, table = zone_asked(zone), parse_points(points)
    with open_desk(chosen_account(), reading=True) as desk:
        _refresh_all(desk, races, sync)
        series = series_standings(desk.workspace, races, by, points=table, best_of=best_of)
        now = moment_of(desk.workspace)
    if html is not None:
        from drtui.commands.race_reports import save_html, standings_report

        report = standings_report(series, title=title, now=now, zone=where, emails=emails)
        save_html(typed_file(html), report)
        say(f"Written: {clean(html)}.")
    if as_json:
        print_json(series_as_json(series))
    elif as_csv:
        columns, rows = standings_csv(series)
        print_csv(rows, columns)
    elif html is None:
        print_table(_columns(series), [_cells(series, one) for one in series.rows])
    _tell(series, series.how, len(series.rows))


def results(
    races: SomeRaces,
    by: By = Method.POINTS,
    points: Points = _DEFAULT_POINTS,
    best_of: BestOf = None,
    as_json: AsJson = False,
    html: HtmlFile = None,
    csv: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="Write the standings as CSV to a new file."),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option(
            "--folder", metavar="FOLDER", help="Write everything to it, with a sheet per racer."
        ),
    ] = None,
    title: Title = "",
    emails: Emails = False,
    zone: Zone = "",
    sync: Sync = None,
) -> None:
    """The results for an audience: podium, standings, and a sheet for each racer."""
    where, table = zone_asked(zone), parse_points(points)
    with open_desk(chosen_account(), reading=True) as desk:
        _refresh_all(desk, races, sync)
        found = race_results(desk.workspace, races, by, points=table, best_of=best_of)
    if html is not None or folder is not None:
        from drtui.commands.race_reports import results_report, save_html, save_results

        if html is not None:
            report = results_report(found, title=title, zone=where, emails=emails)
            save_html(typed_file(html), report)
            say(f"Written: {clean(html)}.")
        if folder is not None:
            save_results(folder, found, title=title, zone=where, emails=emails)
            say(f"Written: {counted(len(found.sheets), 'sheet')} and the rest to {clean(folder)}.")
    if csv is not None:
        from drtui.commands.writing import write_new

        columns, rows = standings_rows(found, emails=emails)
        write_new(typed_file(csv), csv_text(rows, columns))
        say(f"Written: {clean(csv)}.")
    if as_json:
        print_json(results_as_json(found, emails=emails))
    elif html is None and csv is None and folder is None:
        print_table(_PODIUM, [_result_cells(one) for one in found.sheets])
    _tell(found.series, found.how, len(found.sheets))


def _refresh_all(desk: Desk, races: Sequence[str], sync: bool | None) -> None:
    refresh_list(desk, sync)
    refresh_boards(desk, [named_race(desk.workspace, one) for one in races], sync)


def _tell(series: Series, how: str, racers: int) -> None:
    for note in series.notes:
        say(clean(note))
    say(f"{counted(racers, 'racer')} · by {how}")


def _columns(series: Series) -> list[Column]:
    what = "Points" if series.method is Method.POINTS else "Time"
    races = [
        Column(f"{number}", number=True, spare=10 + number)
        for number, _ in enumerate(series.boards, 1)
    ]
    return [
        Column("#", number=True),
        Column("Racer"),
        Column(what, number=True),
        *races,
        Column("Team", spare=2),
        Column("Email", spare=1),
        Column("Beside", spare=3),
    ]


def _cells(series: Series, standing: Standing) -> list[str]:
    identity = series.identities[standing.alias]
    beside = ["doubtful"] if standing.doubtful else []
    beside += ["hidden"] if series.is_hidden(standing.alias) else []
    by_points = series.method is Method.POINTS
    return [
        f"{standing.rank:,}",
        standing.alias,
        series.value_text(standing),
        *(_result(one, by_points=by_points) for one in standing.results),
        identity.team,
        identity.email,
        ", ".join(beside),
    ]


def _result(result: Result | None, *, by_points: bool) -> str:
    """Return a race's cell; what does not count is in brackets."""
    if result is None:
        return "-"
    told = f"{result.points:,}" if by_points else lap_text(result.score)
    return told if result.counted else f"({told})"


def _result_cells(sheet: RacerSheet) -> list[str]:
    place, races = f"{sheet.place:,}", f"{len(sheet.races):,}"
    return [place, sheet.alias, sheet.value, sheet.identity.team, races]
