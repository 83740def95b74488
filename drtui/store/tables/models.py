"""Models, as far as they were listed."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class ModelRow(SQLModel, table=True):
    """A model of a profile, as last listed.

    Attributes:
        status: As sent; it can be one that this version does not know.
        as_of: When it was listed.
    """

    __tablename__: ClassVar[str] = "model"
    profile_id: str = Field(primary_key=True)
    model_id: str = Field(primary_key=True)
    name: str
    status: str
    created_at: float | None = None
    as_of: float


class ModelListingRow(SQLModel, table=True):
    """How the last reading of a profile's models went.

    Attributes:
        read_at: When they were last read; NULL when they never were.
        tried_at: When reading them was last tried.
        trouble: Why that failed; empty when it did not.
    """

    __tablename__: ClassVar[str] = "model_listing"
    profile_id: str = Field(primary_key=True)
    read_at: float | None = None
    tried_at: float
    trouble: str = ""
