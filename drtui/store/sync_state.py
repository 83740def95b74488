"""The engine's word on itself and on the network, for every reader of the store."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.failures import FailureKind
from drtui.store.database import Database
from drtui.store.offline import OnPurpose, on_purpose
from drtui.store.tables import table
from drtui.store.users import moment

_STATE: Final = table("sync_state")


class Connectivity(StrEnum):
    """Whether the deployment answers."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class SyncState:
    """Where the engine stands.

    Attributes:
        connectivity: As the engine found it last.
        since: Since when.
        halt: What stops delivery as a whole, None when nothing does.
        halt_reason: The same for the admin.
        swept_from: When the last complete sweep began: the age of the list as a whole.
        swept_at: When it ended.
        sweeping: Whether a sweep has begun that is not complete.
        trouble: Why the account could not be read the last time; empty when it could.
        sweep_pages: How many pages the present or last sweep has read.
        caller_profile: The profile id that is signed in; empty when not known.
        caller_alias: Its alias.
        engine_pid: The engine's process; None when none was ever there.
        pace: Changes a second that the engine sends at the most at present; None when it has not
            sent any.
        pace_ceiling: The same while the deployment does not ask for less.
        on_purpose: Who wants to be offline, and since when; None while nobody does. While somebody
            does, it is offline, whatever the engine found, unless it is read all the same.
    """

    connectivity: Connectivity
    since: datetime | None
    halt: FailureKind | None
    halt_reason: str
    swept_from: datetime | None
    swept_at: datetime | None
    sweeping: bool
    sweep_pages: int
    trouble: str
    caller_profile: str
    caller_alias: str
    engine_pid: int | None
    pace: float | None
    pace_ceiling: float | None
    on_purpose: OnPurpose | None = None

    @property
    def out_of_reach(self) -> str:
        """Why the engine reads nothing at all now; empty when it can, or nobody knows."""
        if self.halt is not None:
            return self.halt_reason or self.halt.value
        if self.connectivity is not Connectivity.OFFLINE:
            return ""
        return "offline" if self.on_purpose is None else "offline on purpose"


def read_sync_state(connection: Connection) -> SyncState:
    """Return where the engine stands."""
    row = connection.execute(select(_STATE)).mappings().one()
    started, swept_from = row["sweep_started"], row["swept_from"]
    purpose = on_purpose(row)
    closed = purpose is not None and purpose.reads_until is None
    since = row["offline_since"] if closed else row["connectivity_since"]
    return SyncState(
        connectivity=Connectivity.OFFLINE if closed else Connectivity(row["connectivity"]),
        since=moment(since),
        halt=FailureKind(row["halt"]) if row["halt"] else None,
        halt_reason=row["halt_reason"],
        swept_from=moment(swept_from),
        swept_at=moment(row["swept_at"]),
        sweeping=started is not None and started != swept_from,
        sweep_pages=row["sweep_pages"],
        trouble=row["trouble"],
        caller_profile=row["caller_profile"],
        caller_alias=row["caller_alias"],
        engine_pid=row["engine_pid"],
        pace=row["pace"],
        pace_ceiling=row["pace_ceiling"],
        on_purpose=purpose,
    )


def write_connectivity(database: Database, connectivity: Connectivity) -> None:
    """Note that the deployment answers, or does not any more."""
    _write(database, connectivity=connectivity.value, connectivity_since=database.clock())


def write_halt(database: Database, kind: FailureKind | None, reason: str = "") -> None:
    """Note what stops delivery as a whole; None when nothing does any more."""
    _write(database, halt="" if kind is None else kind.value, halt_reason=reason)


def write_trouble(database: Database, reason: str) -> None:
    """Note why the account could not be read; empty when it could."""
    _write(database, trouble=reason)


def write_caller(database: Database, profile_id: str, alias: str) -> None:
    """Note who is signed in."""
    _write(database, caller_profile=profile_id, caller_alias=alias)


def write_engine(database: Database, pid: int) -> None:
    """Note that an engine begins to work; it knows nothing of the network yet."""
    now = database.clock()
    _write(
        database,
        engine_pid=pid,
        connectivity=Connectivity.UNKNOWN.value,
        connectivity_since=now,
        halt="",
        halt_reason="",
        trouble="",
        pace=None,
        pace_ceiling=None,
    )


def write_pace(database: Database, pace: float, ceiling: float) -> None:
    """Note how many changes a second are sent at the most, now and when nothing is in the way."""
    _write(database, pace=pace, pace_ceiling=ceiling)


def _write(database: Database, **values: Any) -> None:
    with database.write(RecordKind.SYNC_STATE) as connection:
        connection.execute(update(_STATE).values(**values))
