"""Writing what calls have confirmed of users, and what follows from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, update

from drtui.domain.operations import (
    MINUTES_LIMIT,
    MODELS_LIMIT,
    REMEMBERED_MINUTES,
    REMEMBERED_MODELS,
    Values,
)
from drtui.domain.sponsorship import status_of
from drtui.store.users import USERS, profile_of, rows_by_profile

_NAMES: Final = (MINUTES_LIMIT, MODELS_LIMIT, REMEMBERED_MINUTES, REMEMBERED_MODELS)


def confirm(connection: Connection, values: Mapping[str, Values]) -> None:
    """Store confirmed values of users and derive their statuses anew.

    Args:
        connection: In a writing transaction.
        values: Account and remembered fields by profile id; whatever else there is to a user
            stays as it is, since the answer of a change lacks it (DeepRacer API facts,
            behaviour 3). Profiles that are not in the store are left alone.
    """
    stored = rows_by_profile(connection, list(values))
    rows = [_confirmed(row, values[profile_id]) for profile_id, row in stored.items()]
    if rows:
        names = (*_NAMES, "status")
        connection.execute(
            update(USERS)
            .where(USERS.c.id == bindparam("user_id"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            rows,
        )


def _confirmed(row: RowMapping, values: Values) -> dict[str, Any]:
    new = {name: values.get(name, row[name]) for name in _NAMES}
    profile = replace(
        profile_of(row), minutes_limit=new[MINUTES_LIMIT], models_limit=new[MODELS_LIMIT]
    )
    return {
        "user_id": row["id"],
        "new_status": status_of(profile).value,
        **{f"new_{name}": value for name, value in new.items()},
    }
