"""The models' table: keys by filter and order, rows by key, and what models come to together."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    true,
)

from drtui.domain.errand_wording import ON_MODELS
from drtui.domain.errands import Service
from drtui.domain.models import BUCKET_ONLY, ModelRow, ModelTotals, model_subject
from drtui.domain.operations import DELETED
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean, fold
from drtui.store.model_filter_sql import deleting
from drtui.store.models import LISTINGS, MODELS, SWEEP, THERE
from drtui.store.sqlite import grouped_ids, ordered_ids
from drtui.store.tables import table
from drtui.store.users import ITEMS, USERS, chunks, is_open, moment

_FILES: Final = table("model_file")
_OF_MODELS: Final[Mapping[str, ColumnElement[Any]]] = {
    "name": MODELS.c.search_text,
    "status": MODELS.c.status,
    "created_at": MODELS.c.created_at,
    "source": MODELS.c.source,
    "size_bytes": MODELS.c.size_bytes,
    "training_status": MODELS.c.training_status,
    "track": MODELS.c.track,
    "model_id": MODELS.c.model_id,
}
_BY_INDEX: Final = frozenset({"created_at", "size_bytes"})
_OF_RACERS: Final[Mapping[str, ColumnElement[Any]]] = {
    "alias": USERS.c.search_text,
    "email": USERS.c.email,
    "racer_tags": USERS.c.tags,
}
_ANY: Final = true()
_LOOKED_UP: Final = 10_000  # targets; to look more up takes longer than to read what is open
MODEL_SORT_FIELDS: Final = (*_OF_MODELS, *_OF_RACERS)


def model_keys(
    connection: Connection,
    condition: ColumnElement[bool] | None = None,
    sort: str = "name",
    *,
    reverse: bool = False,
) -> Sequence[int]:
    """Return the keys of the models that are there, in order.

    Args:
        connection: In a transaction.
        condition: From `model_filter_sql.model_condition`; None is all.
        sort: One of `MODEL_SORT_FIELDS`; those of the racer bring a racer's models together, by
            name. Unknown values come last either way, as do models without a name.
        reverse: Largest first.

    Raises:
        InvalidInputError: There is no such field to sort by.
    """
    there = THERE if condition is None else THERE & condition
    if sort in _OF_RACERS:
        return _by_racer(connection, there, _OF_RACERS[sort], reverse=reverse)
    if sort not in _OF_MODELS:
        raise InvalidInputError(
            f"There is no field “{clean(sort, 40)}” to sort by: choose one of "
            f"{', '.join(MODEL_SORT_FIELDS)}."
        )
    column = _OF_MODELS[sort]
    order = column.desc() if reverse else column.asc()
    statement = select(MODELS.c.key).where(there)
    if sort == "name":
        # One after the other, since an order by whether there is a name would make SQLite sort.
        named = statement.where(not_(_unnamed())).order_by(order)
        unnamed = statement.where(_unnamed()).order_by(MODELS.c.search_text)
        last = ordered_ids(connection, unnamed)
        first = ordered_ids(connection, named)
        return [*first, *last] if last else first
    if sort in _BY_INDEX:
        # Equal ones come in the order of the keys already; to ask for it would make SQLite sort.
        statement = statement.order_by(order.nulls_last())
    else:
        statement = statement.order_by(column == "", order, MODELS.c.key)
    return ordered_ids(connection, statement)


def _unnamed() -> ColumnElement[bool]:
    """The condition that a model has no name: a range of the index of names."""
    text = MODELS.c.search_text
    return and_(text >= "\n", text < "\v")


def _by_racer(
    connection: Connection,
    there: ColumnElement[bool],
    column: ColumnElement[Any],
    *,
    reverse: bool,
) -> list[int]:
    """Sort the few racers, and take each one's models from the index that has them together."""
    order = column.desc() if reverse else column.asc()
    unknown = or_(column.is_(None), column == "")
    racers = connection.scalars(select(USERS.c.profile_id).order_by(unknown, order, USERS.c.id))
    models = grouped_ids(
        connection,
        select(MODELS.c.profile_id, MODELS.c.key)
        .where(there)
        .order_by(MODELS.c.profile_id, MODELS.c.search_text),
    )
    keys = [key for profile_id in racers for key in models.pop(profile_id, ())]
    return keys + [key for others in models.values() for key in others]


