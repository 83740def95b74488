"""`drtui models stop`, `delete` and `import`, as a person or a script runs them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on
from tests.e2e.terminal import finished, in_terminal
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.imports import model_folder


@pytest.fixture(scope="module")
def account() -> Iterator[RunningEmulator]:
    """An account whose models are read in one call."""
    with running_emulator(racers=40, deployment="1.3.1") as emulator:
        yield emulator


def racer_with_models(emulator: RunningEmulator) -> tuple[str, int]:
    people = emulator.control("snapshot", models=True)["profiles"]
    return next(
        (each, len(row["models"]))
        for each, row in people.items()
        if row["roleName"] == "dr-racers"
        and len(row["models"]) > 1
        and all(one["status"] in ("READY", "ERROR") for one in row["models"])
    )


def models_of(emulator: RunningEmulator, profile_id: str) -> int:
    people = emulator.control("snapshot", models=True)["profiles"]
    return sum(one["status"] == "READY" for one in people[profile_id]["models"])


def test_a_deletion_names_its_number_and_takes_no_other(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    profile_id, count = racer_with_models(emulator)
    wanted = ("models", "delete", "--profile", profile_id)
    planned = drtui(*wanted, "--dry-run", "--sync")
    assert f"{count} models of 1 racer will be deleted" in planned.err
    assert "a month" in planned.err or "not known" in planned.err
    before = models_of(emulator, profile_id)
    told = drtui.sentence(*wanted, "--no-sync", "--count", str(count + 1), code=2)
    assert "nothing was changed" in told
    assert models_of(emulator, profile_id) == before
    drtui(*wanted, "--no-sync", "--count", str(count), code=None)
    assert models_of(emulator, profile_id) == 0
    told = drtui(*wanted, "--sync").err
    assert "There is nothing to delete: 1 racer without models." in told


def made(emulator: RunningEmulator, profile_id: str) -> None:
    """The racer makes another model, which no copy knows."""
    emulator.control("set", profile_id=profile_id, maxTotalComputeMinutes=-1, maxModelCount=-1)
    emulator.control("train", profile_id=profile_id)


@pytest.mark.parametrize("command", ["models delete", "users delete-models"])
def test_models_are_counted_anew_before_their_number_is_held_against(
    drtui: Drtui, emulator: RunningEmulator, command: str
) -> None:
    drtui("models", "list", "--json", "--sync")
    profile_id, count = racer_with_models(emulator)
    made(emulator, profile_id)
    wanted = (*command.split(), "--profile", profile_id)
    told = drtui(*wanted, "--count", str(count), code=2).err
    assert f"{count + 1} would be deleted, and not {count}: nothing was changed" in told
    assert models_of(emulator, profile_id) > 0
    drtui(*wanted, "--count", str(count + 1))
    assert models_of(emulator, profile_id) == 0


def test_what_was_not_counted_keeps_all_of_them_however_it_was_planned(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    drtui("models", "list", "--json", "--sync")
    profile_id, count = racer_with_models(emulator)
    wanted = ("models", "delete", "--profile", profile_id, "--no-sync", "--count", str(count))
    drtui(*wanted, "--no-wait")
    operation = drtui("operations", "list", "--json").json()[0]
    assert (operation["state"], operation["waits_for"]) == ("waiting", "nobody delivers")
    made(emulator, profile_id)
    there = models_of(emulator, profile_id)
    drtui("sync", code=None)
    (item,) = drtui.last_operation()["items"]
    assert item["state"] == "failed"
    assert f"nothing was deleted: 1 of {count + 1} models was not counted" in item["reason"]
    assert models_of(emulator, profile_id) == there


def test_deleting_models_of_users_says_what_it_comes_to_and_takes_its_number(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    profile_id, count = racer_with_models(emulator)
    drtui("models", "list", "--json", "--sync")
    wanted = ("users", "delete-models", "--profile", profile_id, "--no-sync")
    planned = drtui(*wanted, "--dry-run")
    assert f"{count} models of 1 racer will be deleted" in planned.err
    assert "a month" in planned.err or "What it frees is not known" in planned.err
    told = drtui.sentence(*wanted, "--count", str(count + 1), code=2)
    assert "nothing was changed" in told
    with in_terminal(drtui, *wanted) as child:
        child.expect(f"Type {count} to confirm")
        child.sendline(str(count + 1))
        code, text = finished(child)
    assert (code, "Nothing was changed." in text) == (2, True)
    assert models_of(emulator, profile_id) > 0
    drtui(*wanted, "--count", str(count))
    assert models_of(emulator, profile_id) == 0


def test_what_was_not_downloaded_is_listed_and_left(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    profile_id, count = racer_with_models(emulator)
    ran = drtui("models", "delete", "--profile", profile_id, "--downloaded", "--yes", code=4)
    assert f"{count} of its {count} models are not safely downloaded" in ran.err
    assert "Nothing to change." in ran.err


def test_stopping_says_what_has_stopped_and_what_needs_a_door(
    drtui: Drtui, emulator: RunningEmulator
) -> None:
    profile_id, count = racer_with_models(emulator)
    ran = drtui("models", "stop", "--profile", profile_id, "--yes", "--sync")
    assert f"{count} already so" in ran.err
    training = drtui("models", "stop", "-f", "status:training", "--dry-run", "--no-sync", code=None)
    assert "Stop training" in training.err


def test_what_cannot_be_meant_is_one_sentence(drtui: Drtui, tmp_path: Path) -> None:
    drtui("sync")
    for arguments in ((), ("--filter", "name:x", "--all"), ("--filter", "name:x", "--downloaded")):
        assert "Say which" in drtui.sentence("models", "delete", *arguments, code=2)
    folder = model_folder(tmp_path / "fast")
    told = drtui.sentence("models", "import", str(folder), "--name", "fast", "--yes", code=2)
    assert "upload bucket" in told


def test_a_facilitator_deletes_nobodys_models(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    facilitator = drtui_on(emulator, tmp_path / "home", role="facilitator", forks=forks)
    facilitator("sync", code=None)
    for more in ((), ("--downloaded",)):
        told = facilitator.sentence("models", "delete", "--all", "--no-sync", *more, code=5)
        assert "Race facilitators may not delete others' models" in told


def test_models_are_read_again_by_themselves_where_one_call_does_it(
    emulator: RunningEmulator, tmp_path: Path, forks: Forks
) -> None:
    config = "[sync]\nrefresh_seconds=1"
    drtui = drtui_on(emulator, tmp_path / "home", config=config, forks=forks)
    profile_id, count = racer_with_models(emulator)

    def listed(*more: str) -> int:
        found = drtui("models", "list", "--json", *more).json()
        return sum(one["profile_id"] == profile_id for one in found)

    assert listed() == count
    made(emulator, profile_id)
    time.sleep(1.1)  # until the copy is stale, as the settings say
    assert listed("--no-sync") == count
    assert listed() == count + 1


def test_what_waits_for_the_network_says_so(
    drtui: Drtui, emulator: RunningEmulator, tmp_path: Path
) -> None:
    drtui("models", "list", "--json", "--sync")
    profile_id, _ = racer_with_models(emulator)
    emulator.control("network", state="down")
    folder = str(tmp_path / "models")
    told = drtui("models", "download", folder, "--profile", profile_id, "-y", code=3).err
    assert ": offline" in told
    assert "for its turn" not in told
    assert "What is known of them is as of" in told
