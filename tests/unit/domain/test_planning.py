"""Plans: who is meant, what is counted, what an undo can put back."""

import pytest

from drtui.domain.actions import Action, TargetState
from drtui.domain.errands import ONLY_ERRANDS
from drtui.domain.help_desk_actions import ChangeAlias, ChangeRole, DeleteModels, DeleteUser
from drtui.domain.operations import Item, ItemState, OperationKind
from drtui.domain.plan_lines import act_line, summary_lines
from drtui.domain.planning import Outcome, Plan, Target, plan_restore, plan_target
from drtui.domain.quota_actions import Pause, SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.records import GROUP_OF_ROLE, NO_LIMITS, UNLIMITED, Limits, Role


def target(role: Role = Role.RACER, *, named: bool = False, minutes: int | None = 300) -> Target:
    group = GROUP_OF_ROLE.get(role, "dr-commentator")
    state = TargetState(Limits(minutes, 3), role_name=group)
    return Target("profile00000001", "ada", role, state, named=named)


def known_by_name(*, named: bool = False) -> Target:
    """Somebody of whom nothing but the name was ever read."""
    state = TargetState(NO_LIMITS, alias="ada")
    return Target("profile00000001", "ada", Role.UNKNOWN, state, named=named)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.FACILITATOR, Role.UNKNOWN])
def test_only_racers_are_meant_unless_somebody_is_named(role: Role) -> None:
    assert plan_target(Pause(), target(role), "").outcome is Outcome.LEFT_OUT
    assert plan_target(Pause(), target(role, named=True), "").outcome is Outcome.CHANGE


@pytest.mark.parametrize("action", [Pause(), DeleteModels(), DeleteUser()])
def test_a_role_that_was_never_read_is_no_racers(action: Action) -> None:
    planned = plan_target(action, known_by_name(), "")
    assert (planned.outcome, planned.reason) == (Outcome.LEFT_OUT, "its role is not known")


@pytest.mark.parametrize("action", [DeleteModels(), DeleteUser()])
def test_nobody_is_deleted_by_name_whose_role_was_never_read(action: Action) -> None:
    planned = plan_target(action, known_by_name(named=True), "")
    assert planned.outcome is Outcome.CANNOT
    assert planned.reason == "its role is not known: sync as an admin first"


@pytest.mark.parametrize("action", [Pause(), SetQuotas(QuotaChange(60), None)])
def test_no_change_is_planned_on_values_that_were_never_read(action: Action) -> None:
    planned = plan_target(action, known_by_name(named=True), "")
    assert planned.outcome is Outcome.CANNOT
    assert planned.reason == "what it has is not known: sync as an admin first"


def test_what_was_read_of_a_name_can_be_changed_when_it_is_named() -> None:
    planned = plan_target(ChangeAlias("bo"), known_by_name(named=True), "")
    assert planned.outcome is Outcome.CHANGE


def test_oneself_is_left_out_even_when_named() -> None:
    planned = plan_target(Pause(), target(named=True), "profile00000001")
    assert (planned.outcome, planned.reason) == (Outcome.LEFT_OUT, "yourself")


def test_a_plan_counts_its_outcomes_and_says_why() -> None:
    action = SetQuotas(QuotaChange(120, relative=True), None)
    chosen = [target(), target(minutes=UNLIMITED), target(minutes=None), target(Role.ADMIN)]
    rows = tuple(plan_target(action, each, "") for each in chosen)
    plan = Plan(action.kind, action.describe(), rows, position=0, unmatched=("nobody",))
    first, *others = summary_lines(plan, "selected")
    assert first == "1 of 4 selected users will get new quotas"
    text = "\n".join(others)
    for part in ("1 left out", "admin", "2 cannot", "unlimited", "unknown", "1 matched nobody"):
        assert part in text
    assert not plan.complete
    assert [row.outcome for row in plan.to_submit] == [Outcome.CHANGE]


def test_new_quotas_say_how_many_are_paused_and_stay_so() -> None:
    state = TargetState(Limits(0, 0), Limits(300, 3))
    still = Target("profile00000002", "bo", Role.RACER, state)
    action = SetQuotas(QuotaChange(120), None)
    rows = tuple(plan_target(action, each, "") for each in (target(), still, still))
    for number, said in ((3, "2 are paused and stay paused"), (2, "1 is paused and stays paused")):
        plan = Plan(action.kind, action.describe(), rows[:number], position=0)
        assert summary_lines(plan)[1] == f"{said}: the new quota is remembered for them"
    running = Plan(action.kind, action.describe(), rows[:1], position=0)
    assert summary_lines(running)[1:] == ["1 gets fewer hours than now"]


@pytest.mark.parametrize(
    ("action", "whose", "said"),
    [
        (Pause(), "marked", "1 of 2 marked users will be paused"),
        (SetQuotas(QuotaChange(60), None), "selected", "1 of 2 selected users will get new quotas"),
        (ChangeRole(Role.FACILITATOR), "", "1 of 2 users will change role"),
        (ChangeAlias("bo"), "", "1 of 2 users will be renamed"),
        (DeleteModels(), "", "1 of 2 users will lose their models"),
        (DeleteUser(), "", "1 of 2 users will be deleted"),
    ],
)
def test_the_plan_names_the_act(action: Action, whose: str, said: str) -> None:
    rows = tuple(plan_target(action, each, "") for each in (target(), target(Role.ADMIN)))
    plan = Plan(action.kind, action.describe(), rows, position=0)
    assert act_line(plan, whose) == said


def test_every_kind_of_operation_on_users_has_an_act() -> None:
    rows = (plan_target(Pause(), target(), ""),)
    kinds = set(OperationKind) - ONLY_ERRANDS
    lines = {act_line(Plan(kind, "", rows, position=0)) for kind in kinds}
    assert len(lines) == len(kinds)
    assert "1 of 1 user will be resumed" in lines


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
