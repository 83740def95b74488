"""Re-basing: what was planned on top of an item that did not come about is planned anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, RowMapping, select, update

from drtui.domain.actions import Applicable, Change, Restore, TargetState, applied, planned_on
from drtui.domain.operations import (
    ON_THE_WAY,
    STORED_MODELS,
    Item,
    ItemState,
    OperationKind,
    Values,
    is_local,
    meant_models,
)
from drtui.domain.quotas import CannotChangeError
from drtui.domain.stored_actions import action_from
from drtui.store.operation_log import item_of
from drtui.store.targets import confirmed_state
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, chunks, is_open, rows_by_profile

_EARLIER: Final = "planned anew, since an earlier operation did not come about"
_FIXED: Final = frozenset({ItemState.SENDING, ItemState.DOUBTFUL})


def rebase(connection: Connection, left: Sequence[tuple[Item, Values]]) -> None:
    """Plan the later items of some targets anew, on values that an earlier item leaves behind.

    An item whose plan changes gets new values; one that has no meaning any more becomes a
    conflict. Items behind a conflict wait for it, as they are. Errands are never planned anew.

    Args:
        connection: In a writing transaction.
        left: The items that were settled, one a target, with the values that each leaves: its
            *before* when it did not come about, none when theirs were kept (the account's count
            then), its *after* when it is to come about, or did, after all.
    """
    left = [(item, values) for item, values in left if item.service is None]
    rows = _open_rows(connection, [item.target for item, _ in left])
    later = {
        item.target: [row for row in rows.get(item.target, []) if row["rank"] > item.rank]
        for item, _ in left
    }
    concerned = [(item, base) for item, base in left if later[item.target]]
    before = _states_before(connection, [item for item, _ in concerned], rows)
    for item, base in concerned:
        if item.target in before:
            state = before[item.target].overlaid(base)
            _rebase(connection, later[item.target], state)


def plan_anew(connection: Connection, targets: Sequence[str], why: str) -> None:
    """Plan all open items of some targets anew, each on what those before it leave behind.

    Args:
        connection: In a writing transaction.
        targets: Profile ids; those that are not in the store stay as they are.
        why: What the items whose values change say of it.
    """
    users = rows_by_profile(connection, targets)
    for target, rows in _open_rows(connection, targets).items():
        if target in users:
            _rebase(connection, rows, confirmed_state(users[target]), why)


def states_before(connection: Connection, items: Sequence[Item]) -> dict[str, TargetState]:
    """Return what each item's target will be once what is on its way before it has arrived.

    Targets that are not in the store are left out.
    """
    return _states_before(connection, items, _open_rows(connection, [one.target for one in items]))


def _open_rows(connection: Connection, targets: Sequence[str]) -> dict[str, list[RowMapping]]:
    """The open items of some targets with their operations' actions, oldest first."""
    found: dict[str, list[RowMapping]] = {}
    for chunk in chunks(targets):
        rows = connection.execute(
            select(ITEMS, OPERATIONS.c.kind, OPERATIONS.c.params)
            .join(OPERATIONS, OPERATIONS.c.id == ITEMS.c.operation_id)
            .where(ITEMS.c.target.in_(chunk), is_open())
            .order_by(ITEMS.c.rank)
        ).mappings()
        for row in rows:
            found.setdefault(row["target"], []).append(row)
    return found


def _states_before(
    connection: Connection, items: Sequence[Item], rows: Mapping[str, Sequence[RowMapping]]
) -> dict[str, TargetState]:
    users = rows_by_profile(connection, [item.target for item in items])
    states: dict[str, TargetState] = {}
    for item in items:
        if item.target not in users:
            continue
        state = confirmed_state(users[item.target])
        for row in rows.get(item.target, []):
            earlier = item_of(row)
            counted = earlier.state in ON_THE_WAY and not earlier.cancel_requested
            if earlier.rank < item.rank and counted:
                state = state.overlaid(earlier.after)
        states[item.target] = state
    return states


def _rebase(
    connection: Connection, later: Sequence[RowMapping], state: TargetState, why: str = _EARLIER
) -> None:
    for row in later:
        item = item_of(row)
        if item.state is ItemState.CONFLICT:
            return
        if item.cancel_requested:
            continue
        if item.state in _FIXED or state.has(item.before):
            state = state.overlaid(item.after)
            continue
        action = _action(row["kind"], row["params"], item)
        replanned = _replan(connection, item, action, state, why)
        if replanned is None:
            return
        state = state.overlaid(replanned.after)


def _action(kind: str, params: Mapping[str, str], item: Item) -> Applicable:
    if kind == OperationKind.UNDO:
        return Restore(expected=item.before, restored=item.after)
    return action_from(OperationKind(kind), params)


def _replan(
    connection: Connection, item: Item, action: Applicable, state: TargetState, why: str
) -> Change | None:
    """Give an item its new values; None when it became a conflict."""
    this = update(ITEMS).where(ITEMS.c.id == item.item_id)
    try:
        change = applied(action, state)
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
    if STORED_MODELS in change.after:
        change = replace(change, meant=meant_models(item.before))  # it stays what was confirmed
    connection.execute(
        this.values(
            before=planned_on(change, state),
            after=dict(change.after),
            local=is_local(change.after),
            reason=why,
        )
    )
    return change
