"""What may be done to an operation, and what is said first where it may not."""

from datetime import UTC, datetime

import pytest

from drtui.domain.handling import Handling, is_put_back, refusal
from drtui.domain.operations import ItemState, Operation, OperationKind

NOT_EDITED = "only new quotas, an alias or a role can be edited: cancel it instead"


def operation(kind: OperationKind, **counts: int) -> Operation:
    states = {ItemState(name): number for name, number in counts.items()}
    now = datetime(2026, 5, 1, tzinfo=UTC)
    return Operation(7, kind, "what", "ada", "ada.admin", now, {}, states)


def test_what_is_over_is_not_edited_for_that_reason_before_any_other() -> None:
    invited = operation(OperationKind.INVITE, done=1)
    assert refusal(Handling.EDIT, invited) == "nothing of it waits to be sent"
    waiting = operation(OperationKind.INVITE, done=1, pending=1)
    assert refusal(Handling.EDIT, waiting) == NOT_EDITED
    assert not refusal(Handling.EDIT, operation(OperationKind.SET_QUOTAS, pending=1))


@pytest.mark.parametrize(
    ("kind", "put_back"),
    [
        (OperationKind.SET_QUOTAS, True),
        (OperationKind.CLOSE_SIGN_INS, True),
        (OperationKind.CHANGE_SETTINGS, True),
        (OperationKind.DOWNLOAD_MODELS, False),
        (OperationKind.INVITE, False),
        (OperationKind.DELETE_USERS, False),
    ],
)
def test_an_undo_is_promised_only_of_what_it_puts_back(kind: OperationKind, put_back: bool) -> None:
    assert is_put_back(kind) is put_back
