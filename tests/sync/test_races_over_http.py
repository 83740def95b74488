"""The races of an emulated deployment, by engine and client together."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, open_gateway
from drtui.domain.features import features_of
from drtui.store.database import open_database
from drtui.store.deployment_facts import write_found
from drtui.store.interests import declare_interest
from drtui.store.live_races import LIVE_INTEREST, read_live
from drtui.store.races import all_races, read_race_listing
from drtui.store.rankings import read_leaderboard
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from tests.support.emulator import running_emulator

PATIENCE = 90.0


@pytest.mark.parametrize("who", ["admin", "facilitator"])
def test_races_leaderboards_and_live_races_are_read_in_one_run(tmp_path: Path, who: str) -> None:
    with running_emulator(racers=20, deployment="1.3.1") as emulator:
        keys = emulator.ready[who]
        gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
        )
        told = gateway.races.races().races
        with closing(open_database(tmp_path / "event.sqlite")) as database:
            write_found(database, features_of("1.3.1"))
            live = [one.race_id for one in told if one.definition.live]
            for race_id in live:
                declare_interest(database, LIVE_INTEREST + race_id, PATIENCE)
            stop = threading.Event()
            watchdog = threading.Timer(PATIENCE, stop.set)
            watchdog.start()
            engine = Engine(database, gateway, EngineOptions(), races=gateway.races)
            assert engine.run_once(stop, pull=True) is Ending.DELIVERED
            watchdog.cancel()
            with database.read() as connection:
                assert read_race_listing(connection).trouble == ""
                stored = all_races(connection)
                boards = {
                    one.race.race_id: len(read_leaderboard(connection, one.race.race_id).rankings)
                    for one in stored
                }
                assert live
                assert all(read_live(connection, race_id).state for race_id in live)
        assert {one.race.race_id for one in stored} >= {one.race_id for one in told}
        assert any(boards.values())
        gateway.close()
