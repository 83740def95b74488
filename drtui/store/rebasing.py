"""Re-basing: what was planned on top of an item that did not come about is planned anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

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
from drtui.store.targets import confirmed_state
from drtui.store.undoing import OPERATIONS
from drtui.store.users import ITEMS, chunks, is_open, rows_by_profile

_EARLIER: Final = "an earlier operation did not come about"
_FIXED: Final = frozenset({ItemState.SENDING, ItemState.DOUBTFUL})


class Open(NamedTuple):
    """An item that is not settled, as far as planning it anew needs it."""

    item_id: int
    operation_id: int
    target: str
    rank: int
    state: ItemState
    cancel_requested: bool
    before: Values
    after: Values


class Anew(NamedTuple):
    """An item with the values that it got."""

    was: Open
    before: Values
    after: Values


def rebase(
    connection: Connection, left: Sequence[tuple[Item, Values]], why: str = _EARLIER
) -> None:
    """Plan the later items of some targets anew, on values that an earlier item leaves behind.

    An item whose plan changes gets new values; one that has no meaning any more becomes a
    conflict. Items behind a conflict wait for it, as they are. Errands are never planned anew.

    Args:
        connection: In a writing transaction.
        left: The items that were settled, one a target, with the values that each leaves: its
            *before* when it did not come about, none when theirs were kept (the account's count
            then), its *after* when it is to come about, or did, after all.
        why: What has happened, which the items whose values change say as the reason.
    """
    left = [(item, values) for item, values in left if item.service is None]
    rows = _open_rows(connection, [item.target for item, _ in left])
    later = {
        item.target: [row for row in rows.get(item.target, []) if row.rank > item.rank]
        for item, _ in left
    }
    concerned = [(item, base) for item, base in left if later[item.target]]
    before = _states_before(connection, [item for item, _ in concerned], rows)
    rebasing = _Rebasing(connection, why)
    for item, base in concerned:
        if item.target in before:
            rebasing.rebase(later[item.target], before[item.target].overlaid(base))
    rebasing.write()


def plan_anew(connection: Connection, targets: Sequence[str], why: str) -> list[Anew]:
    """Plan all open items of some targets anew, each on what those before it leave behind.

    Args:
        connection: In a writing transaction.
        targets: Profile ids; those that are not in the store stay as they are.
        why: What has happened, which the items whose values change say as the reason.

    Returns:
        Those items; what became a conflict is not among them.
    """
    users = rows_by_profile(connection, targets)
    rebasing = _Rebasing(connection, why)
    for target, rows in _open_rows(connection, targets).items():
        if target in users:
            rebasing.rebase(rows, confirmed_state(users[target]))
    rebasing.write()
    return rebasing.anew


def states_before(connection: Connection, items: Sequence[Item]) -> dict[str, TargetState]:
    """Return what each item's target will be once what is on its way before it has arrived.

    Targets that are not in the store are left out.
    """
    return _states_before(connection, items, _open_rows(connection, [one.target for one in items]))


def _open_rows(connection: Connection, targets: Sequence[str]) -> dict[str, list[Open]]:
    """The open items of some targets, in the order of delivery."""
    found: dict[str, list[Open]] = {}
    for chunk in chunks(targets):
        rows = connection.execute(
            select(
                *(ITEMS.c.id, ITEMS.c.operation_id, ITEMS.c.target, ITEMS.c.rank),
                *(ITEMS.c.state, ITEMS.c.cancel_requested, ITEMS.c.before, ITEMS.c.after),
            )
            .where(ITEMS.c.target.in_(chunk), is_open())
            .order_by(ITEMS.c.rank)
        )
        for number, operation, target, rank, state, cancel, before, after in rows:
            cancel_requested = cancel and state == ItemState.DOUBTFUL
            found.setdefault(target, []).append(
                Open(
                    *(number, operation, target, rank, ItemState(state)),
                    *(cancel_requested, before, after),
                )
            )
    return found


def _states_before(
    connection: Connection, items: Sequence[Item], rows: Mapping[str, Sequence[Open]]
) -> dict[str, TargetState]:
    users = rows_by_profile(connection, [item.target for item in items])
    states: dict[str, TargetState] = {}
    for item in items:
        if item.target not in users:
            continue
        state = confirmed_state(users[item.target])
        for earlier in rows.get(item.target, []):
            counted = earlier.state in ON_THE_WAY and not earlier.cancel_requested
            if earlier.rank < item.rank and counted:
                state = state.overlaid(earlier.after)
        states[item.target] = state
    return states


@dataclass(slots=True)
class _Rebasing:
    """What is planned anew, written all at once: others wait for the store meanwhile.

    Attributes:
        connection: In a writing transaction.
        why: What has happened, which the items whose values change say as the reason.
        anew: These items.
        conflicts: Those that have no meaning any more, with the reason and the values that are.
    """

    connection: Connection
    why: str
    anew: list[Anew] = field(default_factory=list)
    conflicts: list[tuple[Open, str, Values]] = field(default_factory=list)
    _actions: dict[int, Applicable | None] = field(default_factory=dict)

    def rebase(self, later: Sequence[Open], state: TargetState) -> None:
        """Plan the items of one target, in their order, on a state."""
        for item in later:
            if item.state is ItemState.CONFLICT:
                return
            if item.cancel_requested:
                continue
            if item.state in _FIXED or state.has(item.before):
                state = state.overlaid(item.after)
                continue
            change = self._replan(item, state)
            if change is None:
                return
            state = state.overlaid(change.after)

    def write(self) -> None:
        """Write it."""
        self._write(
            [
                {
                    "new_before": dict(one.before),
                    "new_after": dict(one.after),
                    "new_local": is_local(one.after),
                    "new_reason": f"planned anew, since {self.why}",
                    "item_id": one.was.item_id,
                }
                for one in self.anew
            ],
            ("before", "after", "local", "reason"),
        )
        self._write(
            [
                {
                    "new_state": ItemState.CONFLICT.value,
                    "new_reason": reason,
                    "new_theirs": dict(theirs),
                    "item_id": item.item_id,
                }
                for item, reason, theirs in self.conflicts
            ],
            ("state", "reason", "theirs"),
        )

    def _action(self, item: Open) -> Applicable:
        number = item.operation_id
        if number not in self._actions:
            kind, params = self.connection.execute(
                select(OPERATIONS.c.kind, OPERATIONS.c.params).where(OPERATIONS.c.id == number)
            ).one()
            is_undo = kind == OperationKind.UNDO
            self._actions[number] = None if is_undo else action_from(OperationKind(kind), params)
        return self._actions[number] or Restore(expected=item.before, restored=item.after)

    def _replan(self, item: Open, state: TargetState) -> Change | None:
        """Give an item its new values; None when it became a conflict."""
        action = self._action(item)
        try:
            change = applied(action, state)
        except CannotChangeError as error:
            present = state.values()
            reason = f"{self.why}; now: {error}"
            self.conflicts.append((item, reason, {name: present[name] for name in item.after}))
            return None
        if STORED_MODELS in change.after:
            # It stays what was confirmed.
            change = replace(change, meant=meant_models(item.before))
        self.anew.append(Anew(item, planned_on(change, state), change.after))
        return change

    def _write(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        if rows:
            self.connection.execute(
                update(ITEMS)
                .where(ITEMS.c.id == bindparam("item_id"))
                .values({name: bindparam(f"new_{name}") for name in columns}),
                rows,
            )
