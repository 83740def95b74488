"""Everybody's models of an emulated deployment, by engine and client together."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, open_gateway
from drtui.commands.models import list_models, read_all_now, sweep_progress
from drtui.commands.workspace import Workspace
from drtui.domain.features import features_of
from drtui.store.database import open_database
from drtui.store.deployment_facts import write_found
from drtui.sync.engine import Engine
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import Ending, EngineOptions
from tests.support.emulator import running_emulator

PATIENCE = 90.0


@pytest.mark.parametrize("who", ["admin", "facilitator"])
@pytest.mark.parametrize("release", ["1.2.5", "1.3.1"])
def test_every_model_is_read_in_one_run(tmp_path: Path, release: str, who: str) -> None:
    with running_emulator(racers=20, deployment=release) as emulator:
        keys = emulator.ready[who]
        gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
        )
        with closing(open_database(tmp_path / "event.sqlite")) as database:
            write_found(database, features_of(release))
            workspace = Workspace(database, "ada")
            read_all_now(workspace)
            stop = threading.Event()
            watchdog = threading.Timer(PATIENCE, stop.set)
            watchdog.start()
            engine = Engine(database, gateway, EngineOptions(), models=ModelSources(gateway.models))
            assert engine.run_once(stop, pull=True) is Ending.DELIVERED
            watchdog.cancel()
            progress = sweep_progress(workspace)
            rows = list_models(workspace)
        assert (progress.trouble, progress.done) == ("", progress.racers)
        assert rows
        assert all(row.alias and row.status for row in rows)
        gateway.close()
