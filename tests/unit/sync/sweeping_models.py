"""A sweeper of models in a test's hands, with a deployment of a few racers."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.commands.models import SweepProgress, sweep_progress, watch_all
from drtui.commands.workspace import Workspace
from drtui.domain.features import features_of
from drtui.domain.records import Profile
from drtui.store.database import Database, open_database
from drtui.store.deployment_facts import write_found
from drtui.store.models import read_models
from drtui.sync import model_sweeping
from drtui.sync.events import AllModelsEnded, Events
from drtui.sync.model_sweeping import ModelSweeper
from drtui.sync.pacing import AdminBudget
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock
from tests.support.models import FakeModelCalls
from tests.support.stores import swept

RACERS = 6


class Sweeping:
    """A sweeper in a test's hands: one clock for all of it, and its answers taken by the test."""

    def __init__(self, path: Path, clock: SteppedClock, calls: int = 90) -> None:
        self.clock = clock
        self.path = path
        self.database: Database = open_database(path, clock)
        self.workspace = Workspace(self.database, "ada", admin_calls=calls)
        self.deployment = FakeDeployment(racers(RACERS))
        self.calls = FakeModelCalls(self.deployment)
        self.budget = AdminBudget(self.database, calls, clock=clock)
        listed = [*self.deployment.profiles]
        swept(self.database, [one for one in listed if isinstance(one, Profile)])
        self.renew()

    def renew(self) -> None:
        """Another engine begins."""
        self.events: Events = Events()
        self.sweeper = ModelSweeper(
            self.deployment,
            self.calls,
            self.database,
            self.events,
            budget=self.budget,
            refresh_seconds=30.0,
        )

    def has(self, release: str) -> None:
        write_found(self.database, features_of(release))

    def watched(self, *first: int, seconds: float = 100_000.0) -> None:
        watch_all(self.workspace, tuple(racer_id(one) for one in first), seconds)
        self.sweeper.look()

    def serve(self, most: int = 1_000, *, unattended: bool = True) -> int:
        """Make calls until none is due now; return how many."""
        for made in range(most):
            self.sweeper.serve(unattended=unattended)
            if self.sweeper.oldest_call() is None:
                return made
            event = self.events.get(timeout=10)
            assert isinstance(event, AllModelsEnded)
            assert self.sweeper.ended(event)
        return most

    def later(self, seconds: float) -> None:
        self.clock.step(seconds)

    def progress(self) -> SweepProgress:
        return sweep_progress(self.workspace)

    def names(self, number: int) -> set[str]:
        with self.database.read() as connection:
            return {one.name for one in read_models(connection, racer_id(number)).models}

    @property
    def racer_calls(self) -> int:
        return self.deployment.called["models_of"]


@pytest.fixture
def sweeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweeping]:
    clock = SteppedClock()
    monkeypatch.setattr(model_sweeping, "time", SimpleNamespace(monotonic=clock))
    made = Sweeping(tmp_path / "event.sqlite", clock)
    for number in range(RACERS - 1):
        made.deployment.stores(racer_id(number), f"model-{number}")
    yield made
    made.database.close()
