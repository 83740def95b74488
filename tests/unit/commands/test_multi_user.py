"""Multi-user mode: one operation with a result for each target, inferred from what is there."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, update

from drtui.commands.bulk import submit
from drtui.commands.inviting import plan_close_sign_ins
from drtui.commands.multi_user import (
    NO_SECOND_DOOR,
    ModelLimit,
    consequences,
    mode_of,
    model_limit,
    plan_disable,
    plan_enable,
)
from drtui.commands.selection import Selection, select_all, select_by_name
from drtui.commands.setup import plan_settings, read_values, settings_now
from drtui.commands.sponsorship import plan_pause, plan_resume
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Carried, Service
from drtui.domain.multi_user import Crowd, ModeState, infer
from drtui.domain.operations import MODELS_LIMIT, ItemState, OperationKind
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import AccountSettings, Role
from drtui.domain.setting_keys import Registration, SettingKey
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.store.database import Database
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.interventions import cancel
from drtui.store.participants import write_pool_users
from drtui.store.settings import read_settings, write_settings
from drtui.store.stopped import stopped_racers
from drtui.store.users import USERS
from tests.support.stores import ME, profile_id
from tests.support.switching import carried_out, come_about

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
        (OPEN, Crowd(5, 5, 0), ModeState.ON),
        (OPEN, Crowd(5, 5, 1), ModeState.IN_PART),
        (AccountSettings(0, 0, "self-service"), Crowd(5, 5, 0), ModeState.IN_PART),
        (SHUT, Crowd(5, 5, 0), ModeState.OFF),
        (OPEN, Crowd(5, 0, 0, signed_out=1), ModeState.IN_PART),
        (SHUT, Crowd(5, 4, 4), ModeState.IN_PART),
        (SHUT, Crowd(5, 5, 5), ModeState.OFF),
        (SHUT, Crowd(0, 0, 0), ModeState.OFF),
        (SHUT, Crowd(5, 5, 5, open=Counter(why=2)), ModeState.IN_PART),
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


@pytest.mark.parametrize("enable", [False, True])
def test_a_racer_that_goes_while_it_is_planned_does_no_harm(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, enable: bool
) -> None:
    """After whichever reading: one more is gone each time."""
    read, going = Database.read, [profile_id(100 + number) for number in range(8)]

    @contextmanager
    def one_goes_after(database: Database) -> Iterator[Connection]:
        with read(database) as connection:
            yield connection
        gone = USERS.c.profile_id == going.pop()
        with database.write(RecordKind.SPONSORED_USER) as connection:
            connection.execute(update(USERS).where(gone).values(gone_at=1.0))

    monkeypatch.setattr(Database, "read", one_goes_after)
    if enable:
        plan = plan_enable(workspace, second_door=True)
    else:
        plan = plan_disable(workspace, second_door=True)
    monkeypatch.undo()
    planned = [row.target for row in plan.users]
    assert {one.role for one in planned} == {Role.RACER}
    assert set(going) < {one.profile_id for one in planned}


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
        SettingKey.NEW_USER_MODELS: 3,
        SettingKey.REGISTRATION: "self-service",
    }


def models_of(plan: Plan) -> object:
    """What a plan sets the new users' models to, with its note."""
    rows = [
        row
        for row in plan.errands[Service.SETTINGS]
        if row.target.profile_id.endswith(SettingKey.NEW_USER_MODELS)
    ]
    return [(row.change.after["value"], row.change.note) for row in rows if row.change is not None]


def test_enabling_brings_back_the_model_limit_that_disabling_replaced(
    workspace: Workspace,
) -> None:
    write_settings(workspace.database, OPEN)
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert model_limit(workspace).value == 15
    plan = plan_enable(workspace, second_door=False)
    assert "new users' models: 0 → 15 (as before the mode was disabled)" in summary_lines(plan)
    carried_out(workspace, plan)
    assert settings_of(workspace).new_user_models == 15
    assert model_limit(workspace) == ModelLimit(15)


