"""Errands that give participants access to the AWS console, or end it: IAM, Identity Center.

None of them holds a password: what an errand holds is stored.
"""

from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, Value, number_in, text_in
from drtui.domain.participants import Participant
from drtui.domain.sponsor.identity_center import PERMISSION_SET

ACCESS: Final = "access"
GIVEN: Final = "given"
NONE: Final = "none"
NAME: Final = "name"
EVENT: Final = "event"
RELAY_STATE: Final = "relay_state"
HOURS: Final = "hours"
ACCOUNT: Final = "account"

USER_NAME: Final = "user_name"
"""What the IAM user is called, among an errand's `before` as soon as it is known."""

MADE: Final = "made"
"""Set among an errand's `before` once it has made the user itself."""

REQUEST: Final = "request"
"""The account assignment that is being made, among an errand's `before`."""

_NO_PASSWORD: Final = "without a password: it is given afterwards, and shown once"
_USER_GOES: Final = "the IAM user is deleted; the profile stays"
_MEMBER_GOES: Final = "leaves the group; the user stays in the directory, the profile as it is"


def give_iam_user(participant: Participant, event: str) -> Errand:
    """Return the errand that makes an IAM user and puts it into the participants' group."""
    return _errand(Service.IAM, participant, {EVENT: event}, _NO_PASSWORD)


def remove_iam_user(participant: Participant) -> Errand:
    """Return the errand that removes the IAM user that drtui made for a participant."""
    return _errand(Service.IAM, participant, {}, _USER_GOES, gives=False)


def give_membership(participant: Participant) -> Errand:
    """Return the errand that puts a participant into the group of Identity Center."""
    return _errand(Service.IDENTITY_CENTER, participant, {NAME: participant.name}, "")


def remove_membership(participant: Participant) -> Errand:
    """Return the errand that takes a participant out of the group of Identity Center."""
    return _errand(Service.IDENTITY_CENTER, participant, {}, _MEMBER_GOES, gives=False)


def give_permissions(relay_state: str, hours: int, account: str = "") -> Errand:
    """Return the errand that makes the permission set and assigns it to the group.

    Args:
        relay_state: Where a sign-in leads; empty is the AWS console's home page.
        hours: How long a sign-in lasts.
        account: The AWS account in which it is assigned, for the plan; empty is not known yet.
    """
    said: dict[str, Value] = {RELAY_STATE: relay_state, HOURS: hours}
    if account:
        said[ACCOUNT] = account
    return Errand(
        Service.IDENTITY_CENTER,
        PERMISSION_SET,
        f"permission set {PERMISSION_SET}",
        {ACCESS: NONE, **said},
        {ACCESS: GIVEN, **said},
    )


def gives(item: Item) -> bool:
    """Whether an errand gives access; if not, it ends it."""
    return item.after.get(ACCESS) == GIVEN


def is_of_permissions(item: Item) -> bool:
    """Whether an errand is about the permission set, and not about a participant."""
    return RELAY_STATE in item.after


def relay_state_of(item: Item) -> tuple[str, int]:
    """Return where a sign-in by the permission set leads, and how many hours it lasts."""
    return text_in(item.after, RELAY_STATE) or "", number_in(item.after, HOURS) or 1


def user_name_of(item: Item) -> str:
    """Return what an errand's IAM user is called; empty where that is not known yet."""
    return text_in(item.before, USER_NAME) or ""


def _errand(
    service: Service,
    participant: Participant,
    said: dict[str, Value],
    note: str,
    *,
    gives: bool = True,
) -> Errand:
    before, after = (NONE, GIVEN) if gives else (GIVEN, NONE)
    return Errand(
        service,
        participant.email,
        participant.name or participant.email,
        {ACCESS: before, **said},
        {ACCESS: after, **said},
        note,
        participant.email,
    )
