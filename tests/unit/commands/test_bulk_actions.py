"""Plans of the bulk actions say what will happen to whom, and submitting does just that."""

import pytest

from drtui.commands.bulk import submit
from drtui.commands.quotas import plan_set_quotas, read_quotas
from drtui.commands.selection import select_all, select_by_filter, select_by_name
from drtui.commands.sponsorship import plan_pause, plan_resume, read_limits
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState, OperationKind, Value
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import InvalidInputError, PlanOutdatedError
from drtui.domain.quota_actions import ResumeTo
from drtui.domain.records import UNLIMITED, AccountSettings, Limits, Profile, Role
from drtui.store.settings import write_settings
from tests.support.stores import ME, delivered, plain_profiles, profile_id, special_profiles, swept
from tests.unit.commands.helping import items, user


def row(plan: Plan, number: int | str) -> PlannedTarget:
    wanted = number if isinstance(number, str) else profile_id(number)
    return next(each for each in plan.rows if each.target.profile_id == wanted)


def after(plan: Plan, number: int) -> dict[str, Value]:
    change = row(plan, number).change
    assert change is not None
    return dict(change.after)


def submitted(workspace: Workspace, plan: Plan) -> int:
    operation_id = submit(workspace, plan)
    assert operation_id is not None
    return operation_id


def test_more_hours_go_to_racers_with_a_known_limit(workspace: Workspace) -> None:
    plan = plan_set_quotas(workspace, select_all(workspace), "+2", None)
    assert plan.kind is OperationKind.SET_QUOTAS
    assert after(plan, 1) == {"minutes_limit": 420}
    assert row(plan, 7).outcome is Outcome.CANNOT
    assert row(plan, 13).outcome is Outcome.CANNOT
    assert row(plan, ME).outcome is Outcome.LEFT_OUT
    assert not plan.complete


def test_hours_may_be_fractional_and_become_whole_minutes(workspace: Workspace) -> None:
    plan = plan_set_quotas(workspace, select_by_name(workspace, ["ada-l"]), "0.51", "unlimited")
    assert after(plan, 1) == {"minutes_limit": 31, "models_limit": UNLIMITED}


