"""Billing alerts of the sponsor's account: monthly AWS Budgets, and CloudWatch billing alarms.

What drtui made is known by its name, which begins with `PREFIX`; anything else is listed and never
changed. Budgets and billing alarms cover the whole AWS account, and budgets are brought up to date
a few times a day: an alert comes hours late, and stops nothing.

Amounts are decimals of USD, because AWS takes a budget's limit as decimal text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.participants import is_email
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

PREFIX: Final = "drtui "
MOST_ALERTS: Final = 5  # of one budget, and
MOST_EMAILS: Final = 10  # of one alert (AWS Budgets API, CreateBudget)
OWN_TOPIC: Final = "drtui-billing-alerts"
"""The name of the one SNS topic that all of drtui's alarms notify."""

LONGEST_NAME: Final = 100  # characters of a budget's name, and of an alarm's here
_MOST_USD: Final = Decimal(10) ** 9
_MOST_PERCENT: Final = Decimal(1_000_000)  # AWS Budgets API, Notification
_FORBIDDEN: Final = (":", "\\", "/action/", "<", ">")  # AWS Budgets API, Budget


class Trigger(StrEnum):
    """What an alert watches; the value is what AWS calls it."""

    ACTUAL = "ACTUAL"
    FORECASTED = "FORECASTED"


class Measure(StrEnum):
    """How an alert's threshold is meant; the value is what AWS calls it."""

    PERCENT = "PERCENTAGE"
    USD = "ABSOLUTE_VALUE"


@dataclass(frozen=True, slots=True)
class Alert:
    """When a budget sends its emails: as soon as it is above the threshold.

    Attributes:
        threshold: Per cent of the limit, or USD.
    """

    trigger: Trigger
    measure: Measure
    threshold: Decimal

    def __post_init__(self) -> None:
        """Refuse a threshold that means nothing.

        Raises:
            InvalidInputError: One sentence for the admin.
        """
        if self.measure is Measure.USD:
            check_amount(self.threshold)
        elif not self.threshold.is_finite() or not 0 < self.threshold <= _MOST_PERCENT:
            raise InvalidInputError(
                f"An alert's threshold is more than 0 and at most {_MOST_PERCENT:,} per cent."
            )

    def __str__(self) -> str:
        """Say it in words, such as `80 % of the limit, forecasted`."""
        number = plain(self.threshold)
        what = f"{number} % of the limit" if self.measure is Measure.PERCENT else f"${number}"
        return f"{what}, {self.trigger.value.lower()}"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification as AWS tells it, drtui's or another's.

    Attributes:
        alert: None when it is of a kind that drtui does not make, such as “below”.
        says: What it is in words, safe to show.
        emails: Who gets it.
        topics: ARNs of the SNS topics that get it.
        raised: Whether the threshold is passed; None is unknown.
    """

    alert: Alert | None
    says: str
    emails: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    raised: bool | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A monthly cost budget; None is unknown.

    Attributes:
        name: As it is: what AWS finds it by; clean it before it is shown.
        limit: In `unit` a month.
        actual: Spent this month.
        forecast: Expected for this month; AWS needs some weeks of history for it.
        unit: Such as USD; empty is unknown.
    """

    name: str
    limit: Decimal | None
    actual: Decimal | None
    forecast: Decimal | None
    unit: str

    @property
    def ours(self) -> bool:
        """Whether drtui made it and may change it."""
        return is_ours(self.name)


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """What a budget of drtui's is to be.

    Attributes:
        name: Begins with `PREFIX`; see `own_name`.
        limit: USD a month.
        alerts: Each sends to all of `emails`.
    """

    name: str
    limit: Decimal
    alerts: tuple[Alert, ...]
    emails: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse, or what is not drtui's.

        Raises:
            InvalidInputError: One sentence for the admin.
        """
        _check_name(self.name)
        check_amount(self.limit)
        check_emails(self.emails)
        if not 1 <= len(self.alerts) <= MOST_ALERTS:
            raise InvalidInputError(f"A budget has 1 to {MOST_ALERTS} alerts.")
        if len(set(self.alerts)) < len(self.alerts):
            raise InvalidInputError("A budget must not have the same alert twice.")


@dataclass(frozen=True, slots=True)
class BillingAlarm:
    """A CloudWatch alarm on the estimated charges of the month; None is unknown.

    Attributes:
        name: As it is: what AWS finds it by; clean it before it is shown.
        threshold: USD, or of another kind where the alarm computes something of its own.
        state: As AWS tells it: `OK`, `ALARM` or `INSUFFICIENT_DATA`; empty is unknown.
        topics: ARNs of the SNS topics that it notifies.
    """

    name: str
    threshold: Decimal | None
    state: str
    topics: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether drtui made it and may change it."""
        return is_ours(self.name)


