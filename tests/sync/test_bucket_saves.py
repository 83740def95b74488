"""Saving models to a bucket: verified by size, nothing left here, gone on with after a failure."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.sponsor import result_bucket
from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.result_bucket import S3ResultBucket
from drtui.commands.bulk import submit
from drtui.commands.downloads import plan_save_to_bucket
from drtui.domain.download_errands import BucketPlace
from drtui.domain.errands import Courier, Service
from drtui.domain.manifests import MANIFEST_CSV, MANIFEST_JSON
from drtui.domain.operations import ItemState
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.model_folders import saving_folder
from drtui.store import interventions
from drtui.sync.couriers.bucket_saves import BucketCourier, spool_of
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.logs import ADA
from tests.support.moto import REGION, RunningMoto
from tests.sync.downloading import Event

pytestmark = pytest.mark.usefixtures("aws_is_moto")
PLACE = BucketPlace("sponsor-results", "finals/")


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=20, lag_ms=0, archive_bytes=500_000, firewall="none") as running:
        yield running


@pytest.fixture
def bucket(moto: RunningMoto) -> Any:
    client: Any = moto.client("s3")
    client.create_bucket(Bucket=PLACE.bucket)
    return client


class Saving(Event):
    """An event whose models go to the bucket."""

    def own(self) -> str:
        """The deployment's own bucket."""
        return "models"

    def couriers(self) -> dict[Service, Courier]:
        door = Door(None, REGION, user_agent="drtui/test")
        courier = BucketCourier(self.door, S3ResultBucket(door), self.database, self.own)
        return {Service.BUCKET_SAVES: courier}

    def save(self, count: int) -> int:
        plan = plan_save_to_bucket(
            self.workspace, self.models(count), PLACE.address(), second_door=True
        )
        number = submit(self.workspace, plan)
        assert number is not None
        return number


@pytest.fixture
def event(emulator: RunningEmulator, tmp_path: Path) -> Iterator[Saving]:
    emulator.control("clear")
    made = Saving(emulator, tmp_path / "state" / "store.sqlite")
    yield made
    made.gateway.close()
    made.database.close()


def sizes(bucket: Any) -> dict[str, int]:
    listed = bucket.list_objects_v2(Bucket=PLACE.bucket, Prefix=PLACE.prefix).get("Contents", [])
    return {one["Key"].removeprefix(PLACE.prefix): one["Size"] for one in listed}


def test_models_are_in_the_bucket_with_a_manifest_and_nothing_stays_here(
    event: Saving, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_bucket, "_PART", 5 * 2**20)
    number = event.save(3)
    event.run()
    assert event.states(number) == [ItemState.DONE] * 3
    found = sizes(bucket)
    body = bucket.get_object(Bucket=PLACE.bucket, Key=PLACE.key(MANIFEST_JSON))["Body"].read()
    listed = json.loads(body)["models"]
    assert found.keys() == {MANIFEST_JSON, MANIFEST_CSV, *(one["file"] for one in listed)}
    assert all(found[one["file"]] == one["bytes"] for one in listed)
    left = {path.name for path in spool_of(event.database.path, PLACE).iterdir()}
    assert left == {MANIFEST_JSON, MANIFEST_CSV}
    again = event.save(3)
    event.run()
    assert event.states(again) == [ItemState.ALREADY_SO] * 3
    bucket.delete_object(Bucket=PLACE.bucket, Key=PLACE.key(listed[0]["file"]))
    third = event.save(3)
    event.run()
    assert sorted(event.states(third)) == sorted([ItemState.DONE, *[ItemState.ALREADY_SO] * 2])
    assert sizes(bucket).keys() == found.keys()


