"""How old what the marshal is shown is, at any width."""

from datetime import timedelta

import pytest

from drtui.domain.live_shows import live_show
from drtui.domain.live_times import MOVING
from drtui.domain.race_records import StoredLeaderboard, StoredLive, StoredRace
from drtui.domain.races import LiveStatus
from drtui.screens.marshal_facts import age_line
from tests.support.races import START, live_race, live_state

NOW = START + timedelta(days=2, minutes=3)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("pending", ["", MOVING])
def test_the_age_is_whole_where_what_stands_before_it_has_no_room(width: int, pending: str) -> None:
    stored = StoredRace(1, live_race(1), START, pending=pending)
    read_at = NOW - timedelta(minutes=3)
    live = StoredLive(live_state(1, live_status=LiveStatus.SCHEDULED), (), read_at)
    show = live_show(stored, StoredLeaderboard(), live, frozenset())
    (line,) = age_line(show, NOW, width)
    assert line.plain.endswith("(3 min)")
    assert line.cell_length <= width
