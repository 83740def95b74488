"""Sweeps: reading the settings and every page of profiles into the store."""

import functools
import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import LONGEST_DELAY_SECONDS
from drtui.domain.problems import ProblemError
from drtui.store.database import Database
from drtui.store.settings import write_settings
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page
from drtui.sync.events import Events, SweepEnded
from drtui.sync.outcomes import INTERNAL, backoff

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 6  # of one page, so that a flaky deployment does not keep a sweep from its end
_WORTH_ANOTHER: Final = frozenset({FailureKind.THROTTLED, FailureKind.UNAVAILABLE})


class Sweeper:
    """Runs one sweep at a time, in a thread of its own."""

    def __init__(self, deployment: Deployment, database: Database, events: Events) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._number = 0
        self._given_up = threading.Event()
        self._call_started: float | None = None
        self.running = False
        self.duration = 0.0
        self._began = 0.0

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._call_started if self.running else None

    def start(self) -> None:
        """Begin a sweep."""
        self._number += 1
        self._given_up = threading.Event()
        self._began = time.monotonic()
        self.running = True
        threading.Thread(
            target=self._run, args=(self._number, self._given_up), name="sweep", daemon=True
        ).start()

    def ended(self, event: SweepEnded) -> bool:
        """Take a sweep's end; False when it had been given up."""
        if event.number != self._number or not self.running:
            return False
        self.running = False
        self.duration = time.monotonic() - self._began
        return True

    def give_up(self) -> None:
        """Stop waiting for the sweep; it writes nothing more and removes nobody."""
        self._given_up.set()
        self.running = False

    def _run(self, number: int, given_up: threading.Event) -> None:
        failure: DeploymentError | None = None
        try:
            self._sweep(given_up)
        except DeploymentError as error:
            failure = error
        except ProblemError as problem:
            _LOG.error("a sweep ended: %s", problem)
            failure = DeploymentError(FailureKind.UNAVAILABLE, str(problem))
        except Exception:
            _LOG.exception("a sweep failed unexpectedly")
            failure = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        self._events.put(SweepEnded(number, failure))

    def _sweep(self, given_up: threading.Event) -> None:
        sweep, began = begin_sweep(self._database)
        settings = self._persistently(self._deployment.settings, given_up)
        if not given_up.is_set():
            write_settings(self._database, settings)
        token: str | None = None
        tokens: set[str] = set()
        while not given_up.is_set():
            page = self._persistently(
                functools.partial(self._deployment.list_profiles, token), given_up
            )
            if given_up.is_set():
                return
            write_page(self._database, page.profiles, sweep, began)
            token = page.token
            if token is None:
                complete_sweep(self._database, sweep, began)
                return
            if token in tokens:
                raise DeploymentError(
                    FailureKind.UNAVAILABLE, "the list of profiles runs in circles"
                )
            tokens.add(token)

    def _persistently(self, call: Callable[[], T], given_up: threading.Event) -> T:
        for attempt in range(1, _TRIES):
            self._call_started = time.monotonic()
            try:
                return call()
            except DeploymentError as error:
                if error.kind not in _WORTH_ANOTHER:
                    raise
                self._call_started = None
                asked = min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS)
                if given_up.wait(max(backoff(attempt, random.random), asked)):
                    raise
        self._call_started = time.monotonic()
        return call()
