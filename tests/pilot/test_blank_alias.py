"""A racer whose alias is blank is called by the email, wherever a name stands for the racer."""

from dataclasses import replace
from pathlib import Path

from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.models import Models
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.stores import plain_profiles, special_profiles, swept

EMAIL = "racer-00100@example.com"


async def test_a_blank_alias_leaves_no_sentence_without_its_subject(
    path: Path, database: Database
) -> None:
    blank, *others = plain_profiles(40)
    swept(database, [*special_profiles(), replace(blank, alias="   "), *others])
    async with running(console_app(path)) as console:
        await console.press("/")
        await console.write("racer-00100")
        await console.press("enter")
        await console.until(lambda: len(console.table.keys) == 1, "the one racer")
        (row,) = (line for line in console.lines() if "racer-00100@" in line)
        assert row[: row.index("racer-00100@")].split()[-1] == "?"
        await console.press("m")
        await console.dialog(MenuDialog)
        assert f"{EMAIL}, under the cursor; nobody is marked." in console.prose()
        await console.press("escape", "enter")
        page = await console.dialog(RacerScreen)
        await console.until(lambda: page.subject().name == EMAIL, "the page")
        await console.press("escape", "l")
        await console.until(lambda: isinstance(console.app.screen, Models), "the models")
        assert f"The models of {EMAIL}. esc shows all" in console.prose()
