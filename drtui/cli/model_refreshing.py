"""Reading the racers and their models before a command, and the option that says whether."""

import os
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer

from drtui.cli.context import Desk, stopping
from drtui.cli.problems import StoppedError
from drtui.commands.model_archive import ArchiveReader
from drtui.commands.model_details import read_details_now, with_archive
from drtui.commands.models import (
    StoredModelPage,
    models_are_stale,
    read_all_now,
    sweep_progress,
)
from drtui.commands.relisting import ask, is_listed, relisting
from drtui.store.sync_state import Connectivity

Sync = Annotated[
    bool | None,
    typer.Option(
        "--sync/--no-sync",
        help="Read from the account first; by default when stale, models only where one call "
        "reads all.",
    ),
]
_OTHERS_SECONDS: Final = 60.0
_STALE_SECONDS: Final = 15.0  # for which nobody has to wait who did not ask for it
_LOOK_SECONDS: Final = 0.3


def refresh(desk: Desk, sync: bool | None) -> None:
    """Read the racers and everybody's models first.

    Args:
        desk: The account's.
        sync: True reads whatever the age, False never; None reads the racers where they are
            stale, and the models where they never were read, or are stale and one call reads all.

    Raises:
        NotAllowedError: Nothing was ever read, and nothing may be.
        StoppedError: A signal came meanwhile.
        ProblemError: Nothing was ever read, and nothing can be.
    """
    desk.refresh(sync)
    workspace = desk.workspace
    known = sweep_progress(workspace).newest is not None
    unwanted = sync is None and known and not models_are_stale(workspace, _seconds(desk))
    if sync is False or unwanted or not _may_ask(desk):
        return
    patience = _STALE_SECONDS if sync is None and known else _OTHERS_SECONDS
    enough = _read_since(desk, patience)
    with desk.unwritten():
        read_all_now(workspace, files=bool(sync))
        _run(desk, enough, patience)


def list_again(desk: Desk, sync: bool | None, racers: Sequence[int]) -> str:
    """List the models of racers before they are counted, where the account can be asked.

    Args:
        desk: The account's.
        sync: False lists nothing.
        racers: Their keys.

    Returns:
        Why they could not be listed, and how old what is known is; empty where they were, or were
        not to be, or nobody answered before.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    workspace = desk.workspace
    if sync is False or not _may_ask(desk):
        return ""
    wanted = relisting(workspace, racers)
    if not wanted.profile_ids or not wanted.fits:
        return wanted.refusal
    ask(workspace, wanted)
    until = time.monotonic() + wanted.seconds

    def enough() -> bool:
        return is_listed(workspace, wanted) or time.monotonic() > until

    _run(desk, enough, wanted.seconds)
    return "" if is_listed(workspace, wanted) else wanted.missed


def _seconds(desk: Desk) -> float:
    return desk.settings.sync.refresh_seconds


def _may_ask(desk: Desk) -> bool:
    """Whether it can be noted what is wanted, and the account answered when racers were read."""
    if desk.workspace.database.read_only or desk.in_vain:
        return False
    return desk.sync_state().connectivity is not Connectivity.OFFLINE


def _run(desk: Desk, enough: Callable[[], bool], seconds: float) -> None:
    """Let the engine read, here or in the process that has it, until it is enough.

    Raises:
        StoppedError: A signal came meanwhile.
    """
    until = time.monotonic() + seconds
    with stopping() as stop:
        desk.runner().run_once(stop, enough=enough)
        while not stop.is_set() and _others_read(desk) and not enough():
            if time.monotonic() > until:
                break
            stop.wait(_LOOK_SECONDS)
        if stop.is_set():
            raise StoppedError("Interrupted; nothing was changed.")


def _others_read(desk: Desk) -> bool:
    """Whether it is another process that reads, and it can."""
    state = desk.sync_state()
    others = state.engine_pid is not None and state.engine_pid != os.getpid()
    return others and state.halt is None and state.connectivity is not Connectivity.OFFLINE


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
    if stays or desk.workspace.database.read_only or desk.in_vain:
        return False
    desk.read_more(lambda: read_details_now(desk.workspace, page.row))
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


def _read_since(desk: Desk, patience: float) -> Callable[[], bool]:
    """Whether a round has ended since, or another process has been at it for a while."""
    database = desk.workspace.database
    began = database.clock()

    def enough() -> bool:
        progress = sweep_progress(desk.workspace)
        since = progress.since
        ended = since is not None and since.timestamp() >= began and not progress.under_way
        return ended or database.clock() - began > patience

    return enough
