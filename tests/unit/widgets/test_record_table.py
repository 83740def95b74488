"""The virtual table: many keys, few rows."""

import time
from collections.abc import Callable, Mapping, Sequence

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from drtui.widgets.cells import Cell, Run
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.record_table import RecordTable
from tests.support.sparing import read_ahead
from tests.unit.widgets.conftest import Running

__all__ = ["read_ahead"]
# In a process that ran a console's tests before, tables do not.
pytestmark = pytest.mark.usefixtures("read_ahead")

COLUMNS = (Column("name", "Name", 10),)
SIZE = (30, 11)  # a heading and ten rows
MANY = 100_000


def cell(row: str, _: PlacedColumn) -> Cell:
    return [Run(row)]


class Source:
    """Rows by key that counts what is read."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.prefix = "row"

    def __call__(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.read += keys
        return {key: f"{self.prefix} {key}" for key in keys if key >= 0}


def table(source: Source) -> RecordTable[str]:
    return RecordTable(COLUMNS, cell, source, empty="Nothing is here.")


def drawn(shown: RecordTable[str]) -> list[str]:
    return [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]


async def read(pilot: Pilot[None], source: Source, *rows: range) -> None:
    """Wait until these rows were read, and make sure that no others were, and none twice."""
    wanted = [key for each in rows for key in each]
    await eventually(pilot, lambda: len(source.read) >= len(wanted))
    assert sorted(source.read) == wanted


async def eventually(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        await pilot.pause(0.005)


async def test_the_rows_on_the_screen_are_read_first_then_the_pages_beside_it_and_no_others(
    running: Running,
) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        await read(pilot, source, range(20))
        assert sorted(source.read[:10]) == list(range(10))
        await pilot.press("pagedown")
        await read(pilot, source, range(30))
        await pilot.press("G")
        await read(pilot, source, range(30), range(MANY - 20, MANY))


async def test_a_page_that_was_read_ahead_is_shown_without_reading(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        await read(pilot, source, range(20))
        monkeypatch.setattr(shown, "_fetch", None)
        shown.action_page(1)
        assert [line.strip("▌▐ ") for line in drawn(shown)[1:]] == [
            f"row {key}" for key in range(10, 20)
        ]


async def test_rows_that_were_read_are_not_read_again(running: Running) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        await pilot.press("pagedown")
        await read(pilot, source, range(30))
        await pilot.press("pageup", "j", "k")
        await read(pilot, source, range(30))


async def test_new_rows_replace_those_that_were_read_ahead(running: Running) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        await read(pilot, source, range(20))
        source.prefix = "new"
        shown.show(list(range(MANY)), {})
        await pilot.press("pagedown")
        assert [line.strip("▌▐ ") for line in drawn(shown)[1:3]] == ["new 10", "new 11"]


async def test_rows_far_from_the_screen_are_forgotten(running: Running) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        for page in range(100):
            shown.action_page(1)
            await eventually(pilot, lambda: (page + 2) * 10 in source.read)  # noqa: B023 - waited for
        assert len(shown._rows) <= 700
        assert shown.visible_keys[0] in shown._rows


async def test_other_columns_are_shown_at_once(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE) as pilot:
        shown.show([1, 2], {1: "one", 2: "two"})
        assert "Name" in drawn(shown)[0]
        shown.columns = [Column("name", "Alias", 8)]
        await pilot.pause()
        assert "Alias" in drawn(shown)[0]
        assert [line.split()[-1] for line in drawn(shown)[1:3]] == ["one", "two"]


async def test_a_row_that_changed_is_drawn_as_it_is_now(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE):
        shown.show([1, 2], {1: "one", 2: "two"})
        assert "two" in drawn(shown)[2]
        shown.show([1, 2], {1: "one", 2: "changed"})
        assert "changed" in drawn(shown)[2]


async def test_rows_given_with_the_keys_are_not_read_at_all(running: Running) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show([1, 2], {1: "one", 2: "two"})
        await pilot.pause()
        assert source.read == []
        assert [line.split()[-1] for line in drawn(shown)[1:3]] == ["one", "two"]


async def test_the_cursor_and_its_line_stay_when_rows_come_in_before_it(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(100, 200)), {})
        await pilot.press("pagedown", "pagedown", "j")
        line = shown.cursor - shown.top
        key = shown.cursor_key
        shown.show(list(range(50, 200)), {})
        assert shown.cursor_key == key
        assert shown.cursor - shown.top == line


async def test_where_the_cursors_row_is_gone_it_stays_in_place_or_goes_to_the_top(
    running: Running,
) -> None:
    shown = table(Source())
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(20)), {})
        await pilot.press("j", "j", "j")
        shown.show([0, 1, 2, 4, 5], {})
        assert shown.cursor_key == 4
        shown.show([0, 1, 2], {}, stay=False)
        assert shown.cursor_key == 0
        shown.show([], {})
        assert shown.cursor == 0
        assert shown.cursor_key is None


async def test_a_row_that_is_gone_meanwhile_leaves_its_line_empty(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE):
        shown.show([1, -1, 2], {})
        assert [line.strip("▌ ") for line in drawn(shown)[1:4]] == ["row 1", "", "row 2"]


async def test_an_empty_table_says_so(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE):
        assert "Nothing is here." in drawn(shown)[2]


async def test_only_lines_that_changed_are_drawn_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source()
    shown = table(source)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(50)), {})
        await read(pilot, source, range(20))
        drawn(shown)
        before = {key: f"row {key}" for key in range(10)}
        lines: list[int] = []
        monkeypatch.setattr(shown, "refresh_row", lines.append)
        shown.show(list(range(50)), before)
        assert lines == []
        shown.show(list(range(50)), {**before, 3: "changed"})
        assert lines == [3]


async def test_the_thumb_shows_where_the_view_is(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE) as pilot:

        def thumb() -> list[int]:
            return [y for y, line in enumerate(drawn(shown)) if line.endswith("▐")]

        shown.show(list(range(10)), {})
        assert thumb() == []
        shown.show(list(range(20)), {})
        assert thumb() == [1, 2, 3, 4, 5]
        await pilot.press("G")
        assert thumb() == [6, 7, 8, 9, 10]
        shown.show(list(range(MANY)), {})
        assert len(thumb()) == 1


async def test_the_wheel_moves_the_view_and_a_click_the_cursor(running: Running) -> None:
    shown = table(Source())
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(50)), {})
        await pilot._post_mouse_events([MouseScrollDown], shown, offset=(3, 3))
        assert (shown.top, shown.cursor) == (3, 0)
        await pilot.click(shown, offset=(3, 2))
        assert shown.cursor == 4


def marked(source: Source, told: list[int]) -> MarkedTable[str]:
    return MarkedTable(COLUMNS, cell, source, lambda: told.append(1))


async def test_marks_belong_to_keys_not_to_places(running: Running) -> None:
    told: list[int] = []
    shown = marked(Source(), told)
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(20)), {})
        await pilot.press("j", "space")
        assert shown.marks == {1}
        assert told
        shown.show([5, 1, 7], {})
        assert [line[1] for line in drawn(shown)[1:4]] == [" ", "●", " "]
        shown.show([5, 7], {})
        assert (shown.marked_count, shown.hidden_count) == (1, 1)
        shown.restrict_marks()
        assert shown.marked_count == 0


async def test_marking_a_hundred_thousand_rows_reads_none_of_them(running: Running) -> None:
    source = Source()
    shown = marked(source, [])
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(MANY)), {})
        await pilot.press("a", "*", "a")
        assert shown.marked_count == MANY
        assert len(source.read) <= 20


async def test_a_range_counts_before_it_is_closed(
    running: Running,
) -> None:
    shown = marked(Source(), [])
    async with running(shown, SIZE) as pilot:
        shown.show(list(range(20)), {})
        await _press(pilot, "j", "v", "j", "j")
        assert shown.marks == {1, 2, 3}
        assert shown.marked_count == 3
        assert shown.leave_range()
        assert not shown.leave_range()
        assert shown.marked_count == 0


async def _press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()
