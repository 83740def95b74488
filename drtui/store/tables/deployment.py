"""The deployment: who is signed in, what it can do, and what its firewall has counted."""

from typing import ClassVar

from sqlmodel import Field, SQLModel


class SignInRow(SQLModel, table=True):
    """The engine's word on who is signed in: one row, without any secret."""

    __tablename__: ClassVar[str] = "sign_in"
    id: int = Field(default=1, primary_key=True)
    state: str = "unknown"
    user: str = ""
    role: str = "unknown"
    detail: str = ""
    since: float | None = None


class DeploymentFactRow(SQLModel, table=True):
    """What was found out about the deployment, by name; the value is JSON."""

    __tablename__: ClassVar[str] = "deployment_fact"
    name: str = Field(primary_key=True)
    value: str
    as_of: float


class AdminCallRow(SQLModel, table=True):
    """A call that the firewall counts, made by any process of this store."""

    __tablename__: ClassVar[str] = "admin_call"
    id: int | None = Field(default=None, primary_key=True)
    at: float = Field(index=True)
