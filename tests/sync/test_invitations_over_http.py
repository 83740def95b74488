"""Setting up over HTTP, against an emulated deployment: invitations and settings as errands."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.gateway import AwsCredentials, Timeouts, open_gateway
from drtui.domain.errands import Errand, Service
from drtui.domain.invitation_errands import invite, invite_again
from drtui.domain.operations import ON_THE_WAY, Item, ItemState, OperationKind
from drtui.domain.planning import Plan, plan_errand
from drtui.domain.setting_keys import SettingKey, setting_errand
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.delivery import recover
from drtui.store.operation_log import items, newest_operation, submit
from drtui.store.settings import read_settings
from drtui.sync.couriers.invitations import InvitationCourier
from drtui.sync.couriers.settings import SettingsCourier
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.logs import ADA, SteppedClock
from tests.sync.worlds import states

MANY = 500
OLD, NEW = "1.2.5", "1.3.1"
ALL = frozenset(Service)


class World:
    """An emulated deployment, a store with a clock of its own, and the errands' part of an engine.

    A kill is that nobody takes what the couriers bring, and that others begin anew on the store.
    """

    def __init__(self, emulator: RunningEmulator, path: Path, release: str) -> None:
        self.emulator = emulator
        self.release = release
        self.daily: int | None = None
        self.clock = SteppedClock()
        self.database = open_database(path, self.clock)
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(**emulator.keys()),
            user_agent="drtui/test",
            timeouts=Timeouts(read=3.0),
        )
        self.start()

    def start(self) -> None:
        """A process begins."""
        setup = self.gateway.setup
        self.events: Events = Events()
        self.runner = ErrandRunner(
            self.database,
            {
                Service.INVITATIONS: InvitationCourier(
                    setup, has_bulk=lambda: self.release == NEW, daily=lambda: self.daily
                ),
                Service.SETTINGS: SettingsCourier(setup),
            },
            self.events,
            clock=self.clock,
            jitter=lambda: 1.0,
        )

    def kill(self) -> None:
        """The process dies while it carries errands out, which the deployment did nevertheless."""
        for _ in range(60):
            self.runner.turn(ALL)
            if self.runner.under_way:
                break
            self.clock.step(1.0)
            self.runner.look()
        assert self.events.get(timeout=60)
        assert recover(self.database) > 0
        self.start()

    def submit(self, *errands: Errand) -> int:
        with self.database.read() as connection:
            position = newest_operation(connection)
        rows = tuple(plan_errand(errand) for errand in errands)
        plan = Plan(OperationKind.INVITE, "Invite", rows, position)
        number = submit(self.database, plan, ADA)
        self.runner.look()
        return number

    def turn(self) -> None:
        """Begin what is due now, and take what it brings."""
        self.runner.turn(ALL)
        while self.runner.under_way:
            event = self.events.get(timeout=60)
            assert isinstance(event, ErrandsEnded)
            assert self.runner.ended(event)

    def until(self, holds: Callable[[], bool], turns: int) -> None:
        """Turn, the store's clock a second on when nothing is due, until something holds."""
        for _ in range(turns):
            if holds():
                return
            self.turn()
            self.clock.step(1.0)
            self.runner.look()
        raise AssertionError("it did not come true in so many turns")

    def finish(self, operation: int, turns: int = 3 * MANY) -> None:
        self.until(lambda: not ON_THE_WAY & set(self.states(operation)), turns)

    def items(self, operation: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, operation)

    def states(self, operation: int) -> Counter[ItemState]:
        return states(self.database, operation)

    def addresses(self) -> Counter[str]:
        rows = self.emulator.profiles().values()
        return Counter(one["emailAddress"].lower() for one in rows if one["emailAddress"])

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.emulator.control("calls", method=method, path=path)[
            "calls"
        ]
        return found

    def close(self) -> None:
        self.gateway.close()
        self.database.close()


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[str], World]]:
    worlds: list[World] = []
    emulators = []

    def make(release: str) -> World:
        running = running_emulator(racers=5, deployment=release)
        emulators.append(running)
        worlds.append(World(running.__enter__(), tmp_path / "store.sqlite", release))
        worlds[-1].emulator.control("invitations", seconds_each=0.0)
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()
    for running in emulators:
        running.__exit__(None, None, None)


def people(count: int) -> list[Errand]:
    return [invite(f"racer.{one:03}@example.com", f"Racer {one}") for one in range(count)]


WELL = {ItemState.DONE}


