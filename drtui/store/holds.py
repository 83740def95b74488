"""Why operations wait: what stops delivery as a whole, or a conflict before them."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ON_THE_WAY, Hold, ItemState
from drtui.store.due import behind_conflicts
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
    state = read_sync_state(connection)
    if state.halt in _OF_HALTS:
        return dict.fromkeys(waiting, _OF_HALTS[state.halt])
    if state.connectivity is Connectivity.OFFLINE or state.on_purpose is not None:
        return dict.fromkeys(waiting, Hold.OFFLINE)
    if swept_names_only(connection):  # who reads no more than names may not change anything
        return dict.fromkeys(waiting, Hold.ROLE)
    return dict.fromkeys(behind_conflicts(connection, waiting), Hold.CONFLICT)
