"""Options that the commands of races share, and reading races before a command."""

from collections.abc import Sequence
from typing import Annotated

import typer

from drtui.cli.context import Desk
from drtui.commands.races import is_stale, read_boards_now
from drtui.domain.race_records import StoredRace
from drtui.store.sync_state import Connectivity

Race = Annotated[
    str, typer.Argument(metavar="RACE", help="A race's id, its name, or a part of its name.")
]
SomeRaces = Annotated[
    list[str], typer.Argument(metavar="RACE…", help="Races by id, name, or a part of the name.")
]
Zone = Annotated[
    str,
    typer.Option("--zone", metavar="Z", help="Tell times in it, such as Europe/Berlin or UTC."),
]
Emails = Annotated[bool, typer.Option("--emails", help="Tell emails in what is for an audience.")]
HtmlFile = Annotated[
    str | None,
    typer.Option("--html", metavar="FILE", help="Write a self-contained page to a new file."),
]


def refresh_boards(desk: Desk, races: Sequence[StoredRace], sync: bool | None) -> None:
    """Read the leaderboards of some races first, and the queues of live ones.

    Args:
        desk: The account's.
        races: Whose.
        sync: True reads them whatever their age, False never; None where they may have changed.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    if not may_ask(desk, sync):
        return
    seconds = desk.settings.sync.refresh_seconds
    wanted = [
        one
        for one in races
        if one.gone_at is None and (sync or is_stale(desk.workspace, one, seconds))
    ]
    if not wanted:
        return
    desk.read_more(lambda: read_boards_now(desk.workspace, wanted))


def may_ask(desk: Desk, sync: bool | None) -> bool:
    """Whether the account is to be asked for more: it is allowed, and may come to something.

    Args:
        desk: The account's.
        sync: True asks even where the account did not answer just now, False never.
    """
    if sync is False or desk.workspace.database.read_only or desk.in_vain:
        return False
    state = desk.sync_state()
    return state.halt is None and (sync or state.connectivity is not Connectivity.OFFLINE)
