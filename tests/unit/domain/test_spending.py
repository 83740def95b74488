"""Estimates: hours and gigabytes times rates that are named."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.records import AccountSettings, Status
from drtui.domain.spending import BYTES_PER_GB, CAVEAT, Rates
from drtui.domain.summary import Summary, Totals


def test_the_default_rates_are_a_deployments_own() -> None:
    assert (Rates().hour_usd, Rates().gb_month_usd) == (0.714, 0.023)
    assert str(Rates()) == "$0.714/h, $0.023/GB-month"


def test_training_is_hours_times_rate_and_storage_gigabytes_times_rate() -> None:
    rates = Rates(3.5, 0.023)
    assert rates.training(90) == pytest.approx(5.25)
    assert rates.storage(10 * BYTES_PER_GB) == pytest.approx(0.23)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_parts_add_up(one: int, other: int) -> None:
    rates = Rates()
    parts = rates.training(one) + rates.training(other)
    assert rates.training(one + other) == pytest.approx(parts)


def test_the_summary_splits_the_estimate_and_says_what_it_is() -> None:
    totals = Totals(
        racers={Status.ACTIVE: 3, Status.PAUSED: 1},
        others=2,
        minutes_used=60,
        minutes_in_total=600,
        minutes_queued=30,
        at_work=1,
        models=7,
        storage_bytes=100 * BYTES_PER_GB,
        unknown_usage=1,
    )
    as_of = datetime(2026, 5, 2, 12, tzinfo=UTC)
    summary = Summary(totals, AccountSettings(300, None, None), Rates(), 5, as_of, None)
    document = summary.as_json()
    assert document["estimated"] == {
        "training_and_evaluation_usd": 7.14,
        "storage_usd_per_month": 2.3,
        "hour_usd": 0.714,
        "gb_month_usd": 0.023,
        "note": CAVEAT,
    }
    assert document["sponsored_users"] == {
        "total": 4,
        "active": 3,
        "invited": 0,
        "over_quota": 0,
        "paused": 1,
    }
    assert document["new_users"] == {
        "minutes_limit": 300,
        "models_limit": None,
        "registration": None,
        "as_of": None,
    }
    assert (document["pending"], document["as_of"]) == (5, "2026-05-02T12:00:00Z")
