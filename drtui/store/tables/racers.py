"""The racers, and what is said of them."""

from typing import ClassVar

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class SponsoredUserRow(SQLModel, table=True):
    """A profile of the deployment, with what drtui knows of it beyond the deployment.

    Attributes:
        id: Dense, never reused; what tables and marks count by.
        role: Derived from `role_name`.
        status: Derived by `sponsorship.status_of` whenever a confirmed value changes.
        total_minutes: Minutes used this month and carried; what estimates and sorting use.
        carried_minutes: Minutes of earlier months, zeroed by the deployment since.
        search_text: Alias, email and tags, folded.
        tags: Labels as `label` or `key:value`, sorted, joined by a blank.
        closed: Whether its limits were set to 0 because multi-user mode was disabled; NULL is no.
        seen_sweep: The last sweep that listed it.
        missed_sweeps: Complete sweeps since then that did not.
        gone_at: When it was taken for deleted; NULL while it is there.
        as_of: When its confirmed values were read.
    """

    __tablename__: ClassVar[str] = "sponsored_user"
    __table_args__ = (
        UniqueConstraint("profile_id"),
        # Covers what the filter reads, so that LIKE scans the index and not the rows.
        Index("ix_sponsored_user_search", "search_text", "gone_at"),
        # Covers what is summed, in the order of the groups, so that nothing is sorted for it. It
        # begins with what no condition asks for: with `gone_at` first SQLite would read the table
        # by it, and sort that.
        Index(
            "ix_sponsored_user_totals",
            "role_name",
            "role",
            "status",
            "gone_at",
            "total_minutes",
            "minutes_used",
            "minutes_queued",
            "models",
            "storage_bytes",
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    profile_id: str
    alias: str
    email: str | None = None
    role_name: str | None = None
    role: str
    status: str
    minutes_used: int | None = None
    minutes_queued: int | None = None
    minutes_limit: int | None = None
    models: int | None = None
    models_limit: int | None = None
    storage_bytes: int | None = Field(default=None, sa_type=BigInteger)
    created_at: float | None = None
    total_minutes: int | None = None
    carried_minutes: int = 0
    carried_models: int = 0
    remembered_minutes: int | None = None
    remembered_models: int | None = None
    closed: bool | None = None
    search_text: str
    tags: str = ""
    seen_sweep: int
    missed_sweeps: int = 0
    gone_at: float | None = None
    as_of: float


class TagRow(SQLModel, table=True):
    """A label on a profile: `team:red` is key `team`, a plain label has the key `tag`."""

    __tablename__: ClassVar[str] = "tag"
    profile_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
