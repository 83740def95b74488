"""`drtui users change-alias`, `change-role`, `delete-models` and `delete`."""

from enum import StrEnum
from typing import Annotated

import typer

from drtui.cli.changes import change_users
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.model_refreshing import list_again
from drtui.cli.models_changes import Count, delete_counted
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.commands.help_desk import (
    MODELS_CONSEQUENCES,
    USER_CONSEQUENCES,
    check_alias,
    plan_change_alias,
    plan_change_role,
    plan_delete_models,
    plan_delete_users,
)
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
    change_users(
        select,
        lambda workspace, selection: plan_change_alias(workspace, selection, to),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )


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
    change_users(
        choice(filter_, profile, from_, everybody),
        lambda workspace, selection: plan_change_role(workspace, selection, Role(to.value)),
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
    )


def delete_models(
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
    dry_run: DryRun = False,
    yes: TypedYes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
    count: Count = None,
) -> None:
    """Delete all stored models of users, and see that none is left. It cannot be undone."""
    select = choice(filter_, profile, from_, everybody)
    with open_desk(chosen_account()) as desk:
        desk.refresh(sync)
        selection = select(desk.workspace)
        unlisted = list_again(desk, sync, selection.keys)
        code = delete_counted(
            desk,
            lambda: plan_delete_models(desk.workspace, selection),
            MODELS_CONSEQUENCES,
            count=count,
            dry_run=dry_run,
            yes=yes,
            no_wait=no_wait,
            unlisted=unlisted,
        )
    raise typer.Exit(code)


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
    change_users(
        choice(filter_, profile, from_, everybody),
        plan_delete_users,
        dry_run=dry_run,
        yes=yes,
        no_wait=no_wait,
        sync=sync,
        consequences=USER_CONSEQUENCES,
        typed=True,
    )
