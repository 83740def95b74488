"""The list of profiles: pages of 100 by id, tokens, and a moment's lag."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.emulator.account import Account
from drtui.emulator.errors import ApiError
from tests.unit.emulator.accounts import make_account, make_profile

LONG = 3600.0


def page(account: Account, token: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
    body = json.loads(account.listing.page(token))
    return body["profiles"], body.get("token")


def all_ids(account: Account) -> list[str]:
    rows, token = page(account)
    while token is not None:
        more, token = page(account, token)
        rows += more
    return [row["profileId"] for row in rows]


@given(st.integers(0, 350))
def test_paging_finds_everybody_once_and_in_the_order_of_ids(count: int) -> None:
    account = make_account(*(make_profile(number) for number in range(count)))
    found = all_ids(account)
    assert found == sorted(account.profiles)


@pytest.mark.parametrize(("count", "sizes"), [(99, [99]), (100, [100, 0]), (201, [100, 100, 1])])
def test_a_full_last_page_is_followed_by_an_empty_one(count: int, sizes: list[int]) -> None:
    account = make_account(*(make_profile(number) for number in range(count)))
    rows, token = page(account)
    found = [len(rows)]
    while token is not None:
        rows, token = page(account, token)
        found.append(len(rows))
    assert found == sizes


def test_a_token_ends_with_an_equals_sign() -> None:
    _, token = page(make_account(*(make_profile(number) for number in range(100))))
    assert token is not None
    assert token.endswith("=")


@pytest.mark.parametrize("token", ["", "xyz", "bnVsbA==", "IiI=", "MQ==", "\u00e9", "e30="])
def test_a_bad_token_is_a_500(token: str) -> None:
    with pytest.raises(ApiError) as failed:
        make_account(make_profile()).listing.page(token)
    assert (failed.value.answer.status, failed.value.answer.body) == (500, b"{}")


def test_a_page_goes_on_behind_a_profile_that_was_deleted_meanwhile() -> None:
    account = make_account(*(make_profile(number) for number in range(150)))
    _, token = page(account)
    account.delete(account.profile(sorted(account.profiles)[99]))
    rows, _ = page(account, token)
    assert len(rows) == 50


def test_what_is_absent_has_no_member() -> None:
    account = make_account(make_profile(email=None, minutes_used=None, role_name=None))
    (row,), _ = page(account)
    assert not {"emailAddress", "computeMinutesUsed", "roleName"} & row.keys()
    assert row["maxModelCount"] == 15


def test_a_written_value_shows_only_after_the_lag() -> None:
    profile = make_profile()
    account = make_account(profile, lag=LONG)
    account.change(profile, minutes_limit=1)
    account.change(profile, minutes_limit=2)
    (row,), _ = page(account)
    assert row["maxTotalComputeMinutes"] == 300
    account.listing.now = lambda: time.monotonic() + LONG + 1
    (row,), _ = page(account)
    assert row["maxTotalComputeMinutes"] == 2


def test_what_nobody_asked_for_does_not_lag() -> None:
    profile = make_profile()
    account = make_account(profile, lag=LONG)
    account.change(profile, lags=False, minutes_used=9)
    (row,), _ = page(account)
    assert row["computeMinutesUsed"] == 9


def test_a_new_profile_is_missing_and_a_deleted_one_still_shown_for_the_lag() -> None:
    profile = make_profile()
    account = make_account(profile, lag=LONG)
    invited = account.invite("new@example.org")
    account.delete(profile)
    assert all_ids(account) == [profile.profile_id]
    account.listing.now = lambda: time.monotonic() + LONG + 1
    account.tick()
    assert all_ids(account) == [invited.profile_id]


def test_without_lag_the_list_is_always_true() -> None:
    profile = make_profile()
    account = make_account(profile)
    invited = account.invite("new@example.org")
    account.delete(profile)
    assert all_ids(account) == [invited.profile_id]


def test_pages_repeat_and_lack_rows_where_that_is_asked_for() -> None:
    account = make_account(*(make_profile(number) for number in range(250)))
    ids = sorted(account.profiles)
    account.listing.repeats, account.listing.drops = 1, 1
    found = all_ids(account)
    assert found == [*ids[:50], *ids[51:100], ids[99], *ids[100:]]
    assert all_ids(account) == ids
