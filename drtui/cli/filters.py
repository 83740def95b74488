"""`drtui users filters`: filters with a name, for `@name` in any filter."""

from typing import Annotated

import typer

from drtui.cli.context import open_desk
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import AsCsv, AsJson
from drtui.cli.output import choose_one, print_csv, print_json, say
from drtui.cli.tables import Column, print_table
from drtui.commands.filters import remove_filter, save_filter, saved_filters

filters = typer.Typer(no_args_is_help=True, help="Saved filters, named in a filter as @name.")

_TABLE = (Column("Name"), Column("Filter"))


@filters.command("list")
def list_(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List the saved filters."""
    choose_one(as_json, as_csv)
    with open_desk(chosen_account(), reading=True) as desk:
        found = saved_filters(desk.workspace)
    rows = [{"name": one.name, "filter": one.text} for one in found]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, ("name", "filter"))
    else:
        print_table(_TABLE, [[one.name, one.text] for one in found])


@filters.command()
def save(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One word.")],
    text: Annotated[str, typer.Argument(metavar="FILTER", help="The filter language.")],
) -> None:
    """Save a filter; one of that name is replaced."""
    with open_desk(chosen_account()) as desk:
        saved = save_filter(desk.workspace, name, text)
    say(f"Saved: --filter @{saved.name} means {saved.text}")


@filters.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the filter.")],
) -> None:
    """Forget a saved filter."""
    with open_desk(chosen_account()) as desk:
        remove_filter(desk.workspace, name)
    say(f"Forgotten: @{name}")
