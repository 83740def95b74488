"""The sync engine's loop: deliver what is due, pull what is stale, notice the network.

One thread runs the loop and is the store's single writer for results; calls, sweeps and probes
run in threads of their own and report by events. The engine alone decides about retries.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from queue import Empty
from typing import Final

from drtui.domain.admin_calls import MOST
from drtui.domain.changes import RecordKind
from drtui.domain.deployment import Deployment
from drtui.domain.failures import HALTING, DeploymentError, FailureKind
from drtui.domain.operations import ON_THE_WAY
from drtui.store.database import Database
from drtui.store.delivery import recover
from drtui.store.operation_log import open_count
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import read_sync_state, write_halt, write_trouble
from drtui.store.watching import ChangeWatch
from drtui.sync.delivering import Deliverer
from drtui.sync.events import (
    CallEnded,
    Event,
    Events,
    FeatureProbed,
    GreetingEnded,
    ModelsEnded,
    ProbeEnded,
    SweepEnded,
    Wake,
)
from drtui.sync.greeting import Greeter
from drtui.sync.interests import InterestServer
from drtui.sync.link import Link
from drtui.sync.pacing import AdminBudget
from drtui.sync.sweeping import NAMES_SECONDS, Sweeper

_LOG: Final = logging.getLogger(__name__)
_BUSY_TICK: Final = 0.02
_IDLE_TICK: Final = 0.3
_TELL_SECONDS: Final = 0.25
_STOP_SECONDS: Final = 0.8
_HALT_RETRY: Final = 30.0
_FAILURES_ENOUGH: Final = 3
_SWEEP_SHARE: Final = 5.0  # a sweep may take at most a fifth of the time


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How the engine works.

    Attributes:
        concurrency: Calls at once.
        changes_per_second: Profile changes a second, below the user pool's read quota.
        refresh_seconds: How old the copy may get before it is pulled again.
        admin_calls: Calls in 5 minutes whose path contains `/admin/`.
        version: What the deployment's site says that it is; empty where that is not known.
    """

    concurrency: int = 32
    changes_per_second: float = 110.0
    refresh_seconds: float = 30.0
    admin_calls: int = MOST
    version: str = ""


