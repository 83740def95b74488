"""Watch usage: the racers' list and the account's summary, from the store."""

from typing import Final

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.records import Role, SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.summary import Summary
from drtui.domain.text import iso
from drtui.store.database import Transaction
from drtui.store.interests import SWEEP, declare_interest
from drtui.store.operation_log import open_count
from drtui.store.race_counts import open_or_future
from drtui.store.settings import read_settings
from drtui.store.sign_in import read_sign_in
from drtui.store.summing import totals
from drtui.store.sweeps import usage_known_from
from drtui.store.sync_state import SyncState, read_sync_state
from drtui.store.users import users_by_key

_ASKED_SECONDS: Final = 20.0
USER_COLUMNS: Final = (
    *("profile_id", "alias", "email", "role", "status", "minutes_used", "minutes_queued"),
    *("minutes_limit", "models", "models_limit", "storage_bytes", "estimated_usd", "created_at"),
    *("tags", "pending", "as_of"),
)
"""The columns of the list as a CSV, which are the keys of `user_as_json`."""


def list_users(workspace: Workspace, selection: Selection) -> list[SponsoredUser]:
    """Return the selected users, in the order of the selection."""
    with workspace.database.read() as connection:
        return list(users_by_key(connection, selection.keys).values())


def summarise(workspace: Workspace) -> Summary:
    """Return the usage summary."""
    with workspace.database.read() as connection:
        state, now = read_sync_state(connection), workspace.database.clock()
        return summary_of(connection, state, workspace.rates, now)


def summary_of(connection: Transaction, state: SyncState, rates: Rates, now: float) -> Summary:
    """Return the usage summary, of the same moment as whatever else is read.

    Args:
        connection: In a transaction.
        state: Where the engine stands.
        rates: What estimates are made with.
        now: Seconds since the epoch; what is open is known by it.
    """
    settings, settings_as_of = read_settings(connection)
    return Summary(
        totals=totals(connection),
        settings=settings,
        rates=rates,
        pending=open_count(connection, ON_THE_WAY),
        as_of=state.swept_from,
        settings_as_of=settings_as_of,
        races=open_or_future(connection, now),
        in_conflict=open_count(connection, [ItemState.CONFLICT]),
    )


def ask_for_sweep(workspace: Workspace) -> None:
    """Ask the engine, whoever runs it, to read the account now; forgotten when none runs soon.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    database = workspace.database
    declare_interest(database, f"{SWEEP}{database.clock()}", _ASKED_SECONDS)


def not_shown(workspace: Workspace) -> str:
    """Say what the role of whoever is signed in is not shown; empty when it is everything."""
    with workspace.database.read() as connection:
        return not_shown_to(connection, read_sign_in(connection).role)


def not_shown_to(connection: Transaction, role: Role) -> str:
    """Say what a role is not shown; empty when it is everything."""
    known_from = usage_known_from(connection) if role is Role.FACILITATOR else None
    return permissions.not_shown(role, known_from)


def user_as_json(user: SponsoredUser, rates: Rates) -> dict[str, object]:
    """Return one user as `drtui users list --json` shows it; see docs/command-line.md.

    Minutes are whole, -1 is unlimited, None is unknown; `estimated_usd` is training and
    evaluation so far, without storage.
    """
    profile = user.profile
    minutes = user.minutes_in_total
    return {
        "profile_id": profile.profile_id,
        "alias": profile.alias,
        "email": profile.email,
        "role": profile.role.value,
        "status": user.status.value,
        "minutes_used": profile.minutes_used,
        "minutes_queued": profile.minutes_queued,
        "minutes_limit": profile.minutes_limit,
        "models": profile.models,
        "models_limit": profile.models_limit,
        "storage_bytes": profile.storage_bytes,
        "estimated_usd": None if minutes is None else round(rates.training(minutes), 2),
        "created_at": iso(profile.created_at),
        "tags": list(user.tags),
        "pending": dict(user.pending),
        "as_of": iso(user.as_of),
    }
