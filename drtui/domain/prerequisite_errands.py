"""Errands that mend what the checklist found missing: a sender to be verified, a higher quota.

The permission set and its assignment are those of `domain.access_errands`.
"""

from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, number_in
from drtui.domain.sponsor.quotas import ServiceQuota

VERIFICATION: Final = "verification"
INSTANCES: Final = "instances at once"

_NOT_ASKED: Final = "not asked for"
_ASKED: Final = "asked for"
_OWNER: Final = "SES sends the address a message, and its owner has to open the link in it"
_AWS_DECIDES: Final = "AWS decides, which can take days"


def verify_sender(address: str) -> Errand:
    """Return the errand that lets SES ask the owner of an address to confirm it."""
    return Errand(
        Service.SENDERS,
        address,
        address,
        {VERIFICATION: _NOT_ASKED},
        {VERIFICATION: _ASKED},
        _OWNER,
    )


def raise_quota(quota: ServiceQuota, instances: int) -> Errand:
    """Return the errand that asks AWS for a higher quota.

    Args:
        quota: Whose code is known.
        instances: What is asked for.
    """
    return Errand(
        Service.QUOTAS,
        quota.code,
        quota.name,
        {INSTANCES: quota.value},
        {INSTANCES: instances},
        _AWS_DECIDES,
    )


def instances_of(item: Item) -> int:
    """Return how many instances at once an errand asks for."""
    return number_in(item.after, INSTANCES) or 0
