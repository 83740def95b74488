"""Invitations: in jobs or one by one, nobody twice, and sent again only as often as asked for."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.invitation_errands import invite, invite_again
from drtui.domain.operations import Item, ItemState
from drtui.sync.couriers.invitation_jobs import EARLIER, JOB
from drtui.sync.couriers.invitations import InvitationCourier
from drtui.sync.errand_outcomes import perhaps_done, without_carrying
from tests.unit.sync.carrying import FakeSetup, carry, forward, in_doubt, item_for, retried

ADA, BO, CY = (f"{name}@example.org" for name in ("ada", "bo", "cy"))
PROFILE = "racer0000000001"


def inviting(*emails: str) -> list[Item]:
    return [item_for(invite(email), number) for number, email in enumerate(emails, 1)]


def again(number: int = 1, profile_id: str = PROFILE) -> Item:
    return item_for(invite_again(ADA, profile_id, "RacerAlias"), number)


def courier_for(
    setup: FakeSetup,
    *,
    bulk: bool = True,
    daily: int | None = None,
    known: Collection[str] | None = None,
) -> InvitationCourier:
    exists = None if known is None else lambda email: email in known
    return InvitationCourier(setup, has_bulk=lambda: bulk, daily=lambda: daily, exists=exists)


def told(items: list[Item]) -> list[tuple[ItemState, str]]:
    return [(item.state, item.reason) for item in items]


@pytest.fixture
def setup() -> FakeSetup:
    return FakeSetup()


def test_what_a_deployment_can_do_decides_how_many_go_at_once(setup: FakeSetup) -> None:
    terms = courier_for(setup).terms()
    assert (terms.batch, terms.daily) == (200, None)
    terms = courier_for(setup, bulk=False, daily=50).terms()
    assert (terms.batch, terms.daily) == (1, 50)


def test_only_what_is_sent_again_may_not_be_repeated(setup: FakeSetup) -> None:
    terms = courier_for(setup).terms()
    (new,) = inviting(ADA)
    assert (terms.repeatable(new), terms.repeatable(again())) == (True, False)
    assert without_carrying(in_doubt(new), terms) is None
    assert without_carrying(in_doubt(again()), terms) == perhaps_done("interrupted")


# In jobs


def test_a_job_is_begun_looked_at_and_told_of_by_address(setup: FakeSetup) -> None:
    setup.held, setup.users, setup.refused = True, {BO}, {CY}
    courier = courier_for(setup)
    items = carry(courier, *inviting("Ada@example.org", BO, CY))
    for _ in range(3):
        assert told(items) == [(ItemState.PENDING, "invitation job JOB1 is being processed")] * 3
        items = carry(courier, *items)
    assert [item.attempts for item in items] == [1, 1, 1]
    setup.held = False
    assert told(carry(courier, *items)) == [
        (ItemState.DONE, ""),
        (ItemState.ALREADY_SO, "it exists already"),
        (ItemState.FAILED, "no such mailbox"),
    ]
    assert setup.calls.count("bulk_invite") == 1


def test_looking_at_a_job_waits_between_looks(setup: FakeSetup) -> None:
    setup.held = True
    courier, items = courier_for(setup), inviting(ADA)
    for _ in range(2):
        (carried,) = courier.carry_out(items).values()
        assert carried.delay >= 2.0
        items = [forward(items[0], carried)]


def test_a_kill_before_the_job_was_noted_finds_it_by_the_same_token(setup: FakeSetup) -> None:
    setup.held = True
    items = inviting(ADA, BO)
    courier_for(setup).carry_out(items)  # and nobody writes what it said
    courier = courier_for(setup)
    items = carry(courier, *map(in_doubt, items))
    setup.held = False
    assert told(carry(courier, *items)) == [(ItemState.DONE, "")] * 2
    assert list(setup.jobs) == ["JOB1"]


def test_a_kill_after_the_job_was_noted_goes_on_looking_at_it(setup: FakeSetup) -> None:
    setup.held = True
    items = carry(courier_for(setup), *inviting(ADA, BO))
    assert items[0].before[JOB] == "JOB1"
    setup.held = False
    items = carry(courier_for(setup), *map(in_doubt, items))
    assert told(items) == [(ItemState.DONE, "")] * 2
    assert setup.calls.count("bulk_invite") == 1


def test_other_errands_after_a_kill_create_nobody_twice(setup: FakeSetup) -> None:
    items = inviting(ADA, BO, CY)
    courier_for(setup).carry_out(items)
    setup.ends("JOB1")
    courier = courier_for(setup)
    items = carry(courier, *map(in_doubt, items[1:]))  # one was cancelled: another token
    items = carry(courier, *items)
    assert told(items) == [(ItemState.DONE, "was created by an earlier attempt")] * 2
    assert list(setup.jobs) == ["JOB1", "JOB2"]


def test_the_same_numbers_in_another_store_are_another_job(setup: FakeSetup) -> None:
    carry(courier_for(setup), *inviting(ADA))
    setup.ends("JOB1")
    (item,) = carry(courier_for(setup), *inviting(BO))
    assert item.before[JOB] == "JOB2"


def test_those_that_are_not_in_the_job_wait_for_it(setup: FakeSetup) -> None:
    setup.held = True
    courier = courier_for(setup)
    (first,) = carry(courier, *inviting(ADA))
    others = [replace(item, item_id=item.item_id + 10) for item in inviting(BO, CY)]
    first, *others = carry(courier, first, *others)
    assert told(others) == [(ItemState.PENDING, "waits for the invitation job before it")] * 2
    assert [item.attempts for item in others] == [0, 0]
    others = carry(courier, *others)
    assert setup.calls.count("bulk_invite") == 1
    setup.held = False
    others = carry(courier, *others)  # the job has ended, and is told of first
    assert setup.calls.count("bulk_invite") == 1
    (first,) = carry(courier, first)
    assert first.state is ItemState.DONE
    others = carry(courier, *carry(courier, *others))
    assert told(others) == [(ItemState.DONE, "")] * 2


def test_a_job_whose_errands_were_cancelled_keeps_nobody_waiting(setup: FakeSetup) -> None:
    setup.held = True
    courier = courier_for(setup)
    carry(courier, *inviting(ADA))
    setup.held = False
    (other,) = inviting(BO)
    for _ in range(3):
        (other,) = carry(courier, other)
    assert other.state is ItemState.DONE


def test_another_job_of_this_admin_is_waited_for(setup: FakeSetup) -> None:
    setup.held = True
    job_id = setup.bulk_invite([], "of another program")
    courier, items = courier_for(setup), inviting(ADA)
    for _ in range(12):
        (carried,) = courier.carry_out(items).values()
        assert carried.state is ItemState.PENDING
        assert "another invitation job" in carried.reason
        items = carry(courier, *items)
    assert items[0].attempts == 0
    setup.ends(job_id)
    setup.held = False
    items = carry(courier, *carry(courier, *items))
    assert told(items) == [(ItemState.DONE, "")]


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        ("FAILED", "SES is paused", "SES is paused"),
        ("FAILED", "", "the invitation job has failed"),
        ("EXPIRED", "", "the invitation job has expired"),
    ],
)
def test_a_job_that_ended_badly_fails_what_it_did_not_tell_and_a_retry_is_another_job(
    setup: FakeSetup, status: str, error: str, reason: str
) -> None:
    setup.held = True
    courier = courier_for(setup)
    items = carry(courier, *inviting(ADA, BO))
    setup.ends("JOB1", status, error)
    setup.users.add(ADA)  # it came so far
    items = carry(courier, *items)
    assert told(items) == [(ItemState.FAILED, reason)] * 2
    assert all(item.unknown_at for item in items)
    setup.held = False
    items = carry(courier, *carry(courier, *map(retried, items)))
    assert told(items) == [
        (ItemState.DONE, "was created by an earlier attempt"),
        (ItemState.DONE, ""),
    ]
    assert list(setup.jobs) == ["JOB1", "JOB2"]


def test_an_entry_that_failed_is_tried_again_in_another_job(setup: FakeSetup) -> None:
    setup.refused = {ADA}
    courier = courier_for(setup)
    (item,) = carry(courier, *carry(courier, *inviting(ADA)))
    assert (item.state, item.before[EARLIER]) == (ItemState.FAILED, "JOB1")
    setup.refused = set()
    (item,) = carry(courier, *carry(courier, retried(item)))
    assert item.state is ItemState.DONE


def test_a_job_that_is_not_known_any_more_is_begun_anew_and_given_up_in_the_end(
    setup: FakeSetup,
) -> None:
    courier, items = courier_for(setup), inviting(ADA)
    for _ in range(30):
        items = carry(courier, *items)
        if items[0].state is ItemState.FAILED:
            break
        setup.held = True
        setup.jobs.clear()
        setup.tokens.clear()
    assert items[0].state is ItemState.FAILED
    assert "does not know" in items[0].reason


def test_a_look_that_fails_costs_no_attempt_unless_it_concerns_all(setup: FakeSetup) -> None:
    setup.held = True
    courier = courier_for(setup)
    items = carry(courier, *inviting(ADA))
    for _ in range(12):
        setup.failing("bulk_invite_job", FailureKind.UNAVAILABLE)
        items = carry(courier, *items)
    assert (items[0].state, items[0].attempts) == (ItemState.PENDING, 1)
    setup.failing("bulk_invite_job", FailureKind.NOT_SIGNED_IN)
    with pytest.raises(DeploymentError):
        courier.carry_out(items)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("kind", [FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE])
def test_a_job_of_which_it_is_not_known_whether_it_was_begun_is_begun_once(
    setup: FakeSetup, kind: FailureKind, applied: bool
) -> None:
    setup.held = True
    setup.failing("bulk_invite", kind, applied=applied)
    courier = courier_for(setup)
    items = inviting(ADA, BO)
    found = courier.carry_out(items)
    assert len({one.delay for one in found.values()}) == 1  # or they would not be one job again
    items = carry(courier, *(forward(item, found[item.item_id]) for item in items))
    setup.held = False
    assert told(carry(courier, *items)) == [(ItemState.DONE, "")] * 2
    assert list(setup.jobs) == ["JOB1"]


def test_a_job_that_is_refused_fails_its_errands_alone(setup: FakeSetup) -> None:
    setup.failing("bulk_invite", FailureKind.INVALID)
    many = [item_for(invite(f"r{number}@example.org", "é" * 128), number) for number in range(30)]
    states = [item.state for item in carry(courier_for(setup), *many)]
    assert 0 < states.count(ItemState.FAILED) < 30
    assert states.count(ItemState.PENDING) == 30 - states.count(ItemState.FAILED)


def test_what_is_no_address_fails_alone_and_an_address_goes_once(setup: FakeSetup) -> None:
    setup.held = True
    courier = courier_for(setup)
    items = carry(courier, *inviting("no address", ADA, ADA.upper()))
    assert [item.state for item in items] == [ItemState.FAILED, *[ItemState.PENDING] * 2]
    assert [one.email for one in setup.entered["JOB1"]] == [ADA]
    setup.held = False
    first, second = carry(courier, *items[1:])
    second = carry(courier, *carry(courier, second))[0]
    assert (first.state, second.state) == (ItemState.DONE, ItemState.ALREADY_SO)


# One by one


def test_each_is_invited_by_itself_and_who_exists_is_told_so(setup: FakeSetup) -> None:
    setup.users = {BO}
    items = carry(courier_for(setup, bulk=False), *inviting(ADA, BO, "no address"))
    assert told(items) == [
        (ItemState.DONE, ""),
        (ItemState.ALREADY_SO, "it exists already"),
        (ItemState.FAILED, "the deployment takes no such address"),
    ]


def test_who_is_known_to_exist_is_not_asked_for(setup: FakeSetup) -> None:
    courier = courier_for(setup, bulk=False, known=[ADA])
    (item,) = inviting(ADA)
    assert told(carry(courier, item)) == [(ItemState.ALREADY_SO, "it exists already")]
    assert told(carry(courier, in_doubt(item))) == [(ItemState.DONE, "verified: it exists")]
    assert setup.calls == []


@pytest.mark.parametrize("kind", [FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE])
def test_what_was_created_without_an_answer_is_verified(
    setup: FakeSetup, kind: FailureKind
) -> None:
    courier = courier_for(setup, bulk=False)
    setup.failing("invite", kind, applied=True)
    (item,) = carry(courier, *inviting(ADA))
    assert item.state in (ItemState.DOUBTFUL, ItemState.PENDING)
    assert told(carry(courier, item)) == [(ItemState.DONE, "verified: it exists")]


def test_a_refusal_is_final_unless_it_may_be_that_it_exists(setup: FakeSetup) -> None:
    courier = courier_for(setup, bulk=False)
    setup.failing("invite", FailureKind.INVALID)
    (item,) = carry(courier, *inviting(ADA))
    assert told([item]) == [(ItemState.FAILED, "invite: invalid")]
    setup.failing("invite", FailureKind.OUTCOME_UNKNOWN, applied=True)
    (item,) = carry(courier, *inviting(BO))
    setup.failing("invite", FailureKind.INVALID)  # cut short, it cannot be read
    items = carry(courier, item)
    assert told(items) == [(ItemState.PENDING, "invite: invalid")]
    assert told(carry(courier, *items)) == [(ItemState.DONE, "verified: it exists")]


# Again


def test_an_invitation_is_sent_again_and_not_to_who_has_signed_in(setup: FakeSetup) -> None:
    setup.signed_in = {"racer0000000002"}
    items = carry(courier_for(setup), again(1), again(2, "racer0000000002"))
    assert told(items) == [
        (ItemState.DONE, ""),
        (ItemState.ALREADY_SO, "has signed in already"),
    ]


@pytest.mark.parametrize("kind", [FailureKind.OUTCOME_UNKNOWN, FailureKind.UNAVAILABLE])
def test_an_invitation_is_not_sent_again_blindly(setup: FakeSetup, kind: FailureKind) -> None:
    courier = courier_for(setup)
    setup.failing("resend_invite", kind)
    (item,) = carry(courier, again())
    assert item.state is ItemState.FAILED
    assert item.reason.startswith("it may have been done")
    assert item.unknown_at is not None
    assert setup.calls == ["resend_invite"]
    (item,) = carry(courier, retried(item))
    assert item.state is ItemState.DONE


def test_a_release_that_cannot_send_again_says_so(setup: FakeSetup) -> None:
    (item,) = carry(courier_for(setup, bulk=False), again())
    assert (item.state, "release 1.3" in item.reason) == (ItemState.FAILED, True)
    assert setup.calls == []
