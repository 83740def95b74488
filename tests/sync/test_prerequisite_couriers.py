"""What AWS is asked for that was missing: once, and what it answered is told."""

from datetime import UTC, datetime

import pytest

from drtui.domain.errands import Errand
from drtui.domain.operations import Item, ItemState
from drtui.domain.prerequisite_errands import raise_quota, verify_sender
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Identity, Verification
from drtui.domain.sponsor.quotas import QuotaRequest, ServiceQuota, TrainingQuotas
from drtui.sync.couriers.prerequisites import QuotaCourier, SenderCourier
from tests.support.sponsors import FakeMail

NOW = datetime(2026, 5, 2, tzinfo=UTC)
QUOTA = ServiceQuota("jobs", "L-1", 8)


class FakeQuotas:
    """Service Quotas, which answers one request."""

    def __init__(self, answer: QuotaRequest | SponsorError) -> None:
        self.answer = answer
        self.asked: list[tuple[str, int]] = []

    def training(self, instance_type: str = "") -> TrainingQuotas:
        return TrainingQuotas(instance_type, None, None)

    def request_increase(self, code: str, instances: int) -> QuotaRequest:
        self.asked.append((code, instances))
        if isinstance(self.answer, SponsorError):
            raise self.answer
        return self.answer


class AnsweringMail(FakeMail):
    """SES, in which an address stands as a test says."""

    def __init__(self, verification: Verification) -> None:
        super().__init__()
        self.verification = verification

    def start_verification(self, address: str) -> Identity:
        return Identity(address, self.verification)


def item(errand: Errand) -> Item:
    return Item(
        item_id=7,
        operation_id=1,
        target=errand.target,
        label=errand.label,
        before=errand.before,
        after=errand.after,
        state=ItemState.SENDING,
        reason="",
        attempts=0,
        service=errand.service,
    )


@pytest.mark.parametrize(
    ("verification", "state", "told"),
    [
        (Verification.PENDING, ItemState.DONE, "open the link"),
        (Verification.VERIFIED, ItemState.ALREADY_SO, "is verified"),
        (Verification.FAILED, ItemState.FAILED, "did not open the link in time"),
    ],
)
def test_what_becomes_of_a_sender_is_told(
    verification: Verification, state: ItemState, told: str
) -> None:
    asked = item(verify_sender("races@example.com"))
    courier = SenderCourier(AnsweringMail(verification))
    carried = courier.carry_out([asked])[7]
    assert carried.state is state
    assert told in carried.reason
    assert courier.terms().repeatable(asked)


def test_a_quota_is_asked_for_and_the_answer_is_safe_to_show() -> None:
    quotas = FakeQuotas(QuotaRequest("r-1\x1b", "PENDING"))
    asked = item(raise_quota(QUOTA, 1_200))
    courier = QuotaCourier(quotas)
    carried = courier.carry_out([asked])[7]
    assert quotas.asked == [("L-1", 1_200)]
    assert carried.state is ItemState.DONE
    assert "asked for 1,200" in carried.reason
    assert "PENDING" in carried.reason
    assert carried.reason.isprintable()
    assert not courier.terms().repeatable(asked)


def test_a_request_that_is_open_is_not_made_again() -> None:
    error = SponsorError(SponsorFailure.EXISTS, "there is one", code="ResourceAlreadyExists")
    carried = QuotaCourier(FakeQuotas(error)).carry_out([item(raise_quota(QUOTA, 20))])[7]
    assert carried.state is ItemState.ALREADY_SO
    assert "open already" in carried.reason


def test_whatever_else_happens_is_left_to_the_engine() -> None:
    error = SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "no answer")
    with pytest.raises(SponsorError, match="no answer"):
        QuotaCourier(FakeQuotas(error)).carry_out([item(raise_quota(QUOTA, 20))])
