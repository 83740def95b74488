"""From a filter's expression to SQL over the sponsored users.

Every condition made here is true or false, never NULL: a value that is not known matches no
comparison, and `not` is the complement.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from drtui.domain.filter_conditions import (
    Amount,
    Choice,
    DateMatch,
    IdMatch,
    Labelled,
    TextMatch,
    Unknown,
    Unlimited,
)
from drtui.domain.filter_fields import YES
from drtui.domain.filters import Expression, Word
from drtui.domain.records import UNLIMITED
from drtui.domain.spending import BYTES_PER_GB, Rates
from drtui.domain.text import fold
from drtui.store.filter_logic import COMPARE, bindable, combined, in_period
from drtui.store.tables import table
from drtui.store.users import ITEMS, USERS, is_open

_TAGS: Final = table("tag")
_Column = ColumnElement[Any]

_COLUMNS: Final[dict[str, _Column]] = {
    "alias": USERS.c.alias,
    "email": USERS.c.email,
    "status": USERS.c.status,
    "role": USERS.c.role,
    "joined": USERS.c.created_at,
}


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a number field is read from a row.

    Attributes:
        value: What is compared, counted as the columns count.
        needs: The columns that have to be known for it.
        per_unit: How many of `value` are one of the field's unit.
        bound: The column that leaves no number where it is unlimited; None where there is none.
        share_of: The column that its percentages are of; None where it has none.
        of_nothing: Its percentage where it and what it is a share of are both 0: a limit of 0
            is used up, and nothing of it is left.
    """

    value: _Column
    needs: tuple[_Column, ...]
    per_unit: int = 1
    bound: _Column | None = None
    share_of: _Column | None = None
    of_nothing: int = 100


def _measures() -> dict[str, _Measure]:
    used, limit = USERS.c.minutes_used, USERS.c.minutes_limit
    queued = USERS.c.minutes_queued
    models, models_limit = USERS.c.models, USERS.c.models_limit
    storage = USERS.c.storage_bytes
    return {
        "hours": _Measure(used, (used,), per_unit=60, share_of=limit),
        "queued": _Measure(queued, (queued,), per_unit=60),
        "left": _Measure(
            # As `sponsorship.over_quota` reckons: an unknown queue counts as none.
            limit - used - func.coalesce(queued, 0),
            (limit, used),
            per_unit=60,
            bound=limit,
            share_of=limit,
            of_nothing=0,
        ),
        "limit": _Measure(limit, (limit,), per_unit=60, bound=limit),
        "models": _Measure(models, (models,), share_of=models_limit),
        "models-limit": _Measure(models_limit, (models_limit,), bound=models_limit),
        "storage": _Measure(storage, (storage,), per_unit=BYTES_PER_GB),
    }


_MEASURES: Final = _measures()


def _measure(field: str, rates: Rates) -> _Measure:
    if field == "usd":
        total = USERS.c.total_minutes
        return _Measure(total / 60.0 * rates.hour_usd, (total,))
    return _MEASURES[field]


def where(expression: Expression, *, rates: Rates) -> ColumnElement[bool]:
    """Return the condition on `sponsored_user` that a filter's expression stands for.

    Args:
        expression: From `filters.parse`.
        rates: What estimated spending is reckoned with.
    """
    return combined(expression, lambda condition: _condition(condition, rates))


def _known(columns: Iterable[_Column]) -> ColumnElement[bool]:
    return and_(*(column.is_not(None) for column in columns))


@singledispatch
def _condition(condition: object, _: Rates) -> ColumnElement[bool]:
    raise TypeError(f"no condition of a filter: {condition!r}")


@_condition.register
def _word(word: Word, _: Rates) -> ColumnElement[bool]:
    return USERS.c.search_text.contains(fold(word.text), autoescape=True)


@_condition.register
def _text(match: TextMatch, _: Rates) -> ColumnElement[bool]:
    column = _COLUMNS[match.field]
    found = (
        func.lower(column) == func.lower(match.text)
        if match.whole
        else column.icontains(match.text, autoescape=True)
    )
    return and_(_known([column]), found)


@_condition.register
def _id(match: IdMatch, _: Rates) -> ColumnElement[bool]:
    return USERS.c.profile_id == match.profile_id


@_condition.register
def _choice(choice: Choice, _: Rates) -> ColumnElement[bool]:
    if choice.field == "pending":
        return _unsettled() if choice.value == YES else not_(_unsettled())
    column = _COLUMNS[choice.field]
    return column == choice.value


def _unsettled() -> ColumnElement[bool]:
    return USERS.c.profile_id.in_(select(ITEMS.c.target).where(is_open()))


@_condition.register
def _labelled(tag: Labelled, _: Rates) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            _TAGS.c.profile_id == USERS.c.profile_id,
            func.lower(_TAGS.c.key) == fold(tag.key),
            func.lower(_TAGS.c.value) == fold(tag.label),
        )
        .correlate(USERS)
    )


@_condition.register
def _amount(amount: Amount, rates: Rates) -> ColumnElement[bool]:
    measure = _measure(amount.field, rates)
    compare = COMPARE[amount.operator]
    known = _known(measure.needs)
    if measure.bound is not None:
        known = and_(known, measure.bound != UNLIMITED)
    if amount.percent:
        return and_(known, _share(measure, compare, amount.number))
    return and_(known, compare(measure.value, bindable(amount.number * measure.per_unit)))


def _share(
    measure: _Measure, compare: Callable[[Any, Any], Any], percent: Decimal
) -> ColumnElement[bool]:
    whole = measure.share_of
    assert whole is not None, "a percentage is read only for a field that has one"
    # Multiplied out in whole numbers: exactly 33.3 % is neither more nor less than 33.3 %.
    numerator, denominator = percent.as_integer_ratio()
    compared = compare(measure.value * (100 * denominator), whole * numerator)
    nothing = and_(whole == 0, measure.value == 0)
    if compare(measure.of_nothing, percent):
        compared = or_(nothing, compared)
    else:
        compared = and_(not_(nothing), compared)
    return and_(whole.is_not(None), whole != UNLIMITED, compared)


@_condition.register
def _date(match: DateMatch, _: Rates) -> ColumnElement[bool]:
    column = _COLUMNS[match.field]
    return and_(_known([column]), in_period(column, match))


@_condition.register
def _unknown(unknown: Unknown, rates: Rates) -> ColumnElement[bool]:
    column = _COLUMNS.get(unknown.field)
    return not_(_known([column] if column is not None else _measure(unknown.field, rates).needs))


@_condition.register
def _unlimited(unlimited: Unlimited, rates: Rates) -> ColumnElement[bool]:
    limit = _measure(unlimited.field, rates).value
    return and_(_known([limit]), limit == UNLIMITED)
