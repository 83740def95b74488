"""What the screens ask of the operation log; like the desk, it may be called from any thread."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from drtui.commands import journal as journals
from drtui.commands import operations, queueing
from drtui.commands.journal import JournalView
from drtui.commands.operations import Followed
from drtui.commands.pacing import Pacing, download_turns, read_pacing
from drtui.commands.queueing import Moved
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.filters import Expression
from drtui.domain.operations import Item, ItemState, OperationState
from drtui.domain.progress import (
    pace_text,
    paced_seconds_left,
    seconds_left,
    state_text,
    to_deliver,
)
from drtui.domain.scheduling import Scheduled
from drtui.domain.text import clean
from drtui.screens.scheduled_rows import ScheduledRow, among, key_of
from drtui.store import following, operation_log, queue
from drtui.store.database import Transaction
from drtui.store.editing import Edited
from drtui.store.journal import JournalEntry, journal
from drtui.store.scheduling import in_the_way, scheduled
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import told_apart
from drtui.store.users import rows_by_profile
from drtui.widgets.message_line import Progress

_TOLD_OF: Final = 20  # operations on their way that are looked at for the line of progress


@dataclass(frozen=True, slots=True)
class Operations:
    """The list of operations: their numbers, the newest first, and those that were asked for.

    Those for a set time are among them, with keys of their own; see `scheduled_rows`.

    Attributes:
        pacer: What is sent at the most at present.
    """

    numbers: list[int]
    rows: dict[int, Followed | ScheduledRow]
    pacer: Pacing


@dataclass(frozen=True, slots=True)
class OperationPage:
    """One operation, whole.

    Attributes:
        followed: With its counts and its rate.
        journal: What was done to it, the oldest first.
        pace: How fast changes may be sent at present, or why nothing is sent; can be empty.
        numbers: The ids of the items that are shown, in the order of the plan.
        rows: Those of them that were asked for.
    """

    followed: Followed
    journal: list[JournalEntry]
    pace: str
    numbers: list[int]
    rows: dict[int, Item]


@dataclass(frozen=True, slots=True)
class TargetRacer:
    """Whom an item is about: the key of the racer's page, and the email; None is unknown."""

    key: int
    email: str | None


class LogDesk:
    """The operation log of one account as the screens see it.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database

    def read(self, visible: Sequence[int]) -> Operations:
        """Read all numbers, and the operations that are visible now."""
        with self._database.read() as connection:
            found = scheduled(connection)
            return Operations(
                among(following.operation_numbers(connection), found, self._now()),
                self._rows(connection, visible, found),
                read_pacing(self._workspace, connection),
            )

    def read_queue(self, visible: Sequence[int]) -> Operations:
        """Read what is on its way, in the order of delivery, and the operations visible now."""
        with self._database.read() as connection:
            return Operations(
                [one.operation_id for one in queue.queue(connection)],
                self._rows(connection, visible, []),
                read_pacing(self._workspace, connection),
            )

    def rows(self, keys: Sequence[int]) -> dict[int, Followed | ScheduledRow]:
        """Read rows of the list by key."""
        with self._database.read() as connection:
            return self._rows(connection, keys, scheduled(connection))

    def _rows(
        self, connection: Transaction, keys: Sequence[int], found: Sequence[Scheduled]
    ) -> dict[int, Followed | ScheduledRow]:
        wanted, now, who = set(keys), self._now(), self._workspace.who
        numbers = [key for key in keys if key > 0]
        shown = [it for it in found if key_of(it) in wanted]
        why = in_the_way(read_sync_state(connection)) if shown else ""
        return {
            **operations.follow(self._workspace, connection, numbers),
            **{key_of(it): ScheduledRow(it, who, now, why) for it in shown},
        }

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._database.clock(), UTC)

    def operations(self, numbers: Sequence[int]) -> dict[int, Followed]:
        """Read operations by number."""
        with self._database.read() as connection:
            return operations.follow(self._workspace, connection, numbers)

    def page(
        self, number: int, states: Collection[ItemState], text: str, visible: Sequence[int]
    ) -> OperationPage | None:
        """Read an operation with the items to show; None when there is none of that number.

        Args:
            number: The operation's.
            states: Only items in one of these states; empty is all.
            text: Only items whose alias or reason holds it; empty is all.
            visible: The items whose rows are wanted too.
        """
        with self._database.read() as connection:
            found = operations.follow(self._workspace, connection, [number]).get(number)
            if found is None:
                return None
            return OperationPage(
                found,
                journal(connection, number),
                _pace(connection, found),
                following.item_numbers(connection, number, states, text),
                following.items_by_number(connection, visible),
            )

    def items(self, numbers: Sequence[int]) -> dict[int, Item]:
        """Read items by id."""
        with self._database.read() as connection:
            return following.items_by_number(connection, numbers)

    def racer(self, profile_id: str) -> TargetRacer | None:
        """Read whom an item is about; None where the racer is no longer in the account."""
        with self._database.read() as connection:
            row = rows_by_profile(connection, [profile_id]).get(profile_id)
        return None if row is None else TargetRacer(row["id"], row["email"])

    def first_items(self, number: int, states: Collection[ItemState], limit: int) -> list[Item]:
        """Read the first items of an operation in some states."""
        with self._database.read() as connection:
            return following.first_items(connection, number, states, limit)

    def told_apart(self, items: Sequence[Item]) -> dict[str, str]:
        """See `targets.told_apart`."""
        with self._database.read() as connection:
            return told_apart(connection, items)

    def reasons(self, number: int, states: Collection[ItemState]) -> list[tuple[str, int]]:
        """Read why an operation's items stand in some states, the most frequent reason first."""
        with self._database.read() as connection:
            return following.reasons(connection, number, states)

    def targets_in(self, number: int, states: Collection[ItemState]) -> list[str]:
        """See `following.targets_in`."""
        with self._database.read() as connection:
            return following.targets_in(connection, number, states)

    def perhaps_arrived(self, number: int, targets: Collection[str]) -> bool:
        """See `following.perhaps_arrived`."""
        with self._database.read() as connection:
            return following.perhaps_arrived(connection, number, targets)

    def overtaken(self, number: int, targets: Collection[str]) -> list[str]:
        """See `commands.operations.overtaken`."""
        return operations.overtaken(self._workspace, number, targets)

    def retry(self, number: int, targets: Collection[str]) -> int:
        """See `commands.operations.retry`."""
        return operations.retry(self._workspace, number, targets)

    def cancel(self, number: int, targets: Collection[str], of: str) -> tuple[int, int]:
        """See `commands.operations.cancel`."""
        return operations.cancel(self._workspace, number, targets, of=of)

    def set_aside(self, number: int, targets: Collection[str], of: str) -> tuple[int, int]:
        """See `commands.operations.set_aside`."""
        return operations.set_aside(self._workspace, number, targets, of=of)

    def keep_theirs(self, number: int, targets: Collection[str], of: str) -> int:
        """See `commands.operations.keep_theirs`."""
        return operations.keep_theirs(self._workspace, number, targets, of=of)

    def apply_ours(self, number: int, targets: Collection[str]) -> int:
        """See `commands.operations.apply_ours`."""
        return operations.apply_ours(self._workspace, number, targets)

    def journal(self, expression: Expression, visible: Sequence[int]) -> JournalView:
        """See `commands.journal.read_journal`."""
        return journals.read_journal(self._workspace, expression, visible)

    def journal_entries(self, numbers: Sequence[int]) -> dict[int, JournalEntry]:
        """See `commands.journal.entries`."""
        return journals.entries(self._workspace, numbers)

    def step(self, number: int, steps: int, of: str) -> Moved:
        """See `commands.queueing.step`."""
        return queueing.step(self._workspace, number, steps, of=of)

    def asked_for_now(self, number: int) -> Action:
        """See `commands.queueing.asked_for_now`."""
        return queueing.asked_for_now(self._workspace, number)

    def plan_edit(self, number: int, action: Action, of: str) -> Edited:
        """See `commands.queueing.plan_edit`."""
        return queueing.plan_edit(self._workspace, number, action, of=of)

    def edit(self, number: int, action: Action, expected: Edited, of: str) -> None:
        """See `commands.queueing.edit`."""
        queueing.edit(self._workspace, number, action, expected, of=of)


