"""The models of profiles, as last listed, and how listing them went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from drtui.domain.changes import RecordKind
from drtui.domain.records import StoredModel
from drtui.store.database import Database, changed
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import chunks, moment

MODELS_OF: Final = "models:"
"""What the subject of an interest in a profile's models begins with; its id follows."""

_MODELS: Final = table("model")
_LISTINGS: Final = table("model_listing")


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


def write_models(
    database: Database, profile_id: str, models: Iterable[StoredModel], began: float
) -> None:
    """Replace a profile's models with those that the deployment listed.

    Args:
        database: The open store.
        profile_id: Whose.
        models: As listed.
        began: When the listing was asked for, in seconds since the epoch: it says nothing where
            all models were deleted since.
    """
    now = database.clock()
    rows = {
        model.model_id: {
            "profile_id": profile_id,
            "model_id": model.model_id,
            "name": model.name,
            "status": model.status,
            "created_at": None if model.created_at is None else model.created_at.timestamp(),
            "as_of": now,
        }
        for model in models
    }
    listing = {"profile_id": profile_id, "read_at": now, "tried_at": now, "trouble": ""}
    with database.write(RecordKind.MODEL) as connection:
        if _read_since(connection, profile_id, began):
            return
        connection.execute(delete(_MODELS).where(_MODELS.c.profile_id == profile_id))
        if rows:
            connection.execute(insert(_MODELS), list(rows.values()))
        _write_listings(connection, [listing])


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
        connection.execute(delete(_MODELS).where(_MODELS.c.profile_id.in_(chunk)))
    _write_listings(
        connection,
        [
            {"profile_id": one, "read_at": now, "tried_at": now, "trouble": ""}
            for one in profile_ids
        ],
    )
    changed(connection, RecordKind.MODEL)


def _read_since(connection: Connection, profile_id: str, began: float) -> bool:
    condition = (_LISTINGS.c.profile_id == profile_id) & (_LISTINGS.c.read_at > began)
    return connection.scalar(select(_LISTINGS.c.profile_id).where(condition)) is not None


def _write_listings(connection: Connection, rows: list[dict[str, Any]]) -> None:
    update = ["read_at", "tried_at", "trouble"]
    upsert(connection, _LISTINGS, rows, key=["profile_id"], update=update)


def write_models_trouble(database: Database, profile_id: str, reason: str) -> None:
    """Note why a profile's models could not be read; those read before stay."""
    row = {"profile_id": profile_id, "tried_at": database.clock(), "trouble": reason}
    with database.write(RecordKind.MODEL) as connection:
        upsert(connection, _LISTINGS, [row], key=["profile_id"], update=["tried_at", "trouble"])


def read_models(connection: Connection, profile_id: str) -> ModelListing:
    """Return what is known of a profile's models."""
    listing = (
        connection.execute(select(_LISTINGS).where(_LISTINGS.c.profile_id == profile_id))
        .mappings()
        .first()
    )
    if listing is None:
        return ModelListing()
    rows = connection.execute(
        select(_MODELS)
        .where(_MODELS.c.profile_id == profile_id)
        .order_by(_MODELS.c.created_at.desc().nulls_last(), _MODELS.c.model_id)
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
        as_of=moment(listing["read_at"]),
        trouble=listing["trouble"],
    )
