"""Being offline on purpose, and coming back: first a look that sends nothing, then delivery."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from drtui.commands.usage import ask_for_sweep
from drtui.commands.workspace import Workspace
from drtui.domain.item_wording import texts_in
from drtui.domain.naming import name_of
from drtui.domain.problems import PlanOutdatedError
from drtui.domain.wording import counted
from drtui.store import offline
from drtui.store.database import Transaction
from drtui.store.offline import LONGEST_LOOK, OnPurpose, read_on_purpose
from drtui.store.previewing import Foreseen, Preview, preview
from drtui.store.queue import Queued, queue
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state
from drtui.store.targets import told_apart

LOOK_SECONDS: Final = LONGEST_LOOK
"""For so long the account may be read for a look in which nothing is read; sending stays off."""
_RENEWED_SECONDS: Final = 20.0
_SHOWN: Final = 20
_BEHIND: Final = "would wait behind a conflict"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What delivering now would do.

    Attributes:
        queue: What is on its way, in the order of delivery.
        preview: What would become of it, by what was last read.
        as_of: When the account was last read whole; None before the first time.
        names: Names of those who would conflict, where an alias does not tell who it is.
    """

    queue: list[Queued]
    preview: Preview
    as_of: datetime | None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to deliver."""
        return not self.queue

    @property
    def lines(self) -> list[str]:
        """The same in sentences: counts, what is sent in which order, and what would conflict."""
        it = self.preview
        counts = [
            (it.to_send, "would be sent as planned"),
            (it.already_so, "the account has already"),
            (it.remembered, "only remembered by drtui"),
            (len(it.conflicts), "would conflict or fail"),
            (it.late, f"{'is' if it.late == 1 else 'are'} late, and would wait for your word"),
            (it.held_back, "would wait behind one that waits for you" if it.late else _BEHIND),
            (it.errands, "compared only when carried out"),
            (it.in_doubt, "sent earlier, outcome not known yet"),
        ]
        targets = sum(count for count, _ in counts)
        lines = [f"Of {counted(targets, 'target')} on the way:"] if targets else []
        lines += [f"{count:,} {words}" for count, words in counts if count]
        wrong = Counter(one.item.operation_id for one in it.conflicts)
        lines += [_queued_line(one, wrong, it.behind) for one in self.queue[:_SHOWN]]
        if (more := len(self.queue) - _SHOWN) > 0:
            lines.append(f"and {counted(more, 'other operation')}")
        lines += [self._conflict_line(one) for one in it.conflicts[:_SHOWN]]
        if (more := len(it.conflicts) - _SHOWN) > 0:
            lines.append(f"and {counted(more, 'other conflict')}")
        return lines or ["Nothing is on its way."]

    def _conflict_line(self, found: Foreseen) -> str:
        """Say of one target why it would not be sent as planned."""
        item = found.item
        name = self.names.get(item.target) or name_of(item.label, item.target)
        whom = f"operation {item.operation_id}, {name}"
        if not found.theirs:
            return f"{whom}: {found.reason}"
        sides = item.before, found.theirs, item.after
        telling = {key for side in sides for key, value in side.items() if value is not None}
        planned, now, wanted = (
            texts_in(item.target, {key: side[key] for key in side if key in telling})
            for side in sides
        )
        return f"{whom}: planned on {planned}, now {now}, wanted {wanted}"


def _queued_line(one: Queued, wrong: Mapping[int, int], behind: Mapping[int, int]) -> str:
    """Say what an operation of the queue is, for how many, and of how many it would not be sent."""
    number = one.operation_id
    line = f"operation {number}, {one.who}: {one.what}; {counted(one.waiting, 'target')}"
    parts = ((wrong, "would conflict or fail"), (behind, "would wait"))
    stopped = [f"{counts[number]:,} {words}" for counts, words in parts if counts.get(number)]
    return ", ".join([line, *stopped])


def on_purpose(workspace: Workspace) -> OnPurpose | None:
    """Return who wants to be offline, and since when; None where nobody does."""
    with workspace.database.read() as connection:
        return read_on_purpose(connection)


def go_offline(workspace: Workspace) -> bool:
    """Have no engine of the store call anything; False where that was so already.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    return offline.go_offline(workspace.database, workspace.author())


