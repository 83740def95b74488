"""A sweep: what it writes at once, what it remembers, and what one that was given up leaves."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from drtui.commands.participants import keep
from drtui.commands.workspace import Workspace
from drtui.domain.deployment import ProfilePage
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.participants import Participant
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import AccountSettings, Limits, Profile, Role
from drtui.domain.tags import Tag
from drtui.store.database import Database
from drtui.store.settings import read_settings
from drtui.store.sign_in import read_sign_in, write_role
from drtui.store.sweeps import complete_sweep, write_page
from drtui.store.users import USERS
from drtui.sync import sweeping
from drtui.sync.events import Events, SweepEnded
from drtui.sync.pacing import AdminBudget
from drtui.sync.sweeping import Sweeper
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock
from tests.support.stores import delivered
from tests.support.waiting import eventually
from tests.sync.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", 5)
    made.deployment.called.clear()
    yield made
    made.database.close()


class Sweeps:
    """A sweeper, and what it reports."""

    def __init__(self, world: World, deployment: FakeDeployment) -> None:
        self.events = Events()
        budget = AdminBudget(world.database)
        self.sweeper = Sweeper(deployment, world.database, self.events, budget)

    def swept(self) -> DeploymentError | None:
        """Sweep once, to the end."""
        self.sweeper.start()
        event = self.events.get(timeout=10)
        assert isinstance(event, SweepEnded)
        assert self.sweeper.ended(event)
        return event.error


@pytest.fixture
def sweeps(world: World) -> Sweeps:
    return Sweeps(world, world.deployment)


def settings_of(world: World) -> AccountSettings:
    with world.database.read() as connection:
        return read_settings(connection)[0]


def test_names_are_written_in_parts_so_that_nobody_waits_for_all_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[int] = []

    def noted(
        database: Database,
        profiles: Sequence[Profile],
        sweep: int,
        began: float,
        *,
        names_only: bool = False,
    ) -> None:
        pages.append(len(profiles))
        write_page(database, profiles, sweep, began, names_only=names_only)

    monkeypatch.setattr(sweeping, "write_page", noted)
    many = FakeDeployment(racers(1_200))
    many.role = Role.FACILITATOR
    sweeps = Sweeps(world, many)
    assert sweeps.swept() is None
    assert sweeps.sweeper.names_only
    assert sum(pages) >= 1_200
    assert max(pages) <= 500


def test_settings_that_were_refused_are_read_once_the_racers_are_shown(
    world: World, sweeps: Sweeps
) -> None:
    world.deployment.role = Role.FACILITATOR
    world.deployment.fails(FailureKind.ROLE_NOT_ALLOWED, call="settings")
    for _ in range(2):
        assert sweeps.swept() is None
    assert world.deployment.called["settings"] == 1
    world.deployment.role = Role.ADMIN
    world.deployment.new_users = AccountSettings(77, 7, "invite-only")
    assert sweeps.swept() is None
    assert settings_of(world) == AccountSettings(77, 7, "invite-only")
    assert not sweeps.sweeper.names_only


class Stuck(FakeDeployment):
    """Answers no question about its settings until it is told how."""

    def __init__(self) -> None:
        super().__init__(racers(2))
        self.asked: list[threading.Event] = []

    def settings(self) -> AccountSettings:
        answered = threading.Event()
        self.asked.append(answered)
        assert answered.wait(30)
        raise DeploymentError(FailureKind.THROTTLED, "busy")


def test_a_sweep_that_was_given_up_says_nothing_of_the_calls_of_the_next_one(
    world: World,
) -> None:
    deployment = Stuck()
    sweeps = Sweeps(world, deployment)
    sweeps.sweeper.start()
    eventually(lambda: len(deployment.asked) == 1)
    sweeps.sweeper.give_up()
    sweeps.sweeper.start()
    eventually(lambda: len(deployment.asked) == 2)
    made = sweeps.sweeper.oldest_call()
    assert made is not None
    deployment.asked[0].set()
    late = sweeps.events.get(timeout=10)
    assert isinstance(late, SweepEnded)
    assert not sweeps.sweeper.ended(late)
    assert sweeps.sweeper.oldest_call() == made
    sweeps.sweeper.give_up()
    deployment.asked[1].set()


class AsFacilitator(Stuck):
    """Answers no question about its settings until it is told how, and only lists names."""

    def settings(self) -> AccountSettings:
        answered = threading.Event()
        self.asked.append(answered)
        assert answered.wait(30)
        raise DeploymentError(FailureKind.ROLE_NOT_ALLOWED, "not a facilitator")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR])
def test_a_sweep_that_was_given_up_makes_no_other_call(world: World, role: Role) -> None:
    deployment = AsFacilitator()
    deployment.role = role
    write_role(world.database, role)
    sweeps = Sweeps(world, deployment)
    sweeps.sweeper.start()
    eventually(lambda: len(deployment.asked) == 1)
    sweeps.sweeper.give_up()
    deployment.asked[0].set()
    assert isinstance(sweeps.events.get(timeout=10), SweepEnded)
    assert sum(deployment.called.values()) == 0


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Role, int]]:
    """The role, and how many wear a team's label, whenever a sweep becomes complete."""
    found = []

    def complete(database: Database, *args: Any, **rest: Any) -> None:
        with database.read() as connection:
            red = select(func.count()).where(USERS.c.tags.contains("team:red"))
            found.append((read_sign_in(connection).role, connection.execute(red).scalar_one()))
        complete_sweep(database, *args, **rest)

    monkeypatch.setattr(sweeping, "complete_sweep", complete)
    return found


