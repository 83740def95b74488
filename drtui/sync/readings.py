"""All that the engine reads beside its sweeps: models and races."""

from dataclasses import dataclass

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError
from drtui.domain.race_calls import DeploymentRaces
from drtui.store.database import Database
from drtui.sync.events import Events, ModelEvent, RaceEvent, ReadingEvent
from drtui.sync.model_reading import ModelReading
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import EngineOptions
from drtui.sync.pacing import AdminBudget
from drtui.sync.race_reading import RaceReading


@dataclass(frozen=True, slots=True)
class Sources:
    """What is read.

    Attributes:
        deployment: Lists a racer's models.
        models: Where everybody's are read from; None where they are not.
        races: The calls about races; None where they are not read.
    """

    deployment: Deployment
    models: ModelSources | None = None
    races: DeploymentRaces | None = None


class Readings:
    """Serves interests for one engine; for the engine's own thread.

    Args:
        sources: What is read.
        database: Where interests stand, and where what was read goes.
        events: Where threads report.
        budget: What the firewall allows for calls about models; those about races it does not
            count.
        options: How the engine works.
    """

    def __init__(
        self,
        sources: Sources,
        database: Database,
        events: Events,
        budget: AdminBudget,
        options: EngineOptions,
    ) -> None:
        self._models = ModelReading(
            sources.deployment,
            sources.models,
            database,
            events,
            budget=budget,
            refresh_seconds=options.refresh_seconds,
        )
        races = sources.races
        self._races = None if races is None else RaceReading(races, database, events)

    def leave_alone(self) -> None:
        """Read now and then without interest too: the engine runs until it is stopped."""
        self._models.unattended = True
        if self._races is not None:
            self._races.unattended = True

    def oldest_call(self) -> float | None:
        """When the oldest call in flight was made (monotonic), None when there is none."""
        calls = [self._models.oldest_call()]
        if self._races is not None:
            calls.append(self._races.oldest_call())
        return min((call for call in calls if call is not None), default=None)

    @property
    def waited_for(self) -> bool:
        """Whether one run of the engine waits for something here."""
        return self._models.waited_for or (self._races is not None and self._races.waited_for)

    @property
    def doubts_sign_in(self) -> bool:
        """See `ModelReading.doubts_sign_in`."""
        return self._models.doubts_sign_in

    def signed_in(self) -> None:
        """Somebody signed in."""
        self._models.signed_in()

    def greeted(self, *, refused: bool) -> None:
        """See `ModelReading.greeted`."""
        self._models.greeted(refused=refused)

    def look(self) -> None:
        """Interests may have changed."""
        self._models.look()
        if self._races is not None:
            self._races.look()

    def swept(self) -> None:
        """A sweep is complete."""
        if self._races is not None:
            self._races.swept()

    def serve(self, *, calls: bool, delivers: bool) -> None:
        """Read what is due.

        Args:
            calls: Whether the deployment may be called now.
            delivers: See `ModelReading.serve`.
        """
        self._models.serve(calls=calls, delivers=delivers)
        if self._races is not None:
            self._races.serve(calls=calls)

    def ended(self, event: ReadingEvent) -> tuple[bool, DeploymentError | None]:
        """Take the end of a reading.

        Returns:
            Whether the deployment was asked and the answer was still waited for; and the error,
            None where there was none.
        """
        match event:
            case ModelEvent():
                return self._models.ended(event)
            case RaceEvent() if self._races is not None:
                return self._races.ended(event)
        return False, None

    def give_up(self) -> None:
        """Stop waiting for the deployment's answers."""
        self._models.give_up()
        if self._races is not None:
            self._races.give_up()
