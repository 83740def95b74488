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

EDITABLE: Final = frozenset(
    {OperationKind.SET_QUOTAS, OperationKind.CHANGE_ALIAS, OperationKind.CHANGE_ROLE}
)
"""What asks for a value, which can be another one as long as nothing was sent."""


class Handling(StrEnum):
    """What can be done to an operation."""

    RETRY = "retry"
    SETTLE = "settle"
    KEEP_THEIRS = "keep_theirs"
    SET_ASIDE = "set_aside"
    CANCEL = "cancel"
    UNDO = "undo"
    EDIT = "edit"
    MOVE = "move"


_OWN: Final = {
    Handling.CANCEL: "cancel it",
    Handling.UNDO: "undo it",
    Handling.EDIT: "edit it",
    Handling.MOVE: "move it",
    Handling.KEEP_THEIRS: "keep theirs in it",
    Handling.SET_ASIDE: "set it aside",
}
"""What is for whoever confirmed the operation, or who names them; anybody may help it along.

Whatever ends with targets cancelled is among it."""
_SETTLED: Final = "nothing of it is on its way any more"
_OF: Final = {
    Handling.RETRY: ({ItemState.FAILED}, "nothing of it has failed"),
    Handling.SETTLE: ({ItemState.CONFLICT}, "no conflict is in it"),
    Handling.KEEP_THEIRS: ({ItemState.CONFLICT}, "no conflict is in it"),
    Handling.SET_ASIDE: (NEEDS_A_HAND, "nothing of it needs a hand"),
    Handling.CANCEL: (ON_THE_WAY, _SETTLED),
    Handling.MOVE: (ON_THE_WAY, _SETTLED),
}
"""Of which targets there have to be some, and what is said where there are none."""


def refusal(handling: Handling, operation: Operation) -> str:
    """Return why something cannot be done to an operation, by anybody; empty when it can.

    Args:
        handling: What is to be done.
        operation: To what.
    """
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


def owner(handling: Handling, operation: Operation, who: str) -> str:
    """Return who has to be named for this to be done; empty where it is one's own, or anybody's.

    Args:
        handling: What is to be done.
        operation: To what.
        who: The system user who would do it.
    """
    return "" if handling not in _OWN or operation.who == who else operation.who


def not_theirs(handling: Handling, operation: Operation, who: str, of: str = "") -> str:
    """Return why somebody has to leave an operation to whoever confirmed it; empty otherwise.

    Args:
        handling: What is to be done.
        operation: To what.
        who: The system user who would do it.
        of: Whose operation they say that it is; empty where they say nothing.
    """
    number, theirs = operation.operation_id, clean(operation.who)
    if of:
        return "" if of == operation.who else f"operation {number} is {theirs}'s, not {clean(of)}'s"
    if not owner(handling, operation, who):
        return ""
    return (
        f"operation {number} is {theirs}'s: to {_OWN[handling]} all the same, say whose it is "
        f"(--of {theirs})"
    )


def is_put_back(kind: OperationKind) -> bool:
    """Whether an undo can put back what operations of a kind have done."""
    return kind not in _DELETIONS and kind not in _LASTING


def _not_edited(operation: Operation) -> str:
    if not operation.count(ItemState.PENDING):
        return "nothing of it waits to be sent"
    if operation.kind not in EDITABLE:
        return "only new quotas, an alias or a role can be edited: cancel it instead"
    sent = (ItemState.SENDING, ItemState.DOUBTFUL, ItemState.DONE, *NEEDS_A_HAND)
    if operation.count(*sent):
        return "some of it was sent already; cancel the rest and do it anew"
    return ""


def _not_undone(operation: Operation) -> str:
    number = operation.operation_id
    undoing = operation.undoing
    if undoing is not None and not undoing.settled:
        return f"operation {number} is being undone by operation {undoing.by}: wait for its end"
    if undoing is not None and undoing.whole:
        return f"operation {number} has been undone already, by operation {undoing.by}"
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
