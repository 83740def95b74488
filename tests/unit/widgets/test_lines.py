"""The lines around the table: header, filter and keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from drtui.widgets.filter_bar import Counts, FilterRule, ShownCounts, problem_line
from drtui.widgets.key_line import KeyLine
from drtui.widgets.sync_status import SyncStatus, SyncView, age_text
from tests.unit.widgets.conftest import Running

NOW = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC)
DAY_BEFORE = NOW - timedelta(days=1)
VIEW = SyncView(
    signed_in="admin ada@example.com",
    online=True,
    as_of=NOW - timedelta(seconds=12),
    on_the_way=796,
)


@pytest.mark.parametrize(
    ("view", "width", "said"),
    [
        (None, 80, "opening the store"),
        (VIEW, 120, "● online · as of 12:05:12 UTC (12 s) · 796 pending"),
        (VIEW, 80, "● online · as of 12:05 UTC (12 s) · 796 pending"),
        (replace(VIEW, online=None), 80, "○ connecting · as of 12:05 UTC (12 s) · 796 pending"),
        (replace(VIEW, failed=3), 80, "as of 12:05 UTC (12 s) · 796 pending · 3 failed"),
        (
            replace(VIEW, on_the_way=1_796, in_conflict=12, failed=3),
            80,
            "● online · read 12 s ago · 1,796 pending · 12 conflict · 3 failed",
        ),
        (replace(VIEW, failed=1_003), 120, "796 pending · 1,003 failed"),
        (replace(VIEW, online=False, since=NOW), 120, "○ offline since 12:05"),
        (replace(VIEW, online=False, since=DAY_BEFORE), 120, "○ offline since 2026-05-01 12:05"),
        (replace(VIEW, on_purpose="ada", since=NOW), 120, "since 12:05, by ada"),
        (replace(VIEW, on_purpose="ada", since=DAY_BEFORE), 120, "since 2026-05-01 12:05, by ada"),
        (replace(VIEW, halted="not signed in"), 80, "! not signed in"),
        (replace(VIEW, as_of=None, pages=12), 80, "reading the list (12 pages)"),
        (replace(VIEW, as_of=None), 80, "not read yet"),
        (replace(VIEW, in_conflict=3), 120, "796 pending · 3 in conflict"),
        (replace(VIEW, as_of=NOW - timedelta(days=2)), 120, "as of 2026-04-30 12:05:24 UTC (2 d)"),
        (replace(VIEW, as_of=NOW - timedelta(days=2)), 80, "read 2 d ago"),
    ],
)
async def test_the_header_says_how_old_and_how_complete_everything_is(
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
    view: SyncView | None,
    width: int,
    said: str,
) -> None:
    monkeypatch.setattr("drtui.widgets.sync_status.local", lambda moment: moment)
    widget = SyncStatus("finals", simulated=False)
    async with running(widget, (width, 1)):
        widget.now = NOW
        widget.view = view
        line = widget.render()
        assert said in line.plain
        assert line.cell_length == width


async def test_the_header_keeps_the_simulated_account_and_cuts_the_rest(running: Running) -> None:
    widget = SyncStatus("a-very-long-name-of-an-account", simulated=True)
    async with running(widget, (66, 1)):
        widget.now = NOW
        widget.view = VIEW
        assert widget.render().plain.startswith("a-ver… · simulated account ")
        assert widget.render().cell_length == 66


async def test_the_name_of_a_simulated_account_is_never_cut_away(running: Running) -> None:
    widget = SyncStatus("demo", simulated=True)
    async with running(widget, (60, 1)):
        widget.now = NOW
        widget.view = replace(VIEW, failed=1)
        assert widget.render().plain.startswith("demo")


async def test_only_the_number_of_the_headers_age_is_drawn_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = SyncStatus("finals", simulated=False)
    async with running(widget, (80, 1)) as pilot:
        widget.view = replace(VIEW, as_of=NOW - timedelta(minutes=5))
        widget.now = NOW
        await pilot.pause()
        (number,) = widget.children
        drawn: list[object] = []
        for one in (widget, number):
            monkeypatch.setattr(one, "refresh", lambda *_, one=one, **__: drawn.append(one))
        widget.now = NOW + timedelta(seconds=20)
        assert drawn == []
        widget.now = NOW + timedelta(seconds=70)
        assert drawn == [number]
        assert "(6 min)" in widget.render().plain
        widget.now = NOW + timedelta(minutes=8)  # one more digit moves the rest
        assert widget in drawn


async def test_a_date_that_does_not_go_without_saying_any_more_is_drawn(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drtui.widgets.sync_status.local", lambda moment: moment)
    midnight = NOW.replace(hour=0, minute=0, second=0)
    widget = SyncStatus("finals", simulated=False)
    async with running(widget, (120, 1)) as pilot:
        at = midnight - timedelta(minutes=3)
        widget.view = replace(VIEW, as_of=at, online=False, since=at)
        widget.now = midnight - timedelta(seconds=30)
        await pilot.pause()
        drawn: list[object] = []
        monkeypatch.setattr(widget, "refresh", lambda *_, **__: drawn.append(widget))
        widget.now = midnight + timedelta(seconds=30)
        assert drawn == [widget]
        assert "since 2026-05-01 23:57" in widget.render().plain


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=4, hours=5), "4 d"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, said: str) -> None:
    assert age_text(age) == said


@pytest.mark.parametrize(
    ("width", "counts", "said"),
    [
        (60, Counts(96, 2_000, 12, 3), "96 of 2,000 shown · 12 marked, 3 of them hidden"),
        (40, Counts(96, 2_000, 12, 3), "96 of 2,000 · 12 marked, 3 hidden"),
        (60, Counts(0, 0), "0 of 0 shown · 0 marked"),
        (48, Counts(9, 9, order="alias ▼"), "sorted by alias ▼ · 9 of 9 shown · 0 marked"),
        (40, Counts(9, 9, order="alias ▼"), "sorted by alias ▼ · 9 of 9 · 0 marked"),
        (30, Counts(9, 9, order="alias ▼"), "by alias ▼ · 9 of 9 · 0 marked"),
        (25, Counts(9, 9, order="alias ▼"), "9 of 9 shown · 0 marked"),
        (60, Counts(5), ""),
    ],
)
async def test_shown_marked_and_hidden_are_always_counted(
    running: Running, width: int, counts: Counts, said: str
) -> None:
    widget = ShownCounts()
    async with running(widget, (width, 1)):
        widget.counts = counts
        assert widget.render().plain.strip() == said


async def test_a_filter_problem_stands_below_its_place(running: Running) -> None:
    widget = FilterRule()
    async with running(widget, (30, 1)):
        assert widget.render().plain == "─" * 30
        widget.problem = (4, "short")
        assert widget.render().plain == "    ^ short"
        widget.problem = (28, "needs a value after it")
        assert widget.render().plain == "     needs a value after it ^"
        widget.problem = (15, "a sentence that goes on on it")
        assert widget.render().plain == "a sentence that goes on on it"
        widget.problem = (15, "a sentence for which there is no room")
        assert widget.render().plain == "a sentence for which there is…"
        widget.problem = (500, "far to the right")
        assert widget.render().plain == "            far to the right ^"


@given(
    st.integers(2, 600),
    st.integers(20, 250),
    st.lists(st.text("abc車“”", min_size=1, max_size=9), min_size=1, max_size=30),
)
def test_a_sign_stands_at_the_place_of_a_problem_and_never_within_the_sentence(
    place: int, width: int, words: list[str]
) -> None:
    sentence = " ".join(words)
    line = problem_line(place, sentence, width).plain
    assert cell_len(line) <= width
    before, sign, behind = line.partition("^")
    if sign:
        assert cell_len(before) == min(place, width - 1)
        assert sentence in (before.strip(), behind.strip())
        assert not (before.strip() and behind.strip())
    elif cell_len(sentence) <= width:
        assert line == sentence
    else:
        assert line.endswith("…")


class Keyed(Screen[None]):
    """A screen with more keys than fit, one of them refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "alpha", "alpha"),
        Binding("b", "beta(1)", "beta"),
        Binding("c", "gamma", "gamma"),
        Binding("d", "hidden", "hidden", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield KeyLine(["beta", "alpha"])


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (40, "a alpha   b beta   c gamma"),
        (25, "a alpha  b beta  c gamma"),
        (20, "a alpha  c gamma"),
        (10, "c gamma"),
        (4, ""),
    ],
)
async def test_keys_are_left_out_in_order_where_there_is_no_room(width: int, said: str) -> None:
    app: App[None] = App()
    async with app.run_test(size=(width, 5)) as pilot:
        await app.push_screen(Keyed())
        await pilot.pause()
        line = app.screen.query_one(KeyLine).render().plain
        assert line == said
