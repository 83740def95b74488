"""The link to the deployment: online or offline, decided by probes."""

import logging
import threading
import time
from typing import Final

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.store.database import Database
from drtui.store.sync_state import Connectivity, write_connectivity
from drtui.sync.events import Events, ProbeEnded
from drtui.sync.outcomes import INTERNAL

_LOG: Final = logging.getLogger(__name__)
# With the probe's own limit of 3.5 s, an outage is noticed about 5 s after an unanswered call.
UNANSWERED_SECONDS: Final = 1.5
PROBE_AGAIN_SECONDS: Final = 4.0
OFFLINE_PROBE_SECONDS: Final = 2.0


class Link:
    """Knows whether the deployment answers.

    A call that fails or stays unanswered makes a cheap probe, and the probe decides; while
    offline, probes go on until one is answered.
    """

    def __init__(self, deployment: Deployment, database: Database, events: Events) -> None:
        self._deployment = deployment
        self._database = database
        self._events = events
        self._probing = False
        self._probed_at = float("-inf")
        self._suspected = False
        self._answered = False  # since the probe under way began
        self._held = False
        self.state = Connectivity.UNKNOWN

    @property
    def offline(self) -> bool:
        """Whether the deployment is known not to answer."""
        return self.state is Connectivity.OFFLINE

    def hold(self, held: bool) -> bool:
        """Ask the deployment nothing, not even whether it answers, or begin to again.

        Returns:
            Whether it was not held until now.
        """
        if held == self._held:
            return False
        self._held = held
        self._become(Connectivity.OFFLINE if held else Connectivity.UNKNOWN)
        return held

    def told(self, connectivity: Connectivity) -> None:
        """See what the store says; where an admin let it forget, say again what this engine found.

        That is so where it was let ask meanwhile, or never noticed that it was not to.
        """
        if (
            connectivity is Connectivity.UNKNOWN
            and not self._held
            and self.state is not connectivity
        ):
            write_connectivity(self._database, self.state)

    def suspect(self) -> None:
        """A call failed in a way that may mean that the network is gone."""
        self._suspected = True

    def answered(self) -> None:
        """Something came back from the deployment."""
        self._suspected = False
        self._answered = True
        if not self._held:
            self._become(Connectivity.ONLINE)

    def look(self, oldest_call: float | None) -> None:
        """Start a probe where one is needed.

        Args:
            oldest_call: When the oldest unanswered call was made (monotonic), None if none is.
        """
        if self._probing or self._held:
            return
        now = time.monotonic()
        unanswered = oldest_call is not None and now - oldest_call > UNANSWERED_SECONDS
        if self.offline:
            due = now - self._probed_at >= OFFLINE_PROBE_SECONDS
        else:
            again = now - self._probed_at >= PROBE_AGAIN_SECONDS
            due = self._suspected or (unanswered and again)
        if due:
            self._probing = True
            self._suspected = self._answered = False
            threading.Thread(target=self._probe, name="probe", daemon=True).start()

    def probed(self, event: ProbeEnded) -> bool:
        """Take a probe's result; return whether the network went away or came back.

        A failed probe proves nothing where a call was answered meanwhile: another one decides.
        """
        self._probing = False
        if self._held:
            return False
        self._probed_at = time.monotonic()
        if event.error is not None and self._answered:
            self._suspected = True
            return False
        return self._become(Connectivity.OFFLINE if event.error else Connectivity.ONLINE)

    def _become(self, state: Connectivity) -> bool:
        if state is self.state:
            return False
        self.state = state
        write_connectivity(self._database, state)
        return True

    def _probe(self) -> None:
        error: DeploymentError | None = None
        try:
            self._deployment.probe()
        except DeploymentError as failure:
            error = failure
        except Exception:
            # Unanswered, the probe would be taken to be under way for ever.
            _LOG.exception("a probe failed unexpectedly")
            error = DeploymentError(FailureKind.UNREACHABLE, INTERNAL)
        self._events.put(ProbeEnded(error))
