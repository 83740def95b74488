"""A model's download from a scripted storage, and what it answers, sound or not."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from drtui.aws.downloads import LinkFetcher
from drtui.aws.sessions import Timeouts
from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.manifests import MANIFEST_CSV, MANIFEST_JSON
from drtui.domain.model_calls import AssetLink, DeploymentModels
from drtui.domain.model_names import PART, file_name
from drtui.domain.operations import Item
from drtui.domain.records import StoredModel
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers.archive_source import DownloadDoor
from drtui.sync.couriers.downloads import DownloadCourier
from drtui.sync.download_pacing import DownloadBudget
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from drtui.sync.pacing import AdminBudget
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.archives import archive, model
from tests.support.logs import SteppedClock

OCTETS = "binary/octet-stream"
FIRST, SECOND = '"first-1"', '"second-1"'
SOUND = archive()
OTHER = archive({"agent/model.pb": b"trained since" * 900})
LARGE = 5 * 2**30
DOWNLOADS = frozenset({Service.DOWNLOADS})


class Models:
    """Gives links to the scripted storage."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self.links = 0

    def asset(self, profile_id: str, model_id: str) -> AssetLink:
        self.links += 1
        url = f"http://127.0.0.1:{self._server.port}/{profile_id}/{model_id}?n={self.links}"
        return AssetLink(url, "car.tar.gz")


class Trouble:
    """A store, a folder, and the errands' part of an engine that downloads one model to it."""

    def __init__(self, path: Path, server: ScriptedServer) -> None:
        self.clock = SteppedClock()
        self.database = open_database(path / "store.sqlite", self.clock)
        self.workspace = Workspace(self.database, "ada")
        self.folder = path.resolve() / "models"
        self.models = Models(server)
        self.model = model()
        one = self.model
        self.name = file_name(one.alias, one.name, one.profile_id, one.model_id)
        self.part = self.folder / f"{self.name}{PART}"
        self.door = DownloadDoor(
            cast("DeploymentModels", self.models),
            lambda _: [StoredModel(one.model_id, one.name, "READY", None)],
            LinkFetcher(user_agent="drtui/test", timeouts=Timeouts(read=5.0)),
            DownloadBudget(self.database, AdminBudget(self.database, 1_000), 1_000),
        )
        self.start()

    def start(self) -> None:
        """Begin as a process does that finds what another one has left."""
        self.events: Events = Events()
        self.runner = ErrandRunner(
            self.database,
            {Service.DOWNLOADS: DownloadCourier(self.door, self.database)},
            self.events,
            clock=self.clock,
            jitter=lambda: 1.0,
        )

    def submit(self) -> None:
        plan = plan_download(self.workspace, [self.model], str(self.folder))
        assert submit(self.workspace, plan) is not None

    def turn(self) -> Item:
        """Try once, after all that was to be waited for, and return the newest errand."""
        self.clock.now += 121
        self.runner.look()
        self.runner.turn(DOWNLOADS)
        assert self.runner.under_way
        event = self.events.get(timeout=30)
        assert isinstance(event, ErrandsEnded)
        assert self.runner.ended(event)
        with self.database.read() as connection:
            return items(connection)[-1]

    def whole(self, data: bytes = SOUND) -> bool:
        """Whether the folder has the file and its manifest, and nothing else."""
        names = {each.name for each in self.folder.iterdir()}
        wanted = {self.name, MANIFEST_JSON, MANIFEST_CSV}
        return names == wanted and (self.folder / self.name).read_bytes() == data


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def trouble(tmp_path: Path, server: ScriptedServer) -> Iterator[Trouble]:
    made = Trouble(tmp_path, server)
    made.submit()
    yield made
    made.database.close()


def file(data: bytes = SOUND, tag: str = FIRST) -> Step:
    return answer(data, content_type=OCTETS, etag=tag)


def rest(first: int, data: bytes = SOUND, tag: str = FIRST) -> Step:
    fits = f"bytes {first}-{len(data) - 1}/{len(data)}"
    return answer(data[first:], status=206, content_type=OCTETS, etag=tag, content_range=fits)


def cut_short(upto: int, data: bytes = SOUND, tag: str = FIRST) -> Step:
    length = str(len(data))
    return answer(data[:upto], content_type=OCTETS, etag=tag, content_length=length, end=End.CLOSE)


def partly(first: int, upto: int, data: bytes = SOUND) -> Step:
    """From a byte on, and cut short."""
    fits = f"bytes {first}-{len(data) - 1}/{len(data)}"
    return answer(
        data[first:upto],
        status=206,
        content_type=OCTETS,
        etag=FIRST,
        content_range=fits,
        content_length=str(len(data) - first),
        end=End.CLOSE,
    )


def bomb() -> bytes:
    """What unpacks to far more than it is."""
    return archive({"zeros": bytes(80 * 2**20)})


def refused() -> Step:
    body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return answer(body, status=403, content_type="application/xml")
