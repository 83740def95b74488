"""Reading one model in depth: one's own of an emulated deployment, others' from moto's bucket."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest

from drtui.aws.downloads import LinkFetcher
from drtui.aws.gateway import AwsCredentials, DeepRacerGateway, open_gateway
from drtui.aws.sponsor.model_bucket import S3ModelBucket
from drtui.commands.model_details import page_as_json, read_details_now
from drtui.commands.models import list_models, model_page, read_all_now, watch_model
from drtui.commands.workspace import Workspace
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_details import Way
from drtui.domain.models import ModelRow
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import ModelBucket, StoredFile
from drtui.store.database import Database, open_database
from drtui.store.model_details import StoredDetails
from drtui.sync import model_details
from drtui.sync.engine import Engine
from drtui.sync.model_details import NO_BUCKET, NO_DOOR
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import EngineOptions
from drtui.sync.stored_details import MOST_OF_A_FILE, stored_details
from drtui.sync.told_details import told_details
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.model_pages import REWARD, rows
from tests.support.models import FakeBucket
from tests.support.moto import RunningMoto
from tests.support.moto_billing import sponsor_door
from tests.support.waiting import eventually

PATIENCE = 90.0
PARAMETERS = """AWS_REGION: us-east-1
WORLD_NAME: reInvent2019_track
TRACK_DIRECTION_CLOCKWISE: false
RACE_TYPE: TIME_TRIAL
"""
ADA, ONE = "AdaAdaAdaAdaAda", "One11One11One11"
OpenBucket = Callable[[], ModelBucket | None]


class World:
    """A store, an emulated deployment, and an engine between them whenever it is wanted."""

    def __init__(
        self, emulator: RunningEmulator, gateway: DeepRacerGateway, database: Database
    ) -> None:
        self.emulator = emulator
        self.gateway = gateway
        self.database = database
        self.workspace = Workspace(database, "ada")

    def run(self, open_bucket: OpenBucket | None = None, *, pull: bool = False) -> None:
        stop = threading.Event()
        watchdog = threading.Timer(PATIENCE, stop.set)
        watchdog.start()
        fetcher = partial(LinkFetcher, user_agent="drtui/test")
        sources = ModelSources(self.gateway.models, open_bucket, fetcher)
        Engine(self.database, self.gateway, EngineOptions(), models=sources).run_once(
            stop, pull=pull
        )
        watchdog.cancel()
        assert not stop.is_set()

    def read(self, row: ModelRow, open_bucket: OpenBucket | None = None) -> dict[str, Any]:
        """Read a model now; return its page as JSON."""
        enough = read_details_now(self.workspace, row)
        self.run(open_bucket)
        assert enough()
        page = model_page(self.workspace, row.key)
        assert page is not None
        return page_as_json(page)

    @property
    def own(self) -> list[ModelRow]:
        mine = self.gateway.own_profile().profile_id
        return [row for row in list_models(self.workspace) if row.profile_id == mine]

    @property
    def others(self) -> list[ModelRow]:
        mine = self.gateway.own_profile().profile_id
        return [row for row in list_models(self.workspace) if row.profile_id != mine]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_emulator(racers=12) as emulator:
        keys = emulator.ready["admin"]
        gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
        )
        path = tmp_path_factory.mktemp("details") / "event.sqlite"
        with closing(open_database(path)) as database:
            world = World(emulator, gateway, database)
            read_all_now(world.workspace)
            world.run(pull=True)
            yield world
        gateway.close()


def test_ones_own_model_is_read_through_the_api(world: World) -> None:
    pages = [world.read(row) for row in world.own]
    assert pages
    trained = [page for page in pages if page["training"] and page["evaluations"]]
    assert trained, "the emulator's first admin has an evaluated model"
    page = trained[0]
    assert page["details"]["from"] == Way.API
    assert page["details"]["trouble"] == ""
    assert page["training"]["episodes"] > 0
    assert page["training"]["best"]["reward"] is not None
    assert page["evaluations"][0]["laps"][0]["seconds"] > 0
    assert "def reward_function" in page["reward_function"]
    assert page["contents"]["action_space"]
    assert page["hyperparameters"]
    # merged into the table, where the listing by racer has told of neither
    assert page["size_bytes"]
    assert page["track"]
    assert page["training_status"] == "COMPLETED"


def test_no_link_to_metrics_is_kept(world: World) -> None:
    for row in world.own:
        world.read(row)
    with closing(open_database(world.database.path)) as again:
        raw = again.path.read_bytes()
        raw += again.path.with_name(f"{again.path.name}-wal").read_bytes()
    assert b"/storage/" not in raw


def test_metrics_that_are_not_there_leave_a_note_and_nothing_else(world: World) -> None:
    row = world.own[0]
    world.emulator.control("fail", method="GET", path="/storage/*", times=9, status=404)
    try:
        page = world.read(row)
    finally:
        world.emulator.control("clear")
    assert page["training"] is None
    assert page["details"]["notes"] == ["There are no metrics of a training."]
    assert page["details"]["trouble"] == ""


def test_another_racers_model_needs_the_second_door(world: World) -> None:
    row = world.others[0]
    assert world.read(row)["details"]["trouble"] == NO_DOOR
    assert world.read(row, lambda: None)["details"]["trouble"] == NO_BUCKET


def test_what_the_bucket_refuses_is_told(world: World) -> None:
    def refuse() -> ModelBucket:
        raise SponsorError(SponsorFailure.DENIED, "s3:ListBucket is not allowed.")

    page = world.read(world.others[0], refuse)
    assert page["details"]["trouble"] == "s3:ListBucket is not allowed."


def test_another_racers_model_is_read_from_the_bucket(
    world: World, moto: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"models-{uuid.uuid4()}"
    s3 = moto.client("s3")
    s3.create_bucket(Bucket=name)
    row = world.others[1]
    metadata = {"action_space": [{"steering_angle": 10, "speed": 2}], "sensor": ["STEREO_CAMERAS"]}
    laps = [{"elapsed_time_in_milliseconds": 9_500, "completion_percentage": 100}]
    files = {
        "model_metadata.json": json.dumps(metadata),
        "reward_function.py": REWARD,
        "ip/hyperparameters.json": '{"lr": 0.0003}',
        "metrics/training/20260501-a.json": json.dumps({"metrics": list(rows())}),
        "metrics/evaluation/20260502-b.json": json.dumps({"metrics": laps}),
        "metrics/submission/20260503-c.json": "no json",
        "sim-trace/x.csv": "x" * 1000,
        "sagemaker-artifacts/training_params.yaml": PARAMETERS,
        "sagemaker-artifacts/training_job_status.json": '{"jobStatus": "CLOSED", "message": ""}',
    }
    for path, body in files.items():
        key = f"{row.profile_id}/models/{row.model_id}/{path}"
        s3.put_object(Bucket=name, Key=key, Body=body.encode())
    with monkeypatch.context() as patched:
        bucket = S3ModelBucket(sponsor_door(patched, moto.url), name)
        page = world.read(row, lambda: bucket)
    assert page["details"]["from"] == Way.BUCKET
    assert page["training"]["episodes"] == 160
    assert page["training"]["best"]["iteration"] == 7
    assert [one["name"] for one in page["evaluations"]] == ["20260502-b"]
    assert page["evaluations"][0]["best_lap_seconds"] == 9.5
    assert page["details"]["notes"] == ["20260503-c: The metrics are no JSON."]
    assert page["contents"]["sensors"] == ["STEREO_CAMERAS"]
    assert page["reward_function"] == REWARD
    assert page["hyperparameters"] == {"lr": "0.0003"}
    assert page["settings"] == {"race type": "TIME_TRIAL", "track direction": "COUNTER_CLOCKWISE"}
    assert page["files"] == len(files)
    assert page["size_bytes"] == sum(len(body.encode()) for body in files.values())

    listed = {one.model_id: one for one in list_models(world.workspace)}[row.model_id]
    assert (listed.track, listed.training_status) == ("reInvent2019_track", "COMPLETED")
    assert (listed.files, listed.size) == (page["files"], page["size_bytes"])
    # and a listing that does not tell of them leaves them
    read_all_now(world.workspace)
    world.run(pull=True)
    listed = {one.model_id: one for one in list_models(world.workspace)}[row.model_id]
    assert (listed.track, listed.training_status) == ("reInvent2019_track", "COMPLETED")


@contextmanager
def watching(world: World, row: ModelRow, sources: ModelSources) -> Iterator[None]:
    """Let an engine run while somebody looks at a model's page."""
    watch_model(world.workspace, row, PATIENCE)
    stop = threading.Event()
    engine = Engine(world.database, world.gateway, EngineOptions(), models=sources)
    thread = threading.Thread(
        target=partial(engine.watch, stop, finish=threading.Event()), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_details, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(model_details, "_UNANSWERED_SECONDS", 0.2)


def known(world: World, row: ModelRow) -> StoredDetails:
    page = model_page(world.workspace, row.key)
    assert page is not None
    return page.known


@pytest.mark.usefixtures("often")
def test_a_network_lost_while_a_detail_is_read_leaves_what_was_there_and_it_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(row for row in world.own if world.read(row)["training"])
    before = known(world, row)
    calls = world.gateway.models
    read_half, lost = threading.Event(), threading.Event()
    evaluations = calls.own_evaluations

    def halfway(model_id: str) -> tuple[Mapping[str, object], ...]:
        if model_id == row.model_id:  # others are looked at, too
            read_half.set()
            assert lost.wait(PATIENCE)
        return evaluations(model_id)

    monkeypatch.setattr(calls, "own_evaluations", halfway)
    sources = ModelSources(calls, None, partial(LinkFetcher, user_agent="drtui/test"))
    with watching(world, row, sources):
        assert read_half.wait(PATIENCE)
        world.emulator.control("network", state="down", new="refuse", live="cut")
        lost.set()
        try:
            eventually(lambda: known(world, row).trouble != "", PATIENCE)
            without = known(world, row)
            assert without.details == before.details
            assert without.as_of == before.as_of
            assert without.trouble.endswith(".")
        finally:
            world.emulator.control("network", state="up")
        eventually(lambda: known(world, row).as_of != before.as_of, PATIENCE)
        assert known(world, row).trouble == ""


def test_metrics_that_do_not_come_leave_a_note_only_where_it_is_their_link_alone(
    world: World,
) -> None:
    row = next(row for row in world.own if world.read(row)["training"])
    before = known(world, row)

    class Unanswered(LinkFetcher):
        goes = "up"

        def fetch(self, *args: Any, **rest: Any) -> int:
            world.emulator.control("network", state=self.goes)
            raise DeploymentError(FailureKind.UNREACHABLE, "The link does not answer.")

    fetcher = partial(Unanswered, user_agent="drtui/test")
    sources = ModelSources(world.gateway.models, None, fetcher)
    Unanswered.goes = "down"
    try:
        with pytest.raises(DeploymentError):
            told_details(sources, row.model_id)
    finally:
        world.emulator.control("network", state="up")
    Unanswered.goes = "up"
    told = told_details(sources, row.model_id).details
    assert told.notes == ("Metrics: The link does not answer.",)
    assert told.training is None
    assert before.details is not None
    assert told.evaluations == before.details.evaluations


@pytest.mark.usefixtures("often")
def test_a_bucket_that_is_out_of_reach_leaves_what_was_there_and_it_goes_on(world: World) -> None:
    row = world.others[2]
    bucket = Files({"model_metadata.json": 9, "reward_function.py": 9})
    with watching(world, row, ModelSources(world.gateway.models, lambda: bucket)):
        eventually(lambda: known(world, row).as_of is not None, PATIENCE)
        bucket.fails = SponsorError(SponsorFailure.UNREACHABLE, "s3 cannot be reached.")
        eventually(lambda: known(world, row).trouble == "s3 cannot be reached.", PATIENCE)
        before = known(world, row)
        assert before.details is not None
        bucket.fails = None
        eventually(lambda: known(world, row).trouble == "", PATIENCE)
        assert known(world, row).as_of != before.as_of


@pytest.mark.parametrize(
    ("status", "told"), [("RUNNING", ""), ("CLOSED", "COMPLETED"), ("FAILED", "FAILED"), ("?", "")]
)
def test_how_a_training_ended_is_told_once_it_has(status: str, told: str) -> None:
    bucket = Texts({"sagemaker-artifacts/training_job_status.json": f'{{"jobStatus": "{status}"}}'})
    assert stored_details(bucket, ADA, ONE).details.training_status == told


@pytest.mark.parametrize(
    "text", ["", "WORLD_NAME", "WORLD_NAME: ", "WORLD_NAME: a b", "# WORLD_NAME: x", "\0\xff"]
)
def test_parameters_of_any_contents_are_read_and_do_no_harm(text: str) -> None:
    bucket = Texts({"sagemaker-artifacts/training_params.yaml": text})
    details = stored_details(bucket, ADA, ONE).details
    assert (details.track, details.settings) == ("", ())


class Texts(FakeBucket):
    """A bucket with the texts it is given."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def files(self, profile_id: str, model_id: str) -> list[StoredFile]:
        return [StoredFile(path, len(text), None) for path, text in self.texts.items()]

    def read(self, profile_id: str, model_id: str, path: str, most: int) -> bytes:
        return self.texts[path].encode()


class Files(FakeBucket):
    """A bucket with the files it is given, which notes what is read."""

    def __init__(self, sizes: dict[str, int]) -> None:
        super().__init__()
        self.sizes = sizes
        self.asked: list[tuple[str, int]] = []

    def files(self, profile_id: str, model_id: str) -> list[StoredFile]:
        return [StoredFile(path, size, None) for path, size in self.sizes.items()]

    def read(self, profile_id: str, model_id: str, path: str, most: int) -> bytes:
        self.asked.append((path, most))
        if self.fails is not None:
            raise self.fails
        return b"[" * min(most, 50_000)


def test_files_that_are_too_large_are_not_read() -> None:
    bucket = Files({"reward_function.py": MOST_OF_A_FILE + 1, "model_metadata.json": 10})
    details = stored_details(bucket, ADA, ONE).details
    assert [path for path, _ in bucket.asked] == ["model_metadata.json"]
    assert any("too large" in note for note in details.notes)
    assert details.reward is None


def test_files_of_any_contents_are_read_and_nested_ones_do_no_harm() -> None:
    bucket = Files({"model_metadata.json": 9, "metrics/training/a.json": 9, "metrics/x/b.json": 9})
    details = stored_details(bucket, ADA, ONE).details
    assert details.training is None
    assert "The metrics are no JSON." in details.notes


def test_a_model_without_files_says_so() -> None:
    details = stored_details(Files({}), ADA, ONE).details
    assert details.notes == ("The bucket has no files of this model.",)


def test_only_the_newest_evaluations_are_read() -> None:
    bucket = Files({f"metrics/evaluation/{number:03}.json": 9 for number in range(40)})
    details = stored_details(bucket, ADA, ONE).details
    assert len(bucket.asked) == 10
    assert bucket.asked[0][0] == "metrics/evaluation/039.json"
    assert any("newest 10 of 40" in note for note in details.notes)
