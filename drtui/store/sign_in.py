"""Who is signed in, as the engine says, for every reader of the store; no secrets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from drtui.domain.changes import RecordKind
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.store.database import Database
from drtui.store.facts import read_fact, write_fact
from drtui.store.tables import table
from drtui.store.users import moment

_SIGN_IN: Final = table("sign_in")
_FAILED: Final = "the last sign-in failed"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where the account stands with its sign-in.

    Attributes:
        state: See `SignInState`.
        user: Who is signed in, or is signing in; empty when not known.
        role: By the groups in the token, or by what the deployment allowed.
        detail: Why there is none, or what the admin has to be told, as a sentence.
        since: Since when it stands so.
        failed: Whether `detail` says why the latest attempt failed; it left things as they stood.
    """

    state: SignInState
    user: str = ""
    role: Role = Role.UNKNOWN
    detail: str = ""
    since: datetime | None = None
    failed: bool = False


def read_sign_in(connection: Connection) -> SignIn:
    """Return where the account stands with its sign-in."""
    row = connection.execute(select(_SIGN_IN)).mappings().one()
    return SignIn(
        SignInState(row["state"]),
        row["user"],
        Role(row["role"]),
        row["detail"],
        moment(row["since"]),
        bool(read_fact(connection, _FAILED)[0]),
    )


def write_sign_in(
    database: Database,
    state: SignInState,
    user: str = "",
    role: Role = Role.UNKNOWN,
    detail: str = "",
    *,
    failed: bool = False,
) -> None:
    """Note where the account stands with its sign-in; see `SignIn`."""
    with database.write(RecordKind.SYNC_STATE) as connection:
        write_fact(connection, _FAILED, failed, database.clock())
        connection.execute(
            update(_SIGN_IN).values(
                state=state.value,
                user=user,
                role=role.value,
                detail=detail,
                since=database.clock(),
            )
        )


def write_role(database: Database, role: Role) -> None:
    """Note a role that was learned otherwise than from a token."""
    with database.write(RecordKind.SYNC_STATE) as connection:
        connection.execute(update(_SIGN_IN).values(role=role.value))
