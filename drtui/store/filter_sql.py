"""From a filter's expression to SQL over the sponsored users.

Every condition made here is true or false, never NULL: a value that is not known matches no
comparison, and `not` is the complement.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col

from drtui.domain.filter_fields import (
    Operator,
)
from drtui.store.tables import SponsoredUserRow

_COMPARE: Final[dict[Operator, Callable[[Any, Any], Any]]] = {
    Operator.IS: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}

_USED: Final = col(SponsoredUserRow.minutes_used)
_QUEUED: Final = col(SponsoredUserRow.minutes_queued)
_LIMIT: Final = col(SponsoredUserRow.minutes_limit)
_MODELS: Final = col(SponsoredUserRow.models)
_MODELS_LIMIT: Final = col(SponsoredUserRow.models_limit)
_STORAGE: Final = col(SponsoredUserRow.storage_bytes)
_TOTAL: Final = col(SponsoredUserRow.total_minutes)
_TEXTS: Final = {"alias": col(SponsoredUserRow.alias), "email": col(SponsoredUserRow.email)}
_CHOICES: Final = {"status": col(SponsoredUserRow.status), "role": col(SponsoredUserRow.role)}
_DATES: Final = {"joined": col(SponsoredUserRow.created_at)}


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a number field is read from a row.

    Attributes:
        value: What is compared.
        needs: The columns that have to be known for it.
        factor: How many of what the columns count are one of the field's unit.
        limit: The column of the limit that bounds it: a share of it is its percentage, and where
            it is unlimited there is no value. None where neither is so.
        of_nothing: Its percentage where both it and the limit are 0: a limit of 0 is used up.
    """

    value: ColumnElement[Any]
    needs: tuple[ColumnElement[Any], ...]
    factor: int = 1
    limit: ColumnElement[Any] | None = None
    of_nothing: int = 100
