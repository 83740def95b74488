"""What a plan of new quotas says: who gets less than now, and who is, or will be, paused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.commands import queueing
from drtui.commands.quotas import quotas_now, read_quotas
from drtui.commands.selection import Selection
from drtui.commands.undo import plan_undo
from drtui.domain.operations import ItemState
from drtui.domain.plan_lines import done_at_once, summary_lines
from drtui.domain.quota_actions import Pause, Resume
from drtui.domain.quota_notes import Paused, form_lines
from drtui.domain.records import NO_LIMITS, UNLIMITED, Limits
from tests.support.deployments import racer_id, racers
from tests.support.logs import Log

# Of racers: minutes used, queued and allowed; those that get less are the first six.
USE: Sequence[tuple[int | None, int | None, int | None]] = (
    (10, 0, 1200),
    (200, 0, 1200),
    (170, 20, 1200),
    (500, None, UNLIMITED),
    (310, 0, 300),  # who could not train before either
    (None, None, 1200),
    (60, 0, 120),
    (200, 0, None),
    (200, 0, 180),
)
LESS = "6 get fewer hours than now; 3 of them have used that many already and can no longer train"
REMEMBERED = "the new quota is remembered for them"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    profiles = [
        replace(one, minutes_used=used, minutes_queued=queued, minutes_limit=limit, models=2)
        for one, (used, queued, limit) in zip(racers(len(USE)), USE, strict=True)
    ]
    opened = Log(tmp_path / "store.sqlite", profiles)
    yield opened
    opened.database.close()


def lines(log: Log, hours: str, *numbers: int, models: str = "") -> list[str]:
    """What a plan says after its first line, without what it cannot, and what is so already."""
    plan = log.plan(read_quotas(hours, models), *(numbers or range(len(USE))))
    told = list(summary_lines(plan))[1:]
    return [line for line in told if " cannot" not in line.partition(":")[0]]


def delivered(log: Log, number: int) -> int:
    log.clock.step(1)
    log.deliver()
    log.clock.step(60)
    return number


def test_whoever_gets_less_is_counted_and_who_has_used_it_up(log: Log) -> None:
    assert lines(log, "3") == [LESS, "1 already so"]
    assert lines(log, "+1", 0, 1) == []
    assert lines(log, "unlimited", 0, 1) == []


def test_one_is_told_as_one(log: Log) -> None:
    assert lines(log, "3", 0) == ["1 gets fewer hours than now"]
    gone = "1 of them has used that many already and can no longer train"
    assert lines(log, "3", 0, 1) == [f"2 get fewer hours than now; {gone}"]


def test_fewer_models_are_told_by_themselves(log: Log) -> None:
    gone = "2 of them have created that many already and can create no more"
    told = [f"2 get fewer models than now; {gone}"]
    assert lines(log, "", 0, 1, models="2") == told
    assert lines(log, "3", 0, 1, models="2")[1:] == told
    assert lines(log, "", 0, 1, models="4") == []


def test_less_is_less_than_the_account_has_and_not_than_what_is_queued(log: Log) -> None:
    log.submit(read_quotas("20", None), 6)
    assert lines(log, "3", 6) == []
    log.submit(read_quotas("1", None), 0)
    assert lines(log, "3", 0) == ["1 gets fewer hours than now"]


def test_of_who_is_paused_it_is_what_is_remembered(log: Log) -> None:
    delivered(log, log.submit(Pause(), 1))
    gone = "1 of them has used that many already and can no longer train"
    paused = f"1 is paused and stays paused: {REMEMBERED}"
    assert lines(log, "3", 1) == [paused, f"1 gets fewer hours than now; {gone}"]
    assert lines(log, "30", 1) == [paused]


def test_no_hours_and_no_models_are_a_pause_and_the_plan_says_so(log: Log) -> None:
    assert lines(log, "0", 0, 1, models="0") == ["2 will be paused: they cannot train"]


def test_an_undo_says_who_has_used_up_what_it_leaves(log: Log) -> None:
    delivered(log, log.submit(read_quotas("+2", None), 0, 6))
    assert summary_lines(plan_undo(log.workspace).plan)[1:] == []
    log.account[racer_id(6)] = replace(log.account[racer_id(6)], minutes_used=130)
    log.sweep()
    gone = "1 of them has used that many already and can no longer train"
    assert summary_lines(plan_undo(log.workspace).plan)[1:] == [
        f"2 get fewer hours than now; {gone}"
    ]


def test_editing_what_is_queued_tells_it_too_and_is_not_kept_from_it_by_use(log: Log) -> None:
    number = log.submit(read_quotas("50", None), *range(len(USE)))
    action = read_quotas("3", None)
    plan = queueing.plan_edit(log.workspace, number, action)
    assert plan.notes == (LESS,)
    log.account[racer_id(0)] = replace(log.account[racer_id(0)], minutes_used=999)
    log.sweep()
    queueing.edit(log.workspace, number, action, plan)
    assert log.item(number).after == {"minutes_limit": 180}
    assert queueing.plan_edit(log.workspace, number, read_quotas("unlimited", None)).notes == ()


def test_editing_what_waits_behind_a_pause_tells_it_of_what_is_remembered(log: Log) -> None:
    log.submit(Pause(), 1)
    number = log.submit(read_quotas("50", None), 1)
    (note,) = queueing.plan_edit(log.workspace, number, read_quotas("3", None)).notes
    assert note.startswith("1 gets fewer hours than now; 1 of them has used")


def test_who_is_only_going_to_be_paused_is_told_with_the_operation(log: Log) -> None:
    delivered(log, log.submit(Pause(), 0))
    first = log.submit(Pause(), 0, 1, 2)
    told = [
        f"1 is paused and stays paused: {REMEMBERED}",
        f"2 will be paused by operation {first}: {REMEMBERED}",
    ]
    assert lines(log, "+3", 0, 1, 2) == told
    second = log.submit(Pause(), 6)
    told[1] = f"3 will be paused by operations {first} and {second}: {REMEMBERED}"
    assert lines(log, "+3", 0, 1, 2, 6) == told
    log.cancel(first)
    assert lines(log, "+3", 0, 1, 2, 6)[1:] == [
        f"1 will be paused by operation {second}: {REMEMBERED}"
    ]


def test_who_is_going_to_be_resumed_is_not_told_to_be_paused(log: Log) -> None:
    log.submit(Pause(), 0)
    log.submit(Resume(), 0)
    assert lines(log, "+3", 0) == []


def test_why_somebody_cannot_is_not_told_of_a_pause_that_is_to_come(log: Log) -> None:
    first = log.submit(Pause(), 3)
    plan = log.plan(read_quotas("+3", None), 3)
    unlimited = "the limit that is remembered is unlimited, which +N or -N cannot change"
    assert plan.rows[0].reason == f"will be paused by operation {first}, and {unlimited}"
    delivered(log, first)
    assert log.plan(read_quotas("+3", None), 3).rows[0].reason == f"paused, and {unlimited}"


def test_nothing_is_done_at_once_that_waits_behind_something(log: Log) -> None:
    more = read_quotas("+3", None)
    number = log.submit(Pause(), 0, 1)
    assert not done_at_once(log.plan(more, 0, 1))
    delivered(log, number)
    assert done_at_once(log.plan(more, 0, 1))
    log.submit(more, 0)
    assert not done_at_once(log.plan(more, 0, 1))
    assert done_at_once(log.plan(more, 1))


def test_nothing_is_done_at_once_behind_a_conflict(log: Log) -> None:
    delivered(log, log.submit(Pause(), 0))
    resume = log.submit(Resume(), 0)
    (item,) = log.claim()
    log.settle(item, ItemState.CONFLICT, theirs={"minutes_limit": 7, "models_limit": 7})
    assert log.states(resume) == [ItemState.CONFLICT]
    assert not done_at_once(log.plan(read_quotas("+3", None), 0))


def test_the_form_knows_who_is_paused_and_by_what(log: Log) -> None:
    delivered(log, log.submit(Pause(), 0))
    number = log.submit(Pause(), 1, 3)
    now = quotas_now(log.workspace, Selection(log.keys([0, 1, 3, 6])))
    assert now.hours == {1200: 2, UNLIMITED: 1, 120: 1}
    assert now.models == {3: 4}
    assert now.paused == {
        Paused(Limits(1200, 3)): 1,
        Paused(Limits(1200, 3), number): 1,
        Paused(Limits(UNLIMITED, 3), number): 1,
    }


@pytest.mark.parametrize("typed", [("+2", ""), ("", "+2"), ("9", ""), ("0", "0"), ("-30", "+1")])
def test_the_form_says_what_the_plan_will(log: Log, typed: tuple[str, str]) -> None:
    """Of people who are paused, whatever is typed."""
    for number in (2, 6):  # of whom nothing is remembered, and of whom no hours are
        log.somebody_sets(number, 0, 0)
    log.sweep()
    delivered(log, log.submit(Pause(), 0))
    delivered(log, log.submit(read_quotas("9", None), 6))
    log.submit(Pause(), 1, 3)
    chosen = (0, 1, 2, 3, 6)
    action = read_quotas(*typed)
    now = quotas_now(log.workspace, Selection(log.keys(chosen)))
    said = form_lines(now.paused, action)
    told = list(summary_lines(log.plan(action, *chosen)))[1:]
    stay = [line for line in said if REMEMBERED in line]
    assert [line for line in told if REMEMBERED in line] == stay
    cannot = [line.partition(" cannot: ") for line in said if " cannot: " in line]
    assert len(stay) + len(cannot) == len(said)
    (whole,) = [line for line in told if " cannot: " in line] or ["0 cannot: "]
    assert sum(int(count) for count, _, _ in cannot) == int(whole.partition(" ")[0])
    assert all(why in whole for _, _, why in cannot)


def test_the_form_says_nothing_of_nobody_and_takes_what_is_not_typed_for_a_number() -> None:
    assert form_lines({}, None) == []
    assert form_lines({Paused(NO_LIMITS): 2}, None) == [
        f"2 are paused and stay paused: {REMEMBERED}"
    ]
