"""The sync engine's loop: deliver what is due, pull what is stale, notice the network.

One thread runs the loop and is the store's single writer for results; calls, sweeps and probes
run in threads of their own and report by events. The engine alone decides about retries.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from drtui.domain.changes import RecordKind
from drtui.domain.deployment import Deployment
from drtui.domain.errands import LONG, OF_DEPLOYMENT, Courier, Service
from drtui.domain.failures import HALTING, DeploymentError, FailureKind
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.problems import LocalFileError
from drtui.domain.race_calls import DeploymentRaces
from drtui.store.database import Database
from drtui.store.delivery import recover
from drtui.store.operation_log import open_count
from drtui.store.sync_state import write_trouble
from drtui.store.watching import ChangeWatch
from drtui.sync.copy_age import CopyAge
from drtui.sync.delivering import Deliverer
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import (
    CallEnded,
    ErrandsEnded,
    Event,
    Events,
    FeatureProbed,
    GreetingEnded,
    ProbeEnded,
    ReadingEvent,
    SweepEnded,
    Wake,
    next_event,
)
from drtui.sync.gates import Gates
from drtui.sync.greeting import Greeter
from drtui.sync.halting import Halt
from drtui.sync.link import Link
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.pacing import AdminBudget
from drtui.sync.readings import Readings, Sources
from drtui.sync.scheduler import Scheduler
from drtui.sync.sweeping import Sweeper
from drtui.sync.ticks import Every, News

_LOG: Final = logging.getLogger(__name__)
_BUSY_TICK: Final = 0.02
_IDLE_TICK: Final = 0.3
_TELL_SECONDS: Final = 0.25
_STOP_SECONDS: Final = 0.8
_HALT_RETRY: Final = 30.0


class Engine:
    """Delivers and pulls for one store; to be used while holding the store's engine lock.

    Args:
        database: The open store.
        deployment: What is delivered to, and read.
        options: How it works.
        couriers: Who carries errands out; those of other services wait.
        models: Where everybody's models are read from; None where they are not.
        races: The calls about races; None where they are not read.
    """

    def __init__(
        self,
        database: Database,
        deployment: Deployment,
        options: EngineOptions,
        couriers: Mapping[Service, Courier] = MappingProxyType({}),
        models: ModelSources | None = None,
        *,
        races: DeploymentRaces | None = None,
    ) -> None:
        self.events: Events = Events()
        self._database = database
        self._admin_budget = AdminBudget(database, options.admin_calls)
        self._delivery = Deliverer(
            database,
            deployment,
            self.events,
            concurrency=options.concurrency,
            changes_per_second=options.changes_per_second,
            admin_budget=self._admin_budget,
        )
        self._errands = ErrandRunner(database, couriers, self.events)
        self._link = Link(deployment, database, self.events)
        self._sweeper = Sweeper(deployment, database, self.events, self._admin_budget)
        self._greeter = Greeter(deployment, database, self.events, options.version)
        read = Sources(deployment, models, races)
        self._readings = Readings(read, database, self.events, self._admin_budget, options)
        self._watch = ChangeWatch(database.path)
        self._halt = Halt(database)
        self._copy = CopyAge(self._sweeper, options.refresh_seconds)
        parts = (self._link, self._greeter, self._halt, self._copy)
        self._gates = Gates(database, *parts, of_sponsor=frozenset(couriers) - OF_DEPLOYMENT)
        self._scheduler = Scheduler(database, self._copy, self._gates, options.rates)
        self._tell = Every(_TELL_SECONDS)
        self._news = News()  # each result of its own changes the log, too

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
        try:
            self._begin()
            self._copy.wanted |= pull
            while not stop.is_set():
                self._turn()
                if self._tell.is_due():
                    on_tick()
                    if enough():
                        break
                halted = self._halt.kind is not None and not self._delivery.under_way
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
        self._readings.leave_alone()
        try:
            self._begin()
            while not stop.is_set():
                self._turn()
                if self._tell.is_due():
                    on_tick()
                    if self._signed_out() and gives_way():
                        break
                done = self._halt.kind is not None or self._link.offline or self._settled()
                if finish.is_set() and done:
                    break
        finally:
            self._end()
        return self._ending()

    @property
    def _under_way(self) -> int:
        return self._delivery.under_way + self._errands.under_way

    def _signed_out(self) -> bool:
        return self._halt.kind is FailureKind.NOT_SIGNED_IN and not self._delivery.under_way

    def wake(self, *, signed_in: bool = False) -> None:
        """Look at the operation log now, and after a sign-in at who it is; from any thread."""
        self.events.put(Wake(signed_in))

    def _begin(self) -> None:
        self._copy.begin(self._database)
        self._gates.read()
        self._gates.turn()
        if interrupted := recover(self._database):
            _LOG.info("%d items were being sent when the last engine ended", interrupted)

    def _end(self) -> None:
        """Wait a moment for calls in flight, and record the rest as unknown."""
        try:
            self._delivery.hold_back()
            self._errands.hold_back()
            deadline = time.monotonic() + _STOP_SECONDS
            while self._under_way and time.monotonic() < deadline:
                self._take(next_event(self.events, max(0.0, deadline - time.monotonic())))
            self._sweeper.give_up()
            self._readings.give_up()
            self._delivery.finish()
            self._errands.finish()
        finally:
            self._watch.close()

    def _ending(self) -> Ending:
        if self._halt.kind is not None:
            return Ending.HALTED
        with self._database.read() as connection:
            undelivered = open_count(connection, ON_THE_WAY)
        stale = self._link.offline or self._copy.failures > 0
        return Ending.UNDELIVERED if undelivered or stale else Ending.DELIVERED

    def _turn(self) -> None:
        """Take the events there are, then start what can be started."""
        self._take(next_event(self.events, self._patience(), self._delivery.seconds_until_group))
        while not self.events.empty():
            self._take(self.events.get())
        changed = self._watch.changed()
        if changed & {RecordKind.OPERATION, RecordKind.SPONSORED_USER}:
            self._delivery.look()
            self._news.came()
        if self._news.are_due():
            self._errands.look()
            self._scheduler.look()
        if RecordKind.INTEREST in changed:
            self._readings.look()
            self._copy.wanted |= self._sweeper.is_asked_for()
        if RecordKind.SYNC_STATE in changed:
            self._gates.read()
        if self._gates.turn():
            self._leave_alone()
        self._link.look(self._oldest_call())
        if not self._link.offline:
            self._greeter.look(doubted=self._readings.doubts_sign_in)
        self._scheduler.turn()
        self._sweep()
        self._delivery.deliver(calls=self._gates.may_change())
        self._errands.turn(self._gates.services())
        moving = self._delivery.more_to_come or self._errands.delivering
        delivers = self._gates.may_change() and moving
        self._readings.serve(calls=self._gates.reachable(), delivers=delivers)

    def _patience(self) -> float:
        """How long to wait for an event."""
        if self._delivery.restless:
            return _BUSY_TICK
        return min(_IDLE_TICK, max(_BUSY_TICK, self._delivery.seconds_until_due()))

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
            case ReadingEvent():
                self._reading_ended(event)
            case ErrandsEnded():
                self._errands_ended(event)
            case Wake():
                self._woken(event)

    def _woken(self, event: Wake) -> None:
        self._delivery.look()
        self._errands.look()
        if event.signed_in:
            self._halt.signed_in()
            self._sweeper.give_up()
            self._readings.signed_in()
            self._copy.wanted = True  # another role may see, and change, what this did not
        if self._halt.kind is not None or event.signed_in:
            # An answer under way may be about a sign-in that was replaced meanwhile.
            self._greeter.give_up()
            self._greeter.again(0.0)

    def _oldest_call(self) -> float | None:
        callers = (self._delivery, self._sweeper, self._greeter, self._readings)
        calls = [caller.oldest_call() for caller in callers]
        calls.append(self._errands.oldest_call(OF_DEPLOYMENT - LONG))
        return min((call for call in calls if call is not None), default=None)

    def _greeting_ended(self, event: GreetingEnded) -> None:
        if not self._greeter.ended(event):
            return
        self._readings.greeted(refused=isinstance(event.result, DeploymentError))
        if isinstance(event.result, DeploymentError):
            self._read_failed(event.result)
            return
        self._read_well()
        self._copy.wanted |= self._halt.greeted()

    def _read_well(self) -> None:
        self._copy.failures = 0
        self._link.answered()
        self._delivery.look()

    def _read_failed(self, error: DeploymentError, *, reading: bool = False) -> None:
        self._copy.failures += 1
        write_trouble(self._database, error.message)
        self._trouble(error, reading=reading)

    def _trouble(self, error: DeploymentError, *, reading: bool = False) -> None:
        """A call failed: halt delivery, or ask for a probe, or slow down, as the kind says."""
        if error.kind in HALTING:
            self._halt.begin(error, reading=reading)
            self._greeter.again(_HALT_RETRY)
            self._delivery.hold_back()
        elif not error.genuine:
            self._link.suspect()
        elif error.kind is FailureKind.THROTTLED or error.status == 503:
            self._delivery.throttled()

    def _sweep(self) -> None:
        if self._sweeper.running or not self._gates.reachable(reading=True):
            return
        if self._copy.is_due(self._delivery.sweep_wanted, self._database.clock()):
            self._delivery.renew_doubt()
            self._sweeper.start()

    def _sweep_ended(self, event: SweepEnded) -> None:
        if not self._sweeper.ended(event):
            return
        self._copy.ended(complete=event.error is None)
        if event.error is None:
            self._read_well()
            self._readings.swept()
            self._halt.read()
        else:
            _LOG.warning("a sweep was cut short: %s", event.error.message)
            self._read_failed(event.error, reading=True)

    def _call_ended(self, event: CallEnded) -> None:
        if self._delivery.ended(event):
            self._answered(event.result)

    def _answered(self, result: object) -> None:
        """A call of an item's ended, by an error or not."""
        error = result if isinstance(result, DeploymentError) else None
        if error is None or error.genuine:
            self._link.answered()
        if error is not None:
            self._trouble(error)

    def _errands_ended(self, event: ErrandsEnded) -> None:
        ours = isinstance(event.result, LocalFileError)  # it says nothing of the deployment
        if self._errands.ended(event) and event.service in OF_DEPLOYMENT and not ours:
            self._answered(event.result)

    def _reading_ended(self, event: ReadingEvent) -> None:
        told, error = self._readings.ended(event)
        if told:
            silent = error is not None and not error.genuine
            (self._link.suspect if silent else self._link.answered)()

    def _probe_ended(self, event: ProbeEnded) -> None:
        changed = self._link.probed(event)
        if changed and self._link.offline:
            _LOG.info("offline: %s", event.error)
            self._delivery.give_up("the network went away while it was sent")
            self._give_up_reading()
        elif changed:
            _LOG.info("online")
            self._copy.failures = 0
            self._delivery.look()

    def _give_up_reading(self) -> None:
        """Wait for nothing that is read, and read anew before anything is sent again."""
        self._sweeper.give_up()
        self._greeter.give_up()
        self._readings.give_up()
        self._copy.wanted = True

    def _leave_alone(self) -> None:
        """An admin wants to be offline: what is being sent ends, and nothing else begins."""
        _LOG.info("offline on purpose")
        self._delivery.hold_back()
        self._errands.hold_back()
        self._give_up_reading()

    def _settled(self) -> bool:
        """Whether nothing is under way, and nothing will be without a hand or a change."""
        reading = self._sweeper.running or self._readings.waited_for
        busy = reading or self._under_way or self._news.wait or self._scheduler.busy
        if busy or self._errands.waits(self._gates.services()):
            return False
        if not self._gates.may_change():
            return self._copy.hopeless or self._gates.only_read_here()
        waiting = self._delivery.sweep_wanted is not None and not self._copy.hopeless
        return not (self._delivery.more_to_come or waiting)
