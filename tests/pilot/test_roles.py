"""What a role may not do is shown disabled with the reason; what it may goes on."""

from pathlib import Path

import pytest

from drtui.domain.records import Role
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.store.operation_log import operations
from drtui.store.sign_in import write_role
from tests.support.driving import console_app, running

REFUSED = {
    "e": "set quotas",
    "p": "pause anybody",
    "P": "resume anybody",
    "N": "change others' aliases",
    "o": "change roles",
    "x": "delete others' models",
    "d": "delete users",
}


async def test_each_key_of_an_admin_says_why_a_facilitator_has_none(
    path: Path, database: Database
) -> None:
    write_role(database, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        for place in ("the list", "a racer's page"):
            screen = console.app.screen
            for key, what in REFUSED.items():
                console.hush()
                await console.press(key)
                assert console.app.screen is screen, (key, place)
                told = f"Not now: race facilitators may not {what}, which needs an admin."
                assert told in console.prose(), (key, place)
            if place == "the list":
                await console.press("enter")
                await console.dialog(RacerScreen)
    with database.read() as connection:
        assert not operations(connection)


async def test_the_menu_shows_what_is_refused_with_the_reason_and_labels_are_not(
    path: Path, database: Database
) -> None:
    write_role(database, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        assert "race facilitators may not pause anybody" in console.prose()
        await console.press("escape")
        await console.press("t")
        await console.dialog(TagsDialog)


async def test_the_palette_says_it_too(path: Path, database: Database) -> None:
    write_role(database, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        await console.press("ctrl+p")
        await console.write("pause")
        await console.settled()
        assert "not now: race facilitators may not pause" in console.prose()


async def test_a_facilitator_is_told_what_the_list_does_not_show(
    path: Path, database: Database
) -> None:
    write_role(database, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        for size in ((80, 24), (120, 40)):
            await console.resize(size)
            text = console.text()
            told = "Quotas and hours as of 2026-05-02 12:05 UTC: facilitators see no newer ones."
            assert told in text, size
            assert "est. $" not in text, size
            assert "facilitator " in console.lines()[0], size
        write_role(database, Role.ADMIN)
        await console.until(lambda: "see no newer" not in console.text())
        assert console.usage.refusal("pause") == ""


@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNKNOWN])
async def test_an_admin_and_whoever_is_not_known_are_refused_nothing(
    path: Path, database: Database, role: Role
) -> None:
    write_role(database, role)
    async with running(console_app(path)) as console:
        assert not [action for action in console.usage.MENU if console.usage.refusal(action)]
        assert "facilitators" not in console.text()
