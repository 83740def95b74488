"""Undo puts back what one's own operation replaced, where nobody has changed it since."""

from collections import Counter
from dataclasses import replace

import pytest

from drtui.commands.bulk import submit
from drtui.commands.help_desk import plan_delete_users
from drtui.commands.selection import Selection, select_all, select_by_filter, select_by_name
from drtui.commands.sponsorship import plan_pause
from drtui.commands.undo import next_to_undo, plan_undo, submit_undo
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.planning import Outcome
from drtui.domain.problems import (
    InvalidInputError,
    NotAllowedError,
    PlanOutdatedError,
    StoreProblemError,
)
from drtui.domain.records import Limits, Role
from drtui.store import operation_log
from drtui.store.journal import journal
from drtui.store.sign_in import write_role
from tests.support.stores import delivered, plain_profiles, profile_id, special_profiles, swept
from tests.unit.commands.helping import items, more_hours, user


def plain(workspace: Workspace) -> Selection:
    return select_by_filter(workspace, "racer-")


def test_what_was_delivered_is_put_back(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id)
    undone = plan_undo(workspace)
    assert undone.undone.operation_id == operation_id
    assert undone.not_sent == 0
    assert undone.plan.count(Outcome.CHANGE) == 12
    undo_id = submit_undo(workspace, undone)
    assert undo_id is not None
    assert items(workspace, undo_id)[profile_id(100)].after == {"minutes_limit": 300}
    delivered(workspace.database, undo_id)
    assert user(workspace, profile_id(100)).profile.minutes_limit == 300


def test_what_was_not_sent_is_cancelled_and_needs_no_undo(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    undone = plan_undo(workspace)
    assert undone.not_sent == 12
    assert undone.plan.rows == ()
    assert undone.changes_something
    assert submit_undo(workspace, undone) is None
    states = {item.state for item in items(workspace, operation_id).values()}
    assert states == {ItemState.CANCELLED}
    assert user(workspace, profile_id(100)).pending == {}


def test_half_delivered_is_half_cancelled_and_half_put_back(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id, first=5)
    undone = plan_undo(workspace)
    assert (undone.not_sent, undone.plan.count(Outcome.CHANGE)) == (7, 5)
    undo_id = submit_undo(workspace, undone)
    assert undo_id is not None
    assert len(items(workspace, undo_id)) == 5


def test_what_was_answered_with_an_error_may_have_come_about_and_is_put_back(
    workspace: Workspace,
) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id, first=2, state=ItemState.PENDING)
    undone = plan_undo(workspace)
    assert (undone.not_sent, undone.plan.count(Outcome.CHANGE)) == (10, 2)
    undo_id = submit_undo(workspace, undone)
    assert undo_id is not None
    states = Counter(item.state for item in items(workspace, operation_id).values())
    assert states == {ItemState.CANCELLED: 10, ItemState.DOUBTFUL: 2}
    with workspace.database.read() as connection:
        told = [one.result for one in journal(connection, operation_id) if one.what == "Cancel"]
    assert told == ["10 cancelled, 2 in doubt"]


def test_what_somebody_else_changed_since_is_a_conflict(workspace: Workspace) -> None:
    delivered(workspace.database, more_hours(workspace, plain(workspace)))
    theirs = [replace(one, minutes_limit=999) for one in plain_profiles(1)]
    # Long after the write, so that the list is believed.
    clock = workspace.database.clock
    workspace.database.clock = lambda: clock() + 3600
    swept(workspace.database, [*special_profiles(), *theirs, *plain_profiles(11, first=101)])
    undone = plan_undo(workspace)
    conflicts = [row for row in undone.plan.rows if row.outcome is Outcome.CONFLICT]
    assert [row.target.profile_id for row in conflicts] == [profile_id(100)]
    assert conflicts[0].theirs == {"minutes_limit": 999}
    undo_id = submit_undo(workspace, undone)
    assert undo_id is not None
    assert items(workspace, undo_id)[profile_id(100)].state is ItemState.CONFLICT


