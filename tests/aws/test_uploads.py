"""Uploading to the upload bucket: against moto's S3 and the embedded account's."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drtui.aws.gateway import AwsCredentials, Timeouts
from drtui.aws.sessions import KeySource
from drtui.aws.uploads import BucketUploads
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import UploadBucket
from drtui.domain.problems import LocalFileError, ProblemError
from tests.aws.conftest import CREDENTIALS, SECRET, TOKEN, OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.moto import RunningMoto

MIB = 1024 * 1024


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "model.pb"
    made.write_bytes(b"weights")
    return made


def uploads(
    bucket: str,
    credentials: AwsCredentials | KeySource | None = CREDENTIALS,
    renew: Callable[[], bool] | None = None,
) -> UploadBucket:
    return BucketUploads(
        bucket,
        "us-east-1",
        credentials,
        user_agent="drtui-tests/1",
        renew=renew,
        timeouts=Timeouts(connect=5.0, read=10.0),
    )


def to(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> UploadBucket:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
    return uploads("uploads-1")


def refusal(code: str, status: int) -> Step:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No</Message></Error>".encode()
    return answer(body, status=status, content_type="application/xml")


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def test_a_file_is_put_under_its_key(
    moto: RunningMoto, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto.url)
    bucket = f"uploads-{uuid.uuid4()}"
    moto.client("s3").create_bucket(Bucket=bucket)
    told: list[tuple[int, int | None]] = []
    there = uploads(bucket)
    assert there.name == bucket
    there.put("ada/my model/ö.pb", path, progress=lambda *each: told.append(each))
    path.write_bytes(b"other")
    there.put("ada/again", path)
    there.put("ada/again", path)
    kept = moto.client("s3").get_object(Bucket=bucket, Key="ada/my model/ö.pb")
    assert kept["Body"].read() == b"weights"
    assert told[-1] == (7, 7)


def test_a_big_file_goes_in_parts(
    moto: RunningMoto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto.url)
    bucket = f"uploads-{uuid.uuid4()}"
    moto.client("s3").create_bucket(Bucket=bucket)
    big = tmp_path / "big"
    data = bytes(range(256)) * (9 * MIB // 256)
    big.write_bytes(data)
    told: list[int] = []
    uploads(bucket).put("big", big, progress=lambda sent, _: told.append(sent))
    kept = moto.client("s3").get_object(Bucket=bucket, Key="big")
    assert kept["ETag"].rstrip('"').endswith("-2")
    assert kept["Body"].read() == data
    assert told[-1] == len(data)
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (refusal("ExpiredToken", 400), FailureKind.NOT_SIGNED_IN),
        (refusal("InvalidAccessKeyId", 403), FailureKind.NOT_SIGNED_IN),
        (refusal("SignatureDoesNotMatch", 403), FailureKind.NOT_SIGNED_IN),
        (refusal("AccessDenied", 403), FailureKind.ROLE_NOT_ALLOWED),
        (refusal("NoSuchBucket", 404), FailureKind.NOT_FOUND),
        (refusal("EntityTooLarge", 400), FailureKind.INVALID),
        (refusal("Whatever", 407), FailureKind.UNREACHABLE),
        (refusal("Whatever", 429), FailureKind.THROTTLED),
    ],
)
def test_refusals_are_told_for_what_they_are(
    server: ScriptedServer,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: Step,
    kind: FailureKind,
) -> None:
    server.script(*[refused] * 3)
    failure = failure_of(lambda: to(server, monkeypatch).put("key", path))
    assert failure.kind is kind
    assert failure.message[0].isupper()
    assert failure.__cause__ is failure.__context__ is None


def test_a_part_that_failed_is_sent_again(
    server: ScriptedServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(Step(b"", End.RESET), answer(b"", etag='"x"'))
    to(server, monkeypatch).put("key", path)
    assert [one.body for one in server.requests] == [b"weights"] * 2


def test_keys_that_ended_are_renewed_once(
    server: ScriptedServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
    keys = [CREDENTIALS]

    def renew() -> bool:
        keys.append(AwsCredentials("ASIANEWKEYNEWKEY", "secret", "token"))
        return True

    server.script(refusal("ExpiredToken", 400), answer(b"", etag='"x"'))
    uploads("uploads-1", lambda: keys[-1], renew).put("key", path)
    assert "ASIANEWKEYNEWKEY" in server.requests[1].headers["authorization"]
    server.script(*[refusal("ExpiredToken", 400)] * 2)
    again = uploads("uploads-1", lambda: keys[-1], renew)
    assert failure_of(lambda: again.put("key", path)).kind is FailureKind.NOT_SIGNED_IN
    assert len(server.requests) == 4


def test_what_the_keys_are_asked_for_raises_is_told(
    server: ScriptedServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_out() -> AwsCredentials:
        raise DeploymentError(FailureKind.NOT_SIGNED_IN, "Sign in first.")

    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
    failure = failure_of(lambda: uploads("uploads-1", signed_out).put("key", path))
    assert (failure.kind, failure.message) == (FailureKind.NOT_SIGNED_IN, "Sign in first.")
    assert server.requests == []


def test_no_connection_is_unreachable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    failure = failure_of(lambda: uploads("uploads-1").put("key", path))
    assert failure.kind is FailureKind.UNREACHABLE


def test_an_endpoint_that_is_not_secure_is_not_used(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://files.example")
    with pytest.raises(ProblemError, match="AWS_ENDPOINT_URL"):
        uploads("uploads-1").put("key", path)


@pytest.mark.parametrize(("bucket", "key"), [("no bucket", "key"), ("uploads-1", "")])
def test_what_s3_does_not_take_is_not_sent(
    server: ScriptedServer, path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str, key: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
    failure = failure_of(lambda: uploads(bucket).put(key, path))
    assert failure.kind is FailureKind.INVALID
    assert server.requests == []


def test_a_file_that_is_not_there_is_told(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LocalFileError, match="is not there"):
        to(server, monkeypatch).put("key", tmp_path / "gone")
    with pytest.raises(LocalFileError, match="is a folder"):
        to(server, monkeypatch).put("key", tmp_path)
    assert server.requests == []


def test_no_secret_is_logged(
    server: ScriptedServer,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer(b"", etag='"x"'))
    to(server, monkeypatch).put("key", path)
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


# Against the embedded account


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5) as running:
        yield running


def test_what_was_uploaded_can_be_imported(
    account: RunningEmulator,
    opened: OpenGateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", account.ready["s3"])
    keys = AwsCredentials(**account.keys())
    there = uploads("dremulator-uploads", lambda: keys)
    metadata = (
        '{"action_space": [{"steering_angle": 0, "speed": 1, "index": 0}], "sensor": '
        '["FRONT_FACING_CAMERA"], "training_algorithm": "clipped_ppo", '
        '"action_space_type": "discrete", "version": "5"}'
    )
    contents = {
        "model_metadata.json": metadata,
        "reward_function.py": "def reward_function(params):\n    return 1.0\n",
        "training_params.yaml": 'WORLD_NAME: "Monaco"\n',
        "hyperparameters.json": json.dumps(
            {"batch_size": 64, "discount_factor": 0.99, "loss_type": "huber", "lr": 0.0003}
        ),
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
        there.put(f"imports/1/{name}", tmp_path / name)
    big = tmp_path / "model.pb"
    big.write_bytes(bytes(9 * MIB))
    there.put("imports/1/model/model.pb", big)
    models = opened(account.api, keys).models
    model_id = models.import_model("dremulator-uploads", "imports/1", "Imported-1")
    found = models.own_model(model_id).listed
    assert found.name == "Imported-1"
    assert found.status in {"IMPORTING", "READY", "ERROR"}


def test_keys_that_are_not_known_there_are_no_sign_in(
    account: RunningEmulator, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", account.ready["s3"])
    there = uploads("dremulator-uploads")
    assert failure_of(lambda: there.put("a", path)).kind is FailureKind.NOT_SIGNED_IN
    keys = AwsCredentials(**account.keys())
    other = uploads("another-bucket", keys)
    assert failure_of(lambda: other.put("a", path)).kind is FailureKind.NOT_FOUND
