"""The engine's word."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class SyncStateRow(SQLModel, table=True):
    """The engine's word on itself and the network: one row."""

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
