"""What is done to an operation after it was confirmed; to undo it is in `undo`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drtui.commands.workspace import Workspace
from drtui.domain.handling import Handling, refusal
from drtui.domain.operations import ON_THE_WAY, Hold, Item, ItemState, Operation
from drtui.domain.problems import InvalidInputError
from drtui.domain.progress import WINDOW_SECONDS, rate_of, seconds_left
from drtui.domain.text import clean
from drtui.domain.wording import noun
from drtui.store import attribution, following, interventions, operation_log
from drtui.store.database import Transaction
from drtui.store.journal import JournalEntry, journal
from drtui.store.sync_state import read_sync_state


@dataclass(frozen=True, slots=True)
class Followed:
    """An operation with how fast it is delivered at present.

    Attributes:
        operation: With its counts.
        per_second: How many items a second are settled; 0 while none is.
        reader: The system user who looks at it.
        pace: Changes a second that the engine sends at the most at present; None is unknown.
        behind: The operation whose conflict it waits for; None where it waits for none.
    """

    operation: Operation
    per_second: float
    reader: str
    pace: float | None = None
    behind: int | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes yet; None where nobody can say."""
        return seconds_left(self.operation, self.per_second, self.pace)

    def refusal(self, handling: Handling) -> str:
        """Say why something cannot be done to it; empty when it can."""
        return refusal(handling, self.operation, self.reader)


def find(workspace: Workspace, number: int) -> Operation:
    """Return an operation.

    Raises:
        InvalidInputError: There is none of that number.
    """
    with workspace.database.read() as connection:
        found = operation_log.operation(connection, number)
    if found is None:
        raise InvalidInputError(f"There is no operation {number}: see “drtui operations list”.")
    return found


def history(workspace: Workspace, number: int) -> list[JournalEntry]:
    """Return what was done to an operation, the oldest first."""
    with workspace.database.read() as connection:
        return journal(connection, number)


def items_in(
    workspace: Workspace,
    number: int,
    states: Collection[ItemState] = (),
    targets: Collection[str] = (),
) -> list[Item]:
    """Return an operation's items in some states, of some profiles; empty is all."""
    with workspace.database.read() as connection:
        found = operation_log.items(connection, number, states=states)
    return [item for item in found if not targets or item.target in targets]


def check_targets(workspace: Workspace, number: int, targets: Sequence[str]) -> None:
    """Refuse profiles that an operation is not about.

    Raises:
        InvalidInputError: There is no such operation, or it has no such target.
    """
    find(workspace, number)
    there = {item.target for item in items_in(workspace, number)} if targets else set()
    for profile in targets:
        if profile not in there:
            raise InvalidInputError(
                f"“{clean(profile, 40)}” is no target of operation {number}: see “drtui operations "
                f"show {number}”."
            )


def overtaken(workspace: Workspace, number: int, targets: Collection[str] = ()) -> list[str]:
    """Say of how many failed targets a retry only makes conflicts, and why; one sentence each."""
    with workspace.database.read() as connection:
        found = attribution.overtaken(connection, number, targets)
    return [
        f"{count:,} of them {noun(count, 'was', 'were')} {reason}: tried again, "
        f"{noun(count, 'it becomes a conflict', 'they become conflicts')} to settle."
        for reason, count in found
    ]


def retry(workspace: Workspace, number: int, targets: Collection[str] = ()) -> int:
    """Send what failed again, of all targets or of some; return how many."""
    return interventions.retry(workspace.database, number, workspace.author(), targets)


def cancellable(workspace: Workspace, number: int, targets: Collection[str] = ()) -> int:
    """Return how many items of one's own operation are on their way.

    Raises:
        InvalidInputError: There is no such operation, or it is somebody else's.
    """
    it = find(workspace, number)
    waiting = len(items_in(workspace, number, ON_THE_WAY, targets))
    reason = refusal(Handling.CANCEL, it, workspace.who)
    if reason and it.who != workspace.who:
        raise InvalidInputError(f"{reason[:1].upper()}{reason[1:]}.")
    return waiting


def cancel(workspace: Workspace, number: int, targets: Collection[str] = ()) -> tuple[int, int]:
    """Cancel what has not been sent yet of one's own operation.

    Returns:
        How many items were cancelled, and how many are in doubt.

    Raises:
        InvalidInputError: There is no such operation, or it is somebody else's.
    """
    cancellable(workspace, number, targets)
    return interventions.cancel(workspace.database, number, workspace.author(), targets)


def keep_theirs(workspace: Workspace, number: int, targets: Collection[str] = ()) -> int:
    """Settle conflicts by leaving the account as it is; return how many."""
    return interventions.keep_theirs(workspace.database, number, workspace.author(), targets)


def apply_ours(workspace: Workspace, number: int, targets: Collection[str] = ()) -> int:
    """Settle conflicts by applying what was asked for on top of theirs; return how many."""
    return interventions.apply_ours(workspace.database, number, workspace.author(), targets)


def set_aside(workspace: Workspace, number: int, targets: Collection[str] = ()) -> tuple[int, int]:
    """Accept what failed or is in conflict as it is, of all targets or of some.

    Returns:
        How many had failed, and how many were in conflict.
    """
    return interventions.set_aside(workspace.database, number, workspace.author(), targets)


def follow(
    workspace: Workspace, connection: Transaction, numbers: Sequence[int]
) -> dict[int, Followed]:
    """Return operations by number, with their rates."""
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    found = operation_log.operations_by_number(connection, numbers)
    rates, pace = rates_now(connection, now), read_sync_state(connection).pace
    return {
        number: Followed(one, rates.get(number, 0.0), workspace.who, pace, _behind(connection, one))
        for number, one in found.items()
    }


def _behind(connection: Transaction, operation: Operation) -> int | None:
    if operation.hold is not Hold.CONFLICT:
        return None
    return following.behind(connection, operation.operation_id)


def rates_now(connection: Transaction, now: datetime) -> dict[int, float]:
    """Return how many items a second are settled of each operation that is being delivered."""
    settled = following.settled_since(connection, now - timedelta(seconds=WINDOW_SECONDS))
    return {number: rate_of(one.count, one.first, now) for number, one in settled.items()}