def models_by_key(connection: Connection, keys: Sequence[int]) -> dict[int, ModelRow]:
    """Return the models with these keys, in their order; the gone are left out."""
    rows: dict[int, RowMapping] = {}
    for chunk in chunks(keys):
        found = select(MODELS).where(MODELS.c.key.in_(chunk), THERE)
        rows |= {row["key"]: row for row in connection.execute(found).mappings()}
    return _rows_of(connection, [rows[key] for key in keys if key in rows])


def model_even_gone(connection: Connection, key: int) -> tuple[ModelRow, float | None, str] | None:
    """Return a model, when it was gone (None while it is there), and its metadata as JSON.

    None as a whole stands for a key that never was.
    """
    row = connection.execute(select(MODELS).where(MODELS.c.key == key)).mappings().first()
    if row is None:
        return None
    return _rows_of(connection, [row])[key], row["gone_at"], row["details"]


def model_keys_of(connection: Connection, profile_ids: Sequence[str]) -> list[int]:
    """Return the keys of the models of some racers, by racer and name."""
    keys: list[int] = []
    for chunk in chunks(profile_ids):
        found = select(MODELS.c.key).where(MODELS.c.profile_id.in_(chunk), THERE)
        keys += connection.scalars(found.order_by(MODELS.c.profile_id, MODELS.c.search_text))
    return keys


