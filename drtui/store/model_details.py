"""What was read of single models beside their listing: kept with its age and its trouble."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.model_details import ModelDetails, Way, as_text, details_from
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.database import Database
from drtui.store.models import MODELS, THERE
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import moment

MODEL: Final = "model:"
"""What the subject of an interest in one model begins with; `models.model_subject` follows."""
DETAILS: Final = table("model_detail")
_KEY: Final = ["profile_id", "model_id"]


@dataclass(frozen=True, slots=True)
class StoredDetails:
    """What is known of one model beside its row.

    Attributes:
        details: None where they were never read.
        way: Where they were read; None where they never were.
        as_of: When they were read; None where they never were.
        tried_at: When that was last tried; None never.
        trouble: Why it failed the last time; empty when it did not.
    """

    details: ModelDetails | None = None
    way: Way | None = None
    as_of: datetime | None = None
    tried_at: datetime | None = None
    trouble: str = ""


def read_details(connection: Connection, profile_id: str, model_id: str) -> StoredDetails:
    """Return what is known of a model; nothing of one that was never asked for."""
    found = select(DETAILS).where(
        DETAILS.c.profile_id == profile_id, DETAILS.c.model_id == model_id
    )
    row = connection.execute(found).mappings().first()
    if row is None:
        return StoredDetails()
    tried = StoredDetails(tried_at=moment(row["tried_at"]), trouble=row["trouble"])
    details = details_from(row["document"]) if row["document"] else None
    if details is None:
        return tried
    return replace(tried, details=details, way=Way(row["way"]), as_of=moment(row["read_at"]))


def write_details(
    database: Database, profile_id: str, model_id: str, details: ModelDetails, way: Way
) -> None:
    """Write what was read of a model."""
    now = database.clock()
    _write(
        database,
        profile_id,
        model_id,
        {
            "way": way.value,
            "document": as_text(details),
            "read_at": now,
            "tried_at": now,
            "trouble": "",
        },
    )


def write_details_trouble(database: Database, profile_id: str, model_id: str, reason: str) -> None:
    """Note why a model's details could not be read; what was read before stays."""
    _write(database, profile_id, model_id, {"tried_at": database.clock(), "trouble": reason})


def write_model_size(database: Database, files: StoredFiles) -> None:
    """Note what the files of one model come to; a model that is not in the store stays unknown."""
    with database.write(RecordKind.MODEL) as connection:
        connection.execute(
            update(MODELS)
            .where(
                MODELS.c.profile_id == files.profile_id, MODELS.c.model_id == files.model_id, THERE
            )
            .values(size_bytes=files.size, files=files.count)
        )


def write_model_training(
    database: Database, profile_id: str, model_id: str, details: ModelDetails
) -> None:
    """Note in a model's row how its training ended and on which track, as far as that was told."""
    told = {"training_status": details.training_status, "track": details.track}
    values = {name: value for name, value in told.items() if value}
    if not values:
        return
    with database.write(RecordKind.MODEL) as connection:
        connection.execute(
            update(MODELS)
            .where(MODELS.c.profile_id == profile_id, MODELS.c.model_id == model_id, THERE)
            .values(values)
        )


def _write(database: Database, profile_id: str, model_id: str, values: dict[str, Any]) -> None:
    identity = {"profile_id": profile_id, "model_id": model_id}
    row = {**identity, "way": "", "document": "", "read_at": None, **values}
    with database.write(RecordKind.MODEL) as connection:
        upsert(connection, DETAILS, [row], key=_KEY, update=list(values))
