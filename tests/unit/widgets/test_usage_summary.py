"""The usage summary: what it says of the account in the room there is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from textual.content import Content

from drtui.domain import permissions
from drtui.domain.records import AccountSettings, Role, Status
from drtui.domain.spending import CAVEAT, SHORT_CAVEAT, Rates
from drtui.domain.summary import Summary, Totals
from drtui.widgets.usage_summary import (
    UsageSummary,
    full_lines,
    lines_of_names,
    roomy_lines,
    short_lines,
)
from tests.unit.widgets.conftest import Running

NOW = datetime(2026, 5, 2, 12, 5, 24, tzinfo=UTC)
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