def go_online(workspace: Workspace, seen: Forecast | None = None) -> bool:
    """Let engines call, and deliver, again; False where they may already.

    Args:
        workspace: Whose store.
        seen: What delivering would do, as somebody has confirmed it; None was not asked.

    Raises:
        PlanOutdatedError: Something else is on its way by now than they have seen.
        StoreProblemError: The store cannot be written.
    """

    def check(connection: Transaction) -> None:
        if seen is not None and queue(connection) != seen.queue:
            raise PlanOutdatedError("What is on its way has changed meanwhile: look at it again.")

    return offline.go_online(workspace.database, workspace.author(), check)


def begin_look(workspace: Workspace) -> float:
    """Let the account be read for a while, and ask for it; nothing is sent.

    Returns:
        When it was asked for, for `has_looked`.
    """
    began = workspace.database.clock()
    offline.allow_reading(workspace.database, LOOK_SECONDS)
    ask_for_sweep(workspace)
    return began


def has_looked(workspace: Workspace, since: float) -> bool:
    """Whether the account was read whole since a moment."""
    with workspace.database.read() as connection:
        swept_from = read_sync_state(connection).swept_from
    return swept_from is not None and swept_from.timestamp() >= since


def end_look(workspace: Workspace) -> None:
    """Have the account not even read any more; nothing where nobody wants to be offline."""
    offline.allow_reading(workspace.database, 0.0)


def forecast(workspace: Workspace) -> Forecast:
    """Say what delivering now would do, by what was last read; nothing is changed."""
    with workspace.database.read() as connection:
        found = preview(connection)
        return Forecast(
            queue(connection),
            found,
            read_sync_state(connection).swept_from,
            told_apart(connection, [one.item for one in found.conflicts[:_SHOWN]]),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look has found so far.

    Attributes:
        was_read: Whether the account was read whole since the look began.
        state: Where the engine stands.
        given_up: Whether the account is not even read any more.
        waited: Seconds since the look began.
    """

    was_read: bool
    state: SyncState
    given_up: bool
    waited: float = 0.0

    @property
    def trouble(self) -> str:
        """Why the account was not read so far; empty while it is being read, and once it was."""
        if self.was_read:
            return ""
        state = self.state
        silent = state.connectivity is Connectivity.OFFLINE
        why = state.halt_reason or state.trouble or ("It does not answer." if silent else "")
        if self.given_up:
            return why or "Nothing was read of it for two minutes."
        return why if state.halt is not None or state.trouble else ""


class Look:
    """A look at the account before delivering: it is read, and nothing is sent.

    The account may be read for as long as reading makes progress: 2,000 racers on a bad line, or
    behind a firewall that counts calls, take longer than any fixed time. Where nothing comes of it,
    permission ends by itself.

    Args:
        workspace: Whose store.
        clock: Of seconds that only ever grow.
    """

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._clock = clock
        self._since = 0.0
        self._began = 0.0
        self._renewed = 0.0
        self._pages = 0
        self._until = 0.0

    def begin(self) -> None:
        """Let the account be read, and ask for it; again, where nothing came of it."""
        self._since = begin_look(self._workspace)
        self._until = self._since + LOOK_SECONDS
        self._began = self._renewed = self._clock()
        self._pages = 0

    def turn(self) -> Seen:
        """Say what there is to see; to be asked a few times a second, until it was read.

        Raises:
            StoreProblemError: The store cannot be read or written.
        """
        with self._workspace.database.read() as connection:
            state = read_sync_state(connection)
        was_read = has_looked(self._workspace, self._since)
        purpose, now = state.on_purpose, self._workspace.database.clock()
        if was_read or purpose is None:
            return Seen(was_read, state, given_up=False)
        reads = purpose.reads(now)
        if not reads and purpose.reads_until is None and 0.0 < self._until - now <= LOOK_SECONDS:
            # Another admin's look has ended, and permission with it: this one goes on.
            offline.allow_reading(self._workspace.database, self._until - now)
            reads = True
        goes_on = reads and state.sweeping and state.sweep_pages != self._pages
        if goes_on and self._clock() - self._renewed >= _RENEWED_SECONDS:
            self._renewed, self._pages = self._clock(), state.sweep_pages
            offline.allow_reading(self._workspace.database, LOOK_SECONDS)
            self._until = now + LOOK_SECONDS
        return Seen(was_read, state, given_up=not reads, waited=self._clock() - self._began)

    def end(self) -> None:
        """Have the account not even read any more."""
        end_look(self._workspace)
