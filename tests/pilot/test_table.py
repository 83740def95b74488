"""Monitor usage: moving, marking, filtering and sorting."""

from dataclasses import replace
from pathlib import Path

import pytest

from drtui.domain.records import SponsoredUser
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.sort import SortDialog
from drtui.store.database import Database
from tests.support.driving import Console, console_app, running
from tests.support.stores import plain_profiles, swept

pytestmark = pytest.mark.usefixtures("database", "read_ahead")


def shown_aliases(console: Console) -> list[str]:
    desk = console.usage.desk
    users: dict[int, SponsoredUser] = desk.racers(console.table.keys)
    return [users[key].profile.alias for key in console.table.keys]


async def test_the_table_shows_everybody_by_alias(path: Path) -> None:
    async with running(console_app(path)) as console:
        assert console.counts == "56 of 56 shown · 0 marked"
        aliases = [alias for alias in shown_aliases(console) if alias.isascii()]
        assert aliases == sorted(aliases, key=str.casefold)
        assert "ada-l" in console.text()


async def test_keys_move_the_cursor_and_never_leave_the_rows(path: Path) -> None:
    async with running(console_app(path), (80, 24)) as console:
        table = console.table
        await console.press("up", "j", "j", "k")
        assert table.cursor == 1
        await console.press("G")
        assert table.cursor == len(table.keys) - 1
        await console.press("down")
        assert table.cursor == len(table.keys) - 1
        assert table.keys[-1] in table.visible_keys
        await console.press("home")
        assert (table.cursor, table.top) == (0, 0)
        await console.press("pagedown")
        assert table.top == table.cursor == table.size.height - 1


