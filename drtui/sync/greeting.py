"""Asking the deployment who is signed in: the first call, and the one that ends a halt.

And, where no version says it, what the deployment can do: once a day at most.
"""

import logging
import threading
import time
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.features import Feature, found_out, parse_version
from drtui.domain.records import Profile
from drtui.store.database import Database
from drtui.store.deployment_facts import (
    DeploymentFacts,
    read_facts,
    write_found,
    write_version,
)
from drtui.store.sync_state import write_caller
from drtui.sync.events import Events, FeatureProbed, GreetingEnded
from drtui.sync.outcomes import INTERNAL

_LOG: Final = logging.getLogger(__name__)
_AGAIN_SECONDS: Final = 2.0
_DAY_SECONDS: Final = 86_400.0


class Greeter:
    """Asks once, and again after a failure or a halt.

    Args:
        deployment: Whom to ask.
        database: Where the answers go.
        events: Where the asking threads report.
        version: What the deployment's site says that it is; empty where that is not known.
    """

    def __init__(
        self, deployment: Deployment, database: Database, events: Events, version: str = ""
    ) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._version = version
        self._probed = False
        self._number = 0
        self._started: float | None = None
        self._not_before = float("-inf")
        self.done = False

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._started

    def look(self, *, doubted: bool = False) -> None:
        """Ask, unless it is done, under way, or too soon after a failure.

        Args:
            doubted: Whether the last answer may not hold any more.
        """
        now = time.monotonic()
        self.done = self.done and not doubted
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
            self._find_out()
        return True

    def probed(self, event: FeatureProbed) -> None:
        """Note what was found out; a refusal too, so that it is not asked for again at once."""
        if not isinstance(event.result, DeploymentError):
            write_found(self._database, found_out(event.result))
        elif event.result.genuine:
            write_found(self._database, dict.fromkeys(Feature))

    def _find_out(self) -> None:
        """Take what the version says, else ask, unless that was done within a day."""
        if self._probed:
            return
        self._probed = True
        with self._database.read() as connection:
            facts = read_facts(connection)
        if self._version and self._version != facts.version:
            write_version(self._database, self._version)
        if parse_version(self._version or facts.version) is None and self._is_old(facts):
            threading.Thread(target=self._probe, name="features", daemon=True).start()

    def _is_old(self, facts: DeploymentFacts) -> bool:
        if facts.features.keys() != set(Feature):
            return True
        oldest = min(fact.as_of.timestamp() for fact in facts.features.values())
        return not 0.0 <= self._database.clock() - oldest <= _DAY_SECONDS

    def _probe(self) -> None:
        result: bool | DeploymentError
        try:
            result = self._deployment.has_bulk_invite()
        except DeploymentError as error:
            result = error
        except Exception:
            _LOG.exception("asking what the deployment can do failed unexpectedly")
            return
        self._events.put(FeatureProbed(result))

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
