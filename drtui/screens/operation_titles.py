"""What the Actions menu calls what is done to an operation: with whom it is done to."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from drtui.domain.naming import target_name
from drtui.domain.operations import NEEDS_A_HAND, ON_THE_WAY, Item, ItemState, Operation
from drtui.domain.text import clean
from drtui.domain.wording import counted

_LONGEST: Final = 50  # characters of what an operation does


class _Deed(NamedTuple):
    verb: str
    states: Collection[ItemState]
    one: str
    several: str


_DEEDS: Final[Mapping[str, _Deed]] = {
    "retry": _Deed(
        "Retry", frozenset({ItemState.FAILED}), "target that failed", "targets that failed"
    ),
    "settle": _Deed("Settle", frozenset({ItemState.CONFLICT}), "conflict", "conflicts"),
    "set_aside": _Deed(
        "Set aside", NEEDS_A_HAND, "target that needs a hand", "targets that need a hand"
    ),
    "cancel": _Deed("Cancel", ON_THE_WAY, "target not sent yet", "targets not sent yet"),
}


def undo_title(operation: Operation) -> str:
    """Return what undoing an operation is called: `Undo 7: Pause sponsorship`."""
    return f"Undo {operation.operation_id}: {clean(operation.what, _LONGEST)}"


def deed_title(action: str, operation: Operation, item: Item | None = None) -> str:
    """Return what an action would do now: `Retry racer-7`, `Retry 4 targets that failed`.

    Args:
        action: The action's name on the screen.
        operation: What it would be done to.
        item: The target under the cursor, which it is for where it is one of those concerned.

    Returns:
        The title; empty where there is nothing to do it to, or it is no such action.
    """
    if action == "undo":
        return undo_title(operation)
    deed = _DEEDS.get(action)
    if deed is None:
        return ""
    if item is not None and item.state in deed.states:
        return f"{deed.verb} {target_name(item.label, item.target)}"
    count = operation.count(*deed.states)
    return f"{deed.verb} {counted(count, deed.one, deed.several)}" if count else ""
