"""What is typed into the form of a billing alert, and what is wrong with it, field by field."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from drtui.domain.billing_errands import (
    EMAILS,
    LIMIT,
    NOTHING,
    THRESHOLDS,
    VARIOUS,
    AlertKind,
    parse_amount,
    parse_threshold,
)
from drtui.domain.operations import Values
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.billing import MOST_ALERTS, check_emails, own_name
from drtui.domain.text import clean

NAME: Final = "name"
_EMAILS_APART: Final = re.compile(r"[,;\s]+")
_THRESHOLDS_APART: Final = re.compile(r"[,;]")


@dataclass(frozen=True, slots=True)
class AlertTexts:
    """A billing alert as it is typed.

    Attributes:
        name: With or without drtui's prefix.
        limit: USD a month.
        thresholds: With commas between; of a budget.
        emails: With commas between.
    """

    kind: AlertKind = AlertKind.BUDGET
    name: str = ""
    limit: str = ""
    thresholds: str = "80%, 100% forecasted"
    emails: str = ""

    @property
    def each_threshold(self) -> tuple[str, ...]:
        """The thresholds, one by one."""
        parts = (one.strip() for one in _THRESHOLDS_APART.split(self.thresholds))
        return tuple(one for one in parts if one)

    @property
    def each_email(self) -> tuple[str, ...]:
        """The addresses, one by one."""
        return tuple(one for one in _EMAILS_APART.split(self.emails) if one)

    def problems(self, taken: Collection[tuple[AlertKind, str]] = ()) -> dict[str, str]:
        """Return what is wrong, by field; none where nothing is.

        Args:
            taken: The kinds and names of the alerts that there are already.
        """
        found = {}
        checks: dict[str, Callable[[], None]] = {
            NAME: lambda: self._check_name(taken),
            LIMIT: self._check_limit,
            EMAILS: self._check_emails,
        }
        if self.kind is AlertKind.BUDGET:
            checks[THRESHOLDS] = self._check_thresholds
        for field, check in checks.items():
            try:
                check()
            except InvalidInputError as problem:
                found[field] = str(problem)
        return found

    def _check_name(self, taken: Collection[tuple[AlertKind, str]]) -> None:
        if not self.name.strip():
            raise InvalidInputError("Type a name, such as finals.")
        name = own_name(self.name)
        if (self.kind, name) in taken:
            raise InvalidInputError(
                f"There is a {self.kind.value} of this name: change that one with e."
            )

    def _check_limit(self) -> None:
        if not self.limit.strip():
            raise InvalidInputError("Type an amount of USD a month, such as 500.")
        parse_amount(self.limit)

    def _check_thresholds(self) -> None:
        read = [parse_threshold(one) for one in self.each_threshold]
        if not 1 <= len(read) <= MOST_ALERTS:
            raise InvalidInputError(f"Type 1 to {MOST_ALERTS} thresholds, such as 80%.")
        if len(set(read)) < len(read):
            raise InvalidInputError("A threshold stands here twice.")

    def _check_emails(self) -> None:
        if not self.each_email:
            raise InvalidInputError("Type at least one email address.")
        check_emails(self.each_email)


def texts_of(kind: AlertKind, name: str, values: Values) -> AlertTexts:
    """Return an alert as it would be typed; what is not known is empty."""
    limit, thresholds, emails = (
        clean(value, 2_000)
        if isinstance(value := values.get(field), str) and value not in (NOTHING, VARIOUS)
        else ""
        for field in (LIMIT, THRESHOLDS, EMAILS)
    )
    return AlertTexts(kind, name, limit.removeprefix("$"), thresholds, emails)
