"""`drtui models show`: training, evaluations and what is inside, of one's own and of others."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.e2e.sponsored import sponsored
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.model_pages import REWARD, rows
from tests.support.moto import running_moto

METADATA: Final = {
    "action_space": [{"steering_angle": 10, "speed": 2}],
    "sensor": ["STEREO_CAMERAS"],
    "training_algorithm": "clipped_ppo",
}
FILES: Final = {
    "model_metadata.json": json.dumps(METADATA),
    "reward_function.py": REWARD,
    "metrics/training/20260501-a.json": json.dumps({"metrics": list(rows())}),
    "sagemaker-artifacts/training_params.yaml": "WORLD_NAME: Monaco\n",
    "sagemaker-artifacts/training_job_status.json": '{"jobStatus": "CLOSED", "message": ""}',
}


@pytest.fixture(scope="module")
def reader(
    account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory, forks: Forks
) -> Drtui:
    """A command line that has read the account and its models."""
    made = drtui_on(
        account,
        tmp_path_factory.mktemp("model-pages"),
        config="[sync]\nrefresh_seconds=9999",
        forks=forks,
    )
    made("models", "list", "--sync")
    return made


def listed(reader: Drtui, *, own: bool, account: RunningEmulator) -> list[dict[str, Any]]:
    mine = account.request("GET", "/profile").json()["profile"]["profileId"]
    rows = reader("models", "list", "--json").json()
    return [row for row in rows if (row["profile_id"] == mine) == own and row["status"] == "READY"]


def test_ones_own_model_is_read_the_first_time_it_is_shown(
    reader: Drtui, account: RunningEmulator
) -> None:
    for row in listed(reader, own=True, account=account):
        before = reader("models", "show", row["model_id"], "--no-sync", "--json").json()
        assert before["details"]["from"] is None
        page = reader("models", "show", row["model_id"], "--json").json()
        assert set(row) < set(page)
        assert page["details"]["from"] == "api"
        assert page["details"]["trouble"] == ""
        if page["training"] and page["evaluations"]:
            break
    else:
        pytest.fail("the first admin has a model that was trained and evaluated")
    training = page["training"]
    assert sum(one["episodes"] for one in training["iterations"]) == training["episodes"]
    shown = reader("models", "show", row["model_id"], "--no-sync").out
    assert f"{training['episodes']:,} in {len(training['iterations']):,} iteration" in shown
    assert page["evaluations"][0]["name"] in shown
    assert page["details"]["as_of"] in shown


def test_another_racers_model_says_what_is_missing_and_the_way(
    reader: Drtui, account: RunningEmulator
) -> None:
    row = listed(reader, own=False, account=account)[0]
    ran = reader("models", "show", row["model_id"], "--sync")
    prose = " ".join(ran.out.split())
    assert "“drtui account set NAME --aws-profile P”" in prose
    assert "download the model: what is inside is then shown here" in prose
    page = reader("models", "show", row["model_id"], "--no-sync", "--json").json()
    assert (page["training"], page["evaluations"], page["archive"]) == (None, [], None)


@pytest.fixture
def few(tmp_path: Path, forks: Forks) -> Iterator[tuple[RunningEmulator, Drtui]]:
    """An account of few racers: its firewall holds no download up, whoever read models before."""
    with running_emulator(racers=12) as account:
        reader = drtui_on(account, tmp_path / "home", forks=forks)
        reader("models", "list", "--sync")
        yield account, reader


def test_a_downloaded_archive_tells_what_is_inside_until_it_is_gone(
    few: tuple[RunningEmulator, Drtui], tmp_path: Path
) -> None:
    account, reader = few
    row = listed(reader, own=False, account=account)[0]
    ids = {"profile_id": row["profile_id"], "model_id": row["model_id"]}
    account.control("packaging", **ids, packaged=True)
    folder = tmp_path / "models"
    reader("models", "download", str(folder), "-f", f"id:{row['model_id']}", "--yes")
    show = ("models", "show", row["model_id"], "--no-sync")
    page = reader(*show, "--json").json()
    (file,) = folder.glob("*.tar.gz")
    assert page["archive"]["file"] == str(file)
    assert "action space" in page["archive"]["tells"]
    assert page["contents"]["action_space"]
    assert page["contents"]["sensors"]
    assert "def reward_function" in page["reward_function"]
    assert str(file) in reader(*show).out
    file.write_bytes(file.read_bytes()[:-9])
    assert "is damaged" in reader(*show).out
    file.unlink()
    gone = reader(*show, "--json").json()
    assert "is not there any more" in gone["archive"]["trouble"]
    assert gone["contents"]["action_space"] == ""


def test_the_sponsors_profile_opens_everybodys_training_in_the_bucket(
    few: tuple[RunningEmulator, Drtui],
) -> None:
    account, reader = few
    with running_moto() as moto:
        sponsored(reader, moto.url)
        bucket = f"models-{uuid.uuid4()}"
        reader("account", "set", "event", "--model-bucket", bucket)
        row = listed(reader, own=False, account=account)[1]
        s3 = moto.client("s3")
        s3.create_bucket(Bucket=bucket)
        for path, body in FILES.items():
            key = f"{row['profile_id']}/models/{row['model_id']}/{path}"
            s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
        page = reader("models", "show", row["model_id"], "--json").json()
    assert page["details"] | {"as_of": ""} == {
        "from": "bucket",
        "as_of": "",
        "trouble": "",
        "notes": [],
    }
    assert page["training"]["episodes"] == 160
    assert page["contents"]["sensors"] == ["STEREO_CAMERAS"]
    assert page["reward_function"] == REWARD
    told = {"track": "Monaco", "training_status": "COMPLETED", "files": len(FILES)}
    (again,) = reader("models", "list", "-f", f"id:{row['model_id']}", "--no-sync", "--json").json()
    assert {name: again[name] for name in told} == told
    # what was read stays when the bucket is out of reach
    late = reader("models", "show", row["model_id"], "--sync", "--json").json()
    assert late["training"] == page["training"]
    assert late["details"]["as_of"] == page["details"]["as_of"]
    assert late["details"]["trouble"].endswith(".")
