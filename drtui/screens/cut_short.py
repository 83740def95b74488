"""What the console says when what was on its way has ended, and some of it was cancelled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from drtui.domain.operations import ItemState, Operation, OperationKind
from drtui.domain.progress import to_deliver
from drtui.domain.text import clean
from drtui.store.database import Transaction
from drtui.store.journal import journal
from drtui.store.operation_log import operations_by_number

if TYPE_CHECKING:
    from drtui.screens.views import Glance

_CANCELLING: Final = ("Cancel", "Settle", "Set aside")
"""What the journal calls by which targets end as cancelled."""


class CutShort(NamedTuple):
    """What is said of it, and whether it was not oneself alone who did it."""

    text: str
    by_another: bool


def cut_short(
    connection: Transaction, before: "Glance | None", moving: Sequence[int], who: str
) -> CutShort | None:
    """Say what was cancelled of operations that have ended; None where nothing was.

    Those are told of that are one's own, and the one that the line of progress was about. What was
    for at once, in a live race, is told where it was done.

    Args:
        connection: In a transaction.
        before: The state of the account as it was last shown; None where none was.
        moving: The numbers of the operations that are on their way now.
        who: The system user who looks.
    """
    ended = set() if before is None else before.moving - set(moving)
    if before is None or not ended:
        return None
    followed = None if before.progress is None else before.progress.number
    told = [
        _told(connection, it, who)
        for number, it in sorted(operations_by_number(connection, sorted(ended)).items())
        if it.count(ItemState.CANCELLED)
        and it.kind is not OperationKind.RUN_LIVE_RACE
        and (it.who == who or number == followed)
    ]
    if not told:
        return None
    return CutShort(" ".join(one.text for one in told), any(one.by_another for one in told))


def _told(connection: Transaction, it: Operation, who: str) -> CutShort:
    lines = journal(connection, it.operation_id)
    doers = {line.who for line in lines if line.what in _CANCELLING}
    count, number = it.count(ItemState.CANCELLED), it.operation_id
    if len(doers) != 1 or doers == {who}:
        text = f"{count:,} of {it.total:,} cancelled, operation {number}."
        return CutShort(text, by_another=doers != {who})
    (doer,) = doers
    if count == it.total:
        return CutShort(f"{clean(doer)} cancelled all of operation {number}.", by_another=True)
    done = f"{it.count(ItemState.DONE):,} of {to_deliver(it):,} done"
    return CutShort(f"{clean(doer)} cancelled {count:,} of operation {number}: {done}.", True)
