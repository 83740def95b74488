"""IAM users for participants: made without a password, put into their group, and removed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.access_errands import EVENT, MADE, USER_NAME, gives
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState, Value, text_in
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import GROUP, IamUsers
from drtui.domain.text import clean
from drtui.sync.couriers.one_by_one import concerns_all, one_by_one
from drtui.sync.errand_outcomes import failed

_AT_ONCE: Final = 10  # so that the users are not listed for each, and a call takes seconds
_TERMS: Final = Terms(batch=_AT_ONCE)
_UNSETTLED: Final = "IAM has not settled yet"


class IamCourier:
    """Carries `Service.IAM` out; see `domain.access_errands`.

    A user's name follows from the email and from the users that there are, so that whatever was
    cut short goes on with the user that it made. No password is made here, because nothing that
    an operation holds or brings may be a secret: see `commands.passwords`.

    Args:
        users: Of the sponsor's account.
    """

    def __init__(self, users: IamUsers) -> None:
        self._users = users

    def terms(self) -> Terms:
        """See `Courier`; each call looks first, so that a repeat is harmless."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        names = self._users.names_for([subject_of(item) for item in items])
        if any(gives(item) for item in items):
            self._users.ensure_group()
        return one_by_one(items, _TERMS, lambda item: self._change(item, names))

    def _change(self, item: Item, names: Mapping[str, str]) -> Carried:
        name = names[subject_of(item).strip().lower()]
        if gives(item):
            return self._give(item, name)
        if self._users.remove(name):
            return Carried(ItemState.DONE, f"user {clean(name)} removed")
        if item.unknown_at is not None:
            return Carried(ItemState.DONE, "the user is gone")
        return Carried(ItemState.ALREADY_SO, "there is no IAM user of drtui's for this address")

    def _give(self, item: Item, name: str) -> Carried:
        event = text_in(item.after, EVENT) or ""
        made = self._users.ensure_user(name, email=subject_of(item), event=event)
        found: dict[str, Value] = {USER_NAME: name}
        if made or item.before.get(MADE):
            found[MADE] = "yes"
        try:
            joined = self._users.ensure_member(name)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                # IAM shows a new user only after some seconds.
                error = SponsorError(SponsorFailure.UNAVAILABLE, _UNSETTLED, code=error.code)
            if concerns_all(error) and MADE not in found:
                raise
            carried = failed(item, _TERMS, error, random.random)
            return replace(carried, found=found, unknown=MADE in found)
        shown = clean(name)
        if MADE in found:
            return Carried(ItemState.DONE, f"user {shown} made", found)
        if joined:
            return Carried(ItemState.DONE, f"user {shown} was there, put into {GROUP}", found)
        if item.unknown_at is not None:
            return Carried(ItemState.DONE, f"verified: user {shown} is there", found)
        return Carried(ItemState.ALREADY_SO, f"user {shown} was there already", found)
