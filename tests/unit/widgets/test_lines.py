"""The lines around the table: header, summary, filter and keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from drtui.domain import permissions
from drtui.domain.records import AccountSettings, Role, Status
from drtui.domain.spending import CAVEAT, SHORT_CAVEAT, Rates
from drtui.domain.summary import Summary, Totals
from drtui.widgets.filter_bar import Counts, FilterRule, ShownCounts, problem_line
from drtui.widgets.key_line import KeyLine
from drtui.widgets.sync_status import SyncStatus, SyncView, age_text
from drtui.widgets.usage_summary import (
    UsageSummary,
    full_lines,
    lines_of_names,
    roomy_lines,
    short_lines,
)
from tests.unit.widgets.conftest import Running

NOW = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC)
DAY_BEFORE = NOW - timedelta(days=1)
VIEW = SyncView(
    signed_in="admin ada@example.com",
    online=True,
    as_of=NOW - timedelta(seconds=12),
    on_the_way=796,
)
SUMMARY = Summary(
    totals=Totals(
        racers={
            Status.ACTIVE: 1_762,
            Status.PAUSED: 96,
            Status.OVER_QUOTA: 30,
            Status.INVITED: 112,
        },
        others=3,
        minutes_used=288_900,
        minutes_in_total=288_900,
        minutes_queued=18_600,
        at_work=41,
        models=5_210,
        storage_bytes=int(812.4 * 2**30),
        unknown_usage=0,
    ),
    settings=AccountSettings(300, -1, "invite-only"),
    rates=Rates(),
    pending=796,
    as_of=NOW,
    settings_as_of=NOW,
)


def plain(lines: list[Content]) -> list[str]:
    return [line.plain for line in lines]


def test_the_summary_fits_two_lines_of_80_with_the_rates_beside_the_estimate() -> None:
    lines = plain(short_lines(SUMMARY))
    assert lines == [
        "2,000 racers: 1,762 active · 30 over quota · 112 invited · 96 paused",
        "4,815 h used · 310 h queued · est. $3,438 ($0.714/h) + $18.69/mo ($0.023/GB)",
    ]
    assert all(len(line) <= 78 for line in lines)  # a blank at either side
    big = replace(SUMMARY, totals=replace(SUMMARY.totals, minutes_in_total=2_889_000))
    assert all(len(line) <= 78 for line in plain(short_lines(big)))
    totals = replace(SUMMARY.totals, minutes_used=60 * 999_999, minutes_in_total=60 * 9_999_999)
    huge = plain(short_lines(replace(SUMMARY, totals=totals)))[1]
    assert len(huge) <= 78
    assert huge.startswith("999,999 h used · est. $7,139,999 ($0.714/h)")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (76, "4,815 h used · 310 h queued · est. $3,438 ($0.714/h) + $18.69/mo ($0.023/GB)"),
        (75, "4,815 h used · est. $3,438 ($0.714/h) + $18.69/mo ($0.023/GB)"),
        (58, "4,815 h used · 310 h queued · est. $3,438 + $18.69/mo"),
        (40, "4,815 h used · est. $3,438 + $18.69/mo"),
    ],
)
def test_where_there_is_no_room_rates_are_left_out_before_a_number_is_cut(
    width: int, said: str
) -> None:
    assert plain(short_lines(SUMMARY, width))[1] == said


def test_the_racers_are_counted_whole_in_60_columns() -> None:
    assert plain(short_lines(SUMMARY, 58))[0] == (
        "1,762 active · 30 over quota · 112 invited · 96 paused"  # which is their number, too
    )
    assert plain(short_lines(SUMMARY, 65))[0] == (
        "2,000 racers: 1,762 active · 30 over · 112 invited · 96 paused"
    )
    assert plain(short_lines(SUMMARY, 50))[0] == "1,762 active · 30 over · 112 invited · 96 paused"


def test_the_summary_tells_apart_what_staff_used() -> None:
    totals = replace(SUMMARY.totals, others_minutes=492)
    summary = replace(SUMMARY, totals=totals)
    assert "3 staff, 8.2 h beside" in "\n".join(plain(roomy_lines(summary, 105)))
    assert "3 staff, 8.2 h beside" in " ".join(" ".join(plain(full_lines(summary, 94))).split())


FULL = replace(
    SUMMARY,
    totals=replace(
        SUMMARY.totals, others_minutes=492, unknown_usage=2, minutes_in_total=288_900 + 600
    ),
)
FULLER = replace(FULL, totals=replace(FULL.totals, unknown_role=1_234, others_minutes=123_456))


@pytest.mark.parametrize(
    ("width", "users", "hours"),
    [
        (105, "over quota · 112 invited · 96 paused · 3 staff, 8.2 h beside", "2 users unknown"),
        (98, "over quota · 112 invited · 96 paused · 3 staff: 8.2 h", "10.0 earlier · 2 unknown"),
        (90, "30 over · 112 invited · 96 paused · 3 staff", "10.0 earlier · 2 unknown"),
        (92, "30 over · 112 invited · 96 paused · 3 staff: 8.2 h", "10.0 earlier · 2 unknown"),
    ],
)
def test_where_there_is_no_room_it_is_said_in_fewer_words_and_none_is_cut(
    width: int, users: str, hours: str
) -> None:
    said = plain(roomy_lines(FULL, width))
    assert [said[0][-len(users) :], said[1][-len(hours) :]] == [users, hours]


@pytest.mark.parametrize("width", range(91, 130))
@pytest.mark.parametrize("summary", [SUMMARY, FULL, FULLER])
async def test_no_word_of_the_summary_is_cut_beside_the_navigation(
    summary: Summary, width: int
) -> None:
    whole = set(" ".join(plain(full_lines(summary, 300))).split())
    whole |= set(" ".join(plain(roomy_lines(summary, 300))).split())
    for line in plain(roomy_lines(summary, width)):
        assert len(line) <= width
        assert set(line.split()) <= {*whole, "…", "over", "staff", "staff:", "unknown"}


async def test_the_widget_says_what_fits_its_width(running: Running) -> None:
    widget = UsageSummary()
    widget.summary, widget.roomy = FULL, True
    async with running(widget, (95, 9)):
        said, room = widget.render().plain.splitlines(), widget.content_size.width
    assert said == plain(roomy_lines(FULL, room))
    assert said[0].endswith("3 staff: 8.2 h")


def test_the_roomy_summary_names_every_number_and_says_that_it_estimates() -> None:
    text = "\n".join(plain(roomy_lines(SUMMARY, 95)))
    for said in ("2,000", "4,815.0", "310.0 queued by 41", "5,210", "812.4 GB", "3 staff"):
        assert said in text
    assert "$3,437.91" in text
    assert "$18.69 a month storage" in text
    assert SHORT_CAVEAT in text
    assert str(SUMMARY.rates) in text
    assert "5.0 h" in text
    assert "∞ models · invite-only" in text


def test_hours_of_earlier_months_and_unknown_ones_are_told_apart() -> None:
    text = "\n".join(plain(roomy_lines(FULL, 105)))
    assert "10.0 earlier" in text
    assert "2 users unknown" in text


def test_the_whole_summary_has_every_account_quota_of_the_guide() -> None:
    text = " ".join(" ".join(plain(full_lines(SUMMARY, 94))).split())
    assert "Concurrent training jobs 41 racers with jobs queued or running" in text
    assert "Cars not applicable here" in text
    assert CAVEAT in text


async def test_the_summary_is_empty_before_anything_was_read(running: Running) -> None:
    widget = UsageSummary()
    async with running(widget, (80, 2)):
        assert widget.render().plain == ""
        widget.summary = SUMMARY
        assert "2,000 racers" in widget.render().plain


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


def test_profiles_whose_role_is_not_shown_are_not_called_racers() -> None:
    nobody = replace(SUMMARY.totals, racers={}, others=0, unknown_role=120)
    names = replace(SUMMARY, totals=nobody)
    line = "120 profiles · their roles are not shown to race facilitators"
    assert plain(lines_of_names(names, "Not shown.", 78)) == [line, "Not shown."]
    assert plain(full_lines(names, 78)) == [line]
    some = replace(SUMMARY, totals=replace(SUMMARY.totals, unknown_role=7))
    assert plain(lines_of_names(some, "Not shown.", 78))[0] == (
        "2,000 racers · 112 invited · 7 of unknown role"
    )
    assert "7 of unknown role" in " ".join(plain(full_lines(some, 78)))


@pytest.mark.parametrize(
    ("known_from", "told"),
    [
        (None, "Quotas and hours are not shown to race facilitators."),
        (NOW, "Quotas and hours as of 2026-05-02 12:05 UTC."),
    ],
)
def test_what_a_facilitator_is_told_is_whole_in_60_columns_too(
    known_from: datetime | None, told: str
) -> None:
    unseen = permissions.not_shown(Role.FACILITATOR, known_from)
    nobody = replace(SUMMARY.totals, racers={}, others=0, unknown_role=120)
    names = replace(SUMMARY, totals=nobody)
    assert plain(lines_of_names(names, unseen, 58)) == ["120 profiles", told]
    assert plain(lines_of_names(names, unseen, 78))[1] == unseen
