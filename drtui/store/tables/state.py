"""The engine's word."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class SyncStateRow(SQLModel, table=True):
    """The engine's word on itself and the network, and an admin's on whether to use it: one row.

    Attributes:
        offline_since: Since when an admin wants to be offline; NULL while nobody does.
        offline_by: The system user who does.
        reads_until: Until when the account is read all the same, for a look before delivering.
    """

    __tablename__: ClassVar[str] = "sync_state"
    id: int = Field(default=1, primary_key=True)
    connectivity: str = "unknown"
    connectivity_since: float | None = None
    halt: str = ""
    halt_reason: str = ""
    sweep: int = 0
    sweep_started: float | None = None
    swept_from: float | None = None
    swept_at: float | None = None
    sweep_pages: int = 0
    trouble: str = ""
    caller_profile: str = ""
    caller_alias: str = ""
    engine_pid: int | None = None
    engine_seen: float | None = None
    pace: float | None = None
    pace_ceiling: float | None = None
    offline_since: float | None = None
    offline_by: str | None = None
    reads_until: float | None = None
