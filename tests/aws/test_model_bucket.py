"""The bucket of the models, against moto's S3 and CloudFormation; what moto lacks is scripted."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest

from drtui.aws.sponsor.model_bucket import S3ModelBucket, bucket_of_stack
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import ModelBucket
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import origin, sponsor_door

ADA, BOB = "AdaAdaAdaAdaAda", "BobBobBobBobBob"
ONE, TWO = "One11One11One11", "Two22Two22Two22"


@pytest.fixture
def name(moto: RunningMoto) -> str:
    bucket = f"models-{uuid.uuid4()}"
    moto.client("s3").create_bucket(Bucket=bucket)
    return bucket


@pytest.fixture
def bucket(moto: RunningMoto, name: str, monkeypatch: pytest.MonkeyPatch) -> ModelBucket:
    return S3ModelBucket(sponsor_door(monkeypatch, moto.url), name)


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> ModelBucket:
    return S3ModelBucket(sponsor_door(monkeypatch, origin(server), read=1.0), "models-1")


def put(moto: RunningMoto, bucket: str, key: str, size: int) -> None:
    moto.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x" * size)


def failure_of(call: Any) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        call()
    return raised.value


def listing(*entries: str, token: str = "") -> Step:
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    inner = "".join(f"<Contents>{entry}</Contents>" for entry in entries)
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    body = f'<?xml version="1.0"?><ListBucketResult xmlns="{space}">{more}{inner}'
    return answer(f"{body}</ListBucketResult>".encode(), content_type="application/xml")


def test_the_files_of_each_model_are_added_up(
    moto: RunningMoto, name: str, bucket: ModelBucket
) -> None:
    put(moto, name, f"{ADA}/models/{ONE}/model_metadata.json", 10)
    put(moto, name, f"{ADA}/models/{ONE}/sim-trace/a/b.csv", 20)
    put(moto, name, f"{ADA}/models/{TWO}/logs/x", 0)
    put(moto, name, f"{BOB}/models/{ONE}/x", 5)
    for other in ("env.js", f"{ADA}/avatar.png", f"{ADA}/models/short/x", f"{ADA}/models/{ONE}"):
        put(moto, name, other, 99)
    found = list(bucket.everything())
    assert [(one.profile_id, one.model_id, one.size, one.count) for one in found] == [
        (ADA, ONE, 30, 2),
        (ADA, TWO, 0, 1),
        (BOB, ONE, 5, 1),
    ]
    assert all(one.newest is not None and one.newest.tzinfo is UTC for one in found)


def test_a_model_that_goes_over_a_page_is_one(
    scripted: ModelBucket, server: ScriptedServer
) -> None:
    def entry(model: str, file: str, day: int) -> str:
        written = f"<LastModified>2026-05-0{day}T00:00:00.000Z</LastModified>"
        return f"<Key>{ADA}/models/{model}/{file}</Key><Size>7</Size>{written}"

    server.script(
        listing(entry(ONE, "a", 1), entry(ONE, "b", 3), token="n/x=="),
        listing(entry(ONE, "c", 2), entry(TWO, "a", 1), "<Key></Key>", f"<Key>{BOB}</Key>"),
    )
    first, second = scripted.everything()
    assert (first.size, first.count) == (21, 3)
    assert first.newest is not None
    assert first.newest.day == 3
    assert (second.model_id, second.count) == (TWO, 1)
    assert "continuation-token=n%2Fx%3D%3D" in server.requests[1].target


def test_pages_are_asked_for_as_they_are_needed(
    scripted: ModelBucket, server: ScriptedServer
) -> None:
    keys = [f"<Key>{ADA}/models/{one}/a</Key><Size>1</Size>" for one in (ONE, TWO)]
    server.script(listing(*keys, token="more"), listing())
    models: Iterator[object] = scripted.everything()
    next(models)
    assert len(server.requests) == 1
    assert len(list(models)) == 1
    assert len(server.requests) == 2


def test_the_files_of_one_model_are_listed_by_their_paths(
    moto: RunningMoto, name: str, bucket: ModelBucket
) -> None:
    put(moto, name, f"{ADA}/models/{ONE}/", 0)
    put(moto, name, f"{ADA}/models/{ONE}/metrics/", 0)
    put(moto, name, f"{ADA}/models/{ONE}/metrics/training/1 ö+.json", 12)
    put(moto, name, f"{ADA}/models/{TWO}/other", 12)
    (file,) = bucket.files(ADA, ONE)
    assert (file.path, file.size) == ("metrics/training/1 ö+.json", 12)
    assert file.written_at is not None
    assert bucket.read(ADA, ONE, file.path, 100) == b"x" * 12


def test_a_file_is_read_up_to_what_is_wanted(
    moto: RunningMoto, name: str, bucket: ModelBucket
) -> None:
    data = bytes(range(256)) * 400
    moto.client("s3").put_object(Bucket=name, Key=f"{ADA}/models/{ONE}/f", Body=data)
    put(moto, name, f"{ADA}/models/{ONE}/empty", 0)
    assert bucket.read(ADA, ONE, "f", 300) == data[:300]
    assert bucket.read(ADA, ONE, "f", 10**6) == data
    assert bucket.read(ADA, ONE, "empty", 10) == b""
    missing = failure_of(lambda: bucket.read(ADA, ONE, "none", 10))
    assert missing.kind is SponsorFailure.NOT_FOUND
    with pytest.raises(ValueError, match="at least one byte"):
        bucket.read(ADA, ONE, "f", 0)


def test_only_so_much_is_read_where_a_range_is_not_heeded(
    scripted: ModelBucket, server: ScriptedServer
) -> None:
    server.script(answer(b"y" * 5_000, content_type="binary/octet-stream"))
    assert scripted.read(ADA, ONE, "f", 7) == b"y" * 7
    assert server.requests[0].headers["range"] == "bytes=0-6"


@pytest.mark.parametrize(
    "step",
    [
        answer(b"abc", content_type="binary/octet-stream", content_length="9", end=End.CLOSE),
        answer(b"<html>Hi", content_type="text/html"),
    ],
)
def test_a_file_that_was_cut_short_or_is_a_page_is_none(
    scripted: ModelBucket, server: ScriptedServer, step: Step
) -> None:
    server.script(step)
    failure = failure_of(lambda: scripted.read(ADA, ONE, "f", 100))
    assert failure.kind is SponsorFailure.UNAVAILABLE
    assert failure.__context__ is None


@pytest.mark.parametrize("body", [b"<html><body>Hi</body></html>", b"hello", b"{}"])
def test_a_listing_that_is_a_page_is_none(
    scripted: ModelBucket, server: ScriptedServer, body: bytes
) -> None:
    server.script(answer(body, content_type="application/xml"))
    failure = failure_of(lambda: list(scripted.everything()))
    assert failure.kind is SponsorFailure.UNAVAILABLE


@pytest.mark.parametrize(
    ("profile", "model", "path"),
    [
        ("short", ONE, "f"),
        (ADA, "../../../../etc", "f"),
        (ADA, ONE, ""),
        (ADA, ONE, "../x"),
        (ADA, ONE, "a//b"),
        (ADA, ONE, "x" * 1_025),
    ],
)
def test_what_can_be_no_file_of_a_model_is_not_asked_for(
    scripted: ModelBucket, server: ScriptedServer, profile: str, model: str, path: str
) -> None:
    failure = failure_of(lambda: scripted.read(profile, model, path, 9))
    assert failure.kind is SponsorFailure.REFUSED
    assert server.requests == []


def test_a_refusal_names_its_permission(scripted: ModelBucket, server: ScriptedServer) -> None:
    body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>No</Message></Error>"
    server.script(*[answer(body, status=403, content_type="application/xml")] * 2)
    assert failure_of(lambda: scripted.files(ADA, ONE)).permission == "s3:ListBucket"
    assert failure_of(lambda: scripted.read(ADA, ONE, "f", 9)).permission == "s3:GetObject"


def test_a_bucket_that_is_not_there_is_told(
    moto: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = S3ModelBucket(sponsor_door(monkeypatch, moto.url), f"none-{uuid.uuid4()}")
    assert failure_of(lambda: list(bucket.everything())).kind is SponsorFailure.NOT_FOUND
    odd = S3ModelBucket(sponsor_door(monkeypatch, moto.url), "../Odd")
    assert failure_of(lambda: list(odd.everything())).kind is SponsorFailure.REFUSED


def stack(moto: RunningMoto, *buckets: str) -> str:
    made = f"races-{uuid.uuid4()}"
    template = {
        "Resources": {each: {"Type": "AWS::S3::Bucket"} for each in buckets}
        | {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "ModelStorageBucketTopic": {"Type": "AWS::SNS::Topic"},
        }
    }
    moto.client("cloudformation").create_stack(StackName=made, TemplateBody=json.dumps(template))
    return made


def test_the_bucket_is_found_in_the_stack_once(
    moto: RunningMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = sponsor_door(monkeypatch, moto.url)
    made = stack(moto, "StorageModelStorageBucket1A2B", "VirtualModelBucket9", "UploadBucket3")
    found = bucket_of_stack(door, made)
    put(moto, found, f"{ADA}/models/{ONE}/a", 3)
    asked: list[str] = []

    def find() -> str:
        asked.append(made)
        return bucket_of_stack(door, made)

    bucket = S3ModelBucket(door, find)
    assert asked == []
    assert [one.size for one in bucket.everything()] == [3]
    assert len(bucket.files(ADA, ONE)) == 1
    assert len(asked) == 1


@pytest.mark.parametrize("buckets", [(), ("ModelStorageBucketA", "OtherModelStorageBucketB")])
def test_without_one_bucket_it_says_how_to_name_it(
    moto: RunningMoto, monkeypatch: pytest.MonkeyPatch, buckets: tuple[str, ...]
) -> None:
    made = stack(moto, *buckets)
    door = sponsor_door(monkeypatch, moto.url)
    failure = failure_of(lambda: bucket_of_stack(door, made))
    assert failure.kind is SponsorFailure.NOT_FOUND
    assert "--model-bucket" in failure.message
