"""Stopping trainings: one's own through the deployment's API, any racer's in SageMaker."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from drtui.domain.errands import Carried, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import DeploymentModels, ListedModel
from drtui.domain.model_changes import ASKED, has_stopped, initialises, model_of, times_asked
from drtui.domain.models import ModelStatus, status_text
from drtui.domain.operations import Item, ItemState
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import RunningJob, TrainingJobs
from drtui.domain.text import clean
from drtui.store.database import Database
from drtui.store.models import write_model_status, write_one_model
from drtui.sync.couriers.one_by_one import one_by_one
from drtui.sync.couriers.own_models import Owner, waits_for

_TERMS: Final = Terms()
_INITIALISING_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 10.0
_REFUSALS: Final = 6
_ASKED_TIMES: Final = 3
_AT_ONCE: Final = 100
_LISTED_SECONDS: Final = 60.0
_GONE: Final = "is not there any more"
_INITIALISES: Final = "is initialising, when nothing can be stopped: it is stopped after that"
_READ_BACK: Final = "the deployment took too long to answer, and it runs still: looked at again"
_STOPPING: Final = "STOPPING"
_RULES: Final = (FailureKind.INVALID, FailureKind.CONFLICT)


class OwnStopCourier:
    """Carries `Service.OWN_STOPS` out; see `domain.model_changes`.

    A model is read first, and read back where the deployment does not say what became of it, so
    that nothing is told that was not seen.

    Args:
        models: The deployment's.
        database: The store, which learns what was read.
        owner: See `Owner`.
    """

    def __init__(self, models: DeploymentModels, database: Database, owner: Owner) -> None:
        self._models = models
        self._database = database
        self._owner = owner

    def terms(self) -> Terms:
        """See `Courier`."""
        return _TERMS

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        return one_by_one(
            items, _TERMS, lambda one: waits_for(model_of(one)[0], self._owner) or self._stop(one)
        )

    def _stop(self, item: Item) -> Carried:
        profile_id, model_id = model_of(item)
        asked = times_asked(item)
        model = self._read(profile_id, model_id)
        if model is None:
            return self._gone(profile_id)
        if has_stopped(model.status):
            return _seen(model, ours=asked > 0 or item.unknown_at is not None)
        if initialises(model.status, model.training_status):
            return Carried(
                ItemState.PENDING, _INITIALISES, delay=_INITIALISING_SECONDS, counted=False
            )
        if asked >= _ASKED_TIMES:
            reason = f"was asked to stop {asked} times, and is {_shown(model)} still"
            return Carried(ItemState.FAILED, reason, unknown=True, found={ASKED: 0})
        try:
            self._models.stop(model_id)
        except DeploymentError as error:
            if error.kind in _RULES:
                return self._refused(item, model, error)
            if error.kind is not FailureKind.OUTCOME_UNKNOWN:
                raise
        return self._read_back(profile_id, model_id, asked + 1)

    def _read_back(self, profile_id: str, model_id: str, asked: int) -> Carried:
        """Return what is to be seen of a stop; where that cannot be read, the next attempt does."""
        found = {ASKED: asked}
        again = Carried(
            ItemState.DOUBTFUL, _READ_BACK, found=found, delay=_LOOK_SECONDS, counted=False
        )
        try:
            model = self._read(profile_id, model_id)
        except DeploymentError:
            return again
        if model is None:
            return replace(self._gone(profile_id), unknown=True)
        return _seen(model, ours=True) if has_stopped(model.status) else again

    def _refused(self, item: Item, model: ListedModel, error: DeploymentError) -> Carried:
        """Return what becomes of a stop that the deployment refused, by what there is now."""
        now = self._read(model.profile_id, model.model_id)
        if now is None:
            return self._gone(model.profile_id)
        if has_stopped(now.status):
            return _seen(now, ours=False)
        if item.attempts + 1 >= _REFUSALS:
            return Carried(ItemState.FAILED, error.message)
        return Carried(ItemState.PENDING, error.message, delay=_INITIALISING_SECONDS)

    def _gone(self, profile_id: str) -> Carried:
        return waits_for(profile_id, self._owner) or Carried(ItemState.FAILED, _GONE)

    def _read(self, profile_id: str, model_id: str) -> ListedModel | None:
        """Return a model as it is now, and let the store know; None where it is gone."""
        began = self._database.clock()
        try:
            listed = self._models.own_model(model_id).listed
        except DeploymentError as error:
            if error.kind is FailureKind.NOT_FOUND:
                return None
            raise
        model = replace(listed, profile_id=profile_id)
        write_one_model(self._database, model, began)
        return model


class JobStopCourier:
    """Carries `Service.STOPS` out: the SageMaker job of any racer's model.

    Jobs are listed once for all errands of an operation, and not again for a minute, since the
    deployment needs these calls itself; what has ended meanwhile is found out by stopping it.

    Args:
        jobs: SageMaker's.
        database: The store, which learns what is being stopped.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        jobs: TrainingJobs,
        database: Database,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._database = database
        self._clock = clock
        self._listed: list[RunningJob] = []
        self._listed_at = float("-inf")
        self._listed_for = 0

    def terms(self) -> Terms:
        """See `Courier`; what is stopped again has stopped."""
        return Terms(batch=_AT_ONCE)

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        """See `Courier`."""
        jobs: dict[tuple[str, str], list[RunningJob]] = {}
        for job in self._running(max(item.operation_id for item in items)):
            jobs.setdefault((job.profile_id, job.model_id), []).append(job)
        return one_by_one(items, _TERMS, lambda item: self._stop(item, jobs.get(model_of(item))))

    def _running(self, newest: int) -> list[RunningJob]:
        """Return the jobs that run, as of after the newest operation was submitted."""
        old = self._clock() - self._listed_at >= _LISTED_SECONDS
        if old or newest > self._listed_for:
            self._listed = self._jobs.running()
            self._listed_at, self._listed_for = self._clock(), newest
        return self._listed

    def _stop(self, item: Item, jobs: Sequence[RunningJob] | None) -> Carried:
        ours = item.unknown_at is not None
        if not jobs:
            return Carried(ItemState.DONE if ours else ItemState.ALREADY_SO, "no job of it runs")
        running = [job for job in jobs if job.status.lower() != _STOPPING.lower()]
        names = ", ".join(clean(job.name, 80) for job in running or jobs)
        if not running:
            state = ItemState.DONE if ours else ItemState.ALREADY_SO
            return Carried(state, f"is being stopped: {names}")
        for job in running:
            try:
                self._jobs.stop(job.name)
            except SponsorError as error:
                if error.kind is not SponsorFailure.NOT_FOUND:
                    raise
        with self._database.write() as connection:
            write_model_status(connection, *model_of(item), _STOPPING, self._database.clock())
        return Carried(ItemState.DONE, f"SageMaker stops {names}; the deployment finishes it")


def _seen(model: ListedModel, *, ours: bool) -> Carried:
    """Return that a model does not run any more, or is about not to."""
    state = ItemState.DONE if ours else ItemState.ALREADY_SO
    stopping = model.status.upper() == ModelStatus.STOPPING
    return Carried(state, "is being stopped" if stopping else f"is {_shown(model)}")


def _shown(model: ListedModel) -> str:
    return clean(status_text(model.status), 40)