@pytest.mark.parametrize("now", [Role.ADMIN, Role.FACILITATOR])
def test_a_sweep_is_complete_only_once_the_role_that_read_it_is_known(
    world: World, sweeps: Sweeps, completed: list[tuple[Role, int]], now: Role
) -> None:
    write_role(world.database, Role.UNKNOWN)
    world.deployment.role = now
    assert sweeps.swept() is None
    assert completed == [(now, 0)]


def test_a_sweep_is_complete_only_once_newcomers_wear_the_label_of_their_team(
    world: World, sweeps: Sweeps, completed: list[tuple[Role, int]]
) -> None:
    newcomer = racers(6)[5]
    assert newcomer.email is not None
    invited = Participant(newcomer.email, "", Tag("team", "red"), 1)
    keep(Workspace(world.database, "ada"), [invited])
    world.deployment._account[newcomer.profile_id] = newcomer  # as if it had registered itself
    assert sweeps.swept() is None
    assert completed == [(Role.ADMIN, 1)]


class SetBack(FakeDeployment):
    """While its first page is on its way the clock is set back, and what was queued delivered."""

    def __init__(self, world: World, clock: SteppedClock) -> None:
        super().__init__(racers(5), page=2)
        self._meanwhile = [lambda: clock.step(-3_600), lambda: self._deliver(world)]

    def _deliver(self, world: World) -> None:
        delivered(world.database, world.submit(SetQuotas(QuotaChange(540), None), 0))
        self.set_limits(racer_id(0), Limits(540, 3))

    def list_profiles(self, token: str | None = None) -> ProfilePage:
        page = super().list_profiles(token)
        while self._meanwhile:
            self._meanwhile.pop(0)()
        return page


def test_a_sweep_begins_again_where_the_clock_was_set_back_under_it(tmp_path: Path) -> None:
    clock = SteppedClock()
    world = World(tmp_path / "store.sqlite", 5, clock)
    deployment = SetBack(world, clock)
    assert Sweeps(world, deployment).swept() is None
    assert world.shown(0) == Limits(540, 3)
    swept_at = world.sync_state().swept_at
    assert swept_at is not None
    assert swept_at.timestamp() == clock()
    world.database.close()
