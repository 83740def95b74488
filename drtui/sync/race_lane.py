"""One kind of reading about races: one call at a time, in a thread, each subject when it is due."""

import logging
import random
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final, TypeVar

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import LONGEST_DELAY_SECONDS
from drtui.domain.problems import ProblemError
from drtui.store.database import Database
from drtui.sync.events import Events, RaceEvent
from drtui.sync.outcomes import INTERNAL, backoff

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 4  # of one page, so that a flaky deployment does not keep a long list from its end
_WORTH_ANOTHER: Final = frozenset({FailureKind.THROTTLED, FailureKind.UNAVAILABLE})
_UNANSWERED_SECONDS: Final = 5.0  # until then the link knows whether the network is gone
_LONGEST_PAUSE: Final = 60.0  # unless the deployment asks for more
_MOST_DOUBLINGS: Final = 10

Write = Callable[[], None]


@dataclass(slots=True)
class Reading:
    """One reading under way; what its thread notes here stays its own after it was given up.

    Attributes:
        subject: What is read: a race's id, or nothing for the list.
        began: When it began, by the store's clock.
        call_started: When the call in flight was made (monotonic), None when there is none.
        given_up: Whether it is not wanted any more.
    """

    subject: str
    began: float
    call_started: float | None
    given_up: threading.Event = field(default_factory=threading.Event)

    def call(self, make: Callable[[], T]) -> T:
        """Make one call, a few times where that is worth it.

        Raises:
            DeploymentError: As the last of them.
        """
        for attempt in range(1, _TRIES):
            self.call_started = time.monotonic()
            try:
                return make()
            except DeploymentError as error:
                if error.kind not in _WORTH_ANOTHER or error.retry_after:
                    raise
                self.call_started = None
                if self.given_up.wait(backoff(attempt, random.random)):
                    raise
        self.call_started = time.monotonic()
        return make()


class RaceLane:
    """Reads subjects one at a time, and says when each is due again.

    Args:
        name: Of its threads; its events bear it.
        read: Reads one subject, in a thread, and returns what writes it; called with the reading.
        interval: Seconds until a subject that was read is due again.
        database: Whose clock says when a reading began.
        events: Where the threads report.

    Attributes:
        took: How long the last reading took, in seconds.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[Reading], Write],
        interval: Callable[[str], float],
        database: Database,
        events: Events,
    ) -> None:
        self.name = name
        self._read = read
        self._interval = interval
        self._database = database
        self._events = events
        self._number = 0
        self._reading: Reading | None = None
        self._again_at: dict[str, float] = {}  # by subject; monotonic
        self._failures: dict[str, int] = {}  # by subject; in a row
        self._begun_at = float("-inf")  # monotonic
        self.took = 0.0

    @property
    def running(self) -> bool:
        """Whether something is being read."""
        return self._reading is not None

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return None if self._reading is None else self._reading.call_started

    def at_once(self, subject: str) -> None:
        """Have a subject be due, whenever it was read, unless its last reading failed."""
        if subject not in self._failures:
            self._again_at.pop(subject, None)

    def due_at(self, subject: str) -> float:
        """When a subject is due (monotonic); in the past for one that was never read."""
        return self._again_at.get(subject, float("-inf"))

    def first(self, wanted: Collection[str]) -> str | None:
        """Return the subject that has been due for longest; None when none is, or one is read."""
        if self._reading is not None or not wanted:
            return None
        subject = min(wanted, key=self.due_at)
        return subject if self.due_at(subject) <= time.monotonic() else None

    def forget(self, wanted: Collection[str]) -> None:
        """Forget subjects that nobody wants and that could be read again."""
        now = time.monotonic()
        kept = {one: at for one, at in self._again_at.items() if one in wanted or at > now}
        self._again_at = kept
        self._failures = {one: count for one, count in self._failures.items() if one in kept}

    def begin(self, subject: str) -> None:
        """Read a subject; nothing may be under way."""
        self._number += 1
        self._begun_at = time.monotonic()
        self._reading = Reading(subject, self._database.clock(), self._begun_at)
        threading.Thread(
            target=self._run, args=(self._number, self._reading), name=self.name, daemon=True
        ).start()

    def ended(self, event: RaceEvent) -> bool:
        """Take the end of a reading, and write what it brought; False when it was given up."""
        reading = self._reading
        if event.number != self._number or reading is None:
            return False
        self._reading = None
        self.took = time.monotonic() - self._begun_at
        subject = reading.subject
        if event.error is None:
            if event.write is not None:
                event.write()
            self._failures.pop(subject, None)
            pause = self._interval(subject)
        else:
            failures = self._failures[subject] = self._failures.get(subject, 0) + 1
            pause = self._pause(event.error, subject, failures)
        self._again_at[subject] = time.monotonic() + pause
        return True

    def give_up(self) -> None:
        """Stop waiting for the answer; whoever is still interested is served anew."""
        if self._reading is not None:
            self._reading.given_up.set()
            self._reading = None
            self._number += 1
            self._again_at.clear()
            self._failures.clear()

    def _pause(self, error: DeploymentError, subject: str, failures: int) -> float:
        if not error.genuine:
            return _UNANSWERED_SECONDS
        usual = self._interval(subject)
        longer = max(usual, min(usual * 2.0 ** min(failures, _MOST_DOUBLINGS), _LONGEST_PAUSE))
        return max(longer, min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS))

    def _run(self, number: int, reading: Reading) -> None:
        write: Write | None = None
        failure: DeploymentError | None = None
        try:
            write = self._read(reading)
        except DeploymentError as error:
            failure = error
        except ProblemError as problem:
            _LOG.error("reading races ended: %s", problem)
            failure = DeploymentError(FailureKind.UNAVAILABLE, str(problem))
        except Exception:
            # Unanswered, the call would be taken to be under way for ever.
            _LOG.exception("reading races failed unexpectedly")
            failure = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        self._events.put(RaceEvent(self.name, number, reading.subject, write, failure))