async def test_space_marks_and_moves_down_and_unmarks(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("space", "space")
        assert console.table.cursor == 2
        assert console.table.marks == set(console.table.keys[:2])
        await console.press("up", "space")
        assert console.table.marks == set(console.table.keys[:1])
        assert "●" in console.text()


async def test_a_range_is_marked_when_it_is_closed_and_can_be_given_up(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("j", "v", "j", "j")
        assert "○" in console.text()
        await console.press("v")
        keys = console.table.keys
        assert console.table.marks == set(keys[1:4])
        assert "○" not in console.text()
        await console.press("v", "j", "escape")
        assert console.table.marks == set(keys[1:4])


async def test_shift_and_arrows_mark_until_the_next_plain_move(path: Path) -> None:
    async with running(console_app(path)) as console:
        keys = console.table.keys
        await console.press("shift+down", "shift+down", "down")
        assert console.table.marks == set(keys[:3])
        await console.press("down", "down")
        assert console.table.marks == set(keys[:3])


async def test_an_open_range_follows_its_rows_when_the_order_changes(path: Path) -> None:
    async with running(console_app(path)) as console:
        first = console.table.cursor_key
        await console.press("v", "S")
        assert console.table.cursor_key == first
        assert console.table.marks == {first}


async def test_all_shown_are_marked_then_unmarked_and_inverted(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("a")
        assert console.table.marks == set(console.table.keys)
        await console.press("a")
        assert not console.table.marks
        await console.press("space", "asterisk")
        assert console.table.marks == set(console.table.keys[1:])


async def test_marks_survive_filter_sort_and_reload_and_hidden_ones_are_counted(path: Path) -> None:
    async with running(console_app(path)) as console:
        marked = set(console.table.keys[:3])
        await console.press("space", "space", "space", "slash")
        await console.write("racer-00")
        await console.press("enter")
        assert console.table.marks == marked
        assert console.counts == "40 of 56 shown · 3 marked, 3 of them hidden"
        await console.press("s", "h", "r")
        assert console.table.marks == marked
        await console.press("escape")
        assert console.counts == "56 of 56 shown · 3 marked"


async def test_the_filter_acts_while_it_is_typed_and_enter_keeps_it(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer-0010")
        assert len(console.table.keys) == 10
        await console.press("enter")
        assert console.table.has_focus
        await console.press("j")
        assert (console.filter.value, console.table.cursor) == ("racer-0010", 1)


async def test_escape_clears_the_filter_that_is_typed(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("status:paused")
        assert shown_aliases(console) == ["carlos_v"]
        await console.press("escape")
        assert (console.filter.value, console.table.has_focus) == ("", True)
        assert len(console.table.keys) == 56


async def test_escape_peels_the_range_then_the_filter_and_never_quits(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer")
        await console.press("enter", "space", "v", "escape")
        assert console.filter.value == "racer"
        await console.press("escape")
        assert console.filter.value == ""
        await console.press("escape", "escape")
        assert console.app.is_running
        assert console.table.marked_count == 1


async def test_a_filter_error_is_told_below_its_place_and_the_rows_stay(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer-00 )")
        assert console.problem is not None
        _, sentence = console.problem
        typed = next(line for line in console.lines() if "racer-00 )" in line)
        told = next(line for line in console.lines() if sentence[:20] in line)
        assert told.index("^") == typed.index(")")
        assert len(console.table.keys) == 40
        await console.press("escape")
        assert console.problem is None


async def test_a_filter_that_matches_nobody_says_so(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("nobody-has-this")
        assert "Nobody matches this filter" in console.text()
        assert console.counts.startswith("0 of 56 shown")


async def test_sorting_by_a_column_and_by_it_again_turns_the_order_round(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("h")
        assert shown_aliases(console)[0] == "grace"
        assert "▼Hours / limit" in console.text()
        await console.press("s")
        await console.press("enter")
        assert shown_aliases(console)[0] != "grace"
        assert "▲Hours / limit" in console.text()


async def test_an_order_that_no_heading_shows_stands_beside_the_counts(path: Path) -> None:
    async with running(console_app(path), (120, 30)) as console:
        for width, shown in ((120, "56 of 56 shown"), (80, "56 of 56")):
            await console.resize((width, 30))
            beside = f"sorted by limit on hours ▼ · {shown} · 0 marked"
            assert "sorted by" not in console.counts, width
            await console.press("s")
            await console.dialog(SortDialog)
            await console.press("x")
            await console.back()
            assert console.counts == beside
            assert console.message == "Sorted by limit on hours ▼", width
            await console.press("S")
            assert console.counts == beside.replace("▼", "▲")
            await console.press("s")
            await console.dialog(SortDialog)
            await console.press("a")
            await console.back()
            assert "sorted by" not in console.counts, width


async def test_a_new_order_is_looked_at_from_its_first_row_and_marks_stay(path: Path) -> None:
    async with running(console_app(path)) as console:
        await console.press("space", "G")
        marks, last = console.table.marks, console.table.cursor_key
        assert console.table.top > 0
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("h")
        await console.back()
        await console.until(lambda: shown_aliases(console)[0] == "grace", "the largest")
        assert (console.table.cursor, console.table.top, console.table.marks) == (0, 0, marks)
        await console.press("G", "S")
        await console.until(lambda: shown_aliases(console)[0] != "grace", "the least")
        assert (console.table.cursor, console.table.top) == (0, 0)
        assert console.table.cursor_key != last


async def test_a_copy_says_how_many_addresses_and_for_whom_there_is_none(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    first, second, *others = plain_profiles(40)
    swept(database, [replace(first, email=None), replace(second, email=""), *others])
    async with running(console_app(path)) as console:
        await console.press("a", "y")
        dialog = await console.dialog(CopiedDialog)
        assert dialog.heading() == "Copied: 53 email addresses; 3 without one left out"


async def test_an_order_is_said_where_its_column_has_gone_from_a_narrower_screen(
    path: Path,
) -> None:
    async with running(console_app(path), (120, 30)) as console:
        await console.press("s")
        await console.dialog(SortDialog)
        await console.press("u")
        await console.back()
        assert "sorted by" not in console.counts
        await console.pilot.resize_terminal(80, 24)
        await console.until(lambda: "sorted by USD, estimated ▼" in console.counts)


async def test_only_rows_on_the_screen_and_of_the_next_page_are_fetched(path: Path) -> None:
    async with running(console_app(path), (80, 24)) as console:
        assert len(console.table.keys) > 2 * console.table.size.height
        assert len(console.table._rows) <= 2 * console.table.size.height


async def test_hostile_aliases_reach_the_screen_neither_as_controls_nor_as_markup(
    path: Path,
) -> None:
    async with running(console_app(path), (180, 80)) as console:
        text = console.text()
        assert "[bold red]jo[/]" in text
        assert "evil" in text
        unsafe = [char for char in text if not char.isprintable() and char != "\n"]
        assert unsafe == []
        assert "\u202e" not in text


async def test_nothing_is_wider_than_the_terminal(path: Path) -> None:
    async with running(console_app(path), (80, 24)) as console:
        for size in ((80, 24), (100, 30), (120, 40), (200, 60), (60, 15)):
            await console.resize(size)
            strips = console.app.screen._compositor.render_strips()
            widths = {sum(segment.cell_length for segment in strip) for strip in strips}
            assert widths == {size[0]}
