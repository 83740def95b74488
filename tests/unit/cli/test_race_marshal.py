"""`drtui races live`: what is asked before something is done goes along with it."""

import pytest

from drtui.cli import exits, races_live
from drtui.domain.live_seen import seen_race
from drtui.domain.race_errands import live_change
from drtui.store.database import Database
from drtui.store.live_races import write_live
from drtui.store.operation_log import items
from tests.support.races import live_state, queue_item, rankings
from tests.support.stores import NOW
from tests.unit.cli.test_race_commands import Said, database, home, said
from tests.unit.commands.race_scenes import LIVE

__all__ = ["database", "home", "said"]


def test_all_begins_anew_as_it_was_before_it_was_asked(
    said: Said, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = [queue_item(1, "a1"), queue_item(2, "a2")]
    state = live_state(1, rankings=rankings("r1"))

    def confirmed(*_: object) -> None:
        write_live(database, LIVE, live_state(1), queue[:1], NOW + 1)

    write_live(database, LIVE, state, queue, NOW)
    monkeypatch.setattr(races_live, "confirm_typed", confirmed)
    said("live", "reset-all", "Final", "--no-sync", code=exits.NOT_ALLOWED)
    assert "2 submissions in the queue." in said.err
    with database.read() as connection:
        (item,) = items(connection)
    assert live_change(item).seen_race == seen_race(state, queue)
