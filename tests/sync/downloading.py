"""An emulated deployment, a store on it, and an engine that downloads; over HTTP."""

import threading
from collections.abc import Callable
from pathlib import Path

from drtui.aws.downloads import LinkFetcher
from drtui.aws.gateway import AwsCredentials, Timeouts, open_gateway
from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Courier, Service
from drtui.domain.models import ModelRow
from drtui.domain.operations import ON_THE_WAY, Item, ItemState
from drtui.domain.planning import Plan
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers.archive_source import DownloadDoor
from drtui.sync.couriers.downloads import DownloadCourier
from drtui.sync.download_pacing import DownloadBudget
from drtui.sync.engine import Engine
from drtui.sync.options import Ending, EngineOptions
from drtui.sync.pacing import AdminBudget
from tests.support.emulator import RunningEmulator

PATIENCE = 60.0
OPTIONS = EngineOptions(refresh_seconds=600.0, admin_calls=1_000)


class Event:
    """All of it; `path` is the store's."""

    def __init__(self, emulator: RunningEmulator, path: Path, *, downloads: int = 1_000) -> None:
        self.emulator = emulator
        keys = emulator.keys()
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
            timeouts=Timeouts(read=5.0),
        )
        self.database = open_database(path)
        self.workspace = Workspace(self.database, "ada")
        budget = AdminBudget(self.database, OPTIONS.admin_calls)
        self.door = DownloadDoor(
            self.gateway.models,
            self.gateway.models_of,
            LinkFetcher(user_agent="drtui/test", timeouts=Timeouts(read=5.0)),
            DownloadBudget(self.database, budget, downloads),
        )

    def couriers(self) -> dict[Service, Courier]:
        return {Service.DOWNLOADS: DownloadCourier(self.door, self.database)}

    def models(self, count: int) -> list[ModelRow]:
        """Some models that are READY and have an archive."""
        found: list[ModelRow] = []
        people = self.emulator.control("snapshot", models=True)["profiles"]
        for profile_id, row in people.items():
            for one in row["models"]:
                if one["status"] != "READY" or len(found) == count:
                    continue
                self.emulator.control(
                    "packaging", profile_id=profile_id, model_id=one["modelId"], packaged=True
                )
                found.append(
                    ModelRow(
                        len(found),
                        profile_id,
                        one["modelId"],
                        one["name"],
                        "READY",
                        alias=row["alias"],
                        email=row.get("emailAddress"),
                    )
                )
        assert len(found) == count
        return found

    def plan(self, models: list[ModelRow], folder: Path) -> Plan:
        return plan_download(self.workspace, models, str(folder))

    def submit(self, plan: Plan) -> int:
        number = submit(self.workspace, plan)
        assert number is not None
        return number

    def download(self, models: list[ModelRow], folder: Path) -> list[Item]:
        """Download to the end, and return what became of it."""
        number = self.submit(self.plan(models, folder))
        self.run()
        return self.items(number)

    def run(self, enough: Callable[[], bool] = lambda: False) -> Ending:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        try:
            engine = Engine(self.database, self.gateway, OPTIONS, self.couriers())
            ending = engine.run_once(stop, enough=enough)
        finally:
            watchdog.cancel()
        assert not stop.is_set(), "it never ended"
        return ending

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def settled(self, number: int) -> bool:
        return not ON_THE_WAY & {item.state for item in self.items(number)}

    def states(self, number: int) -> list[ItemState]:
        return [item.state for item in self.items(number)]