def models_named(connection: Connection, texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the keys of the models that each text names: by id to the letter, else by name."""
    wanted: dict[str, list[str]] = {}
    for text in texts:
        wanted.setdefault(fold(text), []).append(text)
    found: dict[str, list[int]] = {text: [] for text in texts}
    by_name: dict[str, list[int]] = {text: [] for text in texts}
    if not texts:
        return found
    for row in connection.execute(
        select(MODELS.c.key, MODELS.c.model_id, MODELS.c.name).where(THERE)
    ):
        if row.model_id in found:
            found[row.model_id].append(row.key)
        for text in wanted.get(fold(row.name), ()):
            by_name[text].append(row.key)
    return {text: found[text] or by_name[text] for text in texts}


def racers_with_models(connection: Connection) -> int:
    """Return how many racers have a model."""
    found = select(func.count(MODELS.c.profile_id.distinct())).where(THERE)
    return connection.scalar(found) or 0


def model_totals(
    connection: Connection, condition: ColumnElement[bool] | None = None
) -> ModelTotals:
    """Return what the models come to together: all, or those of a condition."""
    statement = (
        select(
            case((MODELS.c.listed.is_(true()), MODELS.c.status), else_=BUCKET_ONLY).label("told"),
            func.count(),
            func.sum(MODELS.c.size_bytes),
            func.count(MODELS.c.size_bytes),
        )
        .where(THERE if condition is None else THERE & condition)
        .group_by("told")
    )
    counts: Counter[str] = Counter()
    size, sized = 0, 0
    for status, number, bytes_, with_size in connection.execute(statement):
        counts[status] += number
        size, sized = size + (bytes_ or 0), sized + with_size
    return ModelTotals(dict(counts.most_common()), size if sized else None, counts.total() - sized)


def _rows_of(connection: Connection, rows: Sequence[RowMapping]) -> dict[int, ModelRow]:
    profile_ids = list(dict.fromkeys(row["profile_id"] for row in rows))
    racers: dict[str, RowMapping] = {}
    listings: dict[str, RowMapping] = {}
    for chunk in chunks(profile_ids):
        found = select(
            USERS.c.id, USERS.c.profile_id, USERS.c.alias, USERS.c.email, USERS.c.tags
        ).where(USERS.c.profile_id.in_(chunk))
        racers |= {row["profile_id"]: row for row in connection.execute(found).mappings()}
        read = select(LISTINGS).where(LISTINGS.c.profile_id.in_(chunk))
        listings |= {row["profile_id"]: row for row in connection.execute(read).mappings()}
    all_read_at = connection.scalar(select(SWEEP.c.all_read_at))
    saved = _saved(connection, rows)
    pending = _pending(connection, rows)
    return {
        row["key"]: _row(
            row,
            racers.get(row["profile_id"]),
            _latest(row, listings.get(row["profile_id"]), all_read_at),
            downloaded=(row["profile_id"], row["model_id"]) in saved,
            pending=pending.get(row["key"], ""),
        )
        for row in rows
    }


def _latest(row: RowMapping, listing: RowMapping | None, all_read_at: float | None) -> float:
    own = None if listing is None else listing["read_at"]
    written: float = row["as_of"]
    read = [at for at in (own, all_read_at) if at is not None] if row["listed"] else []
    return max([written, *read])


def _saved(connection: Connection, rows: Sequence[RowMapping]) -> set[tuple[str, str]]:
    saved: set[tuple[str, str]] = set()
    for chunk in chunks([row["model_id"] for row in rows]):
        found = select(_FILES.c.profile_id, _FILES.c.model_id).where(_FILES.c.model_id.in_(chunk))
        saved |= {(profile_id, model_id) for profile_id, model_id in connection.execute(found)}
    return saved


def _pending(connection: Connection, rows: Sequence[RowMapping]) -> dict[int, str]:
    """What is on its way for each model: of its own, or the deletion of its racer's."""
    profile_ids = dict.fromkeys(row["profile_id"] for row in rows)
    deleted = _open_targets(connection, profile_ids, deleting())
    emptied = {_target(Service.DOWNLOADED_MODELS, one): one for one in profile_ids}
    deleted.update(emptied[one] for one in _open_targets(connection, emptied))
    wanted = {
        _target(service, model_subject(row["profile_id"], row["model_id"])): (row["key"], word)
        for row in rows
        for service, word in ON_MODELS.items()
    }
    words: dict[int, list[str]] = {
        row["key"]: [DELETED] for row in rows if row["profile_id"] in deleted
    }
    there = _open_targets(connection, wanted)
    for target, (key, word) in wanted.items():
        if target in there:
            words.setdefault(key, []).append(word)
    return {key: ", ".join(dict.fromkeys(told)) for key, told in words.items()}


def _target(service: Service, subject: str) -> str:
    return f"{service}:{subject}"


def _open_targets(
    connection: Connection,
    targets: Collection[str],
    condition: ColumnElement[bool] = _ANY,
) -> set[str]:
    """Which of these targets have an item that is not settled."""
    statement = select(ITEMS.c.target).where(is_open(), condition)
    if len(targets) > _LOOKED_UP:
        return {one for one in connection.scalars(statement) if one in targets}
    found: set[str] = set()
    for chunk in chunks(list(targets)):
        found.update(connection.scalars(statement.where(ITEMS.c.target.in_(chunk))))
    return found


def _row(
    row: RowMapping,
    racer: RowMapping | None,
    as_of: float,
    *,
    downloaded: bool,
    pending: str,
) -> ModelRow:
    return ModelRow(
        key=row["key"],
        profile_id=row["profile_id"],
        model_id=row["model_id"],
        name=row["name"],
        status=row["status"],
        created_at=moment(row["created_at"]),
        source=row["source"],
        trouble=row["trouble"],
        size=row["size_bytes"],
        files=row["files"],
        training_status=row["training_status"],
        track=row["track"],
        alias="" if racer is None else racer["alias"],
        email=None if racer is None else racer["email"],
        racer_key=None if racer is None else racer["id"],
        racer_tags=() if racer is None else tuple(racer["tags"].split()),
        tags=tuple(row["tags"].split()),
        listed=row["listed"],
        downloaded=downloaded,
        pending=pending,
        as_of=moment(as_of),
    )
