"""Reading everybody's models: in one call where the deployment has one, else racer by racer.

Racer by racer it is a round of calls that a firewall counts, at most half of those that there may
be, so that deletions and whoever looks at a racer's page always have theirs. Each listing is
stored as it comes: a round goes on where it was, whoever began it.
"""

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import HALTING, DeploymentError, FailureKind
from drtui.domain.features import Feature
from drtui.domain.model_calls import DeploymentModels
from drtui.domain.operations import LONGEST_DELAY_SECONDS
from drtui.domain.problems import ProblemError
from drtui.store.database import Database
from drtui.store.deployment_facts import read_facts
from drtui.store.downloading import downloads_waiting
from drtui.store.model_sweeps import (
    Way,
    asked_for_at,
    begin_round,
    change_way,
    end_round,
    first_wanted,
    is_watched,
    next_racer,
    read_model_sweep,
    write_sweep_trouble,
    write_totals,
)
from drtui.store.models import write_all_models, write_models, write_models_trouble
from drtui.store.sync_state import read_sync_state
from drtui.sync.events import AllModelsEnded, Events
from drtui.sync.outcomes import INTERNAL
from drtui.sync.pacing import AdminBudget
from drtui.sync.sweep_pacing import SweepBudget

_LOG: Final = logging.getLogger(__name__)
HOUR_SECONDS: Final = 3600.0
ROUND_SECONDS: Final = 300.0  # between rounds racer by racer while somebody is interested
AGAIN_SECONDS: Final = 30.0  # between calls for all, and after a failure
_LOOK_SECONDS: Final = 2.0  # between looks for what is due, while nothing changes
_UNANSWERED_SECONDS: Final = 5.0
_FAILURES_ENOUGH: Final = 3
# What the gateway says to a path that it does not have (DeepRacer API facts), and to no signature.
_NO_ROUTE: Final = "missingauthenticationtoken"
# Also what may be said to a path that is not there, or not this role's, while others are.
_PERSONAL: Final = frozenset({FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED})


@dataclass(frozen=True, slots=True)
class _Step:
    """One call to make.

    Attributes:
        way: How the round reads.
        began: When the round began, in seconds since the epoch.
        profile_id: Whose models; empty for all, and for the totals.
        totals: Whether it asks how many models each racer has.
        last: Whether it is not made once more in this round, however it fails.
    """

    way: Way
    began: float
    profile_id: str = ""
    totals: bool = False
    last: bool = False

    @property
    def about(self) -> tuple[str, bool]:
        """What it asks for."""
        return self.profile_id, self.totals


