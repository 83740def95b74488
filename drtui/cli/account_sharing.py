"""`drtui account share`: one store for the admins of a group, each with a sign-in of their own."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from drtui import accounts
from drtui.cli.changes import confirm
from drtui.cli.hoisted import chosen_account
from drtui.cli.options import Yes
from drtui.cli.output import say
from drtui.config import Account, Credentials, find_paths, load_settings
from drtui.domain.text import clean


def share(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="A group of this machine's users.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder, such as /srv/drtui.")
    ],
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The account; the default one if left out."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Move an account's store to a folder whose group works on it together.

    Everybody of the group then sets DRTUI_HOME to that folder. The store becomes the group's to
    read and write, and nobody else's; sign-ins, settings and logs stay each user's own.
    """
    from drtui.account_sharing import share as share_account
    from drtui.store.database import open_database
    from drtui.store.noting import note
    from drtui.sync.lock import EngineLock

    paths = find_paths()
    entry = accounts.choose(load_settings(paths), name or chosen_account())
    place = folder.expanduser().absolute()
    confirm(yes, f"Move the store of “{entry.name}” to {place}, for the group “{clean(group)}”?")
    lock = EngineLock(paths.store(entry.name))
    done = share_account(paths, entry, group, place, lock=lock)
    say(f"The store is {done.store} now.")
    if done.former is not None:
        say(f"As it was it is kept as {done.former}, which nothing uses any more.")
    say(f"In the group: {', '.join(map(clean, done.members)) or 'nobody'}. Each of them writes")
    say(f"  export DRTUI_HOME={place}")
    say(f"to their shell's profile, {_own_way_in(entry)}.")
    with closing(open_database(done.store)) as database:  # last: it is shared, whether this fails
        note(database, "Share the account", f"with the group {clean(group)}: {clean(str(place))}")


def _own_way_in(entry: Account) -> str:
    """Say what else each of the group needs."""
    if entry.credentials is Credentials.AWS:
        return "and needs AWS credentials of their own: nobody signs in to this account"
    return f"and signs in with “drtui account sign-in {entry.name}”"
