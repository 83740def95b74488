"""Sponsored users: what sweeps write and what screens and commands read."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from drtui.domain.operations import ON_THE_WAY, OPEN, ItemState, Value, Values
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import NO_LIMITS, Limits, Profile, Role, SponsoredUser, Status
from drtui.domain.text import fold
from drtui.store.sqlite import ordered_ids
from drtui.store.tables import table

USERS: Final = table("sponsored_user")
ITEMS: Final = table("operation_item")
COUNTED_ON: Final = or_(ITEMS.c.cancel_requested.is_(False), ITEMS.c.state == ItemState.SENDING)
"""Of what is on its way, what is going to come about: not what is only verified any more."""
T = TypeVar("T")

_CHUNK: Final = 500  # well below SQLite's limit on variables in a statement

_COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "alias": USERS.c.alias,
    "email": USERS.c.email,
    "role": USERS.c.role,
    "status": USERS.c.status,
    "minutes_used": USERS.c.minutes_used,
    "minutes_queued": USERS.c.minutes_queued,
    "minutes_limit": USERS.c.minutes_limit,
    # Nothing where there is no limit, or none that leaves anything: those are paused.
    "minutes_left": case((USERS.c.minutes_limit > 0, USERS.c.minutes_limit - USERS.c.minutes_used)),
    "models": USERS.c.models,
    "models_limit": USERS.c.models_limit,
    "storage_bytes": USERS.c.storage_bytes,
    "estimated_usd": USERS.c.total_minutes,  # a constant rate keeps the order
    "created_at": USERS.c.created_at,
    "tags": USERS.c.tags,
    "profile_id": USERS.c.profile_id,
}
SORT_FIELDS: Final = tuple(_COLUMNS)


def moment(seconds: float | None) -> datetime | None:
    """Return a stored time as a UTC datetime."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def search_text(alias: str, email: str | None, tags: str) -> str:
    """Return what the filter's words are looked for in."""
    return fold("\n".join((alias, email or "", tags)))


def user_keys(
    connection: Connection,
    where: ColumnElement[bool] | None = None,
    sort: str = "alias",
    *,
    reverse: bool = False,
) -> Sequence[int]:
    """Return the ids of the users that are there, in order.

    Args:
        connection: In a transaction.
        where: A condition from `filter_sql.where`; None is everybody.
        sort: One of `SORT_FIELDS`; unknown values come last either way.
        reverse: Largest first.

    Raises:
        InvalidInputError: There is no such field to sort by.
    """
    if sort not in _COLUMNS:
        raise InvalidInputError(
            f"There is no field “{sort[:40]}” to sort by: choose one of {', '.join(SORT_FIELDS)}."
        )
    statement = select(USERS.c.id).where(USERS.c.gone_at.is_(None))
    if sort == "alias":
        # The search's index is in this order already, and within it in that of the ids; to ask
        # for the ids as well would make SQLite sort.
        folded = USERS.c.search_text
        statement = statement.order_by(folded.desc() if reverse else folded)
    else:
        column = _COLUMNS[sort]
        order = column.desc() if reverse else column.asc()
        statement = statement.order_by(order.nulls_last(), USERS.c.id)
    if where is not None:
        statement = statement.where(where)
    return ordered_ids(connection, statement)