def test_the_last_of_one_s_own_operations_is_undone(workspace: Workspace) -> None:
    first = more_hours(workspace, plain(workspace))
    others = replace(workspace, who="bo")
    theirs = more_hours(others, select_by_name(workspace, ["ada-l"]))
    assert plan_undo(workspace).undone.operation_id == first
    assert plan_undo(others).undone.operation_id == theirs


def test_somebody_else_s_is_refused_by_name(workspace: Workspace) -> None:
    theirs = more_hours(replace(workspace, who="bo"), plain(workspace))
    with pytest.raises(InvalidInputError, match=f"Operation {theirs} is bo's"):
        plan_undo(workspace, theirs)
    with pytest.raises(InvalidInputError, match="is bo's, not cy's"):
        plan_undo(workspace, theirs, of="cy")
    with pytest.raises(InvalidInputError, match="no operation of yours"):
        plan_undo(workspace)
    with pytest.raises(InvalidInputError, match="by its number"):
        plan_undo(workspace, of="bo")


def test_somebody_else_s_is_undone_where_they_are_named_and_the_journal_says_so(
    workspace: Workspace,
) -> None:
    theirs = more_hours(replace(workspace, who="bo"), plain(workspace))
    with workspace.database.read() as connection:
        before = journal(connection, theirs)
    undone = plan_undo(workspace, theirs, of="bo")
    assert undone.plan.what.startswith(f"Undo {theirs} of bo: ")
    assert submit_undo(workspace, undone) is None  # nothing of it had been sent
    with workspace.database.read() as connection:
        (line,) = [
            one for one in journal(connection, theirs)[len(before) :] if one.what == "Cancel"
        ]
    assert (line.who, line.result[-16:]) == (workspace.who, "(bo's operation)")


def test_an_undo_of_somebody_else_s_is_one_s_own_and_names_them(workspace: Workspace) -> None:
    theirs = more_hours(replace(workspace, who="bo"), plain(workspace))
    delivered(workspace.database, theirs)
    undo = submit_undo(workspace, plan_undo(workspace, theirs, of="bo"))
    assert undo is not None
    with workspace.database.read() as connection:
        line = journal(connection, undo)[0]
        about_theirs = journal(connection, theirs)
    assert line.who == workspace.who
    assert line.what.startswith(f"Undo {theirs} of bo: ")
    assert "Cancel" not in [one.what for one in about_theirs]  # all of it had been sent


def test_what_somebody_else_undid_in_part_is_ones_own_to_undo_for_the_rest(
    workspace: Workspace,
) -> None:
    own = more_hours(workspace, plain(workspace))
    delivered(workspace.database, own)
    bo = replace(workspace, who="bo")
    undo = submit_undo(bo, plan_undo(bo, own, of="ada"))
    assert undo is not None
    delivered(workspace.database, undo, first=5)
    with pytest.raises(InvalidInputError, match=f"being undone by operation {undo}"):
        plan_undo(workspace)
    delivered(workspace.database, undo, state=ItemState.FAILED)
    rest = plan_undo(workspace)
    assert rest.undone.operation_id == own
    assert (rest.plan.count(Outcome.CHANGE), rest.plan.count(Outcome.ALREADY_SO)) == (7, 5)


def test_an_unknown_one_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="There is no operation 7"):
        plan_undo(workspace, 7)


def test_nothing_is_undone_twice(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id)
    undo_id = submit_undo(workspace, plan_undo(workspace))
    assert undo_id is not None
    with pytest.raises(InvalidInputError, match=f"is being undone by operation {undo_id}"):
        plan_undo(workspace, operation_id)
    delivered(workspace.database, undo_id)
    with pytest.raises(InvalidInputError, match=f"undone already, by operation {undo_id}"):
        plan_undo(workspace, operation_id)


def test_undoing_goes_back_one_operation_at_a_time(workspace: Workspace) -> None:
    first = more_hours(workspace, plain(workspace))
    delivered(workspace.database, first)
    second = more_hours(workspace, plain(workspace), "+1")
    delivered(workspace.database, second)
    undo = submit_undo(workspace, plan_undo(workspace))
    assert undo is not None
    delivered(workspace.database, undo)
    assert plan_undo(workspace).undone.operation_id == first


