"""The engine and its sign-in: it halts and goes on, and gives way to who is signed in."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from drtui.domain.signing_in import ChallengeKind, Secret, SignInState
from drtui.store.sign_in import write_sign_in
from drtui.sync import engine, running
from drtui.sync.assignment import AnswerOrder, SignInOrder, SignOutOrder, Wake
from tests.support.waiting import eventually
from tests.sync.signing_worlds import (
    ACCOUNT,
    CODE,
    OTHER,
    PASSWORD,
    PATIENCE,
    Config,
    MemoryKeeper,
    Pool,
    Process,
    make_signer,
    standing,
)
from tests.sync.worlds import UNPACED, World

RACERS = 1000
HOURS_9 = SetQuotas(QuotaChange(540), None)
SIGN_IN = SignInOrder("ada", PASSWORD, keep_password=False)


@pytest.fixture
def count() -> int:
    return 20


@pytest.fixture
def world(tmp_path: Path, count: int) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", count)
    yield made
    made.database.close()


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
def start(world: World, pool: Pool, config: Config) -> Iterator[Callable[..., Process]]:
    """Start processes of engines, each with a keyring of its own unless one is given."""
    started: list[Process] = []

    def begin(keeper: MemoryKeeper | None = None) -> Process:
        process = Process(
            world.database.path,
            world.deployment,
            pool,
            keeper=keeper or MemoryKeeper(),
            config=config,
            options=UNPACED,
        )
        started.append(process)
        return process

    yield begin
    for process in reversed(started):
        process.close()


def halted(world: World) -> bool:
    return world.sync_state().halt is FailureKind.NOT_SIGNED_IN


def delivered(world: World, operation: int) -> None:
    eventually(world.settled(operation), PATIENCE)
    assert set(world.states(operation)) == {ItemState.DONE}


def test_without_a_sign_in_it_halts_and_an_order_makes_it_deliver_at_once(
    world: World, start: Callable[..., Process]
) -> None:
    operation = world.submit(HOURS_9)
    process = start()
    process.until(SignInState.NEEDED)
    eventually(lambda: halted(world))
    process.order(SIGN_IN)
    delivered(world, operation)
    assert process.until(SignInState.SIGNED_IN).user == "ada"
    assert not halted(world)


@pytest.mark.parametrize("count", [RACERS])
def test_keys_that_end_on_the_way_halt_delivery_and_nothing_fails(
    world: World, pool: Pool, start: Callable[..., Process]
) -> None:
    process = start()
    process.order(SIGN_IN)
    process.until(SignInState.SIGNED_IN)
    operation = world.submit(HOURS_9)
    eventually(lambda: world.states(operation)[ItemState.DONE] > RACERS // 10, PATIENCE)
    pool.ends_everything()
    said = process.until(SignInState.NEEDED)
    assert said.detail == "The sign-in has ended."
    eventually(lambda: halted(world), PATIENCE)
    eventually(lambda: not world.states(operation)[ItemState.SENDING], PATIENCE)
    states = world.states(operation)
    assert set(states) == {ItemState.DONE, ItemState.PENDING}
    assert states[ItemState.PENDING] > 0
    process.order(SIGN_IN)
    delivered(world, operation)
    assert world.limits(RACERS) == {Limits(540, 3)}


@pytest.mark.parametrize("count", [RACERS])
def test_keys_that_the_deployment_refuses_early_are_renewed_without_a_halt(
    world: World, pool: Pool, start: Callable[..., Process], caplog: pytest.LogCaptureFixture
) -> None:
    process = start()
    process.order(SIGN_IN)
    process.until(SignInState.SIGNED_IN)
    operation = world.submit(HOURS_9)
    eventually(lambda: world.states(operation)[ItemState.DONE] > RACERS // 10, PATIENCE)
    pool.asked.clear()
    with pool.lock:
        pool.good_keys.clear()
    delivered(world, operation)
    assert pool.asked == ["refresh", "keys"]
    assert "delivery halts" not in caplog.text


def test_a_question_is_answered_by_an_order(
    world: World, pool: Pool, start: Callable[..., Process]
) -> None:
    pool.asks = ChallengeKind.CODE
    operation = world.submit(HOURS_9)
    process = start()
    process.order(SIGN_IN)
    process.until(SignInState.CODE)
    process.order(AnswerOrder(CODE))
    delivered(world, operation)


def test_after_a_sign_in_it_is_asked_anew_who_that_is(
    world: World, start: Callable[..., Process]
) -> None:
    process = start()
    eventually(lambda: halted(world))
    process.order(SIGN_IN)
    eventually(lambda: not halted(world))
    greetings = world.deployment.called["own_profile"]
    process.order(SignInOrder("bob", OTHER, keep_password=False))
    eventually(lambda: standing(world.database).user == "bob")
    eventually(lambda: world.deployment.called["own_profile"] > greetings)
    assert not halted(world)


def test_signing_out_halts(world: World, start: Callable[..., Process]) -> None:
    process = start()
    process.order(SIGN_IN)
    process.until(SignInState.SIGNED_IN)
    process.order(SignOutOrder())
    process.until(SignInState.NEEDED)
    operation = world.submit(HOURS_9)
    eventually(lambda: halted(world))
    eventually(lambda: set(world.states(operation)) == {ItemState.PENDING})


def test_a_sign_in_by_the_command_line_is_taken_up_when_it_is_told(
    world: World, pool: Pool, config: Config, start: Callable[..., Process]
) -> None:
    operation = world.submit(HOURS_9)
    keyring = MemoryKeeper()
    process = start(keyring)
    eventually(lambda: halted(world))
    other = make_signer(pool, keyring, world.database, config)
    assert other.sign_in("ada", PASSWORD, keep_password=False)
    delivered(world, operation)
    assert process.opened == 1


def test_a_process_that_is_signed_in_takes_over_from_one_that_is_not(
    world: World, start: Callable[..., Process]
) -> None:
    operation = world.submit(HOURS_9)
    first = start()
    eventually(lambda: halted(world))
    second = start()
    second.order(SIGN_IN)
    delivered(world, operation)
    assert (first.opened, second.opened) == (1, 1)
    assert standing(world.database).state is SignInState.SIGNED_IN


def test_a_sign_in_that_is_told_over_is_claimed_again(
    world: World, start: Callable[..., Process]
) -> None:
    operation = world.submit(HOURS_9)
    first = start()
    eventually(lambda: halted(world))
    second = start()
    first.signer.begin()
    second.order(SIGN_IN)
    write_sign_in(world.database, SignInState.NEEDED)
    delivered(world, operation)
    assert second.opened == 1


def test_a_wrong_password_in_another_process_takes_nothing_over(
    world: World, start: Callable[..., Process]
) -> None:
    world.submit(HOURS_9)
    first = start()
    eventually(lambda: halted(world))
    second = start()
    second.order(SignInOrder("ada", OTHER, keep_password=False))
    eventually(lambda: standing(world.database).detail == "The password is wrong.")
    greetings = world.deployment.called["own_profile"]
    first.order(Wake())
    eventually(lambda: world.deployment.called["own_profile"] > greetings)
    assert (first.opened, second.opened) == (1, 0)


def test_who_has_given_way_to_nobody_comes_back(
    world: World, start: Callable[..., Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_WAY_SECONDS", 0.05)
    operation = world.submit(HOURS_9)
    process = start()
    eventually(lambda: halted(world))
    write_sign_in(world.database, SignInState.SIGNED_IN, "bob")
    eventually(lambda: process.opened == 2, PATIENCE)
    process.until(SignInState.NEEDED)
    process.order(SIGN_IN)
    delivered(world, operation)


def test_a_halt_is_looked_at_again_without_an_order(
    world: World,
    pool: Pool,
    config: Config,
    start: Callable[..., Process],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_HALT_RETRY", 0.1)
    operation = world.submit(HOURS_9)
    keyring = MemoryKeeper()
    start(keyring)
    eventually(lambda: halted(world))
    keyring.keep(ACCOUNT, "ada", Secret.REFRESH_TOKEN, pool.token_of("ada"))
    config.user = "ada"
    delivered(world, operation)


def test_orders_are_not_logged(
    world: World, start: Callable[..., Process], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    process = start()
    process.pen.write(f'{{"do": "sign-in", "user": "ada", "password": "{OTHER}"}}\n')
    process.pen.write(f'{{"do": "sign-in", "password": "{OTHER}\n')
    process.order(SIGN_IN)
    process.until(SignInState.SIGNED_IN)
    assert caplog.text.count("an order was not understood") == 2
    assert not any(secret in caplog.text for secret in (PASSWORD, OTHER))
