"""How downloads go: when the last ones began, which an alarm counts, and how far each one is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from drtui.domain.downloads import WINDOW_SECONDS
from drtui.domain.errands import LONG, READING, Service
from drtui.domain.operations import ON_THE_WAY
from drtui.store.database import Database
from drtui.store.facts import keep_fact, read_fact, write_fact
from drtui.store.users import ITEMS, is_open

_BEGUN: Final = "downloads"
_PROGRESS: Final = "download: "


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far the file is that comes just now.

    Attributes:
        label: Racer and model, text from outside.
        size: Bytes so far.
        total: Of how many; None is unknown.
        at: When this was written, at most about once a second.
    """

    operation_id: int
    item_id: int
    label: str
    size: int
    total: int | None
    at: datetime


def claim_download(database: Database, most: int) -> bool:
    """Count a download that is about to begin; False, and nothing is counted, where it may not.

    Args:
        database: The open store.
        most: How many may begin within `WINDOW_SECONDS`.
    """
    with database.write() as connection:
        now = database.clock()
        begun = _begun(connection, now)
        if len(begun) >= most:
            return False
        write_fact(connection, _BEGUN, [*begun, now], now)
        return True


def seconds_until_download(connection: Connection, now: float, most: int) -> float:
    """Return in how many seconds another download may begin; 0 is now."""
    begun = _begun(connection, now)
    if len(begun) < most:
        return 0.0
    return max(0.0, begun[len(begun) - most] + WINDOW_SECONDS - now)


def downloads_begun(connection: Connection, now: float) -> int:
    """Return how many downloads began within the last `WINDOW_SECONDS`."""
    return len(_begun(connection, now))


def downloads_begun_at(connection: Connection, now: float) -> list[float]:
    """Return when the downloads began that count, the earliest first."""
    return _begun(connection, now)


def downloads_waiting(connection: Connection, upto: int | None = None) -> int:
    """Return how many downloads are on their way.

    Args:
        connection: In a transaction.
        upto: Only those of this operation and of earlier ones, which come first; None is all.
    """
    statement = (
        select(func.count())
        .select_from(ITEMS)
        .where(
            is_open(),
            ITEMS.c.service.in_(sorted(READING)),
            ITEMS.c.state.in_(sorted(ON_THE_WAY)),
        )
    )
    if upto is not None:
        statement = statement.where(ITEMS.c.operation_id <= upto)
    return connection.scalar(statement) or 0


def _begun(connection: Connection, now: float) -> list[float]:
    """Return when those began that count; one from the future, by another clock, begins now."""
    value, _ = read_fact(connection, _BEGUN)
    times = [float(one) for one in value] if isinstance(value, list) else []
    return sorted(min(one, now) for one in times if one > now - WINDOW_SECONDS)


def write_download_progress(
    database: Database, service: Service, progress: DownloadProgress | None
) -> None:
    """Note how far the file is that a service fetches; None is that it fetches none."""
    value = None
    if progress is not None:
        value = {
            "operation": progress.operation_id,
            "item": progress.item_id,
            "label": progress.label,
            "size": progress.size,
            "total": progress.total,
        }
    keep_fact(database, f"{_PROGRESS}{service}", value)


def download_progress(connection: Connection) -> list[DownloadProgress]:
    """Return how far the files are that come just now; a change moves `RecordKind.SYNC_STATE`."""
    found = []
    for service in sorted(LONG):
        value, at = read_fact(connection, f"{_PROGRESS}{service}")
        if isinstance(value, dict) and at is not None:
            found.append(
                DownloadProgress(
                    value["operation"],
                    value["item"],
                    value["label"],
                    value["size"],
                    value["total"],
                    at,
                )
            )
    return found
