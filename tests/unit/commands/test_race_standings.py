"""Whose aliases the standings of a series are: looked up once, and certain of all its races."""

import pytest
from sqlalchemy import Engine, event, update

from drtui.commands.bulk import plan_action, submit
from drtui.commands.race_standings import series_standings
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.help_desk_actions import ChangeAlias
from drtui.domain.leaderboards import Match
from drtui.domain.operations import ItemState
from drtui.store.rankings import write_rankings
from drtui.store.users import ITEMS, USERS
from tests.support.stores import NOW
from tests.unit.commands.race_scenes import CLOSED, FUTURE, OPEN, board, with_races


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    with_races(workspace)
    write_rankings(workspace.database, FUTURE, board("ada-l"), NOW)
    return workspace


def test_all_racers_are_gone_through_once_however_many_races_there_are(races: Workspace) -> None:
    counts = [0]

    def count(_: object, __: object, statement: str, *___: object) -> None:
        counts[-1] += "sponsored_user.email" in statement

    event.listen(Engine, "before_cursor_execute", count)
    try:
        series_standings(races, [CLOSED])
        counts.append(0)
        series = series_standings(races, [CLOSED, OPEN, FUTURE])
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert counts == [1, 1]
    assert series.identities["ada-l"].email == "ada-l@example.com"
    assert all(row.identity == series.identities["ada-l"] for row in series.boards[2].rows)


@pytest.mark.parametrize("order", [[OPEN, CLOSED], [CLOSED, OPEN]])
def test_who_took_an_alias_since_the_race_that_was_read_first_is_not_certain(
    races: Workspace, order: list[str]
) -> None:
    database = races.database
    chosen = select_by_name(races, ["b0lt"])
    number = submit(races, plan_action(races, ChangeAlias("grace-2"), chosen))
    with database.write(RecordKind.SPONSORED_USER) as connection:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.operation_id == number)
            .values(state=ItemState.DONE.value, settled_at=NOW + 5)
        )
        connection.execute(update(USERS).where(USERS.c.alias == "b0lt").values(alias="grace-2"))
    database.clock = lambda: NOW + 10
    write_rankings(database, OPEN, board("grace-2"), NOW + 10)
    assert series_standings(races, [OPEN]).identities["grace-2"].match is Match.CERTAIN
    assert series_standings(races, order).identities["grace-2"].match is Match.AMBIGUOUS
