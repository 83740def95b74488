"""Live races as last read: how they stand, and their queues."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.live_documents import live_of_text, text_of_live
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.race_records import StoredLive
from drtui.store.database import Database
from drtui.store.races import RACES, outdated
from drtui.store.sqlite import upsert
from drtui.store.tables import table
from drtui.store.users import moment

LIVE_INTEREST: Final = "live:"
"""What the subject of an interest in a live race begins with; its id follows."""
_LIVE: Final = table("live_race")
_QUEUE: Final = table("live_queue_item")


def write_live(
    database: Database,
    race_id: str,
    state: LiveState | None,
    queue: Sequence[QueueItem] | None,
    began: float,
) -> None:
    """Write how a live race stands; whatever is None stays as it was.

    Args:
        database: The open store.
        race_id: Whose.
        state: As read.
        queue: All of it, in whatever order.
        began: When it was asked for, in seconds since the epoch; what was read or written since
            stays.
    """
    with database.write(RecordKind.RACE) as connection:
        now = database.clock()
        state_at, read_at = _stamps(connection, race_id)
        values: dict[str, Any] = {"tried_at": now, "trouble": ""}
        if state is not None and not outdated(began, state_at, now):
            values |= {"document": text_of_live(state), "state_at": now}
            _write_race(connection, race_id, state, now)
        if queue is not None and not outdated(began, read_at, now):
            values["read_at"] = now
            connection.execute(delete(_QUEUE).where(_QUEUE.c.race_id == race_id))
            upsert(
                connection,
                _QUEUE,
                [_row(race_id, item) for item in queue],
                key=["race_id", "submission_id"],
                update=["position", "status"],
            )
        _write(connection, race_id, values)


def write_live_trouble(database: Database, race_id: str, reason: str) -> None:
    """Note why a live race could not be read; what was read before stays."""
    with database.write(RecordKind.RACE) as connection:
        _write(connection, race_id, {"tried_at": database.clock(), "trouble": reason})


def read_live(connection: Connection, race_id: str) -> StoredLive:
    """Return how a live race stands as last read; its queue in its order."""
    row = connection.execute(select(_LIVE).where(_LIVE.c.race_id == race_id)).mappings().first()
    if row is None:
        return StoredLive()
    queue = connection.execute(select(_QUEUE).where(_QUEUE.c.race_id == race_id)).mappings()
    return StoredLive(
        state=live_of_text(row["document"]) if row["document"] else None,
        queue=tuple(sorted((_item(one) for one in queue), key=lambda one: one.place)),
        read_at=moment(row["read_at"]),
        trouble=row["trouble"],
    )


def _stamps(connection: Connection, race_id: str) -> tuple[float | None, float | None]:
    """When the state and the queue of a live race were last read or written."""
    stamps = select(_LIVE.c.state_at, _LIVE.c.read_at).where(_LIVE.c.race_id == race_id)
    row = connection.execute(stamps).first()
    return (None, None) if row is None else (row.state_at, row.read_at)


def _write_race(connection: Connection, race_id: str, state: LiveState, now: float) -> None:
    """Note in the list of races what the live race itself tells, newer than the list."""
    told = {
        "live_status": state.live_status or None,
        "auto_launch": state.auto_launch,
        "submissions_open": state.submissions_open,
    }
    values = {name: value for name, value in told.items() if value is not None}
    connection.execute(
        update(RACES).where(RACES.c.race_id == race_id).values(**values, live_as_of=now)
    )


def _row(race_id: str, item: QueueItem) -> dict[str, Any]:
    return {
        "race_id": race_id,
        "submission_id": item.submission_id,
        "position": item.position,
        "profile_id": item.profile_id,
        "participant": item.participant,
        "model": item.model,
        "model_id": item.model_id,
        "status": item.status,
        "resets": item.resets,
        "submitted_at": None if item.submitted_at is None else item.submitted_at.timestamp(),
    }


def _item(row: RowMapping) -> QueueItem:
    return QueueItem(
        submission_id=row["submission_id"],
        position=row["position"],
        profile_id=row["profile_id"],
        participant=row["participant"],
        model=row["model"],
        status=row["status"],
        model_id=row["model_id"],
        resets=row["resets"],
        submitted_at=moment(row["submitted_at"]),
    )


def _write(connection: Connection, race_id: str, values: dict[str, Any]) -> None:
    unread = {"document": "", "state_at": None, "read_at": None, "trouble": ""}
    row = {"race_id": race_id, **unread, **values}
    upsert(connection, _LIVE, [row], key=["race_id"], update=list(values))
