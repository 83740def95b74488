"""The journal; its rows refer to the operation log's."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class JournalRow(SQLModel, table=True):
    """Who did what, when, with what result; rows are only ever added, which triggers see to.

    Attributes:
        search_text: Who, what and result, folded, for what words are looked for in.
    """

    __tablename__: ClassVar[str] = "journal"
    id: int | None = Field(default=None, primary_key=True)
    at: float
    who: str
    account_user: str
    what: str
    result: str
    operation_id: int | None = Field(default=None, foreign_key="operation.id", index=True)
    search_text: str | None = None
