"""`drtui users tag`: labels on users, for filters."""

from typing import Annotated

import typer

from drtui.cli import exits
from drtui.cli.choosing import Everybody, Filter, FromFile, Profiles, choice
from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.commands.tags import read_tags, tag_users


def tag(
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="L", help="A label, or key:value; repeatable."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="L", help="The same; repeatable.")
    ] = None,
    filter_: Filter = None,
    profile: Profiles = None,
    from_: FromFile = None,
    everybody: Everybody = False,
) -> None:
    """Put labels on users, such as team:red, for filters; they stay on this machine."""
    select = choice(filter_, profile, from_, everybody)
    change = read_tags(add or [], remove or [])
    with open_desk(chosen_account()) as desk:
        desk.refresh(None)
        selection = select(desk.workspace)
        number = tag_users(desk.workspace, selection, change)
    say(f"Labelled {number:,} users.")
    for name in selection.unmatched:
        say(f"  matched nobody: {name}")
    raise typer.Exit(exits.UNSETTLED if selection.unmatched else exits.OK)