class Ending(Enum):
    """How a run ended."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    HALTED = "halted"


class Engine:
    """Delivers and pulls for one store; to be used while holding the store's engine lock."""

    def __init__(self, database: Database, deployment: Deployment, options: EngineOptions) -> None:
        self.events: Events = Events()
        self._database = database
        self._options = options
        self._admin_budget = AdminBudget(database, options.admin_calls)
        self._delivery = Deliverer(
            database,
            deployment,
            self.events,
            concurrency=options.concurrency,
            changes_per_second=options.changes_per_second,
            admin_budget=self._admin_budget,
        )
        self._link = Link(deployment, database, self.events)
        self._sweeper = Sweeper(deployment, database, self.events, self._admin_budget)
        self._greeter = Greeter(deployment, database, self.events, options.version)
        self._interests = InterestServer(deployment, database, self.events, self._admin_budget)
        self._watch = ChangeWatch(database.path)
        self._halted: FailureKind | None = None
        self._sweep_first = True
        self._failures = 0  # greetings and sweeps in a row that failed
        self._swept_at = float("-inf")  # monotonic; the end of the last sweep, complete or not
        self._complete_at = float("-inf")
        self._told_at = float("-inf")

    def run_once(
        self,
        stop: threading.Event,
        *,
        pull: bool = False,
        enough: Callable[[], bool] = lambda: False,
        on_tick: Callable[[], None] = lambda: None,
    ) -> Ending:
        """Deliver what is due and pull what is stale, then return.

        Args:
            stop: Ends the run early, within about a second.
            pull: Pull once even if the copy is not stale.
            enough: Asked now and then; when true, the run ends with what is done.
            on_tick: Called a few times a second, for progress.
        """
        self._begin()
        self._sweep_first = self._sweep_first or pull
        try:
            while not stop.is_set():
                self._turn()
                if self._time_to_tell():
                    on_tick()
                    if enough():
                        break
                halted = self._halted is not None and not self._delivery.under_way
                if halted or self._link.offline or self._settled():
                    break
        finally:
            self._end()
        return self._ending()

    def watch(
        self,
        stop: threading.Event,
        *,
        finish: threading.Event,
        on_tick: Callable[[], None] = lambda: None,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> Ending:
        """Deliver and pull until stopped.

        Args:
            stop: Ends it within about a second.
            finish: Once set, what is due is still delivered, and then it ends.
            on_tick: Called a few times a second, for progress.
            gives_way: Asked a few times a second while delivery halts for want of a sign-in; when
                true, it ends, so that another process can go on.
        """
        self._begin()
        try:
            while not stop.is_set():
                self._turn()
                if self._time_to_tell():
                    on_tick()
                    if self._signed_out() and gives_way():
                        break
                done = self._halted is not None or self._link.offline or self._settled()
                if finish.is_set() and done:
                    break
        finally:
            self._end()
        return self._ending()

    def _time_to_tell(self) -> bool:
        now = time.monotonic()
        if now - self._told_at < _TELL_SECONDS:
            return False
        self._told_at = now
        return True

    def _signed_out(self) -> bool:
        return self._halted is FailureKind.NOT_SIGNED_IN and not self._delivery.under_way

    def wake(self, *, signed_in: bool = False) -> None:
        """Look at the operation log now, and after a sign-in at who it is; from any thread."""
        self.events.put(Wake(signed_in))

    def _begin(self) -> None:
        with self._database.read() as connection:
            swept_at = read_sync_state(connection).swept_at
            names_only = swept_names_only(connection)
        if swept_at is not None:
            age = self._database.clock() - swept_at.timestamp()
            self._complete_at = self._swept_at = time.monotonic() - max(0.0, age)
            # Below 0, the clock was set back, and the age is not known.
            fresh = 0.0 <= age <= self._options.refresh_seconds
            self._sweep_first = names_only or not fresh
        if interrupted := recover(self._database):
            _LOG.info("%d items were being sent when the last engine ended", interrupted)

    def _end(self) -> None:
        """Wait a moment for calls in flight, and record the rest as unknown."""
        try:
            self._delivery.hold_back()
            deadline = time.monotonic() + _STOP_SECONDS
            while self._delivery.under_way and time.monotonic() < deadline:
                self._take(self._next_event(max(0.0, deadline - time.monotonic())))
            self._sweeper.give_up()
            self._delivery.finish()
        finally:
            self._watch.close()

    def _ending(self) -> Ending:
        if self._halted is not None:
            return Ending.HALTED
        with self._database.read() as connection:
            undelivered = open_count(connection, ON_THE_WAY)
        stale = self._link.offline or self._failures > 0
        return Ending.UNDELIVERED if undelivered or stale else Ending.DELIVERED

    def _turn(self) -> None:
        """Take the events there are, then start what can be started."""
        self._take(self._next_event(self._patience()))
        while not self.events.empty():
            self._take(self.events.get())
        changed = self._watch.changed()
        if changed & {RecordKind.OPERATION, RecordKind.SPONSORED_USER}:
            self._delivery.look()
        if RecordKind.INTEREST in changed:
            self._interests.look()
            self._sweep_first |= self._sweeper.is_asked_for()
        self._link.look(self._oldest_call())
        if not self._link.offline:
            self._greeter.look()
        self._sweep()
        self._delivery.deliver(calls=self._may_call())
        self._interests.serve(calls=self._reachable())

    def _patience(self) -> float:
        """How long to wait for an event."""
        if self._delivery.restless:
            return _BUSY_TICK
        return min(_IDLE_TICK, max(_BUSY_TICK, self._delivery.seconds_until_due()))

    def _next_event(self, patience: float) -> Event | None:
        try:
            return self.events.get(timeout=patience)
        except Empty:
            return None

    def _take(self, event: Event | None) -> None:
        match event:
            case CallEnded():
                self._call_ended(event)
            case ProbeEnded():
                self._probe_ended(event)
            case GreetingEnded():
                self._greeting_ended(event)
            case FeatureProbed():
                self._greeter.probed(event)
            case SweepEnded():
                self._sweep_ended(event)
            case ModelsEnded():
                self._models_ended(event)
            case Wake():
                self._delivery.look()
                if self._halted is not None or event.signed_in:
                    # An answer under way may be about a sign-in that was replaced meanwhile.
                    self._greeter.give_up()
                    self._greeter.again(0.0)
            case None:
                pass

    def _oldest_call(self) -> float | None:
        callers = (self._delivery, self._sweeper, self._greeter, self._interests)
        calls = (caller.oldest_call() for caller in callers)
        return min((call for call in calls if call is not None), default=None)

    def _greeting_ended(self, event: GreetingEnded) -> None:
        if not self._greeter.ended(event):
            return
        if isinstance(event.result, DeploymentError):
            self._read_failed(event.result)
            return
        self._failures = 0
        self._link.answered()
        self._delivery.look()
        if self._halted is not None:
            self._halted = None
            write_halt(self._database, None)

    def _read_failed(self, error: DeploymentError) -> None:
        self._failures += 1
        write_trouble(self._database, error.message)
        self._trouble(error)

    def _trouble(self, error: DeploymentError) -> None:
        """A call failed: halt delivery, or ask for a probe, or slow down, as the kind says."""
        if error.kind in HALTING:
            if self._halted is not error.kind:
                _LOG.warning("delivery halts: %s", error.message)
                write_halt(self._database, error.kind, error.message)
            self._halted = error.kind
            self._greeter.again(_HALT_RETRY)
            self._delivery.hold_back()
        elif not error.genuine:
            self._link.suspect()
        elif error.kind is FailureKind.THROTTLED or error.status == 503:
            self._delivery.throttled()

    # Sweeps

    def _sweep(self) -> None:
        if self._sweeper.running or not self._reachable():
            return
        now = time.monotonic()
        first = self._sweep_first and not self._failures
        if now - self._swept_at < self._sweeper.gap and not first:
            return
        wanted = self._delivery.sweep_wanted
        for_items = wanted is not None and wanted <= self._database.clock()
        for_items = for_items and not self._sweeper.names_only
        if self._sweep_first or for_items or now - self._swept_at >= self._pause():
            self._delivery.renew_doubt()
            self._sweeper.start()

    def _pause(self) -> float:
        """How long to wait between two sweeps, in seconds."""
        least = NAMES_SECONDS if self._sweeper.names_only else 0.0
        return max(least, self._options.refresh_seconds, _SWEEP_SHARE * self._sweeper.duration)

    def _sweep_ended(self, event: SweepEnded) -> None:
        if not self._sweeper.ended(event):
            return
        self._swept_at = time.monotonic()
        if event.error is None:
            self._failures = 0
            self._complete_at = self._swept_at
            self._sweep_first = False
            self._delivery.look()
            self._link.answered()
        else:
            _LOG.warning("a sweep was cut short: %s", event.error.message)
            self._read_failed(event.error)

    # Delivery

    def _reachable(self) -> bool:
        return self._greeter.done and self._halted is None and not self._link.offline

    def _may_call(self) -> bool:
        """Whether items may be sent: never on a copy that is too old to show a conflict.

        Nor on one of names alone, which shows none; who reads that may not change anything either.
        """
        too_old = time.monotonic() - self._complete_at > 2 * self._pause()
        swept = not self._sweep_first and not too_old
        return self._reachable() and swept and not self._sweeper.names_only

    def _call_ended(self, event: CallEnded) -> None:
        if not self._delivery.ended(event):
            return
        error = event.result if isinstance(event.result, DeploymentError) else None
        if error is None or error.genuine:
            self._link.answered()
        if error is not None:
            self._trouble(error)

    def _models_ended(self, event: ModelsEnded) -> None:
        if not self._interests.ended(event):
            return
        if isinstance(event.result, DeploymentError) and not event.result.genuine:
            self._link.suspect()
        else:
            self._link.answered()

    def _probe_ended(self, event: ProbeEnded) -> None:
        changed = self._link.probed(event)
        if changed and self._link.offline:
            _LOG.info("offline: %s", event.error)
            self._delivery.give_up("the network went away while it was sent")
            self._sweeper.give_up()
            self._greeter.give_up()
            self._interests.give_up()
            self._sweep_first = True
        elif changed:
            _LOG.info("online")
            self._failures = 0
            self._delivery.look()

    def _settled(self) -> bool:
        """Whether nothing is under way, and nothing will be without a hand or a change."""
        if self._delivery.under_way or self._sweeper.running or self._interests.oldest_call():
            return False
        hopeless = self._failures >= _FAILURES_ENOUGH
        if not self._may_call():
            read = self._reachable() and self._sweeper.names_only and not self._sweep_first
            return hopeless or read
        waiting = self._delivery.sweep_wanted is not None and not hopeless
        return not (self._delivery.more_to_come or waiting)
