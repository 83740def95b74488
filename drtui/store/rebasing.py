"""Re-basing: what was planned on top of an item that did not come about is planned anew."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select, update

from drtui.domain.actions import Applicable, Change, Restore, TargetState, action_from
from drtui.domain.operations import Item, ItemState, OperationKind, Values, is_local
from drtui.domain.quotas import CannotChangeError
from drtui.store.operation_log import OPERATIONS, item_of
from drtui.store.targets import confirmed_state
from drtui.store.users import ITEMS, is_open, rows_by_profile

_FIXED: Final = frozenset({ItemState.SENDING, ItemState.DOUBTFUL})


def rebase(connection: Connection, target: str, after_operation: int, base: Values) -> None:
    """Plan a target's later items anew, on values that an earlier item leaves behind.

    An item whose plan changes gets new values; one that has no meaning any more becomes a
    conflict. Items behind a conflict wait for it, as they are.

    Args:
        connection: In a writing transaction.
        target: The profile id.
        after_operation: The operation whose item was settled.
        base: The values that this item leaves: its *before* when it did not come about, the
            account's when theirs were kept, its *after* when it is to come about after all.
    """
    user = rows_by_profile(connection, [target]).get(target)
    if user is None:
        return
    state = confirmed_state(user).overlaid(base)
    later = connection.execute(
        select(ITEMS, OPERATIONS.c.kind, OPERATIONS.c.params)
        .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
        .where(
            ITEMS.c.target == target,
            ITEMS.c.operation_id > after_operation,
            is_open(),
        )
        .order_by(ITEMS.c.operation_id)
    ).mappings()
    for row in later.all():
        item = item_of(row)
        if item.state is ItemState.CONFLICT:
            return
        if item.state not in _FIXED and not _stands(item, state):
            replanned = _replan(connection, item, _action(row["kind"], row["params"], item), state)
            if replanned is None:
                return
            state = state.overlaid(replanned.after)
        else:
            state = state.overlaid(item.after)


def _stands(item: Item, state: TargetState) -> bool:
    values = state.values()
    return all(values[name] == value for name, value in item.before.items())


def _action(kind: str, params: Mapping[str, str], item: Item) -> Applicable:
    if kind == OperationKind.UNDO:
        return Restore(expected=item.before, restored=item.after)
    return action_from(OperationKind(kind), params)


def _replan(
    connection: Connection, item: Item, action: Applicable, state: TargetState
) -> Change | None:
    """Give an item its new values; None when it became a conflict."""
    this = update(ITEMS).where(ITEMS.c.id == item.item_id)
    try:
        change = action.apply(state)
    except CannotChangeError as error:
        present = state.values()
        connection.execute(
            this.values(
                state=ItemState.CONFLICT.value,
                reason=f"an earlier operation did not come about; now: {error}",
                theirs={name: present[name] for name in item.after},
            )
        )
        return None
    connection.execute(
        this.values(
            before=dict(change.before),
            after=dict(change.after),
            local=is_local(change.after),
            reason="planned anew, since an earlier operation did not come about",
        )
    )
    return change
