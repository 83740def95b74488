"""The account's state and the rules by which it changes, whoever changes it."""

import random
from collections.abc import Iterable
from typing import Any

from drtui.emulator.agenda import Agenda, Due, Step
from drtui.emulator.clock import Clock, iso
from drtui.emulator.errors import failure, rule_broken
from drtui.emulator.invitations import Invitations
from drtui.emulator.listing import Listing
from drtui.emulator.live_races import LiveRaces
from drtui.emulator.model_files import ModelFiles
from drtui.emulator.races import Races
from drtui.emulator.records import (
    FIRST_ALIAS,
    Group,
    Job,
    JobKind,
    JobState,
    Model,
    Profile,
    Status,
    new_id,
)
from drtui.emulator.settings import Settings

ROLE_SHOWS_AFTER = (60.0, 120.0)
"""Simulated seconds until listings show a new role (DeepRacer API facts, PUT /profile/role)."""

DELETION_TAKES = 20.0
"""Simulated seconds that a model shows as DELETING."""

STOPPING_TAKES = 45.0
"""Simulated seconds until the workflow has finalised a job that was stopped."""

INITIALIZING_TAKES = 120.0
"""How long of a job's life it cannot be stopped yet, in simulated seconds."""


class Account:
    """All profiles, models, jobs, settings and bulk invitations of one deployment.

    Every change of a profile goes through `change`, so that listings lag, cached rows are made
    anew, and the state file learns of it.
    """

    def __init__(
        self,
        clock: Clock,
        rng: random.Random,
        profiles: Iterable[Profile],
        lag: float,
        races: Races,
    ) -> None:
        self.clock = clock
        self.rng = rng
        self.settings = Settings()
        self.profiles = {profile.profile_id: profile for profile in profiles}
        self.emails = {
            profile.email.lower(): profile.profile_id
            for profile in self.profiles.values()
            if profile.email
        }
        self.listing = Listing(self.profiles, lag)
        self.invitations = Invitations(clock, rng, self.emails, self.invite)
        self.agenda = Agenda()
        self.files = ModelFiles()
        self.races = races
        self.live = LiveRaces(races, self.profiles)
        self.jobs: dict[str, Job] = {}
        self.life = 0.0
        """The moment of the racers' life, by which jobs are counted."""
        self.month = clock.now().strftime("%Y-%m")
        self.touched: set[str] = set()
        """Profiles that changed since the state file last took them."""
        self.touched_jobs: set[str] = set()
        """Jobs that changed since the state file last took them."""

    def profile(self, profile_id: str) -> Profile:
        """The profile with this id.

        Raises:
            ApiError: 500 `{}`, as the deployment answers for one it does not know.
        """
        found = self.profiles.get(profile_id)
        if found is None:
            raise failure()
        return found

    def change(self, profile: Profile, *, lags: bool = True, **values: Any) -> None:
        """Set fields of a profile; `lags`: a listing may show the old row for a moment."""
        if lags:
            self.listing.wrote(profile.profile_id, profile.listed())
        for name, value in values.items():
            setattr(profile, name, value)
        self._noted(profile)

    def _noted(self, profile: Profile) -> None:
        profile.rendered = None
        self.touched.add(profile.profile_id)

    def invite(self, email: str) -> Profile:
        """Create a racer's profile with the limits of new users.

        Raises:
            ApiError: 400, the address is taken.
        """
        if email.lower() in self.emails:
            message = "A user with this email address already exists."
            raise rule_broken(message)
        minutes, models = self.settings.new_user_limits()
        profile = Profile(
            new_id(self.rng),
            FIRST_ALIAS,
            {"top": "Helmet"},
            Group.RACERS,
            email=email,
            minutes_used=0,
            minutes_queued=0,
            minutes_limit=minutes,
            model_count=0,
            model_limit=models,
            role_name=Group.RACERS,
            created_at=iso(self.clock.now()),
            signed_in=False,
        )
        self.profiles[profile.profile_id] = profile
        self.emails[email.lower()] = profile.profile_id
        self.listing.wrote(profile.profile_id, None)
        self.listing.added(profile.profile_id)
        self._noted(profile)
        return profile

    def delete(self, profile: Profile) -> None:
        """Remove the user, the profile and the models; what runs is not stopped."""
        self.listing.wrote(profile.profile_id, profile.listed())
        del self.profiles[profile.profile_id]
        if profile.email is not None:
            self.emails.pop(profile.email.lower(), None)
        self.listing.removed(profile.profile_id)
        self.touched.add(profile.profile_id)

    def assign(self, profile: Profile, group: Group) -> None:
        """Move a user to a group at once; listings show the role later."""
        self.change(profile, lags=False, group=group)
        wait = self.rng.uniform(*ROLE_SHOWS_AFTER)
        due = self.clock.simulated() + wait
        self.agenda.add(Due(due, Step.SHOW_ROLE, profile.profile_id, group))

    def delete_models(self, profile: Profile) -> None:
        """Delete all models of a profile.

        Running ones too; the month's count stays; a model without files ends as ERROR and
        stays (DeepRacer API facts, behaviour 6). What control lets fail stays as it is.
        """
        for model in profile.models.values():
            if model.status is Status.DELETING or self._undeletable(model):
                continue
            if model.has_files:
                self.delete_model(profile, model)
            else:
                model.status = Status.ERROR
        self._noted(profile)

    def _undeletable(self, model: Model) -> bool:
        files = self.files
        by_chance = files.undeletable_share > 0 and self.rng.random() < files.undeletable_share
        return by_chance or model.model_id in files.undeletable

    def delete_model(self, profile: Profile, model: Model) -> None:
        """Delete one model, which takes a moment."""
        model.status = Status.DELETING
        due = self.clock.simulated() + DELETION_TAKES
        self.agenda.add(Due(due, Step.DROP_MODEL, profile.profile_id, model.model_id))
        self._noted(profile)

    def add_model(self, profile: Profile, model: Model) -> None:
        """Create a model, which counts for this month."""
        profile.models[model.model_id] = model
        self.change(profile, lags=False, model_count=(profile.model_count or 0) + 1)

    def import_model(self, profile: Profile, model: Model) -> None:
        """Take in a model that was uploaded, which takes a moment; it counts for no month."""
        profile.models[model.model_id] = model
        due = self.clock.simulated() + self.files.import_seconds
        self.agenda.add(Due(due, Step.END_IMPORT, profile.profile_id, model.model_id))
        self._noted(profile)

    def package(self, model: Model) -> None:
        """Begin to build the archive for physical cars."""
        model.packaged_at = None
        if not self.files.packaging_fails:
            model.packaged_at = self.clock.simulated() + self.files.packaging_seconds

    def packaged(self, model: Model) -> bool:
        """Whether the archive for physical cars can be had."""
        at = model.packaged_at
        return model.status is Status.READY and at is not None and at <= self.clock.simulated()

    def set_status(self, profile: Profile, model_id: str, status: Status) -> None:
        """Move a model on, unless it is gone or being deleted."""
        model = profile.models.get(model_id)
        if model is not None and model.status is not Status.DELETING:
            model.status = status
            self._noted(profile)

    def keep_job(self, job: Job) -> None:
        """Add a job, or note that one changed."""
        self.jobs[job.job_id] = job
        self.touched_jobs.add(job.job_id)

    def end_job(self, job: Job) -> None:
        """Forget a job."""
        self.jobs.pop(job.job_id, None)
        self.touched_jobs.add(job.job_id)

    def job_of(self, model: Model) -> Job | None:
        """The job that a model has."""
        return next((job for job in self.jobs.values() if job.model_id == model.model_id), None)

    def job_state(self, job: Job) -> JobState:
        """What a job is doing."""
        if job.stopping:
            return JobState.STOPPING
        if not job.running:
            return JobState.QUEUED
        begun = self.life >= job.begins + INITIALIZING_TAKES
        return JobState.IN_PROGRESS if begun else JobState.INITIALIZING

    def stop_job(self, profile: Profile, model: Model, job: Job) -> None:
        """Cancel a job that waits, or tell one that runs to stop."""
        if not job.running:
            self._finish(profile, job, JobState.CANCELED, minutes=0)
            return
        job.stopping = True
        self.keep_job(job)
        model.status = Status.STOPPING
        self._noted(profile)
        due = self.clock.simulated() + STOPPING_TAKES
        self.agenda.add(Due(due, Step.END_STOP, profile.profile_id, job.job_id))

    def _end_stop(self, profile: Profile, job_id: str) -> None:
        job = self.jobs.get(job_id)
        if job is not None:
            ran = int(max(0.0, self.life - job.begins) // 60) + 1
            self._finish(profile, job, JobState.COMPLETED, minutes=min(ran, job.requested))

    def _finish(self, profile: Profile, job: Job, state: JobState, minutes: int) -> None:
        """End a job before its time, and leave its model as the deployment does."""
        self.end_job(job)
        queued = max(0, (profile.minutes_queued or 0) - job.requested)
        used = (profile.minutes_used or 0) + minutes
        self.change(profile, lags=False, minutes_used=used, minutes_queued=queued)
        model = profile.models.get(job.model_id)
        if model is None or model.status is Status.DELETING:
            return
        trained = job.kind is JobKind.TRAINING
        if trained:
            model.training = state
        if trained and state is JobState.CANCELED:
            model.status, model.has_files = Status.ERROR, False
            return
        model.status = Status.READY
        if trained:
            self.trained(profile, model)

    def trained(self, profile: Profile, model: Model) -> None:
        """Give a model the files that a training leaves."""
        model.size = self.rng.randrange(80, 900) * 131_072
        self.package(model)
        self.change(profile, lags=False, storage=(profile.storage or 0) + model.size)

    def _end_import(self, profile: Profile, model_id: str) -> None:
        model = profile.models.get(model_id)
        if model is None or model.status is not Status.IMPORTING:
            return
        if self.files.failing_imports:
            model.trouble = self.files.failing_imports.popleft()
        model.status = Status.READY if model.trouble is None else Status.ERROR
        if model.trouble is None:
            self.package(model)
            self.change(profile, lags=False, storage=(profile.storage or 0) + model.size)
            return
        model.size, model.has_files = 0, False
        self._noted(profile)

    def tick(self) -> None:
        """Do what is due: roles that show, models that are gone, the first of the month."""
        for due in self.agenda.take(self.clock.simulated()):
            profile = self.profiles.get(due.profile_id)
            if profile is None:
                continue
            match due.step:
                case Step.SHOW_ROLE:
                    self.change(profile, lags=False, role_name=due.subject)
                case Step.DROP_MODEL:
                    self._drop_model(profile, due.subject)
                case Step.END_STOP:
                    self._end_stop(profile, due.subject)
                case Step.END_IMPORT:
                    self._end_import(profile, due.subject)
        self.live.tick()
        self.invitations.tick()
        self.listing.settle()
        month = self.clock.now().strftime("%Y-%m")
        if month > self.month:
            self._begin_month()
        self.month = month

    def _drop_model(self, profile: Profile, model_id: str) -> None:
        model = profile.models.pop(model_id, None)
        if model is not None:
            storage = profile.storage
            left = None if storage is None else max(0, storage - model.size)
            self.change(profile, lags=False, storage=left)

    def _begin_month(self) -> None:
        """Zero what counts for a month; queued minutes stay, and what is absent stays absent."""
        for profile in self.profiles.values():
            values = {
                name: 0
                for name in ("minutes_used", "model_count")
                if getattr(profile, name) is not None
            }
            if values:
                self.change(profile, lags=False, **values)