@pytest.mark.parametrize(
    ("hours", "models", "sentence"),
    [
        (None, None, "Say what to set"),
        ("", "", "Say what to set"),
        ("two", None, "is not a quota"),
        (None, "1.5", "is not a quota"),
        ("99999999999", None, "more than the deployment can hold"),
        ("--1", None, "is not a quota"),
    ],
)
def test_bad_quotas_are_one_sentence(
    workspace: Workspace, hours: str | None, models: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as caught:
        plan_set_quotas(workspace, select_all(workspace), hours, models)
    assert str(caught.value).endswith(".")
    with pytest.raises(InvalidInputError, match=sentence):
        read_quotas(hours, models)


def test_quotas_of_a_paused_racer_change_what_is_remembered(workspace: Workspace) -> None:
    everybody = select_by_name(workspace, ["ada-l"])
    operation_id = submitted(workspace, plan_pause(workspace, everybody))
    delivered(workspace.database, operation_id)
    plan = plan_set_quotas(workspace, everybody, "+1", "5")
    assert after(plan, 1) == {"remembered_minutes": 360, "remembered_models": 5}
    delivered(workspace.database, submitted(workspace, plan))
    assert user(workspace, profile_id(1)).remembered == Limits(360, 5)
    assert user(workspace, profile_id(1)).profile.limits.paused


def test_a_pause_remembers_and_a_resume_restores(workspace: Workspace) -> None:
    one = select_by_name(workspace, ["dmx"])
    delivered(workspace.database, submitted(workspace, plan_pause(workspace, one)))
    paused = user(workspace, profile_id(4))
    assert paused.profile.limits == Limits(0, 0)
    assert paused.remembered == Limits(300, UNLIMITED)
    delivered(workspace.database, submitted(workspace, plan_resume(workspace, one)))
    resumed = user(workspace, profile_id(4))
    assert resumed.profile.limits == Limits(300, UNLIMITED)
    assert resumed.remembered is None


def test_a_resume_takes_the_defaults_where_asked_or_where_nothing_is_remembered(
    workspace: Workspace,
) -> None:
    one = select_by_name(workspace, ["dmx"])
    delivered(workspace.database, submitted(workspace, plan_pause(workspace, one)))
    assert after(plan_resume(workspace, one, ResumeTo.DEFAULTS), 4)["minutes_limit"] == 300
    assert after(plan_resume(workspace, one, ResumeTo.DEFAULTS), 4)["models_limit"] == 3


def test_a_resume_takes_what_is_asked_where_nothing_else_is_known(workspace: Workspace) -> None:
    write_settings(workspace.database, AccountSettings(None, None, None))
    strangers = [Profile("stranger0000001", "stranger", minutes_limit=0, models_limit=0)]
    swept(workspace.database, [*special_profiles(), *plain_profiles(12), *strangers])
    one = select_by_name(workspace, ["stranger"])
    assert plan_resume(workspace, one).count(Outcome.CANNOT) == 1
    plan = plan_resume(workspace, one, hours="4", models="unlimited")
    change = row(plan, "stranger0000001").change
    assert change is not None
    assert change.after["minutes_limit"] == 240
    assert change.after["models_limit"] == UNLIMITED


@pytest.mark.parametrize(("hours", "models"), [("+1", None), (None, "-1"), ("x", None)])
def test_asked_limits_have_to_be_absolute(hours: str | None, models: str | None) -> None:
    with pytest.raises(InvalidInputError):
        read_limits(hours, models)


def test_asked_limits_are_read() -> None:
    assert read_limits("1.5", "unlimited") == Limits(90, UNLIMITED)
    assert read_limits(None, "") == Limits()


def test_staff_is_left_out_unless_named_and_oneself_always(workspace: Workspace) -> None:
    other = Profile("admin0000000002", "bob.admin", None, "dr-admins", 0, 0, 60, 0, 3)
    helper = Profile("helper000000001", "helper", None, "dr-race-facilitators", 0, 0, 60, 0, 3)
    odd = Profile("odd000000000001", "odd", None, "dr-commentators", 0, 0, 60, 0, 3)
    swept(workspace.database, [*special_profiles(), *plain_profiles(12), other, helper, odd])
    plan = plan_pause(workspace, select_all(workspace))
    left_out = {each.target.alias for each in plan.rows if each.outcome is Outcome.LEFT_OUT}
    assert left_out >= {"ada.admin", "bob.admin", "helper", "odd"}
    assert {each.target.role for each in plan.to_submit} == {Role.RACER}
    named = plan_pause(workspace, select_by_name(workspace, ["bob.admin", "helper", "ada.admin"]))
    assert [each.target.alias for each in named.to_submit] == ["bob.admin", "helper"]
    assert row(named, ME).outcome is Outcome.LEFT_OUT


def test_a_plan_with_nothing_to_change_is_not_submitted(workspace: Workspace) -> None:
    plan = plan_set_quotas(workspace, select_by_name(workspace, ["ada-l"]), "5", None)
    assert plan.count(Outcome.ALREADY_SO) == 1
    assert submit(workspace, plan) is None


def test_planning_alone_changes_nothing(workspace: Workspace) -> None:
    before = user(workspace, profile_id(1))
    plan_pause(workspace, select_all(workspace))
    plan_set_quotas(workspace, select_all(workspace), "+1", None)
    assert user(workspace, profile_id(1)) == before
    assert user(workspace, profile_id(1)).pending == {}


def test_what_is_submitted_is_pending_and_planned_on_by_the_next(workspace: Workspace) -> None:
    one = select_by_name(workspace, ["ada-l"])
    first = submitted(workspace, plan_set_quotas(workspace, one, "+2", None))
    assert user(workspace, profile_id(1)).pending == {"minutes_limit": 420}
    second = plan_set_quotas(workspace, one, "+2", None)
    assert after(second, 1) == {"minutes_limit": 540}
    assert items(workspace, first)[profile_id(1)].state is ItemState.PENDING


def test_a_plan_that_another_operation_overtook_is_not_submitted(workspace: Workspace) -> None:
    one = select_by_name(workspace, ["ada-l"])
    plan = plan_set_quotas(workspace, one, "+2", None)
    submitted(workspace, plan_set_quotas(workspace, one, "+1", None))
    with pytest.raises(PlanOutdatedError):
        submit(workspace, plan)


def test_the_selection_s_order_is_the_plan_s(workspace: Workspace) -> None:
    selection = select_by_filter(workspace, "racer-", "alias", reverse=True)
    plan = plan_pause(workspace, selection)
    aliases = [each.target.alias for each in plan.rows]
    assert aliases == sorted(aliases, reverse=True)
    assert len(aliases) == 12


def test_targets_are_labelled_without_their_control_characters(workspace: Workspace) -> None:
    plan = plan_pause(workspace, select_all(workspace))
    assert all(each.target.alias.isprintable() for each in plan.rows)
