"""What an admin may do to an operation that is there already, and why not."""

from enum import StrEnum
from typing import Final

from drtui.domain.errands import ONLY_ERRANDS
from drtui.domain.operations import (
    NEEDS_A_HAND,
    ON_THE_WAY,
    ItemState,
    Operation,
    OperationKind,
)
from drtui.domain.text import clean

_EFFECTIVE: Final = (ItemState.DONE, *ON_THE_WAY)
_DELETIONS: Final = frozenset(
    {
        OperationKind.DELETE_MODELS,
        OperationKind.DELETE_USERS,
        OperationKind.DELETE_OWN_MODELS,
        OperationKind.DELETE_DOWNLOADED_MODELS,
        OperationKind.DELETE_RACES,
    }
)
_LASTING: Final = ONLY_ERRANDS - {
    OperationKind.CHANGE_SETTINGS,
    OperationKind.CLOSE_SIGN_INS,
    OperationKind.OPEN_SIGN_INS,
}


class Handling(StrEnum):
    """What can be done to an operation."""

    RETRY = "retry"
    SETTLE = "settle"
    SET_ASIDE = "set_aside"
    CANCEL = "cancel"
    UNDO = "undo"
    EDIT = "edit"
    MOVE = "move"


_OWN: Final = {
    Handling.CANCEL: "cancel",
    Handling.UNDO: "undo",
    Handling.EDIT: "edit",
    Handling.MOVE: "move",
}
"""What is for whoever confirmed the operation; anybody may help it along."""
_SETTLED: Final = "nothing of it is on its way any more"
_OF: Final = {
    Handling.RETRY: ({ItemState.FAILED}, "nothing of it has failed"),
    Handling.SETTLE: ({ItemState.CONFLICT}, "no conflict is in it"),
    Handling.SET_ASIDE: (NEEDS_A_HAND, "nothing of it needs a hand"),
    Handling.CANCEL: (ON_THE_WAY, _SETTLED),
    Handling.MOVE: (ON_THE_WAY, _SETTLED),
}
"""Of which targets there have to be some, and what is said where there are none."""


def refusal(handling: Handling, operation: Operation, who: str) -> str:
    """Return why something cannot be done to an operation; empty when it can.

    Args:
        handling: What is to be done.
        operation: To what.
        who: The system user who would do it.
    """
    if reason := not_theirs(handling, operation, who):
        return reason
    match handling:
        case Handling.UNDO:
            return _not_undone(operation)
        case Handling.EDIT:
            return _not_edited(operation)
        case Handling.RETRY:
            return _not_retried(operation)
        case _:
            states, without = _OF[handling]
            return "" if operation.count(*states) else without


def not_theirs(handling: Handling, operation: Operation, who: str) -> str:
    """Return why somebody has to leave an operation to whoever confirmed it; empty otherwise."""
    if handling not in _OWN or operation.who == who:
        return ""
    whose = f"operation {operation.operation_id} is {clean(operation.who)}'s"
    return f"{whose}: only they {_OWN[handling]} it"


def _not_edited(operation: Operation) -> str:
    if operation.kind is not OperationKind.SET_QUOTAS:
        return "only new quotas can be edited; cancel it and do it anew"
    if not operation.count(ItemState.PENDING):
        return "nothing of it waits to be sent"
    sent = (ItemState.SENDING, ItemState.DOUBTFUL, ItemState.DONE, *NEEDS_A_HAND)
    if operation.count(*sent):
        return "some of it was sent already; cancel the rest and do it anew"
    return ""


def _not_undone(operation: Operation) -> str:
    number = operation.operation_id
    if operation.undone_by is not None:
        return f"operation {number} has been undone already, by operation {operation.undone_by}"
    if not operation.count(ItemState.PENDING):
        if operation.kind in _DELETIONS:
            return "a deletion cannot be undone"
        if operation.kind in _LASTING:
            return "what it did cannot be taken back"
    if not operation.count(*_EFFECTIVE):
        return "nothing of it was done"
    return ""


def _not_retried(operation: Operation) -> str:
    if operation.kind is OperationKind.RUN_LIVE_RACE:
        return "a live action is done at once or not at all: do it again in the marshal of the race"
    return "" if operation.count(ItemState.FAILED) else "nothing of it has failed"
