"""Reading the state of the account beyond the table: its totals, the connection, what moves."""

from dataclasses import replace
from datetime import datetime

from drtui.commands import usage
from drtui.commands.lasting import sign_in_warning
from drtui.commands.scheduling import moment_of, notice
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.records import Profile, Role
from drtui.domain.text import clean
from drtui.screens.cut_short import cut_short
from drtui.screens.log_desk import progress
from drtui.screens.sign_in_words import SIGN_IN_KEY, standing
from drtui.screens.views import Glance
from drtui.store.database import Transaction
from drtui.store.following import moving_operations
from drtui.store.need import failed_count
from drtui.store.offline import OnPurpose
from drtui.store.operation_log import newest_operation, open_count
from drtui.store.sign_in import SignIn, read_sign_in
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.users import profile_of, rows_by_profile
from drtui.widgets.sync_status import SyncView


def glance(workspace: Workspace, now: datetime, before: Glance | None = None) -> Glance:
    """Read the state of the account; `before` is the one that was shown last.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        sign_in, state = read_sign_in(connection), read_sync_state(connection)
        moving = moving_operations(connection)
        me = rows_by_profile(connection, [state.caller_profile]).get(state.caller_profile)
        return Glance(
            summary=usage.summary_of(connection, state, workspace.rates, now.timestamp()),
            sync=_with_warning(
                connection,
                workspace,
                _sync_view(connection, sign_in, state, None if me is None else profile_of(me)),
            ),
            progress=progress(workspace, connection, now, moving),
            operations=bool(newest_operation(connection)),
            sign_in=sign_in,
            unseen=usage.not_shown_to(connection, sign_in.role),
            me=None if me is None else me["id"],
            moving=frozenset(moving),
            cut_short=cut_short(connection, before, moving, workspace.who),
        )


def _with_warning(connection: Transaction, workspace: Workspace, view: SyncView) -> SyncView:
    """Say what was missed, or else that the sign-in ends before the work does."""
    if view.trouble:
        return view
    if missed := notice(connection, moment_of(workspace), "5 Operations"):
        return replace(view, trouble=missed)
    warning = sign_in_warning(connection, workspace.database.clock(), workspace.downloads)
    return replace(view, trouble=f"{warning} {SIGN_IN_KEY} signs in again." if warning else "")


def _sync_view(
    connection: Transaction, sign_in: SignIn, state: SyncState, me: Profile | None
) -> SyncView:
    on_the_way = open_count(connection, ON_THE_WAY)
    halted, key, trouble = standing(state, sign_in, on_the_way)
    purpose = state.on_purpose
    if purpose is not None:  # nothing is called, so that nothing is wrong
        halted = key = trouble = ""
    online = {Connectivity.ONLINE: True, Connectivity.OFFLINE: False}.get(state.connectivity)
    if purpose is not None:  # whatever an engine found before
        online = False
    return SyncView(
        signed_in="" if key else _signed_in(sign_in, state, me),
        online=online,
        since=state.since if purpose is None else purpose.since,
        on_purpose="" if purpose is None else clean(purpose.by) or "somebody",
        halted=halted,
        key=key,
        trouble=clean(trouble),
        as_of=state.swept_from,
        pages=state.sweep_pages if state.sweeping and not _is_left_alone(purpose) else None,
        on_the_way=on_the_way,
        in_conflict=open_count(connection, [ItemState.CONFLICT]),
        failed=failed_count(connection),
    )


def _is_left_alone(purpose: OnPurpose | None) -> bool:
    return purpose is not None and purpose.reads_until is None


def _signed_in(sign_in: SignIn, state: SyncState, me: Profile | None) -> str:
    # A facilitator's list names no roles, and the deployment's is a minute or two behind.
    listed = Role.UNKNOWN if me is None else me.role
    role = sign_in.role if sign_in.role is not Role.UNKNOWN else listed
    name = "" if me is None else me.email or me.alias
    name = name or sign_in.user or state.caller_alias
    return clean(name if role is Role.UNKNOWN or not name else f"{role.value} {name}")
