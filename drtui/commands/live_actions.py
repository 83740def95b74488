"""What is done in a live race at once or not at all, and what became of it.

None is queued for later: while drtui is offline or not signed in they are refused, and what could
not be sent within seconds ends as not sent.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from drtui.commands.bulk import plan_errands, submit
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.errands import Errand
from drtui.domain.operations import ON_THE_WAY, SETTLED_WELL, Item, ItemState, OperationKind
from drtui.domain.problems import NotAllowedError
from drtui.domain.text import clean
from drtui.domain.wording import capitalised
from drtui.store.expiring import NOT_SENT
from drtui.store.operation_log import items
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import Connectivity, read_sync_state

IMMEDIATE_SECONDS: Final = 15.0
"""Within which an immediate action is sent, or never."""
_OFFLINE: Final = (
    "Not done: the deployment does not answer, and what a marshal does is never queued for later."
)
_HALTED: Final = "Not done, and never queued for later: {}"
_DONE: Final = "done"
_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an immediate action.

    Attributes:
        settled: Whether it has ended, however.
        well: Whether all of it was done, or was so already.
        text: For the admin, as it stands behind a colon, since a racer's alias may begin it; empty
            while it is on its way.
        certain: Whether none of it may have been done although it is not said to be.
    """

    settled: bool
    well: bool
    text: str
    certain: bool = True

    @property
    def sentence(self) -> str:
        """The text, as it stands alone."""
        if self.text.startswith((_DONE, NOT_SENT)):
            return capitalised(self.text)
        if self.well:
            return f"Done: {self.text}"
        return f"Not done: {self.text}" if self.certain else f"Not certain: {self.text}"


def why_not(workspace: Workspace) -> str:
    """Say why nothing can be done in a live race now; empty where it can.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        state = read_sync_state(connection)
        role = read_sign_in(connection).role
    if refusal := permissions.refusal(role, OperationKind.RUN_LIVE_RACE):
        return f"{capitalised(refusal)}."
    if state.halt is not None:
        return _HALTED.format(clean(state.halt_reason, 300) or state.halt.value)
    return _OFFLINE if state.connectivity is Connectivity.OFFLINE else ""


def act(workspace: Workspace, what: str, *errands: Errand, attended: bool = True) -> int:
    """Have something done in a live race at once.

    Args:
        workspace: The account's.
        what: In one line, for the operation.
        errands: Those of `Service.LIVE`.
        attended: Whether an engine runs, so that it is refused while that is offline; where one is
            begun for it, it finds out by itself.

    Returns:
        The operation's number, for `outcome`.

    Raises:
        NotAllowedError: drtui is offline, not signed in, or the role may not do it.
        StoreProblemError: The store cannot be written; nothing was submitted.
    """
    if attended and (reason := why_not(workspace)):
        raise NotAllowedError(reason)
    until = datetime.fromtimestamp(workspace.database.clock(), UTC)
    until += timedelta(seconds=IMMEDIATE_SECONDS)
    soon = [replace(one, expires_at=until) for one in errands]
    number = submit(workspace, plan_errands(workspace, OperationKind.RUN_LIVE_RACE, what, soon))
    assert number is not None, "an errand of a live race always changes something"
    return number


def outcome(workspace: Workspace, operation_id: int) -> Outcome:
    """Return what became of an immediate action.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        found = items(connection, operation_id)
    if any(item.state in ON_THE_WAY for item in found):
        return Outcome(False, False, "")
    well = all(item.state in SETTLED_WELL for item in found)
    told = [text for item in found if (text := _told(item, alone=len(found) == 1))]
    if well and not told:
        told = [_DONE if len(found) == 1 else f"{_DONE}: all {len(found):,}"]
    certain = all(item.unknown_at is None for item in found)
    return Outcome(True, well, "; ".join(told) + ".", certain)


def _told(item: Item, *, alone: bool) -> str:
    """What there is to say of one errand; empty where it simply was done."""
    reason = item.reason.rstrip(".")
    if item.state in SETTLED_WELL and not reason:
        return "it was so already" if item.state is ItemState.ALREADY_SO and alone else ""
    return reason if alone else f"{clean(item.label, _NAME)}: {reason}"
