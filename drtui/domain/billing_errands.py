"""Errands that create, change and remove the billing alerts that drtui makes.

An alert's values are texts, so that a plan's row reads well and an errand can be read back: a limit
is `$500`, thresholds are `80 % actual, 100 % forecasted`, emails are `ada@example.com,
bob@example.com`, and what is not there is `none`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from drtui.domain.errands import Errand, Service
from drtui.domain.operations import Value, Values, text_in
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import (
    Alert,
    BillingAlarm,
    Budget,
    BudgetPlan,
    Measure,
    Notice,
    Topic,
    Trigger,
    check_amount,
    check_emails,
    own_name,
    plain,
)
from drtui.domain.text import clean

LIMIT: Final = "limit"
THRESHOLDS: Final = "thresholds"
EMAILS: Final = "emails"
NOTHING: Final = "none"
VARIOUS: Final = "not the same for each threshold"
"""The emails of a budget whose notifications do not all go to the same addresses."""

_SEPARATOR: Final = ", "
_AMOUNT: Final = re.compile(r"\$? ?(\d{1,3}(?:,\d{3})+|\d{1,12})(\.\d{1,9})?(?: ?USD)?", re.ASCII)
_THRESHOLD: Final = re.compile(
    r"(?P<usd>\$ ?)?(?P<number>\d{1,12}(?:\.\d{1,9})?) ?(?P<percent>%)?"
    r"(?:[ :](?P<trigger>actual|forecast(?:ed)?))?",
    re.ASCII | re.IGNORECASE,
)
_OF_BUDGET: Final = "counts the whole AWS account, comes hours late and stops nothing"
_OF_ALARM: Final = (
    "AWS asks new addresses to confirm; all of drtui's alarms go to the same addresses, which they "
    "leave only by the link in AWS's emails; counts the whole AWS account, comes hours late and "
    "stops nothing"
)
_LASTS: Final = "it cannot be undone, only made anew"


class AlertKind(StrEnum):
    """What a billing alert is in AWS."""

    BUDGET = "budget"
    ALARM = "alarm"


_FIELDS: Final = {
    AlertKind.BUDGET: (LIMIT, THRESHOLDS, EMAILS),
    AlertKind.ALARM: (LIMIT, EMAILS),
}


@dataclass(frozen=True, slots=True)
class AlarmWish:
    """What a billing alarm of drtui's is to be, before there is a topic that it notifies.

    Attributes:
        name: Begins with drtui's prefix; see `sponsor.billing.own_name`.
        threshold: USD in the month, above which it notifies.
        emails: Who is told.
    """

    name: str
    threshold: Decimal
    emails: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse, or what is not drtui's.

        Raises:
            InvalidInputError: One sentence for the admin.
        """
        if own_name(self.name) != self.name:
            raise InvalidInputError("The name of an alarm must be drtui's own.")
        check_amount(self.threshold)
        check_emails(self.emails)


def subject_for(kind: AlertKind, name: str) -> str:
    """Return what an errand about an alert is about."""
    return f"{kind.value}:{name}"


def split_subject(subject: str) -> tuple[AlertKind, str]:
    """Return the kind and the name that `subject_for` was given.

    Raises:
        ValueError: It is no such subject.
    """
    kind, _, name = subject.partition(":")
    return AlertKind(kind), name


def title_of(kind: AlertKind, name: str) -> str:
    """Return how the admin knows an alert, safe to show."""
    return f"{kind.value} {clean(name, 100)}"


def absent(kind: AlertKind) -> dict[str, Value]:
    """Return the values of an alert that is not there."""
    return dict.fromkeys(_FIELDS[kind], NOTHING)


def is_absent(values: Values) -> bool:
    """Whether these are the values of an alert that is not there."""
    return values.get(LIMIT) == NOTHING


def unknown(kind: AlertKind) -> dict[str, Value]:
    """Return the values of an alert of which nothing is known."""
    return dict.fromkeys(_FIELDS[kind])


def budget_errand(plan: BudgetPlan, before: Values) -> Errand:
    """Return the errand that lets a budget be as planned.

    Args:
        plan: What it is to be.
        before: What is there, of `absent`, `unknown` or `budget_values`.
    """
    after = {
        LIMIT: _usd(plan.limit),
        THRESHOLDS: _thresholds(plan.alerts),
        EMAILS: _SEPARATOR.join(sorted(plan.emails)),
    }
    return _errand(AlertKind.BUDGET, plan.name, before, after, _OF_BUDGET)


def alarm_errand(wish: AlarmWish, before: Values) -> Errand:
    """Return the errand that lets an alarm be as wished; see `budget_errand`."""
    after = {LIMIT: _usd(wish.threshold), EMAILS: _SEPARATOR.join(sorted(wish.emails))}
    return _errand(AlertKind.ALARM, wish.name, before, after, _OF_ALARM)


