"""Which races are to be changed, what is set of them, and how fresh what is known of them is."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from drtui.cli.context import Desk
from drtui.cli.race_options import may_ask
from drtui.commands.races import (
    list_races,
    named_race,
    race_listing,
    read_boards_now,
    read_list_now,
)
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_records import StoredRace

Races = Annotated[
    list[str] | None,
    typer.Argument(metavar="RACE…", help="Races by id, name, or a part of the name."),
]
OfRaces = Annotated[
    str | None, typer.Option("--filter", "-f", metavar="E", help="The filter language, of races.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A key of race files; repeatable."),
]
_WHICH: Final = "Say which races: by their names, or by --filter."


def races_of(
    workspace: Workspace, names: list[str] | None, filter_: str | None
) -> list[StoredRace]:
    """Return the races that are named, or that a filter matches, each once.

    Raises:
        InvalidInputError: Neither or both were given, or a name is that of none or several.
        FilterError: The filter cannot be read.
    """
    if bool(names) == (filter_ is not None):
        raise InvalidInputError(_WHICH)
    wanted = names or [one.race_id for one in list_races(workspace, filter_ or "") if one.race_id]
    found = [named_race(workspace, one) for one in wanted]
    return list({one.race.race_id: one for one in found}.values())


def refresh_list(desk: Desk, sync: bool | None) -> None:
    """Read the account first, and the list of races, on which changes are planned.

    Args:
        desk: The account's.
        sync: True reads whatever the age, False never; None reads what is stale.

    Raises:
        NotAllowedError: Nothing was ever read, and nothing may be.
        StoppedError: A signal came meanwhile.
        ProblemError: Nothing was ever read, and nothing can be.
    """
    began = desk.workspace.database.clock()
    desk.refresh(sync)
    read_at = race_listing(desk.workspace).read_at
    age = None if read_at is None else began - read_at.timestamp()
    if sync or age is None or age >= desk.settings.sync.refresh_seconds:
        _read(desk, sync, lambda: read_list_now(desk.workspace))


def refresh_live(desk: Desk, race: StoredRace, sync: bool | None) -> None:
    """Read how a live race stands, and its leaderboard, unless told not to.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    _read(desk, sync, lambda: read_boards_now(desk.workspace, [race]))


def _read(desk: Desk, sync: bool | None, ask: Callable[[], Callable[[], bool]]) -> None:
    """Ask for something and wait until it was read, where that may come to something."""
    if may_ask(desk, sync):
        desk.read_more(ask)
