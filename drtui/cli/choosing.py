"""The options that say for whom a bulk action is, and what they select."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from drtui.cli.output import say
from drtui.commands.list_files import read_list
from drtui.commands.selection import (
    Selection,
    select_all,
    select_by_filter,
    select_by_name,
    select_from_list,
)
from drtui.commands.workspace import Workspace
from drtui.domain.filters import parse
from drtui.domain.problems import InvalidInputError
from drtui.domain.saved_filters import refers
from drtui.domain.text import clean

Filter = Annotated[
    str | None, typer.Option("--filter", "-f", metavar="E", help="The filter language.")
]
Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="ID", help="A profile id, email or alias; repeatable."),
]
FromFile = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help="A list of emails, aliases or ids; - is stdin."),
]
Everybody = Annotated[bool, typer.Option("--all", help="All sponsored users.")]

Choice = Callable[[Workspace], Selection]


def choice(
    filter_: str | None, profiles: list[str] | None, from_: str | None, everybody: bool
) -> Choice:
    """Return what selects; everything that can be wrong with it before is found here.

    Raises:
        InvalidInputError: None or several were given, the filter cannot be read, or the file.
    """
    given = [filter_ is not None, bool(profiles), from_ is not None, everybody]
    if sum(given) != 1:
        raise InvalidInputError("Say for whom: one of --filter, --profile, --from and --all.")
    if filter_ is not None:
        if not refers(filter_):  # the names of saved filters are known once the store is open
            parse(filter_)
        return lambda workspace: select_by_filter(workspace, filter_)
    if from_ is not None:
        lines = read_text(from_).splitlines()
        return lambda workspace: select_from_list(workspace, lines)
    if profiles:
        return lambda workspace: _named(workspace, profiles)
    return select_all


def _named(workspace: Workspace, names: list[str]) -> Selection:
    """Select users that were typed one by one, so that a mistyped one stops the command."""
    selection = select_by_name(workspace, names)
    if selection.unmatched:
        raise InvalidInputError(
            f"No single user matched: {', '.join(selection.unmatched)}. Nothing was changed."
        )
    return selection


def read_text(source: str) -> str:
    """Read a file or a pipe, or stdin for `-`; say how, where that is not as usual.

    See `list_files.read_list`.

    Raises:
        InvalidInputError: It cannot be read, or is no text, or too long to be meant.
    """
    shown = clean(source)
    try:
        if source == "-":
            found = read_list(sys.stdin.buffer, "Standard input")
        else:
            with Path(source).open("rb") as opened:
                found = read_list(opened, shown)
    except OSError as error:
        raise InvalidInputError(f"{shown} cannot be read ({error.strerror}).") from error
    if found.note:
        say(found.note)
    return found.text
