"""Identity Center for participants: their users, their group, and what the group may do."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.access_errands import (
    MADE,
    NAME,
    REQUEST,
    gives,
    is_of_permissions,
    relay_state_of,
)
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState, text_in
from drtui.domain.sponsor.caller import Callers
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.identity_center import (
    GROUP,
    PERMISSION_SET,
    Assignment,
    AssignmentState,
    IdentityCenter,
    Instance,
    split_name,
)
from drtui.domain.text import clean
from drtui.sync.couriers.one_by_one import concerns_all, one_by_one
from drtui.sync.errand_outcomes import failed

_AT_ONCE: Final = 10  # so that instance and group are not looked up for each
_TERMS: Final = Terms(batch=_AT_ONCE)
_ASSIGNING_SECONDS: Final = 5.0
_ASSIGNING: Final = "AWS is assigning the permission set"
_NO_INSTANCE: Final = (
    "There is no instance of IAM Identity Center in this region: it has to be enabled first."
)


class IdentityCenterCourier:
    """Carries `Service.IDENTITY_CENTER` out; see `domain.access_errands`.

    People of the directory are never changed or removed: only their membership of the group is
    given and taken.

    Args:
        center: Identity Center.
        callers: Tells which account the permission set is assigned in.
    """

    def __init__(self, center: IdentityCenter, callers: Callers) -> None:
        self._center = center
        self._callers = callers

    def terms(self) -> Terms:
        """See `Courier`; each call looks first, so that a repeat is harmless."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        instances = self._center.instances()
        if not instances:
            # It needs a hand outside drtui, as a denied call does, and fails nothing.
            raise SponsorError(SponsorFailure.DENIED, _NO_INSTANCE)
        instance = instances[0]
        group = self._group(instance, making=any(gives(item) for item in items))
        return one_by_one(items, _TERMS, lambda item: self._change(item, instance, group))

    def _group(self, instance: Instance, *, making: bool) -> str | None:
        if making:
            return self._center.ensure_group(instance, GROUP).id
        return self._center.find_group(instance, GROUP)

    def _change(self, item: Item, instance: Instance, group: str | None) -> Carried:
        if group is None or not gives(item):
            return self._leave(item, instance, group)
        if is_of_permissions(item):
            return self._assign(item, instance, group)
        return self._join(item, instance, group)

    def _join(self, item: Item, instance: Instance, group: str) -> Carried:
        email = subject_of(item)
        given, family = split_name(text_in(item.after, NAME) or "", email)
        user = self._center.ensure_user(
            instance, user_name=email, email=email, given=given, family=family
        )
        made = user.changed or bool(item.before.get(MADE))
        try:
            joined = self._center.ensure_member(instance, group, user.id)
        except SponsorError as error:
            if concerns_all(error) and not made:
                raise
            carried = failed(item, _TERMS, error, random.random)
            return replace(carried, found={MADE: "yes"} if made else {}, unknown=made)
        if made:
            return Carried(ItemState.DONE, f"user {clean(email)} made")
        if joined:
            return Carried(ItemState.DONE, f"was in the directory, put into {GROUP}")
        return _unchanged(item, f"was in {GROUP} already")

    def _leave(self, item: Item, instance: Instance, group: str | None) -> Carried:
        email = subject_of(item)
        user = self._center.find_user(instance, user_name=email, email=email)
        theirs = user is not None and email.lower() in map(str.lower, user.emails)
        if group is None or user is None or not theirs:
            return _unchanged(item, f"is not in {GROUP}")
        if self._center.remove_member(instance, group, user.id):
            return Carried(ItemState.DONE, f"taken out of {GROUP}")
        return _unchanged(item, f"is not in {GROUP}")

    def _assign(self, item: Item, instance: Instance, group: str) -> Carried:
        request = text_in(item.before, REQUEST)
        if request:
            return _assigned(item, self._center.assignment(instance, request))
        relay_state, hours = relay_state_of(item)
        made = self._center.ensure_permission_set(
            instance, PERMISSION_SET, relay_state=relay_state, hours=hours
        )
        account = self._callers.who_am_i().account
        current = self._center.ensure_assignment(instance, made.id, group, account, tries=1)
        carried = _assigned(item, current)
        if carried.state is ItemState.ALREADY_SO and made.changed:
            return Carried(ItemState.DONE, f"{PERMISSION_SET} changed; it was assigned already")
        return carried


def _assigned(item: Item, current: Assignment) -> Carried:
    if current.state is AssignmentState.IN_PROGRESS:
        found = {REQUEST: current.request_id}
        return Carried(
            ItemState.PENDING, _ASSIGNING, found, delay=_ASSIGNING_SECONDS, counted=False
        )
    if current.state is AssignmentState.FAILED:
        reason = clean(current.reason) or "AWS could not assign the permission set"
        return Carried(ItemState.FAILED, reason, {REQUEST: None})
    if current.changed or item.before.get(REQUEST):
        return Carried(ItemState.DONE, f"{PERMISSION_SET} assigned to {GROUP}")
    return _unchanged(item, f"{PERMISSION_SET} was assigned to {GROUP} already")


def _unchanged(item: Item, why: str) -> Carried:
    """Return that nothing had to be changed, or not by this attempt."""
    if item.unknown_at is None:
        return Carried(ItemState.ALREADY_SO, why)
    return Carried(ItemState.DONE, f"verified: {why}")
