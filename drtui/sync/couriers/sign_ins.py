"""The sign-ins of racers, in the deployment's user pool: closed, opened, and passwords anew."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.records import GROUP_OF_ROLE, Role
from drtui.domain.sign_in_errands import closes, email_of, resets_password
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.user_pool import PoolUser, UserPool
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.errand_outcomes import failed, perhaps_done

_AT_ONCE: Final = 20  # so that the groups are not listed for each, and a call takes seconds
_SPARED: Final = (Role.ADMIN, Role.FACILITATOR)
_TERMS: Final = Terms(batch=_AT_ONCE)
_NOBODY: Final = "the user pool has nobody with this address"
_SEVERAL: Final = "the user pool has more than one user with this address"
_NEVER: Final = "has never signed in: the invitation can be sent again instead"
_IS_CLOSED: Final = "the sign-in is closed"


class SignInCourier:
    """Carries `Service.SIGN_INS` out; see `domain.sign_in_errands`.

    Who is an admin or a race facilitator, by the pool's groups as they are now, is never touched.

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
            return self._reset(item, user)
        return self._close(item, user) if closes(item) else self._open(item, user)

    def _close(self, item: Item, user: PoolUser) -> Carried:
        """Disable, and sign out even who was disabled before: that may not have come about."""
        was_closed = user.enabled is False
        if not was_closed:
            self._pool.disable(user.name)
        try:
            self._pool.sign_out(user.name)
        except SponsorError as error:
            if was_closed:
                raise
            return replace(failed(item, _TERMS, error, random.random), unknown=True)
        return _already(item) if was_closed else Carried(ItemState.DONE)

    def _open(self, item: Item, user: PoolUser) -> Carried:
        if user.enabled:
            return _already(item)
        self._pool.enable(user.name)
        return Carried(ItemState.DONE)

    def _reset(self, item: Item, user: PoolUser) -> Carried:
        if item.state is ItemState.DOUBTFUL:
            return perhaps_done(item.reason)
        if user.never_signed_in:
            return Carried(ItemState.FAILED, _NEVER)
        if user.enabled is False:
            return Carried(ItemState.FAILED, _IS_CLOSED)
        try:
            self._pool.reset_password(user.name)
        except SponsorError as error:
            if error.kind is SponsorFailure.OUTCOME_UNKNOWN:
                return perhaps_done(error.message)
            raise
        return Carried(ItemState.DONE)


def _already(item: Item) -> Carried:
    """Return that nothing had to be changed, or not by this attempt."""
    return Carried(ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE)