def test_what_was_fetched_is_not_fetched_again_after_the_bucket_failed(
    event: Saving, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = event.save(1)
    put = S3ResultBucket.put

    def refused(*_: object, **__: object) -> None:
        raise SponsorError(SponsorFailure.DENIED, "They need s3:PutObject.")

    monkeypatch.setattr(S3ResultBucket, "put", refused)
    event.run()
    (item,) = event.items(number)
    assert (item.state, item.reason) == (ItemState.PENDING, "They need s3:PutObject.")
    monkeypatch.setattr(S3ResultBucket, "put", put)
    event.emulator.control("calls", clear=True)
    with event.database.write() as connection:
        connection.exec_driver_sql("UPDATE operation_item SET due_at = 0")
    event.run()
    assert event.states(number) == [ItemState.DONE]
    calls = event.emulator.control("calls")["calls"]
    assert not [one for one in calls if "/storage/" in one["path"] or "/getasset" in one["path"]]
    assert len(sizes(bucket)) >= 3


def test_a_manifest_that_could_not_be_put_is_put_once_the_bucket_takes_it(
    event: Saving, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = event.save(2)
    put = S3ResultBucket.put

    def only_models(self: S3ResultBucket, place: str, key: str, *more: Any, **how: Any) -> None:
        if "manifest" in key:
            raise SponsorError(SponsorFailure.DENIED, "They need s3:PutObject.")
        put(self, place, key, *more, **how)

    with monkeypatch.context() as patched:
        patched.setattr(S3ResultBucket, "put", only_models)
        event.run()
    assert event.states(number) == [ItemState.DONE, ItemState.PENDING]
    bucket.delete_objects(
        Bucket=PLACE.bucket,
        Delete={"Objects": [{"Key": PLACE.key(name)} for name in (MANIFEST_JSON, MANIFEST_CSV)]},
    )
    with event.database.write() as connection:
        connection.exec_driver_sql("UPDATE operation_item SET due_at = 0")
    event.run()
    assert event.states(number) == [ItemState.DONE, ItemState.ALREADY_SO]
    body = bucket.get_object(Bucket=PLACE.bucket, Key=PLACE.key(MANIFEST_JSON))["Body"].read()
    assert len(json.loads(body)["models"]) == 2


def test_a_manifest_is_there_although_the_rest_was_cancelled_on_the_way(
    event: Saving, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = event.save(3)
    put = S3ResultBucket.put

    def cancelled(self: S3ResultBucket, *what: Any, **how: Any) -> None:
        interventions.cancel(event.database, number, ADA)
        put(self, *what, **how)

    for one in sizes(bucket):
        bucket.delete_object(Bucket=PLACE.bucket, Key=PLACE.key(one))
    monkeypatch.setattr(S3ResultBucket, "put", cancelled)
    event.run()
    assert event.states(number).count(ItemState.CANCELLED) == 2
    assert MANIFEST_JSON in sizes(bucket)


def test_nothing_is_put_into_the_deployment_s_own_bucket(
    event: Saving, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only the stack is named, its name is known no sooner than the errand's turn comes."""
    monkeypatch.setattr(event, "own", lambda: PLACE.bucket)
    before = sizes(bucket)
    number = event.save(1)
    event.run()
    (item,) = event.items(number)
    assert item.state is ItemState.FAILED
    assert "the deployment's own bucket" in item.reason
    assert sizes(bucket) == before


def test_a_folder_beside_the_store_that_cannot_be_made_is_told(event: Saving) -> None:
    number = event.save(1)
    saving_folder(event.database.path).write_text("in the way")
    event.run()
    (item,) = event.items(number)
    assert (item.state, item.attempts) == (ItemState.PENDING, 0)
    assert item.reason.endswith("store.saving is no folder.")


def test_a_large_file_goes_in_parts_and_is_whole(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_bucket, "_PART", 5 * 2**20)
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * 50_000)
    told: list[int] = []
    S3ResultBucket(Door(None, REGION, user_agent="drtui/test")).put(
        PLACE.bucket, PLACE.key("large"), path, progress=lambda size, _: told.append(size)
    )
    body = bucket.get_object(Bucket=PLACE.bucket, Key=PLACE.key("large"))["Body"].read()
    assert body == path.read_bytes()
    assert len(told) == 4
    assert told == sorted(told)
    assert bucket.list_multipart_uploads(Bucket=PLACE.bucket).get("Uploads", []) == []
    bucket.delete_object(Bucket=PLACE.bucket, Key=PLACE.key("large"))


def test_a_bucket_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    door = S3ResultBucket(Door(None, REGION, user_agent="drtui/test"))
    with pytest.raises(SponsorError) as caught:
        door.put("nobody-has-this-one", "x", path)
    assert caught.value.kind is SponsorFailure.NOT_FOUND
