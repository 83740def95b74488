"""Quota values: reading them, applying them, and the bounds of what the deployment can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.quotas import (
    MOST,
    CannotChangeError,
    QuotaChange,
    QuotaError,
    Unit,
    count_text,
    hours_text,
    parse_amount,
    parse_quota,
    used_hours,
)
from drtui.domain.records import UNLIMITED

LIMITS = st.one_of(st.just(UNLIMITED), st.integers(0, MOST))
CHANGES = st.one_of(
    st.builds(QuotaChange, LIMITS),
    st.builds(QuotaChange, st.integers(-MOST, MOST), st.just(True)),
)


@pytest.mark.parametrize(
    ("text", "unit", "change"),
    [
        ("5", Unit.HOURS, QuotaChange(300)),
        ("1.5", Unit.HOURS, QuotaChange(90)),
        ("+0.25", Unit.HOURS, QuotaChange(15, relative=True)),
        ("-2", Unit.HOURS, QuotaChange(-120, relative=True)),
        ("0.0083", Unit.HOURS, QuotaChange(0)),
        ("0.0084", Unit.HOURS, QuotaChange(1)),
        (" Unlimited ", Unit.HOURS, QuotaChange(UNLIMITED)),
        ("0", Unit.MODELS, QuotaChange(0)),
        ("7", Unit.MODELS, QuotaChange(7)),
        ("7.0", Unit.MODELS, QuotaChange(7)),
        ("-1", Unit.MODELS, QuotaChange(-1, relative=True)),
        ("+0", Unit.MODELS, QuotaChange(0, relative=True)),
        ("∞", Unit.HOURS, QuotaChange(UNLIMITED)),
        (" ∞ ", Unit.MODELS, QuotaChange(UNLIMITED)),
    ],
)
def test_values_are_read_in_minutes_or_models(text: str, unit: Unit, change: QuotaChange) -> None:
    assert parse_quota(text, unit) == change


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "1,5",
        "1e3",
        "++1",
        "1.2.3",
        ".",
        "-",
        "nan",
        "inf",
        "٣",
        "5h",
        "\N{MINUS SIGN}1",
        "9" * 2_000_000,  # a number that cannot even be computed with
        "1_000",
    ],
)
@pytest.mark.parametrize("unit", list(Unit))
def test_what_is_no_value_is_refused_with_a_sentence(text: str, unit: Unit) -> None:
    with pytest.raises(QuotaError, match="N, \\+N, -N or unlimited"):
        parse_quota(text, unit)


def test_models_are_whole() -> None:
    with pytest.raises(QuotaError, match="whole number"):
        parse_quota("1.5", Unit.MODELS)


@pytest.mark.parametrize("text", ["9" * 400, "35791395", f"-{'9' * 40}"])
def test_a_value_that_the_deployment_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(QuotaError, match="more than the deployment can hold"):
        parse_quota(text, Unit.HOURS)


@given(CHANGES)
def test_a_stored_change_is_read_back_as_it_was(change: QuotaChange) -> None:
    assert parse_amount(str(change)) == change


@given(CHANGES, LIMITS)
def test_a_result_is_a_limit_that_the_deployment_takes(change: QuotaChange, limit: int) -> None:
    try:
        after = change.apply(limit)
    except CannotChangeError:
        assert change.relative
    else:
        assert UNLIMITED <= after <= MOST
        assert after == (limit + change.amount if change.relative else change.amount)
        assert not (change.relative and limit == UNLIMITED)


@pytest.mark.parametrize(
    ("change", "limit", "reason"),
    [
        (QuotaChange(120, relative=True), UNLIMITED, "unlimited"),
        (QuotaChange(120, relative=True), None, "unknown"),
        (QuotaChange(-301, relative=True), 300, "below 0"),
        (QuotaChange(1, relative=True), MOST, "more than"),
    ],
)
def test_a_relative_change_without_meaning_says_why(
    change: QuotaChange, limit: int | None, reason: str
) -> None:
    with pytest.raises(CannotChangeError, match=reason):
        change.apply(limit)


def test_an_absolute_value_needs_no_known_limit() -> None:
    assert QuotaChange(300).apply(None) == 300


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(None, "?"), (UNLIMITED, "∞"), (0, "0.0"), (90, "1.5"), (60_000, "1,000.0")],
)
def test_hours_are_shown_with_unknown_and_unlimited_apart(minutes: int | None, text: str) -> None:
    assert hours_text(minutes) == text


def test_counts_are_shown_with_unknown_and_unlimited_apart() -> None:
    assert [count_text(count) for count in (None, UNLIMITED, 0, 1234)] == ["?", "∞", "0", "1,234"]


@pytest.mark.parametrize(
    ("used", "limit", "text"),
    [
        (299, 300, "4.9"),
        (300, 300, "5.0"),
        (301, 300, "5.0"),
        (88, 90, "1.4"),
        (224, 300, "3.7"),
        (299, -1, "5.0"),
        (299, None, "5.0"),
        (None, 300, "?"),
        (0, 0, "0.0"),
    ],
)
def test_no_limit_seems_to_be_reached_before_it_is(
    used: int | None, limit: int | None, text: str
) -> None:
    assert used_hours(used, limit) == text
