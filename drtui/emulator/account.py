"""The account's state and the rules by which it changes, whoever changes it."""

import random
from collections.abc import Iterable
from typing import Any

from drtui.emulator.agenda import Agenda, Due, Step
from drtui.emulator.clock import Clock, iso
from drtui.emulator.errors import failure, rule_broken
from drtui.emulator.invitations import Invitations
from drtui.emulator.listing import Listing
from drtui.emulator.records import (
    FIRST_ALIAS,
    Group,
    Job,
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


class Account:
    """All profiles, models, jobs, settings and bulk invitations of one deployment.

    Every change of a profile goes through `change`, so that listings lag, cached rows are made
    anew, and the state file learns of it.
    """

    def __init__(
        self, clock: Clock, rng: random.Random, profiles: Iterable[Profile], lag: float
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
        self.jobs: dict[str, Job] = {}
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
        stays (DeepRacer API facts, behaviour 6).
        """
        due = self.clock.simulated() + DELETION_TAKES
        for model in profile.models.values():
            if model.status is Status.DELETING:
                continue
            if model.has_files:
                model.status = Status.DELETING
                self.agenda.add(Due(due, Step.DROP_MODEL, profile.profile_id, model.model_id))
            else:
                model.status = Status.ERROR
        self._noted(profile)

    def add_model(self, profile: Profile, model: Model) -> None:
        """Create a model, which counts for this month."""
        profile.models[model.model_id] = model
        self.change(profile, lags=False, model_count=(profile.model_count or 0) + 1)

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

    def tick(self) -> None:
        """Do what is due: roles that show, models that are gone, the first of the month."""
        for due in self.agenda.take(self.clock.simulated()):
            profile = self.profiles.get(due.profile_id)
            if profile is None:
                continue
            if due.step is Step.SHOW_ROLE:
                self.change(profile, lags=False, role_name=due.subject)
            else:
                self._drop_model(profile, due.subject)
        self.invitations.tick()
        self.listing.settle()
        month = self.clock.now().strftime("%Y-%m")
        if month > self.month:
            self._begin_month()
        self.month = month

    def _drop_model(self, profile: Profile, model_id: str) -> None:
        model = profile.models.pop(model_id, None)
        if model is not None and profile.storage is not None:
            left = max(0, profile.storage - model.size)
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