def removal_errand(kind: AlertKind, name: str, before: Values) -> Errand:
    """Return the errand that removes an alert; see `budget_errand`."""
    return _errand(kind, name, before, absent(kind), _LASTS)


def budget_values(budget: Budget, notices: Sequence[Notice] | None) -> Values:
    """Return what a budget is.

    Args:
        budget: As AWS tells it.
        notices: Its notifications; None where they are not known.
    """
    values = unknown(AlertKind.BUDGET) | {LIMIT: _of(budget.limit)}
    if notices is not None:
        known = [each.alert for each in notices if each.alert is not None]
        others = [each.says for each in notices if each.alert is None]
        told = [_thresholds(known), *others] if known else others
        values[THRESHOLDS] = _SEPARATOR.join(told) or NOTHING
        reached = {_SEPARATOR.join(sorted((*one.emails, *one.topics))) for one in notices}
        values[EMAILS] = VARIOUS if len(reached) > 1 else "".join(reached) or NOTHING
    return values


def alarm_values(alarm: BillingAlarm, topic: Topic | None = None) -> Values:
    """Return what an alarm is.

    Args:
        alarm: As AWS tells it.
        topic: The one that it notifies; None where it is not known whom that reaches.
    """
    values = unknown(AlertKind.ALARM) | {LIMIT: _of(alarm.threshold)}
    if topic is not None:
        values[EMAILS] = _SEPARATOR.join(sorted(topic.emails)) or NOTHING
    return values


def wanted(kind: AlertKind, name: str, after: Values) -> BudgetPlan | AlarmWish | None:
    """Return what an errand asks for; None is that there is no such alert.

    Raises:
        InvalidInputError: It is not what the functions above make.
    """
    if is_absent(after):
        return None
    limit = parse_amount(text_in(after, LIMIT) or "")
    emails = split_texts(text_in(after, EMAILS) or "")
    if kind is AlertKind.ALARM:
        return AlarmWish(name, limit, emails)
    thresholds = split_texts(text_in(after, THRESHOLDS) or "")
    return BudgetPlan(name, limit, tuple(map(parse_threshold, thresholds)), emails)


def split_texts(text: str) -> tuple[str, ...]:
    """Return the texts of a value that holds several."""
    return tuple(each for each in text.split(_SEPARATOR) if each)


def parse_amount(text: str) -> Decimal:
    """Read an amount as an admin writes it: `500`, `$500`, `1,500.50 USD`.

    Raises:
        InvalidInputError: It is none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise InvalidInputError(f"“{clean(text, 40)}” is not an amount: write it like 500.")
    amount = Decimal(found.group(1).replace(",", "") + (found.group(2) or ""))
    check_amount(amount)
    return amount


def parse_threshold(text: str) -> Alert:
    """Read a threshold as an admin writes it: `80`, `80 %`, `100% forecasted`, `$450 actual`.

    A number alone is per cent of the limit, and what is spent already counts unless it is said
    that the forecast does.

    Raises:
        InvalidInputError: It is none.
    """
    found = _THRESHOLD.fullmatch(text.strip())
    if found is None or (found["usd"] and found["percent"]):
        raise InvalidInputError(
            f"“{clean(text, 40)}” is not a threshold: write it like 80%, 100% forecasted or $450."
        )
    forecasted = (found["trigger"] or "").lower().startswith("forecast")
    return Alert(
        Trigger.FORECASTED if forecasted else Trigger.ACTUAL,
        Measure.USD if found["usd"] else Measure.PERCENT,
        Decimal(found["number"]),
    )


def threshold_text(alert: Alert) -> str:
    """Return a threshold as `parse_threshold` reads it, such as `80 % actual`."""
    amount = (
        _usd(alert.threshold) if alert.measure is Measure.USD else f"{plain(alert.threshold)} %"
    )
    return f"{amount} {alert.trigger.value.lower()}"


def _thresholds(alerts: Iterable[Alert]) -> str:
    def order(alert: Alert) -> tuple[str, str, Decimal]:
        return alert.trigger.value, alert.measure.value, alert.threshold

    return _SEPARATOR.join(threshold_text(each) for each in sorted(alerts, key=order))


def _of(amount: Decimal | None) -> Value:
    return None if amount is None else _usd(amount)


def _usd(amount: Decimal) -> str:
    return f"${amount:.2f}".removesuffix(".00")


def _errand(kind: AlertKind, name: str, before: Values, after: Values, note: str) -> Errand:
    return Errand(
        Service.BILLING, subject_for(kind, name), title_of(kind, name), before, after, note
    )
