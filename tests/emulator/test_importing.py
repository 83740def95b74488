"""The upload bucket, asked by boto3 as the client asks it, and what is imported from it."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.emulator import (
    Reply,
    RunningEmulator,
    running_emulator,
    send,
    start_emulator,
)
from tests.support.waiting import eventually

BUCKET = "dremulator-uploads"
FILES = {
    "model_metadata.json": json.dumps(
        {
            "action_space": [
                {"steering_angle": 0, "speed": 1.5},
                {"steering_angle": 9, "speed": 1},
            ],
            "sensor": ["FRONT_FACING_CAMERA", "SECTOR_LIDAR"],
            "training_algorithm": "clipped_ppo",
            "action_space_type": "discrete",
        }
    ),
    "reward_function.py": "def reward_function(params):\n    return 1.0\n",
    "training_params.yaml": 'JOB_TYPE: "TRAINING"\nWORLD_NAME: "Vegas_track"\n',
    "hyperparameters.json": json.dumps(
        {"batch_size": 64, "lr": 0.0003, "discount_factor": 0.99, "loss_type": "huber"}
    ),
    "model/.coach_checkpoint": "1_Step-1.ckpt",
    "model/1_Step-1.ckpt.index": "i",
    "model/1_Step-1.ckpt.data-00000-of-00001": "d" * 1000,
    "model/1_Step-1.ckpt.meta": "m",
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=1, lag_ms=0, deployment="1.3.1") as running:
        yield running


def bucket(emulator: RunningEmulator, **changed: str) -> Any:
    keys = emulator.keys() | changed
    return boto3.client(
        "s3",
        endpoint_url=emulator.ready["s3"],
        region_name="us-east-1",
        aws_access_key_id=keys["access_key"],
        aws_secret_access_key=keys["secret_key"],
        aws_session_token=keys["session_token"],
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


def upload(emulator: RunningEmulator, path: str, **changed: str | None) -> None:
    client = bucket(emulator)
    for name, text in {**FILES, **changed}.items():
        if text is not None:
            client.put_object(Bucket=BUCKET, Key=f"{path}/{name}", Body=text.encode())


def begin(emulator: RunningEmulator, path: str, name: str = "brought-along") -> Reply:
    body = {"s3Bucket": BUCKET, "s3Path": path, "modelName": name, "modelDescription": "From home"}
    return emulator.request("POST", "/importmodel", body)


def model(emulator: RunningEmulator, model_id: str) -> dict[str, Any]:
    found: dict[str, Any] = emulator.request("GET", f"/models/{model_id}").json()["model"]
    return found


def trouble_of(emulator: RunningEmulator, model_id: str) -> str:
    """Why an import failed, which only the listing of everybody's models says."""
    rows = emulator.request("GET", "/admin/models").json()["models"]
    return str(next(row for row in rows if row["modelId"] == model_id)["importErrorMessage"])


def test_the_site_names_bucket_and_endpoint(emulator: RunningEmulator) -> None:
    script = send("GET", emulator.ready["site"] + "/env.js", {}).body.decode()
    config = json.loads(script.partition("=")[2].rstrip().rstrip(";"))
    assert (config["uploadBucketName"], config["s3Endpoint"]) == (BUCKET, emulator.ready["s3"])
    assert emulator.ready["s3"] == emulator.ready["site"] + "/s3"


def test_files_go_up_whole_and_in_parts(emulator: RunningEmulator, tmp_path: Path) -> None:
    client = bucket(emulator)
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"0123456789")
    large.write_bytes(os.urandom(11 * 2**20))
    config = TransferConfig(multipart_threshold=6 * 2**20, multipart_chunksize=5 * 2**20)
    seen: list[int] = []
    client.upload_file(str(small), BUCKET, "a folder/small é.txt", Config=config)
    client.upload_file(str(large), BUCKET, "large", Config=config, Callback=seen.append)
    assert client.head_object(Bucket=BUCKET, Key="a folder/small é.txt")["ContentLength"] == 10
    head = client.head_object(Bucket=BUCKET, Key="large")
    assert (head["ContentLength"], sum(seen)) == (11 * 2**20, 11 * 2**20)
    assert head["ETag"].endswith('-3"')
    client.delete_object(Bucket=BUCKET, Key="large")
    with pytest.raises(ClientError, match="404"):
        client.head_object(Bucket=BUCKET, Key="large")


def test_an_upload_of_parts_can_be_given_up(emulator: RunningEmulator) -> None:
    client = bucket(emulator)
    where = {"Bucket": BUCKET, "Key": "given up"}
    upload_id = client.create_multipart_upload(**where)["UploadId"]
    client.upload_part(**where, UploadId=upload_id, PartNumber=1, Body=b"x")
    with pytest.raises(ClientError, match="InvalidPart"):
        client.complete_multipart_upload(
            **where,
            UploadId=upload_id,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"0"'}]},
        )
    client.abort_multipart_upload(**where, UploadId=upload_id)
    with pytest.raises(ClientError, match="NoSuchUpload"):
        client.upload_part(**where, UploadId=upload_id, PartNumber=1, Body=b"x")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret_key": "guessed"}, "SignatureDoesNotMatch"),
        ({"access_key": "ASIANOBODY"}, "InvalidAccessKeyId"),
    ],
)
def test_only_known_keys_upload(
    emulator: RunningEmulator, changed: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError, match=code):
        bucket(emulator, **changed).put_object(Bucket=BUCKET, Key="x", Body=b"x")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        bucket(emulator).put_object(Bucket="another-bucket", Key="x", Body=b"x")
    keys = emulator.control("issue_keys")
    emulator.control("expire_keys", access_key=keys["access_key"])
    expired = {name: keys[name] for name in ("access_key", "secret_key", "session_token")}
    with pytest.raises(ClientError, match="ExpiredToken"):
        bucket(emulator, **expired).put_object(Bucket=BUCKET, Key="x", Body=b"x")
    assert send("PUT", f"{emulator.ready['s3']}/{BUCKET}/x", {}, b"x").status == 403


