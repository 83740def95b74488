"""`drtui mend`: a store that is damaged is made anew of what can be read of it."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import typer

from drtui import accounts
from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import Yes
from drtui.cli.output import ProgressLine, say
from drtui.config import find_paths, load_settings
from drtui.domain.authors import Author
from drtui.domain.problems import StoreProblemError
from drtui.domain.store_parts import OURS, part_named
from drtui.domain.wording import counted
from drtui.store.salvage import Salvaged, Tell, damage, salvage
from drtui.store.sharing import user_name

_SHOWN: Final = 3


def mend(
    yes: Yes = False,
) -> None:
    """Mend a damaged store: save the operations, and read the rest from the account.

    A copy of the damaged store is set aside first. Nothing is sent. Exit codes: 0 all that matters
    was saved, or there is nothing to mend; 4 some of the operations, their targets, scheduled
    operations or the journal could not be read, or whether drtui was offline on purpose.
    """
    from drtui.sync.lock import EngineLock

    paths = find_paths()
    store = paths.store(accounts.choose(load_settings(paths), chosen_account()).name)
    with _telling() as tell:
        tell("looking at all of the store")
        found = damage(store)
    if not found:
        say(f"The store {store} is well: SQLite's check finds nothing, and nothing was changed.")
        return
    for flaw in found[:_SHOWN]:
        say(f"  {flaw}")
    confirm(yes, f"The store {store} is damaged. Set a copy aside, and save what can be read?")
    lock = EngineLock(store)
    if not lock.try_acquire():
        raise StoreProblemError(
            "An engine works on this store: end every drtui of this account first."
        )
    try:
        with _telling() as tell:
            salvaged = salvage(store, time.time, Author(user_name(os.getuid())), tell)
    finally:
        lock.release()
    _tell(salvaged)
    raise typer.Exit(exits.OK if salvaged.whole else exits.UNSETTLED)


@contextmanager
def _telling() -> Iterator[Tell]:
    """Tell in a line how far it is; the line is empty afterwards."""
    line = ProgressLine()
    try:
        yield line.show
    finally:
        line.clear()


def _tell(it: Salvaged) -> None:
    say(f"The damaged store is kept as {it.aside}.")
    saved = f"{counted(it.operations, 'operation')} with {counted(it.items, 'target')}"
    conflicts = f", and {it.conflicts:,} in conflict" if it.conflicts else ""
    say(f"Saved: {saved}, {it.undelivered:,} of them still to be delivered{conflicts}.")
    for number, targets in sorted(it.missing.items()):
        say(
            f"  operation {number}: {counted(targets, 'target')} could not be read; look at who "
            "still lacks what it was for"
        )
    for number in it.put_together.operations:
        say(
            f"  operation {number}: it could not be read, and was put together from its targets "
            "and the journal"
        )
    if failed := it.put_together.given_up:
        say(
            f"  {counted(failed, 'target')} of these cannot be delivered without what was lost: "
            "“drtui operations” shows them as failed; confirm them anew"
        )
    if it.partly:
        say(f"Not all could be read of: {_partly(it.partly)}.")
    if "scheduled_operation" in it.partly:
        say("Some operations for a set time may be gone: look with “drtui operations scheduled”.")
    if it.offline:
        say(
            "Whether drtui was offline on purpose could not be read, so it is now: end it with "
            "“drtui offline off”."
        )
    if known_here := [what for name, what in OURS.items() if name in it.partly]:
        say(f"Only drtui knew {', '.join(known_here)}: what could not be read of it is gone.")
    say("Run “drtui sync”: it reads anew what the account knows, and delivers what is on its way.")


def _partly(partly: Mapping[str, int]) -> str:
    """Name what of the store could not all be read, in an admin's words, with what was saved."""
    saved: dict[str, int] = {}
    for name, rows in sorted(partly.items()):
        what = part_named(name)
        saved[what] = saved.get(what, 0) + rows
    return ", ".join(f"{what} ({rows:,} saved)" for what, rows in saved.items())
