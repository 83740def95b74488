"""What AWS is asked for that the checklist found missing: a sender verified, a higher quota."""

from collections.abc import Mapping, Sequence
from typing import Final

from drtui.domain.errands import Carried, Terms, never, subject_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.prerequisite_errands import instances_of
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Mail, Verification
from drtui.domain.sponsor.quotas import Quotas
from drtui.domain.text import clean

_REPEATABLE: Final = Terms()
_ONCE: Final = Terms(repeatable=never)
_VERIFIED: Final = "is verified"
_WAITING: Final = "SES has sent its message: the owner has to open the link in it"
_TOO_LATE: Final = (
    "its owner did not open the link in time: remove the identity in the SES console, and retry"
)
_OPEN: Final = "a request for this quota is open already"


class SenderCourier:
    """Carries `Service.SENDERS` out; see `domain.prerequisite_errands`.

    Args:
        mail: Amazon SES.
    """

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def terms(self) -> Terms:
        """See `Courier`; SES asks an owner once, however often it is told to."""
        return _REPEATABLE

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return {item.item_id: self._ask(subject_of(item)) for item in items}

    def _ask(self, address: str) -> Carried:
        identity = self._mail.start_verification(address)
        if identity.verification is Verification.VERIFIED:
            return Carried(ItemState.ALREADY_SO, _VERIFIED)
        if identity.verification is Verification.FAILED:
            return Carried(ItemState.FAILED, _TOO_LATE)
        return Carried(ItemState.DONE, _WAITING)


class QuotaCourier:
    """Carries `Service.QUOTAS` out; see `domain.prerequisite_errands`.

    Args:
        quotas: Service Quotas.
    """

    def __init__(self, quotas: Quotas) -> None:
        self._quotas = quotas

    def terms(self) -> Terms:
        """See `Courier`; a request whose outcome is unknown is not made again by itself."""
        return _ONCE

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return {item.item_id: self._ask(item) for item in items}

    def _ask(self, item: Item) -> Carried:
        wanted = instances_of(item)
        try:
            request = self._quotas.request_increase(subject_of(item), wanted)
        except SponsorError as error:
            if error.kind is SponsorFailure.EXISTS:
                return Carried(ItemState.ALREADY_SO, _OPEN)
            raise
        told = ", ".join(clean(one, 60) for one in (request.id, request.status) if one)
        which = f" ({told})" if told else ""
        return Carried(ItemState.DONE, f"AWS was asked for {wanted:,}{which}, and decides")