def test_an_import_takes_its_time_and_becomes_ready(emulator: RunningEmulator) -> None:
    upload(emulator, "good")
    emulator.control("imports", seconds=1e6)
    before = emulator.request("GET", "/profile").json()["profile"]
    reply = begin(emulator, "good")
    assert reply.status == 200
    model_id = reply.json()["modelId"]
    importing = model(emulator, model_id)
    assert (importing["status"], importing["trainingStatus"]) == ("IMPORTING", "COMPLETED")
    assert emulator.request("GET", "/profile").json()["profile"] == before
    emulator.control("clock", advance=2e6)
    done = model(emulator, model_id)
    assert (done["status"], done["description"]) == ("READY", "From home")
    assert done["fileSizeInBytes"] == sum(len(each) for each in FILES.values())
    assert done["trainingConfig"]["trackConfig"]["trackId"] == "Vegas_track"
    assert done["metadata"]["sensors"] == {"camera": "FRONT_FACING_CAMERA", "lidar": "SECTOR_LIDAR"}
    assert done["metadata"]["rewardFunction"] == FILES["reward_function.py"]
    row = emulator.profiles()[before["profileId"]]
    models = emulator.request("GET", "/models").json()["models"]
    assert row["modelStorageUsage"] == sum(each["fileSizeInBytes"] for each in models)
    listed = emulator.request("GET", "/admin/models").json()["models"]
    assert {e["modelSource"] for e in listed if e["modelId"] == model_id} == {"IMPORTED"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"training_params.yaml": None, "hyperparameters.json": None}, "Missing required files"),
        ({"model_metadata.json": "{"}, "Unable to parse model_metadata.json"),
        ({"hyperparameters.json": "{}"}, "Missing hyperparameters"),
        ({"training_params.yaml": "x: 1\n"}, "Invalid track configuration"),
        (
            {"model_metadata.json": FILES["model_metadata.json"].replace("clipped_ppo", "sac")},
            "SAC does not work with discrete",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_at_once(
    emulator: RunningEmulator, changed: dict[str, str | None], words: str
) -> None:
    path = f"bad-{abs(hash(words))}"
    upload(emulator, path, **changed)
    reply = begin(emulator, path)
    assert (reply.status, reply.error_type) == (400, "BadRequestError")
    assert words in reply.json()["message"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("model/1_Step-1.ckpt.meta", None, "can't validate your model"),
        ("reward_function.py", "def reward_function(:", "not valid Python"),
        ("reward_function.py", "x = 1", "was not found"),
    ],
)
def test_what_is_broken_inside_fails_later_with_a_text(
    emulator: RunningEmulator, name: str, text: str | None, words: str
) -> None:
    path = f"broken-{abs(hash(words))}"
    upload(emulator, path, **{name: text})
    model_id = begin(emulator, path).json()["modelId"]
    emulator.control("clock", advance=3e6)
    failed = model(emulator, model_id)
    assert (failed["status"], failed["fileSizeInBytes"]) == ("ERROR", 0)
    assert words in trouble_of(emulator, model_id)
    assert "importErrorMessage" not in failed


def test_the_next_import_fails_as_asked(emulator: RunningEmulator) -> None:
    upload(emulator, "doomed")
    emulator.control("imports", seconds=1, fail=["The disk was full."])
    first, second = (begin(emulator, "doomed").json()["modelId"] for _ in range(2))
    emulator.control("clock", advance=10)
    assert trouble_of(emulator, first) == "The disk was full."
    assert model(emulator, second)["status"] == "READY"


def test_names_and_buckets_are_checked(emulator: RunningEmulator) -> None:
    assert begin(emulator, "good", "two words").error_type == "BadRequestException"
    assert begin(emulator, "good", "x" * 65).error_type == "BadRequestException"
    body = {"s3Bucket": "another", "s3Path": "good", "modelName": "x"}
    assert emulator.request("POST", "/importmodel", body).error_type == "BadRequestError"
    assert begin(emulator, "nothing-there").error_type == "BadRequestError"


def test_models_imports_and_deletions_outlive_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "state"
    emulator = start_emulator(racers=3, frozen=True, lag_ms=0, state=state, speed=1e-6)
    upload(emulator, "good")
    emulator.control("imports", seconds=100)
    imported = begin(emulator, "good").json()["modelId"]
    models = {e["name"]: e for e in emulator.request("GET", "/models").json()["models"]}
    deleted, stopped = models["centre-line"]["modelId"], models["in-training"]["modelId"]
    emulator.request("DELETE", f"/models/{deleted}")
    emulator.request("PATCH", f"/models/{stopped}")
    eventually(lambda: all(
        each.encode() in state.read_bytes()
        for each in (f'"{imported}","brought-along","IMPORTING"',
                     f'"{deleted}","centre-line","DELETING"',
                     f'"{stopped}","in-training","STOPPING"')))  # fmt: skip
    os.kill(emulator.process.pid, signal.SIGKILL)
    emulator.stop()
    with running_emulator(state=state, lag_ms=0, speed=1e-6) as again:
        assert model(again, imported)["status"] == "IMPORTING"
        assert model(again, stopped)["trainingStatus"] == "STOPPING"
        again.control("clock", advance=200)
        done = model(again, imported)
        assert (done["status"], done["description"]) == ("READY", "From home")
        assert done["metadata"]["rewardFunction"] == FILES["reward_function.py"]
        assert model(again, stopped)["status"] == "READY"
        assert again.request("GET", f"/models/{deleted}").status == 404
