"""How the journal looks: the list, a filter, a line that is shown whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drtui.domain.authors import Author
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.journal_entry import JournalEntryDialog
from drtui.screens.journal import JournalScreen
from drtui.store.database import Database
from drtui.store.journal import write_journal
from tests.snapshots.looking import EVERY, USUAL, Look
from tests.support.driving import Console
from tests.support.operations import pause, quota, table
from tests.support.stores import delivered


@asynccontextmanager
async def journal(look: Look, colours: tuple[str, ...] = USUAL) -> AsyncIterator[Console]:
    """A console on the journal."""
    async with look(colours=colours) as console:
        await console.press("J")
        await console.dialog(JournalScreen)
        await console.until(lambda: bool(table(console).keys), "a filled journal")
        yield console


def a_day(database: Database) -> None:
    """What two admins did in a day."""
    with database.write() as connection:
        now = database.clock()
        for ago, what, result in (
            (90_000, "Sign in", "as ada@example.com, kept in the keyring"),
            (54_000, "Prepare for a day without network", "begun"),  # in the evening
            (7_200, "Offline on purpose", "begun"),
            (3_600, "Offline on purpose", "ended"),
        ):
            write_journal(connection, now - ago, Author("ada", "ada.admin"), what, result)
    delivered(database, pause(database, "racer-0010"))
    failed = quota(database, "racer-0011", who="bo")
    delivered(database, failed, first=3, state=ItemState.FAILED)
    delivered(database, failed)
    quota(database, "racer-0012", "7")


async def test_the_journal(look: Look, database: Database) -> None:
    a_day(database)
    async with journal(look, EVERY):
        pass


async def test_a_filter_of_the_journal(look: Look, database: Database) -> None:
    a_day(database)
    async with journal(look) as console:
        await console.press("slash", *"who:bo failed")
        await console.until(lambda: len(table(console).keys) == 1, "what is filtered")


async def test_a_line_of_the_journal(look: Look, database: Database) -> None:
    a_day(database)
    async with journal(look) as console:
        await console.press("j", "enter")
        await console.dialog(JournalEntryDialog)
