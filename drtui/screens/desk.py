"""What the screens ask of the commands and the store.

This module alone brings the store, and with it SQLAlchemy, into the console's process; the app
imports it after the first frame. Everything here may be called from any thread.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from drtui.commands import bulk, quotas, sponsorship, undo, usage
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.operations import (
    ON_THE_WAY,
    SETTLED_WELL,
    ItemState,
    Operation,
    OperationState,
)
from drtui.domain.planning import Plan
from drtui.domain.records import Role, SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.text import clean
from drtui.screens.views import Glance, Reading, View
from drtui.store.database import Transaction
from drtui.store.filter_sql import where
from drtui.store.operation_log import open_count, operations
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.users import profile_of, rows_by_profile, user_keys, users_by_key
from drtui.store.watching import ChangeWatch
from drtui.widgets.message_line import Progress
from drtui.widgets.sync_status import SyncView

_NEWEST: Final = 10  # operations looked at for progress; more are not delivered side by side


class Desk:
    """One account's store as the screens see it.

    Attributes:
        rates: What estimates are made with.
        consequences: What pausing does and does not stop.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.rates: Rates = workspace.rates
        self.consequences = sponsorship.CONSEQUENCES

    def now(self) -> datetime:
        """Return the moment by the store's clock."""
        return datetime.fromtimestamp(self._workspace.database.clock(), UTC)

    def watch(self) -> ChangeWatch:
        """Open a watch on the store."""
        return ChangeWatch(self._workspace.database.path)

    def close(self) -> None:
        """Close the store."""
        self._workspace.database.close()

    def read(self, view: View) -> Reading:
        """Read the keys of a view, and the rows of those that are visible now.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        condition = where(view.expression, rates=self.rates)
        with self._workspace.database.read() as connection:
            keys = user_keys(connection, condition, view.sort, reverse=view.reverse)
            return Reading(keys, _racers(connection, view.visible))

    def racers(self, keys: Sequence[int]) -> dict[int, SponsoredUser]:
        """Read users by key; those that are gone are left out.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        with self._workspace.database.read() as connection:
            return _racers(connection, keys)

    def glance(self) -> Glance:
        """Read the state of the account.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        summary = usage.summarise(self._workspace)
        with self._workspace.database.read() as connection:
            newest = operations(connection, _NEWEST)
            return Glance(
                summary=summary,
                sync=_sync_view(connection),
                users=summary.sponsored_users + summary.totals.others,
                progress=_progress(newest),
                operations=bool(newest),
            )

    def selection(self, keys: Sequence[int], named: Collection[int]) -> Selection:
        """Return users as the subject of an action; `named` are meant whatever their role."""
        return Selection(tuple(keys), frozenset(named))

    def limits(self, selection: Selection) -> tuple[Counter[int | None], Counter[int | None]]:
        """Count the limits that users have now: minutes, and models; None is unknown."""
        users = usage.list_users(self._workspace, selection)
        return (
            Counter(user.profile.minutes_limit for user in users),
            Counter(user.profile.models_limit for user in users),
        )

    def plan_set_quotas(self, selection: Selection, hours: str, models: str) -> Plan:
        """See `commands.quotas.plan_set_quotas`."""
        return quotas.plan_set_quotas(self._workspace, selection, hours, models)

    def plan_pause(self, selection: Selection) -> Plan:
        """See `commands.sponsorship.plan_pause`."""
        return sponsorship.plan_pause(self._workspace, selection)

    def plan_resume(self, selection: Selection, hours: str = "", models: str = "") -> Plan:
        """See `commands.sponsorship.plan_resume`; remembered limits come first."""
        return sponsorship.plan_resume(self._workspace, selection, hours=hours, models=models)

    def plan_undo(self) -> undo.UndoPlan:
        """See `commands.undo.plan_undo`; it is one's own last operation."""
        return undo.plan_undo(self._workspace)

    def submit(self, plan: Plan) -> int | None:
        """See `commands.bulk.submit`."""
        return bulk.submit(self._workspace, plan)

    def submit_undo(self, plan: undo.UndoPlan) -> int | None:
        """See `commands.undo.submit_undo`."""
        return undo.submit_undo(self._workspace, plan)


def _racers(connection: Transaction, keys: Sequence[int]) -> dict[int, SponsoredUser]:
    users = users_by_key(connection, keys)
    if len(users) == len(keys):
        return dict(zip(keys, users, strict=True))
    # Somebody is gone, and the answer does not say who: one by one then.
    found = ((key, users_by_key(connection, [key])) for key in keys)
    return {key: one[0] for key, one in found if one}


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
    )


def _signed_in(connection: Transaction, state: SyncState) -> str:
    row = rows_by_profile(connection, [state.caller_profile]).get(state.caller_profile)
    if row is None:
        return clean(state.caller_alias)
    profile = profile_of(row)
    role = "" if profile.role is Role.UNKNOWN else f"{profile.role.value} "
    return clean(f"{role}{profile.email or profile.alias}")


def _progress(newest: Sequence[Operation]) -> Progress | None:
    """What there is to say: the newest on its way, else the newest if it needs a hand."""
    moving = [one for one in newest if one.state is OperationState.DELIVERING]
    told = moving or [one for one in newest[:1] if one.state is OperationState.NEEDS_A_HAND]
    if not told:
        return None
    operation = told[0]
    return Progress(
        what=clean(operation.what),
        moving=bool(moving),
        done=operation.count(*SETTLED_WELL),
        total=operation.total,
        failed=operation.count(ItemState.FAILED),
        conflicts=operation.count(ItemState.CONFLICT),
        more=max(0, len(moving) - 1),
    )
