"""How long the sign-in is good for, and how much work is left."""

from typing import Final

from sqlalchemy import Connection, func, select

from drtui.domain.downloads import DOWNLOADS
from drtui.domain.errands import READING
from drtui.domain.lasting import KeptSignIn, Work, work_seconds
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.signing_in import SignInState
from drtui.store.database import Database
from drtui.store.facts import keep_fact, read_fact
from drtui.store.scheduling import last_time
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import Connectivity, SyncState
from drtui.store.users import ITEMS, is_open

_KEPT: Final = "sign-in kept"
_PAST_SECONDS: Final = 600.0  # over which the rate of errands is taken
_LEAST_SECONDS: Final = 60.0
_BUDGET_SECONDS: Final = 300.0


def write_kept(database: Database, user: str, *, password: bool, outlives: bool) -> None:
    """Note that somebody has just signed in, and what is kept of it; never a secret.

    Args:
        database: The open store.
        user: Who.
        password: Whether the password is kept, so that it renews itself.
        outlives: Whether it is in the system's keyring.
    """
    keep_fact(database, _KEPT, {"user": user, "password": password, "outlives": outlives})


def read_kept(connection: Connection) -> KeptSignIn | None:
    """Return what is known of the present sign-in; None where nothing is, or none is needed."""
    value, at = read_fact(connection, _KEPT)
    sign_in = read_sign_in(connection)
    if at is None or sign_in.state is not SignInState.SIGNED_IN or sign_in.user != value["user"]:
        return None
    return KeptSignIn(value["user"], at, value["password"], value["outlives"])


def remaining_work(
    connection: Connection, state: SyncState, now: float, downloads: int = DOWNLOADS
) -> Work:
    """Return what is left to be done, and how long that takes yet.

    Args:
        connection: In a transaction.
        state: Where the engine stands.
        now: Seconds since the epoch.
        downloads: How many may begin in 5 minutes.
    """
    waiting, scheduled = _waiting(connection), last_time(connection)
    if not waiting:
        return Work(seconds=0.0, scheduled=scheduled)
    moving = state.connectivity is Connectivity.ONLINE and state.halt is None
    rates = _rates(connection, now) if moving else {}
    lanes = []
    for service, left in waiting.items():
        if service is None:
            rate = (state.pace or 0.0) if moving else 0.0
        else:
            begun = downloads / _BUDGET_SECONDS if moving and service in READING else 0.0
            rate = rates.get(service, begun)
        lanes.append((left, rate))
    return Work(sum(waiting.values()), work_seconds(tuple(lanes)), scheduled)


def _waiting(connection: Connection) -> dict[str | None, int]:
    """How many items are on their way, by who carries them out."""
    found = connection.execute(
        select(ITEMS.c.service, func.count())
        .where(is_open(), ITEMS.c.state.in_(sorted(ON_THE_WAY)))
        .group_by(ITEMS.c.service)
    )
    return {row[0]: row[1] for row in found}


def _rates(connection: Connection, now: float) -> dict[str, float]:
    """How many errands a second were settled lately, by who carries them out."""
    first = func.min(ITEMS.c.settled_at)
    found = connection.execute(
        select(ITEMS.c.service, func.count(), first)
        .where(ITEMS.c.settled_at > now - _PAST_SECONDS, ITEMS.c.service.is_not(None))
        .group_by(ITEMS.c.service)
    )
    return {service: number / max(_LEAST_SECONDS, now - since) for service, number, since in found}
