"""What the screens ask of the commands and the store.

This module alone brings the store, and with it SQLAlchemy, into the console's process; the app
imports it after the first frame. Everything here may be called from any thread.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from drtui.commands import racer, usage
from drtui.commands.workspace import Workspace
from drtui.domain.filters import Word
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.records import Profile, Role, SponsoredUser
from drtui.domain.spending import Rates
from drtui.domain.text import clean, fold
from drtui.screens.log_desk import LogDesk, progress
from drtui.screens.planner import Planner
from drtui.screens.view_desk import ViewDesk
from drtui.screens.views import Glance, Reading, View
from drtui.store.database import Transaction
from drtui.store.filter_sql import where
from drtui.store.operation_log import newest_operation, open_count
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.users import profile_of, rows_by_profile, user_keys, users_by_key
from drtui.store.watching import ChangeWatch
from drtui.widgets.sync_status import SyncView


class Desk:
    """One account's store as the screens see it.

    Attributes:
        rates: What estimates are made with.
        planner: Plans and submits actions.
        views: Saved filters, columns and labels.
        log: The operation log.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.rates: Rates = workspace.rates
        self.planner = Planner(workspace)
        self.views = ViewDesk(workspace)
        self.log = LogDesk(workspace)

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
            return Reading(keys, users_by_key(connection, view.visible))

    def racers(self, keys: Sequence[int]) -> dict[int, SponsoredUser]:
        """Read users by key; those that are gone are left out.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        with self._workspace.database.read() as connection:
            return users_by_key(connection, keys)

    def glance(self) -> Glance:
        """Read the state of the account.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        summary = usage.summarise(self._workspace)
        with self._workspace.database.read() as connection:
            return Glance(
                summary=summary,
                sync=_sync_view(connection),
                users=summary.sponsored_users + summary.totals.others,
                progress=progress(connection, self.now()),
                operations=bool(newest_operation(connection)),
            )

    def find_racers(self, text: str, limit: int) -> list[tuple[int, Profile]]:
        """Find users whose alias, email or labels hold a text; at most `limit`, by alias.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        condition = where(Word(fold(text)), rates=self.rates)
        with self._workspace.database.read() as connection:
            keys = user_keys(connection, condition)[:limit]
            return [(key, user.profile) for key, user in users_by_key(connection, keys).items()]

    def racer_page(self, key: int) -> racer.RacerPage | None:
        """See `commands.racer.racer_page`."""
        return racer.racer_page(self._workspace, key)

    def watch_models(self, profile_id: str) -> None:
        """See `commands.racer.watch_models`."""
        racer.watch_models(self._workspace, profile_id)


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
