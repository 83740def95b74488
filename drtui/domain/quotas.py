"""Quota values as admins write them: `unlimited` or `∞`, `N`, `+N`, `-N`.

Hours may be fractional and become whole minutes; model counts are whole numbers.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from drtui.domain.records import UNLIMITED

MOST: Final = 2**31 - 1  # the deployment refuses a number over int32 with a SerializationException
# Bounded, since numbers of a million digits cannot even be computed with.
_NUMBER: Final = re.compile(r"[+-]?([0-9]{1,400}\.?[0-9]{0,100}|\.[0-9]{1,100})")


class QuotaError(ValueError):
    """A quota value that cannot be read; the message is for the admin."""


class CannotChangeError(ValueError):
    """A change that has no meaning for this target; the message is the reason."""


class Unit(StrEnum):
    """What a quota counts."""

    HOURS = "hours"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class QuotaChange:
    """A change of one limit, in minutes or models.

    Attributes:
        amount: The new limit, `UNLIMITED`, or the signed difference when `relative`.
        relative: Whether `amount` is added to the limit there is.
    """

    amount: int
    relative: bool = False

    def apply(self, limit: int | None) -> int:
        """Return the limit after this change.

        Args:
            limit: The limit before; `UNLIMITED`; None is unknown.

        Raises:
            CannotChangeError: The change is relative to no limit or to an unknown one, or its
                result is below 0 or more than the deployment can hold.
        """
        if not self.relative:
            return self.amount
        if limit is None:
            raise CannotChangeError("the limit is unknown")
        if limit == UNLIMITED:
            raise CannotChangeError("unlimited (a relative value has no meaning)")
        after = limit + self.amount
        if after < 0:
            raise CannotChangeError("the result would be below 0")
        if after > MOST:
            raise CannotChangeError("the result is more than the deployment can hold")
        return after

    def __str__(self) -> str:
        """Return the change as it is stored in an operation; `parse_amount` reads it back."""
        if not self.relative:
            return "unlimited" if self.amount == UNLIMITED else str(self.amount)
        return f"{self.amount:+d}"


def parse_amount(text: str) -> QuotaChange:
    """Read back what `str(QuotaChange)` wrote (minutes or models).

    Raises:
        QuotaError: It is not such a text.
    """
    return _parse(text, Decimal(1), whole=True)


def parse_quota(text: str, unit: Unit) -> QuotaChange:
    """Read a quota value as an admin writes it.

    Args:
        text: `unlimited` (or `∞`), `N`, `+N` or `-N`; hours may have a fraction (`1.5`, `+0.25`).
        unit: Hours become whole minutes, half a minute rounded up.

    Raises:
        QuotaError: The text is no such value; the message says what is.
    """
    if unit is Unit.HOURS:
        return _parse(text, Decimal(60), whole=False)
    return _parse(text, Decimal(1), whole=True)


def _parse(text: str, factor: Decimal, *, whole: bool) -> QuotaChange:
    value = text.strip().lower()
    if value in ("unlimited", "∞"):
        return QuotaChange(UNLIMITED)
    kind = "a whole number" if whole else "a number"
    complaint = f"“{text.strip()[:40]}” is not a quota: write N, +N, -N or unlimited, N {kind}"
    if not _NUMBER.fullmatch(value):
        raise QuotaError(complaint)
    number = Decimal(value)
    too_much = abs(number) > MOST
    if whole and not too_much and number != number.to_integral_value():
        raise QuotaError(complaint)
    amount = 0 if too_much else int((number * factor).to_integral_value(ROUND_HALF_UP))
    if too_much or abs(amount) > MOST:
        raise QuotaError(f"“{text.strip()[:40]}” is more than the deployment can hold")
    return QuotaChange(amount, relative=value[0] in {"+", "-"})


def hours_text(minutes: int | None) -> str:
    """Return minutes as hours with one decimal, `∞` for unlimited, `?` for unknown."""
    if minutes is None:
        return "?"
    return "∞" if minutes == UNLIMITED else f"{minutes / 60:,.1f}"


def used_hours(used: int | None, limit: int | None) -> str:
    """Return hours used: rounded down where it would seem that the limit is reached: `4.9`."""
    text = hours_text(used)
    if used is None or limit is None or used >= limit or text != hours_text(limit):
        return text
    return f"{used // 6 / 10:,.1f}"


def limit_hours(minutes: int | None) -> str:
    """Return a limit in hours without needless decimals: `5`, `1.5`, `∞`, `?`."""
    if minutes is None or minutes == UNLIMITED:
        return hours_text(minutes)
    return f"{minutes / 60:,.2f}".rstrip("0").rstrip(".")


def count_text(count: int | None) -> str:
    """Return a count, `∞` for unlimited, `?` for unknown."""
    if count is None:
        return "?"
    return "∞" if count == UNLIMITED else f"{count:,}"
