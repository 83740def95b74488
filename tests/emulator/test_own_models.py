"""The calls about one's own models, and those of the staff about everybody's."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator, send
from tests.support.waiting import eventually

NOBODY = "z" * 15


@pytest.fixture
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=20, lag_ms=0) as running:
        yield running


@pytest.fixture(scope="module")
def unchanged() -> Iterator[RunningEmulator]:
    with running_emulator(racers=40, lag_ms=0) as running:
        yield running


def admin(emulator: RunningEmulator) -> str:
    found: str = emulator.request("GET", "/profile").json()["profile"]["profileId"]
    return found


def own(emulator: RunningEmulator) -> dict[str, dict[str, Any]]:
    models = emulator.request("GET", "/models").json()["models"]
    return {each["name"]: each for each in models}


def patch(emulator: RunningEmulator, name: str) -> Reply:
    return emulator.request("PATCH", f"/models/{own(emulator)[name]['modelId']}")


def delete(emulator: RunningEmulator, name: str) -> Reply:
    return emulator.request("DELETE", f"/models/{own(emulator)[name]['modelId']}")


def racer_with(emulator: RunningEmulator, models: int) -> tuple[str, list[dict[str, str]]]:
    people = emulator.control("snapshot", models=True)["profiles"]
    return next(
        (profile_id, row["models"])
        for profile_id, row in people.items()
        if row["group"] == "dr-racers"
        and sum(each["status"] == "READY" for each in row["models"]) >= models
    )


def test_the_admin_has_models_in_several_states(unchanged: RunningEmulator) -> None:
    seen = {(each["status"], each["trainingStatus"]) for each in own(unchanged).values()}
    assert seen >= {
        ("READY", "COMPLETED"),
        ("ERROR", "FAILED"),
        ("QUEUED", "QUEUED"),
        ("TRAINING", "IN_PROGRESS"),
        ("TRAINING", "INITIALIZING"),
    }
    assert own(unchanged)["edited-import"]["status"] == "ERROR"


def test_a_model_has_what_the_facts_name(unchanged: RunningEmulator) -> None:
    listed = own(unchanged)["centre-line"]
    assert {
        "modelId", "name", "description", "status", "trainingStatus", "fileSizeInBytes",
        "createdAt", "trainingMetricsUrl", "carCustomization", "trainingConfig", "metadata",
    } <= listed.keys()  # fmt: skip
    assert listed["trainingConfig"]["trackConfig"].keys() == {"trackId", "trackDirection"}
    assert "def reward_function(params)" in listed["metadata"]["rewardFunction"]
    shown = unchanged.request("GET", f"/models/{listed['modelId']}").json()["model"]
    for each in (shown, listed):
        each["trainingMetricsUrl"] = urlsplit(each["trainingMetricsUrl"]).path
    assert shown == listed


def test_sizes_add_up_to_the_profiles_storage(unchanged: RunningEmulator) -> None:
    storage = unchanged.profiles()[admin(unchanged)]["modelStorageUsage"]
    assert storage == sum(each["fileSizeInBytes"] for each in own(unchanged).values()) > 0


def test_pages_of_a_hundred_have_a_token_and_a_bad_one_is_a_500(
    emulator: RunningEmulator,
) -> None:
    before = len(own(emulator))
    for _ in range(100 - before):
        assert emulator.control("train", profile_id=admin(emulator), minutes=1)["started"]
    page = emulator.request("GET", "/models").json()
    assert len(page["models"]) == 100
    rest = emulator.request("GET", f"/models?token={quote(page['token'], safe='')}").json()
    assert rest == {"models": []}
    assert emulator.request("GET", "/models?token=xyz").status == 500


def test_anothers_model_is_not_found_and_an_odd_id_is_refused(unchanged: RunningEmulator) -> None:
    _, (model, *_) = racer_with(unchanged, 1)
    for model_id in (model["modelId"], NOBODY):
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/evaluations")):
            reply = unchanged.request(method, f"/models/{model_id}{path}")
            assert (reply.status, reply.error_type) == (404, "NotFoundError")
    reply = unchanged.request("GET", "/models/odd")
    assert (reply.status, reply.error_type) == (400, "ValidationException")
    assert reply.json()["fieldList"][0]["path"] == "/modelId"


def test_evaluations_have_laps(unchanged: RunningEmulator) -> None:
    models = own(unchanged)
    path = f"/models/{models['centre-line']['modelId']}/evaluations"
    found = unchanged.request("GET", path).json()["evaluations"]
    assert len(found) == 3
    assert [each["createdAt"] for each in found] == sorted(
        (each["createdAt"] for each in found), reverse=True
    )
    for each in found:
        assert each["config"]["maxLaps"] == len(each["metrics"])
        assert [lap["trial"] for lap in each["metrics"]] == list(range(1, len(each["metrics"]) + 1))
    fresh = f"/models/{models['fresh']['modelId']}/evaluations"
    assert unchanged.request("GET", fresh).json() == {"evaluations": []}


def test_metrics_are_reached_by_the_link_and_grow_with_the_training(
    emulator: RunningEmulator,
) -> None:
    models = own(emulator)

    def metrics(name: str) -> list[dict[str, Any]]:
        reply = send("GET", models[name]["trainingMetricsUrl"], {})
        document = reply.json()
        assert (reply.status, document["version"]) == (200, "1.0")
        found: list[dict[str, Any]] = document["metrics"]
        return found

    whole = metrics("centre-line")
    assert {each["phase"] for each in whole} == {"training", "evaluation"}
    assert [each["episode"] for each in whole] == list(range(len(whole)))
    assert 0 < len(metrics("in-training")) < len(whole)
    assert metrics("in-training") == metrics("in-training")
    assert send("GET", models["stuck"]["trainingMetricsUrl"], {}).status == 404


def test_a_training_is_stopped_and_ends_ready(emulator: RunningEmulator) -> None:
    reply = patch(emulator, "in-training")
    assert (reply.status, reply.body) == (200, b"")
    stopping = own(emulator)["in-training"]
    assert (stopping["status"], stopping["trainingStatus"]) == ("STOPPING", "STOPPING")
    assert patch(emulator, "in-training").json() == {
        "message": "Model is not in a stoppable state."
    }
    emulator.control("clock", advance=60)
    done = own(emulator)["in-training"]
    assert (done["status"], done["trainingStatus"]) == ("READY", "COMPLETED")
    assert done["fileSizeInBytes"] > 0
    row = emulator.profiles()[admin(emulator)]
    assert row["computeMinutesQueued"] == 60


def test_a_training_that_waits_is_canceled_at_once(emulator: RunningEmulator) -> None:
    emulator.control("train", profile_id=admin(emulator), minutes=30)
    (name,) = (
        name for name, each in own(emulator).items()
        if each["status"] == "QUEUED" and name != "stuck"
    )  # fmt: skip
    assert patch(emulator, name).status == 200
    canceled = own(emulator)[name]
    assert (canceled["status"], canceled["trainingStatus"]) == ("ERROR", "CANCELED")


def test_nothing_is_stopped_while_it_initialises_or_rests(emulator: RunningEmulator) -> None:
    reply = patch(emulator, "warming-up")
    assert (reply.status, reply.error_type) == (400, "BadRequestError")
    assert own(emulator)["warming-up"]["status"] == "TRAINING"
    assert patch(emulator, "centre-line").status == 400


def test_stopping_what_waits_without_a_job_takes_too_long(emulator: RunningEmulator) -> None:
    emulator.control("stops", seconds=0.05)
    reply = patch(emulator, "stuck")
    assert (reply.status, reply.json()) == (504, {"message": "Endpoint request timed out"})
    assert own(emulator)["stuck"]["status"] == "QUEUED"


def test_own_models_are_deleted_when_they_rest(emulator: RunningEmulator) -> None:
    before = emulator.profiles()[admin(emulator)]["modelStorageUsage"]
    size = own(emulator)["centre-line"]["fileSizeInBytes"]
    assert delete(emulator, "in-training").error_type == "BadRequestError"
    reply = delete(emulator, "centre-line")
    assert (reply.status, reply.body) == (200, b"")
    assert own(emulator)["centre-line"]["status"] == "DELETING"
    emulator.control("clock", advance=30)
    assert "centre-line" not in own(emulator)
    assert emulator.profiles()[admin(emulator)]["modelStorageUsage"] == before - size


def test_single_deletions_of_a_racers_models_fail_unreported(emulator: RunningEmulator) -> None:
    profile_id, models = racer_with(emulator, 2)
    left = next(each["modelId"] for each in models if each["status"] == "READY")
    emulator.control("deletions", failing=[left])
    assert emulator.request("DELETE", f"/profiles/{profile_id}/models").status == 200
    emulator.control("clock", advance=30)
    listed = emulator.request("GET", f"/admin/profiles/{profile_id}/models").json()["models"]
    still = {each["modelId"]: each["status"] for each in listed if each["status"] != "ERROR"}
    assert still == {left: "READY"}
    emulator.control("deletions", failing=[])
    emulator.request("DELETE", f"/profiles/{profile_id}/models")
    emulator.control("clock", advance=30)
    eventually(lambda: left not in emulator.request(
        "GET", f"/admin/profiles/{profile_id}/models").body.decode())  # fmt: skip
