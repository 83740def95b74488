"""How far an operation is undone: in part, by several, again, or not any more."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drtui.commands.undo import UndoPlan, next_to_undo, plan_undo
from drtui.domain.operations import ItemState, Operation, Undoing
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.progress import state_text
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store.operation_log import operation, operations
from drtui.store.undoing import targets_undone
from tests.support.deployments import racer_id, racers
from tests.support.effort import times
from tests.support.logs import Log

RACERS = 11
ALL = range(RACERS)
USUAL = 300


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(RACERS))
    yield opened
    opened.database.close()


def more(hours: int) -> SetQuotas:
    return SetQuotas(QuotaChange(60 * hours, relative=True), None)


def given_more(log: Log, hours: int = 1) -> int:
    number = log.submit(more(hours), *ALL)
    log.deliver()
    return number


def undone(log: Log, number: int) -> int:
    """Undo it, and deliver that."""
    undo = log.undo(number)
    assert undo is not None
    log.deliver()
    return undo


def undone_in_part(log: Log, number: int, count: int = 6) -> int:
    """Undo it for the first racers; the rest is cancelled on its way."""
    undo = log.undo(number)
    assert undo is not None
    for item in log.claim(count):
        log.settle(item)
    log.cancel(undo)
    return undo


def read(log: Log, number: int) -> Operation:
    with log.database.read() as connection:
        found = operation(connection, number)
    assert found is not None
    return found


def minutes(log: Log) -> list[int | None]:
    return [log.account[racer_id(number)].minutes_limit for number in ALL]


def outcomes(undo: UndoPlan) -> dict[Outcome, int]:
    return {one: count for one in Outcome if (count := undo.plan.count(one))}


def offered(log: Log) -> int | None:
    found = next_to_undo(log.workspace)
    return None if found is None else found.operation_id


def test_what_was_undone_in_part_is_offered_for_the_rest(log: Log) -> None:
    first = given_more(log)
    part = undone_in_part(log, first)
    assert state_text(read(log, first)) == f"undone in part by {part} (6 of 11)"
    assert offered(log) == first
    again = plan_undo(log.workspace)
    assert again.undone.operation_id == first
    assert outcomes(again) == {Outcome.CHANGE: 5, Outcome.ALREADY_SO: 6}
    rest = undone(log, first)
    assert minutes(log) == [USUAL] * RACERS
    assert read(log, first).undoing == Undoing(rest, 11, 11)
    with pytest.raises(InvalidInputError, match=f"undone already, by operation {rest}"):
        plan_undo(log.workspace, first)
    assert offered(log) is None


def test_whom_an_undo_has_settled_is_left_alone_by_the_next_whatever_came_since(log: Log) -> None:
    first = given_more(log)
    part = undone_in_part(log, first)
    log.submit(more(1), 0)  # what the undone operation had asked for, but another's
    log.submit(more(3), 1)
    log.deliver()
    again = plan_undo(log.workspace, first)
    assert outcomes(again) == {Outcome.CHANGE: 5, Outcome.ALREADY_SO: 4, Outcome.LEFT_OUT: 2}
    assert again.plan.reasons(Outcome.LEFT_OUT) == [(f"settled already by operation {part}", 2)]
    rest = undone(log, first)
    assert minutes(log)[:3] == [USUAL + 60, USUAL + 180, USUAL]
    assert read(log, first).undoing == Undoing(rest, 11, 11)


def test_an_undo_that_failed_for_some_is_one_in_part(log: Log) -> None:
    first = given_more(log)
    undo = log.undo(first)
    assert undo is not None
    for item in log.claim(2):
        log.settle(item, ItemState.FAILED)
    log.deliver()
    assert read(log, first).undoing == Undoing(undo, 9, 11)
    log.set_aside(undo)  # the hour is there all the same
    assert read(log, first).undoing == Undoing(undo, 9, 11)
    assert outcomes(plan_undo(log.workspace)) == {Outcome.CHANGE: 2, Outcome.ALREADY_SO: 9}


@pytest.mark.parametrize("how", ["theirs", "aside", "cancelled"])
def test_a_conflict_of_an_undo_is_settled_once_it_was_decided(log: Log, how: str) -> None:
    first = given_more(log)
    log.clock.step(60)
    log.somebody_sets(0, 777)
    log.sweep()
    undo = log.undo(first)
    log.deliver()
    assert undo is not None
    assert read(log, first).undoing == Undoing(undo, 10, 11, settled=False)
    with pytest.raises(InvalidInputError, match=f"being undone by operation {undo}"):
        plan_undo(log.workspace, first)
    if how == "theirs":
        log.keep_theirs(undo)
    elif how == "aside":
        log.set_aside(undo)
    else:
        log.apply_ours(undo)
        log.cancel(undo)
    settled = Undoing(undo, 10 if how == "cancelled" else 11, 11)
    assert read(log, first).undoing == settled
    assert (offered(log) is None) == settled.whole


def test_an_undo_that_was_undone_does_not_count(log: Log) -> None:
    older = given_more(log)
    first = given_more(log, 2)
    undo = undone(log, first)
    assert offered(log) == older
    redo = undone(log, undo)
    assert minutes(log) == [USUAL + 180] * RACERS
    assert (read(log, first).undoing, state_text(read(log, first))) == (None, "done")
    assert state_text(read(log, undo)) == f"undone by {redo}"
    assert offered(log) == plan_undo(log.workspace).undone.operation_id == first
    undone(log, redo)
    assert read(log, first).undoing == Undoing(undo, 11, 11)
    assert offered(log) == older


def test_an_undo_that_was_undone_in_part_counts_in_part(log: Log) -> None:
    first = given_more(log)
    undo = undone(log, first)
    redo = undone_in_part(log, undo, 4)
    assert state_text(read(log, undo)) == f"undone in part by {redo} (4 of 11)"
    assert state_text(read(log, first)) == f"undone in part by {undo} (7 of 11)"
    assert outcomes(plan_undo(log.workspace)) == {Outcome.CHANGE: 4, Outcome.ALREADY_SO: 7}
    again = undone(log, first)
    assert read(log, first).undoing == Undoing(again, 11, 11)
    assert minutes(log) == [USUAL] * RACERS


def test_an_undo_that_was_cancelled_whole_frees_what_it_was_to_undo(log: Log) -> None:
    first = given_more(log)
    undo = log.undo(first)
    assert undo is not None
    log.cancel(undo)
    assert read(log, first).undoing is None
    assert offered(log) == first


def test_an_undo_on_its_way_is_told_as_such_and_what_is_left_out_for_it(log: Log) -> None:
    older = given_more(log)
    first = given_more(log, 2)
    undo = log.undo(first)
    assert state_text(read(log, first)) == f"being undone by {undo}"
    with pytest.raises(InvalidInputError, match=f"is being undone by operation {undo}: wait"):
        plan_undo(log.workspace, first)
    found = plan_undo(log.workspace)
    assert found.undone.operation_id == older
    told = f"Operation {first} is left out (Set usage quotas  hours +2): it"
    assert found.skipped == (f"{told} is being undone by operation {undo}.",)
    log.deliver()
    assert state_text(read(log, first)) == f"undone by {undo}"
    assert plan_undo(log.workspace).skipped == (f"{told} was undone by operation {undo}.",)
    last = log.undo(older)
    with pytest.raises(InvalidInputError, match=rf"of yours to undo\. .* by operation {last}\."):
        plan_undo(log.workspace)


def test_it_is_the_same_one_by_one_and_in_a_list(log: Log) -> None:
    first = given_more(log)
    undone(log, undone_in_part(log, first))
    given_more(log)
    with log.database.read() as connection:
        for one in operations(connection):
            assert one == operation(connection, one.operation_id)


FEW = 3
STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.lists(st.sampled_from("dfc"), min_size=FEW, max_size=FEW)),
    max_size=6,
)


@given(steps=STEPS)
@settings(max_examples=times(40), deadline=None)
def test_what_is_undone_is_what_the_account_says(
    steps: list[tuple[int, list[str]]],
) -> None:
    """Undos of it and of one another, of which some is done, some fails, some is cancelled."""
    with TemporaryDirectory() as folder:
        log = Log(Path(folder) / "store.sqlite", racers(FEW))
        first = log.submit(more(1), *range(FEW))
        log.deliver()
        latest = first
        for which, ends in steps:
            number = first + which
            if number > latest:
                continue
            try:
                undo = plan_undo(log.workspace, number)
            except InvalidInputError:
                continue
            if undo.changes_something:
                latest = log.undo(number) or latest
                for item in log.claim():
                    end = ends[int(item.label[-1]) % FEW]
                    if end == "c":
                        log.settle(item, ItemState.PENDING, counted=False)
                    else:
                        log.settle(item, {"d": ItemState.DONE, "f": ItemState.FAILED}[end])
                log.cancel(latest)
            back = {one for one, it in log.account.items() if it.minutes_limit == USUAL}
            with log.database.read() as connection:
                assert targets_undone(connection, first).keys() == back
            undoing = read(log, first).undoing
            assert (0 if undoing is None else undoing.targets) == len(back)
            assert (undoing is not None and undoing.whole) == (len(back) == FEW)
        log.database.close()