def test_an_undo_can_be_undone_by_its_number(workspace: Workspace) -> None:
    delivered(workspace.database, more_hours(workspace, plain(workspace)))
    undo_id = submit_undo(workspace, plan_undo(workspace))
    assert undo_id is not None
    delivered(workspace.database, undo_id)
    again = plan_undo(workspace, undo_id)
    assert again.plan.kind is OperationKind.UNDO
    redo = submit_undo(workspace, again)
    assert redo is not None
    delivered(workspace.database, redo)
    assert user(workspace, profile_id(100)).profile.minutes_limit == 420


def test_an_undone_pause_remembers_nothing_any_more(workspace: Workspace) -> None:
    operation_id = submit(workspace, plan_pause(workspace, select_all(workspace)))
    assert operation_id is not None
    delivered(workspace.database, operation_id)
    assert user(workspace, profile_id(1)).remembered is not None
    undo_id = submit_undo(workspace, plan_undo(workspace))
    assert undo_id is not None
    delivered(workspace.database, undo_id)
    restored = user(workspace, profile_id(1))
    assert restored.profile.limits == Limits(300, -1)
    assert restored.remembered is None


def test_limits_that_were_never_set_cannot_be_brought_back(workspace: Workspace) -> None:
    unknown = select_by_name(workspace, ["unknown-one"])
    delivered(workspace.database, more_hours(workspace, unknown, "3"))
    undone = plan_undo(workspace)
    assert undone.plan.count(Outcome.CANNOT) == 1
    assert not undone.changes_something
    assert not undone.plan.complete


def test_a_deletion_is_stepped_past_and_the_plan_says_so(workspace: Workspace) -> None:
    first = more_hours(workspace, plain(workspace))
    delivered(workspace.database, first)
    deleted = submit(
        workspace, plan_delete_users(workspace, select_by_name(workspace, ["racer-00100"]))
    )
    assert deleted is not None
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == deleted  # while it is not sent it can be taken back
    assert plan_undo(workspace).undone.operation_id == deleted
    delivered(workspace.database, deleted)
    undone = plan_undo(workspace)
    assert undone.undone.operation_id == first
    assert undone.skipped == (
        f"Operation {deleted} is left out (Delete user): a deletion cannot be undone.",
    )
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == first


def test_several_that_are_stepped_past_for_one_reason_share_a_sentence(
    workspace: Workspace,
) -> None:
    delivered(workspace.database, more_hours(workspace, plain(workspace)))
    for name in ("racer-00100", "racer-00101"):
        deleted = submit(workspace, plan_delete_users(workspace, select_by_name(workspace, [name])))
        assert deleted is not None
        delivered(workspace.database, deleted)
    assert plan_undo(workspace).skipped == (
        "Operations 3 and 2 are left out: a deletion cannot be undone.",
    )


def test_what_cannot_be_brought_back_at_all_is_stepped_past(workspace: Workspace) -> None:
    first = more_hours(workspace, plain(workspace))
    delivered(workspace.database, first)
    unset = more_hours(workspace, select_by_name(workspace, ["unknown-one"]), "3")
    delivered(workspace.database, unset)
    undone = plan_undo(workspace)
    assert undone.undone.operation_id == first
    assert "limits that were never set" in undone.skipped[0]
    assert plan_undo(workspace, unset).skipped == ()


def test_where_nothing_can_be_undone_the_last_one_says_why(workspace: Workspace) -> None:
    racer = select_by_name(workspace, ["racer-00100"])
    deleted = submit(workspace, plan_delete_users(workspace, racer))
    assert deleted is not None
    delivered(workspace.database, deleted)
    undone = plan_undo(workspace)
    assert undone.undone.operation_id == deleted
    assert undone.plan.count(Outcome.CANNOT) == 1
    assert next_to_undo(workspace) is None


def test_a_profile_that_is_gone_is_named(workspace: Workspace) -> None:
    delivered(workspace.database, more_hours(workspace, plain(workspace)))
    for _ in range(2):
        swept(workspace.database, special_profiles())
    undone = plan_undo(workspace)
    assert len(undone.plan.unmatched) == 12
    assert all("no longer exists" in each for each in undone.plan.unmatched)


