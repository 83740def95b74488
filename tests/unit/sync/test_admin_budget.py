"""The budget of calls that a firewall counts: kept in the store, for all who make them."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drtui.domain.admin_calls import HELD_SECONDS, AdminCalls
from drtui.store.admin_calls import read_admin_calls
from drtui.store.database import Database, open_database
from drtui.sync.pacing import AdminBudget
from tests.support.logs import BEGINNING, SteppedClock

WINDOW = 300.0
CALLS = 8


class Wall:
    """A clock that shows the true time but for what it was set by."""

    def __init__(self, truth: SteppedClock) -> None:
        self.truth = truth
        self.off = BEGINNING

    def __call__(self) -> float:
        return self.truth() + self.off


class Machine:
    """Processes of one store, which come and go, by a wall clock that is set now and then."""

    def __init__(self, database: Database) -> None:
        self.wall = Wall(SteppedClock(0.0))
        self.database = database
        database.clock = self.wall
        with database.write() as connection:
            connection.exec_driver_sql("DELETE FROM admin_call")
        self.processes = [self.process(), self.process()]

    def process(self) -> AdminBudget:
        return AdminBudget(self.database, CALLS, clock=self.wall.truth)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(tmp_path_factory.mktemp("budget") / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def machine(database: Database) -> Machine:
    return Machine(database)


def seen(machine: Machine) -> AdminCalls:
    with machine.database.read() as connection:
        return read_admin_calls(connection, machine.wall(), CALLS)


def never_too_many(made: list[float]) -> bool:
    return all(sum(first <= at < first + WINDOW for at in made) <= CALLS for first in made)


WAIT = st.tuples(st.just("wait"), st.sampled_from([0.0, 0.5, 31.0, 150.0, 299.0, 300.0, 331.0]))
TAKE = st.tuples(st.just("take"), st.sampled_from([1, 2, 3, CALLS]))
RESTART = st.tuples(st.just("restart"), st.just(0))
SET_BACK = st.tuples(st.just("set"), st.sampled_from([-0.5, -31.0, -300.0, -331.0, -7200.0]))
SET = st.tuples(st.just("set"), st.sampled_from([-7200.0, -331.0, -31.0, 31.0, 331.0, 7200.0]))


def made_by(machine: Machine, steps: list[tuple[str, float]], processes: int) -> list[float]:
    """Take steps, by one process after the other; the true times of the calls that were made."""
    made: list[float] = []
    for number, (step, value) in enumerate(steps):
        which = number % processes
        if step == "wait":
            machine.wall.truth.step(value)
        elif step == "set":
            machine.wall.off += value
        elif step == "restart":
            machine.processes[which] = machine.process()
        elif machine.processes[which].take(int(value), bulk=number % 3 == 0):
            made += [machine.wall.truth()] * int(value)
    return made


@settings(deadline=None)
@given(st.lists(st.one_of(TAKE, TAKE, WAIT, RESTART, SET_BACK), max_size=40))
def test_no_window_holds_too_many_whoever_takes_and_however_the_clock_is_set_back(
    database: Database, steps: list[tuple[str, float]]
) -> None:
    assert never_too_many(made_by(Machine(database), steps, 2))


@settings(deadline=None)
@given(st.lists(st.one_of(TAKE, TAKE, WAIT, SET), max_size=40))
def test_no_window_of_one_process_holds_too_many_however_the_clock_is_set(
    database: Database, steps: list[tuple[str, float]]
) -> None:
    assert never_too_many(made_by(Machine(database), steps, 1))


@settings(deadline=None)
@given(st.integers(0, CALLS), st.integers(1, CALLS), st.booleans())
def test_it_says_when_there_will_be_enough(
    database: Database, taken: int, wanted: int, bulk: bool
) -> None:
    machine = Machine(database)
    budget = machine.processes[0]
    assert taken == 0 or budget.take(taken)
    wait = budget.seconds_until(wanted, bulk=bulk)
    assert (wait == 0.0) is budget.take(wanted, bulk=bulk)
    if 0.0 < wait < float("inf"):
        machine.wall.truth.step(wait * 0.99)
        assert not budget.take(wanted, bulk=bulk)
        machine.wall.truth.step(wait * 0.01 + 1e-3)
        assert budget.take(wanted, bulk=bulk)


def test_what_is_allowed_may_be_made_at_once_and_again_when_it_ceases_to_count(
    machine: Machine,
) -> None:
    budget = machine.processes[0]
    assert [budget.take() for _ in range(CALLS + 1)] == [True] * CALLS + [False]
    machine.wall.truth.step(HELD_SECONDS - 1)
    assert not budget.take()
    machine.wall.truth.step(1.001)
    assert budget.take(CALLS)


def test_too_few_are_none(machine: Machine) -> None:
    budget = machine.processes[0]
    assert budget.take(CALLS - 1)
    assert not budget.take(2)
    assert budget.take()


def test_a_bulk_operation_leaves_some_for_who_looks_at_a_screen(machine: Machine) -> None:
    bulk, screen = machine.processes
    assert sum(bulk.take(bulk=True) for _ in range(CALLS)) == CALLS * 3 // 4
    assert bulk.seconds_until(bulk=True) > 0
    assert screen.seconds_until() == 0
    assert sum(screen.take() for _ in range(CALLS)) == CALLS - CALLS * 3 // 4


def test_a_process_that_begins_anew_counts_what_was_there_before(machine: Machine) -> None:
    assert machine.process().take(CALLS)
    assert not machine.process().take()


def test_a_clock_set_back_for_hours_holds_nothing_up_for_longer_than_a_window(
    machine: Machine,
) -> None:
    assert machine.process().take(CALLS)
    machine.wall.off -= 7200
    later = machine.process()
    assert not later.take()
    assert later.seconds_until() == HELD_SECONDS
    machine.wall.truth.step(HELD_SECONDS + 0.001)
    assert later.take()


def test_what_can_never_be_had_at_once_never_comes(machine: Machine) -> None:
    assert machine.processes[0].seconds_until(CALLS + 1) == float("inf")
    assert machine.processes[0].seconds_until(CALLS, bulk=True) == float("inf")
    with pytest.raises(ValueError, match="allowed"):
        AdminBudget(machine.database, 0)


def test_one_allowed_call_can_be_a_bulk_operations(machine: Machine) -> None:
    assert AdminBudget(machine.database, 1).take(bulk=True)


def test_the_view_tells_what_counts_what_is_free_and_when_the_next_slot_comes(
    machine: Machine,
) -> None:
    budget, truth = machine.processes[0], machine.wall.truth
    assert seen(machine).made_at == ()
    budget.take(2)
    truth.step(10)
    machine.processes[1].take()
    view = seen(machine)
    first, *_, last = view.made_at
    assert (view.allowed, view.used(last), view.free(last)) == (CALLS, 3, CALLS - 3)
    slot = view.next_slot(last)
    assert slot is not None
    assert (slot - first).total_seconds() == HELD_SECONDS
    assert (view.used(slot), view.free(slot)) == (1, CALLS - 1)
    second = view.next_slot(slot)
    assert second is not None
    assert (second - slot).total_seconds() == 10
    assert view.next_slot(second) is None


def test_calls_that_no_longer_count_are_deleted(machine: Machine) -> None:
    machine.processes[0].take(3)
    machine.wall.truth.step(HELD_SECONDS + 1)
    machine.processes[0].take()
    with machine.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM admin_call").scalar_one() == 1
