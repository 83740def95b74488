"""An engine whose store a newer drtui brings up to date: it ends, and that one's goes on."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from drtui.domain.operations import ItemState
from drtui.domain.problems import StoreProblemError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.store import schema
from drtui.sync.engine import Engine
from drtui.sync.lock import EngineLock
from drtui.sync.running import Runner
from tests.sync.worlds import UNPACED, World


def test_the_older_engine_sends_nothing_more_and_lets_go_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path / "store.sqlite", 3)
    operation = world.submit(SetQuotas(QuotaChange(540), None), 1)
    runner = Runner(world.database, lambda: world.deployment, UNPACED)

    def upgraded(_: Engine) -> None:
        with closing(sqlite3.connect(world.database.path, isolation_level=None)) as newer:
            newer.execute("UPDATE alembic_version SET version_num = '0999'")

    with pytest.raises(StoreProblemError, match="A newer drtui has brought the store"):
        runner.watch(threading.Event(), finish=threading.Event(), on_engine=upgraded)
    assert [item.state for item in world.items(operation)] == [ItemState.PENDING]
    lock = EngineLock(world.database.path)
    assert lock.try_acquire()
    lock.release()
    monkeypatch.setattr(schema, "HEAD", "0999")  # the newer one's engine
    world.run()
    assert [item.state for item in world.items(operation)] == [ItemState.DONE]
    world.database.close()