def test_an_undo_of_which_nothing_came_about_can_be_tried_again(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id)
    failed = submit_undo(workspace, plan_undo(workspace))
    assert failed is not None
    delivered(workspace.database, failed, state=ItemState.FAILED)
    again = plan_undo(workspace)
    assert again.undone.operation_id == operation_id
    assert again.plan.count(Outcome.CHANGE) == 12


def states_of(workspace: Workspace, operation_id: int) -> list[ItemState]:
    return [item.state for item in items(workspace, operation_id).values()]


def test_where_the_undo_cannot_be_written_nothing_is_cancelled(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id, first=5)
    undone = plan_undo(workspace)
    before = states_of(workspace, operation_id)

    def fails(*_: object, **__: object) -> None:
        raise StoreProblemError("The store is full.")

    monkeypatch.setattr(operation_log, "write_journal", fails)
    with pytest.raises(StoreProblemError):
        submit_undo(workspace, undone)
    assert states_of(workspace, operation_id) == before


def test_an_undo_that_came_to_something_else_is_refused_and_changes_nothing(
    workspace: Workspace,
) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id, first=5)
    undone = plan_undo(workspace)
    more_hours(workspace, select_by_name(workspace, ["racer-00100"]), "9")
    before = states_of(workspace, operation_id)
    with pytest.raises(PlanOutdatedError):
        submit_undo(workspace, undone)
    assert states_of(workspace, operation_id) == before
    assert plan_undo(workspace, operation_id).plan.count(Outcome.CONFLICT) == 1


def test_what_was_sent_since_the_plan_was_made_is_put_back(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    undone = plan_undo(workspace)
    assert undone.plan.rows == ()
    delivered(workspace.database, operation_id, first=5)
    undo_id = submit_undo(workspace, undone)
    assert undo_id is not None
    delivered(workspace.database, undo_id)
    states = states_of(workspace, operation_id)
    assert (states.count(ItemState.CANCELLED), states.count(ItemState.DONE)) == (7, 5)
    assert {user(workspace, profile_id(100 + n)).profile.minutes_limit for n in range(12)} == {300}


def test_what_was_sent_since_is_not_put_back_by_who_may_not(workspace: Workspace) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    write_role(workspace.database, Role.FACILITATOR)
    undone = plan_undo(workspace)
    assert undone.not_sent == 12
    delivered(workspace.database, operation_id, first=5)
    before = states_of(workspace, operation_id)
    with pytest.raises(NotAllowedError):
        submit_undo(workspace, undone)
    assert states_of(workspace, operation_id) == before


def test_what_another_console_undid_meanwhile_is_not_undone_again(workspace: Workspace) -> None:
    delivered(workspace.database, more_hours(workspace, plain(workspace)))
    undone = plan_undo(workspace)
    undo_id = submit_undo(workspace, undone)
    with pytest.raises(InvalidInputError, match=f"being undone by operation {undo_id}"):
        submit_undo(workspace, undone)


@pytest.mark.parametrize("state", [ItemState.FAILED, ItemState.CANCELLED])
def test_what_came_to_nothing_is_refused_by_its_number(
    workspace: Workspace, state: ItemState
) -> None:
    operation_id = more_hours(workspace, plain(workspace))
    delivered(workspace.database, operation_id, state=state)
    with pytest.raises(InvalidInputError, match="Nothing of it was done"):
        plan_undo(workspace, operation_id)


def test_however_many_were_undone_already_the_next_one_is_found(workspace: Workspace) -> None:
    one = select_by_name(workspace, ["racer-00100"])
    first = more_hours(workspace, one, "+1")
    delivered(workspace.database, first)
    for _ in range(25):
        more_hours(workspace, one, "+1")
        assert submit_undo(workspace, plan_undo(workspace)) is None
    following = next_to_undo(workspace)
    assert following is not None
    assert following.operation_id == first
    assert plan_undo(workspace).skipped == (
        "Operations 26, 25, 24 and 22 more are left out: nothing of them was done.",
    )
