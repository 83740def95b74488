"""The roster of a race: who could take part, and who does."""

import pytest

from drtui.commands.race_roster import RaceRoster, race_roster
from drtui.commands.workspace import Workspace
from drtui.domain.model_calls import ListedModel
from drtui.domain.race_roster import RACE_ROSTER_COLUMNS, RaceRosterRow, RaceTrait
from drtui.store.live_races import write_live
from drtui.store.models import write_all_models
from tests.support.races import live_state, queue_item
from tests.support.stores import ME, NOW, profile_id
from tests.unit.commands.race_scenes import CLOSED, LIVE, with_races


@pytest.fixture
def races(workspace: Workspace) -> Workspace:
    made = with_races(workspace)
    models = [
        ListedModel(profile_id(1), "m" * 15, "fast", "READY"),
        ListedModel(profile_id(2), "n" * 15, "slow", "TRAINING"),
    ]
    write_all_models(made.database, models, NOW)
    return made


def of(found: RaceRoster, alias: str) -> list[RaceRosterRow]:
    return [row for row in found.rows if row.racer.alias == alias]


def test_entries_are_certain_doubtful_or_none(races: Workspace) -> None:
    found = race_roster(races, CLOSED)
    (ada,), (bolt,), (grace,) = of(found, "ada-l"), of(found, "b0lt"), of(found, "grace")
    assert (ada.entry, ada.rank) == (RaceTrait.ENTERED, 1)
    assert RaceTrait.READY in ada.traits
    assert RaceTrait.NO_READY in bolt.traits
    assert grace.entry is RaceTrait.NOT_ENTERED
    assert [row.entry for row in of(found, "RacerAlias")] == [RaceTrait.PERHAPS] * 2
    assert [row.rank for row in of(found, "RacerAlias")] == [None, None]
    assert found.strangers == ("nobody-here",)
    assert tuple(ada.as_json()) == RACE_ROSTER_COLUMNS


def test_those_who_are_no_racers_are_left_out(races: Workspace) -> None:
    ids = {row.racer.profile_id for row in race_roster(races, CLOSED).rows}
    assert profile_id(1) in ids
    assert not {ME, "facil0000000001"} & ids


def test_rows_are_those_that_filter_and_traits_leave_and_counts_are_of_all(
    races: Workspace,
) -> None:
    found = race_roster(races, CLOSED, "ada or b0lt", [RaceTrait.READY, RaceTrait.ENTERED])
    assert [row.racer.alias for row in found.rows] == ["ada-l"]
    assert found.counts[RaceTrait.ENTERED] == 2
    assert found.emails == ("ada-l@example.com",)
    assert "1 alias of nobody here" in found.text


def test_the_queue_of_a_live_race_tells_entries_by_profile(races: Workspace) -> None:
    assert of(race_roster(races, LIVE), "grace")[0].entry is RaceTrait.ENTRY_UNKNOWN
    queue = [queue_item(7, "a0"), queue_item(7, "a1")]
    write_live(races.database, LIVE, live_state(4), queue[:1], NOW)
    (grace,) = of(race_roster(races, LIVE), "grace")
    assert (grace.entry, grace.in_queue, grace.rank) == (RaceTrait.ENTERED, 1, None)
