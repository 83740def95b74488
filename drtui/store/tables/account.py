"""The deployment's settings, and used hours over time."""

from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class AccountSettingRow(SQLModel, table=True):
    """A setting of the deployment, by the name of its field in `AccountSettings`."""

    __tablename__: ClassVar[str] = "account_setting"
    key: str = Field(primary_key=True)
    value: str
    as_of: float


class UsageSampleRow(SQLModel, table=True):
    """What a sweep found changed in a profile's usage."""

    __tablename__: ClassVar[str] = "usage_sample"
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="sponsored_user.id", index=True)
    at: float
    minutes_used: int | None = None
    minutes_queued: int | None = None
    models: int | None = None
    storage_bytes: int | None = Field(default=None, sa_type=BigInteger)
