"""Watch usage: the racers' list and the account's summary, from the store."""

from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.records import SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.summary import Summary
from drtui.domain.text import iso
from drtui.store.operation_log import open_count
from drtui.store.settings import read_settings
from drtui.store.summing import totals
from drtui.store.sync_state import read_sync_state
from drtui.store.users import users_by_key


def list_users(workspace: Workspace, selection: Selection) -> list[SponsoredUser]:
    """Return the selected users, in the order of the selection."""
    with workspace.database.read() as connection:
        return list(users_by_key(connection, selection.keys).values())


def summarise(workspace: Workspace) -> Summary:
    """Return the usage summary."""
    with workspace.database.read() as connection:
        settings, settings_as_of = read_settings(connection)
        return Summary(
            totals=totals(connection),
            settings=settings,
            rates=workspace.rates,
            open_items=open_count(connection),
            as_of=read_sync_state(connection).swept_from,
            settings_as_of=settings_as_of,
        )


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