def _pace(connection: Transaction, followed: Followed) -> str:
    operation = followed.operation
    if operation.state is OperationState.DELIVERING:
        state = read_sync_state(connection)
        return pace_text(state.pace, state.pace_ceiling)
    if operation.state is not OperationState.WAITING:
        return ""
    state = read_sync_state(connection)
    if state.halt is not None:
        return f"halted: {clean(state.halt_reason or state.halt.value)}"
    if followed.behind is not None:
        return f"queued behind the conflict in operation {followed.behind}"
    return state_text(operation)


def progress(
    workspace: Workspace, connection: Transaction, now: datetime, moving: Sequence[int]
) -> Progress | None:
    """Say what is on its way, else what needs a hand; None where there is nothing to say.

    Of several on their way the oldest that gets on is told of, since it is delivered first.

    Args:
        workspace: Whose store.
        connection: In a transaction.
        now: The end of the window of the rates.
        moving: The numbers of those that are on their way, the newest first.
    """
    if not moving:
        in_need = following.operations_in_need(connection)
        return _told(workspace, connection, in_need[:1], {}, len(in_need) - 1)
    rates = operations.rates_now(connection, now)
    getting_on = [number for number in reversed(moving) if rates.get(number)]
    numbers = [*getting_on[:1], *moving[:_TOLD_OF]]
    return _told(workspace, connection, numbers, rates, len(moving) - 1)


def _told(
    workspace: Workspace,
    connection: Transaction,
    numbers: Sequence[int],
    rates: dict[int, float],
    more: int,
) -> Progress | None:
    """Tell of the first that is being delivered, else of the first."""
    found = operation_log.operations_by_number(connection, numbers)
    there = [found[number] for number in numbers if number in found]
    if not there:
        return None
    delivering = [one for one in there if one.state is OperationState.DELIVERING]
    operation = (delivering or there)[0]
    rate = rates.get(operation.operation_id, 0.0)
    left = seconds_left(operation, rate, read_sync_state(connection).pace)
    turns = download_turns(workspace, connection, operation)
    if turns is not None:
        left = paced_seconds_left(left, turns.first, turns.last)
    return Progress(
        what=clean(operation.what),
        number=operation.operation_id,
        moving=operation.state in (OperationState.DELIVERING, OperationState.WAITING),
        done=operation.count(ItemState.DONE),
        total=to_deliver(operation),
        failed=operation.count(ItemState.FAILED),
        conflicts=operation.count(ItemState.CONFLICT),
        more=more,
        state=state_text(operation),
        per_second=rate if operation.state is OperationState.DELIVERING else 0.0,
        seconds_left=left,
        next_in=0.0 if turns is None else turns.first,
        already=operation.count(ItemState.ALREADY_SO),
    )
