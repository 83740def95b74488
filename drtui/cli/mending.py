"""`drtui mend`: a store that is damaged is made anew of what can be read of it."""

import time
from typing import Annotated, Final

import typer

from drtui import accounts
from drtui.cli import exits
from drtui.cli.changes import confirm
from drtui.cli.hoisted import chosen_account
from drtui.cli.output import say
from drtui.config import find_paths, load_settings
from drtui.domain.problems import StoreProblemError
from drtui.domain.wording import counted
from drtui.store.salvage import Salvaged, damage, salvage

_SHOWN: Final = 3


def mend(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Mend a damaged store: save the operations, and read the rest from the account.

    A copy of the damaged store is set aside first. Nothing is sent. Exit codes: 0 all that matters
    was saved, or there is nothing to mend; 4 some of the operations' targets could not be read.
    """
    from drtui.sync.lock import EngineLock

    paths = find_paths()
    store = paths.store(accounts.choose(load_settings(paths), chosen_account()).name)
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
        salvaged = salvage(store, time.time)
    finally:
        lock.release()
    _tell(salvaged)
    raise typer.Exit(exits.UNSETTLED if salvaged.missing else exits.OK)


def _tell(it: Salvaged) -> None:
    say(f"The damaged store is kept as {it.aside}.")
    saved = f"{counted(it.operations, 'operation')} with {counted(it.items, 'target')}"
    say(f"Saved: {saved}, {it.undelivered:,} of them still to be delivered.")
    for number, targets in sorted(it.missing.items()):
        say(
            f"  operation {number}: {counted(targets, 'target')} could not be read; look at who "
            "still lacks what it was for"
        )
    if it.partly:
        names = ", ".join(f"{name} ({rows:,} saved)" for name, rows in sorted(it.partly.items()))
        say(f"Not wholly read: {names}.")
    say("Run “drtui sync”: it reads from the account what is missing, and delivers the rest.")
