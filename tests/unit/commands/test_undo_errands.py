"""What an undo makes of errands: settings and sign-ins are put back, what was sent is not."""

from dataclasses import replace

import pytest

from drtui.commands.bulk import plan_errands, submit
from drtui.commands.undo import next_to_undo, plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Errand, Service
from drtui.domain.operations import Item, ItemState, OperationKind, Values
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError, NotAllowedError
from drtui.domain.records import AccountSettings, Role
from drtui.domain.setting_keys import SettingKey, setting_errand
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.settings import read_settings, write_settings
from drtui.store.sign_in import write_role
from tests.support.stores import DEFAULTS
from tests.unit.commands.helping import items

MINUTES = SettingKey.NEW_USER_MINUTES
OPENED: Values = {"sign_in": "open", "email": "ada@example.com"}
SHUT: Values = {"sign_in": "closed", "email": "ada@example.com"}


def asked(workspace: Workspace, kind: OperationKind, *errands: Errand) -> int:
    number = submit(workspace, plan_errands(workspace, kind, "Errands", errands))
    assert number is not None
    return number


def set_minutes(workspace: Workspace, minutes: int) -> int:
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    errand = setting_errand(settings, MINUTES, minutes)
    return asked(workspace, OperationKind.CHANGE_SETTINGS, errand)


def sent(service: Service, before: Values, after: Values) -> Errand:
    return Errand(service, "ada@example.com", "ada", before, after)


def carried(workspace: Workspace, service: Service, state: ItemState = ItemState.DONE) -> None:
    database = workspace.database
    for item in claim_errands(database, service, 100, 1):
        settle_errands(database, [Settled(item, 1, Carried(state))])


def the_item(workspace: Workspace, number: int | None) -> Item:
    assert number is not None
    (item,) = items(workspace, number).values()
    return item


def new_user_minutes(workspace: Workspace) -> int | None:
    with workspace.database.read() as connection:
        return read_settings(connection)[0].new_user_minutes


def test_a_setting_is_put_back_by_an_errand_the_other_way_round(workspace: Workspace) -> None:
    number = set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == number
    undone = plan_undo(workspace)
    assert summary_lines(undone.plan) == ["new users' training hours: 10 h → 5 h"]
    item = the_item(workspace, submit_undo(workspace, undone))
    assert (item.before, item.after) == ({"value": 600}, {"value": 300})
    assert (item.service, item.label) == ("setting", "new users' training hours")
    carried(workspace, Service.SETTINGS)
    assert new_user_minutes(workspace) == 300
    assert next_to_undo(workspace) is None


def test_an_undo_of_a_setting_is_undone_by_its_number(workspace: Workspace) -> None:
    set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    undo = submit_undo(workspace, plan_undo(workspace))
    carried(workspace, Service.SETTINGS)
    redo = submit_undo(workspace, plan_undo(workspace, undo))
    assert the_item(workspace, redo).after == {"value": 600}


def test_settings_of_which_an_undo_failed_for_some_are_put_back_by_the_next(
    workspace: Workspace,
) -> None:
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    errands = [setting_errand(settings, key, 9) for key in (MINUTES, SettingKey.NEW_USER_MODELS)]
    number = asked(workspace, OperationKind.CHANGE_SETTINGS, *errands)
    carried(workspace, Service.SETTINGS)
    assert submit_undo(workspace, plan_undo(workspace)) is not None
    done, failed = claim_errands(workspace.database, Service.SETTINGS, 100, 2)
    ends = ((done, ItemState.DONE), (failed, ItemState.FAILED))
    settle_errands(workspace.database, [Settled(item, 2, Carried(end)) for item, end in ends])
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == number
    rest = plan_undo(workspace)
    assert [row.outcome for row in rest.plan.rows] == [Outcome.ALREADY_SO, Outcome.CHANGE]
    submit_undo(workspace, rest)
    carried(workspace, Service.SETTINGS)
    with workspace.database.read() as connection:
        assert read_settings(connection)[0] == settings
    assert next_to_undo(workspace) is None


def test_what_was_not_sent_is_cancelled(workspace: Workspace) -> None:
    number = set_minutes(workspace, 600)
    undone = plan_undo(workspace)
    assert (undone.not_sent, undone.plan.rows) == (1, ())
    assert submit_undo(workspace, undone) is None
    assert the_item(workspace, number).state is ItemState.CANCELLED


def test_a_setting_that_was_not_known_cannot_be_put_back(workspace: Workspace) -> None:
    write_settings(workspace.database, AccountSettings(None, 3, "invite-only"))
    set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    undone = plan_undo(workspace)
    assert not undone.changes_something
    assert [(row.outcome, row.reason) for row in undone.plan.rows] == [
        (Outcome.CANNOT, "cannot bring back a setting that was not known")
    ]
    assert summary_lines(undone.plan)[0] == "new users' training hours: 10 h, as it is"


def test_a_setting_that_a_later_operation_changed_stays_and_the_plan_names_it(
    workspace: Workspace,
) -> None:
    first = set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    second = set_minutes(workspace, 900)
    why = f"changed since by operation {second}"
    (waiting,) = plan_undo(workspace, first).plan.rows
    assert (waiting.outcome, waiting.reason) == (Outcome.CANNOT, why)
    carried(workspace, Service.SETTINGS)
    (there,) = plan_undo(workspace, first).plan.rows
    assert (there.outcome, there.reason) == (Outcome.CANNOT, why)
    submit_undo(workspace, plan_undo(workspace))
    carried(workspace, Service.SETTINGS)
    (again,) = plan_undo(workspace).plan.rows
    assert again.outcome is Outcome.CHANGE


