"""The racers' life: they train and evaluate, under the quota rule, faster than real time."""

import heapq
import math
from random import Random

from drtui.emulator.account import Account
from drtui.emulator.clock import iso
from drtui.emulator.entrants import Entrants
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
from drtui.emulator.words import FIRST_NAMES, HANDLES

BUSY_SHARE = 0.15
"""The share of the racers that has a job, when nothing keeps them from it."""

MOST_JOBS = 2000
"""However large the account, no more jobs than this at once."""

STEP_SECONDS = 60.0
"""The longest stretch of life that is lived in one go, in simulated seconds."""

START_SECONDS = 120.0
"""About how long a free place waits for somebody to start, in simulated seconds."""

SIGN_IN_SECONDS = 300.0
"""About how long it takes until the next invited racer signs in, in simulated seconds."""


class Simulation:
    """Starts and ends jobs as simulated time passes; frozen, it stands still.

    A start reserves the requested minutes as queued; the end moves the actual minutes from
    queued to used. A racer whose limits are 0 starts nothing; what runs completes.
    """

    def __init__(self, account: Account, rng: Random, frozen: bool = False) -> None:
        self.frozen = frozen
        self.life = 0.0
        """Simulated seconds lived through; all moments of jobs are counted in it."""
        self._account = account
        self._entrants = Entrants(account)
        self._rng = rng
        self._last = account.clock.simulated()
        self._moments: list[tuple[float, str]] = []

    def begin(self) -> None:
        """Give a freshly seeded account the jobs it would have, some long under way."""
        for _ in range(self._wanted() * 8):
            if len(self._account.jobs) >= self._wanted():
                break
            job = self._start_somebody()
            if job is not None:
                elapsed = self._rng.random() * (job.ends - job.begins)
                job.begins -= elapsed
                job.ends -= elapsed
                self.plan(job)
        self._run_due()

    def resume(self, life: float) -> None:
        """Go on from a kept moment, with the account's jobs."""
        self.life = self._account.life = life
        self._last = self._account.clock.simulated()
        for job in self._account.jobs.values():
            self.plan(job)

    def tick(self) -> None:
        """Live up to now."""
        now = self._account.clock.simulated()
        passed, self._last = now - self._last, now
        if self.frozen:
            return
        while passed > 0:
            step = min(passed, STEP_SECONDS)
            passed -= step
            self.life += step
            self._account.life = self.life
            self._run_due()
            self._start_some(step)
            self._entrants.live(step)
            if self._rng.random() < step / SIGN_IN_SECONDS:
                self._sign_somebody_in()

    def train(self, profile: Profile, minutes: int, name: str | None = None) -> Job | None:
        """Start a training of a new model; None when the quota rule refuses it."""
        if profile.refuses_minutes(minutes) or profile.refuses_model():
            return None
        rng = self._rng
        model = Model(
            new_id(rng),
            name or f"model-{(profile.model_count or 0) + 1}-{rng.randrange(1000)}",
            Status.QUEUED,
            iso(self._account.clock.now()),
            minutes=minutes,
        )
        self._account.add_model(profile, model)
        return self._start(profile, model, JobKind.TRAINING, minutes)

    def under_way(self, profile: Profile, name: str, elapsed: float) -> None:
        """Let somebody have a training that has run for so many seconds of life."""
        job = self.train(profile, 60, name)
        if job is not None:
            length = job.ends - job.begins
            job.begins = self.life - elapsed
            job.ends = job.begins + max(length, 2 * elapsed)
            self._run(job)

    def plan(self, job: Job) -> None:
        """Note the next moment of a job."""
        moment = job.ends if job.running else job.begins
        heapq.heappush(self._moments, (moment, job.job_id))

    def _wanted(self) -> int:
        return min(MOST_JOBS, math.ceil(BUSY_SHARE * len(self._account.profiles)))

    def _start_some(self, step: float) -> None:
        free = self._wanted() - len(self._account.jobs)
        if free <= 0:
            return
        expected = free * min(1.0, step / START_SECONDS)
        attempts = int(expected) + (self._rng.random() < expected % 1)
        for _ in range(attempts):
            self._start_somebody()

    def _start_somebody(self) -> Job | None:
        """Let a racer picked by chance start something, if there is a will and a way."""
        rng = self._rng
        profile = self._somebody()
        if profile is None or not profile.signed_in or profile.group is not Group.RACERS:
            return None
        ready = [each for each in profile.models.values() if each.status is Status.READY]
        if ready and (profile.refuses_model() or rng.random() < 0.3):
            minutes = rng.randrange(5, 15)
            if profile.refuses_minutes(minutes):
                return None
            return self._start(profile, rng.choice(ready), JobKind.EVALUATION, minutes)
        return self.train(profile, rng.choice((10, 20, 30, 45, 60, 60, 90, 120)))

    def _start(self, profile: Profile, model: Model, kind: JobKind, minutes: int) -> Job:
        account, rng = self._account, self._rng
        queued = (profile.minutes_queued or 0) + minutes
        account.change(profile, lags=False, minutes_queued=queued)
        account.set_status(profile, model.model_id, Status.QUEUED)
        actual = minutes if rng.random() < 0.7 else rng.randrange(1, minutes + 1)
        begins = self.life + rng.uniform(60, 300)
        job = Job(
            new_id(rng),
            profile.profile_id,
            model.model_id,
            kind,
            requested=minutes,
            actual=actual,
            begins=begins,
            ends=begins + actual * 60.0,
        )
        account.keep_job(job)
        self.plan(job)
        return job

    def _run_due(self) -> None:
        while self._moments and self._moments[0][0] <= self.life:
            moment, job_id = heapq.heappop(self._moments)
            job = self._account.jobs.get(job_id)
            # A job that was moved has a later entry of its own.
            if job is None or moment != (job.ends if job.running else job.begins):
                continue
            if job.running:
                self._end(job)
            else:
                self._run(job)

    def _run(self, job: Job) -> None:
        job.running = True
        self._account.keep_job(job)
        self.plan(job)
        profile = self._account.profiles.get(job.profile_id)
        if profile is not None:
            training = job.kind is JobKind.TRAINING
            status = Status.TRAINING if training else Status.EVALUATING
            self._account.set_status(profile, job.model_id, status)

    def _end(self, job: Job) -> None:
        account = self._account
        account.end_job(job)
        profile = account.profiles.get(job.profile_id)
        if profile is None:
            return
        account.change(
            profile,
            lags=False,
            minutes_used=(profile.minutes_used or 0) + job.actual,
            minutes_queued=max(0, (profile.minutes_queued or 0) - job.requested),
        )
        failed = job.kind is JobKind.TRAINING and self._rng.random() < 0.04
        account.set_status(profile, job.model_id, Status.ERROR if failed else Status.READY)
        model = profile.models.get(job.model_id)
        if model is None:
            return
        if job.kind is JobKind.EVALUATION:
            model.evaluations += 1
            return
        model.training = JobState.FAILED if failed else JobState.COMPLETED
        if not failed:
            account.trained(profile, model)

    def _sign_somebody_in(self) -> None:
        profile = self._somebody()
        if profile is None or profile.signed_in:
            return
        alias = profile.alias
        if alias == FIRST_ALIAS:
            alias = f"{self._rng.choice(FIRST_NAMES)}-{self._rng.choice(HANDLES)}"
        self._account.change(profile, lags=False, alias=alias, signed_in=True)

    def _somebody(self) -> Profile | None:
        ids = self._account.listing.ids
        return self._account.profiles.get(self._rng.choice(ids)) if ids else None
