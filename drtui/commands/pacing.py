"""What the pacer lets through at present, for whoever watches it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import HELD_SECONDS, AdminCalls, bulk_share, download_share
from drtui.domain.downloads import Most, Turns, turns
from drtui.domain.operations import Operation, OperationKind, OperationState
from drtui.domain.progress import pacer_text
from drtui.domain.text import iso
from drtui.store.admin_calls import counted_calls, read_admin_calls
from drtui.store.database import Transaction
from drtui.store.downloading import downloads_begun_at, downloads_waiting
from drtui.store.sync_state import read_sync_state
from drtui.store.users import moment

_DOWNLOADS: Final = (OperationKind.DOWNLOAD_MODELS, OperationKind.SAVE_MODELS)


@dataclass(frozen=True, slots=True)
class Pacing:
    """The pacer's view.

    Attributes:
        pace: Changes a second that the engine sends at the most at present; None when it has not
            sent any.
        ceiling: The same while the deployment does not ask for less.
        admin_calls: The calls that a firewall counts.
    """

    pace: float | None
    ceiling: float | None
    admin_calls: AdminCalls

    def text(self, now: datetime) -> str:
        """Return it as one line; empty where nothing was sent yet."""
        return pacer_text(self.pace, self.ceiling, self.admin_calls, now)

    def as_json(self, now: datetime) -> dict[str, object]:
        """Return it as plain values."""
        calls = self.admin_calls
        return {
            "changes_per_second": self.pace,
            "changes_per_second_ceiling": self.ceiling,
            "admin_calls_used": calls.used(now),
            "admin_calls_allowed": calls.allowed,
            "admin_calls_free": calls.free(now),
            "admin_calls_next_slot": iso(calls.next_slot(now)),
        }


def download_turns(
    workspace: Workspace, connection: Transaction, operation: Operation
) -> Turns | None:
    """Return when what is left of an operation's downloads may begin; None where it has none."""
    if operation.kind not in _DOWNLOADS or operation.state is not OperationState.DELIVERING:
        return None
    return _turns(workspace, connection, operation.operation_id)


def last_download(workspace: Workspace, connection: Transaction) -> datetime | None:
    """Return when the last download that waits begins, if files come as fast as that."""
    return moment(workspace.database.clock() + _turns(workspace, connection, None).last)


def _turns(workspace: Workspace, connection: Transaction, upto: int | None) -> Turns:
    now, allowed = workspace.database.clock(), workspace.admin_calls
    return turns(
        max(1, downloads_waiting(connection, upto)),
        now,
        begun=downloads_begun_at(connection, now),
        calls=counted_calls(connection, now, HELD_SECONDS),
        most=Most(max(1, workspace.downloads), download_share(allowed), bulk_share(allowed)),
    )


def read_pacing(workspace: Workspace, connection: Transaction) -> Pacing:
    """Read the pacer's view."""
    state = read_sync_state(connection)
    now = workspace.database.clock()
    calls = read_admin_calls(connection, now, workspace.admin_calls)
    return Pacing(state.pace, state.pace_ceiling, calls)
