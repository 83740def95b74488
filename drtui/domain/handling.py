"""What an admin may do to an operation that is there already, and why not."""

from enum import StrEnum
from typing import Final

from drtui.domain.operations import (
    NEEDS_A_HAND,
    ON_THE_WAY,
    ItemState,
    Operation,
    OperationKind,
)
from drtui.domain.text import clean

_EFFECTIVE: Final = (ItemState.DONE, *ON_THE_WAY)
_DELETIONS: Final = (OperationKind.DELETE_MODELS, OperationKind.DELETE_USERS)


class Handling(StrEnum):
    """What can be done to an operation."""

    RETRY = "retry"
    SETTLE = "settle"
    SET_ASIDE = "set_aside"
    CANCEL = "cancel"
    UNDO = "undo"


def refusal(handling: Handling, operation: Operation, who: str) -> str:
    """Return why something cannot be done to an operation; empty when it can.

    To cancel and to undo is for whoever confirmed it; anybody may help it along.

    Args:
        handling: What is to be done.
        operation: To what.
        who: The system user who would do it.
    """
    match handling:
        case Handling.RETRY:
            return "" if operation.count(ItemState.FAILED) else "nothing of it has failed"
        case Handling.SETTLE:
            return "" if operation.count(ItemState.CONFLICT) else "no conflict is in it"
        case Handling.SET_ASIDE:
            return "" if operation.count(*NEEDS_A_HAND) else "nothing of it needs a hand"
        case Handling.CANCEL:
            return _not_cancelled(operation, who)
        case Handling.UNDO:
            return _not_undone(operation, who)


def _not_cancelled(operation: Operation, who: str) -> str:
    if operation.who != who:
        return (
            f"operation {operation.operation_id} is {clean(operation.who)}'s: only they cancel it"
        )
    if not operation.count(*ON_THE_WAY):
        return "nothing of it is on its way any more"
    return ""


def _not_undone(operation: Operation, who: str) -> str:
    number = operation.operation_id
    if operation.who != who:
        return f"operation {number} is {clean(operation.who)}'s: only they undo it"
    if operation.undone_by is not None:
        return f"operation {number} has been undone already, by operation {operation.undone_by}"
    if operation.kind in _DELETIONS and not operation.count(ItemState.PENDING):
        return "a deletion cannot be undone"
    if not operation.count(*_EFFECTIVE):
        return "nothing of it was done"
    return ""
