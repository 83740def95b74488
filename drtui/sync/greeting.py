"""Asking the deployment who is signed in: the first call, and the one that ends a halt."""

import logging
import threading
import time
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Profile
from drtui.store.database import Database
from drtui.store.sync_state import write_caller
from drtui.sync.events import Events, GreetingEnded
from drtui.sync.outcomes import INTERNAL

_LOG: Final = logging.getLogger(__name__)
_AGAIN_SECONDS: Final = 2.0


class Greeter:
    """Asks once, and again after a failure or a halt."""

    def __init__(self, deployment: Deployment, database: Database, events: Events) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._number = 0
        self._started: float | None = None
        self._not_before = float("-inf")
        self.done = False

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._started

    def look(self) -> None:
        """Ask, unless it is done, under way, or too soon after a failure."""
        now = time.monotonic()
        if self.done or self._started is not None or now < self._not_before:
            return
        self._started = now
        self._number += 1
        threading.Thread(
            target=self._ask, args=(self._number,), name="greeting", daemon=True
        ).start()

    def again(self, delay: float) -> None:
        """Ask again after `delay` seconds: something stopped delivery as a whole."""
        self.done = False
        self._not_before = time.monotonic() + delay

    def give_up(self) -> None:
        """Stop waiting for the answer."""
        self._started = None
        self._number += 1

    def ended(self, event: GreetingEnded) -> bool:
        """Take the answer; False when it had been given up."""
        if event.number != self._number:
            return False
        self._started = None
        if isinstance(event.result, DeploymentError):
            self._not_before = max(self._not_before, time.monotonic() + _AGAIN_SECONDS)
        else:
            self.done = True
            write_caller(self._database, event.result.profile_id, event.result.alias)
        return True

    def _ask(self, number: int) -> None:
        result: Profile | DeploymentError
        try:
            result = self._deployment.own_profile()
        except DeploymentError as error:
            result = error
        except Exception:
            # Unanswered, the question would be taken to be under way for ever.
            _LOG.exception("asking who is signed in failed unexpectedly")
            result = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        self._events.put(GreetingEnded(number, result))