@pytest.mark.parametrize("between", [True, False])
def test_a_setting_that_another_admin_set_to_the_same_stays(
    workspace: Workspace, between: bool
) -> None:
    first = set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    if between:  # else it was so already
        set_minutes(workspace, 300)
        carried(workspace, Service.SETTINGS)
    games = replace(workspace, who="games")
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    keys = (MINUTES, 600), (SettingKey.NEW_USER_MODELS, 9)
    errands = [setting_errand(settings, key, value) for key, value in keys]
    theirs = asked(games, OperationKind.CHANGE_SETTINGS, *errands)
    carried(workspace, Service.SETTINGS)
    (row,) = plan_undo(workspace, first).plan.rows
    told = f"changed since by operation {theirs} of games"
    assert (row.outcome, row.reason) == (Outcome.CANNOT, told)
    submit_undo(games, plan_undo(games))
    carried(workspace, Service.SETTINGS)
    (row,) = plan_undo(workspace, first).plan.rows
    assert row.outcome is (Outcome.ALREADY_SO if between else Outcome.CHANGE)


def test_a_setting_that_somebody_else_changed_stays(workspace: Workspace) -> None:
    set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    write_settings(workspace.database, AccountSettings(77, 3, "invite-only"))
    (row,) = plan_undo(workspace).plan.rows
    assert (row.outcome, row.reason) == (Outcome.CANNOT, "changed since by somebody else")


def test_a_setting_that_somebody_else_put_back_is_so_already(workspace: Workspace) -> None:
    set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    write_settings(workspace.database, DEFAULTS)
    (row,) = plan_undo(workspace).plan.rows
    assert row.outcome is Outcome.ALREADY_SO


def test_what_is_being_sent_is_put_back_after_it(workspace: Workspace) -> None:
    set_minutes(workspace, 600)
    (item,) = claim_errands(workspace.database, Service.SETTINGS, 1, 1)
    undo = submit_undo(workspace, plan_undo(workspace))
    assert the_item(workspace, undo).after == {"value": 300}
    assert claim_errands(workspace.database, Service.SETTINGS, 1, 2) == []
    settle_errands(workspace.database, [Settled(item, 1, Carried(ItemState.DONE))])
    carried(workspace, Service.SETTINGS)
    assert new_user_minutes(workspace) == 300


def test_a_closed_sign_in_is_opened_again(workspace: Workspace) -> None:
    asked(workspace, OperationKind.CLOSE_SIGN_INS, sent(Service.SIGN_INS, OPENED, SHUT))
    carried(workspace, Service.SIGN_INS)
    write_role(workspace.database, Role.FACILITATOR)  # which the user pool does not ask for
    undone = plan_undo(workspace)
    assert [row.reason for row in undone.plan.rows] == [""]
    undo = submit_undo(workspace, undone)
    assert the_item(workspace, undo).after == OPENED
    carried(workspace, Service.SIGN_INS)
    (row,) = plan_undo(workspace, undo).plan.rows
    assert "up to an hour" in row.reason


def test_a_setting_needs_an_admin_to_be_put_back(workspace: Workspace) -> None:
    set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    write_role(workspace.database, Role.FACILITATOR)
    with pytest.raises(NotAllowedError):
        plan_undo(workspace)


@pytest.mark.parametrize(
    ("service", "kind", "reason"),
    [
        (Service.INVITATIONS, OperationKind.INVITE, "an invitation that was sent"),
        (Service.MAIL, OperationKind.SEND_MAIL, "an email that was sent"),
        (Service.IAM, OperationKind.GIVE_ACCESS, "a change of IAM users"),
        (Service.IDENTITY_CENTER, OperationKind.GIVE_ACCESS, "a change in Identity Center"),
        (Service.BILLING, OperationKind.CHANGE_BILLING_ALERTS, "a change of billing alerts"),
        (Service.SIGN_INS, OperationKind.RESET_PASSWORDS, "a password that was reset"),
        (Service.DOWNLOADS, OperationKind.DOWNLOAD_MODELS, "what was downloaded stays"),
        (Service.BUCKET_SAVES, OperationKind.SAVE_MODELS, "what was saved stays"),
    ],
)
def test_what_lasts_is_stepped_past_and_the_plan_says_why(
    workspace: Workspace, service: Service, kind: OperationKind, reason: str
) -> None:
    earlier = set_minutes(workspace, 600)
    carried(workspace, Service.SETTINGS)
    lasting = asked(workspace, kind, sent(service, {"done": None}, {"done": "yes"}))
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == lasting  # while it is not sent it can be taken back
    carried(workspace, service)
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == earlier
    undone = plan_undo(workspace)
    assert undone.undone.operation_id == earlier
    (skipped,) = undone.skipped
    assert reason in skipped
    with pytest.raises(InvalidInputError, match="What it did cannot be taken back"):
        plan_undo(workspace, lasting)


def test_nothing_of_it_is_said_to_be_a_profile_that_is_gone(workspace: Workspace) -> None:
    asked(
        workspace,
        OperationKind.INVITE,
        sent(Service.INVITATIONS, {"invited": None}, {"invited": "yes"}),
    )
    carried(workspace, Service.INVITATIONS)
    undone = plan_undo(workspace)
    assert undone.plan.unmatched == ()
    assert [(row.outcome, row.reason) for row in undone.plan.rows] == [
        (Outcome.CANNOT, "an invitation that was sent cannot be taken back")
    ]
