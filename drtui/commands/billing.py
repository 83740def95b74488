"""Billing alerts of the sponsor's account: list them, and create, change or remove drtui's own.

`commands.billing_reading` reads them from AWS; here is what the store knows, and what is planned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from drtui.commands.bulk import plan_errands
from drtui.commands.workspace import Workspace
from drtui.domain.billing_errands import (
    EMAILS,
    LIMIT,
    NOTHING,
    THRESHOLDS,
    VARIOUS,
    AlarmWish,
    AlertKind,
    absent,
    alarm_errand,
    budget_errand,
    is_absent,
    parse_amount,
    parse_threshold,
    removal_errand,
    split_subject,
    split_texts,
    subject_for,
    title_of,
    unknown,
)
from drtui.domain.billing_records import (
    KeptAlert,
    KeptAlerts,
    Untold,
    alerts_from,
)
from drtui.domain.errands import Errand, Service
from drtui.domain.operations import OperationKind, Values
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import BudgetPlan, is_ours, own_name
from drtui.domain.text import clean, iso
from drtui.domain.wording import capitalised, noun
from drtui.store.billing import alerts_since
from drtui.store.errands import on_the_way
from drtui.store.facts import read_fact

ALERTS_FACT: Final = "billing_alerts"
"""The name under which the last reading is kept; `billing_records.alerts_values` makes it."""


@dataclass(frozen=True, slots=True)
class AlertNow:
    """A billing alert as far as it is known now.

    Attributes:
        alert: With what came about since it was read.
        coming: What it is on its way to; None where it stays.
    """

    alert: KeptAlert
    coming: Values | None = None

    @property
    def title(self) -> str:
        """How the admin knows it, safe to show."""
        return title_of(self.alert.kind, self.alert.name)

    @property
    def is_leaving(self) -> bool:
        """Whether it is on its way to be removed."""
        return self.coming is not None and is_absent(self.coming)

    def as_json(self) -> dict[str, object]:
        """Return it for `--json`; what is not known is null, amounts are text."""
        one = self.alert
        return {
            "kind": one.kind.value,
            "name": clean(one.name, 120),
            "ours": one.ours,
            **one.values,
            "actual": None if one.actual is None else str(one.actual),
            "forecast": None if one.forecast is None else str(one.forecast),
            "raised": one.raised,
            "unconfirmed": list(one.waiting),
            "as_of": iso(one.as_of),
            "emails_as_of": iso(one.emails_as_of),
            "pending": None if self.coming is None else dict(self.coming),
        }


@dataclass(frozen=True, slots=True)
class AlertsNow:
    """The billing alerts, drtui's own first.

    Attributes:
        account: The AWS account; empty where it is not known.
        untold: What AWS did not tell in the last reading.
        kinds: The kinds of which all alerts are known.
        as_of: When they were read, or AWS last refused that; None when they never were.
    """

    account: str
    alerts: tuple[AlertNow, ...]
    untold: tuple[Untold, ...]
    kinds: frozenset[AlertKind]
    as_of: datetime | None

    def values_of(self, kind: AlertKind, name: str) -> Values:
        """Return what an alert will be when all that is on its way has arrived."""
        for one in self.alerts:
            if (one.alert.kind, one.alert.name) == (kind, name):
                return one.coming or one.alert.values
        return absent(kind) if kind in self.kinds else unknown(kind)

    @property
    def known_at(self) -> datetime | None:
        """The age of the oldest of what is known; None where nothing is."""
        ages = [one.alert.as_of or self.as_of for one in self.alerts]
        if not ages and self.kinds:
            return self.as_of
        return min((age for age in ages if age is not None), default=None)

    def as_json(self) -> dict[str, object]:
        """Return them for `--json`."""
        return {
            "account": self.account or None,
            "alerts": [one.as_json() for one in self.alerts],
            "untold": [
                {"what": one.what, "why": one.why, "permission": one.permission or None}
                for one in self.untold
            ],
            "as_of": iso(self.as_of),
        }


def alerts_now(workspace: Workspace) -> AlertsNow:
    """Return the alerts as the store knows them; nothing is asked."""
    with workspace.database.read() as connection:
        value, as_of = read_fact(connection, ALERTS_FACT)
        kept = alerts_from(value)
        since = 0.0 if kept is None or as_of is None else as_of.timestamp()
        changed = alerts_since(connection, since)
        coming = on_the_way(connection, Service.BILLING)
    if kept is None:
        kept, as_of = KeptAlerts(), None
    found = {subject_for(one.kind, one.name): one for one in kept.alerts}
    for subject, (values, at) in changed.items():
        kind, name = split_subject(subject)
        if is_absent(values):
            found.pop(subject, None)
        else:
            before = found.get(subject, KeptAlert(kind, name, {}))
            found[subject] = replace(before, values=values, as_of=at, emails_as_of=None)
    for subject in coming:
        kind, name = split_subject(subject)
        found.setdefault(subject, KeptAlert(kind, name, absent(kind)))
    alerts = [AlertNow(one, coming.get(subject)) for subject, one in found.items()]
    alerts.sort(key=lambda one: (not one.alert.ours, one.title))
    return AlertsNow(kept.account, tuple(alerts), kept.untold, kept.kinds, as_of)


def read_budget(
    now: AlertsNow,
    name: str,
    limit: str | None = None,
    thresholds: Sequence[str] = (),
    emails: Sequence[str] = (),
) -> BudgetPlan:
    """Read what a budget is to be, as an admin writes it; what is left out stays as it is.

    Args:
        now: What is known of it.
        name: With or without drtui's prefix.
        limit: Such as `500`; USD a month.
        thresholds: Such as `80%`, `100% forecasted`, `$450`.
        emails: Each gets an email at each threshold.

    Raises:
        InvalidInputError: Something cannot be read, or is missing and not known.
    """
    own = own_name(name)
    before = now.values_of(AlertKind.BUDGET, own)
    return BudgetPlan(
        own,
        parse_amount(limit or _kept_text(before, LIMIT, own)),
        tuple(map(parse_threshold, thresholds or split_texts(_kept_text(before, THRESHOLDS, own)))),
        tuple(emails) or split_texts(_kept_text(before, EMAILS, own)),
    )


def read_alarm(
    now: AlertsNow, name: str, limit: str | None = None, emails: Sequence[str] = ()
) -> AlarmWish:
    """Read what an alarm is to be; see `read_budget`.

    The addresses that it has stay: drtui asks nobody to leave, so that a plan must not say so.

    Raises:
        InvalidInputError: Something cannot be read, or is missing and not known.
    """
    own = own_name(name)
    before = now.values_of(AlertKind.ALARM, own)
    has = before.get(EMAILS) if emails else _kept_text(before, EMAILS, own)
    known = split_texts(has) if isinstance(has, str) and has != NOTHING else ()
    return AlarmWish(
        own,
        parse_amount(limit or _kept_text(before, LIMIT, own)),
        (*known, *(one for one in emails if one not in known)),
    )


def plan_alerts(
    workspace: Workspace,
    *,
    budgets: Iterable[BudgetPlan] = (),
    alarms: Iterable[AlarmWish] = (),
    remove: Iterable[tuple[AlertKind, str]] = (),
) -> Plan:
    """Plan to create or change budgets and alarms of drtui's, and to remove some.

    Args:
        workspace: The account's.
        budgets: What each is to be; see `read_budget`.
        alarms: What each is to be; see `read_alarm`.
        remove: Kind and name, with or without drtui's prefix; what is known not to be there
            is `Plan.unmatched`.

    Raises:
        InvalidInputError: Something to be removed is not drtui's, or an alert is named twice.
        NotAllowedError: Whoever is signed in may not do it.
    """
    now = alerts_now(workspace)
    unmatched: list[str] = []
    errands = [
        *(budget_errand(one, now.values_of(AlertKind.BUDGET, one.name)) for one in budgets),
        *(alarm_errand(one, now.values_of(AlertKind.ALARM, one.name)) for one in alarms),
    ]
    for kind, text in remove:
        name = _ours(now, kind, text)
        before = now.values_of(kind, name)
        if is_absent(before):
            unmatched.append(title_of(kind, name))
        else:
            errands.append(removal_errand(kind, name, before))
    if len({one.subject for one in errands}) < len(errands):
        raise InvalidInputError("Name each billing alert only once.")
    return plan_errands(
        workspace,
        OperationKind.CHANGE_BILLING_ALERTS,
        _what(errands),
        errands,
        tuple(unmatched),
    )


def _kept_text(values: Values, field: str, name: str) -> str:
    """Return what stays as it is."""
    value = values.get(field)
    if not isinstance(value, str) or is_absent(values) or value in (NOTHING, VARIOUS):
        raise InvalidInputError(
            f"Say the {field} of “{clean(name, 100)}”: what it has now is not known."
        )
    return value


def _ours(now: AlertsNow, kind: AlertKind, text: str) -> str:
    """Return the name of an alert of drtui's that is to be removed."""
    known = {one.alert.name for one in now.alerts if one.alert.kind is kind}
    if is_ours(text) and text in known:
        return text
    name = own_name(text)
    if text in known and name not in known:
        raise InvalidInputError(
            f"“{clean(text, 100)}” was not made by drtui, which leaves it as it is."
        )
    return name


def _what(errands: Sequence[Errand]) -> str:
    """Say what is done: `Create billing alert  budget drtui finals`."""
    verbs = {_verb(one) for one in errands}
    if len(verbs) != 1:
        said = [f"{_verb(one)} {one.label}" for one in errands]
        return "  ".join(["Change billing alerts", *said])
    alerts = noun(len(errands), "billing alert")
    return "  ".join([f"{capitalised(verbs.pop())} {alerts}", *(one.label for one in errands)])


def _verb(errand: Errand) -> str:
    if is_absent(errand.after):
        return "remove"
    return "create" if is_absent(errand.before) else "change"
