"""An undo leaves what a later operation has asked for, even where the values are the same again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.commands.bulk import plan_action, submit
from drtui.commands.selection import Selection
from drtui.commands.undo import next_to_undo, plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.actions import Action
from drtui.domain.operations import ItemState
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.quota_actions import Pause, Resume, ResumeTo, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import Limits
from tests.support.deployments import racers
from tests.support.logs import Log

USUAL = 300
PAUSE, RESUME = Pause(), Resume(defaults=Limits(USUAL, 3))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log(tmp_path / "store.sqlite", racers(3))
    yield opened
    opened.database.close()


def hours(amount: int, *, relative: bool = True) -> SetQuotas:
    return SetQuotas(QuotaChange(amount * 60, relative), None)


def queued(log: Log, action: Action, *numbers: int, who: str = "ada") -> int:
    log.clock.step(60)
    by = Workspace(log.database, who)
    operation = submit(by, plan_action(by, action, Selection(log.keys(numbers or (0,)))))
    assert operation is not None
    return operation


def done(log: Log, action: Action, *numbers: int, who: str = "ada") -> int:
    operation = queued(log, action, *numbers, who=who)
    log.clock.step(1)
    log.deliver()
    return operation


def undone(log: Log, number: int | None = None, who: str = "ada") -> int:
    log.clock.step(60)
    by = Workspace(log.database, who)
    operation = submit_undo(by, plan_undo(by, number))
    assert operation is not None
    log.clock.step(1)
    log.deliver()
    return operation


def outcome(log: Log, number: int) -> tuple[Outcome, str]:
    """What an undo would be to the first racer."""
    row = plan_undo(log.workspace, number).plan.rows[0]
    return row.outcome, row.reason


def in_the_way(*numbers: str) -> tuple[Outcome, str]:
    several = "s" if len(numbers) > 1 else ""
    return Outcome.CONFLICT, f"changed since by operation{several} {' and '.join(numbers)}"


PUT_BACK = (Outcome.CHANGE, "")


def test_another_admin_s_later_pause_is_not_undone_with_one_s_own(log: Log) -> None:
    first = done(log, PAUSE)
    resumed = done(log, RESUME)
    theirs = done(log, PAUSE, who="games")
    undo = plan_undo(log.workspace)
    assert undo.undone.operation_id == first
    assert [line for line in undo.skipped if f"Operation {resumed} " in line]
    assert summary_lines(undo.plan) == [
        "0 of 1 user will get back what they had",
        f"1 in conflict: changed since by operation {theirs} of games",
    ]
    undone(log, first)
    assert log.limits().paused  # until somebody settles it
    assert log.item(theirs + 1).state is ItemState.CONFLICT
    log.keep_theirs(theirs + 1)
    with pytest.raises(InvalidInputError, match="has been undone already"):
        plan_undo(log.workspace, first)


def test_what_is_in_conflict_is_put_back_where_ours_is_applied(log: Log) -> None:
    first = done(log, PAUSE)
    done(log, RESUME)
    done(log, PAUSE, who="games")
    undo = undone(log, first)
    log.apply_ours(undo)
    log.deliver()
    assert log.limits().minutes == USUAL


def test_one_s_own_pause_and_resume_are_undone_one_after_the_other(log: Log) -> None:
    first, second = done(log, PAUSE), done(log, RESUME)
    assert plan_undo(log.workspace).undone.operation_id == second
    undone(log)
    assert log.limits().paused
    following = next_to_undo(log.workspace)
    assert following is not None
    assert following.operation_id == first
    assert outcome(log, first) == PUT_BACK
    undone(log)
    assert log.limits().minutes == USUAL


def test_what_was_so_already_was_asked_for_all_the_same(log: Log) -> None:
    first = done(log, PAUSE)
    theirs = done(log, PAUSE, 0, 1, who="games")
    assert log.item(theirs).state is ItemState.ALREADY_SO
    assert outcome(log, first) == in_the_way(f"{theirs} of games")
    undone(log, theirs, who="games")  # whom it paused; it is taken back as a whole by that
    assert log.limits().paused
    assert outcome(log, first) == PUT_BACK


def test_one_s_own_later_operation_is_in_the_way_until_it_is_undone(log: Log) -> None:
    first, second = done(log, PAUSE), done(log, PAUSE, 0, 1)
    assert outcome(log, first) == in_the_way(f"{second}")
    assert plan_undo(log.workspace).undone.operation_id == second
    undone(log)
    assert plan_undo(log.workspace).undone.operation_id == first
    assert outcome(log, first) == PUT_BACK


@pytest.mark.parametrize("who", ["ada", "games"])
def test_a_pause_that_was_resumed_leaves_what_was_there_before_it(log: Log, who: str) -> None:
    first = done(log, hours(2))
    done(log, PAUSE, who=who)
    done(log, RESUME, who=who)
    assert outcome(log, first) == PUT_BACK


def test_whoever_resumes_everybody_asks_for_no_limits_of_who_was_not_paused(log: Log) -> None:
    first = done(log, hours(2))
    done(log, PAUSE, 1, who="games")
    theirs = done(log, RESUME, 0, 1, who="games")
    assert log.item(theirs).state is ItemState.ALREADY_SO
    assert outcome(log, first) == PUT_BACK


def test_a_resume_to_what_new_users_have_is_in_the_way_of_other_limits(log: Log) -> None:
    first = done(log, hours(2))
    done(log, PAUSE, who="games")
    to_defaults = Resume(ResumeTo.DEFAULTS, Limits(USUAL + 120, 3))
    theirs = done(log, to_defaults, who="games")
    assert outcome(log, first) == in_the_way(f"{theirs} of games")


def test_more_and_less_again_are_not_in_the_way(log: Log) -> None:
    first = done(log, hours(2))
    done(log, hours(1), who="games")
    done(log, hours(-1), who="games")
    assert outcome(log, first) == PUT_BACK


def test_the_same_number_asked_for_by_name_is_in_the_way(log: Log) -> None:
    first = done(log, hours(2))
    done(log, hours(1), who="games")
    theirs = done(log, hours(7, relative=False), who="games")
    assert outcome(log, first) == in_the_way(f"{theirs} of games")


def test_what_has_no_meaning_without_it_is_in_the_way(log: Log) -> None:
    done(log, SetQuotas(QuotaChange(-1), None))  # unlimited, to which nothing can be added
    first = done(log, hours(5, relative=False))
    more = done(log, hours(1), who="games")
    less = done(log, hours(-1), who="games")
    assert outcome(log, first) == in_the_way(f"{less} of games")
    assert more < less


def test_what_is_on_its_way_is_in_the_way_and_what_was_cancelled_is_not(log: Log) -> None:
    first = done(log, PAUSE)
    done(log, RESUME)
    theirs = queued(log, PAUSE, who="games")
    assert outcome(log, first) == in_the_way(f"{theirs} of games")
    log.cancel(theirs)
    assert outcome(log, first)[0] is Outcome.ALREADY_SO


def test_what_failed_is_not_in_the_way(log: Log) -> None:
    first = done(log, hours(2))
    queued(log, hours(1), who="games")
    log.clock.step(1)
    for item in log.claim():
        log.settle(item, ItemState.FAILED)
    assert outcome(log, first) == PUT_BACK


def test_what_was_undone_is_not_in_the_way_and_is_once_that_was_undone_too(log: Log) -> None:
    first = done(log, hours(2))
    theirs = done(log, hours(7, relative=False), 0, 1, who="games")
    assert outcome(log, first) == in_the_way(f"{theirs} of games")
    undo = undone(log, theirs, who="games")
    assert outcome(log, first) == PUT_BACK
    undone(log, undo, who="games")
    assert outcome(log, first) == in_the_way(f"{theirs} of games")


def test_an_undo_of_what_was_before_is_in_the_way(log: Log) -> None:
    before = done(log, hours(2), 0, 1)
    first = done(log, hours(5, relative=False))
    back = undone(log, before)
    assert log.item(back).state is ItemState.ALREADY_SO
    assert outcome(log, first) == in_the_way(f"{back}")


def test_another_undo_of_the_same_operation_is_not_in_the_way_of_doing_it_again(log: Log) -> None:
    first = done(log, hours(2), 0, 1)
    part = submit_undo(log.workspace, plan_undo(log.workspace))
    assert part is not None
    log.clock.step(1)
    claimed = {item.label: item for item in log.claim()}
    log.settle(claimed["racer-0"])
    log.settle(claimed["racer-1"], ItemState.FAILED)
    rest = undone(log, first)
    assert log.item(rest).state is ItemState.ALREADY_SO
    assert outcome(log, part) == PUT_BACK


def test_what_came_in_after_the_plan_is_in_the_way_of_submitting_it(log: Log) -> None:
    first = done(log, PAUSE)
    shown = plan_undo(log.workspace, first)
    done(log, RESUME, who="games")
    done(log, PAUSE, who="games")
    with pytest.raises(PlanOutdatedError):
        submit_undo(log.workspace, shown)
