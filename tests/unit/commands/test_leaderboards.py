"""A race's leaderboard: who it is, what is hidden, and how it has changed."""

from dataclasses import replace
from datetime import UTC

import pytest
from sqlalchemy import update

from drtui.commands.bulk import plan_action, submit
from drtui.commands.leaderboards import (
    HIDDEN,
    LEADERBOARD_COLUMNS,
    change_as_json,
    changes_by_alias,
    doubt_text,
    hide,
    leaderboard_as_json,
    position_history,
    race_leaderboard,
    row_as_json,
    unhide,
)
from drtui.commands.live_show import read_show
from drtui.commands.race_reports import results_report
from drtui.commands.race_results import race_results
from drtui.commands.reporting import report_html
from drtui.commands.selection import select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.help_desk_actions import ChangeAlias
from drtui.domain.operations import ItemState
from drtui.store.live_races import write_live
from drtui.store.rankings import write_rankings
from drtui.store.users import ITEMS, USERS
from tests.support.races import live_state, queue_item
from tests.support.stores import NOW
from tests.unit.commands.race_scenes import CLOSED, LIVE, OPEN, board, leaderboard, with_races


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    return with_races(workspace)


def test_who_is_certain_is_told_and_who_is_not_is_marked(races: Workspace) -> None:
    found = leaderboard(races, CLOSED)
    told = [row_as_json(row, found) for row in found.rows]
    assert [one["match"] for one in told] == [
        *("certain", "certain", "ambiguous", "unknown", "certain"),
    ]
    assert told[0]["email"] == "ada-l@example.com"
    assert told[2]["email"] is None
    assert told[2]["may_be"] == [
        "eve@example.com",
        "finn.okonkwo-lindqvist@students.example.edu",
    ]
    assert [doubt_text(row.identity) for row in found.rows] == [
        *("", "", "one of 2 racers", "nobody here bears this alias now", ""),
    ]
    assert tuple(told[0]) == LEADERBOARD_COLUMNS
    assert leaderboard_as_json(found)["as_of"] == "2026-05-02T12:05:24Z"


def test_gaps_are_to_the_leader_and_to_the_one_before(races: Workspace) -> None:
    found = leaderboard(races, CLOSED)
    assert [(row.gap, row.interval) for row in found.rows[:3]] == [
        *((None, None), (100, 100), (200, 100)),
    ]


def test_a_hidden_alias_is_not_named_to_an_audience_in_any_case(races: Workspace) -> None:
    hide(races, "B0LT")
    found = leaderboard(races, OPEN)
    assert found.shown("b0lt") == HIDDEN
    assert found.shown("ada-l") == "ada-l"
    assert row_as_json(found.rows[0], found)["hidden"] is True
    assert not unhide(races, "b0lt")
    assert not leaderboard(races, OPEN).is_hidden("b0lt")
    assert race_leaderboard(races, "x" * 15) is None


def test_places_are_followed_by_alias(races: Workspace) -> None:
    write_rankings(races.database, OPEN, board("ada-l"), NOW)
    changes = position_history(races, OPEN)
    own = changes_by_alias(changes, ["ADA-L"])
    assert list(own) == ["ada-l"]
    assert [one.rank for one in own["ada-l"]] == [2, 1]
    assert [one.rank for one in changes_by_alias(changes)["b0lt"]] == [1, None]
    assert change_as_json(changes[-1])["at"] == "2026-05-02T12:05:24Z"


def test_an_alias_that_was_changed_is_hidden_wherever_the_old_one_is_read(
    races: Workspace,
) -> None:
    item = replace(queue_item(1, "a0"), participant="b0lt")
    write_live(races.database, LIVE, replace(live_state(4), race_id=LIVE), [item], NOW)
    chosen = select_by_name(races, ["b0lt"])
    number = submit(races, plan_action(races, ChangeAlias("moderated-1"), chosen))
    with races.database.write(RecordKind.SPONSORED_USER) as connection:
        connection.execute(
            update(ITEMS)
            .where(ITEMS.c.operation_id == number)
            .values(state=ItemState.DONE.value, settled_at=NOW)
        )
        connection.execute(update(USERS).where(USERS.c.alias == "b0lt").values(alias="moderated-1"))

    show = read_show(races, LIVE)
    assert show is not None
    assert [show.is_hidden(one.participant) for one in show.queue] == [True]
    page = report_html(results_report(race_results(races, ["Friday"]), zone=UTC))
    assert "b0lt" not in page
    assert "(hidden)" in page
