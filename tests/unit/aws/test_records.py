"""The deployment's JSON as domain records, whatever arrives."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws import records
from drtui.domain.records import Limits, Profile, Role

WHOLE = {
    "alias": "Tala-159",
    "avatar": {"top": "Helmet"},
    "computeMinutesQueued": 0,
    "computeMinutesUsed": 234,
    "createdAt": "2026-07-03T08:05:40.508Z",
    "emailAddress": "tala.159@example.org",
    "maxModelCount": 9,
    "maxTotalComputeMinutes": -1,
    "modelCount": 3,
    "modelStorageUsage": 115343360,
    "profileId": "0MMTpNjJLKRXrZx",
    "roleName": "dr-racers",
}


def test_a_whole_profile_is_read_whole() -> None:
    assert records.profile(WHOLE) == Profile(
        profile_id="0MMTpNjJLKRXrZx",
        alias="Tala-159",
        email="tala.159@example.org",
        role_name="dr-racers",
        minutes_used=234,
        minutes_queued=0,
        minutes_limit=-1,
        models=3,
        models_limit=9,
        storage_bytes=115343360,
        created_at=datetime(2026, 7, 3, 8, 5, 40, 508000, tzinfo=UTC),
    )


def test_what_is_absent_is_unknown_and_never_zero() -> None:
    profile = records.profile({"alias": "A", "profileId": "0MMTpNjJLKRXrZx"})
    assert profile is not None
    values = asdict(profile)
    assert values.pop("profile_id") == "0MMTpNjJLKRXrZx"
    assert values.pop("alias") == "A"
    assert values.pop("by_name") is False
    assert set(values.values()) == {None}


def test_null_is_as_good_as_absent() -> None:
    profile = records.profile(dict.fromkeys(WHOLE) | {"profileId": "x"})
    assert profile == Profile(profile_id="x", alias="")


def test_one_odd_value_does_not_spoil_the_others() -> None:
    odd = {"createdAt": "yesterday", "computeMinutesUsed": "many", "emailAddress": ["a"]}
    profile = records.profile(WHOLE | odd)
    assert profile is not None
    assert (profile.created_at, profile.minutes_used, profile.email) == (None, None, None)
    assert profile.models == 3


def test_a_group_that_is_not_known_is_kept_and_has_an_unknown_role() -> None:
    profile = records.profile(WHOLE | {"roleName": "dr-commentators"})
    assert profile is not None
    assert profile.role_name == "dr-commentators"
    assert profile.role is Role.UNKNOWN


@pytest.mark.parametrize("profile_id", [None, "", 5, [], "with blank", "bell\x07", "é", "x" * 129])
def test_a_profile_without_a_usable_id_is_none(profile_id: object) -> None:
    assert records.profile(WHOLE | {"profileId": profile_id}) is None


@pytest.mark.parametrize("value", [None, [], "profile", 5, True])
def test_what_is_no_object_is_no_profile(value: object) -> None:
    assert records.profile(value) is None


def test_a_lone_surrogate_is_replaced_since_nothing_can_hold_it() -> None:
    profile = records.profile(WHOLE | {"alias": json.loads('"a\\ud800b"')})
    assert profile is not None
    assert profile.alias == "a\N{REPLACEMENT CHARACTER}b"
    profile.alias.encode()


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0),
        (-1, -1),
        (-5, -5),
        (15.0, 15),
        (14.5, 15),
        ("15", 15),
        ("15.0", 15),
        (" -1 ", -1),
        ("+3", 3),
        (2**62, 2**62),
        (True, None),
        (False, None),
        (None, None),
        ("", None),
        ("fifteen", None),
        ("1e3", None),
        ("٣", None),
        ("0x10", None),
        ("1_000", None),
        ("nan", None),
        ([15], None),
        ({"value": 15}, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        (2**63, None),
        (10**400, None),
        ("9" * 400, None),
    ],
)
def test_whole_numbers_survive_strings_and_refuse_the_rest(
    value: object, number: int | None
) -> None:
    assert records.whole(value) == number
    assert type(records.whole(value)) is type(number)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-07-03T08:05:40Z", datetime(2026, 7, 3, 8, 5, 40, tzinfo=UTC)),
        ("2026-07-03T08:05:40.5Z", datetime(2026, 7, 3, 8, 5, 40, 500000, tzinfo=UTC)),
        ("2026-07-03T10:05:40+02:00", datetime(2026, 7, 3, 8, 5, 40, tzinfo=UTC)),
        ("2026-07-03T08:05:40", None),
        ("2026-07-03", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("soon", None),
        ("", None),
        (1783065940, None),
        (None, None),
        ([], None),
    ],
)
def test_times_are_utc_or_unknown(value: object, moment: datetime | None) -> None:
    assert records.moment(value) == moment


def test_limits_are_read_without_a_profile() -> None:
    assert records.limits_of({"maxTotalComputeMinutes": "600"}) == Limits(600, None)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE, anything)))
def test_no_profile_can_raise(value: dict[str, object]) -> None:
    profile = records.profile(value)
    assert profile is None or profile.profile_id == value["profileId"]
