"""Whether credentials last: for the service, and for the work that is left."""

from datetime import UTC, datetime, timedelta

import pytest

from drtui.domain.lasting import (
    KeptSignIn,
    Work,
    ends_too_early,
    lasting_credentials,
    lasting_sign_in,
    work_seconds,
)

NOW = datetime(2026, 5, 2, 12, tzinfo=UTC)


def kept(hours_ago: float, *, password: bool = False) -> KeptSignIn:
    return KeptSignIn("ada", NOW - timedelta(hours=hours_ago), password, outlives=True)


def hours(number: float) -> float:
    return number * 3_600


@pytest.mark.parametrize(
    ("sign_in", "work", "says"),
    [
        (kept(20), Work(100, hours(5)), "takes about 5 h"),
        (kept(20), Work(100, hours(3)), ""),
        (kept(20), Work(), ""),
        (kept(20), Work(1, 0.0, NOW + timedelta(hours=5)), "begin only after that"),
        (kept(20), Work(1, 0.0, NOW + timedelta(hours=3)), ""),
        (kept(23), Work(100, None), "100 changes still wait"),
        (kept(23), Work(1, None), "1 change still waits"),
        (kept(20), Work(100, None), ""),
        (kept(20, password=True), Work(100, hours(500)), ""),
        (kept(25), Work(100, hours(5)), ""),
        (None, Work(100, hours(5)), ""),
    ],
)
def test_it_is_said_when_the_sign_in_ends_before_the_work(
    sign_in: KeptSignIn | None, work: Work, says: str
) -> None:
    told = ends_too_early(sign_in, work, NOW)
    assert bool(told) is bool(says)
    assert says in told


def test_the_time_left_is_named() -> None:
    assert "The sign-in ends in 4 h" in ends_too_early(kept(20), Work(100, hours(5)), NOW)


@pytest.mark.parametrize(
    ("counts", "seconds"),
    [
        ((), 0.0),
        (((0, 0.0),), 0.0),
        (((100, 10.0), (5, 0.1)), 50.0),
        (((100, 10.0), (5, 0.0)), None),
    ],
)
def test_the_lanes_of_work_run_side_by_side(
    counts: tuple[tuple[int, float], ...], seconds: float | None
) -> None:
    assert work_seconds(counts) == seconds


@pytest.mark.parametrize(
    ("user", "keyring", "token", "password", "lasts"),
    [
        ("ada", "SecretService", True, True, True),
        ("ada", "SecretService", False, True, True),
        ("ada", "SecretService", True, False, False),
        ("ada", "SecretService", False, False, False),
        ("", "SecretService", False, False, False),
        ("ada", "", True, True, False),
    ],
)
def test_a_sign_in_lasts_only_with_its_password_in_a_keyring(
    user: str, keyring: str, token: bool, password: bool, lasts: bool
) -> None:
    found = lasting_sign_in(user, keyring, token=token, password=password, kept=None)
    assert found.lasts is lasts
    assert bool(found.advice) is not lasts


def test_until_when_a_kept_sign_in_lasts_is_known_of_the_same_user_alone() -> None:
    found = lasting_sign_in("ada", "KWallet", token=True, password=False, kept=kept(1))
    assert found.until == NOW + timedelta(hours=23)
    assert lasting_sign_in("bo", "KWallet", token=True, password=False, kept=kept(1)).until is None


@pytest.mark.parametrize(
    ("method", "temporary", "lasts"),
    [
        ("iam-role", True, True),
        ("container-role", True, True),
        ("shared-credentials-file", False, True),
        ("shared-credentials-file", True, False),
        ("assume-role", True, True),
        ("sso", True, False),
        ("login", True, False),
        ("", False, False),
    ],
)
def test_which_aws_credentials_last(method: str, temporary: bool, lasts: bool) -> None:
    found = lasting_credentials(method, temporary=temporary)
    assert found.lasts is lasts
    assert bool(found.advice) is not lasts
