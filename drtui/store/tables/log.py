"""The operation log."""

from typing import ClassVar

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from drtui.domain.operations import OPEN, Value

OPEN_STATES = ", ".join(f"'{state.value}'" for state in sorted(OPEN))


class OperationRow(SQLModel, table=True):
    """An operation that an admin confirmed.

    Attributes:
        settled_at: When the journal was told what became of it; NULL while that is open.
    """

    __tablename__: ClassVar[str] = "operation"
    __table_args__ = (
        Index("ix_operation_unsettled", "id", sqlite_where=text("settled_at IS NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    what: str
    who: str
    account_user: str
    created_at: float
    params: dict[str, str] = Field(sa_type=JSON)
    undoes: int | None = Field(default=None, foreign_key="operation.id")
    settled_at: float | None = None


class OperationItemRow(SQLModel, table=True):
    """One target of an operation; see `operations.Item`.

    Attributes:
        due_at: Not to be sent before; 0 is at once.
        look_up_after: A sweep that began after this time has to be complete before the next
            attempt; NULL when none is needed.
        local: Whether it changes only what drtui remembers, so that it needs no call.
        claim: A number that the engine draws per claim, so that an abandoned call's late answer
            is told from the present one's.
        service: Who carries it out where it is an errand; NULL where it changes a profile.
        expires_at: Not to be sent from then on; NULL is never.
        rank: Its operation's place in the queue, the same for all its items: its number, unless
            an admin moved it.
    """

    __tablename__: ClassVar[str] = "operation_item"
    __table_args__ = (
        Index("ix_operation_item_operation", "operation_id", "state", "settled_at"),
        Index(
            "ix_operation_item_open",
            "target",
            "rank",
            sqlite_where=text(f"state IN ({OPEN_STATES})"),
        ),
        Index(
            "ix_operation_item_due",
            "rank",
            "id",
            sqlite_where=text(f"state IN ({OPEN_STATES})"),
        ),
        Index("ix_operation_item_settled", "settled_at"),
        Index(
            "ix_operation_item_errand",
            "service",
            "rank",
            "id",
            sqlite_where=text("service IS NOT NULL"),
        ),
        Index(
            "ix_operation_item_open_errand",
            "service",
            "rank",
            "id",
            sqlite_where=text(f"service IS NOT NULL AND state IN ({OPEN_STATES})"),
        ),
        Index("ix_operation_item_target", "target"),
        Index(
            "ix_operation_item_unknown",
            "target",
            "unknown_at",
            sqlite_where=text("unknown_at IS NOT NULL"),
        ),
        Index(
            "ix_operation_item_expiry",
            "expires_at",
            sqlite_where=text(f"expires_at IS NOT NULL AND state IN ({OPEN_STATES})"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    operation_id: int = Field(foreign_key="operation.id")
    target: str
    label: str
    before: dict[str, Value] = Field(sa_type=JSON)
    after: dict[str, Value] = Field(sa_type=JSON)
    state: str
    reason: str = ""
    theirs: dict[str, Value] = Field(sa_type=JSON)
    attempts: int = 0
    due_at: float = 0.0
    look_up_after: float | None = None
    unknown_at: float | None = None
    settled_at: float | None = None
    cancel_requested: bool = False
    local: bool = False
    claim: int = 0
    service: str | None = None
    expires_at: float | None = None
    rank: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
