"""Archives of models that were saved and found sound, wherever they were saved to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from drtui.domain.changes import RecordKind
from drtui.store.database import Database
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import chunks, moment

_FILES: Final = table("model_file")
_WRITTEN: Final = (
    *("profile_id", "model_id", "alias", "email", "name", "size_bytes", "sha256", "saved_at"),
    "operation_id",
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """An archive that was saved.

    Attributes:
        alias: Its racer's, as it was then; likewise the email, empty is unknown, and the name.
        place: The file's path, or its `s3://` address.
        size: In bytes.
        sha256: In hexadecimal.
        saved_at: When it was found to be there.
        operation_id: Of the operation that saved it; None where that is not known.
    """

    profile_id: str
    model_id: str
    alias: str
    email: str
    name: str
    place: str
    size: int
    sha256: str
    saved_at: datetime
    operation_id: int | None = None


def keep_model_file(database: Database, file: ModelFile) -> None:
    """Note a saved archive; one that was at its place before is replaced."""
    row = {
        "profile_id": file.profile_id,
        "model_id": file.model_id,
        "alias": file.alias,
        "email": file.email,
        "name": file.name,
        "place": file.place,
        "size_bytes": file.size,
        "sha256": file.sha256,
        "saved_at": file.saved_at.timestamp(),
        "operation_id": file.operation_id,
    }
    with database.write(RecordKind.MODEL) as connection:
        upsert(connection, _FILES, [row], key=["place"], update=list(_WRITTEN))


def model_files(
    connection: Connection, models: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[ModelFile]]:
    """Return where archives of some models were saved to, the newest first.

    Args:
        connection: In a transaction.
        models: Profile id and model id of each.
    """
    wanted = set(models)
    found: dict[tuple[str, str], list[ModelFile]] = {}
    for chunk in chunks(sorted({model_id for _, model_id in wanted})):
        for one in _read(connection, _FILES.c.model_id.in_(chunk)):
            if (one.profile_id, one.model_id) in wanted:
                found.setdefault((one.profile_id, one.model_id), []).append(one)
    return found


def _read(connection: Connection, condition: ColumnElement[bool]) -> Iterable[ModelFile]:
    statement = select(_FILES).where(condition).order_by(_FILES.c.saved_at.desc(), _FILES.c.id)
    return [_file(row) for row in connection.execute(statement).mappings()]


def _file(row: RowMapping) -> ModelFile:
    saved_at = moment(row["saved_at"])
    assert saved_at is not None
    return ModelFile(
        row["profile_id"],
        row["model_id"],
        row["alias"],
        row["email"],
        row["name"],
        row["place"],
        row["size_bytes"],
        row["sha256"],
        saved_at,
        row["operation_id"],
    )
