"""Sign-ins: closed and opened, passwords anew, and staff never touched."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drtui.domain.actions import TargetState
from drtui.domain.operations import Item, ItemState
from drtui.domain.planning import Target
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.sign_in_errands import FOUND, OPEN, close_sign_in, open_sign_in, reset_password
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.sync.couriers.sign_ins import SignInCourier
from drtui.sync.errand_outcomes import perhaps_done, without_carrying
from tests.unit.sync.carrying import carry, in_doubt, item_for

ADA, BO, FAY, KIM = (f"{name}@example.org" for name in ("ada", "bo", "fay", "kim"))


class FakePool:
    """A user pool in memory; `fails` is raised by the next call of that name."""

    def __init__(self) -> None:
        self.people = {email: user(email) for email in (ADA, BO, FAY, KIM)}
        self.groups = {"dr-admins": [ADA], "dr-race-facilitators": [FAY]}
        self.calls: list[tuple[str, str]] = []
        self.fails: dict[str, SponsorFailure] = {}

    def users(self) -> Iterator[PoolUser]:
        return iter(self.people.values())

    def members_of(self, group: str) -> Iterator[PoolUser]:
        self._called("members_of", group)
        return (self.people[email] for email in self.groups[group])

    def find_by_email(self, email: str) -> tuple[PoolUser, ...]:
        return tuple(one for one in self.people.values() if one.email == email.lower())

    def disable(self, name: str) -> None:
        self._called("disable", name)
        self._set(name, enabled=False)

    def enable(self, name: str) -> None:
        self._called("enable", name)
        self._set(name, enabled=True)

    def sign_out(self, name: str) -> None:
        self._called("sign_out", name)

    def reset_password(self, name: str) -> None:
        self._called("reset_password", name)

    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[0] != "members_of"]

    def _called(self, call: str, name: str) -> None:
        self.calls.append((call, name))
        if call in self.fails:
            raise SponsorError(self.fails.pop(call), f"{call} failed")

    def _set(self, name: str, *, enabled: bool) -> None:
        email = name.removeprefix("u-")
        self.people[email] = replace(self.people[email], enabled=enabled)


def user(email: str, status: PoolStatus = PoolStatus.CONFIRMED) -> PoolUser:
    return PoolUser(f"u-{email}", email, status, True)


def target(email: str) -> Target:
    return Target("racer0000000001", "bo", Role.RACER, TargetState(NO_LIMITS), email=email)


def closing(email: str, number: int = 1) -> Item:
    errand = close_sign_in(target(email))
    assert errand is not None
    return item_for(errand, number)


def seen_open(item: Item) -> Item:
    """The item once it is kept that its sign-in was open."""
    return replace(item, before={**item.before, FOUND: OPEN})


def opening(email: str) -> Item:
    errand = open_sign_in(target(email))
    assert errand is not None
    return item_for(errand)


def resetting(email: str) -> Item:
    errand = reset_password(target(email))
    assert errand is not None
    return item_for(errand)


@pytest.fixture
def pool() -> FakePool:
    return FakePool()


@pytest.fixture
def courier(pool: FakePool) -> SignInCourier:
    return SignInCourier(pool)


def test_a_sign_in_is_closed_and_what_was_issued_revoked(
    pool: FakePool, courier: SignInCourier
) -> None:
    (item,) = carry(courier, closing("Bo@example.org"))
    assert item == seen_open(closing("Bo@example.org"))
    assert pool.writes() == []
    (item,) = carry(courier, item)
    assert item.state is ItemState.DONE
    assert pool.writes() == [("disable", f"u-{BO}"), ("sign_out", f"u-{BO}")]
    (item,) = carry(courier, opening(BO))
    assert item.state is ItemState.DONE
    assert pool.people[BO].enabled


@pytest.mark.parametrize(("email", "who"), [(ADA, "an admin"), (FAY, "a race facilitator")])
def test_staff_is_never_touched(
    pool: FakePool, courier: SignInCourier, email: str, who: str
) -> None:
    for errand in (closing(email), opening(email), resetting(email)):
        (item,) = carry(courier, errand)
        assert item.state is ItemState.FAILED
        assert item.reason == f"is {who}, whose sign-in is never touched"
    assert pool.writes() == []


def test_nothing_is_done_while_it_is_not_known_who_is_staff(
    pool: FakePool, courier: SignInCourier
) -> None:
    pool.fails["members_of"] = SponsorFailure.DENIED
    with pytest.raises(SponsorError):
        courier.carry_out([closing(BO)])
    assert pool.writes() == []


def test_what_is_so_already_is_not_changed_but_signed_out_in_any_case(
    pool: FakePool, courier: SignInCourier
) -> None:
    assert carry(courier, opening(BO))[0].state is ItemState.ALREADY_SO
    assert carry(courier, in_doubt(opening(BO)))[0].state is ItemState.DONE
    assert pool.writes() == []
    pool.people[BO] = replace(pool.people[BO], enabled=False)
    assert carry(courier, closing(BO))[0].state is ItemState.ALREADY_SO
    assert pool.writes() == [("sign_out", f"u-{BO}")]


@pytest.mark.parametrize("seen", [False, True])
def test_after_a_kill_it_is_known_whether_it_closed_the_sign_in_or_somebody_before(
    pool: FakePool, courier: SignInCourier, seen: bool
) -> None:
    pool.people[BO] = replace(pool.people[BO], enabled=False)
    item = in_doubt(seen_open(closing(BO)) if seen else closing(BO))
    assert carry(courier, item)[0].state is (ItemState.DONE if seen else ItemState.ALREADY_SO)


@pytest.mark.parametrize("kind", [SponsorFailure.UNREACHABLE, SponsorFailure.OUTCOME_UNKNOWN])
def test_who_was_disabled_and_not_signed_out_is_so_by_the_next_attempt_and_it_was_ours(
    pool: FakePool, courier: SignInCourier, kind: SponsorFailure
) -> None:
    pool.fails["sign_out"] = kind
    (item,) = carry(courier, seen_open(closing(BO)))
    assert item.state in (ItemState.PENDING, ItemState.DOUBTFUL)
    (item,) = carry(courier, item)
    assert item.state is ItemState.DONE
    assert [call for call, _ in pool.writes()] == ["disable", "sign_out", "sign_out"]


def test_an_address_that_nobody_or_several_have_fails(
    pool: FakePool, courier: SignInCourier
) -> None:
    (item,) = carry(courier, closing("nobody@example.org"))
    assert (item.state, "nobody" in item.reason) == (ItemState.FAILED, True)
    pool.people["twin"] = replace(pool.people[BO], name="u-twin")
    (item,) = carry(courier, closing(BO))
    assert (item.state, "more than one" in item.reason) == (ItemState.FAILED, True)
    assert pool.writes() == []


def test_one_call_lists_the_groups_once_and_a_failure_leaves_the_rest(
    pool: FakePool, courier: SignInCourier
) -> None:
    pool.fails["sign_out"] = SponsorFailure.REFUSED
    nobody = closing("nobody@example.org", 2)
    items = [seen_open(closing(BO, 1)), nobody, seen_open(closing(KIM, 3))]
    states = [one.state for one in carry(courier, *items)]
    assert states == [ItemState.FAILED, ItemState.FAILED, ItemState.DONE]
    assert [name for call, name in pool.calls if call == "members_of"] == [*pool.groups]
    pool.fails["enable"] = SponsorFailure.THROTTLED
    pool.people[BO] = replace(pool.people[BO], enabled=False)
    with pytest.raises(SponsorError):
        courier.carry_out([opening(BO)])


def test_a_password_is_reset_and_never_blindly_again(
    pool: FakePool, courier: SignInCourier
) -> None:
    assert carry(courier, resetting(BO))[0].state is ItemState.DONE
    pool.fails["reset_password"] = SponsorFailure.OUTCOME_UNKNOWN
    (item,) = carry(courier, resetting(BO))
    assert (item.state, item.unknown_at is None) == (ItemState.FAILED, False)
    assert item.reason.startswith("it may have been done")
    assert pool.writes() == [("reset_password", f"u-{BO}")] * 2
    killed = without_carrying(in_doubt(resetting(BO)), courier.terms())
    assert killed == perhaps_done("interrupted")


def test_only_resets_of_passwords_may_not_be_repeated(courier: SignInCourier) -> None:
    repeatable = courier.terms().repeatable
    assert [repeatable(one) for one in (closing(BO), opening(BO), resetting(BO))] == [
        True,
        True,
        False,
    ]
    assert without_carrying(in_doubt(closing(BO)), courier.terms()) is None


def test_a_password_that_cognito_would_not_reset_is_not_asked_for(
    pool: FakePool, courier: SignInCourier
) -> None:
    pool.people[BO] = user(BO, PoolStatus.FORCE_CHANGE_PASSWORD)
    pool.people[KIM] = replace(pool.people[KIM], enabled=False)
    (bo,), (kim,) = carry(courier, resetting(BO)), carry(courier, resetting(KIM))
    assert (bo.state, "never signed in" in bo.reason) == (ItemState.FAILED, True)
    assert (kim.state, "closed" in kim.reason) == (ItemState.FAILED, True)
    assert pool.writes() == []
