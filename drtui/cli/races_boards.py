"""`drtui races leaderboard` and `history`, and which aliases an audience is not shown."""

from datetime import tzinfo
from typing import Annotated, Final

import typer

from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, Sync
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.race_choosing import refresh_list
from drtui.cli.race_options import Emails, HtmlFile, Race, Zone, refresh_boards
from drtui.cli.tables import Column, print_table
from drtui.cli.zones import zone_asked
from drtui.commands import leaderboards
from drtui.commands.leaderboards import (
    HISTORY_COLUMNS,
    LEADERBOARD_COLUMNS,
    RaceLeaderboard,
    change_as_json,
    changes_by_alias,
    doubt_text,
    leaderboard_as_json,
    position_history,
    race_leaderboard,
    row_as_json,
)
from drtui.commands.races import moment_of, named_race
from drtui.domain.leaderboards import LeaderboardRow, gap_text, lap_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import timing_text
from drtui.domain.race_times import time_text
from drtui.domain.text import clean, iso
from drtui.domain.wording import counted

_TABLE: Final = (
    Column("#", number=True),
    Column("Racer"),
    Column("Time (s)", number=True),
    Column("Gap (s)", number=True),
    Column("Interval (s)", number=True, spare=4),
    Column("Best (s)", number=True, spare=5),
    Column("Average (s)", number=True, spare=6),
    Column("Laps", number=True, spare=7),
    Column("Resets", number=True, spare=8),
    Column("Off track", number=True, spare=9),
    Column("Team", spare=2),
    Column("Email", spare=1),
    Column("Beside", spare=3),
)
_HISTORY: Final = (
    Column("At"),
    Column("Racer"),
    Column("Place", number=True),
    Column("Time (s)", number=True),
)


def leaderboard(
    race: Race,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    html: HtmlFile = None,
    emails: Emails = False,
    zone: Zone = "",
    sync: Sync = None,
) -> None:
    """A race's leaderboard: gaps, laps, resets, and the racers as far as aliases tell them."""
    choose_one(as_json, as_csv)
    where = zone_asked(zone)
    with open_desk(chosen_account(), reading=True) as desk:
        board = _board(desk, race, sync)
        now = moment_of(desk.workspace)
    if html is not None:
        from drtui.commands.race_reports import leaderboard_report, save_html
        from drtui.commands.writing import typed_file

        save_html(typed_file(html), leaderboard_report(board, now=now, zone=where, emails=emails))
        say(f"Written: {clean(html)}.")
    if as_json:
        print_json(leaderboard_as_json(board))
    elif as_csv:
        print_csv([row_as_json(row, board) for row in board.rows], LEADERBOARD_COLUMNS)
    elif html is None:
        print_table(_TABLE, [_cells(row, board) for row in board.rows])
    _tell_age(board, where)


def history(
    race: Race,
    racers: Annotated[
        list[str] | None,
        typer.Option("--racer", metavar="ALIAS", help="Only this alias; repeatable."),
    ] = None,
    zone: Zone = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """How the places on a leaderboard have changed, as far as drtui has read it."""
    choose_one(as_json, as_csv)
    where = zone_asked(zone)
    with open_desk(chosen_account(), reading=True) as desk:
        board = _board(desk, race, sync)
        changes = position_history(desk.workspace, board.race_id)
    if racers:
        own = changes_by_alias(changes, racers)
        changes = [change for change in changes if change.alias in own]
    if as_json:
        print_json([change_as_json(change) for change in changes])
    elif as_csv:
        print_csv([change_as_json(change) for change in changes], HISTORY_COLUMNS)
    else:
        cells = [
            [
                time_text(change.at.replace(microsecond=0), where),
                change.alias,
                "gone" if change.rank is None else f"{change.rank:,}",
                lap_text(change.score),
            ]
            for change in changes
        ]
        print_table(_HISTORY, cells)
    _tell_age(board, where)


def hide(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="As a leaderboard has it.")],
) -> None:
    """Hide an alias from audiences at once: big screens, and HTML that is written from now on."""
    if not alias.strip():
        raise InvalidInputError("Name the alias that is to be hidden.")
    with open_desk(chosen_account()) as desk:
        leaderboards.hide(desk.workspace, alias)
    say(f"“{clean(alias)}” is hidden on this machine; change it with “drtui users change-alias”.")


def unhide(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="As it was hidden.")],
) -> None:
    """Show an alias again that was hidden."""
    with open_desk(chosen_account()) as desk:
        still = leaderboards.unhide(desk.workspace, alias)
    if still:
        say(f"“{clean(alias)}” stays hidden for as long as a change of it is on its way.")
    else:
        say(f"“{clean(alias)}” is shown.")


def _board(desk: Desk, race: str, sync: bool | None) -> RaceLeaderboard:
    refresh_list(desk, sync)
    stored = named_race(desk.workspace, race)
    refresh_boards(desk, [stored], sync)
    board = race_leaderboard(desk.workspace, stored.race.race_id)
    assert board is not None, "rows of races are never removed"
    return board


def _tell_age(board: RaceLeaderboard, zone: tzinfo) -> None:
    race, read_at = board.stored.race.definition, board.board.read_at
    if board.board.trouble:
        say(f"The leaderboard could not be read: {clean(board.board.trouble)}")
    age = "never read" if read_at is None else f"as of {time_text(read_at, zone)} ({iso(read_at)})"
    racers = counted(len(board.rows), "racer")
    say(f"{clean(race.name)} · {racers} · by {timing_text(race.timing)} · {age}")


def _cells(row: LeaderboardRow, board: RaceLeaderboard) -> list[str]:
    ranking = row.ranking
    counts = (ranking.laps, ranking.resets, ranking.off_tracks)
    beside = ["hidden"] if board.is_hidden(ranking.alias) else []
    return [
        f"{ranking.rank:,}",
        ranking.alias,
        lap_text(ranking.score),
        gap_text(row.gap),
        gap_text(row.interval),
        lap_text(ranking.best_lap),
        lap_text(ranking.average_lap),
        *("?" if one is None else f"{one:,}" for one in counts),
        row.identity.team,
        row.identity.email or ("?" if row.identity.racers else ""),
        ", ".join(filter(None, [doubt_text(row.identity), *beside])),
    ]
