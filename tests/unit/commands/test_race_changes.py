"""Plans that create, change, copy and delete races."""

from dataclasses import replace
from datetime import UTC

import pytest

from drtui.commands.race_changes import (
    as_planned,
    check_race,
    clone,
    name_note,
    plan_create,
    plan_delete,
    plan_edit,
)
from drtui.commands.workspace import Workspace
from drtui.domain.features import Feature
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError, NotAllowedError
from drtui.domain.records import Role
from drtui.store.deployment_facts import write_found
from drtui.store.sign_in import write_role
from tests.unit.commands.race_planning import definition, reasons, stored, submitted, with_races


def test_a_race_is_planned_by_its_name(workspace: Workspace) -> None:
    plan = plan_create(workspace, [definition(workspace, "Friday", 1, 2)])

    assert (plan.kind, plan.what) == (OperationKind.CREATE_RACES, "Create Friday")
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE]


def test_what_the_deployment_would_refuse_cannot_be_created(workspace: Workspace) -> None:
    race = definition(workspace, "Friday", 2, 1, max_submissions=-1)

    (row,) = plan_create(workspace, [race]).rows

    assert row.outcome is Outcome.CANNOT
    assert "The closing has to be after the opening." in row.reason
    assert "0 or more" in row.reason
    assert check_race(workspace, race).text == row.reason


def test_a_name_that_is_there_already_is_said(workspace: Workspace) -> None:
    with_races(workspace, definition(workspace, "Friday", 1, 2))
    submitted(workspace, plan_create(workspace, [definition(workspace, "Monday", 1, 2)]))

    races = [definition(workspace, name, 1, 2) for name in ("FRIDAY", "monday", "Sunday")]

    there = "a race of this name is there already"
    assert reasons(plan_create(workspace, races)) == [there, there, ""]


def test_nothing_is_no_plan(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="no race"):
        plan_create(workspace, [])
    with pytest.raises(InvalidInputError, match="no race"):
        plan_delete(workspace, [])


def test_a_facilitator_may_and_a_racer_may_not(workspace: Workspace) -> None:
    race = definition(workspace, "Friday", 1, 2)
    write_role(workspace.database, Role.FACILITATOR)
    assert plan_create(workspace, [race]).changes_something
    write_role(workspace.database, Role.RACER)
    with pytest.raises(NotAllowedError, match="race facilitator"):
        plan_create(workspace, [race])


def test_an_edit_is_planned_on_what_the_race_will_be(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    first = replace(as_planned(workspace, race), max_submissions=7)
    submitted(workspace, plan_edit(workspace, race, first))

    second = replace(as_planned(workspace, race), max_laps=9)
    submitted(workspace, plan_edit(workspace, race, second))

    will_be = as_planned(workspace, race)
    assert (will_be.max_submissions, will_be.max_laps) == (7, 9)


def test_an_edit_that_changes_nothing_is_already_so(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    plan = plan_edit(workspace, race, race.race.definition)
    assert [row.outcome for row in plan.rows] == [Outcome.ALREADY_SO]


def test_of_an_open_race_little_can_be_changed(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", -1, 2))
    write_found(workspace.database, {Feature.ACTIVE_RACE_CHANGES: True})
    was = race.race.definition

    more = plan_edit(workspace, race, replace(was, max_submissions=7))
    track = plan_edit(workspace, race, replace(was, max_laps=9))

    assert more.rows[0].outcome is Outcome.CHANGE
    assert track.rows[0].outcome is Outcome.CANNOT
    write_role(workspace.database, Role.FACILITATOR)
    only = plan_edit(workspace, race, replace(was, max_submissions=7)).rows[0]
    assert (only.outcome, only.reason) == (
        Outcome.CANNOT,
        "The race is open: only an admin changes it now.",
    )


def test_a_copy_has_a_name_of_its_own_and_dates_to_come(workspace: Workspace) -> None:
    race, _ = with_races(
        workspace,
        definition(workspace, "A", -200, -100),
        definition(workspace, "Copy of A", 1, 2),
    )

    copied = clone(workspace, race, UTC)

    assert copied.name == "Copy 2 of A"
    assert not check_race(workspace, copied).faults


def test_a_name_that_another_race_has_is_told_with_its_opening(workspace: Workspace) -> None:
    one, _ = with_races(
        workspace, definition(workspace, "A", 1, 2), definition(workspace, "B", 1, 2)
    )
    again = definition(workspace, " a ", 5, 6)

    told = name_note(workspace, again, None, UTC)

    assert told == f"A race of this name opens {one.race.definition.opens_at:%Y-%m-%d %H:%M}."
    assert name_note(workspace, again, one, UTC) == ""
    assert name_note(workspace, replace(again, name="C"), None, UTC) == ""


def test_an_open_race_cannot_be_deleted(workspace: Workspace) -> None:
    races = with_races(
        workspace, definition(workspace, "Now", -1, 1), definition(workspace, "Then", 1, 2)
    )

    plan = plan_delete(workspace, races)

    assert plan.what == "Delete 2 races"
    assert [row.outcome for row in plan.rows] == [Outcome.CANNOT, Outcome.CHANGE]
    assert plan.rows[0].reason.endswith("change its closing, or wait until it closes")


def test_what_is_being_deleted_is_not_deleted_twice(workspace: Workspace) -> None:
    races = with_races(workspace, definition(workspace, "Then", 1, 2))
    submitted(workspace, plan_delete(workspace, races))

    assert stored(workspace)[0].pending == "to be deleted"
    assert [row.outcome for row in plan_delete(workspace, races).rows] == [Outcome.ALREADY_SO]
