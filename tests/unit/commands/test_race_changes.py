"""Plans that create, change, copy and delete races."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from drtui.commands import race_changes, race_files
from drtui.commands.bulk import plan_errands
from drtui.commands.race_changes import (
    as_planned,
    check_race,
    clone,
    clones,
    edit_changes,
    name_note,
    plan_create,
    plan_delete,
    plan_edit,
)
from drtui.commands.race_files import FileOutcome, FileSource
from drtui.commands.workspace import Workspace
from drtui.domain.features import Feature
from drtui.domain.operations import Item, OperationKind
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError, NotAllowedError
from drtui.domain.race_documents import definition_in
from drtui.domain.race_errands import DEFINITION, RaceChange, race_change
from drtui.domain.race_records import StoredRace
from drtui.domain.records import Role
from drtui.store.deployment_facts import write_found
from drtui.store.races import forget_race
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


def edited(workspace: Workspace, race: StoredRace, **fields: Any) -> Plan:
    """The plan of a change of what the race is as planned."""
    was = as_planned(workspace, race)
    return plan_edit(workspace, race, was, replace(was, **fields))


def test_an_edit_is_planned_on_what_the_race_will_be(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    submitted(workspace, edited(workspace, race, max_submissions=7))

    submitted(workspace, edited(workspace, race, max_laps=9))

    will_be = as_planned(workspace, race)
    assert (will_be.max_submissions, will_be.max_laps) == (7, 9)


def test_what_somebody_else_changes_while_a_race_is_edited_stays(workspace: Workspace) -> None:
    bob = Workspace(workspace.database, "bob")
    race, other = with_races(
        workspace,
        definition(workspace, "Friday", 1, 2, description="old"),
        definition(workspace, "Monday", 1, 2),
    )
    was = as_planned(workspace, race)  # the form opens
    wanted = replace(was, name="Finals")
    submitted(bob, edited(bob, race, description="bob's", max_submissions=3))
    submitted(bob, edited(bob, other, name="Sunday"))

    plan = plan_edit(workspace, race, was, wanted)
    told = edit_changes(plan, was, wanted, UTC)
    submitted(workspace, plan)

    assert [(one.field, one.before, one.after) for one in told] == [("name", "Friday", "Finals")]
    will_be = as_planned(workspace, race)
    assert (will_be.name, will_be.description, will_be.max_submissions) == ("Finals", "bob's", 3)


def test_what_was_read_of_a_race_while_it_is_edited_stays(workspace: Workspace) -> None:
    friday = definition(workspace, "Friday", 1, 2, description="old")
    (race,) = with_races(workspace, friday)
    with_races(workspace, replace(friday, max_laps=9))

    submitted(workspace, plan_edit(workspace, race, friday, replace(friday, name="Finals")))

    will_be = as_planned(workspace, stored(workspace)[0])
    assert (will_be.name, will_be.max_laps) == ("Finals", 9)


def test_of_what_both_change_to_something_else_nothing_is_planned(workspace: Workspace) -> None:
    bob = Workspace(workspace.database, "bob")
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    was = as_planned(workspace, race)
    submitted(bob, edited(bob, race, name="Semis", max_laps=9))

    same = plan_edit(workspace, race, was, replace(was, max_laps=9))
    clash = plan_edit(workspace, race, was, wanted := replace(was, name="Finals", max_laps=9))

    assert [row.outcome for row in same.rows] == [Outcome.ALREADY_SO]
    assert edit_changes(same, was, replace(was, max_laps=9), UTC) == ()
    assert [row.outcome for row in clash.rows] == [Outcome.CANNOT]
    assert reasons(clash) == ["somebody else changed name meanwhile: edit it again"]
    assert [one.field for one in edit_changes(clash, was, wanted, UTC)] == ["name", "max_laps"]


def test_a_race_that_went_while_it_was_edited_cannot_be_changed(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    forget_race(workspace.database, race.race.race_id)
    plan = edited(workspace, race, name="Finals")
    assert reasons(plan) == ["is not there any more"]


@pytest.mark.parametrize("way", ["edit", "file"])
def test_what_comes_in_while_it_is_planned_is_noticed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    bob = Workspace(workspace.database, "bob")
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2, description="old"))
    text = race_files.export(workspace, [race], UTC).replace("old", "ada's")

    def late(mine: Workspace, *told: Any) -> Plan:
        monkeypatch.setattr(race_changes, "plan_errands", plan_errands)
        submitted(bob, edited(bob, race, max_laps=9))
        return plan_errands(mine, *told)

    def planned() -> Plan:
        if way == "edit":
            return edited(workspace, race, description="ada's")
        return race_files.plan_apply(workspace, [FileSource("a.toml", text)], UTC).plan

    monkeypatch.setattr(race_changes, "plan_errands", late)
    (row,) = planned().rows

    assert row.change is not None
    before = definition_in(str(row.change.before[DEFINITION]))
    assert before is not None
    assert before.max_laps == 9


def test_what_is_on_its_way_is_read_once_for_all_races(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "ABCDEFGH"
    races = with_races(workspace, *(definition(workspace, one, 1, 2) for one in names))
    for number, race in enumerate(races):
        submitted(workspace, edited(workspace, race, max_laps=10 + number))
    text = race_files.export(workspace, races, UTC)
    read: list[Item] = []

    def counting(item: Item) -> RaceChange:
        read.append(item)
        return race_change(item)

    monkeypatch.setattr("drtui.store.race_pending.race_change", counting)
    found = race_files.plan_apply(workspace, [FileSource("a.toml", text)], UTC)
    assert found.count(FileOutcome.UNCHANGED) == len(names)
    assert race_files.export(workspace, races, UTC) == text
    copies = clones(workspace, races, UTC)
    assert [one.max_laps for one in copies] == list(range(10, 10 + len(names)))
    assert len(read) <= 3 * 3 * len(names)  # each asks what edits, creates and is pending of all
    read.clear()
    assert as_planned(workspace, races[3]).max_laps == 13
    assert len(read) == 1


def test_an_edit_that_changes_nothing_is_already_so(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", 1, 2))
    plan = edited(workspace, race)
    assert [row.outcome for row in plan.rows] == [Outcome.ALREADY_SO]


def test_of_an_open_race_little_can_be_changed(workspace: Workspace) -> None:
    (race,) = with_races(workspace, definition(workspace, "Friday", -1, 2))
    write_found(workspace.database, {Feature.ACTIVE_RACE_CHANGES: True})

    more = edited(workspace, race, max_submissions=7)
    track = edited(workspace, race, max_laps=9)

    assert more.rows[0].outcome is Outcome.CHANGE
    assert track.rows[0].outcome is Outcome.CANNOT
    write_role(workspace.database, Role.FACILITATOR)
    only = edited(workspace, race, max_submissions=7).rows[0]
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
