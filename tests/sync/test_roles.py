"""The role: how it is learned, what a facilitator's engine reads, and what it leaves alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from drtui.domain.admin_calls import MOST
from drtui.domain.failures import FailureKind
from drtui.domain.features import Feature
from drtui.domain.operations import ItemState
from drtui.domain.permissions import READERS
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits, Profile, Role
from drtui.domain.signing_in import SignInState
from drtui.store import sync_state
from drtui.store.admin_calls import read_admin_calls
from drtui.store.database import Database, open_database
from drtui.store.deployment_facts import DeploymentFacts, Source, read_facts
from drtui.store.settings import read_settings
from drtui.store.sign_in import read_sign_in, write_role, write_sign_in
from drtui.store.sync_state import read_sync_state
from drtui.sync import engine as engine_module
from drtui.sync import halting, sweeping
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.pacing import AdminBudget
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.waiting import eventually
from tests.sync.worlds import PATIENCE, UNPACED, World

HOURS_9 = SetQuotas(QuotaChange(540), None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 5)
    made.deployment.called.clear()
    yield made
    made.database.close()


def role(world: World) -> Role:
    with world.database.read() as connection:
        return read_sign_in(connection).role


def facts(world: World) -> DeploymentFacts:
    return facts_in(world.database)


def counted(world: World) -> int:
    with world.database.read() as connection:
        return len(read_admin_calls(connection, world.database.clock(), MOST).made_at)


# How it is learned


def test_whoever_may_read_the_pages_is_an_admin(world: World) -> None:
    assert role(world) is Role.ADMIN
    assert counted(world) == 0


def test_whoever_may_read_no_more_than_names_is_a_facilitator(world: World) -> None:
    world.deployment.role = Role.FACILITATOR
    world.deployment.somebody_renames(racer_id(0), "renamed")
    assert world.run(pull=True) is Ending.DELIVERED
    assert role(world) is Role.FACILITATOR
    assert world.deployment.called["list_admin_profiles"] == counted(world) == 1
    assert world.shown(0) == Limits(300, 3)
    assert world.sync_state().halt is None
    assert world.sync_state().trouble == ""


def test_whoever_may_read_neither_is_told_which_role_it_needs(world: World) -> None:
    world.deployment.role = Role.RACER
    assert world.run(pull=True) is Ending.HALTED
    state = world.sync_state()
    assert state.halt is FailureKind.ROLE_NOT_ALLOWED
    assert state.halt_reason == READERS
    assert role(world) is Role.UNKNOWN
    assert len(world.everybody().keys) == 6


def test_credentials_of_another_role_are_noticed(world: World) -> None:
    for now in (Role.FACILITATOR, Role.ADMIN, Role.FACILITATOR):
        world.deployment.role = now
        world.run(pull=True)
        assert role(world) is now


def test_what_the_token_says_is_not_asked_for_again(world: World) -> None:
    write_sign_in(world.database, SignInState.SIGNED_IN, "fay", Role.FACILITATOR)
    assert world.run(pull=True) is Ending.DELIVERED
    assert "list_profiles" not in world.deployment.called
    assert role(world) is Role.FACILITATOR


def test_a_racer_by_the_token_costs_no_call_that_is_counted(world: World) -> None:
    write_sign_in(world.database, SignInState.SIGNED_IN, "rae", Role.RACER)
    world.deployment.role = Role.RACER
    assert world.run(pull=True) is Ending.HALTED
    assert world.sync_state().halt_reason == READERS
    assert counted(world) == 0
    assert role(world) is Role.RACER


def test_a_role_of_a_token_that_is_not_known_here_stays_so(world: World) -> None:
    write_sign_in(world.database, SignInState.SIGNED_IN, "reg", Role.UNKNOWN)
    assert world.run(pull=True) is Ending.DELIVERED
    assert role(world) is Role.UNKNOWN


# A halt on trial


@pytest.fixture
def halts(monkeypatch: pytest.MonkeyPatch) -> list[FailureKind | None]:
    """What was shown as the halt, one after the other."""
    shown: list[FailureKind | None] = []

    def write_halt(database: Database, kind: FailureKind | None, reason: str = "") -> None:
        shown.append(kind)
        sync_state.write_halt(database, kind, reason)

    monkeypatch.setattr(halting, "write_halt", write_halt)
    monkeypatch.setattr(engine_module, "_HALT_RETRY", 0.01)
    monkeypatch.setattr(sweeping, "_GAP", 0.0)
    monkeypatch.setattr(sweeping, "_COUNTED_GAP", 0.0)
    return shown


@pytest.mark.parametrize("why", [FailureKind.ROLE_NOT_ALLOWED, FailureKind.BLOCKED])
def test_a_halt_stays_in_sight_while_reading_is_tried_again_and_refused(
    world: World, halts: list[FailureKind | None], why: FailureKind
) -> None:
    for call in ("list_profiles", "list_admin_profiles"):
        world.deployment.fails(why, call=call, times=1_000)
    with world.running(replace(UNPACED, refresh_seconds=0.001)):
        eventually(lambda: world.deployment.called.get("list_profiles", 0) >= 4)
        assert world.deployment.called["own_profile"] >= 4
        assert halts == [why]
        assert world.sync_state().halt is why


def test_a_halt_ends_once_the_racers_could_be_read_and_delivery_goes_on(
    world: World, halts: list[FailureKind | None]
) -> None:
    world.deployment.role = Role.RACER
    operation = world.submit(HOURS_9, 1)
    with world.running(replace(UNPACED, refresh_seconds=0.001)):
        eventually(lambda: world.sync_state().halt is FailureKind.ROLE_NOT_ALLOWED)
        assert world.deployment.changes == []
        world.deployment.role = Role.ADMIN
        eventually(world.settled(operation))
        eventually(lambda: world.sync_state().halt is None)
    assert halts == [FailureKind.ROLE_NOT_ALLOWED, None]
    assert set(world.states(operation)) == {ItemState.DONE}


@pytest.mark.parametrize(
    ("why", "ends"),
    [
        (FailureKind.NOT_SIGNED_IN, True),
        (FailureKind.ROLE_NOT_ALLOWED, True),
        (FailureKind.BLOCKED, False),
    ],
)
def test_a_sign_in_ends_a_halt_that_is_about_a_person_before_the_deployment_answers(
    world: World, why: FailureKind, ends: bool
) -> None:
    world.deployment.fails(why, call="own_profile", times=1_000)
    with world.running() as engine:
        eventually(lambda: world.sync_state().halt is why)
        world.deployment.heals()
        world.deployment.fails(FailureKind.UNAVAILABLE, call="own_profile", times=1_000)
        called = world.deployment.called["own_profile"]
        engine.wake(signed_in=True)
        eventually(lambda: world.deployment.called["own_profile"] > called)
        assert (world.sync_state().halt is None) is ends


def test_an_admin_who_signs_in_after_a_facilitator_need_not_wait_for_the_next_list(
    world: World,
) -> None:
    world.deployment.role = Role.FACILITATOR
    operation = world.submit(HOURS_9, 1)
    assert world.run(pull=True) is Ending.UNDELIVERED
    with world.running() as engine:
        eventually(lambda: engine._sweeper.names_only)
        world.deployment.role = Role.ADMIN
        engine.wake(signed_in=True)
        eventually(world.settled(operation))
    assert set(world.states(operation)) == {ItemState.DONE}


def test_a_list_that_is_being_read_when_an_admin_signs_in_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()
    listed = world.deployment.list_admin_profiles

    def slowly() -> tuple[Profile, ...]:
        asked.set()
        assert answered.wait(PATIENCE)
        return listed()

    monkeypatch.setattr(world.deployment, "list_admin_profiles", slowly)
    world.deployment.role = Role.FACILITATOR
    operation = world.submit(HOURS_9, 1)
    with world.running(replace(UNPACED, refresh_seconds=0.001)) as engine:
        assert asked.wait(PATIENCE)
        world.deployment.role = Role.ADMIN
        engine.wake(signed_in=True)
        eventually(world.settled(operation))
        answered.set()
    assert set(world.states(operation)) == {ItemState.DONE}


# What a facilitator's engine does


def test_settings_that_are_refused_are_not_read_and_what_is_known_of_them_stays(
    world: World,
) -> None:
    write_role(world.database, Role.FACILITATOR)
    world.deployment.role = Role.FACILITATOR
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, call="settings")
    assert world.run(pull=True) is Ending.DELIVERED
    with world.database.read() as connection:
        settings, _ = read_settings(connection)
    assert settings == world.deployment.new_users
    assert role(world) is Role.FACILITATOR


@pytest.mark.parametrize(("who", "again"), [(Role.FACILITATOR, False), (Role.ADMIN, True)])
def test_names_are_read_once_a_minute_however_often_pages_are(
    world: World, monkeypatch: pytest.MonkeyPatch, who: Role, again: bool
) -> None:
    turns: list[None] = []
    turn = Engine._turn

    def counted_turn(engine: Engine) -> None:
        turn(engine)
        turns.append(None)

    monkeypatch.setattr(Engine, "_turn", counted_turn)
    monkeypatch.setattr(sweeping, "_GAP", 0.0)
    monkeypatch.setattr(sweeping, "_COUNTED_GAP", 0.0)
    world.deployment.role = who
    call = "list_profiles" if who is Role.ADMIN else "list_admin_profiles"
    with world.running(replace(UNPACED, refresh_seconds=0.001)) as engine:
        eventually(lambda: world.deployment.called.get(call, 0) >= 1)
        eventually(lambda: not engine._sweeper.running)
        for _ in range(40):
            begun = len(turns)
            engine.wake()
            eventually(partial(lambda before: len(turns) > before, begun))
    assert (world.deployment.called[call] > 1) is again


def test_what_an_admin_left_waits_for_an_admin(world: World) -> None:
    operation = world.submit(HOURS_9, 1)
    world.deployment.role = Role.FACILITATOR
    assert world.run(pull=True) is Ending.UNDELIVERED
    assert world.deployment.changes == []
    assert set(world.states(operation)) == {ItemState.PENDING}
    assert world.sync_state().halt is None
    world.deployment.role = Role.ADMIN
    assert world.run() is Ending.DELIVERED
    assert world.deployment.limits(racer_id(1)).minutes == 540


def test_a_change_whose_outcome_is_unknown_is_not_judged_by_a_list_of_names(world: World) -> None:
    world.deployment.fails(FailureKind.OUTCOME_UNKNOWN, applied=True)
    operation = world.submit(HOURS_9, 1)
    with world.running():
        eventually(lambda: set(world.states(operation)) == {ItemState.DOUBTFUL})
        world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, times=1_000)
        world.deployment.role = Role.FACILITATOR
    world.run(pull=True)
    assert set(world.states(operation)) <= {ItemState.DOUBTFUL, ItemState.PENDING}
    world.deployment.heals()
    world.deployment.role = Role.ADMIN
    assert world.run() is Ending.DELIVERED
    assert set(world.states(operation)) <= {ItemState.DONE, ItemState.ALREADY_SO}


def test_where_the_firewall_leaves_no_call_reading_waits_and_says_so(world: World) -> None:
    world.deployment.role = Role.FACILITATOR
    assert AdminBudget(world.database, 1).take()
    spent = EngineOptions(changes_per_second=100_000.0, refresh_seconds=0.05, admin_calls=1)
    with world.running(spent):
        eventually(lambda: "firewall counts" in world.sync_state().trouble)
        assert world.sync_state().halt is None
        assert "list_admin_profiles" not in world.deployment.called


def test_a_refusal_at_run_time_is_told_as_one_and_nothing_fails(world: World) -> None:
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, times=1_000)
    operation = world.submit(HOURS_9, 1)
    assert world.run() is Ending.HALTED
    assert world.sync_state().halt is FailureKind.ROLE_NOT_ALLOWED
    assert set(world.states(operation)) == {ItemState.PENDING}


# What the deployment can do


def test_what_a_deployment_can_do_is_found_out_once_a_day(tmp_path: Path) -> None:
    now = [1_790_000_000.0]
    world = World(tmp_path / "store.sqlite", 3, lambda: now[0])
    world.deployment.bulk_invite = True
    with world.running():
        eventually(lambda: has(world.database, Feature.ALL_MODELS) is not None)
    asked = world.deployment.called["has_bulk_invite"]
    assert {fact.source for fact in facts(world).features.values()} == {Source.FOUND_OUT}
    world.run()
    assert world.deployment.called["has_bulk_invite"] == asked
    now[0] += 90_000
    with world.running():
        eventually(lambda: world.deployment.called["has_bulk_invite"] == asked + 1)
    world.database.close()


def test_what_the_site_says_is_not_asked_for(tmp_path: Path) -> None:
    with begun(tmp_path, FakeDeployment(racers(3)), "1.4.2") as database:
        eventually(lambda: bool(facts_in(database).features))
        eventually(lambda: swept(database))
    found = facts_in(database)
    assert found.version == "1.4.2"
    assert found.features[Feature.BULK_INVITE].has is True
    assert {fact.source for fact in found.features.values()} == {Source.SITE}


def test_a_version_that_cannot_be_read_is_no_reason_not_to_ask(tmp_path: Path) -> None:
    deployment = FakeDeployment(racers(3), bulk_invite=True)
    with begun(tmp_path, deployment, "ours") as database:
        eventually(lambda: has(database, Feature.BULK_INVITE) is True)
    assert facts_in(database).version == "ours"


def test_where_a_firewall_answers_it_is_not_asked_for_again_within_the_day(tmp_path: Path) -> None:
    deployment = FakeDeployment(racers(3))
    deployment.fails(FailureKind.BLOCKED, call="has_bulk_invite", times=1_000)
    with begun(tmp_path, deployment) as database:
        eventually(lambda: bool(facts_in(database).features))
    assert has(database, Feature.BULK_INVITE) is None
    with begun(tmp_path, deployment) as database:
        eventually(lambda: deployment.called["own_profile"] == 2)
        eventually(lambda: deployment.called["list_profiles"] >= 1 and swept(database))
    assert deployment.called["has_bulk_invite"] == 1
    with database.read() as connection:
        assert read_sync_state(connection).halt is None


@contextmanager
def begun(tmp_path: Path, deployment: FakeDeployment, version: str = "") -> Iterator[Database]:
    """An engine at work beside the test, from the first call on."""
    database = open_database(tmp_path / "store.sqlite")
    engine = Engine(database, deployment, replace(UNPACED, version=version))
    stop = threading.Event()
    run = partial(engine.watch, stop, finish=threading.Event())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield database
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        database.close()


def has(database: Database, feature: Feature) -> bool | None:
    fact = facts_in(database).features.get(feature)
    return None if fact is None else fact.has


def facts_in(database: Database) -> DeploymentFacts:
    with database.read() as connection:
        return read_facts(connection)


def swept(database: Database) -> bool:
    with database.read() as connection:
        return read_sync_state(connection).swept_from is not None
