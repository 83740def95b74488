"""Serving interests in single models: their details, for as long as somebody looks at them."""

import logging
import threading
import time
from dataclasses import replace
from typing import Final

from drtui.domain.failures import DeploymentError
from drtui.domain.model_details import Way
from drtui.domain.problems import ProblemError
from drtui.domain.sponsor.failures import PASSING, SponsorError
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.model_details import (
    MODEL,
    write_details,
    write_details_trouble,
    write_model_size,
    write_model_training,
)
from drtui.store.models import write_one_model
from drtui.store.sync_state import read_sync_state
from drtui.sync.events import DetailsRead, Events, ModelDetailsEnded
from drtui.sync.model_sources import ModelSources
from drtui.sync.outcomes import INTERNAL
from drtui.sync.stored_details import stored_details
from drtui.sync.told_details import told_details

_LOG: Final = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 60.0
_UNANSWERED_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 1.0  # while the deployment is not to be called
_CUT_SHORT: Final = "Reading it was cut short; it is read again as soon as the deployment answers."
NO_DOOR: Final = (
    "Another racer's training, evaluations and reward function are in the models' bucket alone, "
    "and this account names no AWS profile that could read there. Name one with “drtui account "
    "set NAME --aws-profile P” and start drtui again (docs/aws-permissions.md has what it needs). "
    "Or download the model: what is inside is then shown here."
)
NO_BUCKET: Final = (
    "Another racer's training, evaluations and reward function are in the models' bucket alone, "
    "and its name is not known. Name it with “drtui account set NAME --model-bucket B” and start "
    "drtui again. Or download the model: what is inside is then shown here."
)

_Id = tuple[str, str]


class DetailsServer:
    """Reads models that are looked at: one at a time, each at most once a minute.

    One's own come from the deployment, those of others from the bucket.

    Args:
        sources: Where they are read.
        database: Where interests stand, and where what was read goes.
        events: Where the reading thread reports.
    """

    def __init__(self, sources: ModelSources, database: Database, events: Events) -> None:
        self._sources = sources
        self._database = database
        self._events = events
        self._number = 0
        self._started: float | None = None  # monotonic; None while nothing is read
        self._asks = False  # whether the deployment is asked for it
        self._reads: _Id = ("", "")  # what is read, or was last
        self._began = 0.0  # the same reading by the store's clock
        self._again_at: dict[_Id, float] = {}  # by model; monotonic
        self._look_at = float("-inf")  # monotonic; infinite while nobody is interested
        self._held = False  # whether something is due for which the deployment has to be called

    @property
    def running(self) -> bool:
        """Whether a model is being read."""
        return self._started is not None

    def oldest_call(self) -> float | None:
        """When the deployment was asked (monotonic), None when no answer is waited for."""
        return self._started if self._asks else None

    def look(self) -> None:
        """Interests may have changed."""
        self._look_at = float("-inf")

    def serve(self, *, calls: bool) -> None:
        """Read what is due.

        Args:
            calls: Whether the deployment may be called now; the bucket may be always.
        """
        now = time.monotonic()
        held = self._held and calls
        if self._started is not None or (now < self._look_at and not held):
            return
        due = self._due(now, calls=calls)
        if due is None:
            return
        identity, own = due
        self._number += 1
        self._started, self._asks, self._reads = now, own, identity
        self._began = self._database.clock()
        self._again_at[identity] = now + AGAIN_SECONDS
        threading.Thread(
            target=self._read, args=(self._number, identity, own), name="model", daemon=True
        ).start()

    def ended(self, event: ModelDetailsEnded) -> tuple[bool, DeploymentError | None]:
        """Store what a reading brought.

        Returns:
            Whether the deployment was asked and its answer still waited for; and its error.
        """
        if event.number != self._number or self._started is None:
            return False, None
        asked, self._started, self._asks = self._asks, None, False
        identity, result = (event.profile_id, event.model_id), event.result
        match result:
            case DetailsRead():
                self._write(identity, result)
                return asked, None
            case DeploymentError():
                write_details_trouble(self._database, *identity, result.message)
                if not result.genuine:
                    self._try_soon(identity)
                return asked, result
            case SponsorError():
                write_details_trouble(self._database, *identity, str(result))
                if result.kind in PASSING:
                    self._try_soon(identity)
                return False, None
        write_details_trouble(self._database, *identity, result)
        return False, None

    def give_up(self) -> None:
        """Stop waiting for the deployment; whoever is still interested is served anew."""
        if self._started is not None and self._asks:
            self._started, self._asks = None, False
            self._number += 1
            write_details_trouble(self._database, *self._reads, _CUT_SHORT)
            self._again_at.clear()
            self.look()

    def _try_soon(self, identity: _Id) -> None:
        self._again_at[identity] = time.monotonic() + _UNANSWERED_SECONDS
        self.look()

    def _due(self, now: float, *, calls: bool) -> tuple[_Id, bool] | None:
        """The model to read next, and whether it is one's own; see `InterestServer`."""
        with self._database.read() as connection:
            live = live_interests(connection, MODEL, self._database.clock())
            caller = read_sync_state(connection).caller_profile
        wanted = [_identity(one.subject) for one in live]
        kept = {one: at for one, at in self._again_at.items() if one in wanted or at > now}
        self._again_at = kept
        due_at = {one: kept.get(one, float("-inf")) for one in wanted}
        self._look_at = min(due_at.values(), default=float("inf"))
        self._held = False
        for identity in sorted(due_at, key=lambda one: due_at[one]):
            own = identity[0] == caller
            if due_at[identity] <= now and (calls or (caller and not own)):
                return identity, own
        self._held = self._look_at <= now
        if self._held:
            self._look_at = now + _LOOK_SECONDS
        return None

    def _read(self, number: int, identity: _Id, own: bool) -> None:
        result: DetailsRead | DeploymentError | SponsorError | str
        try:
            result = told_details(self._sources, identity[1]) if own else self._stored(identity)
        except (DeploymentError, SponsorError) as error:
            result = error
        except ProblemError as error:
            result = str(error)
        except Exception:
            # Unanswered, it would be taken to be under way for ever.
            _LOG.exception("reading the model %s failed unexpectedly", identity[1])
            result = INTERNAL
        self._events.put(ModelDetailsEnded(number, *identity, result))

    def _stored(self, identity: _Id) -> DetailsRead | str:
        if self._sources.open_bucket is None:
            return NO_DOOR
        bucket = self._sources.open_bucket()
        return NO_BUCKET if bucket is None else stored_details(bucket, *identity)

    def _write(self, identity: _Id, read: DetailsRead) -> None:
        if read.listed is not None:
            listed = replace(read.listed, profile_id=identity[0])
            write_one_model(self._database, listed, self._began)
        if read.files is not None:
            write_model_size(self._database, read.files)
            write_model_training(self._database, *identity, read.details)
        way = Way.API if read.files is None else Way.BUCKET
        write_details(self._database, *identity, read.details, way)


def _identity(subject: str) -> _Id:
    profile_id, _, model_id = subject.removeprefix(MODEL).partition("/")
    return profile_id, model_id
