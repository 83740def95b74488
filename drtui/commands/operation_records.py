"""Operations and their targets as JSON and CSV show them; see docs/command-line.md."""

from typing import Final

from drtui.domain.operations import Item, ItemState, Operation
from drtui.domain.progress import to_deliver
from drtui.domain.text import iso

OPERATION_COLUMNS: Final = (
    *("operation", "kind", "what", "who", "account_user", "created_at", "state", "targets"),
    *(state.value for state in ItemState),
    *("undoes", "undone_by", "waits_for", "to_deliver", "undone", "undone_targets"),
)
"""The columns of a list of operations as a CSV, which are the keys of `operation_as_json`."""

ITEM_COLUMNS: Final = (
    *("profile_id", "alias", "state", "reason", "before", "after", "theirs"),
    *("attempts", "settled_at"),
)
"""The same of an operation's targets, by `item_as_json`."""


def operation_as_json(it: Operation) -> dict[str, object]:
    """Return one operation; what is not so, or not known, is null."""
    return {
        "operation": it.operation_id,
        "kind": it.kind.value,
        "what": it.what,
        "who": it.who,
        "account_user": it.account_user,
        "created_at": iso(it.created_at),
        "state": it.state.value,
        "targets": it.total,
        **{state.value: it.count(state) for state in ItemState},
        "undoes": it.undoes,
        "undone_by": None if it.undoing is None else it.undoing.by,
        "waits_for": None if it.hold is None else it.hold.value,
        "to_deliver": to_deliver(it),
        "undone": None if it.undoing is None else it.undoing.state,
        "undone_targets": None if it.undoing is None else it.undoing.targets,
    }


def item_as_json(item: Item) -> dict[str, object]:
    """Return one target of an operation."""
    return {
        "profile_id": item.target,
        "alias": item.label,
        "state": item.state.value,
        "reason": item.reason,
        "before": dict(item.before),
        "after": dict(item.after),
        "theirs": dict(item.theirs),
        "attempts": item.attempts,
        "settled_at": iso(item.settled_at),
    }
