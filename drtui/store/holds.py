"""Why operations wait: for a word, for what stops delivery, or for an earlier one."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ON_THE_WAY, Hold, ItemState
from drtui.store.due import waiting_for_a_word
from drtui.store.late import late_operations
from drtui.store.lined_up import behind
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import Connectivity, read_sync_state

_OF_HALTS: Final = {
    FailureKind.NOT_SIGNED_IN: Hold.SIGN_IN,
    FailureKind.ROLE_NOT_ALLOWED: Hold.ROLE,
    FailureKind.BLOCKED: Hold.FIREWALL,
}


def holds(
    connection: Connection, counts: Mapping[int, Mapping[ItemState, int]]
) -> Mapping[int, Hold]:
    """Return what keeps operations from moving; those that move, or are settled, are left out.

    Args:
        connection: In a transaction.
        counts: How many items are in each state, by operation.
    """
    waiting = [
        number
        for number, states in counts.items()
        if any(states.get(state) for state in ON_THE_WAY) and not states.get(ItemState.SENDING)
    ]
    if not waiting:
        return {}
    late = late_operations(connection)
    found = {number: Hold.LATE for number in waiting if number in late}
    rest = [number for number in waiting if number not in late]
    return found | _of_the_rest(connection, rest)


def _of_the_rest(connection: Connection, waiting: Sequence[int]) -> dict[int, Hold]:
    state = read_sync_state(connection)
    if state.halt in _OF_HALTS:
        return dict.fromkeys(waiting, _OF_HALTS[state.halt])
    if state.connectivity is Connectivity.OFFLINE or state.on_purpose is not None:
        return dict.fromkeys(waiting, Hold.OFFLINE)
    if swept_names_only(connection):  # who reads no more than names may not change anything
        return dict.fromkeys(waiting, Hold.ROLE)
    return {
        number: Hold.BEHIND_LATE if behind(connection, number) is None else Hold.CONFLICT
        for number in waiting_for_a_word(connection, waiting)
    }
