"""The models of profiles, as last listed, and how listing them went."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.model_calls import ListedModel
from drtui.domain.records import StoredModel
from drtui.domain.text import fold
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import chunks, moment

MODELS_OF: Final = "models:"
"""What the subject of an interest in a profile's models begins with; its id follows."""

MODELS: Final = table("model")
LISTINGS: Final = table("model_listing")
SWEEP: Final = table("model_sweep")
THERE: Final = MODELS.c.gone_at.is_(None)
_CHUNK: Final = 5_000  # rows a transaction, so that nobody else has to wait for long
_FROM_LISTING: Final = (
    *("name", "status", "created_at", "source", "trouble", "training_status", "track"),
    *("details", "size_bytes", "search_text", "listed", "gone_at"),
)
_COMPARED: Final = ("key", "profile_id", "model_id", "tags", "as_of", *_FROM_LISTING)
_UNTOLD: Final = {
    "source": "",
    "trouble": "",
    "training_status": "",
    "track": "",
    "details": "",
    "size_bytes": None,
}
_Id = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ModelListing:
    """A profile's models as the store knows them.

    Attributes:
        models: The newest first.
        as_of: When they were read; None when they never were, and then there are none here.
        trouble: Why reading them failed the last time; empty when it did not.
    """

    models: tuple[StoredModel, ...] = ()
    as_of: datetime | None = None
    trouble: str = ""


def model_text(name: str, tags: str) -> str:
    """Return what the filter's words are looked for in, beside what is said of the racer."""
    return fold(f"{name}\n{tags}")


def write_models(
    database: Database,
    profile_id: str,
    models: Iterable[StoredModel | ListedModel],
    began: float,
) -> None:
    """Write what the deployment listed of one profile's models; the others of it are gone.

    Args:
        database: The open store.
        profile_id: Whose.
        models: As listed.
        began: When the listing was asked for, in seconds since the epoch: it says nothing of what
            was written since, nor where all were read or deleted since.
    """
    now = database.clock()
    listed = {(profile_id, model.model_id): model for model in models}
    with database.write() as connection:
        if _read_since(connection, profile_id, began):
            return
        stored = _stored(connection, profile_id)
        news = _news(stored, listed, began, now)
        _write_rows(connection, news, began)
        gone = _gone(stored, listed, began)
        _mark_gone(connection, gone, now)
        before = _listing_of(connection, profile_id)
        row = {"profile_id": profile_id, "read_at": now, "tried_at": now, "trouble": ""}
        _write_listings(connection, [{**row, "listed": len(listed)}])
        shown = before is not None and before["read_at"] is not None and not before["trouble"]
        if news or gone or not shown:
            changed(connection, RecordKind.MODEL)


def write_all_models(database: Database, models: Iterable[ListedModel], began: float) -> None:
    """Write a listing of everybody's models; what it does not have is gone.

    A racer whose models were read or deleted since it was asked for is left alone.

    Args:
        database: The open store.
        models: As listed: all there are.
        began: When it was asked for, in seconds since the epoch.
    """
    now = database.clock()
    listed = {(model.profile_id, model.model_id): model for model in models}
    with database.read() as connection:
        stored = _stored(connection)
    news = _news(stored, listed, began, now)
    gone = _gone(stored, listed, began)
    for start in range(0, len(news), _CHUNK):
        with database.write(RecordKind.MODEL) as connection:
            newer = _read_since_by(connection, began)
            part = [row for row in news[start : start + _CHUNK] if row["profile_id"] not in newer]
            _write_rows(connection, _labelled(connection, part), began)
    with database.write() as connection:
        newer = _read_since_by(connection, began)
        left = [row for row in gone if row["profile_id"] not in newer]
        _mark_gone(connection, left, now)
        first = connection.scalar(select(SWEEP.c.all_read_at)) is None
        troubled = update(LISTINGS).where(LISTINGS.c.trouble != "", LISTINGS.c.tried_at <= began)
        healed = connection.execute(troubled.values(trouble="")).rowcount
        connection.execute(update(SWEEP).values(all_read_at=now))
        if left or first or healed:
            changed(connection, RecordKind.MODEL)


