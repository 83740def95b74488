"""Who takes part, as the admin gave it in, and the users of the deployment's user pool."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class ParticipantRow(SQLModel, table=True):
    """Somebody who takes part, by email; a profile is theirs when it bears the same email.

    Attributes:
        folded: The email as it is compared.
        team: A label to be put on the profile as soon as there is one; empty is none.
        tagged: Whether that was done: once for each team that they are given.
        told_at: When their IAM user's password was last handed over; NULL while it never was.
    """

    __tablename__: ClassVar[str] = "participant"
    folded: str = Field(primary_key=True)
    email: str
    name: str
    team: str
    added_at: float
    tagged: bool = False
    told_at: float | None = None


class PoolUserRow(SQLModel, table=True):
    """A user of the deployment's user pool, as last listed with the sponsor's credentials.

    Attributes:
        folded: The email as it is compared; empty where there is none.
        status: As sent, such as `FORCE_CHANGE_PASSWORD`: invited, and never signed in.
        enabled: Whether it may sign in; NULL is unknown.
    """

    __tablename__: ClassVar[str] = "pool_user"
    user_name: str = Field(primary_key=True)
    folded: str = Field(index=True)
    status: str
    enabled: bool | None = None
    as_of: float
