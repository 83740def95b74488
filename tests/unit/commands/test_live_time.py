"""Moving the live time of a race: what is planned, what it says, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drtui.commands.live_time import live_time, plan_live_time
from drtui.commands.race_changes import as_planned
from drtui.commands.workspace import Workspace
from drtui.domain.operations import OperationKind
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError, NotAllowedError
from drtui.domain.race_records import StoredRace
from drtui.domain.races import LiveStatus
from drtui.domain.records import Role
from drtui.store.live_races import write_live
from drtui.store.sign_in import write_role
from tests.support.races import live_state, race_id
from tests.unit.commands.race_planning import definition, reasons, submitted, with_races

FINAL = race_id(1)


def now(workspace: Workspace) -> datetime:
    return datetime.fromtimestamp(workspace.database.clock(), UTC).replace(microsecond=0)


def final(workspace: Workspace, status: str = LiveStatus.SCHEDULED, **fields: Any) -> StoredRace:
    """A live race that is live in an hour."""
    at = now(workspace) + timedelta(hours=1)
    live = definition(workspace, "Final", -1, 9, live=True, live_at=at)
    (race,) = with_races(workspace, replace(live, **fields), live_status=status)
    return race


def test_the_live_time_is_moved_while_offline(workspace: Workspace) -> None:
    race = final(workspace)
    later = now(workspace) + timedelta(hours=5)

    plan = plan_live_time(workspace, FINAL, later)
    submitted(workspace, plan)

    assert (plan.kind, plan.what) == (OperationKind.EDIT_RACES, "Move the live time of Final")
    assert as_planned(workspace, race).live_at == later


def test_a_span_is_reckoned_from_what_is_on_its_way(workspace: Workspace) -> None:
    race = final(workspace)
    for _ in range(2):
        at = live_time(workspace, FINAL).typed("+20m", UTC)
        submitted(workspace, plan_live_time(workspace, FINAL, at))

    assert race.race.definition.live_at is not None
    wanted = race.race.definition.live_at + timedelta(minutes=40)
    assert as_planned(workspace, race).live_at == wanted
    (again,) = plan_live_time(workspace, FINAL, wanted).rows
    assert again.outcome is Outcome.ALREADY_SO


def test_a_time_that_is_past_cannot_be(workspace: Workspace) -> None:
    final(workspace)
    plan = plan_live_time(workspace, FINAL, now(workspace) - timedelta(hours=1))
    assert [row.outcome for row in plan.rows] == [Outcome.CANNOT]
    assert reasons(plan) == ["The live time is past."]


@pytest.mark.parametrize(
    ("status", "told"), [(LiveStatus.IN_PROGRESS, "has begun"), (LiveStatus.COMPLETED, "is over")]
)
def test_a_live_race_that_has_begun_keeps_its_time(
    workspace: Workspace, status: LiveStatus, told: str
) -> None:
    final(workspace)
    state = live_state(1, live_status=status)  # read later than the list
    write_live(workspace.database, FINAL, state, (), workspace.database.clock() + 60)
    plan = plan_live_time(workspace, FINAL, now(workspace) + timedelta(hours=3))
    assert reasons(plan) == [f"The live race {told}: its time stays."]


def test_a_time_outside_of_the_opening_is_noted_and_may_be(workspace: Workspace) -> None:
    final(workspace)
    late = now(workspace) + timedelta(hours=10)
    found = live_time(workspace, FINAL)
    assert found.told(late, UTC).endswith(", in 10 h. The live time is after the closing.")
    (row,) = plan_live_time(workspace, FINAL, late).rows
    assert row.outcome is Outcome.CHANGE
    assert row.change is not None
    assert "The live time is after the closing" in row.change.note


def test_only_a_live_race_has_a_live_time(workspace: Workspace) -> None:
    with_races(workspace, definition(workspace, "Friday", 1, 2))
    with pytest.raises(InvalidInputError, match=r"Friday is no live race"):
        live_time(workspace, race_id(1))
    with pytest.raises(InvalidInputError, match="There is no race"):
        live_time(workspace, race_id(2))


def test_a_racer_moves_nothing(workspace: Workspace) -> None:
    final(workspace)
    write_role(workspace.database, Role.RACER)
    with pytest.raises(NotAllowedError):
        plan_live_time(workspace, FINAL, now(workspace) + timedelta(hours=3))
