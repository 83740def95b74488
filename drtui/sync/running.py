"""Running the engine, or watching the one that holds the store's lock and taking over from it."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from drtui.domain.deployment import Deployment
from drtui.domain.errands import Courier, Service
from drtui.domain.failures import FailureKind
from drtui.domain.operations import ON_THE_WAY
from drtui.domain.race_calls import DeploymentRaces
from drtui.store.database import Database
from drtui.store.due import deliverable_count
from drtui.store.operation_log import open_count
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state, write_engine
from drtui.sync.engine import Engine
from drtui.sync.lock import EngineLock
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.signing import Signer

_POLL: Final = 0.3
_WAY_SECONDS: Final = 2.0  # for which another process can take the lock that was let go of
_TROUBLE_SECONDS: Final = 30.0  # for which the account cannot be read, by the other engine
_HELD_SECONDS: Final = 1.0  # for which it is held until what its engine found is believed
# In which an engine that was offline on purpose finds that it is to be online.
_OFFLINE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Runner:
    """One store's engine, run here when no other process runs it.

    Attributes:
        open_deployment: Called only when the engine runs here, since it imports the client.
        signer: Who signs in here; None where calls are signed otherwise.
        couriers: Returns who carries errands out, by means of the deployment that was opened.
        models: Returns where everybody's models are read from, likewise.
        races: Returns the calls about races, likewise.
    """

    database: Database
    open_deployment: Callable[[], Deployment]
    options: EngineOptions
    signer: Signer[Any] | None = None
    couriers: Callable[[Deployment], Mapping[Service, Courier]] = lambda _: {}
    models: Callable[[Deployment], ModelSources | None] = lambda _: None
    races: Callable[[Deployment], DeploymentRaces | None] = lambda _: None

    def run_once(
        self,
        stop: threading.Event,
        *,
        pull: bool = False,
        enough: Callable[[], bool] | None = None,
        on_tick: Callable[[], None] = lambda: None,
    ) -> Ending:
        """Deliver what is due and pull what is stale, by whichever engine there is.

        Args:
            stop: Ends it within about a second.
            pull: Pull once even if the copy is not stale.
            enough: When true, it ends with what is done; None waits for everything.
            on_tick: Called a few times a second, for progress.
        """
        began = self.database.clock()
        lock = EngineLock(self.database.path)
        tried_at = readable_at = online_at = time.monotonic()
        while not stop.is_set():
            if lock.try_acquire():
                try:
                    with self._engine() as engine:
                        return engine.run_once(
                            stop, pull=pull, enough=enough or _never, on_tick=on_tick
                        )
                finally:
                    lock.release()
            settled = time.monotonic() - tried_at > _HELD_SECONDS
            state, ending = self._watched(began if pull else None, enough, believed=settled)
            if ending is not None:
                return ending
            if state.connectivity is not Connectivity.OFFLINE:
                online_at = time.monotonic()
            elif time.monotonic() - online_at > _OFFLINE_SECONDS or (
                settled and self._since(state) > _OFFLINE_SECONDS
            ):
                return Ending.UNDELIVERED
            if not state.trouble:
                readable_at = time.monotonic()
            elif time.monotonic() - readable_at > _TROUBLE_SECONDS:
                return Ending.UNDELIVERED
            on_tick()
            stop.wait(_POLL)
        return Ending.UNDELIVERED

    def watch(
        self,
        stop: threading.Event,
        *,
        finish: threading.Event,
        on_tick: Callable[[], None] = lambda: None,
        on_engine: Callable[[Engine], None] = lambda _: None,
    ) -> Ending | None:
        """Deliver and pull until stopped; while another engine does, watch it.

        An engine that halts for want of a sign-in lets go of the store when another process says
        that it has one; that process takes over.

        Args:
            stop: Ends it within about a second.
            finish: Once set, what is due is still delivered, and then it ends.
            on_tick: Called a few times a second, for progress.
            on_engine: Called with the engine when it begins to run here.

        Returns:
            How the engine here ended; None where another one held the store in the end.
        """
        lock = EngineLock(self.database.path)
        while True:
            while not lock.try_acquire():
                if stop.is_set() or finish.is_set():
                    return None
                self._claim()
                on_tick()
                stop.wait(_POLL)
            try:
                with self._engine() as engine:
                    on_engine(engine)
                    ending = engine.watch(
                        stop,
                        finish=finish,
                        on_tick=on_tick,
                        gives_way=partial(self._gives_way, engine),
                    )
            finally:
                lock.release()
            if stop.is_set() or finish.is_set():
                return ending
            stop.wait(_WAY_SECONDS)

    def _since(self, state: SyncState) -> float:
        """For how many seconds the network has been as the other engine found it."""
        return 0.0 if state.since is None else self.database.clock() - state.since.timestamp()

    def _claim(self) -> None:
        """Where the other engine halts for want of the sign-in that this process has, say so."""
        if self.signer is not None and self.signer.signed_in:
            with self.database.read() as connection:
                halt = read_sync_state(connection).halt
            if halt is FailureKind.NOT_SIGNED_IN:
                self.signer.claim()

    def _gives_way(self, engine: Engine) -> bool:
        """Whether another process is to go on, since it is signed in and this one cannot be."""
        if self.signer is None or not self.signer.outdone():
            return False
        if self.signer.look_up():
            engine.wake()
            return False
        return True

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        # First of all: whoever watches takes what the last engine found for ours until then.
        write_engine(self.database, os.getpid())
        if self.signer is not None:
            self.signer.begin()
        with closing(self.open_deployment()) as deployment:
            yield Engine(
                self.database,
                deployment,
                self.options,
                self.couriers(deployment),
                self.models(deployment),
                races=self.races(deployment),
            )

    def _watched(
        self,
        pulled_since: float | None,
        enough: Callable[[], bool] | None,
        *,
        believed: bool,
    ) -> tuple[SyncState, Ending | None]:
        """How things stand with the other engine; no ending while it still has to do.

        Args:
            pulled_since: What has to have been read since; None is nothing.
            enough: As of `run_once`.
            believed: Whether what stops it is its own word, not that of one that has ended: an
                engine takes the lock an instant before it says that it is there.
        """
        with self.database.read() as connection:
            state = read_sync_state(connection)
            undelivered = open_count(connection, ON_THE_WAY)
            deliverable = deliverable_count(connection)
        ending = None
        if enough is not None and enough():
            ending = Ending.DELIVERED
        elif believed and state.halt is not None:
            ending = Ending.HALTED
        elif state.on_purpose is not None and state.connectivity is Connectivity.OFFLINE:
            ending = Ending.UNDELIVERED
        elif not deliverable and _pulled(state, pulled_since):
            # What is left, if anything, waits for a conflict to be settled.
            ending = Ending.UNDELIVERED if undelivered else Ending.DELIVERED
        return state, ending


def _pulled(state: SyncState, since: float | None) -> bool:
    if since is None:
        return state.swept_from is not None
    return state.swept_from is not None and state.swept_from.timestamp() >= since


def _never() -> bool:
    return False
