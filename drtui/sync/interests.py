"""Serving interests: reading a racer's models for as long as somebody looks at them."""

import logging
import threading
import time
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.operations import LONGEST_DELAY_SECONDS
from drtui.domain.records import StoredModel
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_sweeps import ALL_MODELS
from drtui.store.models import MODELS_OF, write_models, write_models_trouble
from drtui.sync.events import Events, ModelsEnded
from drtui.sync.outcomes import INTERNAL
from drtui.sync.pacing import AdminBudget

_LOG: Final = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 30.0
_UNANSWERED_SECONDS: Final = 5.0  # until then the link knows whether the network is gone


class InterestServer:
    """Reads what is looked at: one call at a time, each profile at most every half minute.

    The store is asked for interests only when they have changed and when a reading is due, so
    that it costs nothing while nobody looks at anything.

    Args:
        deployment: What is read.
        database: Where interests stand, and where what was read goes.
        events: Where the calling thread reports.
        budget: What the firewall allows for such calls, shared with all who make them.
    """

    def __init__(
        self, deployment: Deployment, database: Database, events: Events, budget: AdminBudget
    ) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._budget = budget
        self._number = 0
        self._started: float | None = None  # monotonic; None while no call is under way
        self._began = 0.0  # the same call by the store's clock
        self._read_at: dict[str, float] = {}  # by profile; monotonic, when it was last tried
        self._look_at = float("-inf")  # monotonic; infinite while nobody is interested

    def oldest_call(self) -> float | None:
        """When the call in flight was made (monotonic), None when there is none."""
        return self._started

    def look(self) -> None:
        """Interests may have changed."""
        self._look_at = float("-inf")

    def serve(self, *, calls: bool) -> None:
        """Read what is due.

        Args:
            calls: Whether the deployment may be called now.
        """
        now = time.monotonic()
        if not calls or self._started is not None or now < self._look_at:
            return
        due = self._due(now)
        if due is None:
            return
        if not self._budget.take():
            self._look_at = now + self._budget.seconds_until()
            return
        self._number += 1
        self._started = self._read_at[due] = now
        self._began = self._database.clock()
        threading.Thread(
            target=self._read, args=(self._number, due), name="models", daemon=True
        ).start()

    def ended(self, event: ModelsEnded) -> bool:
        """Store what a reading brought; False when it had been given up."""
        if event.number != self._number or self._started is None:
            return False
        self._started = None
        if isinstance(event.result, DeploymentError):
            write_models_trouble(self._database, event.profile_id, event.result.message)
            self._read_at[event.profile_id] = (
                time.monotonic() - AGAIN_SECONDS + _pause(event.result)
            )
        else:
            write_models(self._database, event.profile_id, event.result, self._began)
        return True

    def give_up(self) -> None:
        """Stop waiting for the answer; whoever is still interested is served anew."""
        if self._started is not None:
            self._started = None
            self._number += 1
            self._read_at.clear()
            self.look()

    def _due(self, now: float) -> str | None:
        """The profile to read next; with none, the next look is when there may be one."""
        with self._database.read() as connection:
            live = live_interests(connection, MODELS_OF, self._database.clock())
        wanted = [interest.subject for interest in live if interest.subject != ALL_MODELS]
        profiles = [subject.removeprefix(MODELS_OF) for subject in wanted]
        self._read_at = {
            profile_id: at
            for profile_id, at in self._read_at.items()
            if profile_id in profiles or now - at < AGAIN_SECONDS
        }
        due_at = {
            profile_id: self._read_at.get(profile_id, float("-inf")) + AGAIN_SECONDS
            for profile_id in profiles
        }
        first = min(due_at, key=lambda profile_id: due_at[profile_id], default=None)
        self._look_at = float("inf") if first is None else due_at[first]
        return first if first is not None and due_at[first] <= now else None

    def _read(self, number: int, profile_id: str) -> None:
        result: tuple[StoredModel, ...] | DeploymentError
        try:
            result = self._deployment.models_of(profile_id)
        except DeploymentError as error:
            result = error
        except Exception:
            # Unanswered, the call would be taken to be under way for ever.
            _LOG.exception("reading the models of %s failed unexpectedly", profile_id)
            result = DeploymentError(FailureKind.UNAVAILABLE, INTERNAL)
        self._events.put(ModelsEnded(number, profile_id, result))


def _pause(error: DeploymentError) -> float:
    """How long to wait after a failure, in seconds."""
    if not error.genuine:
        return _UNANSWERED_SECONDS
    return max(AGAIN_SECONDS, min(error.retry_after or 0.0, LONGEST_DELAY_SECONDS))
