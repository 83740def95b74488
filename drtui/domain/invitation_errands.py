"""Errands of the deployment's own invitations: those who are to get one, or get it again."""

from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Item, text_in

INVITED: Final = "invited"
NAME: Final = "name"
PROFILE_ID: Final = "profile_id"
NO: Final = "no"
YES: Final = "yes"
AGAIN: Final = "again"


def invite(email: str, name: str = "") -> Errand:
    """Return the errand that creates a user and sends the invitation.

    Args:
        email: As `participants.is_email` takes it.
        name: What the person is called; empty for nothing.
    """
    return Errand(
        Service.INVITATIONS,
        email,
        name or email,
        {INVITED: NO, NAME: name},
        {INVITED: YES, NAME: name},
        email=email,
    )


def invite_again(email: str, profile_id: str, label: str) -> Errand:
    """Return the errand that sends an invitation again to who has never signed in."""
    return Errand(
        Service.INVITATIONS,
        email,
        label,
        {INVITED: YES, PROFILE_ID: profile_id},
        {INVITED: AGAIN, PROFILE_ID: profile_id},
        email=email,
    )


def is_again(item: Item) -> bool:
    """Whether an errand sends an invitation again; if not, it creates a user."""
    return item.after.get(INVITED) == AGAIN


def profile_of(item: Item) -> str:
    """Return whose invitation is sent again."""
    return text_in(item.after, PROFILE_ID) or ""


def name_of(item: Item) -> str:
    """Return what an invited person is called; empty where nothing is known."""
    return text_in(item.after, NAME) or ""
