"""Multi-user mode: one operation with a result for each target, inferred from what is there."""

import pytest

from drtui.commands.bulk import submit
from drtui.commands.multi_user import (
    NO_SECOND_DOOR,
    consequences,
    mode_of,
    plan_disable,
    plan_enable,
)
from drtui.commands.selection import select_by_name
from drtui.commands.setup import plan_settings, read_values, settings_now
from drtui.commands.sponsorship import plan_pause
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.multi_user import Crowd, ModeState, infer
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome, Plan, summary_lines
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import AccountSettings
from drtui.domain.setting_keys import Registration, SettingKey
from drtui.store.settings import read_settings
from tests.support.stores import ME
from tests.support.switching import carried_out

OPEN = AccountSettings(300, 15, "invite-only")
SHUT = AccountSettings(0, 0, "invite-only")


def settings_of(workspace: Workspace) -> AccountSettings:
    with workspace.database.read() as connection:
        return read_settings(connection)[0]


def targets_of(plan: Plan, service: Service) -> list[str]:
    return [row.target.profile_id.partition(":")[2] for row in plan.errands.get(service, [])]


@pytest.mark.parametrize(
    ("settings", "crowd", "state"),
    [
        (AccountSettings(), Crowd(5, 0, 0), ModeState.UNKNOWN),
        (AccountSettings(300, None, "invite-only"), Crowd(5, 0, 0), ModeState.UNKNOWN),
        (OPEN, Crowd(5, 1, 0), ModeState.ON),
        (OPEN, Crowd(0, 0, 0), ModeState.ON),
        (OPEN, Crowd(5, 1, 1), ModeState.IN_PART),
        (OPEN, Crowd(5, 5, 0), ModeState.IN_PART),
        (OPEN, Crowd(5, 0, 0, signed_out=1), ModeState.IN_PART),
        (SHUT, Crowd(5, 4, 4), ModeState.IN_PART),
        (SHUT, Crowd(5, 5, 5), ModeState.OFF),
        (SHUT, Crowd(0, 0, 0), ModeState.OFF),
        (AccountSettings(0, 0, "self-service"), Crowd(5, 5, 5), ModeState.IN_PART),
    ],
)
def test_the_mode_is_inferred_from_settings_and_racers(
    settings: AccountSettings, crowd: Crowd, state: ModeState
) -> None:
    assert infer(settings, crowd)[0] is state


def test_disabling_stops_every_racer_and_closes_every_sign_in(workspace: Workspace) -> None:
    plan = plan_disable(workspace, second_door=True)
    assert plan.kind is OperationKind.DISABLE_MULTI_USER
    users = {row.target.profile_id for row in plan.users}
    assert ME not in users
    assert targets_of(plan, Service.SETTINGS) == [
        SettingKey.NEW_USER_MINUTES,
        SettingKey.NEW_USER_MODELS,
        SettingKey.REGISTRATION,
    ]
    signed_out = set(targets_of(plan, Service.SIGN_INS))
    assert signed_out <= users
    told = consequences(workspace, plan, second_door=True)
    assert told.racers == len(users)
    assert told.sign_ins == len(signed_out)
    lines = summary_lines(plan)
    assert any(line.startswith("new users' training hours: 5 h → 0 h") for line in lines)
    assert any("will be stopped" in line for line in lines)


def test_without_the_second_door_it_says_what_is_missing(workspace: Workspace) -> None:
    plan = plan_disable(workspace, second_door=False)
    assert Service.SIGN_INS not in plan.errands
    assert NO_SECOND_DOOR in consequences(workspace, plan, second_door=False).lines()


def test_disabled_and_enabled_again_everybody_has_what_they_had(workspace: Workspace) -> None:
    carried_out(workspace, plan_pause(workspace, select_by_name(workspace, ["ada-l"])))
    before = mode_of(workspace)
    assert before.state is ModeState.ON
    number = carried_out(workspace, plan_disable(workspace, second_door=True))
    off = mode_of(workspace)
    assert off.state is ModeState.OFF
    assert (off.operation, off.by) == (number, workspace.who)
    assert settings_of(workspace).new_user_limits.paused
    plan = plan_enable(workspace, models=3, second_door=True)
    assert targets_of(plan, Service.SIGN_INS) == targets_of(
        plan_disable(workspace, second_door=True), Service.SIGN_INS
    )
    carried_out(workspace, plan)
    on = mode_of(workspace)
    assert on.state is ModeState.ON
    assert settings_of(workspace) == AccountSettings(300, 3, "invite-only")
    ada = next(
        row
        for row in plan_disable(workspace, second_door=False).users
        if row.target.alias == "ada-l"
    )
    assert ada.outcome is Outcome.ALREADY_SO  # paused before, and after
    assert on.signs[2].startswith("1 of") or "paused" in on.signs[2]


def test_sign_ins_that_were_not_closed_from_here_are_not_opened(workspace: Workspace) -> None:
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert Service.SIGN_INS not in plan_enable(workspace, second_door=True).errands


def test_the_model_limit_stays_unless_the_mode_had_taken_it(workspace: Workspace) -> None:
    plan = plan_enable(workspace, second_door=False)
    assert targets_of(plan, Service.SETTINGS) == [SettingKey.NEW_USER_MINUTES]
    carried_out(workspace, plan_disable(workspace, second_door=False))
    anew = plan_enable(workspace, registration=Registration.SELF_SERVICE, second_door=False)
    assert {
        row.target.profile_id.partition(":")[2]: row.change.after["value"]
        for row in anew.errands[Service.SETTINGS]
        if row.change is not None
    } == {
        SettingKey.NEW_USER_MINUTES: 300,
        SettingKey.NEW_USER_MODELS: -1,
        SettingKey.REGISTRATION: "self-service",
    }


def test_enabled_with_nothing_for_new_users_is_no_mode(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="above 0"):
        plan_enable(workspace, minutes=0, models=0, second_door=False)


def test_settings_are_put_one_by_one_and_told_with_what_is_coming(workspace: Workspace) -> None:
    values = read_values("7.5", "unlimited", instance_hours="1000")
    plan = plan_settings(workspace, values)
    assert plan.what == (
        "Change settings  new users' training hours 7.5 h  new users' models unlimited  "
        "the instance's training hours 1,000 h"
    )
    assert "not enforced" in summary_lines(plan)[2]
    submit(workspace, plan)
    now = {one.key: (one.value, one.pending) for one in settings_now(workspace)}
    assert now[SettingKey.NEW_USER_MINUTES] == (300, 450)
    assert now[SettingKey.REGISTRATION][1] is None


@pytest.mark.parametrize("hours", ["+2", "two", "-3"])
def test_a_setting_takes_no_relative_value(hours: str) -> None:
    with pytest.raises(InvalidInputError):
        read_values(hours)


def test_nothing_to_set_is_said() -> None:
    with pytest.raises(InvalidInputError, match="Say what to set"):
        read_values()