@pytest.mark.parametrize(("release", "many"), [(OLD, MANY // 4), (NEW, MANY)])
def test_a_kill_in_the_middle_of_many_invitations_creates_nobody_twice(
    begin: Callable[[str], World], release: str, many: int
) -> None:
    """The older release is asked for one after the other, the newer one for two hundred at once."""
    world = begin(release)
    before = world.addresses()
    operation = world.submit(*people(many))
    world.until(lambda: world.states(operation)[ItemState.DONE] >= many // 4, 3 * many)
    world.kill()
    assert world.states(operation)[ItemState.DOUBTFUL] > 0
    world.finish(operation)
    invited = world.addresses() - before
    assert sum(invited.values()) == len(invited) == many
    assert set(world.states(operation)) == WELL
    if release == OLD:
        assert [one for one in world.items(operation) if one.reason == "verified: it exists"]


def test_a_kill_while_a_job_is_begun_finds_the_job(begin: Callable[[str], World]) -> None:
    world = begin(NEW)
    world.emulator.control("invitations", held=True)
    operation = world.submit(*people(30))
    world.kill()
    for _ in range(20):
        world.turn()
        world.clock.step(5.0)
    assert world.states(operation) == {ItemState.PENDING: 30}
    begun = {one["status"] for one in world.calls("POST", "/profiles/bulkInvite")}
    assert begun == {202}  # and none of them met another job
    world.emulator.control("invitations", held=False)
    world.finish(operation, 30)
    assert world.states(operation) == {ItemState.DONE: 30}
    assert all(item.reason == "" for item in world.items(operation))


def test_who_exists_is_told_so_and_what_fails_is_invited_by_a_retry(
    begin: Callable[[str], World],
) -> None:
    world = begin(NEW)
    world.emulator.control("invite", email="Racer.000@example.com")
    world.emulator.control("invitations", refused=["racer.001@example.com"])
    operation = world.submit(*people(3))
    world.finish(operation, 30)
    there, refused, new = world.items(operation)
    assert (there.state, there.reason) == (ItemState.ALREADY_SO, "User already exists.")
    assert (refused.state, refused.reason) == (
        ItemState.FAILED,
        "The invitation could not be sent.",
    )
    assert new.state is ItemState.DONE
    world.emulator.control("invitations", refused=[])
    interventions.retry(world.database, operation, ADA)
    world.runner.look()
    world.finish(operation, 30)
    assert world.items(operation)[1].state is ItemState.DONE


@pytest.mark.parametrize("release", [OLD, NEW])
@pytest.mark.parametrize("how", ["reset_after", "truncated", "portal"])
def test_an_answer_that_got_lost_creates_nobody_twice(
    begin: Callable[[str], World], release: str, how: str
) -> None:
    world = begin(release)
    world.emulator.control("fail", how=how, method="POST", times=3)
    before = world.addresses()
    operation = world.submit(*people(10))
    world.finish(operation, 400)
    assert set(world.states(operation)) == WELL
    assert sum((world.addresses() - before).values()) == 10


@pytest.mark.parametrize("release", [OLD, NEW])
def test_no_more_are_sent_in_a_day_than_the_mail_takes(
    begin: Callable[[str], World], release: str
) -> None:
    world = begin(release)
    world.daily = 20
    world.start()
    world.emulator.control("invitations", daily_emails=20)
    before = world.addresses()
    operation = world.submit(*people(48))
    for total in (20, 40, 48):
        for _ in range(28):
            world.turn()
            world.clock.step(5.0)
            world.runner.look()
        assert sum((world.addresses() - before).values()) == total
        world.clock.step(86_400)
    assert world.states(operation) == {ItemState.DONE: 48}


def test_an_invitation_is_sent_again(begin: Callable[[str], World]) -> None:
    world = begin(NEW)
    profile = world.emulator.control("invite", email="late@example.com")["profile_id"]
    operation = world.submit(invite_again("late@example.com", profile, "RacerAlias"))
    world.finish(operation, 5)
    assert world.states(operation) == {ItemState.DONE: 1}
    assert len(world.calls("POST", f"/profiles/{profile}/resendInvite")) == 1


def test_settings_wait_for_another_change_that_is_being_deployed(
    begin: Callable[[str], World],
) -> None:
    world = begin(OLD)
    settings = world.gateway.settings()
    assert settings.new_user_models == 15  # which the deployment keeps as text
    errands = [
        setting_errand(settings, SettingKey.NEW_USER_MINUTES, 0),
        setting_errand(settings, SettingKey.NEW_USER_MODELS, 0),
        setting_errand(settings, SettingKey.REGISTRATION, "self-service"),
        setting_errand(settings, SettingKey.INSTANCE_MODELS, 100),
    ]
    world.emulator.control("settings", deploying_seconds=600)
    operation = world.submit(*errands)
    for _ in range(12):
        world.turn()
        world.clock.step(4.0)
        world.runner.look()
    found = world.items(operation)
    assert {item.reason for item in found} == {"another change of the settings is being deployed"}
    assert {(item.state, item.attempts) for item in found} == {(ItemState.PENDING, 0)}
    world.emulator.control("settings", deploying_seconds=0)
    world.finish(operation, 40)
    assert world.states(operation) == {ItemState.DONE: 4}
    now = world.gateway.settings()
    assert (now.new_user_minutes, now.new_user_models) == (0, 0)
    assert (now.registration, now.instance_models) == ("self-service", 100)
    with world.database.read() as connection:
        assert read_settings(connection)[0].registration == "self-service"


def test_a_setting_that_somebody_changed_is_left_until_a_retry(
    begin: Callable[[str], World],
) -> None:
    world = begin(OLD)
    key = SettingKey.NEW_USER_MINUTES
    errand = setting_errand(world.gateway.settings(), key, 600)
    world.emulator.request("PUT", f"/settings/{key}", {"value": "90"})
    operation = world.submit(errand)
    world.finish(operation, 5)
    (item,) = world.items(operation)
    assert item.state is ItemState.FAILED
    assert item.reason == "somebody set it to 1.5 h meanwhile; a retry sets it anyway"
    interventions.retry(world.database, operation, ADA)
    world.runner.look()
    world.finish(operation, 5)
    assert world.gateway.setup.setting(key) == 600