class ModelSweeper:
    """Makes one call at a time, in a thread, and stores what it brings.

    Args:
        deployment: Lists the models of a racer.
        calls: The other calls about models.
        database: Where it goes.
        events: Where the calling thread reports.
        budget: What the firewall allows for such calls, shared with all who make them.
        refresh_seconds: How often all are read in one call while somebody is interested.
    """

    def __init__(
        self,
        deployment: Deployment,
        calls: DeploymentModels,
        database: Database,
        events: Events,
        *,
        budget: AdminBudget,
        refresh_seconds: float,
    ) -> None:
        self._deployment = deployment
        self._calls = calls
        self._database = database
        self._events = events
        self._budget = SweepBudget(budget)
        self._refresh = max(refresh_seconds, AGAIN_SECONDS)
        self._number = 0
        self._started: float | None = None  # monotonic; None while no call is under way
        self._stopped = threading.Event()  # of the call under way: given up
        self._look_at = float("-inf")  # monotonic
        self._totals_of: float | None = None  # the round of which totals were asked for
        self._step: _Step | None = None  # the call under way, or the last one
        self._failures = 0  # of the same call, in a row
        self._by_racer_until = float("-inf")  # monotonic; the call for all is refused
        self._idle = True  # whether there was nothing to call the last time
        self.watched = False
        self.doubts_sign_in = False  # whether to ask who is signed in, see `greeted`

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._started

    def look(self) -> None:
        """Interests may have changed."""
        self._look_at = min(self._look_at, time.monotonic())

    @property
    def wanted_now(self) -> bool:
        """Whether somebody waits for a call that is under way, or could be made at once."""
        due = self._look_at <= time.monotonic()
        return self._started is not None or (self.watched and due and not self._idle)

    def serve(self, *, unattended: bool) -> None:
        """Make the next call, if there is one.

        Args:
            unattended: Whether it is also read now and then while nobody is interested.
        """
        now = time.monotonic()
        if self._started is not None or now < self._look_at:
            return
        step = self._next(unattended=unattended)
        self._idle = step is None
        if step is None:
            return
        with self._database.read() as connection:
            yields = downloads_waiting(connection) > 0
        if not self._budget.take(yields=yields):
            self._look_at = now + max(_LOOK_SECONDS, self._budget.seconds(yields=yields))
            return
        if self._step is None or self._step.about != step.about:
            self._failures = 0
        self._step = step = replace(step, last=self._failures >= _FAILURES_ENOUGH - 1)
        self._number += 1
        self._started = now
        self._stopped = threading.Event()
        arguments = (self._number, step, self._stopped)
        threading.Thread(target=self._run, args=arguments, name="all-models", daemon=True).start()

    def ended(self, event: AllModelsEnded) -> bool:
        """Take the end of a call; False when it had been given up."""
        if event.number != self._number or self._started is None:
            return False
        self._started = None
        error = event.error
        self._look_at = time.monotonic()
        if error is None:
            self._failures = 0
            return True
        self._look_at += _pause(error)
        self._failures += 1
        if not event.all_at_once:
            return True
        no_route = error.code.lower().startswith(_NO_ROUTE)
        if error.kind in _PERSONAL and not no_route:
            self.doubts_sign_in = True
        elif no_route or error.kind is FailureKind.NOT_FOUND or self._failures >= _FAILURES_ENOUGH:
            self._go_by_racer(error.message)
        return True

    def greeted(self, *, refused: bool) -> None:
        """Who is signed in was asked: the call for all was refused, or whoever made it.

        Args:
            refused: Whether there was no answer to it.
        """
        if self.doubts_sign_in and not refused:
            self._go_by_racer("it was refused, and others are not")
        self.doubts_sign_in = False

    def signed_in(self) -> None:
        """Somebody signed in, who may be allowed what others were not."""
        self.give_up()
        self.doubts_sign_in = False
        self._by_racer_until = float("-inf")
        self.look()

    def give_up(self) -> None:
        """Stop waiting for the answer; what it brings is not written any more."""
        if self._started is not None:
            self._stopped.set()
            self._started = None
            self._number += 1
            self.look()
        self._failures = 0

    def _go_by_racer(self, why: str) -> None:
        _LOG.warning("all models cannot be read in one call: %s", why)
        self._by_racer_until = time.monotonic() + HOUR_SECONDS
        self._failures = 0

    # What is due

    def _next(self, *, unattended: bool) -> _Step | None:
        """The call to make next; with none, the next look is when there may be one."""
        now = self._database.clock()
        with self._database.read() as connection:
            sweep = read_model_sweep(connection)
            self.watched = is_watched(connection, now)
            asked = asked_for_at(connection, now)
            swept = read_sync_state(connection).swept_at is not None
            fact = read_facts(connection).features.get(Feature.ALL_MODELS)
        if not self.watched and not unattended:
            self._look_at = float("inf")
            return None
        has_all = fact is not None and bool(fact.has)
        at_once = has_all and time.monotonic() >= self._by_racer_until
        if not at_once and not swept:
            return None  # whose models to read is not known yet
        way = Way.AT_ONCE if at_once else Way.BY_RACER if self.watched else Way.CHANGED
        if sweep.under_way and sweep.began_at is not None and sweep.began_at <= now:
            began = sweep.began_at
            if sweep.way is not way:
                change_way(self._database, way)
        else:
            least = self._refresh if at_once else ROUND_SECONDS
            # A round racer by racer can take longer than the pause after it.
            since = sweep.began_at if at_once else sweep.ended_at
            age = None if since is None else now - since
            wait = (least if self.watched else HOUR_SECONDS) - (age or 0.0)
            if self.watched and sweep.way is Way.CHANGED and way is not Way.CHANGED:
                wait = 0.0  # that round left out who had not changed
            if asked is not None and asked > (sweep.began_at or 0.0):
                wait = 0.0
            if age is not None and age >= 0 and wait > 0:
                self._look_at = time.monotonic() + min(wait, AGAIN_SECONDS)
                return None
            began = begin_round(self._database, way)
        return _Step(way, began) if way is Way.AT_ONCE else self._next_racer(way, began)

    def _next_racer(self, way: Way, began: float) -> _Step | None:
        """The call to make next in a round racer by racer; with none, the round is complete."""
        if self._totals_of != began:
            return _Step(way, began, totals=True)
        with self._database.read() as connection:
            first = first_wanted(connection, self._database.clock())
            racer = next_racer(connection, began, first, only_changed=way is Way.CHANGED)
        if racer is None:
            end_round(self._database)
            self._look_at = time.monotonic() + _LOOK_SECONDS
            return None
        return _Step(way, began, racer)

    # The call's own thread

    def _run(self, number: int, step: _Step, stopped: threading.Event) -> None:
        failure: DeploymentError | None = None
        try:
            self._call(step, stopped)
        except DeploymentError as error:
            failure = error
        except ProblemError as problem:
            _LOG.error("reading models ended: %s", problem)
            failure = DeploymentError(FailureKind.UNAVAILABLE, str(problem))
        except Exception:
            # Unanswered, the call would be taken to be under way for ever.
            _LOG.exception("reading models failed unexpectedly")
            failure = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        if failure is not None and not stopped.is_set():
            self._note(step, failure)
        self._events.put(AllModelsEnded(number, step.way is Way.AT_ONCE, failure))

    def _call(self, step: _Step, stopped: threading.Event) -> None:
        asked = self._database.clock()
        if step.totals:
            totals = self._calls.totals()
            if not stopped.is_set():
                write_totals(self._database, totals)
                self._totals_of = step.began
        elif step.profile_id:
            listed = self._deployment.models_of(step.profile_id)
            if not stopped.is_set():
                write_models(self._database, step.profile_id, listed, asked)
                write_sweep_trouble(self._database, "")
        else:
            models = self._calls.all_models()
            if not stopped.is_set():
                write_all_models(self._database, models, asked)
                end_round(self._database)

    def _note(self, step: _Step, failure: DeploymentError) -> None:
        try:
            write_sweep_trouble(self._database, failure.message)
            if not (step.last or _is_its_own(failure)):
                return
            if step.profile_id:
                write_models_trouble(self._database, step.profile_id, failure.message)
            if step.totals:
                self._totals_of = step.began  # they only tell whom to read first
        except ProblemError as problem:
            _LOG.error("what went wrong with reading models was not noted: %s", problem)


def _is_its_own(failure: DeploymentError) -> bool:
    """Whether the same call would fail again, while others may not."""
    told = failure.genuine and failure.kind not in HALTING
    return told or failure.kind is FailureKind.INVALID


def _pause(error: DeploymentError) -> float:
    """How long to wait after a failure, in seconds."""
    if not error.genuine:
        return _UNANSWERED_SECONDS
    return max(AGAIN_SECONDS, min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS))