def found_keys(connection: Connection, text: str, limit: int) -> list[int]:
    """Return the ids of the users that a text is found in, at most `limit` of them, by alias.

    Those whose alias begins with it come first, then those whose alias holds it, then those whose
    email begins with it. It is looked for in alias, email and labels, as the filter's words are.
    """
    searched, folded = USERS.c.search_text, fold(text)
    in_alias = func.substr(searched, 1, func.instr(searched, "\n") - 1)
    rank = case(
        (searched.startswith(folded, autoescape=True), 0),
        (func.instr(in_alias, folded) > 0, 1),
        (searched.contains(f"\n{folded}", autoescape=True), 2),
        else_=3,
    )
    statement = (
        select(USERS.c.id)
        .where(USERS.c.gone_at.is_(None), searched.contains(folded, autoescape=True))
        .order_by(rank, searched)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def has_email(connection: Connection, email: str) -> bool:
    """Return whether a user is there with this email, whatever its case."""
    found = select(USERS.c.id).where(
        USERS.c.gone_at.is_(None), func.lower(USERS.c.email) == email.lower()
    )
    return connection.scalar(found.limit(1)) is not None


def users_by_key(connection: Connection, keys: Sequence[int]) -> dict[int, SponsoredUser]:
    """Return the users with these ids, in the order of the ids; the gone are left out."""
    rows = {row["id"]: row for row in _rows(connection, USERS.c.id, keys)}
    there = {key: rows[key] for key in keys if key in rows}
    pending = pending_values(connection, [row["profile_id"] for row in there.values()])
    return {key: user_of(row, pending.get(row["profile_id"], {})) for key, row in there.items()}


def user_even_gone(
    connection: Connection, key: int
) -> tuple[SponsoredUser, datetime | None] | None:
    """Return a user and when it was taken for deleted, None while it is there.

    None as a whole stands for a key that never was.
    """
    row = connection.execute(select(USERS).where(USERS.c.id == key)).mappings().first()
    if row is None:
        return None
    profile_id = row["profile_id"]
    pending = pending_values(connection, [profile_id]).get(profile_id, {})
    return user_of(row, pending), moment(row["gone_at"])


def pending_values(
    connection: Connection, profile_ids: Sequence[str]
) -> dict[str, dict[str, Value]]:
    """Return what operations on their way will make of each profile's fields.

    An item that is in doubt and was cancelled is not counted on; one that is being sent is.
    """
    pending: dict[str, dict[str, Value]] = {}
    for chunk in chunks(profile_ids):
        items = connection.execute(
            select(ITEMS.c.target, ITEMS.c.after)
            .where(
                ITEMS.c.target.in_(chunk),
                is_open(),
                ITEMS.c.state.in_(sorted(ON_THE_WAY)),
                COUNTED_ON,
            )
            .order_by(ITEMS.c.rank)
        )
        for target, after in items:
            pending.setdefault(target, {}).update(after)
    return pending


def rows_by_profile(connection: Connection, profile_ids: Sequence[str]) -> dict[str, RowMapping]:
    """Return the stored rows of the users that are there, by profile id."""
    return {row["profile_id"]: row for row in _rows(connection, USERS.c.profile_id, profile_ids)}


def is_open(items: FromClause = ITEMS) -> ColumnElement[bool]:
    """Return the condition that an item is not settled yet.

    The states are written out, to the letter as in the partial indexes: SQLite uses those only
    where it can see that they apply.
    """
    states: BindParameter[str] = bindparam(
        "open_states", sorted(OPEN), expanding=True, literal_execute=True
    )
    return items.c.state.in_(states)


def keys_matching(connection: Connection, texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the ids of the users that each text names: an id, an email or an alias.

    An id or an email names one user; an alias may name several. Texts are compared folded, ids
    to the letter.
    """
    found: dict[str, list[int]] = {text: [] for text in texts}
    by_id = {text: row["id"] for text, row in rows_by_profile(connection, texts).items()}
    wanted: dict[str, list[str]] = {}
    for text in texts:
        if text in by_id:
            found[text] = [by_id[text]]
        else:
            wanted.setdefault(fold(text), []).append(text)
    if not wanted:
        return found
    everybody = connection.execute(
        select(USERS.c.id, USERS.c.alias, USERS.c.email).where(USERS.c.gone_at.is_(None))
    )
    by_alias: dict[str, list[int]] = {}
    for key, alias, email in everybody:
        if email is not None and fold(email) in wanted:
            for text in wanted[fold(email)]:
                found[text] = [*found[text], key]
        by_alias.setdefault(fold(alias), []).append(key)
    for folded, names in wanted.items():
        for text in names:
            found[text] = found[text] or by_alias.get(folded, [])
    return found


def _rows(
    connection: Connection, column: ColumnElement[Any], values: Sequence[Any]
) -> Iterable[RowMapping]:
    for chunk in chunks(values):
        yield from connection.execute(_there(column), {"asked": chunk}).mappings()


@functools.cache  # asked with each result that is written: building it takes longer than running it
def _there(column: ColumnElement[Any]) -> Select[Any]:
    asked: BindParameter[Any] = bindparam("asked", expanding=True)
    return select(USERS).where(and_(column.in_(asked), USERS.c.gone_at.is_(None)))


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut values into parts that fit one statement's variables."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def profile_of(row: RowMapping) -> Profile:
    """Return the confirmed values of a stored user."""
    return Profile(
        profile_id=row["profile_id"],
        alias=row["alias"],
        email=row["email"],
        role_name=row["role_name"],
        minutes_used=row["minutes_used"],
        minutes_queued=row["minutes_queued"],
        minutes_limit=row["minutes_limit"],
        models=row["models"],
        models_limit=row["models_limit"],
        storage_bytes=row["storage_bytes"],
        created_at=moment(row["created_at"]),
        by_name=row["role_name"] is None and row["role"] == Role.UNKNOWN,
    )


def remembered_of(row: RowMapping) -> Limits:
    """Return the remembered limits of a stored user; both None when nothing is remembered."""
    return Limits(row["remembered_minutes"], row["remembered_models"])


def user_of(row: RowMapping, pending: Values) -> SponsoredUser:
    """Return a stored user with what operations on their way will make of its fields."""
    remembered = remembered_of(row)
    return SponsoredUser(
        profile=profile_of(row),
        status=Status(row["status"]),
        as_of=datetime.fromtimestamp(row["as_of"], UTC),
        remembered=None if remembered == NO_LIMITS else remembered,
        carried_minutes=row["carried_minutes"],
        carried_models=row["carried_models"],
        tags=tuple(row["tags"].split()),
        pending=pending,
    )