@dataclass(frozen=True, slots=True)
class AlarmPlan:
    """What a billing alarm of drtui's is to be.

    Attributes:
        name: Begins with `PREFIX`; see `own_name`.
        threshold: USD in the month, above which it notifies.
        topic: ARN of the SNS topic to notify, in us-east-1; see `Billing.topic`.
    """

    name: str
    threshold: Decimal
    topic: str

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse, or what is not drtui's.

        Raises:
            InvalidInputError: One sentence for the admin.
        """
        _check_name(self.name)
        check_amount(self.threshold)
        parts = self.topic.split(":")
        if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns" or not parts[5]:
            raise InvalidInputError("The alarm's topic must be the ARN of an SNS topic.")
        if parts[3] != "us-east-1":
            raise InvalidInputError(
                "The alarm's topic must be in us-east-1, as billing alarms are."
            )


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic that sends emails.

    Attributes:
        waiting: The addresses whose owners have not confirmed yet: they get nothing until then.
        emails: All addresses, those of `waiting` among them.
    """

    arn: str
    waiting: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


class Billing(Protocol):
    """Budgets and billing alarms; every method raises `SponsorError` and nothing else.

    `account_id` is that of the sponsor's AWS account, twelve digits. What changes something is
    absolute, so that it may be repeated after an unknown outcome, except where told otherwise.
    """

    def budgets(self, account_id: str) -> tuple[Budget, ...]:
        """Return the account's monthly cost budgets."""

    def notices(self, account_id: str, name: str) -> tuple[Notice, ...]:
        """Return a budget's notifications with their subscribers; a call for each."""

    def create_budget(self, account_id: str, plan: BudgetPlan) -> None:
        """Create a budget; one of that name is `EXISTS`, also after an unknown outcome."""

    def change_budget(self, account_id: str, plan: BudgetPlan) -> None:
        """Let a budget of drtui's be as planned; repeated, it finishes what was cut short."""

    def remove_budget(self, account_id: str, name: str) -> None:
        """Remove a budget of drtui's; one that is gone already is `NOT_FOUND`."""

    def alarms(self) -> tuple[BillingAlarm, ...]:
        """Return the alarms on estimated charges."""

    def put_alarm(self, plan: AlarmPlan) -> None:
        """Create an alarm of drtui's, or let it be as planned."""

    def remove_alarm(self, name: str) -> None:
        """Remove an alarm of drtui's."""

    def topic(self, emails: Sequence[str]) -> Topic:
        """Return drtui's own topic, made if need be, with such addresses among its subscribers.

        AWS asks each new address to confirm; one that has been asked already is not asked again.
        """

    def subscribers(self, arn: str) -> Topic:
        """Return drtui's own topic with whom it reaches; nothing is changed."""


def is_own_topic(arn: str) -> bool:
    """Whether this is the topic that drtui's alarms notify."""
    return arn.rpartition(":")[2] == OWN_TOPIC


def is_ours(name: str) -> bool:
    """Whether drtui made what bears this name."""
    return name.startswith(PREFIX)


def own_name(text: str) -> str:
    """Return the name of a budget or an alarm that drtui makes.

    Args:
        text: What the admin calls it, such as the event's name; with or without `PREFIX`.

    Raises:
        InvalidInputError: One sentence for the admin.
    """
    name = PREFIX + " ".join(text.split()).removeprefix(PREFIX)
    _check_name(name)
    return name


def check_amount(amount: Decimal) -> None:
    """Refuse what is no amount of USD.

    Raises:
        InvalidInputError: One sentence for the admin.
    """
    if not amount.is_finite() or not 0 < amount <= _MOST_USD:
        raise InvalidInputError("An amount is more than $0 and at most $1,000,000,000.")
    if amount != round(amount, 2):
        raise InvalidInputError("An amount has no more than two digits after the point.")


def check_emails(emails: Sequence[str]) -> None:
    """Refuse addresses that an alert cannot go to.

    Raises:
        InvalidInputError: One sentence for the admin.
    """
    if not 1 <= len(emails) <= MOST_EMAILS or len(set(emails)) < len(emails):
        raise InvalidInputError(f"An alert goes to 1 to {MOST_EMAILS} different addresses.")
    for each in emails:
        if not is_email(each):
            raise InvalidInputError(f"“{clean(each, 60)}” is not an email address.")


def plain(amount: Decimal) -> str:
    """Return a decimal as AWS takes it: never with an exponent, without needless zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_name(name: str) -> None:
    rest = name.removeprefix(PREFIX)
    if not is_ours(name) or not rest.strip() or len(name) > LONGEST_NAME:
        raise InvalidInputError(
            f"The name must begin with “{PREFIX.strip()} ” and have {LONGEST_NAME} characters at "
            "the most."
        )
    if not name.isprintable() or any(each in name for each in _FORBIDDEN):
        raise InvalidInputError(
            "The name must be printable, without a colon, a backslash, < or > and “/action/”."
        )
