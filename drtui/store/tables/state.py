"""What changed, and the engine's word."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class ChangeCounterRow(SQLModel, table=True):
    """How often a kind of record has changed; bumped in the transaction that changes it."""

    __tablename__: ClassVar[str] = "change_counter"
    kind: str = Field(primary_key=True)
    value: int = 0


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


class SignInRow(SQLModel, table=True):
    """The engine's word on who is signed in: one row, without any secret."""

    __tablename__: ClassVar[str] = "sign_in"
    id: int = Field(default=1, primary_key=True)
    state: str = "unknown"
    user: str = ""
    role: str = "unknown"
    detail: str = ""
    since: float | None = None


class DeploymentFactRow(SQLModel, table=True):
    """What was found out about the deployment, by name; the value is JSON."""

    __tablename__: ClassVar[str] = "deployment_fact"
    name: str = Field(primary_key=True)
    value: str
    as_of: float


class AdminCallRow(SQLModel, table=True):
    """A call that the firewall counts, made by any process of this store."""

    __tablename__: ClassVar[str] = "admin_call"
    id: int | None = Field(default=None, primary_key=True)
    at: float = Field(index=True)
