"""`drtui access remove`: what goes after the event, by a choice of its own, the count typed."""

import sys
from typing import Annotated, Final

import typer

from drtui.cli.changes import carry_out
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync
from drtui.cli.participating import EverybodyKept, SomeListFile, participants_choice
from drtui.cli.sponsor_door import second_door
from drtui.commands.access import (
    OWN_PROVIDER,
    Removal,
    plan_profile_removal,
    plan_removal,
    to_be_typed,
)
from drtui.commands.help_desk import USER_CONSEQUENCES
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Not enough by itself: see --count.")]
Count = Annotated[
    int | None,
    typer.Option("--count", metavar="N", min=0, help="How many are removed, instead of typing it."),
]
_COUNT: Final = (
    "A removal is confirmed by its number alone: say --count N, which its plan tells (--dry-run)."
)

remove = typer.Typer(
    no_args_is_help=True,
    help="Remove memberships, IAM users or profiles; the number is typed to confirm it.",
)


@remove.command(Removal.MEMBERSHIPS.value)
def memberships(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    count: Count = None,
    no_wait: NoWait = False,
) -> None:
    """Take participants out of Identity Center's group; their users stay. Needs an AWS profile."""
    _remove(Removal.MEMBERSHIPS, file, kept, _typed(yes, count, dry_run), dry_run, no_wait)


@remove.command(Removal.IAM_USERS.value)
def iam_users(
    file: SomeListFile = None,
    kept: EverybodyKept = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    count: Count = None,
    no_wait: NoWait = False,
) -> None:
    """Remove the IAM users that drtui made. Needs an AWS profile."""
    _remove(Removal.IAM_USERS, file, kept, _typed(yes, count, dry_run), dry_run, no_wait)


@remove.command(Removal.PROFILES.value)
def profiles(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    count: Count = None,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Delete users with their profiles, their models first. It cannot be undone."""
    select, typed = choice(filter_, profile, from_, everybody), _typed(yes, count, dry_run)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan_profile_removal(desk.workspace, selection),
            dry_run=dry_run,
            yes=False,
            wait=not no_wait,
            consequences=USER_CONSEQUENCES,
            typed=True,
            answer=typed,
            wanted=_number,
        )
    raise typer.Exit(code)


def _remove(
    removal: Removal, file: str | None, kept: bool, typed: str | None, dry_run: bool, no_wait: bool
) -> None:
    chosen = participants_choice(file, kept)
    with open_desk(chosen_account()) as desk:
        people = chosen(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan_removal(
                desk.workspace, removal, people.participants, second_door=second_door(desk)
            ),
            dry_run=dry_run,
            yes=False,
            wait=not no_wait,
            consequences=OWN_PROVIDER,
            typed=True,
            answer=typed,
            wanted=_number,
        )
    raise typer.Exit(people.code(code))


def _number(plan: Plan) -> str:
    """Return what is typed to confirm a removal."""
    return f"{to_be_typed(plan):,}"


def _typed(yes: bool, count: int | None, dry_run: bool) -> str | None:
    """Return what stands for typing the number; None where it is asked for.

    Raises:
        InvalidInputError: There is no number, and nobody is to be asked for it.
    """
    asked = sys.stdin.isatty() and not yes
    if count is None and not asked and not dry_run:
        raise InvalidInputError(_COUNT)
    return None if count is None else f"{count}"
