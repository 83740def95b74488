"""Billing alerts in the sponsor's account: budgets and alarms of drtui's, one after the other."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from drtui.domain.billing_errands import (
    AlarmWish,
    AlertKind,
    absent,
    alarm_values,
    budget_errand,
    budget_values,
    is_absent,
    split_subject,
    wanted,
)
from drtui.domain.errands import Carried, Terms, subject_of
from drtui.domain.operations import Item, ItemState, Values
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import AlarmPlan, Billing, BudgetPlan, is_ours
from drtui.domain.sponsor.caller import Callers
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.text import clean
from drtui.domain.wording import values_text
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.errand_outcomes import failed

_TERMS: Final = Terms(batch=20)
_THEIRS: Final = "was not made by drtui, which leaves it as it is"
_OTHER_KIND: Final = "another kind of budget has this name, and is left as it is"
_REMOVED: Final = "somebody removed it meanwhile; a retry makes it anew"


class BillingCourier:
    """Carries `Service.BILLING` out; see `domain.billing_errands`.

    An alert is looked at first, and only what drtui made is ever changed, so that all of it may be
    repeated.

    Args:
        billing: Budgets and alarms.
        callers: Who tells the AWS account that they are of.
    """

    def __init__(self, billing: Billing, callers: Callers) -> None:
        self._billing = billing
        self._callers = callers

    def terms(self) -> Terms:
        """See `Courier`."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        account = self._callers.who_am_i().account
        return one_by_one(items, _TERMS, partial(self._change, account))

    def _change(self, account: str, item: Item) -> Carried:
        kind, name = split_subject(subject_of(item))
        if not is_ours(name):
            return Carried(ItemState.FAILED, _THEIRS)
        try:
            after = wanted(kind, name, item.after)
        except InvalidInputError as error:
            return Carried(ItemState.FAILED, str(error))
        if after is None:
            return self._remove(account, kind, name, item)
        if isinstance(after, AlarmWish):
            return self._put_alarm(after, item)
        return self._put_budget(account, after, item)

    def _remove(self, account: str, kind: AlertKind, name: str, item: Item) -> Carried:
        if kind is AlertKind.BUDGET:
            there = any(each.name == name for each in self._billing.budgets(account))
        else:
            there = any(each.name == name for each in self._billing.alarms())
        if not there:
            return _already(item)
        try:
            if kind is AlertKind.BUDGET:
                self._billing.remove_budget(account, name)
            else:
                self._billing.remove_alarm(name)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND:
                return _already(item)
            raise
        return Carried(ItemState.DONE)

    def _put_budget(self, account: str, plan: BudgetPlan, item: Item) -> Carried:
        budgets = self._billing.budgets(account)
        found = next((each for each in budgets if each.name == plan.name), None)
        present: Values = absent(AlertKind.BUDGET)
        if found is not None:
            present = budget_values(found, self._billing.notices(account, plan.name))
        if present == budget_errand(plan, present).after:
            return _already(item)
        if conflict := _conflict(item, present):
            return conflict
        if found is None:
            try:
                self._billing.create_budget(account, plan)
                return Carried(ItemState.DONE)
            except SponsorError as error:
                # The list lags, an earlier attempt got through, or it lists no such budgets.
                if error.kind is not SponsorFailure.EXISTS:
                    raise
        try:
            self._billing.change_budget(account, plan)
        except SponsorError as error:
            if error.kind is SponsorFailure.NOT_FOUND and found is None:
                return Carried(ItemState.FAILED, _OTHER_KIND)
            # Several calls, of which some may have come through: not somebody else's change.
            return replace(failed(item, _TERMS, error, random.random), unknown=True)
        return Carried(ItemState.DONE)

    def _put_alarm(self, wish: AlarmWish, item: Item) -> Carried:
        found = next((each for each in self._billing.alarms() if each.name == wish.name), None)
        present = absent(AlertKind.ALARM) if found is None else alarm_values(found)
        conflict = _conflict(item, present)
        if conflict:
            return conflict
        topic = self._billing.topic(wish.emails)
        as_wished = (
            found is not None and found.threshold == wish.threshold and found.topics == (topic.arn,)
        )
        if as_wished and not topic.waiting:
            return _already(item)
        if not as_wished:
            self._billing.put_alarm(AlarmPlan(wish.name, wish.threshold, topic.arn))
        return Carried(ItemState.DONE, _asked(topic.waiting))


def _already(item: Item) -> Carried:
    """Return that nothing had to be changed, or not by this attempt."""
    return Carried(ItemState.ALREADY_SO if item.unknown_at is None else ItemState.DONE)


def _conflict(item: Item, present: Values) -> Carried | None:
    """Return what becomes of an errand whose alert is not what the plan was made on.

    What is not known cannot have changed, and an attempt whose outcome is not known may itself
    have changed it.
    """
    known = {name: value for name, value in present.items() if value is not None}
    planned = {name: value for name, value in item.before.items() if value is not None}
    if item.unknown_at is not None or all(
        known.get(name, value) in (value, item.after.get(name)) for name, value in planned.items()
    ):
        return None
    if is_absent(present):
        return Carried(ItemState.FAILED, _REMOVED, found=known)
    there = clean(values_text(known), 300)
    reason = f"there is another by now: {there}; a retry sets it anyway"
    return Carried(ItemState.FAILED, reason, found=known)


def _asked(waiting: Sequence[str]) -> str:
    who = ", ".join(clean(each, 60) for each in waiting)
    return f"AWS sends nothing to them before they confirm its email: {who}" if waiting else ""
