"""Jobs that are stopped leave minutes, models and archives as the deployment does."""

from drtui.emulator.account import INITIALIZING_TAKES, STOPPING_TAKES, Account
from drtui.emulator.records import Job, JobState, Model, Profile, Status
from drtui.emulator.simulation import Simulation
from tests.unit.emulator.accounts import make_account, make_life, make_model, make_profile


def at_work(elapsed: float) -> tuple[Account, Simulation, Profile, Model, Job]:
    profile = make_profile()
    account = make_account(profile)
    life = make_life(account)
    life.under_way(profile, "car", elapsed)
    (model,) = profile.models.values()
    job = account.job_of(model)
    assert job is not None
    return account, life, profile, model, job


def test_a_job_initialises_before_it_is_in_progress() -> None:
    account, life, _, _, job = at_work(elapsed=0)
    assert account.job_state(job) is JobState.INITIALIZING
    account.clock.advance(INITIALIZING_TAKES)
    life.tick()
    assert account.job_state(job) is JobState.IN_PROGRESS


def test_what_ran_counts_as_used_and_the_model_is_ready_and_packaged_later() -> None:
    account, _, profile, model, job = at_work(elapsed=600)
    account.stop_job(profile, model, job)
    assert (model.status, account.job_state(job)) == (Status.STOPPING, JobState.STOPPING)
    account.clock.advance(STOPPING_TAKES)
    account.tick()
    assert (model.status, model.training) == (Status.READY, JobState.COMPLETED)
    assert (profile.minutes_used, profile.minutes_queued) == (11, 0)
    assert profile.storage == model.size > 0
    assert not account.packaged(model)
    account.clock.advance(account.files.packaging_seconds)
    assert account.packaged(model)
    assert account.jobs == {}


def test_a_job_that_ends_while_it_is_stopped_ends_once() -> None:
    account, life, profile, model, job = at_work(elapsed=600)
    account.stop_job(profile, model, job)
    job.ends = life.life + 1
    life.plan(job)
    account.clock.advance(STOPPING_TAKES)
    life.tick()
    account.tick()
    assert profile.minutes_queued == 0
    assert profile.minutes_used == job.actual
    assert model.status in (Status.READY, Status.ERROR)


def test_a_model_that_is_deleted_while_it_stops_stays_deleted() -> None:
    account, _, profile, model, job = at_work(elapsed=600)
    account.stop_job(profile, model, job)
    account.delete_models(profile)
    account.clock.advance(STOPPING_TAKES)
    account.tick()
    assert profile.models == {}
    assert (profile.storage, profile.minutes_queued) == (0, 0)


def test_a_failing_import_frees_what_it_would_have_taken() -> None:
    profile = make_profile()
    account = make_account(profile)
    good, bad = make_model("good", Status.IMPORTING), make_model("bad", Status.IMPORTING)
    bad.trouble = "It was edited."
    for model in (good, bad):
        account.import_model(profile, model)
    account.clock.advance(account.files.import_seconds)
    account.tick()
    assert (good.status, bad.status, bad.size) == (Status.READY, Status.ERROR, 0)
    assert profile.storage == good.size
