"""All that the engine reads of models: a racer's whom somebody looks at, everybody's, the files."""

from drtui.domain.deployment import Deployment
from drtui.domain.failures import DeploymentError
from drtui.store.database import Database
from drtui.sync.events import (
    AllModelsEnded,
    Events,
    ModelDetailsEnded,
    ModelEvent,
    ModelFilesEnded,
    ModelsEnded,
)
from drtui.sync.interests import InterestServer
from drtui.sync.model_details import DetailsServer
from drtui.sync.model_files_reading import ModelFilesReader
from drtui.sync.model_sources import ModelSources
from drtui.sync.model_sweeping import ModelSweeper
from drtui.sync.pacing import AdminBudget


class ModelReading:
    """Serves interests in models for one engine; for the engine's own thread.

    Args:
        deployment: Lists a racer's models.
        sources: Where everybody's are read from; None reads only those of racers looked at.
        database: Where they go.
        events: Where threads report.
        budget: What the firewall allows for such calls, shared with all who make them.
        refresh_seconds: See `ModelSweeper`.
    """

    def __init__(
        self,
        deployment: Deployment,
        sources: ModelSources | None,
        database: Database,
        events: Events,
        *,
        budget: AdminBudget,
        refresh_seconds: float,
    ) -> None:
        self._interests = InterestServer(deployment, database, events, budget)
        self._sweeper: ModelSweeper | None = None
        self._files: ModelFilesReader | None = None
        self._details: DetailsServer | None = None
        if sources is not None:
            self._sweeper = ModelSweeper(
                deployment,
                sources.calls,
                database,
                events,
                budget=budget,
                refresh_seconds=refresh_seconds,
            )
            self._details = DetailsServer(sources, database, events)
            if sources.open_bucket is not None:
                self._files = ModelFilesReader(sources.open_bucket, database, events)
        self.unattended = False

    def oldest_call(self) -> float | None:
        """When the oldest call in flight was made (monotonic), None when there is none."""
        calls = [self._interests.oldest_call()]
        if self._sweeper is not None:
            calls.append(self._sweeper.oldest_call())
        if self._details is not None:
            calls.append(self._details.oldest_call())
        return min((call for call in calls if call is not None), default=None)

    @property
    def waited_for(self) -> bool:
        """Whether one run of the engine waits for something here."""
        sweeps = self._sweeper is not None and self._sweeper.wanted_now
        files = self._files is not None and self._files.running
        details = self._details is not None and self._details.running
        return self._interests.oldest_call() is not None or sweeps or files or details

    def look(self) -> None:
        """Interests may have changed."""
        for reader in (self._interests, self._sweeper, self._files, self._details):
            if reader is not None:
                reader.look()

    @property
    def doubts_sign_in(self) -> bool:
        """Whether a refusal here may mean that the sign-in has ended: then ask who is signed in."""
        return self._sweeper is not None and self._sweeper.doubts_sign_in

    def greeted(self, *, refused: bool) -> None:
        """Who is signed in was asked; see `ModelSweeper.greeted`."""
        if self._sweeper is not None:
            self._sweeper.greeted(refused=refused)

    def signed_in(self) -> None:
        """Somebody signed in."""
        if self._sweeper is not None:
            self._sweeper.signed_in()

    def serve(self, *, calls: bool, delivers: bool) -> None:
        """Read what is due.

        Args:
            calls: Whether the deployment may be called now.
            delivers: Whether changes are on their way, which go before everybody's models.
        """
        self._interests.serve(calls=calls)
        looked_at = self._interests.oldest_call() is not None
        if self._sweeper is not None and calls and not delivers and not looked_at:
            self._sweeper.serve(unattended=self.unattended)
        if self._files is not None:
            self._files.serve()
        if self._details is not None:
            self._details.serve(calls=calls)

    def ended(self, event: ModelEvent) -> tuple[bool, DeploymentError | None]:
        """Take the end of a reading.

        Returns:
            Whether the deployment was asked and the answer was still waited for; and the error,
            None where there was none.
        """
        match event:
            case ModelsEnded():
                error = event.result if isinstance(event.result, DeploymentError) else None
                return self._interests.ended(event), error
            case AllModelsEnded():
                told = self._sweeper is not None and self._sweeper.ended(event)
                return told, event.error
            case ModelDetailsEnded() if self._details is not None:
                return self._details.ended(event)
            case ModelFilesEnded() if self._files is not None:
                self._files.ended()
        return False, None

    def give_up(self) -> None:
        """Stop waiting for the deployment's answers."""
        self._interests.give_up()
        if self._sweeper is not None:
            self._sweeper.give_up()
        if self._details is not None:
            self._details.give_up()
