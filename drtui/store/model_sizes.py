"""What the files of models take, as the bucket says."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.counting import changed
from drtui.store.database import Database
from drtui.store.models import MODELS, SWEEP, THERE
from drtui.store.sqlite import upsert

_CHUNK: Final = 5_000


def write_files(database: Database, found: Iterable[StoredFiles], began: float) -> int:
    """Write what a whole listing of the bucket adds up to; return how many models it has.

    A model that no listing has shown gets a row without a name: it may be too new for one, or its
    files were left behind. It goes when its files do.

    Adding up a large bucket takes minutes. Models that were deleted meanwhile stay gone, and those
    that were listed meanwhile stay listed: the bucket tells what files take, and nothing else.

    Args:
        database: The open store.
        found: All models that have files; read while nothing is locked.
        began: When the listing began, in seconds since the epoch.

    Raises:
        SponsorError: The bucket could not be read to its end; what came so far is written, and
            nothing is taken away.
    """
    with database.read() as connection:
        columns = (
            *(MODELS.c.key, MODELS.c.profile_id, MODELS.c.model_id, MODELS.c.size_bytes),
            *(MODELS.c.files, MODELS.c.listed, MODELS.c.gone_at, MODELS.c.as_of),
        )
        known: dict[tuple[str, str], Any] = {
            (row.profile_id, row.model_id): row for row in connection.execute(select(*columns))
        }
    seen: set[tuple[str, str]] = set()
    rest = iter(found)
    while part := list(islice(rest, _CHUNK)):
        seen |= {(one.profile_id, one.model_id) for one in part}
        _write(database, part, known, began)
    unsized = [
        row
        for identity, row in known.items()
        if identity not in seen and row.gone_at is None and row.as_of <= began
    ]
    _forget(database, unsized, began)
    return len(seen)


def _write(
    database: Database,
    part: list[StoredFiles],
    known: dict[tuple[str, str], Any],
    began: float,
) -> None:
    now = database.clock()
    new: list[dict[str, Any]] = []
    sized: list[dict[str, Any]] = []
    back: list[dict[str, Any]] = []
    for one in part:
        row = known.get((one.profile_id, one.model_id))
        if row is None:
            new.append(_unlisted(one, now))
            continue
        if (row.size_bytes, row.files) != (one.size, one.count):
            sized.append(_sized(row.key, one))
        if row.gone_at is not None:
            back.append(_sized(row.key, one))
    if not new and not sized and not back:
        return
    size: dict[str, Any] = {"size_bytes": bindparam("new_size"), "files": bindparam("new_files")}
    by_key = MODELS.c.key == bindparam("model_key")
    # What was known is as old as the listing, so that each statement looks at the row of now.
    with database.write(RecordKind.MODEL) as connection:
        upsert(
            connection,
            MODELS,
            new,
            key=["profile_id", "model_id"],
            update=["size_bytes", "files"],
            where=THERE,
        )
        if sized:
            connection.execute(update(MODELS).where(by_key, THERE).values(size), sized)
        if back:
            left_behind = update(MODELS).where(by_key, MODELS.c.gone_at <= began)
            connection.execute(left_behind.values(size | {"listed": False, "gone_at": None}), back)


def _forget(database: Database, rows: list[Any], began: float) -> None:
    """Take sizes back where there are no files any more; who was only there has gone."""
    now = database.clock()
    unlisted = [{"model_key": row.key} for row in rows if not row.listed]
    unsized = [{"model_key": row.key} for row in rows if row.listed and row.files is not None]
    by_key = MODELS.c.key == bindparam("model_key")
    unchanged = MODELS.c.as_of <= began
    with database.write() as connection:
        if unlisted:
            gone = update(MODELS).where(by_key, THERE, unchanged).values(gone_at=now)
            connection.execute(gone, unlisted)
        if unsized:
            without = update(MODELS).where(by_key, THERE, unchanged).values(size_bytes=0, files=0)
            connection.execute(without, unsized)
        first = connection.scalar(select(SWEEP.c.files_read_at)) is None
        troubled = bool(connection.scalar(select(SWEEP.c.files_trouble)))
        connection.execute(update(SWEEP).values(files_read_at=now, files_trouble=""))
        if unlisted or unsized or first or troubled:
            changed(connection, RecordKind.MODEL)


def write_files_trouble(database: Database, reason: str) -> None:
    """Note why the bucket could not be read; what was read before stays."""
    with database.write(RecordKind.MODEL) as connection:
        connection.execute(update(SWEEP).values(files_trouble=reason))


def _sized(key: int, one: StoredFiles) -> dict[str, Any]:
    return {"model_key": key, "new_size": one.size, "new_files": one.count}


def _unlisted(one: StoredFiles, now: float) -> dict[str, Any]:
    return {
        "profile_id": one.profile_id,
        "model_id": one.model_id,
        "name": "",
        "status": "",
        "created_at": None,
        "source": "",
        "trouble": "",
        "training_status": "",
        "track": "",
        "details": "",
        "size_bytes": one.size,
        "files": one.count,
        "tags": "",
        "search_text": "\n",
        "listed": False,
        "as_of": now,
        "gone_at": None,
    }
