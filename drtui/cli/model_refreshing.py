"""Reading the racers and their models before a command, and the option that says whether."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from drtui.cli.context import Desk, stopping
from drtui.cli.problems import StoppedError
from drtui.commands.model_archive import ArchiveReader
from drtui.commands.model_details import read_details_now, with_archive
from drtui.commands.models import StoredModelPage, read_all_now, sweep_progress

Sync = Annotated[
    bool | None,
    typer.Option("--sync/--no-sync", help="Read from the account first; by default when stale."),
]
_OTHERS_SECONDS: Final = 60.0


def refresh(desk: Desk, sync: bool | None) -> None:
    """Read the racers and everybody's models first.

    Args:
        desk: The account's.
        sync: True reads whatever the age, False never; None reads the models where they never
            were read, and the racers where they are stale.

    Raises:
        NotAllowedError: Nothing was ever read, and nothing may be.
        StoppedError: A signal came meanwhile.
        ProblemError: Nothing was ever read, and nothing can be.
    """
    desk.refresh(sync)
    workspace = desk.workspace
    known = sweep_progress(workspace).newest is not None
    if sync is False or (sync is None and known) or workspace.database.read_only:
        return
    read_all_now(workspace, files=bool(sync))
    with stopping() as stop:
        desk.runner().run_once(stop, enough=_read_since(desk))
        if stop.is_set():
            raise StoppedError("Interrupted; nothing was changed.")


def refresh_one(desk: Desk, page: StoredModelPage, sync: bool | None) -> bool:
    """Read a model's details first, unless it is gone; return whether that was tried.

    Args:
        desk: The account's.
        page: The model's.
        sync: True reads them whatever their age, False never; None where they never were read.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    known = page.known.details is not None
    stays = sync is False or (sync is None and known) or page.gone_at is not None
    if stays or desk.workspace.database.read_only:
        return False
    enough = read_details_now(desk.workspace, page.row)
    with stopping() as stop:
        desk.runner().run_once(stop, enough=enough)
        if stop.is_set():
            raise StoppedError("Interrupted; nothing was changed.")
    return True


def look_inside(page: StoredModelPage) -> StoredModelPage:
    """Return the page with what an archive that was downloaded earlier tells.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    with stopping() as stop:
        found = with_archive(page, ArchiveReader(stop.is_set))
        if stop.is_set():
            raise StoppedError("Interrupted; nothing was changed.")
    return found


def _read_since(desk: Desk) -> Callable[[], bool]:
    """Whether a round has ended since, or another process has been at it for a while."""
    database = desk.workspace.database
    began = database.clock()

    def enough() -> bool:
        progress = sweep_progress(desk.workspace)
        since = progress.since
        ended = since is not None and since.timestamp() >= began and not progress.under_way
        return ended or database.clock() - began > _OTHERS_SECONDS

    return enough
