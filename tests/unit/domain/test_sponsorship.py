"""Statuses and roles, derived from a profile's confirmed values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.records import UNLIMITED, Limits, Profile, Role, SponsoredUser, Status
from drtui.domain.sponsorship import FIRST_ALIAS, never_signed_in, over_quota, status_of

numbers = st.none() | st.just(UNLIMITED) | st.integers(0, 1000)


def racer(
    used: int | None = 10,
    queued: int | None = 0,
    minutes: int | None = 300,
    models: int | None = 3,
    alias: str = "ada",
) -> Profile:
    return Profile(
        "racer0000000001",
        alias,
        minutes_used=used,
        minutes_queued=queued,
        minutes_limit=minutes,
        models_limit=models,
    )


@pytest.mark.parametrize(
    ("profile", "status"),
    [
        (racer(), Status.ACTIVE),
        (racer(minutes=0, models=0), Status.PAUSED),
        (racer(minutes=0, models=0, alias=FIRST_ALIAS, used=0), Status.PAUSED),
        (racer(minutes=0, models=3), Status.OVER_QUOTA),
        (racer(minutes=0, models=None), Status.OVER_QUOTA),
        (racer(minutes=300, models=0), Status.ACTIVE),
        (racer(used=300), Status.OVER_QUOTA),
        (racer(used=299), Status.ACTIVE),
        (racer(used=299, queued=1), Status.OVER_QUOTA),
        (racer(used=301), Status.OVER_QUOTA),
        (racer(used=9999, minutes=UNLIMITED), Status.ACTIVE),
        (racer(used=9999, minutes=None), Status.ACTIVE),
        (racer(used=None, queued=900), Status.ACTIVE),
        (racer(used=300, queued=None), Status.OVER_QUOTA),
        (racer(used=0, alias=FIRST_ALIAS), Status.INVITED),
        (racer(used=None, queued=None, alias=FIRST_ALIAS), Status.INVITED),
        (racer(used=1, alias=FIRST_ALIAS), Status.ACTIVE),
        (racer(used=0), Status.ACTIVE),
    ],
)
def test_one_status_the_one_that_needs_a_hand_first(profile: Profile, status: Status) -> None:
    assert status_of(profile) is status


@given(numbers, numbers, numbers)
def test_over_quota_is_used_and_queued_at_a_known_limit(
    used: int | None, queued: int | None, limit: int | None
) -> None:
    over = over_quota(used, queued, limit)
    if limit is None or limit == UNLIMITED or used is None:
        assert not over
    else:
        assert over == (used + (queued or 0) >= limit)


UNTOUCHED = Profile(
    "racer0000000001",
    FIRST_ALIAS,
    minutes_used=0,
    minutes_queued=0,
    models=0,
    storage_bytes=0,
)


@pytest.mark.parametrize(
    "touched",
    [
        replace(UNTOUCHED, minutes_used=1),
        replace(UNTOUCHED, minutes_queued=1),
        replace(UNTOUCHED, models=1),
        replace(UNTOUCHED, storage_bytes=1),
        replace(UNTOUCHED, alias="ada"),
    ],
)
def test_any_trace_of_work_is_a_sign_in(touched: Profile) -> None:
    assert never_signed_in(UNTOUCHED)
    assert not never_signed_in(touched)


@pytest.mark.parametrize(
    ("group", "role"),
    [
        (None, Role.RACER),
        ("dr-racers", Role.RACER),
        ("dr-admins", Role.ADMIN),
        ("dr-race-facilitators", Role.FACILITATOR),
        ("dr-judges", Role.UNKNOWN),
    ],
)
def test_the_role_follows_the_group(group: str | None, role: Role) -> None:
    assert Profile("racer0000000001", "ada", role_name=group).role is role


@pytest.mark.parametrize(
    ("limits", "paused"),
    [(Limits(0, 0), True), (Limits(0, 3), False), (Limits(0, None), False), (Limits(), False)],
)
def test_paused_is_both_limits_at_zero(limits: Limits, paused: bool) -> None:
    assert limits.paused is paused


@pytest.mark.parametrize(
    ("used", "carried", "total"), [(None, 0, None), (None, 5, 5), (7, 0, 7), (7, 5, 12)]
)
def test_minutes_in_total_are_unknown_only_where_nothing_is_known(
    used: int | None, carried: int, total: int | None
) -> None:
    user = SponsoredUser(
        racer(used=used), Status.ACTIVE, datetime.now(UTC), carried_minutes=carried
    )
    assert user.minutes_in_total == total
