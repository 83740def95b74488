"""`drtui models download`, `inside` and `duplicates`, as a person or a script runs them."""

import json
from pathlib import Path

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.support.emulator import RunningEmulator


def test_a_racers_models_are_downloaded_looked_into_and_compared(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    people = emulator.control("snapshot", models=True)["profiles"]
    profile_id, row = next(
        (each, row)
        for each, row in people.items()
        if sum(model["status"] == "READY" for model in row["models"]) in (2, 3)
    )
    ready = [model["modelId"] for model in row["models"] if model["status"] == "READY"]
    for model_id in ready:
        emulator.control("packaging", profile_id=profile_id, model_id=model_id, packaged=True)
    folder = tmp_path / "models"
    wanted = ("models", "download", str(folder), "--profile", profile_id)
    left = 0 if len(ready) == len(row["models"]) else 4
    planned = drtui(*wanted, "--dry-run", code=None)
    assert "free there" in planned.err
    assert not folder.exists()
    ran = drtui(*wanted, "--yes", code=left)
    assert f"{len(ready)} of {len(ready)} done" in ran.err
    manifest = json.loads((folder / "drtui-manifest.json").read_text())
    assert {one["model_id"] for one in manifest["models"]} == set(ready)
    again = drtui(*wanted, "--yes", code=left)
    assert "Nothing to change." in again.err
    inside = drtui("models", "inside", str(folder), "--json").json()
    assert all(one["action_space"] and one["reward_function"] for one in inside)
    assert "def reward_function" in drtui("models", "inside", str(folder), "--reward").out
    assert "Action space" in drtui("models", "inside", str(folder)).out
    drtui("models", "duplicates", str(folder), "--csv")
    listed = drtui("models", "list", "--filter", "downloaded:yes", "--json").json()
    assert {one["model_id"] for one in listed} == set(ready)


def test_what_cannot_be_meant_is_one_sentence(drtui: Drtui, tmp_path: Path) -> None:
    drtui("sync")
    file = tmp_path / "file"
    file.write_text("x")
    everything = ("--all", "--no-sync", "--yes")
    assert "is a file" in drtui.sentence("models", "download", str(file), *everything, code=2)
    assert "one of --filter" in drtui.sentence("models", "download", str(tmp_path), code=2)
    assert "s3://bucket" in drtui.sentence("models", "save-to-s3", "s3://x", *everything, code=2)
    told = drtui.sentence("models", "save-to-s3", "s3://results", *everything, code=2)
    assert "AWS profile" in told
    nothing = drtui("models", "download", str(tmp_path), "-f", "name:no-such", "--no-sync", code=4)
    assert "There is no model to save." in nothing.err
    assert "There is no" in drtui.sentence("models", "inside", str(tmp_path / "no"), code=2)
    assert "no manifest" in drtui.sentence("models", "duplicates", str(tmp_path), code=2)


def test_a_facilitator_downloads_although_quotas_are_not_shown(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    emulator.control("firewall", forget=True)  # the others' calls leave too few for a sweep
    facilitator = drtui_on(emulator, tmp_path / "home", role="facilitator", forks=forks)
    people = emulator.control("snapshot", models=True)["profiles"]
    profile_id, model_id = next(
        (each, model["modelId"])
        for each, row in people.items()
        for model in row["models"]
        if model["status"] == "READY"
    )
    emulator.control("packaging", profile_id=profile_id, model_id=model_id, packaged=True)
    facilitator("sync", code=None)
    folder = str(tmp_path / "models")
    ran = facilitator("models", "download", folder, "-f", f"id:{model_id}", "--yes")
    assert "1 of 1 done" in ran.err
