"""Errands that close the sign-in of a racer, open it again, or have the password chosen anew."""

from typing import TYPE_CHECKING, Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, text_in

if TYPE_CHECKING:
    from drtui.domain.planning import Target

SIGN_IN: Final = "sign_in"
EMAIL: Final = "email"
OPEN: Final = "open"
CLOSED: Final = "closed"
PASSWORD: Final = "password"
KEPT: Final = "kept"
RESET: Final = "reset"
FOUND: Final = "found"
"""What a sign-in was before it was closed, among an errand's `before`, once that was read."""

LATE: Final = "what was issued before goes on for up to an hour"
"""What closing a sign-in does not stop (DeepRacer API facts, the second door)."""

MAILED: Final = "Cognito sends a code by mail, and the password is not valid any more"
"""What comes with another password."""


def close_sign_in(target: "Target") -> Errand | None:
    """Return the errand that closes a racer's sign-in; None without an email, which finds it."""
    return _errand(target, OPEN, CLOSED, LATE)


def open_sign_in(target: "Target") -> Errand | None:
    """Return the errand that opens a racer's sign-in again; None without an email."""
    return _errand(target, CLOSED, OPEN, "")


def reset_password(target: "Target") -> Errand | None:
    """Return the errand that lets a user choose another password; None without an email."""
    if not target.email:
        return None
    return Errand(
        Service.SIGN_INS,
        target.profile_id,
        target.alias,
        {PASSWORD: KEPT, EMAIL: target.email},
        {PASSWORD: RESET, EMAIL: target.email},
        MAILED,
        target.email,
    )


def email_of(item: Item) -> str:
    """Return whose sign-in an errand is about."""
    return text_in(item.after, EMAIL) or ""


def closes(item: Item) -> bool:
    """Whether an errand closes a sign-in; if not, it opens one."""
    return item.after.get(SIGN_IN) == CLOSED


def found_open(item: Item) -> bool:
    """Whether a sign-in that is to be closed was seen open, so that it is this errand's to close.

    Of one that is closed without this having been written down, somebody else has closed it.
    """
    return item.before.get(FOUND) == OPEN


def resets_password(item: Item) -> bool:
    """Whether an errand is about the password, and not about the sign-in."""
    return item.after.get(PASSWORD) == RESET


def _errand(target: "Target", before: str, after: str, note: str) -> Errand | None:
    if not target.email:
        return None
    return Errand(
        Service.SIGN_INS,
        target.profile_id,
        target.alias,
        {SIGN_IN: before, EMAIL: target.email},
        {SIGN_IN: after, EMAIL: target.email},
        note,
        target.email,
    )
