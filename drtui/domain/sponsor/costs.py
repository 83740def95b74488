"""What AWS really charges, as Cost Explorer tells it, beside drtui's own estimate.

A period runs from its first day up to, and without, its end, as Cost Explorer has it. The days are
UTC. What the last days cost is estimated by AWS until the bill is final, and comes with a delay of
up to 24 hours, so a report is kept for a day: each call costs money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, Protocol

from drtui.domain.problems import InvalidInputError

# USD for each request, and each page is one (AWS Cost Explorer FAQ).
CALL_USD: Final = 0.01
KEPT_FOR: Final = timedelta(days=1)
_MOST_DAYS: Final = 366  # a longer period is pages of what no screen shows


class Step(StrEnum):
    """What one row of a report covers."""

    MONTHLY = "MONTHLY"
    DAILY = "DAILY"


@dataclass(frozen=True, slots=True)
class CostTag:
    """A cost allocation tag by which the deployment's own costs are told from others."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ServiceCost:
    """What one service cost; None is unknown.

    Attributes:
        service: As AWS names it, safe to show.
        amount: In the report's unit; below 0 where AWS credited something.
    """

    service: str
    amount: float | None


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What one month or day cost.

    Attributes:
        start: Its first day.
        end: The day after its last one.
        services: By what they cost, the most first; those of unknown amount come last.
        estimated: Whether AWS may still change it; None is unknown.
        complete: Whether AWS told the amounts at all.
    """

    start: date
    end: date
    services: tuple[ServiceCost, ...]
    estimated: bool | None
    complete: bool = True

    @property
    def total(self) -> float | None:
        """The sum; None when AWS did not tell all of it."""
        return summed(each.amount for each in self.services) if self.complete else None


@dataclass(frozen=True, slots=True)
class CostReport:
    """What Cost Explorer told, and when.

    Attributes:
        as_of: When it was asked.
        start: The first day.
        end: The day after the last one.
        tag: What the costs were narrowed to; None for the whole account.
        unit: Such as USD; empty when AWS named none or more than one, and sums mean nothing.
        calls: How many paid calls it took.
    """

    as_of: datetime
    start: date
    end: date
    step: Step
    tag: CostTag | None
    unit: str
    periods: tuple[PeriodCost, ...]
    calls: int

    @property
    def total(self) -> float | None:
        """The sum of all periods; None when any of it is unknown, or there is none."""
        if not self.periods or not self.unit:
            return None
        return summed(each.total for each in self.periods)

    @property
    def estimated(self) -> bool | None:
        """Whether AWS may still change any of it; None when that is unknown."""
        told = [each.estimated for each in self.periods]
        if any(told):
            return True
        return False if told and None not in told else None

    @property
    def price(self) -> float:
        """What asking cost, in USD."""
        return self.calls * CALL_USD

    def by_service(self) -> tuple[ServiceCost, ...]:
        """Return the services' sums over all periods, the dearest first."""
        gathered: dict[str, list[float | None]] = {}
        for period in self.periods:
            for each in period.services:
                gathered.setdefault(each.service, []).append(each.amount)
        return ranked(ServiceCost(name, summed(costs)) for name, costs in gathered.items())

    def is_fresh(self, now: datetime) -> bool:
        """Whether asking again would be money for nothing new."""
        return self.as_of <= now < self.as_of + KEPT_FOR


class Costs(Protocol):
    """Cost Explorer; raises `SponsorError` and nothing else."""

    def read(
        self, start: date, end: date, step: Step, *, as_of: datetime, tag: CostTag | None = None
    ) -> CostReport:
        """Ask for the costs by service; each page of the answer costs `CALL_USD`.

        Args:
            start: The first day.
            end: The day after the last one; see `check_period`.
            step: Months or days.
            as_of: Now.
            tag: None is the whole account.
        """


def check_period(start: date, end: date) -> None:
    """Refuse a period that Cost Explorer would not take, before it is paid for.

    Raises:
        InvalidInputError: One sentence for the admin.
    """
    if not start < end:
        raise InvalidInputError("The period must end after the day on which it begins.")
    if (end - start).days > _MOST_DAYS:
        raise InvalidInputError(f"The period must not be longer than {_MOST_DAYS} days.")


def month_to_date(today: date) -> tuple[date, date]:
    """Return the period from the first of the month through today, as `Costs.read` takes it."""
    return today.replace(day=1), today + timedelta(days=1)


def decimal_of(value: object) -> Decimal | None:
    """Return an amount as AWS sends it (text or a number); None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 15 else None


def summed(amounts: Iterable[float | None]) -> float | None:
    """Return a sum that is unknown as soon as a part of it is."""
    total = 0.0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def ranked(costs: Iterable[ServiceCost]) -> tuple[ServiceCost, ...]:
    """Return services with the dearest first and those of unknown cost last."""
    return tuple(
        sorted(costs, key=lambda each: (each.amount is None, -(each.amount or 0.0), each.service))
    )
