"""The sign-ins of racers, in the deployment's user pool: closed, opened, and passwords anew."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.records import GROUP_OF_ROLE, Role
from drtui.domain.sign_in_errands import (
    FOUND,
    OPEN,
    closes,
    email_of,
    found_open,
    resets_password,
)
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.user_pool import PoolUser, UserPool
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.errand_outcomes import failed

_AT_ONCE: Final = 20  # so that the groups are not listed for each, and a call takes seconds
_SPARED: Final = (Role.ADMIN, Role.FACILITATOR)
_NOBODY: Final = "the user pool has nobody with this address"
_SEVERAL: Final = "the user pool has more than one user with this address"
_NEVER: Final = "has never signed in: the invitation can be sent again instead"
_IS_CLOSED: Final = "the sign-in is closed"


def _sends_nothing(item: Item) -> bool:
    """Whether an errand may be repeated: each reset of a password sends another email."""
    return not resets_password(item)


_TERMS: Final = Terms(batch=_AT_ONCE, repeatable=_sends_nothing)


class SignInCourier:
    """Carries `Service.SIGN_INS` out; see `domain.sign_in_errands`.

    Who is an admin or a race facilitator, by the pool's groups as they are now, is never touched.

    A sign-in is closed in two steps. That it is open is told first and kept, and only the next
    attempt closes it: so it is known, however the engine may end in between, whether it was closed
    by this errand or by somebody before.

    Args:
        pool: The deployment's.
    """

    def __init__(self, pool: UserPool) -> None:
        self._pool = pool

    def terms(self) -> Terms:
        """See `Courier`; a sign-in is looked at first, and a password not reset blindly again."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        spared = {
            user.name: role
            for role in _SPARED
            for user in self._pool.members_of(GROUP_OF_ROLE[role])
        }
        return one_by_one(items, _TERMS, lambda item: self._change(item, spared))

    def _change(self, item: Item, spared: Mapping[str, Role]) -> Carried:
        users = self._pool.find_by_email(email_of(item) or subject_of(item))
        if len(users) != 1:
            return Carried(ItemState.FAILED, _SEVERAL if users else _NOBODY)
        (user,) = users
        if user.name in spared:
            role = "an admin" if spared[user.name] is Role.ADMIN else "a race facilitator"
            return Carried(ItemState.FAILED, f"is {role}, whose sign-in is never touched")
        if resets_password(item):
            return self._reset(user)
        return self._close(item, user) if closes(item) else self._open(item, user)

    def _close(self, item: Item, user: PoolUser) -> Carried:
        """Disable, and sign out even who was disabled before: that may not have come about."""
        was_closed = user.enabled is False
        if not was_closed:
            if not found_open(item):
                return Carried(ItemState.PENDING, found={FOUND: OPEN}, counted=False)
            self._pool.disable(user.name)
        try:
            self._pool.sign_out(user.name)
        except SponsorError as error:
            if was_closed:
                raise
            return replace(failed(item, _TERMS, error, random.random), unknown=True)
        ours = not was_closed or (found_open(item) and item.unknown_at is not None)
        return Carried(ItemState.DONE if ours else ItemState.ALREADY_SO)

    def _open(self, item: Item, user: PoolUser) -> Carried:
        if user.enabled:
            return _already(item)
        self._pool.enable(user.name)
        return Carried(ItemState.DONE)

    def _reset(self, user: PoolUser) -> Carried:
        if user.never_signed_in:
            return Carried(ItemState.FAILED, _NEVER)
        if user.enabled is False:
            return Carried(ItemState.FAILED, _IS_CLOSED)
        self._pool.reset_password(user.name)
        return Carried(ItemState.DONE)


def _already(item: Item) -> Carried:
    """Return that nothing had to be changed, or not by this attempt."""
    return Carried(ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE)
