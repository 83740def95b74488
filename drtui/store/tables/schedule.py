"""Operations for a set time."""

from typing import ClassVar

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel


class ScheduledOperationRow(SQLModel, table=True):
    """An operation for a set time; see `scheduling.Scheduled`.

    Attributes:
        everybody: Whether all sponsored users are meant.
        filter_text: Who is meant by what they are like; empty where it is not for those.
        profiles: The profile ids that are meant; empty where it is not for a list of them.
        named: Those of them that were named one by one.
        scheduled_for: When it is to be run.
        zone: The zone that was typed in; empty is the machine's own.
        word_at: When an admin had it sent, late or again, or until when nothing of it could be
            sent since, for want of another word; NULL is never.
        newest_operation: The newest one when it came to its present state.
    """

    __tablename__: ClassVar[str] = "scheduled_operation"
    __table_args__ = (
        Index(
            "ix_scheduled_operation_waiting",
            "scheduled_for",
            sqlite_where=text("state = 'waiting'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    what: str
    params: dict[str, str] = Field(sa_type=JSON)
    everybody: bool
    filter_text: str
    profiles: list[str] = Field(sa_type=JSON)
    named: list[str] = Field(sa_type=JSON)
    scheduled_for: float
    zone: str = ""
    who: str
    account_user: str
    created_at: float
    state: str
    operation_id: int | None = Field(default=None, foreign_key="operation.id")
    note: str = ""
    settled_at: float | None = None
    word_at: float | None = None
    newest_operation: int = 0
