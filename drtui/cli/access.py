"""`drtui access`: participants' access to AWS, their sign-ins, and ending both after the event."""

from typing import Annotated, Final

import typer

from drtui.cli.access_passwords import passwords
from drtui.cli.access_removal import remove
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import emit, say
from drtui.cli.participating import (
    EverybodyKept,
    SomeListFile,
    carry_out_for,
    participants_choice,
)
from drtui.cli.sponsor_door import change_sign_ins, second_door
from drtui.commands.access import (
    NOT_USED,
    OWN_PROVIDER,
    SESSION_HOURS,
    plan_iam_users,
    plan_identity_center,
    plan_offboarding,
)
from drtui.commands.handing_off import hand_off_of
from drtui.commands.inviting import plan_close_sign_ins, plan_open_sign_ins
from drtui.commands.passwords import not_told
from drtui.domain.text import iso
from drtui.domain.wording import counted

access = typer.Typer(
    no_args_is_help=True,
    help="Give participants access to AWS, open and close their sign-ins, and end it afterwards.",
)
access.add_typer(remove, name="remove")
access.command("passwords")(passwords)
_STEP_ONE: Final = (
    "Participants keep alias, profile and models, and can be let in again with “drtui access open”."
    f"\n{OWN_PROVIDER}"
)


@access.command("iam")
def iam(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Make IAM users in the participants' group; passwords come after. Needs an AWS profile."""
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account()) as desk:
        people = chosen(desk.workspace)
        code = carry_out_for(
            people,
            desk,
            lambda: plan_iam_users(
                desk.workspace, people.participants, second_door=second_door(desk)
            ),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=NOT_USED,
        )
        if not dry_run and (waiting := not_told(desk.workspace)):
            number = counted(len(waiting), "participant")
            say(f"{number} without a password: see “drtui access passwords”.")
    raise typer.Exit(people.code(code))


@access.command("identity-center")
def identity_center(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    hours: Annotated[
        int, typer.Option("--hours", metavar="N", help="How long a sign-in lasts.")
    ] = SESSION_HOURS,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
) -> None:
    """Give access by Identity Center: users, group, permission set. Needs an AWS profile."""
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account()) as desk:
        people = chosen(desk.workspace)
        code = carry_out_for(
            people,
            desk,
            lambda: plan_identity_center(
                desk.workspace, people.participants, hours=hours, second_door=second_door(desk)
            ),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=NOT_USED,
        )
    raise typer.Exit(people.code(code))


@access.command("hand-off")
def show_hand_off() -> None:
    """Write the message that asks the IT administrator for what the last check found missing."""
    with open_desk(chosen_account(), reading=True) as desk:
        found = hand_off_of(desk.workspace)
    if found.message:
        emit(found.message)
    else:
        say("Nothing is missing that somebody else would have to set up.")
    say(f"As of {iso(found.as_of)}.")


@access.command("off-board")
def off_board(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """The first step after the event: close sign-ins; nothing is lost. Needs an AWS profile."""
    change_sign_ins(
        choice(filter_, profile, from_, everybody),
        lambda workspace, selection, door: plan_offboarding(workspace, selection, second_door=door),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
        consequences=_STEP_ONE,
    )


@access.command("open")
def open_(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Open sign-ins to the deployment again. Needs an AWS profile."""
    change_sign_ins(
        choice(filter_, profile, from_, everybody),
        lambda workspace, selection, door: plan_open_sign_ins(
            workspace, selection, second_door=door
        ),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )


@access.command("close")
def close(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Close sign-ins to the deployment, and sign out everywhere. Needs an AWS profile."""
    change_sign_ins(
        choice(filter_, profile, from_, everybody),
        lambda workspace, selection, door: plan_close_sign_ins(
            workspace, selection, second_door=door
        ),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )
