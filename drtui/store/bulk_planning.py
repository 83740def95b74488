"""Planning an action on users from what is stored: for commands, and for a set time."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from drtui.domain import permissions
from drtui.domain.actions import Action
from drtui.domain.planning import Plan, plan_target
from drtui.store.operation_log import newest_operation
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import targets


def plan_users(
    connection: Connection,
    action: Action,
    keys: Sequence[int],
    named: Collection[int] = frozenset(),
    unmatched: tuple[str, ...] = (),
) -> Plan:
    """Return what an action will do to each of some users; nothing is changed.

    Args:
        connection: In a transaction.
        action: What to do.
        keys: Ids of users, in order.
        named: Those of them that the admin named one by one.
        unmatched: What matched nobody.

    Raises:
        NotAllowedError: Whoever is signed in has a role that may not do it.
    """
    permissions.check(read_sign_in(connection).role, action.kind)
    me = read_sync_state(connection).caller_profile
    position = newest_operation(connection)
    return Plan(
        kind=action.kind,
        what=action.describe(),
        rows=tuple(plan_target(action, one, me) for one in targets(connection, keys, named)),
        position=position,
        params=action.params(),
        unmatched=unmatched,
    )
