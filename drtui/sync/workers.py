"""The threads that make the calls; what is under way, and giving it up."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import Item
from drtui.store.settlement import Settlement
from drtui.sync.calls import CallResult, Meant, make_calls
from drtui.sync.events import CallEnded, Events
from drtui.sync.outcomes import INTERNAL, given_up, not_sent

_LOG: Final = logging.getLogger(__name__)


# Waits for the moment of a call for as long as what it is given says that it is wanted; returns
# whether the call may be made.
Begin = Callable[[Callable[[], bool]], bool]


@dataclass(slots=True)
class _Job:
    item: Item
    claim: int
    begin: Begin
    started: float | None = None  # monotonic; when its present call was made, None before
    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: bool = True

    def proceed(self) -> bool:
        """Note that a call is about to be made; False when the job was given up."""
        if not self.begin(lambda: self.wanted):
            return False
        with self.lock:
            if self.wanted:
                self.started = time.monotonic()
            return self.wanted

    def give_up(self) -> bool:
        """See that no further call is made; return whether one was."""
        with self.lock:
            self.wanted = False
            return self.started is not None


class Workers:
    """Up to `threads` calls at once.

    The threads are daemons: a call in flight never keeps the process from ending.

    Args:
        deployment: What is called.
        threads: How many calls at once.
        events: Where the threads report.
        begin: Called by a thread before each call; see `Begin`.
    """

    def __init__(
        self,
        deployment: Deployment,
        threads: int,
        events: Events,
        begin: Begin = lambda wanted: wanted(),
    ) -> None:
        self._deployment = deployment
        self._limit = threads
        self._events = events
        self._begin = begin
        self._meant = Meant()
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._jobs: dict[int, _Job] = {}  # by item; touched by the engine's loop alone
        self._abandoned: set[tuple[int, int]] = set()  # items and claims of calls given up
        self._threads: list[threading.Thread] = []

    @property
    def under_way(self) -> int:
        """How many items have been handed over and not come back."""
        return len(self._jobs)

    @property
    def room(self) -> int:
        """How many more items to hand over, so that no thread has to wait for the next one."""
        return max(0, 2 * self._limit - len(self._jobs))

    def oldest_call(self) -> float | None:
        """When the oldest call in flight was made (monotonic), None when there is none."""
        return min((job.started for job in self._jobs.values() if job.started), default=None)

    def start(self, items: list[Item], claim: int) -> None:
        """Hand claimed items over."""
        for item in items:
            job = _Job(item, claim, self._begin)
            self._jobs[item.item_id] = job
            self._waiting.put(job)
        while len(self._threads) < min(self._limit, len(self._jobs)):
            name = f"call-{len(self._threads)}"
            thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def ended(self, event: CallEnded) -> bool:
        """Take a call off the list; False when it had been given up."""
        job = self._jobs.get(event.item.item_id)
        if job is None or job.claim != event.claim:
            self._abandoned.discard((event.item.item_id, event.claim))
            return False
        del self._jobs[event.item.item_id]
        return True

    def abandoned(self) -> list[int]:
        """The items whose calls were given up and have not ended yet."""
        return sorted({item_id for item_id, _ in self._abandoned})

    def hold_back(self) -> list[Settlement]:
        """Take back what no thread has begun."""
        settlements: list[Settlement] = []
        while True:
            try:
                job = self._waiting.get_nowait()
            except Empty:
                return settlements
            if job is not None and self._jobs.get(job.item.item_id) is job:
                del self._jobs[job.item.item_id]
                settlements.append(not_sent(job.item, job.claim))

    def give_up(self, reason: str) -> list[Settlement]:
        """Take back what was not called for, and stop waiting for the rest.

        The threads still in a call are left to it; new ones take their places.
        """
        settlements = self.hold_back()
        for job in self._jobs.values():
            if job.give_up():
                self._abandoned.add((job.item.item_id, job.claim))
                settlements.append(given_up(job.item, job.claim, reason))
            else:
                settlements.append(not_sent(job.item, job.claim))
        self._jobs.clear()
        for _ in self._threads:
            self._waiting.put(None)
        self._waiting = SimpleQueue()
        self._threads = []
        return settlements

    def _run(self) -> None:
        waiting = self._waiting
        while (job := waiting.get()) is not None:
            self._events.put(CallEnded(job.item, job.claim, self._call(job)))

    def _call(self, job: _Job) -> CallResult:
        try:
            return make_calls(self._deployment, job.item, job.proceed, self._meant)
        except DeploymentError as error:
            return error
        except Exception:
            # A mistake of ours must not end the thread and leave the item on its way for ever.
            # It may have been made after the request was sent.
            _LOG.exception("a call on %s failed unexpectedly", job.item.target)
            return DeploymentError(FailureKind.OUTCOME_UNKNOWN, INTERNAL)
