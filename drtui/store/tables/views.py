"""What screens need, and how they were arranged."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class InterestRow(SQLModel, table=True):
    """What some screen needs fresher than usual, until when.

    Attributes:
        subject: What it is, such as `models:` and a profile id.
        asked_at: Since when somebody is interested without a break.
    """

    __tablename__: ClassVar[str] = "interest"
    subject: str = Field(primary_key=True)
    asked_at: float
    expires_at: float


class PreferenceRow(SQLModel, table=True):
    """Something that the admin arranged for this account: a name and a JSON value."""

    __tablename__: ClassVar[str] = "preference"
    name: str = Field(primary_key=True)
    value: str
