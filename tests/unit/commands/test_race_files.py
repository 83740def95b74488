"""What applying race files comes to, told before anything is sent."""

from dataclasses import replace
from datetime import UTC

import pytest

from drtui.commands.race_changes import plan_create
from drtui.commands.race_files import (
    FileOutcome,
    FileSource,
    export,
    fault_lines,
    plan_apply,
    read_files,
    template_names,
    template_text,
)
from drtui.commands.races import moment_of
from drtui.commands.workspace import Workspace
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_file_writing import write
from drtui.domain.races import Definition
from tests.unit.commands.race_planning import definition, submitted, with_races


def source(*races: Definition, name: str = "races.toml") -> FileSource:
    return FileSource(name, write(races, UTC))


def test_each_race_is_created_changed_or_left(workspace: Workspace) -> None:
    a, b, c = (definition(workspace, name, 1, 2) for name in "ABC")
    with_races(workspace, a, b)

    found = plan_apply(workspace, [source(a, replace(b, max_laps=9), c)], UTC)

    assert [one.outcome for one in found.races] == [
        FileOutcome.UNCHANGED,
        FileOutcome.CHANGE,
        FileOutcome.CREATE,
    ]
    assert [one.after for one in found.races[1].changes] == ["9"]
    assert found.text == "1 create, 1 change, 1 unchanged"
    assert (found.plan.kind, found.plan.what) == (
        OperationKind.APPLY_RACES,
        "Apply races.toml",
    )
    assert found.plan.count(Outcome.CHANGE) == 2


def test_a_file_applied_again_changes_nothing(workspace: Workspace) -> None:
    race = definition(workspace, "A", 1, 2)
    submitted(workspace, plan_apply(workspace, [source(race)], UTC).plan)

    again = plan_apply(workspace, [source(race)], UTC)

    assert [one.outcome for one in again.races] == [FileOutcome.UNCHANGED]
    assert not again.plan.changes_something


def test_what_the_deployment_has_filled_in_is_no_difference(workspace: Workspace) -> None:
    race = definition(workspace, "A", 1, 2)
    with_races(workspace, replace(race, max_resets=3, max_minutes=10, off_track_penalty=2))

    found = plan_apply(workspace, [source(race)], UTC)

    assert [one.outcome for one in found.races] == [FileOutcome.UNCHANGED]


def test_what_cannot_be_is_told_with_its_line(workspace: Workspace) -> None:
    races = source(definition(workspace, "A", 1, 2), definition(workspace, "B", -5, -2))

    found = plan_apply(workspace, [races], UTC)

    told = found.races[1]
    assert told.outcome is FileOutcome.CANNOT
    (fault,) = told.faults
    assert fault.sentence == "The closing is past."
    assert races.text.splitlines()[fault.line - 1].startswith("closes")
    assert found.plan.count(Outcome.CHANGE) == 1


def test_mistakes_of_all_files_are_told_with_their_lines(workspace: Workspace) -> None:
    good = source(definition(workspace, "A", 1, 2), name="good.toml")
    twin = source(definition(workspace, "a", 1, 2), name="twin.toml")
    bad = FileSource("bad.toml", 'name = "B"\ntrack = \n')

    _, faults = read_files([good, twin, bad], UTC)

    first, second = fault_lines(faults)
    assert first.startswith("twin.toml:")
    assert "good.toml has a race of this name too" in first
    assert second.startswith("bad.toml:2: This is not TOML")
    with pytest.raises(InvalidInputError, match=r"twin\.toml:\d+: .* 1 mistake more"):
        plan_apply(workspace, [good, twin, bad], UTC)


def test_what_no_deployment_takes_is_a_mistake_and_what_the_moment_refuses_is_none(
    workspace: Workspace,
) -> None:
    backward = definition(workspace, "A", 2, 1, max_submissions=-2)
    races = source(backward, definition(workspace, "B", -5, -2))

    found = plan_apply(workspace, [races], UTC)

    lines = races.text.splitlines()
    keys = [lines[fault.line - 1].split()[0] for _, fault in found.mistakes]
    assert sorted(keys) == ["closes", "submissions"]
    assert found.count(FileOutcome.CANNOT) == 2


