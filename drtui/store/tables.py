"""The tables of one account's store.

Tables are SQLModel and validate nothing: the domain does. Times are seconds since the epoch
(UTC). An absent number is unknown and stays NULL.
"""

from typing import ClassVar

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from drtui.domain.operations import OPEN, Value

OPEN_STATES = ", ".join(f"'{state.value}'" for state in sorted(OPEN))


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
    search_text: str
    tags: str = ""
    seen_sweep: int
    missed_sweeps: int = 0
    gone_at: float | None = None
    as_of: float


class AccountSettingRow(SQLModel, table=True):
    """A setting of the deployment, by its dotted key."""

    __tablename__: ClassVar[str] = "account_setting"
    key: str = Field(primary_key=True)
    value: str
    as_of: float


class OperationRow(SQLModel, table=True):
    """An operation that an admin confirmed."""

    __tablename__: ClassVar[str] = "operation"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    what: str
    who: str
    account_user: str
    created_at: float
    params: dict[str, str] = Field(sa_type=JSON)
    undoes: int | None = Field(default=None, foreign_key="operation.id")


class OperationItemRow(SQLModel, table=True):
    """One target of an operation; see `operations.Item`.

    Attributes:
        changed_at: When its state last changed.
        due_at: Not to be sent before; 0 is at once.
        look_up_after: A sweep that began after this time has to be complete before the next
            attempt; NULL when none is needed.
        local: Whether it changes only what drtui remembers, so that it needs no call.
        claim: A number that the engine draws per claim, so that an abandoned call's late answer
            is told from the present one's.
    """

    __tablename__: ClassVar[str] = "operation_item"
    __table_args__ = (
        Index("ix_operation_item_operation", "operation_id", "state"),
        Index(
            "ix_operation_item_open",
            "target",
            "operation_id",
            sqlite_where=text(f"state IN ({OPEN_STATES})"),
        ),
        Index(
            "ix_operation_item_due",
            "operation_id",
            "id",
            sqlite_where=text(f"state IN ({OPEN_STATES})"),
        ),
        Index("ix_operation_item_settled", "settled_at"),
        Index("ix_operation_item_target", "target"),
        Index(
            "ix_operation_item_unknown",
            "target",
            "unknown_at",
            sqlite_where=text("unknown_at IS NOT NULL"),
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


class TagRow(SQLModel, table=True):
    """A label on a profile: `team:red` is key `team`, a plain label has the key `tag`."""

    __tablename__: ClassVar[str] = "tag"
    profile_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


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


class JournalRow(SQLModel, table=True):
    """Who did what, when, with what result; rows are only ever added."""

    __tablename__: ClassVar[str] = "journal"
    id: int | None = Field(default=None, primary_key=True)
    at: float
    who: str
    account_user: str
    what: str
    result: str
    operation_id: int | None = Field(default=None, foreign_key="operation.id", index=True)


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
