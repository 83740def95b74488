"""Writing what calls have confirmed of users, and what follows from it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, update

from drtui.domain.operations import (
    ALIAS,
    LOCAL_FIELDS,
    MINUTES_LIMIT,
    MODELS_LIMIT,
    ROLE_NAME,
    Values,
    deletes,
    deletes_user,
)
from drtui.domain.sponsorship import status_of
from drtui.store.models import forget_models
from drtui.store.users import USERS, chunks, profile_of, rows_by_profile, search_text

_OF_THE_PROFILE: Final = (MINUTES_LIMIT, MODELS_LIMIT, ALIAS, ROLE_NAME)
_NAMES: Final = (*_OF_THE_PROFILE, *LOCAL_FIELDS)
_NAMED: Final = frozenset({ALIAS, ROLE_NAME})
_USUAL: Final = (MINUTES_LIMIT, MODELS_LIMIT, *LOCAL_FIELDS, "status")
_ALL: Final = (*_NAMES, "role", "status", "search_text")


def confirm(connection: Connection, values: Mapping[str, Values], now: float) -> None:
    """Store confirmed values of users and what is derived from them; what is deleted is gone.

    Args:
        connection: In a writing transaction.
        now: Seconds since the epoch.
        values: Account and remembered fields by profile id; whatever else there is to a user
            stays as it is, since the answer of a change lacks it (DeepRacer API facts,
            behaviour 3). Profiles that are not in the store are left alone.
    """
    stored = rows_by_profile(connection, list(values))
    for columns, named in ((_USUAL, False), (_ALL, True)):
        # Apart, since who is called otherwise has to be put elsewhere in the index of names.
        rows = [
            _confirmed(row, values[profile_id], columns)
            for profile_id, row in stored.items()
            if named is not _NAMED.isdisjoint(values[profile_id])
        ]
        if rows:
            connection.execute(
                update(USERS)
                .where(USERS.c.id == bindparam("user_id"))
                .values({name: bindparam(f"new_{name}") for name in columns}),
                rows,
            )
    deleted = [profile_id for profile_id in stored if deletes_user(values[profile_id])]
    for chunk in chunks(deleted):
        connection.execute(update(USERS).where(USERS.c.profile_id.in_(chunk)).values(gone_at=now))
    # Of a deleted user no model is left either: they go first.
    forget_models(connection, [one for one, new in values.items() if deletes(new)], now)


def _confirmed(row: RowMapping, values: Values, columns: Collection[str]) -> dict[str, Any]:
    new = {name: values.get(name, row[name]) for name in _NAMES}
    profile = replace(profile_of(row), **{name: new[name] for name in _OF_THE_PROFILE})
    new |= {
        "role": profile.role.value,
        "status": status_of(profile).value,
        "search_text": search_text(profile.alias, profile.email, row["tags"]),
    }
    return {"user_id": row["id"], **{f"new_{name}": new[name] for name in columns}}
