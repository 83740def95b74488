"""What changed."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class ChangeCounterRow(SQLModel, table=True):
    """How often a kind of record has changed; bumped in the transaction that changes it."""

    __tablename__: ClassVar[str] = "change_counter"
    kind: str = Field(primary_key=True)
    value: int = 0
