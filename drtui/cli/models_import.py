"""`drtui models import`."""

from functools import partial
from typing import Annotated

import typer

from drtui.cli.changes import carry_out
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import DryRun, NoWait, Sync, Yes
from drtui.cli.output import say
from drtui.commands.model_imports import CONSEQUENCES, plan_import


def import_(
    path: Annotated[
        str, typer.Argument(metavar="FOLDER|FILE", help="A trained model's folder, or a .tar.gz.")
    ],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is to be called.")],
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What it is.")
    ] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    no_wait: NoWait = False,
    sync: Sync = None,
) -> None:
    """Import a model into your own profile, and follow it until it is READY."""
    with open_desk(chosen_account()) as desk:
        uploads = bool(desk.account.uploads)
        # What is wrong with it is found before the account is asked; it is read only this once.
        files = plan_import(desk.workspace, path, name, description, uploads=uploads).files
        desk.refresh(sync)
        planned = partial(plan_import, desk.workspace, path, name, description, files=files)
        for line in planned().lines:
            say(line)
        code = carry_out(
            desk,
            lambda: planned().plan,
            dry_run=dry_run,
            yes=yes,
            wait=not no_wait,
            consequences=CONSEQUENCES,
        )
    raise typer.Exit(code)
