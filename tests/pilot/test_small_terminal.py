"""Small terminals and terminals of another size: what stays in sight, and what no key does."""

from pathlib import Path

from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.store.database import Database
from tests.support.driving import console_app, running
from tests.support.screens import values


async def test_a_simulated_account_is_called_one_at_any_width(
    path: Path, database: Database
) -> None:
    del database
    app = console_app(path, account="a-name-that-is-rather-long", simulated=True)
    async with running(app, (60, 15)) as console:
        assert "simulated account" in console.text()
        await console.pilot.resize_terminal(200, 50)
        await console.settled()
        assert "a-name-that-is-rather-long · simulated account" in console.text()


async def test_a_terminal_that_is_too_small_is_told_so(path: Path, database: Database) -> None:
    del database
    sizes = ((10, 3), (59, 24), (80, 14))
    async with running(console_app(path), sizes[0]) as console:
        for size in sizes:
            await console.resize(size)
            assert "Too small" in console.prose(), size
            assert "racer-" not in console.text(), size
            await console.resize((80, 24))
            assert "racer-00100" in console.text(), size
            await console.press("e")
            await console.dialog(QuotaDialog)
            await console.resize(size)
            assert "Too small" in console.prose(), size
            await console.resize((80, 24))
            await console.press("escape")
            await console.back()


async def test_a_field_has_the_focus_again_with_all_that_was_typed(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("e")
        dialog = await console.dialog(QuotaDialog)
        await console.press("tab", "1")
        field = dialog.focused
        for size in ((40, 10), (30, 8), (80, 24)):
            await console.resize(size)
        assert dialog.focused is field
        await console.press("7")
        assert values(console)[1] == "17"


async def test_a_resize_keeps_the_cursor_on_the_screen(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (120, 40)) as console:
        await console.press("G")
        for size in ((80, 24), (60, 15), (200, 60)):
            await console.pilot.resize_terminal(*size)
            await console.settled()
            assert console.table.cursor_key in console.table.visible_keys


async def test_no_key_acts_on_what_is_not_to_be_seen(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.pilot.resize_terminal(40, 10)
        await console.settled()
        await console.press("p", "space", "a")
        assert console.app.screen is console.usage
        await console.pilot.resize_terminal(80, 24)
        await console.settled()
        assert "0 marked" in console.counts
        await console.press("p")
        await console.dialog(PlanDialog)


async def test_the_help_is_among_the_keys_of_every_screen_at_80_columns(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        seen = set()
        for keys in ("1", "b", "escape p", "escape t", "escape J", "2", "3", "4", "5"):
            for key in keys.split():
                await console.press(key)
            assert "? help" in console.lines()[-1], keys
            seen.add(type(console.app.screen))
        assert len(seen) == 9
