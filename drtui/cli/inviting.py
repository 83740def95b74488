"""`drtui invite`: participants read from a list, invited by the deployment, and the roster."""

from dataclasses import asdict
from typing import Annotated, Final

import typer

from drtui.cli import exits
from drtui.cli.changes import carry_out
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice, read_text
from drtui.cli.context import open_desk
from drtui.cli.forgetting import forget
from drtui.cli.hoisted import chosen_account
from drtui.cli.invitation_mail import mail, save
from drtui.cli.invitation_templates import template
from drtui.cli.options import AsCsv, AsJson, DryRun, NoWait, Sync, Yes
from drtui.cli.output import choose_one, emit, print_csv, print_json, say
from drtui.cli.participating import ListFile, carry_out_for, participants_choice, tell_problems
from drtui.cli.sponsor_door import change_sign_ins, open_services, told
from drtui.cli.tables import Column, print_table
from drtui.commands.inviting import (
    UNLIMITED_WORD,
    expected_finish,
    mail_limit,
    plan_invite,
    plan_resend,
    plan_reset_passwords,
    read_mail_limit,
    set_mail_limit,
)
from drtui.commands.participants import ListPreview, list_pool, read_list
from drtui.commands.roster import roster as read_roster
from drtui.commands.workspace import Workspace
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan
from drtui.domain.roster import COLUMNS, STANDINGS, RosterRow, Trait, with_traits
from drtui.domain.wording import counted

invite = typer.Typer(
    no_args_is_help=True,
    help="Invite participants, and see how far they have come.",
)
invite.add_typer(template, name="template")
invite.command("forget")(forget)
invite.command("mail")(mail)
invite.command("save")(save)
_LIST_COLUMNS: Final = ("line", "email", "name", "team", "known")
_BESIDE: Final = tuple(trait for trait in Trait if trait not in STANDINGS)


@invite.command("list")
def list_(
    file: ListFile, as_json: AsJson = False, as_csv: AsCsv = False, sync: Sync = None
) -> None:
    """Look at a list of participants: the good rows, the others, and who is known; keeps none."""
    choose_one(as_json, as_csv)
    text = read_text(file)
    with open_desk(chosen_account(), reading=True) as desk:
        desk.refresh(sync)
        preview = read_list(desk.workspace, text)
    rows = [_listed(preview, one) for one in preview.found.participants]
    if as_json:
        print_json(
            {
                "participants": rows,
                "problems": [asdict(one) for one in preview.found.problems],
                "warnings": [asdict(one) for one in preview.found.warnings],
                "columns_left_out": list(preview.found.left_out),
            }
        )
    elif as_csv:
        print_csv(rows, _LIST_COLUMNS)
    else:
        columns = [
            Column("Line", number=True, spare=1),
            Column("Email"),
            Column("Name", spare=2),
            Column("Team", spare=3),
            Column("Known"),
        ]
        print_table(columns, [[f"{row[name]}" for name in _LIST_COLUMNS] for row in rows])
    for line in preview.lines():
        say(line)
    tell_problems(preview.found, None)
    raise typer.Exit(exits.UNSETTLED if preview.found.problems or not rows else exits.OK)


@invite.command("send")
def send(
    file: ListFile,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Keep a list of participants, and let the deployment invite those who are new to it."""
    chosen = participants_choice(file, kept=False)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        people = chosen(desk.workspace)
        plan = plan_invite(desk.workspace, people.participants)
        code = carry_out_for(
            people,
            desk,
            lambda: plan_invite(desk.workspace, people.participants),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=_finish(desk.workspace, plan),
        )
    raise typer.Exit(people.code(code))


@invite.command("resend")
def resend(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Send the invitation again to those who never signed in; needs release 1.3."""
    select = choice(filter_, profile, from_, everybody)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        plan = plan_resend(desk.workspace, selection)
        code = carry_out(
            desk,
            lambda: plan_resend(desk.workspace, selection),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=_finish(desk.workspace, plan),
        )
    raise typer.Exit(code)


@invite.command("reset-password")
def reset_password(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Let users choose another password: the user pool mails each a code. Needs an AWS profile."""
    change_sign_ins(
        choice(filter_, profile, from_, everybody),
        lambda workspace, selection, door: plan_reset_passwords(
            workspace, selection, second_door=door
        ),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )


@invite.command("roster")
def roster(
    states: Annotated[
        list[Trait] | None,
        typer.Option("--state", help="Only those of whom it is true; repeatable, all must be."),
    ] = None,
    read_pool: Annotated[
        bool,
        typer.Option(
            "--read-pool", help="List the deployment's user pool first. Needs an AWS profile."
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    sync: Sync = None,
) -> None:
    """Who was invited, has signed in, and what they still lack."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=not read_pool) as desk:
        desk.refresh(sync)
        if read_pool:
            with told():
                number = list_pool(desk.workspace, open_services(desk))
            say(f"The user pool has {counted(number, 'user')}.")
        rows = with_traits(read_roster(desk.workspace), states or ())
    if as_json:
        print_json([row.as_json() for row in rows])
    elif as_csv:
        print_csv([row.as_json() for row in rows], COLUMNS)
    else:
        columns = [
            Column("Email"),
            Column("Name", spare=3),
            Column("Team", spare=4),
            Column("Alias", spare=2),
            Column("Standing"),
            Column("Models", number=True, spare=5),
            Column("Beside", spare=1),
        ]
        print_table(columns, [_roster_cells(row) for row in rows])


@invite.command("limit")
def limit(
    daily: Annotated[
        str | None,
        typer.Argument(metavar="[N]", help="Messages in 24 hours, or unlimited."),
    ] = None,
) -> None:
    """How many invitations the deployment may send in 24 hours: 50 unless it sends by SES."""
    wanted = None if daily is None else read_mail_limit(daily)
    with open_desk(chosen_account(), reading=daily is None) as desk:
        if daily is not None:
            set_mail_limit(desk.workspace, wanted)
        now = mail_limit(desk.workspace)
    emit(f"{UNLIMITED_WORD if now is None else now}\n")


def _finish(workspace: Workspace, plan: Plan) -> str:
    """Say when the last invitation of a plan will have been sent."""
    count = plan.count(Outcome.CHANGE)
    return expected_finish(workspace, count, daily=mail_limit(workspace)).sentence


def _listed(preview: ListPreview, one: Participant) -> dict[str, object]:
    known = "new"
    if one.key in preview.with_profile:
        known = "has a profile"
    elif one.key in preview.known:
        known = "kept before"
    return {
        "line": one.line,
        "email": one.email,
        "name": one.name,
        "team": one.team.value if one.team else "",
        "known": known,
    }


def _roster_cells(row: RosterRow) -> list[str]:
    return [
        row.email or "-",
        row.name,
        row.team,
        row.alias,
        row.standing.value,
        "?" if row.models is None else f"{row.models:,}",
        " ".join(one for one in _BESIDE if one in row.traits),
    ]
