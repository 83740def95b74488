"""The line below the header that says that the sign-in ends before the work does."""

from pathlib import Path

from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.store.database import Database, open_database
from drtui.store.lasting import write_kept
from drtui.store.sign_in import write_sign_in
from drtui.widgets.trouble_line import TroubleLine
from tests.support.driving import Console, console_app, running
from tests.support.operations import quota
from tests.support.stores import NOW, delivered


def line(console: Console) -> str:
    found = console.app.screen.query_one(TroubleLine)
    return found.sentence if found.display else ""


async def test_it_stands_there_until_the_work_is_done(path: Path, database: Database) -> None:
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    earlier = open_database(path, lambda: NOW - 23 * 3_600)
    write_kept(earlier, "ada", password=False, outlives=True)
    earlier.close()
    number = quota(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.until(lambda: "The sign-in ends in 1 h" in line(console))
        assert line(console).endswith("10 changes still wait. W signs in again.")
        assert "10 pending" in console.text()
        delivered(database, number)
        await console.until(lambda: not line(console))
