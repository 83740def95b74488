"""Models: as they were listed, how reading them goes, labels on them, and what was downloaded."""

from typing import ClassVar, Final

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_THERE: Final = text("gone_at IS NULL")


class ModelRow(SQLModel, table=True):
    """A model of a profile, as last listed.

    Attributes:
        key: Dense, never reused; what tables and marks count by.
        status: As sent; it can be one that this version does not know.
        trouble: Why it could not be imported.
        details: Its metadata as JSON; empty when none was told.
        size_bytes: What its files take; NULL when nobody told.
        files: How many they are; only the bucket tells.
        tags: Labels on it, as `label` or `key:value`, sorted, joined by a blank.
        search_text: Name and labels, folded; what is said of its racer is searched there.
        listed: Whether a listing has shown it; if not, only its files are known.
        as_of: When a value of it was last written; its listing tells when it was last read.
        gone_at: When it was not there any more; NULL while it is.
    """

    __tablename__: ClassVar[str] = "model"
    __table_args__ = (
        UniqueConstraint("profile_id", "model_id"),
        # Covers what words and statuses read, so that the index is scanned and not the rows.
        Index(
            "ix_model_search", "search_text", "profile_id", "status", "listed", sqlite_where=_THERE
        ),
        Index("ix_model_created", "created_at", sqlite_where=_THERE),
        Index("ix_model_status", "status", "listed", "size_bytes", sqlite_where=_THERE),
        Index("ix_model_racer", "profile_id", "search_text", sqlite_where=_THERE),
        Index("ix_model_size", "size_bytes", sqlite_where=_THERE),
    )
    key: int | None = Field(default=None, primary_key=True)
    profile_id: str
    model_id: str
    name: str
    status: str
    created_at: float | None = None
    source: str = ""
    trouble: str = ""
    training_status: str = ""
    track: str = ""
    details: str = ""
    size_bytes: int | None = Field(default=None, sa_type=BigInteger)
    files: int | None = None
    tags: str = ""
    search_text: str
    listed: bool = True
    as_of: float
    gone_at: float | None = None


class ModelListingRow(SQLModel, table=True):
    """How the last reading of a profile's models went.

    Attributes:
        read_at: When they were last read; NULL when they never were.
        tried_at: When reading them was last tried.
        trouble: Why that failed; empty when it did not.
        listed: How many they were when they were last read.
        total: How many the list of profiles says there are; NULL when it did not say.
    """

    __tablename__: ClassVar[str] = "model_listing"
    profile_id: str = Field(primary_key=True)
    read_at: float | None = None
    tried_at: float
    trouble: str = ""
    listed: int | None = None
    total: int | None = None


class ModelTagRow(SQLModel, table=True):
    """A label on a model, as `TagRow` is one on a profile."""

    __tablename__: ClassVar[str] = "model_tag"
    profile_id: str = Field(primary_key=True)
    model_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class ModelSweepRow(SQLModel, table=True):
    """How reading everybody's models goes: one row.

    Attributes:
        way: How the present round reads them, see `model_sweeps.Way`; empty before the first.
        began_at: When the present or last round began.
        ended_at: When the last complete round ended.
        all_read_at: When all were last read in one call.
        trouble: Why reading them failed the last time; empty when it did not.
        files_read_at: When their files were last added up.
        files_trouble: Why that failed the last time; empty when it did not.
    """

    __tablename__: ClassVar[str] = "model_sweep"
    id: int = Field(default=1, primary_key=True)
    way: str = ""
    began_at: float | None = None
    ended_at: float | None = None
    all_read_at: float | None = None
    trouble: str = ""
    files_read_at: float | None = None
    files_trouble: str = ""


class ModelFileRow(SQLModel, table=True):
    """A model's archive that was saved and found sound: a line of the manifest.

    Attributes:
        alias: Of its racer, when it was saved; likewise the email, empty when unknown, and the
            model's name.
        place: The file's path, or its `s3://` address.
        sha256: Of the file, in hexadecimal.
        operation_id: Of the operation that saved it.
    """

    __tablename__: ClassVar[str] = "model_file"
    __table_args__ = (
        UniqueConstraint("place"),
        Index("ix_model_file_model", "profile_id", "model_id"),
        Index("ix_model_file_sha256", "sha256"),
    )
    id: int | None = Field(default=None, primary_key=True)
    profile_id: str
    model_id: str
    alias: str
    email: str
    name: str
    place: str
    size_bytes: int = Field(sa_type=BigInteger)
    sha256: str
    saved_at: float
    operation_id: int | None = None


class ModelDetailRow(SQLModel, table=True):
    """What was read of one model beside its listing, see `domain.model_details`.

    Attributes:
        way: Where it was read; empty while it never was.
        document: As `model_details.as_text` writes it; empty while it never was read.
        read_at: When it was last read; NULL when it never was.
        tried_at: When that was last tried.
        trouble: Why that failed; empty when it did not.
    """

    __tablename__: ClassVar[str] = "model_detail"
    profile_id: str = Field(primary_key=True)
    model_id: str = Field(primary_key=True)
    way: str = ""
    document: str = ""
    read_at: float | None = None
    tried_at: float
    trouble: str = ""
