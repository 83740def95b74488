"""`drtui races`: list and show; what is done to races and told of them is put in here."""

from datetime import datetime, tzinfo
from typing import Annotated, Final

import typer

from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson, SortBy, Sync
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.race_choosing import refresh_list
from drtui.cli.race_options import Race, Zone, refresh_boards
from drtui.cli.race_page import print_race, stage_text
from drtui.cli.races_boards import hide, history, leaderboard, unhide
from drtui.cli.races_changes import clone, create, delete, edit
from drtui.cli.races_files import apply, export, templates
from drtui.cli.races_live import live
from drtui.cli.races_results import results, standings
from drtui.cli.races_roster import invite, roster
from drtui.cli.tables import Column, print_table
from drtui.cli.zones import zone_asked
from drtui.commands.race_invitations import link_to
from drtui.commands.races import (
    RACE_COLUMNS,
    list_races,
    moment_of,
    named_race,
    page_as_json,
    race_as_json,
    race_listing,
    race_page,
    select_races,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_states import NOT_CLOSED, live_text, state_of, type_text
from drtui.domain.race_table import RaceRow
from drtui.domain.race_times import time_text
from drtui.domain.summary import MOST_RACES
from drtui.domain.text import clean, iso
from drtui.domain.tracks import track_name
from drtui.domain.wording import counted

app = typer.Typer(
    no_args_is_help=True,
    help="Races, their leaderboards, and what an organiser tells of them.",
)
app.command("leaderboard")(leaderboard)
app.command("history")(history)
app.command("standings")(standings)
app.command("roster")(roster)
app.command("invite")(invite)
app.command("results")(results)
app.command("hide")(hide)
app.command("unhide")(unhide)
app.command("create")(create)
app.command("edit")(edit)
app.command("clone")(clone)
app.command("delete")(delete)
app.command("apply")(apply)
app.command("export")(export)
app.command("templates")(templates)
app.add_typer(live, name="live")

Filter = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="E", help="The filter language, of races."),
]
_TABLE: Final = (
    Column("Race"),
    Column("State"),
    Column("Kind", spare=5),
    Column("Track", spare=2),
    Column("Opens", spare=4),
    Column("Closes", spare=1),
    Column("Racers", number=True),
    Column("Max entries", number=True, spare=7),
    Column("Live", spare=3),
    Column("Id", spare=6),
)


@app.command("list")
def list_(
    filter_: Filter = None,
    sort: SortBy = "state",
    zone: Zone = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """List races with state, track, opening and closing, participants, and how live ones stand."""
    choose_one(as_json, as_csv)
    reverse, field = sort.startswith("-"), sort.removeprefix("-")
    where = zone_asked(zone)
    with open_desk(chosen_account(), reading=True) as desk:
        workspace, text = desk.workspace, filter_ or ""
        select_races(workspace, text, field)  # what is wrong with it is found before
        refresh_list(desk, sync)
        found = list_races(workspace, text, field, reverse=reverse)
        everything = found if not text else list_races(workspace)
        listing = race_listing(workspace)
        now = moment_of(workspace)
    if listing.trouble:
        say(f"The races could not be read: {clean(listing.trouble)}")
    if as_json:
        print_json([race_as_json(row, now) for row in found])
    elif as_csv:
        print_csv([race_as_json(row, now) for row in found], RACE_COLUMNS)
    else:
        print_table(_TABLE, [_cells(row, now, where) for row in found])
        counting = sum(state_of(row.definition, now) in NOT_CLOSED for row in everything)
        age = f" · as of {iso(listing.read_at)}" if listing.read_at else " · never read"
        quota = f"{counting:,} open or to come, of {MOST_RACES} by the guide"
        say(f"{counted(len(found), 'race')} · {quota}{age}")


@app.command()
def show(
    race: Race,
    zone: Zone = "",
    as_json: AsJson = False,
    big: Annotated[
        bool, typer.Option("--big", help="For an audience: large type on the whole terminal.")
    ] = False,
    sync: Sync = None,
) -> None:
    """Show everything known of one race: its definition, how it stands, and who leads."""
    where = zone_asked(zone)
    if big:
        if as_json:
            raise InvalidInputError("Choose one of --json and --big.")
        _show_big(race, sync)
        return
    with open_desk(chosen_account(), reading=True) as desk:
        refresh_list(desk, sync)
        stored = named_race(desk.workspace, race)
        refresh_boards(desk, [stored], sync)
        page = race_page(desk.workspace, stored.race.race_id)
        assert page is not None, "rows of races are never removed"
        now = moment_of(desk.workspace)
        link = link_to(desk.workspace, stored.race.race_id)
    if as_json:
        print_json(page_as_json(page, now))
    else:
        print_race(page, now, where, link)


def _show_big(race: str, sync: bool | None) -> None:
    """Show a race on the whole terminal; it is read while it is shown."""
    from drtui.console import require_terminal, show_big

    require_terminal()
    with open_desk(chosen_account(), reading=True) as desk:
        refresh_list(desk, sync or False)
        race_id = named_race(desk.workspace, race).race.race_id
        account, paths, settings = desk.account, desk.paths, desk.settings
    if code := show_big(account, paths, settings, race_id):
        raise typer.Exit(code)


def _cells(row: RaceRow, now: datetime, zone: tzinfo) -> list[str]:
    race = row.definition
    state = stage_text(race, now)
    return [
        race.name,
        f"{state} → {row.pending}" if row.pending else state,
        type_text(race.race_type),
        track_name(race.track),
        time_text(race.opens_at, zone),
        time_text(race.closes_at, zone),
        "?" if row.participants is None else f"{row.participants:,}",
        f"{race.max_submissions:,}",
        live_text(row),
        row.race_id,
    ]