def write_one_model(database: Database, model: ListedModel, began: float) -> None:
    """Write what was read of one model alone; see `write_models`.

    Such a reading never tells why a model could not be imported, as the listing of everybody's
    does: what that told stays for as long as the status does.

    Args:
        database: The open store.
        model: As read.
        began: When it was asked for, in seconds since the epoch.
    """
    with database.write() as connection:
        found = select(*_columns()).where(
            MODELS.c.profile_id == model.profile_id, MODELS.c.model_id == model.model_id
        )
        stored = {_id_of(row): row for row in connection.execute(found).mappings()}
        identity = (model.profile_id, model.model_id)
        old = stored.get(identity)
        if old is not None and not model.trouble and old["status"] == model.status:
            model = replace(model, trouble=old["trouble"])
        listed = {identity: model}
        news = _news(stored, listed, began, database.clock())
        _write_rows(connection, news, began)
        if news:
            changed(connection, RecordKind.MODEL)


def forget_models(connection: Connection, profile_ids: Sequence[str], now: float) -> None:
    """Note that profiles have no models any more, since all of them were deleted.

    Args:
        connection: In a writing transaction.
        profile_ids: Whose.
        now: When that was confirmed, in seconds since the epoch.
    """
    if not profile_ids:
        return
    for chunk in chunks(profile_ids):
        connection.execute(
            update(MODELS)
            .where(MODELS.c.profile_id.in_(chunk), THERE)
            .values(gone_at=now, as_of=now)
        )
    row = {"read_at": now, "tried_at": now, "trouble": "", "listed": 0}
    _write_listings(connection, [{"profile_id": one, **row} for one in profile_ids])
    changed(connection, RecordKind.MODEL)


def forget_model(connection: Connection, profile_id: str, model_id: str, now: float) -> None:
    """Note that one model is not there any more, since it was deleted; see `forget_models`."""
    connection.execute(
        update(MODELS)
        .where(MODELS.c.profile_id == profile_id, MODELS.c.model_id == model_id, THERE)
        .values(gone_at=now, as_of=now)
    )
    changed(connection, RecordKind.MODEL)


def write_model_status(
    connection: Connection, profile_id: str, model_id: str, status: str, now: float
) -> None:
    """Note the status that a call of drtui's own gave a model, such as STOPPING.

    A listing that was asked for before does not take it back.
    """
    connection.execute(
        update(MODELS)
        .where(MODELS.c.profile_id == profile_id, MODELS.c.model_id == model_id, THERE)
        .values(status=status, as_of=now)
    )
    changed(connection, RecordKind.MODEL)


def write_models_trouble(database: Database, profile_id: str, reason: str) -> None:
    """Note why a profile's models could not be read; those read before stay."""
    row = {"profile_id": profile_id, "tried_at": database.clock(), "trouble": reason}
    with database.write(RecordKind.MODEL) as connection:
        upsert(connection, LISTINGS, [row], key=["profile_id"], update=["tried_at", "trouble"])


def read_models(connection: Connection, profile_id: str) -> ModelListing:
    """Return what is known of a profile's models."""
    listing = _listing_of(connection, profile_id)
    all_read_at = connection.scalar(select(SWEEP.c.all_read_at))
    own_read_at = None if listing is None else listing["read_at"]
    read_at = max((at for at in (own_read_at, all_read_at) if at is not None), default=None)
    rows = connection.execute(
        select(MODELS)
        .where(MODELS.c.profile_id == profile_id, THERE, MODELS.c.listed.is_(True))
        .order_by(MODELS.c.created_at.desc().nulls_last(), MODELS.c.model_id)
    ).mappings()
    return ModelListing(
        models=tuple(
            StoredModel(
                model_id=row["model_id"],
                name=row["name"],
                status=row["status"],
                created_at=moment(row["created_at"]),
            )
            for row in rows
        ),
        as_of=moment(read_at),
        trouble="" if listing is None else listing["trouble"],
    )


def _columns() -> list[Any]:
    return [MODELS.c[name] for name in _COMPARED]


def _id_of(row: RowMapping) -> _Id:
    return row["profile_id"], row["model_id"]


def _stored(connection: Connection, profile_id: str | None = None) -> dict[_Id, RowMapping]:
    """The rows to compare with, those that are gone too: one that comes back keeps its key."""
    statement = select(*_columns())
    if profile_id is not None:
        statement = statement.where(MODELS.c.profile_id == profile_id)
    return {_id_of(row): row for row in connection.execute(statement).mappings()}


