"""What filters of every kind of record share on their way to SQL.

Every condition made here is true or false, never NULL: a value that is not known matches no
comparison, and `not` is the complement.
"""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, not_, or_, true

from drtui.domain.filter_conditions import Condition, DateMatch
from drtui.domain.filter_fields import Operator
from drtui.domain.filters import And, Everything, Expression, Not, Or, Word

COMPARE: Final[dict[Operator, Callable[[Any, Any], Any]]] = {
    Operator.IS: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def combined(
    expression: Expression, condition: Callable[[Word | Condition], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the SQL of an expression.

    Args:
        expression: From `filters.parse`.
        condition: Returns the SQL of one word or condition.
    """
    match expression:
        case Everything():
            return true()
        case And():
            return and_(*(combined(part, condition) for part in expression.parts))
        case Or():
            return or_(*(combined(part, condition) for part in expression.parts))
        case Not():
            return not_(combined(expression.part, condition))
        case _:
            return condition(expression)


def bindable(number: Decimal) -> int | float:
    """Return a number as a database takes it."""
    return int(number) if number == number.to_integral_value() else float(number)


def in_period(column: ColumnElement[Any], match: DateMatch) -> ColumnElement[bool]:
    """Return the comparison of a column of times with a period; NULL where that is NULL."""
    start, end = match.start.timestamp(), match.end.timestamp()
    return {
        Operator.IS: and_(column >= start, column < end),
        Operator.LESS: column < start,
        Operator.AT_MOST: column < end,
        Operator.MORE: column >= end,
        Operator.AT_LEAST: column >= start,
    }[match.operator]
