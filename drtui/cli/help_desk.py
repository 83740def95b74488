"""`drtui users change-alias`, `change-role`, `delete-models` and `delete`."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from drtui.cli.changes import carry_out
from drtui.cli.choosing import Choice, Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.sponsoring import DryRun, NoWait, Sync, Yes
from drtui.commands.help_desk import (
    MODELS_CONSEQUENCES,
    USER_CONSEQUENCES,
    check_alias,
    plan_change_alias,
    plan_change_role,
    plan_delete_models,
    plan_delete_users,
)
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.records import Role


class NewRole(StrEnum):
    """The roles that can be given."""

    RACER = Role.RACER
    FACILITATOR = Role.FACILITATOR
    ADMIN = Role.ADMIN


TypedYes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for anything to be typed.")]


def change_alias(
    to: Annotated[str, typer.Option("--to", metavar="ALIAS", help="The new alias.")],
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Give one user another alias, for moderation."""
    select = choice(filter_, profile, from_, everybody=False)
    check_alias(to)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan_change_alias(desk.workspace, selection, to),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
    raise typer.Exit(code)


def change_role(
    to: Annotated[NewRole, typer.Option("--to", help="The new role.")],
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Move users to another role, never oneself; lists show it one to two minutes later."""
    select = choice(filter_, profile, from_, everybody)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan_change_role(desk.workspace, selection, Role(to.value)),
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
        )
    raise typer.Exit(code)


def delete_models(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: TypedYes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Delete all stored models of users, and see that none is left. It cannot be undone."""
    _delete(
        choice(filter_, profile, from_, everybody),
        plan_delete_models,
        MODELS_CONSEQUENCES,
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        sync=sync,
    )


def delete(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: TypedYes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Delete users, their models first; never oneself. It cannot be undone."""
    _delete(
        choice(filter_, profile, from_, everybody),
        plan_delete_users,
        USER_CONSEQUENCES,
        dry_run=dry_run,
        yes=yes,
        wait=not no_wait,
        sync=sync,
    )


def _delete(
    select: Choice,
    plan: Callable[[Workspace, Selection], Plan],
    consequences: str,
    *,
    dry_run: bool,
    yes: bool,
    wait: bool,
    sync: bool | None,
) -> None:
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        code = carry_out(
            desk,
            lambda: plan(desk.workspace, selection),
            dry_run=dry_run,
            yes=yes,
            wait=wait,
            consequences=consequences,
            typed=True,
        )
    raise typer.Exit(code)
