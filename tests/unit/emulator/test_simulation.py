"""The racers' life keeps the quota rule, whatever chance brings."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drtui.emulator.account import Account
from drtui.emulator.records import UNLIMITED, Group, Profile, Status, seeded_random
from drtui.emulator.seeding import seed_profiles
from drtui.emulator.simulation import Simulation
from tests.unit.emulator.accounts import make_account, make_life, make_profile

HOUR = 3600.0


def seeded(seed: int, racers: int = 40) -> tuple[Account, Simulation]:
    account = make_account(*seed_profiles(racers, seed))
    life = Simulation(account, seeded_random(seed, "life"))
    life.begin()
    return account, life


def live(account: Account, life: Simulation, seconds: float) -> None:
    account.clock.advance(seconds)
    life.tick()


def reserved(account: Account) -> Counter[str]:
    counted: Counter[str] = Counter()
    for job in account.jobs.values():
        counted[job.profile_id] += job.requested
    return counted


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), hours=st.floats(0.1, 30))
def test_queued_minutes_are_those_of_the_jobs_and_the_quota_is_never_passed(
    seed: int, hours: float
) -> None:
    account, life = seeded(seed)
    over_at_first = {each.profile_id: each.minutes_used or 0 for each in account.profiles.values()}
    live(account, life, hours * HOUR)
    for profile in account.profiles.values():
        assert (profile.minutes_queued or 0) == reserved(account)[profile.profile_id]
        if profile.minutes_limit not in (None, UNLIMITED):
            spoken_for = (profile.minutes_used or 0) + (profile.minutes_queued or 0)
            assert spoken_for <= max(profile.minutes_limit, over_at_first[profile.profile_id])


def idle(number: int, **fields: object) -> Profile:
    """Somebody who starts nothing without being told to."""
    return make_profile(number, group=Group.FACILITATORS, **fields)


def test_a_seeded_account_is_at_work_at_once() -> None:
    account, _ = seeded(1, racers=200)
    assert len(account.jobs) >= 20
    assert any(job.running for job in account.jobs.values())
    statuses = {
        model.status for profile in account.profiles.values() for model in profile.models.values()
    }
    assert {Status.TRAINING, Status.QUEUED} <= statuses


def test_minutes_move_from_queued_to_used_when_a_training_ends() -> None:
    profile = idle(1, minutes_used=10)
    account = make_account(profile)
    life = make_life(account)
    job = life.train(profile, 60)
    assert job is not None
    assert (profile.minutes_used, profile.minutes_queued, profile.model_count) == (10, 60, 1)
    assert profile.models[job.model_id].status is Status.QUEUED
    live(account, life, 6 * 60)
    assert profile.models[job.model_id].status is Status.TRAINING
    live(account, life, 2 * HOUR)
    assert (profile.minutes_used, profile.minutes_queued) == (10 + job.actual, 0)
    assert profile.models[job.model_id].status in (Status.READY, Status.ERROR)
    assert not account.jobs


@pytest.mark.parametrize("limits", [(0, 0), (0, 15), (300, 0)])
def test_a_training_is_refused_when_a_limit_does_not_allow_it(limits: tuple[int, int]) -> None:
    profile = make_profile(minutes_limit=limits[0], model_limit=limits[1])
    assert make_life(make_account(profile)).train(profile, 10) is None
    assert (profile.minutes_queued, profile.models) == (0, {})


def paused(account: Account) -> None:
    for profile in account.profiles.values():
        account.change(profile, minutes_limit=0, model_limit=0)


def test_a_pause_lets_what_runs_complete_and_nothing_new_start() -> None:
    account, life = seeded(3, racers=200)
    paused(account)
    running = set(account.jobs)
    before = sum(each.minutes_used or 0 for each in account.profiles.values())
    live(account, life, 30 * 60)
    assert account.jobs.keys() < running
    live(account, life, 6 * HOUR)
    assert not account.jobs
    assert sum(each.minutes_used or 0 for each in account.profiles.values()) > before


def test_life_goes_on_while_nobody_is_paused() -> None:
    account, life = seeded(3, racers=200)
    first = set(account.jobs)
    live(account, life, HOUR)
    assert account.jobs.keys() - first


def test_frozen_racers_do_nothing_and_that_time_is_not_caught_up_with() -> None:
    account, life = seeded(4)
    jobs = set(account.jobs)
    life.frozen = True
    live(account, life, 10 * HOUR)
    assert set(account.jobs) == jobs
    life.frozen = False
    live(account, life, 1)
    assert len(jobs - account.jobs.keys()) < len(jobs) / 2


def test_a_job_outlives_its_model_and_its_profile() -> None:
    one, other = idle(1), idle(2)
    account = make_account(one, other)
    life = make_life(account)
    for profile in (one, other):
        assert life.train(profile, 60) is not None
    account.delete_models(one)
    account.delete(other)
    account.clock.advance(60)
    account.tick()
    live(account, life, 3 * HOUR)
    assert not account.jobs
    assert one.minutes_used is not None
    assert one.minutes_used > 0
    assert not one.models


def test_only_racers_who_have_signed_in_start_something() -> None:
    people: list[Profile] = [
        make_profile(1, signed_in=False, alias="not the first"),
        make_profile(2, group=Group.FACILITATORS),
        make_profile(3, group=Group.ADMINS),
    ]
    account = make_account(*people)
    live(account, make_life(account), 240)
    assert all(each.profile_id == people[0].profile_id for each in account.jobs.values())


def test_an_account_without_anybody_lives_on() -> None:
    account = make_account()
    live(account, make_life(account), HOUR)
    assert not account.jobs
