"""`drtui invite mail` and `save`: the event's invitations, sent by SES or written to files."""

from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.context import Desk, open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_templates import Kind, mailing_for, tell_missing
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import say
from drtui.cli.participating import (
    EverybodyKept,
    People,
    SomeListFile,
    carry_out_for,
    participants_choice,
)
from drtui.cli.sponsor_door import open_services, second_door
from drtui.commands.mail_progress import MailTerms, ask_terms, finish_lines
from drtui.commands.mailing import plan_send, preview, save_to
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.mail_errands import Mailing
from drtui.domain.planning import Outcome, Plan
from drtui.domain.text import clean
from drtui.domain.wording import counted


def mail(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    kind: Kind = InvitationKind.DEPLOYMENT,
    again: Annotated[
        bool, typer.Option("--again", help="Send it once more to those who were sent it.")
    ] = False,
    doubtful: Annotated[
        bool,
        typer.Option("--doubtful", help="Send it to those too who may have been sent it."),
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Send the event's invitation by the sponsor's SES. Needs an AWS profile."""
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        people = chosen(desk.workspace)
        code = send_mailing(
            desk,
            mailing_for(desk, kind),
            people,
            again=again,
            doubtful=doubtful,
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
        )
    raise typer.Exit(code)


def send_mailing(
    desk: Desk,
    mailing: Mailing,
    people: People,
    *,
    again: bool,
    doubtful: bool,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
) -> int:
    """Send a message by the sponsor's SES; return the exit code. See `mailing.plan_send`."""
    door = second_door(desk)
    terms = ask_terms(desk.workspace, lambda: open_services(desk)) if door else None
    away = () if terms is None else terms.out_of_reach(people.participants)

    def make_plan() -> Plan:
        return plan_send(
            desk.workspace,
            mailing,
            people.participants,
            again=again,
            doubtful=doubtful,
            second_door=door,
            out_of_reach=away,
        )

    plan = make_plan()
    code = carry_out_for(
        people,
        desk,
        make_plan,
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        consequences="" if terms is None else _finish(desk, plan, mailing.sender, terms),
    )
    return people.code(code)


def save(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A new file for all of them, or a folder for one file each (it ends in /).",
        ),
    ],
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    kind: Kind = InvitationKind.DEPLOYMENT,
) -> None:
    """Write the event's invitations to files that only you can read; nothing is sent."""
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account(), reading=True) as desk:
        people = chosen(desk.workspace)
        found = preview(desk.workspace, mailing_for(desk, kind), people.participants)
    tell_missing(found.missing)
    save_to(path, found.invitations)
    say(f"Written: {counted(len(found.invitations), 'invitation')}, to {clean(path)}.")
    raise typer.Exit(people.code(exits.UNSETTLED if found.missing else exits.OK))


def _finish(desk: Desk, plan: Plan, sender: str, terms: MailTerms) -> str:
    """Say when the last message will have been sent, by what SES allows."""
    if terms.problem:
        return f"What SES allows is not known now: {terms.problem}"
    if wrong := terms.sender_problem(sender):
        return f"It waits until SES sends from there: {wrong}"
    return "\n".join(finish_lines(desk.workspace, plan.count(Outcome.CHANGE), terms.account))