def test_a_value_that_a_race_has_already_is_no_mistake_of_its_file(workspace: Workspace) -> None:
    odd = definition(workspace, "A", 1, 2, max_laps=2, min_laps=5)
    with_races(workspace, odd)

    found = plan_apply(workspace, [source(replace(odd, max_submissions=7))], UTC)

    assert [one.outcome for one in found.races] == [FileOutcome.CHANGE]
    assert not found.mistakes


def test_what_cannot_be_read_is_told_together_with_what_no_deployment_takes() -> None:
    text = (
        'name = " "\ntrack = "nowhere"\n'
        'opens = "2027-05-10 09:00"\ncloses = "2027-05-10 08:00"\n'
        'submissions = -2\nlapse = 3\nmin_laps = 9\nmax_laps = "many"\n'
    )
    _, faults = read_files([FileSource("bad.toml", text)], UTC)

    assert [fault.line for _, fault in faults] == [1, 2, 4, 5, 6, 8]


def test_a_file_that_is_given_twice_is_a_mistake(workspace: Workspace) -> None:
    one = source(definition(workspace, "A", 1, 2))

    _, faults = read_files([one, one], UTC)

    assert [fault.sentence for _, fault in faults] == ["races.toml has a race of this name too."]


def test_a_race_that_has_closed_is_not_created_anew(workspace: Workspace) -> None:
    closed = definition(workspace, "A", -9, -5)
    with_races(workspace, closed)

    same = plan_apply(workspace, [source(closed)], UTC)
    other = plan_apply(workspace, [source(definition(workspace, "A", 1, 2))], UTC)

    assert [one.outcome for one in same.races] == [FileOutcome.UNCHANGED]
    (told,) = other.races
    assert told.outcome is FileOutcome.CANNOT
    assert "has closed" in told.faults[0].sentence


def test_a_name_of_several_races_is_not_guessed(workspace: Workspace) -> None:
    a = definition(workspace, "A", 1, 2)
    with_races(workspace, a, replace(a, max_laps=7))

    (told,) = plan_apply(workspace, [source(a)], UTC).races

    assert told.outcome is FileOutcome.CANNOT
    assert "2 races are called so" in told.faults[0].sentence


def test_a_race_on_its_way_is_waited_for_where_it_differs(workspace: Workspace) -> None:
    a = definition(workspace, "A", 1, 2)
    submitted(workspace, plan_create(workspace, [a]))

    (told,) = plan_apply(workspace, [source(replace(a, max_laps=7))], UTC).races

    assert told.outcome is FileOutcome.CANNOT
    assert "on its way to be created" in told.faults[0].sentence


def test_what_is_exported_applies_without_a_change(workspace: Workspace) -> None:
    races = with_races(
        workspace, definition(workspace, "A", 1, 2), definition(workspace, "B", 1, 2, max_resets=2)
    )

    found = plan_apply(workspace, [FileSource("x", export(workspace, races, UTC))], UTC)

    assert {one.outcome for one in found.races} == {FileOutcome.UNCHANGED}
    with pytest.raises(InvalidInputError, match="no race"):
        export(workspace, [], UTC)


@pytest.mark.parametrize("name", template_names())
def test_a_template_can_be_applied_as_it_is(workspace: Workspace, name: str) -> None:
    found = plan_apply(
        workspace, [FileSource("x", template_text(moment_of(workspace), name.upper(), UTC))], UTC
    )

    assert {one.outcome for one in found.races} == {FileOutcome.CREATE}


def test_an_unknown_template_is_refused_with_those_there_are(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="time-trial"):
        template_text(moment_of(workspace), "marathon", UTC)
