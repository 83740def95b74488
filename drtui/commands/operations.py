"""What is done to an operation after it was confirmed; to undo it is in `undo`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drtui.commands.pacing import download_turns
from drtui.commands.workspace import Workspace
from drtui.domain import permissions
from drtui.domain.downloads import Turns
from drtui.domain.handling import Handling, not_theirs, owner, refusal
from drtui.domain.operations import (
    Hold,
    Item,
    ItemState,
    Operation,
    OperationKind,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.progress import WINDOW_SECONDS, paced_seconds_left, rate_of, seconds_left
from drtui.domain.records import Role
from drtui.domain.text import clean
from drtui.domain.wording import capitalised, noun
from drtui.store import attribution, following, interventions, lined_up, operation_log
from drtui.store.database import Transaction
from drtui.store.journal import JournalEntry, journal
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import read_sync_state


@dataclass(frozen=True, slots=True)
class Followed:
    """An operation with how fast it is delivered at present.

    Attributes:
        operation: With its counts.
        per_second: How many items a second are settled; 0 while none is.
        reader: The system user who looks at it.
        pace: Changes a second that the engine sends at the most at present; None is unknown.
        behind: The operation whose conflict, or lateness, it waits for; None where it waits for
            none.
        role: Of whoever is signed in.
        turns: When what is left of its downloads may begin; None where it has none.
    """

    operation: Operation
    per_second: float
    reader: str
    pace: float | None = None
    behind: int | None = None
    role: Role = Role.UNKNOWN
    turns: Turns | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long it takes yet; None where nobody can say."""
        left = seconds_left(self.operation, self.per_second, self.pace)
        if self.turns is None:
            return left
        return paced_seconds_left(left, self.turns.first, self.turns.last)

    def refusal(self, handling: Handling) -> str:
        """Say why something cannot be done to it; empty when it can."""
        reason = refusal(handling, self.operation)
        if reason or handling is not Handling.RETRY:
            return reason
        return permissions.refusal(self.role, self.operation.kind)

    def owner(self, handling: Handling) -> str:
        """Say who has to be named for it to be done; empty where it is one's own, or anybody's."""
        return owner(handling, self.operation, self.reader)


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
    with workspace.database.read() as connection:
        there = operation_log.targets_among(connection, number, targets)
    for profile in targets:
        if profile not in there:
            raise InvalidInputError(
                f"“{clean(profile, 40)}” is no target of operation {number}: see “drtui operations "
                f"show {number}”."
            )


def check_may_send(workspace: Workspace, number: int) -> None:
    """Refuse to send again what the role of whoever is signed in may not do.

    Raises:
        InvalidInputError: There is no such operation.
        NotAllowedError: It may not.
    """
    kind = find(workspace, number).kind
    with workspace.database.read() as connection:
        permissions.check(read_sign_in(connection).role, kind)


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
    """Send what failed again, of all targets or of some; return how many.

    Raises:
        InvalidInputError: There is no such operation, or it was for at once.
        NotAllowedError: The role of whoever is signed in may not do it.
    """
    it = find(workspace, number)
    if it.kind is OperationKind.RUN_LIVE_RACE:
        raise InvalidInputError(f"{capitalised(refusal(Handling.RETRY, it))}.")
    check_may_send(workspace, number)
    return interventions.retry(workspace.database, number, workspace.author(), targets)


def cancel(
    workspace: Workspace, number: int, targets: Collection[str] = (), *, of: str = ""
) -> tuple[int, int]:
    """Cancel what has not been sent yet of an operation.

    Args:
        workspace: Whose store.
        number: The operation.
        targets: Only these profiles; empty is all.
        of: Whose it is, where it is not one's own.

    Returns:
        How many items were cancelled, and how many are in doubt.

    Raises:
        InvalidInputError: There is no such operation, or it is somebody else's than was said.
    """
    check_owner(workspace, number, Handling.CANCEL, of)
    return interventions.cancel(workspace.database, number, workspace.author(), targets)


def check_owner(workspace: Workspace, number: int, handling: Handling, of: str) -> Operation:
    """Return an operation, unless it is somebody else's than was said.

    Raises:
        InvalidInputError: It is, or there is none of that number.
    """
    it = find(workspace, number)
    if reason := not_theirs(handling, it, workspace.who, of):
        raise InvalidInputError(f"{reason[:1].upper()}{reason[1:]}.")
    return it


def keep_theirs(
    workspace: Workspace, number: int, targets: Collection[str] = (), *, of: str = ""
) -> int:
    """Settle conflicts by leaving the account as it is; return how many.

    Args:
        workspace: Whose store.
        number: The operation.
        targets: Only these profiles; empty is all.
        of: Whose it is, where it is not one's own.

    Raises:
        InvalidInputError: There is no such operation, or it is somebody else's than was said.
    """
    check_owner(workspace, number, Handling.KEEP_THEIRS, of)
    return interventions.keep_theirs(workspace.database, number, workspace.author(), targets)


def apply_ours(workspace: Workspace, number: int, targets: Collection[str] = ()) -> int:
    """Settle conflicts by applying what was asked for in place of theirs; return how many.

    Raises:
        InvalidInputError: There is no such operation.
        NotAllowedError: The role of whoever is signed in may not do it.
    """
    check_may_send(workspace, number)
    return interventions.apply_ours(workspace.database, number, workspace.author(), targets)


def set_aside(
    workspace: Workspace, number: int, targets: Collection[str] = (), *, of: str = ""
) -> tuple[int, int]:
    """Accept what failed or is in conflict as it is, of all targets or of some.

    Args:
        workspace: Whose store.
        number: The operation.
        targets: Only these profiles; empty is all.
        of: Whose it is, where it is not one's own.

    Returns:
        How many had failed, and how many were in conflict.

    Raises:
        InvalidInputError: There is no such operation, or it is somebody else's than was said.
    """
    check_owner(workspace, number, Handling.SET_ASIDE, of)
    return interventions.set_aside(workspace.database, number, workspace.author(), targets)


def follow(
    workspace: Workspace, connection: Transaction, numbers: Sequence[int]
) -> dict[int, Followed]:
    """Return operations by number, with their rates."""
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    found = operation_log.operations_by_number(connection, numbers)
    rates, pace = rates_now(connection, now), read_sync_state(connection).pace
    role = read_sign_in(connection).role
    return {
        number: Followed(
            one,
            rates.get(number, 0.0),
            workspace.who,
            pace,
            _behind(connection, one),
            role,
            download_turns(workspace, connection, one),
        )
        for number, one in found.items()
    }


def _behind(connection: Transaction, operation: Operation) -> int | None:
    match operation.hold:
        case Hold.CONFLICT:
            return lined_up.behind(connection, operation.operation_id)
        case Hold.BEHIND_LATE:
            return lined_up.behind_late(connection, operation.operation_id)
        case _:
            return None


def rates_now(connection: Transaction, now: datetime) -> dict[int, float]:
    """Return how many items a second are settled of each operation that is being delivered."""
    settled = following.settled_since(connection, now - timedelta(seconds=WINDOW_SECONDS))
    return {number: rate_of(one.count, one.first, now) for number, one in settled.items()}
