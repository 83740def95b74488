"""Plans: who is meant, what is counted, what an undo can put back."""

import pytest

from drtui.domain.actions import Pause, SetQuotas, TargetState
from drtui.domain.operations import Item, ItemState
from drtui.domain.planning import Outcome, Plan, Target, plan_restore, plan_target, summary_lines
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import UNLIMITED, Limits, Role


def target(role: Role = Role.RACER, *, named: bool = False, minutes: int | None = 300) -> Target:
    return Target("profile00000001", "ada", role, TargetState(Limits(minutes, 3)), named=named)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR, Role.UNKNOWN])
def test_only_racers_are_meant_unless_somebody_is_named(role: Role) -> None:
    assert plan_target(Pause(), target(role), "").outcome is Outcome.LEFT_OUT
    assert plan_target(Pause(), target(role, named=True), "").outcome is Outcome.CHANGE


def test_oneself_is_left_out_even_when_named() -> None:
    planned = plan_target(Pause(), target(named=True), "profile00000001")
    assert (planned.outcome, planned.reason) == (Outcome.LEFT_OUT, "yourself")


def test_a_plan_counts_its_outcomes_and_says_why() -> None:
    action = SetQuotas(QuotaChange(120, relative=True), None)
    chosen = [target(), target(minutes=UNLIMITED), target(minutes=None), target(Role.ADMIN)]
    rows = tuple(plan_target(action, each, "") for each in chosen)
    plan = Plan(action.kind, action.describe(), rows, position=0, unmatched=("nobody",))
    text = "\n".join(summary_lines(plan))
    assert "1 of 4 selected will change" in text
    for part in ("1 left out", "admin", "2 cannot", "unlimited", "unknown", "1 matched nobody"):
        assert part in text
    assert not plan.complete
    assert [row.outcome for row in plan.to_submit] == [Outcome.CHANGE]


def item(before: int | None) -> Item:
    return Item(
        item_id=1,
        operation_id=1,
        target="profile00000001",
        label="ada",
        before={"minutes_limit": before},
        after={"minutes_limit": 300},
        state=ItemState.DONE,
    )


def test_an_absent_before_value_cannot_be_undone() -> None:
    assert plan_restore(item(None), target()).outcome is Outcome.CANNOT


def test_an_undo_of_what_was_changed_since_is_a_conflict_with_theirs() -> None:
    planned = plan_restore(item(60), target(minutes=999))
    assert planned.outcome is Outcome.CONFLICT
    assert planned.theirs == {"minutes_limit": 999}


def test_an_undo_puts_the_before_value_back() -> None:
    planned = plan_restore(item(60), target(minutes=300))
    assert planned.outcome is Outcome.CHANGE
    assert planned.change is not None
    assert planned.change.after == {"minutes_limit": 60}
