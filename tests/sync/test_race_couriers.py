"""Creating, changing and deleting races: once, never twice, and seen to be so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.operations import ItemState
from drtui.domain.race_errands import (
    create_race,
    delete_race,
    edit_race,
    launch,
)
from drtui.domain.races import Definition, ListedRace, LiveStatus, ObjectPosition
from drtui.store.interventions import retry
from drtui.store.operation_log import items
from tests.support.logs import ADA
from tests.support.race_deployment import RaceDeployment, refused, unanswered
from tests.support.races import START, definition, listed, live_race, queue_item, race_id
from tests.sync.race_worlds import World

FRIDAY = definition("Friday", opens=24, closes=48)


@pytest.fixture
def calls() -> RaceDeployment:
    return RaceDeployment(listed(1, "Monday"), live_race(2, "Final"))


@pytest.fixture
def world(calls: RaceDeployment, tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store.sqlite", calls)
    yield made
    made.database.close()


def created(calls: RaceDeployment, wanted: Definition = FRIDAY) -> int:
    return sum(one.definition.name == wanted.name for one in calls.listed)


def test_a_race_is_created_and_known_to_the_store(world: World, calls: RaceDeployment) -> None:
    state, reason = world.one(create_race("k", FRIDAY))

    made = calls.listed[-1].race_id
    assert (state, reason) == (ItemState.DONE, f"created as {made}")
    assert world.races()["Friday"].race.race_id == made
    assert calls.writes == [("create", "Friday")]


@pytest.mark.parametrize(
    "error", [unanswered(), refused(FailureKind.UNAVAILABLE, "The deployment failed.")]
)
def test_a_race_whose_answer_was_lost_is_found_and_not_created_twice(
    world: World, calls: RaceDeployment, error: Exception
) -> None:
    assert isinstance(error, type(unanswered()))
    calls.lost["create"] = [error]

    state, _ = world.one(create_race("k", FRIDAY))

    assert state is ItemState.DONE
    assert created(calls) == len(calls.writes) == 1


def test_a_race_that_was_not_created_is_sent_again_once_nothing_can_come_of_it(
    world: World, calls: RaceDeployment
) -> None:
    calls.failing["create"] = [unanswered()]
    began = world.clock()

    state, _ = world.one(create_race("k", FRIDAY))

    assert state is ItemState.DONE
    assert created(calls) == 1
    assert len(calls.writes) == 2
    assert world.clock() - began > 35


def test_a_race_that_comes_late_is_found_while_it_is_waited_for(
    world: World, calls: RaceDeployment
) -> None:
    calls.failing["create"] = [unanswered()]
    number = world.submit(create_race("k", FRIDAY))
    world.engine.run()
    world.clock.step(10)
    calls.listed.append(listed(7, "Friday"))
    calls.listed[-1] = replace(calls.listed[-1], definition=FRIDAY)

    (item,) = world.settled(number)

    assert item.state is ItemState.DONE
    assert item.reason == f"created as {race_id(7)}"
    assert len(calls.writes) == 1


def test_a_twin_from_before_is_not_taken_for_the_new_race(
    world: World, calls: RaceDeployment
) -> None:
    calls.listed.append(replace(listed(7, "Friday"), definition=FRIDAY))
    calls.lost["create"] = [unanswered()]

    state, reason = world.one(create_race("k", FRIDAY))

    assert state is ItemState.DONE
    assert race_id(7) not in reason
    assert created(calls) == 2


def test_two_new_races_of_the_definition_are_left_to_the_admin(
    world: World, calls: RaceDeployment
) -> None:
    twin = replace(listed(7, "Friday"), definition=FRIDAY)
    calls.before["create"] = lambda: calls.listed.append(twin)
    calls.lost["create"] = [unanswered()]

    state, reason = world.one(create_race("k", FRIDAY))

    assert state is ItemState.FAILED
    assert "several races of this definition" in reason
    assert len(calls.writes) == 1


@pytest.mark.parametrize("calls_before", range(1, 5))
def test_a_kill_at_any_moment_makes_no_race_twice(
    world: World, calls: RaceDeployment, calls_before: int
) -> None:
    number = world.submit(create_race("k", FRIDAY))
    world.engine.kill_after(calls_before)

    (item,) = world.settled(number)

    assert item.state is ItemState.DONE
    assert created(calls) == 1


def test_what_the_deployment_refuses_fails_in_its_words(
    world: World, calls: RaceDeployment
) -> None:
    calls.failing["create"] = [refused(FailureKind.INVALID, "Unknown track.")]

    assert world.one(create_race("k", FRIDAY)) == (ItemState.FAILED, "Unknown track.")


def test_an_edit_is_sent_whole_and_read_back(world: World, calls: RaceDeployment) -> None:
    was = calls.listed[0].definition
    wanted = replace(was, max_submissions=9)

    state, _ = world.one(edit_race(race_id(1), was, wanted))

    assert state is ItemState.DONE
    assert calls.listed[0].definition == wanted
    assert world.races()["Monday"].race.definition.max_submissions == 9


def test_an_edit_keeps_what_somebody_else_has_changed_elsewhere(
    world: World, calls: RaceDeployment
) -> None:
    was = calls.listed[0].definition
    calls.listed[0] = replace(calls.listed[0], definition=replace(was, description="Theirs."))

    state, _ = world.one(edit_race(race_id(1), was, replace(was, max_submissions=9)))

    assert state is ItemState.DONE
    assert calls.listed[0].definition == replace(was, max_submissions=9, description="Theirs.")


def test_an_edit_does_not_undo_what_somebody_else_has_made_of_the_same(
    world: World, calls: RaceDeployment
) -> None:
    was = calls.listed[0].definition
    later = was.closes_at + timedelta(hours=1)
    calls.listed[0] = replace(calls.listed[0], definition=replace(was, closes_at=later))

    wanted = replace(was, closes_at=later + timedelta(hours=1))
    state, reason = world.one(edit_race(race_id(1), was, wanted))

    assert state is ItemState.FAILED
    assert "somebody else changed closing meanwhile" in reason
    assert not calls.writes


def test_an_edit_whose_answer_was_lost_is_read_back(world: World, calls: RaceDeployment) -> None:
    was = calls.listed[0].definition
    calls.lost["edit"] = [unanswered()]

    state, _ = world.one(edit_race(race_id(1), was, replace(was, max_submissions=9)))

    assert state is ItemState.DONE
    assert len(calls.writes) == 1


def test_an_edit_can_take_a_text_away(world: World, calls: RaceDeployment) -> None:
    was = replace(calls.listed[0].definition, description="Bring a car.")
    calls.listed[0] = replace(calls.listed[0], definition=was)

    state, _ = world.one(edit_race(race_id(1), was, replace(was, description="")))

    assert state is ItemState.DONE
    assert calls.listed[0].definition.description == ""


def test_an_edit_that_the_deployment_does_not_take_fails_by_name(
    world: World, calls: RaceDeployment
) -> None:
    was = calls.listed[0].definition
    calls.drops = frozenset({"max_submissions"})

    state, reason = world.one(edit_race(race_id(1), was, replace(was, max_submissions=9)))

    assert state is ItemState.FAILED
    assert "submissions per racer" in reason


def test_an_edit_of_a_deleted_race_says_so(world: World, calls: RaceDeployment) -> None:
    was = calls.listed.pop(0).definition

    state, reason = world.one(edit_race(race_id(1), was, replace(was, max_submissions=9)))

    assert state is ItemState.FAILED
    assert "not there any more" in reason
    assert "Monday" not in world.races()


@pytest.mark.parametrize("lost", [[], [unanswered()], [refused(FailureKind.UNAVAILABLE)]])
def test_a_deleted_race_is_seen_to_be_gone(
    world: World, calls: RaceDeployment, lost: list[Exception]
) -> None:
    calls.lost["delete"] = [error for error in lost if isinstance(error, type(unanswered()))]

    state, _ = world.one(delete_race(race_id(1), "Monday"))

    assert state is ItemState.DONE
    assert len(calls.writes) == 1
    assert "Monday" not in world.races()


def test_a_race_that_is_gone_already_is_no_failure(world: World, calls: RaceDeployment) -> None:
    calls.listed.pop(0)

    state, reason = world.one(delete_race(race_id(1), "Monday"))

    assert (state, reason) == (ItemState.ALREADY_SO, "was not there any more")
    assert not calls.writes


def test_an_open_race_is_not_deleted_and_it_says_why(world: World, calls: RaceDeployment) -> None:
    calls.failing["delete"] = [refused(FailureKind.INVALID, "Cannot delete.")]

    state, reason = world.one(delete_race(race_id(1), "Monday"))

    assert state is ItemState.FAILED
    assert "deletes no open race" in reason


def test_a_running_live_race_is_not_deleted_and_it_says_why(
    world: World, calls: RaceDeployment
) -> None:
    calls.queue(2)
    closed = replace(calls.listed[1].definition, closes_at=START - timedelta(minutes=1))
    calls.listed[1] = replace(
        calls.listed[1], definition=closed, live_status=LiveStatus.IN_PROGRESS
    )
    calls.failing["delete"] = [refused()]

    state, reason = world.one(delete_race(race_id(2), "Final"))

    assert state is ItemState.FAILED
    assert "declare the winner first" in reason


@pytest.mark.parametrize(
    "kept",
    [
        {"footer": "dropped"},
        {"name": " Friday "},
        {"max_submissions": 0},
        {"objects": 2, "positions": (ObjectPosition(1, 0.6), ObjectPosition(-1, 0.2))},
    ],
)
def test_a_race_that_is_kept_otherwise_than_it_was_sent_is_not_created_twice(
    world: World, calls: RaceDeployment, kept: dict[str, Any]
) -> None:
    create = calls.create

    def keeping(definition: Definition) -> str:
        found = create(definition)
        sorted_ = tuple(sorted(definition.positions, key=lambda one: one.part))
        normal = replace(
            calls.listed[-1].definition,
            name=definition.name.strip(),
            footer="",
            max_submissions=definition.max_submissions or 5,
            positions=sorted_,
        )
        calls.listed[-1] = replace(calls.listed[-1], definition=normal)
        raise unanswered() if found else AssertionError

    setattr(calls, "create", keeping)  # noqa: B010 -- a method, for this test alone
    state, reason = world.one(create_race("k", replace(FRIDAY, **kept)))

    assert state is ItemState.DONE
    assert created(calls) == len(calls.writes) == 1
    assert ("keeps otherwise" in reason) == (not {"footer"} & set(kept))


def test_a_race_of_another_errand_is_not_taken_for_one_that_was_lost(
    world: World, calls: RaceDeployment
) -> None:
    calls.failing["create"] = [unanswered()]
    longer = replace(FRIDAY, max_laps=5)
    world.carried(create_race("k", FRIDAY), create_race("l", longer))

    assert sorted(one.definition.max_laps for one in calls.listed[2:]) == [3, 5]


def test_an_edit_tells_what_it_may_have_lost(world: World, calls: RaceDeployment) -> None:
    race = replace(listed(1, "Monday"), document={"submissionCooldown": 5, "name": "Monday"})
    calls.listed[0] = race
    edit = calls.edit

    def losing(race_id: str, definition: Definition) -> ListedRace:
        return replace(edit(race_id, definition), document={"name": "Tuesday"})

    setattr(calls, "edit", losing)  # noqa: B010 -- a method, for this test alone
    later = replace(race.definition, name="Tuesday")
    state, reason = world.one(edit_race(race_id(1), race.definition, later))

    assert state is ItemState.DONE
    assert "submissionCooldown" in reason
    assert "name" not in reason.partition(":")[2]


def test_a_live_action_is_not_sent_once_the_clock_was_set_back(
    world: World, calls: RaceDeployment
) -> None:
    calls.queue(2, queue_item(1, "a0"), submissions_open=False)
    soon = datetime.fromtimestamp(world.clock() + 15, UTC)
    number = world.submit(replace(launch(race_id(2), "Final"), expires_at=soon))
    world.clock.step(-3600)
    world.clock.step(3000)
    item = world.settled(number)[0]

    assert calls.writes == []
    assert item.state is ItemState.CANCELLED
    assert item.reason.startswith("not sent")


def test_what_may_expire_is_looked_at_every_few_seconds(world: World) -> None:
    soon = datetime.fromtimestamp(world.clock() + 15, UTC)
    number = world.submit(replace(launch(race_id(2), "Final"), expires_at=soon))
    runner = world.engine.runner
    runner.turn(frozenset())
    wall = world.database.clock
    setattr(world.database, "clock", lambda: wall() - 3600)  # noqa: B010 -- the wall clock alone
    world.clock.step(3)
    runner.turn(frozenset())

    with world.database.read() as connection:
        assert items(connection, number)[0].state is ItemState.CANCELLED


def test_what_was_for_at_once_is_not_tried_again(world: World, calls: RaceDeployment) -> None:
    calls.queue(2, submissions_open=False)
    soon = datetime.fromtimestamp(world.clock() + 15, UTC)
    number = world.submit(replace(launch(race_id(2), "Final"), expires_at=soon))
    assert world.settled(number)[0].state is ItemState.CANCELLED

    assert retry(world.database, number, ADA) == 0
