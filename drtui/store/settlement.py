"""What becomes of an item: by a call's result, or by what is known of the account without one."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping

from drtui.domain.operations import (
    LATE_REQUEST_SECONDS,
    ROLE_LAG_SECONDS,
    ROLE_NAME,
    STORED_MODELS,
    USER,
    Item,
    ItemState,
    Values,
    Verdict,
    compare,
    deletes,
    deletes_user,
    is_local,
    text_in,
)
from drtui.domain.records import ROLE_OF_GROUP, Role
from drtui.domain.wording import CHANGED_MEANWHILE, role_text
from drtui.store.targets import confirmed_state

GONE: Final = "the profile no longer exists"
PERHAPS_DONE: Final = "cancelled, but it may have been done"
PARTLY_DELETED: Final = "cancelled, but models may have been deleted"
_YOURSELF: Final = "it is the profile that is signed in, and nobody does this to themselves"
_ROLE_UNREAD: Final = "its role is not known yet"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of an item.

    Attributes:
        claim: The number it was claimed with; None when it is settled without having been sent.
        state: The state it goes to; `PENDING` and `DOUBTFUL` are tried again.
        confirmed: Values that are now known to be the account's, or to be remembered.
        theirs: What the account has instead, in a conflict.
        due_at: Not to be tried again before; seconds since the epoch.
        look_up_after: A sweep that began after this time has to be complete before the next
            attempt, to say whether the profile is still there; None when none is needed.
        counted: Whether the attempt counts towards the number after which an item fails.
        changed_since: Whether the account has values that somebody set since the plan was made;
            whose doing that is, the log may tell.
    """

    item: Item
    state: ItemState
    reason: str = ""
    claim: int | None = None
    confirmed: Values | None = None
    theirs: Values | None = None
    due_at: float = 0.0
    look_up_after: float | None = None
    counted: bool = True
    changed_since: bool = False


def without_sending(
    item: Item, user: RowMapping | None, *, me: str, swept_from: float
) -> Settlement | None:
    """Settle an item by what is known of the account; None when it has to be sent.

    Args:
        item: One that is due.
        user: Its target as stored; None when it is not there.
        me: The profile that is signed in.
        swept_from: When the last complete sweep began, in seconds since the epoch.
    """
    if user is None:
        return _of_nobody(item)
    present = confirmed_state(user).values()
    if is_local(item.after):
        return _remembered(item, present)
    verdict = compare(item.before, item.after, present)
    if verdict is Verdict.ALREADY_SO:
        return _found_so(item)
    if item.cancel_requested:
        return _not_applied(item, user, swept_from)
    if refusal := refused(item, user, me=me, swept_from=swept_from):
        return refusal
    return None if verdict is Verdict.SEND else _conflicting(item, present, swept_from)


def refused(item: Item, user: RowMapping, *, me: str, swept_from: float) -> Settlement | None:
    """Settle what nobody does to themselves, and a deletion that was meant for a racer alone.

    Where the target is found to be none, it was confirmed without knowing that.
    """
    if item.target == me and not {ROLE_NAME, STORED_MODELS, USER}.isdisjoint(item.after):
        return Settlement(item, ItemState.FAILED, _YOURSELF)
    if not deletes(item.after):
        return None
    role = Role(user["role"])
    if role is Role.UNKNOWN and user["role_name"] is None:
        # Read by name alone so far; a whole reading tells.
        return Settlement(
            item, ItemState.PENDING, _ROLE_UNREAD, look_up_after=swept_from, counted=False
        )
    planned = text_in(item.before, ROLE_NAME)
    planned_role = Role.RACER if planned is None else ROLE_OF_GROUP.get(planned, Role.UNKNOWN)
    if role is Role.RACER or planned_role is not Role.RACER:
        return None
    other = "one that this version does not know" if role is Role.UNKNOWN else role_text(role)
    reason = f"its role is {other} by now, which the plan did not know"
    return Settlement(item, ItemState.FAILED, reason)


def _of_nobody(item: Item) -> Settlement:
    if not deletes_user(item.after):
        return Settlement(item, ItemState.FAILED, GONE)
    if item.attempts or item.unknown_at is not None:
        reason = "verified in the account: the profile is gone"
        return Settlement(item, ItemState.DONE, reason, confirmed=item.after)
    return Settlement(item, ItemState.ALREADY_SO, "the profile was gone already")


def _remembered(item: Item, present: Values) -> Settlement:
    if all(present[name] == value for name, value in item.after.items()):
        return Settlement(item, ItemState.ALREADY_SO, "remembered already")
    return Settlement(item, ItemState.DONE, "remembered for resuming", confirmed=item.after)


def _found_so(item: Item) -> Settlement:
    if item.cancel_requested:
        reason = "applied before it could be cancelled"
        return Settlement(item, ItemState.DONE, reason, confirmed=item.after)
    if item.state is ItemState.DOUBTFUL or item.tried:  # it came about, so that an undo undoes it
        return Settlement(item, ItemState.DONE, "verified in the account", confirmed=item.after)
    reason = "the account has it already"
    return Settlement(item, ItemState.ALREADY_SO, reason, confirmed=item.after)


def _not_applied(item: Item, user: RowMapping, swept_from: float) -> Settlement:
    """Settle a cancelled item that the account does not seem to have."""
    applied_by = _applied_by(item)
    if ROLE_NAME in item.after and applied_by is not None:
        shown_by = applied_by + ROLE_LAG_SECONDS
        if shown_by >= swept_from:
            reason = "cancelled; whether it was applied shows in a while"
            return Settlement(
                item, ItemState.PENDING, reason, look_up_after=shown_by, counted=False
            )
    if deletes_user(item.after) and user["missed_sweeps"]:
        # Pages shift while they are read, so being left out of one sweep proves nothing.
        reason = "cancelled; whether it was applied is looked up"
        return Settlement(item, ItemState.PENDING, reason, look_up_after=swept_from, counted=False)
    if deletes(item.after):
        return Settlement(item, ItemState.CANCELLED, PARTLY_DELETED)
    return Settlement(item, ItemState.CANCELLED, "cancelled; it was not applied")


def _conflicting(item: Item, present: Values, swept_from: float) -> Settlement:
    reason = CHANGED_MEANWHILE
    applied_by = _applied_by(item)
    if applied_by is not None and applied_by >= swept_from:
        # A call of ours may still overrule that; what there is to settle is known only then.
        return Settlement(
            item,
            ItemState.PENDING,
            reason,
            look_up_after=applied_by,
            counted=False,
            changed_since=True,
        )
    theirs = {name: present[name] for name in item.after}
    return Settlement(item, ItemState.CONFLICT, reason, theirs=theirs, changed_since=True)


def _applied_by(item: Item) -> float | None:
    """When the last call whose outcome is unknown can be applied at the latest."""
    return None if item.unknown_at is None else item.unknown_at.timestamp() + LATE_REQUEST_SECONDS
