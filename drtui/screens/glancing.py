"""Reading the state of the account beyond the table: its totals, the connection, what moves."""

from datetime import datetime

from drtui.commands import usage
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.records import Role
from drtui.domain.text import clean
from drtui.screens.log_desk import progress
from drtui.screens.views import Glance
from drtui.store.database import Transaction
from drtui.store.need import failed_count
from drtui.store.operation_log import newest_operation, open_count
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.users import profile_of, rows_by_profile
from drtui.widgets.sync_status import SyncView


def glance(workspace: Workspace, now: datetime) -> Glance:
    """Read the state of the account.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    summary = usage.summarise(workspace)
    with workspace.database.read() as connection:
        return Glance(
            summary=summary,
            sync=_sync_view(connection),
            users=summary.sponsored_users + summary.totals.others,
            progress=progress(connection, now),
            operations=bool(newest_operation(connection)),
        )


def _sync_view(connection: Transaction) -> SyncView:
    state = read_sync_state(connection)
    online = {Connectivity.ONLINE: True, Connectivity.OFFLINE: False}.get(state.connectivity)
    return SyncView(
        signed_in=_signed_in(connection, state),
        online=online,
        since=state.since,
        halted="" if state.halt is None else state.halt.value,
        trouble=clean(state.halt_reason or state.trouble),
        as_of=state.swept_from,
        pages=state.sweep_pages if state.sweeping else None,
        on_the_way=open_count(connection, ON_THE_WAY),
        in_conflict=open_count(connection, [ItemState.CONFLICT]),
        failed=failed_count(connection),
    )


def _signed_in(connection: Transaction, state: SyncState) -> str:
    row = rows_by_profile(connection, [state.caller_profile]).get(state.caller_profile)
    if row is None:
        return clean(state.caller_alias)
    profile = profile_of(row)
    role = "" if profile.role is Role.UNKNOWN else f"{profile.role.value} "
    return clean(f"{role}{profile.email or profile.alias}")
