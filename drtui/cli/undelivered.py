"""What is said of an operation that is not delivered when it is no longer waited for, and why."""

from collections import Counter
from typing import Final

from drtui.cli import exits
from drtui.cli.context import Desk, exit_code_of
from drtui.cli.output import say
from drtui.domain.errands import service_of
from drtui.domain.operations import ON_THE_WAY, Hold, ItemState, Operation
from drtui.domain.progress import late_text
from drtui.store.lined_up import behind_late
from drtui.store.operation_log import items
from drtui.store.sync_state import Connectivity

_REASONS_SHOWN: Final = 3


def tell_undelivered(desk: Desk, it: Operation, *, interrupted: bool) -> int:
    """Say why something of an operation is on its way still, and return the exit code.

    Args:
        desk: The account's.
        it: The operation as it stands.
        interrupted: Whether it is no longer waited for because of a signal.
    """
    state = desk.sync_state()
    number = f"{it.count(*ON_THE_WAY):,} queued and not delivered"
    if interrupted:
        say(
            f"Interrupted: {number}; “drtui sync” delivers them, “drtui operations cancel "
            f"{it.operation_id}” takes them back."
        )
        return exits.QUEUED
    blocking = _conflicts_before(desk, it)
    if blocking:
        which = ", ".join(str(number) for number in blocking)
        say(
            f"{number}: a conflict of operation {which} comes first; see “drtui operations settle”."
        )
        return exits.UNSETTLED
    late = _late_before(desk, it)
    if late is not None:
        say(f"{number}: {late_text([late])}: “drtui operations scheduled list”.")
        return exits.UNSETTLED
    if state.on_purpose is not None:
        say(f"{number}: offline on purpose, until “drtui deliver”.")
    elif state.halt is not None:
        say(f"{number}: {desk.why_halted(state)}")
    elif reasons := _why_waiting(desk, it.operation_id):
        say(f"{number} yet: “drtui sync” goes on with them when it can.")
        for reason in reasons:
            say(f"  {reason}")
    else:
        say(f"{number} yet: “drtui sync” delivers them when the deployment answers.")
    return exit_code_of(state)


def _why_waiting(desk: Desk, operation_id: int) -> list[str]:
    """Return why errands of an operation wait, the most frequent reasons first; none for users."""
    with desk.workspace.database.read() as connection:
        waiting = items(connection, operation_id, states=ON_THE_WAY)
    errands = [item for item in waiting if service_of(item.target) is not None]
    state = desk.sync_state()
    silent = state.connectivity is not Connectivity.ONLINE and bool(state.trouble)
    if state.connectivity is Connectivity.OFFLINE or silent:
        return [f"{len(errands):,}: offline"] if errands else []
    reasons = Counter(item.reason or "for its turn" for item in errands)
    return [f"{number:,}: {reason}" for reason, number in reasons.most_common(_REASONS_SHOWN)]


def _conflicts_before(desk: Desk, it: Operation) -> list[int]:
    """Return the operations whose conflicts hold all back that is on its way; none where not.

    Where what is late holds back the rest, those are told all the same: they come first.
    """
    with desk.workspace.database.read() as connection:
        waiting = items(connection, it.operation_id, states=ON_THE_WAY)
        ranks = {item.target: item.rank for item in waiting}
        conflicts = [
            item
            for item in items(connection, states={ItemState.CONFLICT})
            if item.target in ranks and item.rank < ranks[item.target]
        ]
    if it.hold is not Hold.CONFLICT and {item.target for item in conflicts} != ranks.keys():
        return []
    return sorted({item.operation_id for item in conflicts})


def _late_before(desk: Desk, it: Operation) -> int | None:
    """Return the operation that is late and keeps one from moving, itself or another; else None."""
    if it.hold is Hold.LATE:
        return it.operation_id
    if it.hold is not Hold.BEHIND_LATE:
        return None
    with desk.workspace.database.read() as connection:
        return behind_late(connection, it.operation_id)
