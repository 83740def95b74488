"""Which of one's operations an undo of the last one passes over, and why."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from drtui.domain.operations import ON_THE_WAY, ItemState, Operation
from drtui.domain.wording import listed

_NAMED: Final = 3  # of several; the rest are counted
_SEVERAL: Final = {
    "being undone": "they are being undone",
    "undone": "they were undone already",
    "in vain": "nothing of them was done",
}


class LeftOut:
    """Those of which there is nothing to plan: undone, being undone, or never done."""

    def __init__(self) -> None:
        self._found: dict[str, list[Operation]] = defaultdict(list)

    def takes(self, operation: Operation) -> bool:
        """Whether it is one of them; it is told of then."""
        kind = _kind(operation)
        if kind:
            self._found[kind].append(operation)
        return bool(kind)

    def told(self) -> tuple[str, ...]:
        """Return a sentence for each reason."""
        return tuple(_sentence(kind, self._found[kind]) for kind in _SEVERAL if kind in self._found)

    def on_the_way(self) -> str:
        """Return the sentence about those that are being undone; empty where there are none."""
        found = self._found.get("being undone")
        return _sentence("being undone", found) if found else ""


def _kind(operation: Operation) -> str:
    undoing = operation.undoing
    if undoing is not None and not undoing.settled:
        return "being undone"
    if undoing is not None and undoing.whole:
        return "undone"
    return "" if operation.count(ItemState.DONE, *ON_THE_WAY) else "in vain"


def by_reason(found: Sequence[tuple[Operation, str]]) -> tuple[str, ...]:
    """Return a sentence for each reason why operations are left out."""
    grouped: dict[str, list[Operation]] = defaultdict(list)
    for operation, why in found:
        grouped[why].append(operation)
    return tuple(_left_out(operations, why, why) for why, operations in grouped.items())


def _sentence(kind: str, operations: Sequence[Operation]) -> str:
    return _left_out(operations, _why(operations[0]), _SEVERAL[kind])


def _left_out(operations: Sequence[Operation], why: str, why_several: str) -> str:
    numbers = listed([f"{one.operation_id}" for one in operations], _NAMED)
    if len(operations) == 1:
        return f"Operation {numbers} is left out ({operations[0].what}): {why}."
    return f"Operations {numbers} are left out: {why_several}."


def _why(operation: Operation) -> str:
    undoing = operation.undoing
    if undoing is None:
        return "nothing of it was done"
    return f"it {'was' if undoing.settled else 'is being'} undone by operation {undoing.by}"
