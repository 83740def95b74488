"""The account's own rules: quotas, invitations, roles, deletions, the first of the month."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.emulator.account import Account
from drtui.emulator.errors import ApiError
from drtui.emulator.records import UNLIMITED, Group, Status
from tests.unit.emulator.accounts import make_account, make_admin, make_model, make_profile

MINUTES = st.integers(0, 1000)


@given(used=MINUTES, queued=MINUTES, limit=MINUTES, requested=st.integers(1, 200))
def test_minutes_are_refused_exactly_above_the_limit(
    used: int, queued: int, limit: int, requested: int
) -> None:
    profile = make_profile(minutes_used=used, minutes_queued=queued, minutes_limit=limit)
    assert profile.refuses_minutes(requested) == (used + queued + requested > limit)


@given(used=MINUTES, requested=MINUTES)
def test_unlimited_and_absent_limits_refuse_nothing(used: int, requested: int) -> None:
    for limit in (UNLIMITED, None):
        profile = make_profile(
            minutes_used=used, minutes_limit=limit, model_count=used, model_limit=limit
        )
        assert not profile.refuses_minutes(requested)
        assert not profile.refuses_model()


@pytest.mark.parametrize(
    ("count", "limit", "refused"), [(2, 3, False), (3, 3, True), (None, 0, True)]
)
def test_one_model_more_is_refused_at_the_limit(
    count: int | None, limit: int, refused: bool
) -> None:
    assert make_profile(model_count=count, model_limit=limit).refuses_model() == refused


def test_an_invited_racer_gets_the_limits_of_new_users() -> None:
    account = make_account()
    account.settings.put(
        "usageQuotas.newUser", {"newUserComputeMinutesLimit": "90", "newUserModelCountLimit": -1}
    )
    profile = account.invite("new@example.org")
    assert (profile.minutes_limit, profile.model_limit) == (90, UNLIMITED)
    assert (profile.alias, profile.signed_in) == ("RacerAlias", False)
    assert profile.group is Group.RACERS


def test_an_address_is_taken_whatever_its_case_until_its_profile_is_deleted() -> None:
    account = make_account(make_profile(email="Ada@example.org"))
    with pytest.raises(ApiError, match="already exists"):
        account.invite("aDA@example.org")
    account.delete(account.profile("racer0000000001"))
    assert account.invite("ada@example.org").email == "ada@example.org"


def test_an_unknown_profile_is_an_unmodelled_failure() -> None:
    with pytest.raises(ApiError) as failed:
        make_account().profile("z" * 15)
    assert (failed.value.answer.status, failed.value.answer.body) == (500, b"{}")


def test_a_role_moves_at_once_and_shows_one_to_two_simulated_minutes_later() -> None:
    profile = make_profile()
    account = make_account(profile)
    account.assign(profile, Group.FACILITATORS)
    assert profile.group is Group.FACILITATORS
    account.clock.advance(59)
    account.tick()
    assert profile.role_name == Group.RACERS
    account.clock.advance(62)
    account.tick()
    assert profile.role_name == Group.FACILITATORS
    assert b"dr-race-facilitators" in profile.listed()


def test_deleting_models_takes_running_ones_too_and_leaves_the_months_count() -> None:
    profile = make_profile(model_count=3, storage=2500)
    for model in (make_model("a"), make_model("b", Status.TRAINING)):
        profile.models[model.model_id] = model
    account = make_account(profile)
    account.delete_models(profile)
    assert {model.status for model in profile.models.values()} == {Status.DELETING}
    account.clock.advance(60)
    account.tick()
    assert (profile.models, profile.model_count, profile.storage) == ({}, 3, 500)


def test_a_model_without_files_cannot_be_deleted_and_ends_as_error() -> None:
    profile = make_profile()
    bare = make_model("bare", Status.QUEUED, has_files=False)
    profile.models[bare.model_id] = bare
    account = make_account(profile)
    for _ in range(2):
        account.delete_models(profile)
        account.clock.advance(60)
        account.tick()
    assert [model.status for model in profile.models.values()] == [Status.ERROR]


def at(account: Account, moment: datetime) -> None:
    account.clock.set_date(moment)
    account.tick()


def test_the_first_of_the_month_zeroes_used_minutes_and_model_counts_only() -> None:
    profile = make_profile(minutes_used=70, minutes_queued=30, model_count=4, storage=9)
    old = make_profile(2, minutes_used=None, model_count=None)
    account = make_account(profile, old, make_admin())
    first = (datetime.now(UTC).replace(day=1) + timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0
    )
    at(account, first - timedelta(minutes=1))
    profile.minutes_used, profile.model_count = 70, 4
    at(account, first + timedelta(minutes=1))
    assert (profile.minutes_used, profile.model_count) == (0, 0)
    assert (profile.minutes_queued, profile.storage) == (30, 9)
    assert (old.minutes_used, old.model_count) == (None, None)
    profile.minutes_used = 5
    at(account, first + timedelta(days=20))
    assert profile.minutes_used == 5


def test_going_back_to_an_earlier_month_zeroes_nothing() -> None:
    profile = make_profile(minutes_used=70)
    account = make_account(profile)
    at(account, datetime(2020, 1, 1, tzinfo=UTC))
    assert profile.minutes_used == 70