def test_disabled_twice_the_model_limit_is_the_one_before_the_first(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    carried_out(workspace, plan_disable(workspace, second_door=False))
    write_settings(workspace.database, AccountSettings(0, 0, "self-service"))
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert models_of(plan_enable(workspace, second_door=False)) == [
        (15, "as before the mode was disabled")
    ]
    assert models_of(plan_enable(workspace, models=4, second_door=False)) == [(4, "")]


def test_of_several_times_the_last_limit_that_was_replaced_counts(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    carried_out(workspace, plan_disable(workspace, second_door=False))
    carried_out(workspace, plan_enable(workspace, models=4, second_door=False))
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert model_limit(workspace).value == 4


def test_a_limit_of_no_models_that_somebody_wanted_is_brought_back(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    carried_out(workspace, plan_settings(workspace, read_values(models="0")))
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert model_limit(workspace).value == 0


def test_while_disabling_is_on_its_way_enabling_brings_the_limit_back_all_the_same(
    workspace: Workspace,
) -> None:
    write_settings(workspace.database, OPEN)
    submit(workspace, plan_disable(workspace, second_door=False))
    assert models_of(plan_enable(workspace, second_door=False)) == [
        (15, "as before the mode was disabled")
    ]


def test_what_was_never_known_to_be_becomes_unlimited_and_that_is_told(
    workspace: Workspace,
) -> None:
    write_settings(workspace.database, SHUT)
    carried_out(workspace, plan_disable(workspace, second_door=False))
    assert models_of(plan_enable(workspace, second_door=False)) == [
        (-1, "what they were before the mode was disabled is not known")
    ]


def test_racers_without_remembered_models_get_the_restored_limit(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    carried_out(workspace, plan_disable(workspace, second_door=False))
    with workspace.database.write(RecordKind.SPONSORED_USER) as connection:
        connection.execute(update(USERS).values(remembered_models=None))
    plan = plan_enable(workspace, second_door=False)
    given = {
        row.change.after[MODELS_LIMIT]
        for row in plan.users
        if row.change is not None and row.target.state.closed
    }
    assert given == {15}


def test_after_an_undo_the_mode_is_by_the_undo(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    disabled = carried_out(workspace, plan_disable(workspace, second_door=False))
    enabled = carried_out(workspace, plan_enable(workspace, second_door=False))
    assert mode_of(workspace).operation == enabled
    undone = submit_undo(workspace, plan_undo(workspace, enabled))
    assert undone is not None
    assert mode_of(workspace).operation == enabled, "nothing of the undo has come about yet"
    come_about(workspace, undone)
    mode = mode_of(workspace)
    assert (mode.state, mode.operation) == (ModeState.OFF, undone)
    assert disabled < enabled < undone


def test_what_was_cancelled_or_changed_nothing_switched_nothing(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    disabled = carried_out(workspace, plan_disable(workspace, second_door=False))
    number = submit(workspace, plan_enable(workspace, second_door=False))
    assert number is not None
    assert mode_of(workspace).operation == disabled
    cancel(workspace.database, number, workspace.author())
    assert mode_of(workspace).operation == disabled


def test_an_undo_of_something_else_is_no_switch(workspace: Workspace) -> None:
    paused = carried_out(workspace, plan_pause(workspace, select_by_name(workspace, ["ada-l"])))
    undone = submit_undo(workspace, plan_undo(workspace, paused))
    assert undone is not None
    come_about(workspace, undone)
    assert mode_of(workspace).operation is None


def test_it_says_why_closed_sign_ins_are_not_known(workspace: Workspace) -> None:
    assert "known to the sponsor's AWS account alone" in mode_of(workspace).signs[-1]
    never = mode_of(workspace, second_door=True).signs[-1]
    assert "never listed" in never
    assert "“drtui invite roster --read-pool”" in never
    write_pool_users(workspace.database, [])
    assert "had no users" in mode_of(workspace, second_door=True).signs[-1]
    user = PoolUser("x", "x@example.com", PoolStatus.CONFIRMED, True)
    write_pool_users(workspace.database, [user])
    assert not any("sign-in" in sign for sign in mode_of(workspace, second_door=True).signs)


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


def test_a_pause_of_everybody_leaves_the_mode_on_and_says_by_what(workspace: Workspace) -> None:
    write_settings(workspace.database, OPEN)
    everybody = select_all(workspace)
    first = Selection(everybody.keys[:1])
    paused = carried_out(workspace, plan_pause(workspace, first))
    number = carried_out(workspace, plan_pause(workspace, everybody))
    mode = mode_of(workspace)
    assert mode.state is ModeState.ON
    assert f"all racers are paused (the last by operation {number})" in mode.signs
    carried_out(workspace, plan_resume(workspace, everybody))
    assert "no racer is paused" in mode_of(workspace).signs
    number = carried_out(workspace, plan_pause(workspace, everybody))
    assert number > paused
    assert f"all racers are paused (by operation {number})" in mode_of(workspace).signs


def test_nothing_to_set_is_said() -> None:
    with pytest.raises(InvalidInputError, match="Say what to set"):
        read_values()


def test_sign_ins_that_could_not_be_closed_are_told_with_the_reason_until_they_are(
    workspace: Workspace,
) -> None:
    write_settings(workspace.database, OPEN)
    plan = plan_disable(workspace, second_door=True)
    asked = len(targets_of(plan, Service.SIGN_INS))
    number = submit(workspace, plan)
    assert number is not None
    failed = Carried(ItemState.FAILED, "the user pool has nobody with this address")
    first, second, *_ = claim_errands(workspace.database, Service.SIGN_INS, 10_000, number)
    settle_errands(workspace.database, [Settled(one, number, failed) for one in (first, second)])
    for one in claim_errands(workspace.database, Service.SIGN_INS, 10_000, number):
        settle_errands(workspace.database, [Settled(one, number, Carried(ItemState.DONE))])
    come_about(workspace, number)
    mode = mode_of(workspace)
    assert asked > 2
    assert mode.state is ModeState.IN_PART
    said = f"2 sign-ins are still open: {failed.reason} (5 Operations: {number})"
    assert said in mode.signs
    with workspace.database.read() as connection:
        assert stopped_racers(connection), "they are stopped and hidden all the same"
    ids = [one.target.partition(":")[2] for one in (first, second)]
    closing = plan_close_sign_ins(workspace, select_by_name(workspace, ids), second_door=True)
    carried_out(workspace, closing)
    assert mode_of(workspace).state is ModeState.OFF


def test_the_numbers_of_disabling_add_up(workspace: Workspace) -> None:
    with workspace.database.write() as connection:
        connection.execute(update(USERS).where(USERS.c.role == Role.RACER).values(email=None))
    told = consequences(workspace, plan_disable(workspace, second_door=True), second_door=True)
    assert told.sign_ins == 0
    assert told.no_address == told.racers
    assert f"{told.racers:,} racers have no address" in " ".join(told.lines())
