"""A workspace with races that are to be changed, in the tests of commands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from drtui.commands.bulk import submit
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.race_records import StoredRace
from drtui.domain.races import Definition, Direction, ListedRace
from drtui.store.races import all_races, write_race_list
from tests.support.races import race_id


def definition(
    workspace: Workspace, name: str, opens: float, closes: float, **fields: Any
) -> Definition:
    """A time trial that opens and closes so many hours from now on."""
    now = datetime.fromtimestamp(workspace.database.clock(), UTC).replace(microsecond=0)
    return Definition(
        name,
        now + timedelta(hours=opens),
        now + timedelta(hours=closes),
        "reinvent_base",
        Direction.COUNTER_CLOCKWISE.value,
        **fields,
    )


def with_races(workspace: Workspace, *races: Definition, **told: Any) -> list[StoredRace]:
    """Let the store have these races, numbered from 1 on."""
    listed = [ListedRace(race_id(one), race, 0, **told) for one, race in enumerate(races, 1)]
    write_race_list(workspace.database, listed, workspace.database.clock() + 60)
    return stored(workspace)


def stored(workspace: Workspace) -> list[StoredRace]:
    """The races of the store, by name."""
    with workspace.database.read() as connection:
        return sorted(all_races(connection), key=lambda one: one.race.definition.name)


def submitted(workspace: Workspace, plan: Plan) -> int:
    """Submit a plan that changes something."""
    number = submit(workspace, plan)
    assert number is not None
    return number


def reasons(plan: Plan) -> Sequence[str]:
    """The reasons of a plan's rows."""
    return [row.reason for row in plan.rows]