def _news(
    stored: Mapping[_Id, RowMapping],
    listed: Mapping[_Id, StoredModel | ListedModel],
    began: float,
    now: float,
) -> list[dict[str, Any]]:
    """The rows of a listing that are not in the store as they are."""
    news = []
    for (profile_id, model_id), model in listed.items():
        old = stored.get((profile_id, model_id))
        if old is not None and old["as_of"] > began:
            continue
        values = _values(model, old)
        if old is None or any(old[name] != value for name, value in values.items()):
            tags = "" if old is None else old["tags"]
            row = {"profile_id": profile_id, "model_id": model_id, "tags": tags, "as_of": now}
            news.append(row | values)
    return news


def _values(model: StoredModel | ListedModel, old: RowMapping | None) -> dict[str, Any]:
    """What a listing says of a model; what it does not tell stays as it was."""
    values: dict[str, Any] = {
        "name": model.name,
        "status": model.status,
        "created_at": None if model.created_at is None else model.created_at.timestamp(),
        "search_text": model_text(model.name, "" if old is None else old["tags"]),
        "listed": True,
        "gone_at": None,
    }
    told: dict[str, Any] = {}
    if isinstance(model, ListedModel):
        told = {
            "source": model.source,
            "trouble": model.trouble,
            "training_status": model.training_status or None,
            "track": model.track or None,
            "details": _json(model.metadata) if model.metadata else None,
            "size_bytes": model.size,
        }
    for name, untold in _UNTOLD.items():
        value = told.get(name)
        values[name] = value if value is not None else untold if old is None else old[name]
    return values


def _json(details: Mapping[str, object]) -> str:
    return json.dumps(details, default=str, separators=(",", ":"))


def _gone(
    stored: Mapping[_Id, RowMapping], listed: Mapping[_Id, object], began: float
) -> list[RowMapping]:
    return [
        row
        for identity, row in stored.items()
        if identity not in listed
        and row["gone_at"] is None
        and row["listed"]
        and row["as_of"] <= began
    ]


def _labelled(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the labels of now, which may have changed since they were compared."""
    columns = (MODELS.c.profile_id, MODELS.c.model_id, MODELS.c.tags)
    found = connection.execute(select(*columns).where(MODELS.c.tags != ""))
    labels = {(profile_id, model_id): tags for profile_id, model_id, tags in found}
    told = []
    for row in rows:
        tags = labels.get((row["profile_id"], row["model_id"]), "")
        text = model_text(row["name"], tags)
        told.append(row if row["tags"] == tags else row | {"tags": tags, "search_text": text})
    return told


def _write_rows(connection: Connection, rows: Sequence[Mapping[str, Any]], began: float) -> None:
    upsert(
        connection,
        MODELS,
        rows,
        key=["profile_id", "model_id"],
        update=[*_FROM_LISTING, "as_of"],
        where=MODELS.c.as_of <= began,
    )


def _mark_gone(connection: Connection, rows: Sequence[RowMapping], now: float) -> None:
    for chunk in chunks([row["key"] for row in rows]):
        connection.execute(
            update(MODELS).where(MODELS.c.key.in_(chunk)).values(gone_at=now, as_of=now)
        )


def _listing_of(connection: Connection, profile_id: str) -> RowMapping | None:
    found = select(LISTINGS).where(LISTINGS.c.profile_id == profile_id)
    return connection.execute(found).mappings().first()


def _read_since(connection: Connection, profile_id: str, began: float) -> bool:
    of_all = select(func.count()).select_from(SWEEP).where(SWEEP.c.all_read_at > began)
    own = (
        select(func.count())
        .select_from(LISTINGS)
        .where(LISTINGS.c.profile_id == profile_id, LISTINGS.c.read_at > began)
    )
    return bool(connection.scalar(of_all)) or bool(connection.scalar(own))


def _read_since_by(connection: Connection, began: float) -> set[str]:
    """The profiles whose models were read, or deleted, since a listing of all was asked for."""
    found = select(LISTINGS.c.profile_id).where(LISTINGS.c.read_at > began)
    return set(connection.execute(found).scalars())


def _write_listings(connection: Connection, rows: list[dict[str, Any]]) -> None:
    update_ = ["read_at", "tried_at", "trouble", "listed"]
    upsert(connection, LISTINGS, rows, key=["profile_id"], update=update_)
