"""The engine and everybody's models: beside deliveries, and over HTTP."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_download
from drtui.commands.models import list_models, read_all_now, sweep_progress, watch_all
from drtui.domain.errands import Carried, Courier, Service, Terms
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.features import features_of
from drtui.domain.operations import Item, ItemState
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaChange
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.deployment_facts import write_found
from drtui.sync.engine import Engine
from drtui.sync.model_sources import ModelSources
from drtui.sync.options import Ending, EngineOptions
from tests.support.deployments import racer_id
from tests.support.models import FakeBucket, FakeModelCalls
from tests.support.waiting import eventually
from tests.sync.worlds import PATIENCE, UNPACED, World

ADA = racer_id(0)


class ModelWorld(World):
    """A world whose engines read everybody's models too."""

    def __init__(self, path: Path, count: int) -> None:
        self.calls: FakeModelCalls | None = None
        self.bucket = FakeBucket()
        self.couriers: dict[Service, Courier] = {}
        super().__init__(path, count)
        self.calls = FakeModelCalls(self.deployment)
        self.deployment.stores(ADA, "first", "second")

    def engine(self, options: EngineOptions = UNPACED, database: object = None) -> Engine:
        sources = None if self.calls is None else ModelSources(self.calls, lambda: self.bucket)
        return Engine(self.database, self.deployment, options, self.couriers, sources)

    def names(self) -> set[str]:
        return {row.name for row in list_models(self.workspace)}


class SlowCourier:
    """Carries an errand out for as long as it is let."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ends = threading.Event()

    def terms(self) -> Terms:
        return Terms()

    def carry_out(self, items: Sequence[Item]) -> dict[int, Carried]:
        self.begun.set()
        assert self.ends.wait(PATIENCE)
        return {item.item_id: Carried(ItemState.DONE) for item in items}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ModelWorld]:
    world = ModelWorld(tmp_path / "event.sqlite", 3)
    yield world
    world.database.close()


@pytest.mark.parametrize("release", ["1.3.1", "1.2.5"])
def test_one_run_reads_what_was_asked_for_before_it_ends(world: ModelWorld, release: str) -> None:
    write_found(world.database, features_of(release))
    read_all_now(world.workspace)
    assert world.run() is Ending.DELIVERED
    assert world.names() == {"first", "second"}
    assert not sweep_progress(world.workspace).under_way


def test_one_run_that_nobody_waits_for_reads_none(world: ModelWorld) -> None:
    world.run(pull=True)
    assert world.calls is not None
    assert not world.calls.called


def test_a_running_engine_notices_and_goes_on(world: ModelWorld) -> None:
    write_found(world.database, features_of("1.3.1"))
    with world.running():
        watch_all(world.workspace)
        eventually(lambda: world.names() == {"first", "second"}, PATIENCE)
        world.deployment.stores(ADA, "third")
        read_all_now(world.workspace)
        eventually(lambda: world.names() == {"third"}, PATIENCE)


def test_a_refusal_halts_nothing_and_is_no_missing_sign_in(world: ModelWorld) -> None:
    write_found(world.database, features_of("1.3.1"))
    assert world.calls is not None
    refusal = DeploymentError(FailureKind.NOT_SIGNED_IN, "Missing Token", status=403)
    world.calls.failures["all_models"] = [refusal]
    read_all_now(world.workspace)
    operation = world.submit(SetQuotas(QuotaChange(540), None), 0)
    assert world.run() is Ending.DELIVERED
    assert world.states(operation) == {ItemState.DONE: 1}
    assert world.sync_state().halt is None
    assert sweep_progress(world.workspace).trouble == "Missing Token"


def test_a_sign_in_that_ends_during_the_call_for_all_is_no_missing_call(world: ModelWorld) -> None:
    write_found(world.database, features_of("1.3.1"))
    assert world.calls is not None
    with world.running() as engine:
        eventually(lambda: world.deployment.called["own_profile"] >= 2, PATIENCE)
        eventually(lambda: world.names() == {"first", "second"}, PATIENCE)
        world.deployment.fails(FailureKind.NOT_SIGNED_IN, call="own_profile", times=1_000)
        ended = DeploymentError(FailureKind.NOT_SIGNED_IN, "The sign-in ended.", status=403)
        world.calls.failures["all_models"] = [ended]
        read_all_now(world.workspace)
        eventually(lambda: world.sync_state().halt is FailureKind.NOT_SIGNED_IN, PATIENCE)
        world.deployment.stores(ADA, "third")
        world.deployment.heals()
        engine.wake(signed_in=True)
        read_all_now(world.workspace)
        eventually(lambda: world.names() == {"third"}, PATIENCE)
    assert set(world.calls.called) == {"all_models"}


def test_a_download_that_takes_long_holds_nothing_up(world: ModelWorld, tmp_path: Path) -> None:
    write_found(world.database, features_of("1.3.1"))
    read_all_now(world.workspace)
    world.run()
    courier = SlowCourier()
    world.couriers = {Service.DOWNLOADS: courier}
    models = list_models(world.workspace)
    with world.running():
        submit(world.workspace, plan_download(world.workspace, models, str(tmp_path)))
        assert courier.begun.wait(PATIENCE)
        world.deployment.stores(ADA, "third")
        read_all_now(world.workspace)
        eventually(lambda: world.names() == {"third"}, PATIENCE)
        courier.ends.set()


def test_the_bucket_is_added_up_when_asked_and_its_trouble_is_told(world: ModelWorld) -> None:
    written = datetime(2026, 5, 1, tzinfo=UTC)
    world.bucket.found = [StoredFiles(ADA, "first", 7, 2, written)]
    read_all_now(world.workspace, files=True)
    world.run()
    eventually(lambda: {row.size for row in list_models(world.workspace)} == {7, None}, PATIENCE)
    assert sweep_progress(world.workspace).files_trouble == ""
    world.bucket.fails = SponsorError(SponsorFailure.DENIED, "may not list")
    read_all_now(world.workspace, files=True)
    world.run()
    eventually(lambda: sweep_progress(world.workspace).files_trouble == "may not list", PATIENCE)


def test_offline_nothing_is_asked(world: ModelWorld) -> None:
    world.deployment.network(up=False)
    watch_all(world.workspace)
    stop = threading.Event()
    world.engine().run_once(stop)
    assert world.calls is not None
    assert not world.calls.called
