"""`drtui races roster` and `invite`."""

from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.choosing import Filter
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_mail import send_mailing
from drtui.cli.model_refreshing import refresh as refresh_models
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, emit, print_csv, print_json, say
from drtui.cli.participating import EverybodyKept, People, participants_choice
from drtui.cli.race_choosing import refresh_list
from drtui.cli.race_options import Race, Zone, may_ask, refresh_boards
from drtui.cli.tables import Column, print_table
from drtui.cli.zones import zone_asked
from drtui.commands.race_invitations import (
    invitation_to,
    race_mailing,
    recipients,
    save_invitation,
)
from drtui.commands.race_roster import RaceRoster, race_roster
from drtui.commands.races import moment_of, named_race
from drtui.commands.writing import typed_file
from drtui.domain.leaderboards import team_of
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_roster import RACE_ROSTER_COLUMNS, RaceRosterRow, RaceTrait
from drtui.domain.text import clean
from drtui.domain.wording import counted

States = Annotated[
    list[RaceTrait] | None,
    typer.Option("--state", help="Only those of whom it is true; repeatable, all must be."),
]
_TABLE: Final = (
    Column("Racer"),
    Column("Email", spare=2),
    Column("Team", spare=4),
    Column("READY models", number=True),
    Column("Entered"),
    Column("Place", number=True, spare=1),
    Column("In queue", number=True, spare=3),
)
_ENTRIES: Final = {
    RaceTrait.ENTERED: "yes",
    RaceTrait.PERHAPS: "perhaps",
    RaceTrait.NOT_ENTERED: "no",
    RaceTrait.ENTRY_UNKNOWN: "?",
}


def roster(
    race: Race,
    filter_: Filter = None,
    states: States = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """Who has a model that is READY, and who takes part in a race as far as that can be told."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        found = _roster(desk, race, filter_, states, sync)
    if as_json:
        print_json([row.as_json() for row in found.rows])
    elif as_csv:
        print_csv([row.as_json() for row in found.rows], RACE_ROSTER_COLUMNS)
    else:
        print_table(_TABLE, [_cells(row) for row in found.rows])
    for alias in found.strangers:
        say(f"  on the leaderboard, and of nobody here: {clean(alias)}")
    say(f"{clean(found.leaderboard.stored.race.definition.name)} · {found.text}")


def invite(
    race: Race,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="TEXT", help="What you add; else what the console keeps."),
    ] = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="FILE", help="Write it to a new file.")
    ] = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="Send it by the sponsor's SES. Needs an AWS profile.")
    ] = False,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="To a CSV or a paste of participants."),
    ] = None,
    kept: EverybodyKept = False,
    filter_: Filter = None,
    states: States = None,
    again: Annotated[
        bool, typer.Option("--again", help="Send it once more to those who were sent it.")
    ] = False,
    doubtful: Annotated[
        bool,
        typer.Option("--doubtful", help="Send it to those too who may have been sent it."),
    ] = False,
    zone: Zone = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """The invitation to a race, with its link, dates and rules: printed, saved, or sent by SES."""
    where = zone_asked(zone)
    whom = [from_ is not None, kept, filter_ is not None or bool(states)]
    if mail and sum(whom) != 1:
        raise InvalidInputError(
            "Say to whom: one of --from, --kept, and --filter or --state of the race's roster."
        )
    if not mail and any((*whom, again, doubtful, dry_run, yes, no_wait)):
        raise InvalidInputError("Whom it is sent to, and how, goes with --mail.")
    if mail and save is not None:
        raise InvalidInputError("Choose one of --save and --mail.")
    chosen = participants_choice(from_, kept) if from_ is not None or kept else None
    code = exits.OK
    with open_desk(chosen_account(), reading=not mail) as desk:
        refresh_list(desk, sync)
        invitation = invitation_to(desk.workspace, race, zone=where, note=note)
        if invitation.closes_at <= moment_of(desk.workspace):
            say("The race has closed: nobody can enter it any more.")
        if mail:
            if chosen is not None:
                people = chosen(desk.workspace)
            else:
                people = _people(desk, _roster(desk, race, filter_, states, sync))
            code = send_mailing(
                desk,
                race_mailing(desk.workspace, invitation),
                people,
                again=again,
                doubtful=doubtful,
                dry_run=dry_run,
                yes=yes,
                no_wait=no_wait,
            )
    if save is not None:
        save_invitation(typed_file(save), invitation)
        say(f"Written: {clean(save)}.")
    elif not mail:
        emit(invitation.text)
    raise typer.Exit(code)


def _roster(
    desk: Desk,
    race: str,
    filter_: str | None,
    states: list[RaceTrait] | None,
    sync: bool | None,
) -> RaceRoster:
    refresh_list(desk, sync)
    if may_ask(desk, sync):
        refresh_models(desk, sync)
    refresh_boards(desk, [named_race(desk.workspace, race)], sync)
    return race_roster(desk.workspace, race, filter_ or "", states or ())


def _people(desk: Desk, found: RaceRoster) -> People:
    """Return those of a roster who can be sent something; say who cannot."""
    them = recipients(desk.workspace, found.emails)
    nameless = len(found.rows) - len(found.emails)
    if them.others:
        say(
            f"Not among the kept participants, and left out: {len(them.others):,}. Name them in a "
            "list with --from, which is kept with what you confirm."
        )
    if nameless:
        say(f"Without an email, and left out: {counted(nameless, 'racer')}.")
    return People(them.participants, len(them.others) + nameless)


def _cells(row: RaceRosterRow) -> list[str]:
    racer = row.racer
    return [
        racer.alias,
        racer.email or "?",
        team_of(racer),
        "?" if racer.ready_models is None else f"{racer.ready_models:,}",
        _ENTRIES[row.entry],
        "" if row.rank is None else f"{row.rank:,}",
        f"{row.in_queue:,}" if row.in_queue else "",
    ]
