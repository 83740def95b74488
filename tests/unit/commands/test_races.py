"""Races from the store: the list, one race, and asking for fresher ones."""

from datetime import UTC, datetime

import pytest

from drtui.commands.races import (
    RACE_COLUMNS,
    is_stale,
    list_races,
    moment_of,
    named_race,
    page_as_json,
    race_as_json,
    race_page,
    read_boards_now,
    read_list_now,
    row_of,
    select_races,
    watch_race,
    watch_races,
)
from drtui.commands.usage import summarise
from drtui.commands.workspace import Workspace
from drtui.domain.filters import FilterError
from drtui.domain.problems import InvalidInputError
from drtui.store.interests import live_interests
from drtui.store.live_races import write_live
from drtui.store.races import forget_race, write_race_list, write_races_trouble
from drtui.store.rankings import write_rankings_trouble
from tests.support.races import live_state, queue_item
from tests.support.stores import NOW
from tests.unit.commands.race_scenes import (
    CLOSED,
    FUTURE,
    LIVE,
    NASTY,
    OPEN,
    some_races,
    with_races,
)


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    return with_races(workspace)


def names(found: object) -> list[str]:
    assert isinstance(found, list)
    return [row.definition.name for row in found]


def subjects(workspace: Workspace) -> list[str]:
    with workspace.database.read() as connection:
        found = live_interests(connection, "", workspace.database.clock())
    return sorted(one.subject for one in found)


def test_open_races_come_first_then_those_to_come_then_the_closed(races: Workspace) -> None:
    assert names(list_races(races)) == ["Saturday", "Final", NASTY, "Friday"]
    assert names(list_races(races, "state:open", "name", reverse=True)) == ["Saturday", "Final"]
    assert len(select_races(races, "live:yes")) == 1


def test_what_cannot_be_read_or_sorted_by_is_said(races: Workspace) -> None:
    with pytest.raises(FilterError):
        list_races(races, "state:nowhere")
    with pytest.raises(InvalidInputError, match="no field “speed”"):
        list_races(races, "", "speed")


def test_a_race_as_json_has_the_columns(races: Workspace) -> None:
    for row in list_races(races):
        assert tuple(race_as_json(row, moment_of(races))) == RACE_COLUMNS
    told = race_as_json(list_races(races, "name:friday")[0], moment_of(races))
    assert told["state"] == "closed"
    assert told["track_name"] == "re:Invent 2018"
    assert told["as_of"] == "2026-05-02T12:05:24Z"


def test_a_race_is_named_by_id_name_or_part(races: Workspace) -> None:
    assert named_race(races, OPEN).race.definition.name == "Saturday"
    assert named_race(races, "friday").race.race_id == CLOSED
    assert named_race(races, "satur").race.race_id == OPEN
    with pytest.raises(InvalidInputError, match="No race is called “Monday”"):
        named_race(races, "Monday")
    with pytest.raises(InvalidInputError, match="2 races") as problem:
        named_race(races, "day")
    assert CLOSED in str(problem.value)
    assert OPEN in str(problem.value)


def test_a_race_that_is_gone_is_named_by_its_id(races: Workspace) -> None:
    forget_race(races.database, CLOSED)
    with pytest.raises(InvalidInputError):
        named_race(races, "Friday")
    gone = named_race(races, CLOSED)
    assert gone.gone_at == datetime.fromtimestamp(NOW, UTC)


def test_a_page_tells_of_the_live_race_where_it_is_one(races: Workspace) -> None:
    queue = [queue_item(1, "a0"), queue_item(2, "a0V")]
    write_live(races.database, LIVE, live_state(4, winner="ada-l"), queue, NOW)
    page = race_page(races, LIVE)
    assert page is not None
    told = page_as_json(page, moment_of(races))
    live = told["live_race"]
    assert isinstance(live, dict)
    assert [one["alias"] for one in live["queue"]] == ["r1", "r2"]
    assert live["winner"] == "ada-l"
    other = race_page(races, OPEN)
    assert other is not None
    assert page_as_json(other, moment_of(races))["live_race"] is None
    assert set(race_as_json(row_of(page.stored), moment_of(races))) < set(told)
    assert race_page(races, "x" * 15) is None


def test_what_is_looked_at_is_asked_for(races: Workspace) -> None:
    watch_races(races)
    watch_race(races, LIVE, live=True)
    watch_race(races, OPEN)
    assert subjects(races) == sorted(["races:", f"race:{LIVE}", f"live:{LIVE}", f"race:{OPEN}"])


def test_waiting_ends_when_what_was_asked_for_is_read_or_cannot_be(workspace: Workspace) -> None:
    with_list = read_list_now(workspace)
    assert not with_list()
    write_races_trouble(workspace.database, "it does not answer")
    assert with_list()
    write_race_list(workspace.database, some_races(), NOW)
    boards = read_boards_now(workspace, [named_race(workspace, OPEN)])
    assert not boards()
    write_rankings_trouble(workspace.database, OPEN, "it does not answer")
    assert boards()
    live = read_boards_now(workspace, [named_race(workspace, LIVE)])
    write_rankings_trouble(workspace.database, LIVE, "it does not answer")
    assert not live()
    write_live(workspace.database, LIVE, live_state(4), [], NOW)
    assert live()


def test_only_a_leaderboard_that_may_have_changed_is_stale(races: Workspace) -> None:
    assert not is_stale(races, named_race(races, CLOSED), -1)  # read after it closed
    assert not is_stale(races, named_race(races, FUTURE), -1)
    assert is_stale(races, named_race(races, OPEN), -1)
    assert not is_stale(races, named_race(races, OPEN), 30)
    assert is_stale(races, named_race(races, LIVE), 30)  # never read
    forget_race(races.database, LIVE)
    assert not is_stale(races, named_race(races, LIVE), -1)


def test_open_and_future_races_are_counted_once_they_were_listed(workspace: Workspace) -> None:
    before = summarise(workspace)
    assert before.races is None
    assert before.account_quotas[2].used == "not listed yet"
    summary = summarise(with_races(workspace))
    assert summary.races == 3
    assert summary.as_json()["open_or_future_races"] == 3
    quota = summary.account_quotas[2]
    assert (quota.used, quota.allowed) == ("3 open or to come", "100 by the guide, no limit here")
