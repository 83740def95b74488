"""The help desk's plans: for whom, with what said before, and what undo makes of them."""

import pytest

from drtui.commands.bulk import submit
from drtui.commands.help_desk import (
    check_alias,
    plan_change_alias,
    plan_change_role,
    plan_delete_models,
    plan_delete_users,
)
from drtui.commands.model_changes import deletion_of
from drtui.commands.selection import Selection, select_all, select_by_filter, select_by_name
from drtui.commands.undo import plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.item_wording import texts_in
from drtui.domain.operations import ItemState, OperationKind, meant_models
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Role, StoredModel
from drtui.store.models import write_models
from tests.support.stores import ME, delivered, profile_id
from tests.unit.commands.helping import items, user

FACILITATOR = "facil0000000001"


def named(workspace: Workspace, *ids: str) -> Selection:
    return select_by_name(workspace, ids)


def plain(workspace: Workspace) -> Selection:
    return select_by_filter(workspace, "racer-")


def submitted(workspace: Workspace, plan: Plan) -> int:
    operation = submit(workspace, plan)
    assert operation is not None
    return operation


def test_a_deletion_keeps_which_models_were_counted(workspace: Workspace) -> None:
    racer = profile_id(100)
    (row,) = plan_delete_models(workspace, named(workspace, racer)).rows
    assert row.change is not None
    assert row.change.meant is None  # never read
    models = [StoredModel(one, one, "READY", None) for one in ("first", "second")]
    write_models(workspace.database, racer, models, workspace.database.clock())
    plan = plan_delete_models(workspace, named(workspace, racer))
    assert deletion_of(workspace, plan).number == 2
    # What is read after the plan was shown is in no number that was confirmed.
    models.append(StoredModel("third", "third", "READY", None))
    write_models(workspace.database, racer, models, workspace.database.clock())
    assert deletion_of(workspace, plan).number == 2
    (item,) = items(workspace, submitted(workspace, plan)).values()
    assert meant_models(item.before) == frozenset({"first", "second"})
    assert "models counted 2" in texts_in(item.target, item.before)
    # A second one, behind the first that may come to nothing, is as careful.
    again = plan_delete_models(workspace, named(workspace, racer)).rows[0]
    assert again.outcome is Outcome.ALREADY_SO
    assert again.change is not None
    assert again.change.meant == frozenset({"first", "second", "third"})


def test_an_alias_is_for_one_user(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="cannot all be called bo"):
        plan_change_alias(workspace, plain(workspace), "bo")
    plan = plan_change_alias(workspace, named(workspace, profile_id(100)), " moderated-1 ")
    (row,) = plan.rows
    assert (plan.kind, plan.what) == (OperationKind.CHANGE_ALIAS, "Change alias  to moderated-1")
    assert row.change is not None
    assert row.change.after == {"alias": "moderated-1"}
    assert row.reason == ""


@pytest.mark.parametrize("alias", ["", " ", "a", "two words", "x" * 65, "evil\x1b[2J", "名字"])
def test_what_the_deployment_would_refuse_is_refused_here(workspace: Workspace, alias: str) -> None:
    for refuse in (
        lambda: check_alias(alias),
        lambda: plan_change_alias(workspace, named(workspace, profile_id(100)), alias),
    ):
        with pytest.raises(InvalidInputError, match="cannot be an alias") as caught:
            refuse()
        assert str(caught.value).isprintable()


def test_an_alias_that_somebody_else_has_is_said(workspace: Workspace) -> None:
    plan = plan_change_alias(workspace, named(workspace, profile_id(100)), "ADA-l")
    assert plan.rows[0].reason == "somebody else has this alias already"
    own = plan_change_alias(workspace, named(workspace, profile_id(1)), "ADA-l")
    assert own.rows[0].reason == ""


def test_an_alias_that_could_not_be_put_back_is_said(workspace: Workspace) -> None:
    plan = plan_change_alias(workspace, named(workspace, profile_id(11)), "moderated-1")
    assert "undo cannot bring back an alias" in plan.rows[0].reason
    delivered(workspace.database, submitted(workspace, plan))
    assert user(workspace, profile_id(11)).profile.alias == "moderated-1"
    assert plan_undo(workspace).plan.rows[0].outcome is Outcome.CANNOT


def test_an_alias_is_put_back(workspace: Workspace) -> None:
    plan = plan_change_alias(workspace, named(workspace, profile_id(100)), "moderated-1")
    delivered(workspace.database, submitted(workspace, plan))
    undo = submit_undo(workspace, plan_undo(workspace))
    assert undo is not None
    delivered(workspace.database, undo)
    assert user(workspace, profile_id(100)).profile.alias == "racer-00100"


def test_a_role_is_given_to_racers_and_to_others_only_by_name(workspace: Workspace) -> None:
    plan = plan_change_role(workspace, select_all(workspace), Role.FACILITATOR)
    outcomes = {row.target.profile_id: row.outcome for row in plan.rows}
    assert outcomes[profile_id(100)] is Outcome.CHANGE
    assert outcomes[FACILITATOR] is Outcome.LEFT_OUT
    assert outcomes[ME] is Outcome.LEFT_OUT
    chosen = named(workspace, FACILITATOR, ME)
    by_name = plan_change_role(workspace, chosen, Role.RACER)
    assert [row.outcome for row in by_name.rows] == [Outcome.CHANGE, Outcome.LEFT_OUT]
    assert by_name.rows[1].reason == "yourself"
    again = plan_change_role(workspace, chosen, Role.FACILITATOR)
    assert again.rows[0].outcome is Outcome.ALREADY_SO


def test_there_is_no_unknown_role_to_give(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="racer, facilitator and admin"):
        plan_change_role(workspace, plain(workspace), Role.UNKNOWN)


def test_a_role_is_pending_then_shown_then_put_back(workspace: Workspace) -> None:
    one = named(workspace, profile_id(100))
    operation = submitted(workspace, plan_change_role(workspace, one, Role.ADMIN))
    assert user(workspace, profile_id(100)).pending == {"role_name": "dr-admins"}
    delivered(workspace.database, operation)
    assert user(workspace, profile_id(100)).profile.role is Role.ADMIN
    undo = submit_undo(workspace, plan_undo(workspace))
    assert undo is not None
    delivered(workspace.database, undo)
    assert user(workspace, profile_id(100)).profile.role is Role.RACER


def test_deletions_leave_oneself_and_unnamed_staff_out(workspace: Workspace) -> None:
    for make in (plan_delete_models, plan_delete_users):
        plan = make(workspace, select_all(workspace))
        left = {row.target.profile_id for row in plan.rows if row.outcome is Outcome.LEFT_OUT}
        assert left == {ME, FACILITATOR}
        (row,) = make(workspace, named(workspace, FACILITATOR)).rows
        assert row.outcome is Outcome.CHANGE
        assert "cannot be undone" in row.reason


def test_a_deletion_is_not_undone_and_says_so_of_those_who_are_gone(workspace: Workspace) -> None:
    chosen = named(workspace, profile_id(100), profile_id(101))
    operation = submitted(workspace, plan_delete_users(workspace, chosen))
    delivered(workspace.database, operation, first=1)
    undone = plan_undo(workspace)
    assert [(row.outcome, row.reason) for row in undone.plan.rows] == [
        (Outcome.CANNOT, "a deletion cannot be undone")
    ]
    assert undone.not_sent == 1
    assert submit_undo(workspace, undone) is None
    states = {item.state for item in items(workspace, operation).values()}
    assert states == {ItemState.DONE, ItemState.CANCELLED}
    assert user(workspace, profile_id(101)).pending == {}
