"""Once the console is gone: an engine goes on with downloads that are paced, to the last one."""

import os
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service, Terms
from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.store.database import open_database
from drtui.store.operation_log import open_count
from drtui.sync.attending import attend
from drtui.sync.options import EngineOptions
from drtui.sync.running import Runner
from tests.support.archives import model
from tests.support.deployments import FakeDeployment, racers
from tests.support.waiting import eventually

PATIENCE = 30.0


class Paced:
    """Carries one errand out for each turn that it is given; its terms let none through before."""

    def __init__(self) -> None:
        self.turns = threading.Semaphore(0)
        self.asked = threading.Event()

    def terms(self) -> Terms:
        self.asked.set()
        return Terms() if self.turns.acquire(blocking=False) else Terms(wait=0.05)

    def carry_out(self, items: Sequence[Item]) -> Mapping[int, Carried]:
        return {item.item_id: Carried(ItemState.DONE) for item in items}


def test_downloads_that_wait_for_their_turn_outlive_the_console(tmp_path: Path) -> None:
    database = open_database(tmp_path / "store.sqlite")
    models = [model(number) for number in range(3)]
    plan = plan_download(Workspace(database, "ada"), models, str(tmp_path.resolve() / "models"))
    assert submit(Workspace(database, "ada"), plan) is not None
    courier = Paced()
    runner = Runner(
        database,
        lambda: FakeDeployment(racers(3)),
        EngineOptions(),
        couriers=lambda _: {Service.DOWNLOADS: courier},
    )
    reading, writing = os.pipe()
    stop = threading.Event()

    def left() -> int:
        with database.read() as connection:
            return open_count(connection, ON_THE_WAY)

    def is_left(count: int) -> bool:
        return left() == count

    with os.fdopen(reading, encoding="utf-8") as orders:
        engine = threading.Thread(
            target=attend, args=(runner, orders, stop), kwargs={"deliver_at_end": True}, daemon=True
        )
        engine.start()
        os.close(writing)  # the console is gone
        try:
            for turn in range(3):
                courier.asked.clear()
                assert courier.asked.wait(PATIENCE)
                assert (left(), engine.is_alive()) == (3 - turn, True)
                courier.turns.release()
                eventually(partial(is_left, 2 - turn), PATIENCE)
            engine.join(PATIENCE)
            assert not engine.is_alive()
        finally:
            stop.set()
            engine.join(PATIENCE)
    database.close()
