"""The calls about models: what is sent, which success is believed, and how records are read."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from drtui.aws.gateway import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.model_calls import AssetLink, DeploymentModels, ListedModel
from tests.aws.conftest import PATIENT, OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import RunningEmulator, running_emulator

PROFILE = "prof00000000003"
MODEL = "mdl000000000001"
URL = "https://files.example/models/m.tar.gz?X-Amz-Signature=deadbeef"
READS: dict[str, Callable[[DeploymentModels], object]] = {
    "all": lambda models: models.all_models(),
    "totals": lambda models: models.totals(),
    "own": lambda models: models.own_models(),
    "one": lambda models: models.own_model(MODEL),
    "evaluations": lambda models: models.own_evaluations(MODEL),
    "asset": lambda models: models.asset(PROFILE, MODEL),
}
CHANGES: dict[str, Callable[[DeploymentModels], object]] = {
    "stop": lambda models: models.stop(MODEL),
    "delete": lambda models: models.delete(MODEL),
    "import": lambda models: models.import_model("uploads", "a/b", "My-model"),
}


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def refused(status: int, code: str, body: object) -> Step:
    return answer(body, status=status, x_amzn_errortype=code)


def test_each_call_is_sent_as_the_deployment_takes_it(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(
        answer({"models": []}),
        answer({"profiles": []}),
        answer({"models": [], "token": "a=b"}),
        answer({"models": []}),
        answer({"model": {"modelId": MODEL}}),
        answer({"evaluations": [{"laps": 3}, None]}),
        answer(b""),
        answer(b""),
        answer({"modelId": MODEL}),
        answer(b""),
        answer({"url": URL, "filename": "a_m.tar.gz"}),
    )
    models: DeploymentModels = opened(server.url).models
    assert models.all_models() == ()
    assert models.totals() == {}
    assert models.own_models().token == "a=b"
    assert models.own_models("a=b").token is None
    assert models.own_model(MODEL).listed == ListedModel("", MODEL, "", "")
    assert models.own_evaluations(MODEL) == ({"laps": 3},)
    models.stop(MODEL)
    models.delete(MODEL)
    assert models.import_model("uploads", "a/b", "My-model", "Fast car") == MODEL
    assert models.import_model("uploads", "a/b", "My-model") == ""
    assert models.asset(PROFILE, MODEL) == AssetLink(URL, "a_m.tar.gz")
    sent = [(one.method, one.target, json.loads(one.body or "null")) for one in server.requests]
    uploaded = {"s3Bucket": "uploads", "s3Path": "a/b", "modelName": "My-model"}
    assert sent == [
        ("GET", "/prod/admin/models", None),
        ("GET", "/prod/admin/profiles", None),
        ("GET", "/prod/models", None),
        ("GET", "/prod/models?token=a%3Db", None),
        ("GET", f"/prod/models/{MODEL}", None),
        ("GET", f"/prod/models/{MODEL}/evaluations", None),
        ("PATCH", f"/prod/models/{MODEL}", None),
        ("DELETE", f"/prod/models/{MODEL}", None),
        ("POST", "/prod/importmodel", uploaded | {"modelDescription": "Fast car"}),
        ("POST", "/prod/importmodel", uploaded),
        ("GET", f"/prod/admin/models/{MODEL}/getasset?profileId={PROFILE}", None),
    ]


def test_a_model_is_read_as_far_as_it_can_be(server: ScriptedServer, opened: OpenGateway) -> None:
    whole = {
        "modelId": MODEL,
        "profileId": PROFILE,
        "name": "m\ud800",
        "username": "ada",
        "status": "RESTING",
        "createdAt": "2026-09-17T08:50:22.784Z",
        "modelSource": "IMPORTED",
        "importErrorMessage": "No checkpoint.",
        "fileSizeInBytes": "1024",
        "trainingStatus": "COMPLETED",
        "trainingConfig": {"trackConfig": {"trackId": "Monaco"}},
        "metadata": {"agentAlgorithm": "PPO"},
    }
    odd: dict[str, Any] = dict.fromkeys(whole, 7) | {"modelId": "m" * 15, "profileId": PROFILE}
    unusable: list[Any] = [None, 5, {}, {"modelId": MODEL}, {"modelId": "", "profileId": PROFILE}]
    unusable += [{"modelId": MODEL, "profileId": {}}]
    server.script(answer({"models": [whole, odd, *unusable]}))
    first, second = opened(server.url).models.all_models()
    assert first == ListedModel(
        PROFILE,
        MODEL,
        "m\N{REPLACEMENT CHARACTER}",
        "RESTING",
        datetime(2026, 9, 17, 8, 50, 22, 784_000, tzinfo=UTC),
        "IMPORTED",
        "No checkpoint.",
        1024,
        "COMPLETED",
        "Monaco",
        {"agentAlgorithm": "PPO"},
    )
    assert second == ListedModel(PROFILE, "m" * 15, "", "", size=7)


def test_totals_are_told_or_not(server: ScriptedServer, opened: OpenGateway) -> None:
    counts = {"a": 4, "b": 0, "c": "12", "d": None, "e": -3, "f": {}}
    rows = [{"profileId": name, "totalModelCount": count} for name, count in counts.items()]
    server.script(answer({"profiles": [*rows, {"profileId": "g"}, {"alias": "nobody"}]}))
    assert opened(server.url).models.totals() == {
        "a": 4,
        "b": 0,
        "c": 12,
        **dict.fromkeys("defg"),
    }


@pytest.mark.parametrize("name", ["all", "own"])
@pytest.mark.parametrize("body", [b"", {}, [], {"models": None}, {"models": [{}, 1]}])
def test_a_listing_of_which_nothing_can_be_used_is_no_empty_one(
    server: ScriptedServer, opened: OpenGateway, name: str, body: object
) -> None:
    server.script(answer(body))
    failure = failure_of(lambda: READS[name](opened(server.url).models))
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("token", ["", "same", 5, {}])
def test_a_token_that_leads_nowhere_does_not_end_a_listing(
    server: ScriptedServer, opened: OpenGateway, token: object
) -> None:
    server.script(answer({"models": [], "token": token}))
    failure = failure_of(lambda: opened(server.url).models.own_models("same"))
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("model", [None, {}, [], {"modelId": "mdl000000000002"}])
def test_another_model_than_asked_for_is_not_believed(
    server: ScriptedServer, opened: OpenGateway, model: object
) -> None:
    server.script(answer({"model": model}))
    failure = failure_of(lambda: opened(server.url).models.own_model(MODEL))
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("url", ["", 5, "http://files.example/x", "file:///etc/passwd", "https://"])
def test_only_a_link_that_may_be_followed_is_one(
    server: ScriptedServer, opened: OpenGateway, url: object
) -> None:
    server.script(answer({"url": url}))
    failure = failure_of(lambda: opened(server.url).models.asset(PROFILE, MODEL))
    assert failure.kind is FailureKind.UNAVAILABLE


def test_links_are_not_shown(server: ScriptedServer, opened: OpenGateway) -> None:
    document = {"modelId": MODEL, "trainingMetricsUrl": URL}
    server.script(answer({"url": URL}), answer({"model": document}))
    models = opened(server.url).models
    link, own = models.asset(PROFILE, MODEL), models.own_model(MODEL)
    assert own.metrics_url == URL
    assert "deadbeef" not in repr(link) + repr(own)


@pytest.mark.parametrize("model_id", ["", "short", "mdl00000000000/", "..", "é" * 15, MODEL + "\n"])
def test_what_cannot_be_an_id_is_never_part_of_a_path(
    server: ScriptedServer, opened: OpenGateway, model_id: str
) -> None:
    models = opened(server.url).models
    calls: list[Callable[[], object]] = [
        lambda: models.own_model(model_id),
        lambda: models.own_evaluations(model_id),
        lambda: models.stop(model_id),
        lambda: models.delete(model_id),
        lambda: models.asset(PROFILE, model_id),
        lambda: models.asset(model_id, MODEL),
    ]
    assert {failure_of(call).kind for call in calls} == {FailureKind.INVALID}
    assert server.requests == []


@pytest.mark.parametrize(
    "asked",
    [
        ("", "a", "m", ""),
        ("b", "", "m", ""),
        ("b", "a", "", ""),
        ("b", "a", "two words", ""),
        ("b", "a", "m" * 65, ""),
        ("b", "a", "m", "a_b"),
        ("b", "a", "m", "d" * 256),
    ],
)
def test_an_import_that_would_be_refused_is_not_sent(
    server: ScriptedServer, opened: OpenGateway, asked: tuple[str, str, str, str]
) -> None:
    models = opened(server.url).models
    assert failure_of(lambda: models.import_model(*asked)).kind is FailureKind.INVALID
    assert server.requests == []


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(b"<html>Welcome</html>", content_type="text/html"), id="a page"),
        pytest.param(answer([]), id="an array"),
        pytest.param(answer(b"", content_length="9", end=End.CLOSE), id="cut short"),
        pytest.param(Step(b"", End.RESET), id="reset"),
        pytest.param(answer({"message": "Endpoint request timed out"}, status=504), id="too late"),
    ],
)
def test_a_change_is_believed_only_when_it_is_answered_as_it_should_be(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step
) -> None:
    server.script(step)
    failure = failure_of(lambda: CHANGES[name](opened(server.url).models))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", [*READS, *CHANGES])
@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (refused(404, "NotFoundError", {"message": "No."}), FailureKind.NOT_FOUND),
        (refused(400, "BadRequestError", {"message": "Not now."}), FailureKind.INVALID),
        (
            refused(400, "BadRequestException", b'{"errorMessage": "Invalid: ["odd"]"}'),
            FailureKind.INVALID,
        ),
        (
            refused(400, "ValidationException", {"fieldList": [{"message": "No.", "path": "/m"}]}),
            FailureKind.INVALID,
        ),
        (refused(500, "InternalFailure", {}), FailureKind.UNAVAILABLE),
        (refused(403, "ForbiddenException", {"message": "Forbidden"}), FailureKind.BLOCKED),
    ],
)
def test_refusals_mean_what_they_mean_elsewhere(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step, kind: FailureKind
) -> None:
    server.script(step)
    call = (READS | CHANGES)[name]
    assert failure_of(lambda: call(opened(server.url).models)).kind is kind


# As observed on the deployment's own backend code


def test_observed_answers_are_read(server: ScriptedServer, opened: OpenGateway) -> None:
    rows = [
        {"alias": "Tala-159", "profileId": "0MMTpNjJLKRXrZx", "totalModelCount": 4},
        {"alias": "Kwame-110", "profileId": "0gFRuoTMO4mI79G", "totalModelCount": 0},
    ]
    url = (
        "http://localhost/dr-test-model-data/prof00000000003/models/mdl000000000001/"
        "sagemaker-artifacts/output/model.tar.gz?X-Amz-Expires=300&x-id=GetObject"
    )
    name = "racer-chidi_model-1.tar.gz"
    server.script(
        answer({"profiles": rows}),
        answer({"filename": name, "url": url}),
        refused(404, "NotFoundError", {"message": "Model is not ready for download."}),
        refused(404, "NotFoundError", {"message": "Item not found."}),
    )
    models = opened(server.url).models
    assert models.totals() == {"0MMTpNjJLKRXrZx": 4, "0gFRuoTMO4mI79G": 0}
    assert models.asset(PROFILE, MODEL) == AssetLink(url, name)
    unready = failure_of(lambda: models.asset(PROFILE, MODEL))
    assert (unready.kind, unready.message) == (
        FailureKind.NOT_FOUND,
        "Model is not ready for download.",
    )
    assert failure_of(lambda: models.stop(MODEL)).kind is FailureKind.NOT_FOUND


# Against the embedded account


@pytest.fixture(scope="module")
def newer() -> Iterator[RunningEmulator]:
    with running_emulator(racers=20, deployment="1.3.1") as running:
        yield running


@pytest.fixture
def models(newer: RunningEmulator, opened: OpenGateway) -> DeploymentModels:
    keys = AwsCredentials(**newer.keys())
    return opened(newer.api, keys, timeouts=PATIENT).models


def test_everybodys_models_arrive_with_the_racers_own_listing(
    newer: RunningEmulator, opened: OpenGateway, models: DeploymentModels
) -> None:
    gateway = opened(newer.api, AwsCredentials(**newer.keys()))
    everybody = models.all_models()
    totals = models.totals()
    assert len(everybody) == sum(total or 0 for total in totals.values()) > 20
    racer = max(totals, key=lambda name: totals[name] or 0)
    theirs = {one.model_id: one for one in everybody if one.profile_id == racer}
    assert {one.model_id for one in gateway.models_of(racer)} == theirs.keys()
    assert all(one.name and one.status and one.created_at for one in everybody)
    assert any(one.metadata for one in everybody)


def test_own_models_are_read_stopped_and_deleted(
    newer: RunningEmulator, models: DeploymentModels
) -> None:
    own = models.own_models().models
    assert any(one.size and one.track and one.training_status for one in own)
    ready = next(one for one in own if one.status == "READY")
    whole = models.own_model(ready.model_id)
    assert whole.listed == ready
    assert whole.metrics_url.startswith("http")
    assert whole.training["trackConfig"]
    assert any(models.own_evaluations(one.model_id) for one in own)
    newer.control("stops", seconds=0.0)
    stopped = {}
    for one in own:
        if one.status in {"TRAINING", "QUEUED"}:
            stopped[one.model_id] = outcome(partial(models.stop, one.model_id))
    assert None in stopped.values()
    assert FailureKind.OUTCOME_UNKNOWN in stopped.values()
    assert FailureKind.INVALID in stopped.values()
    busy = next(one for one in own if stopped.get(one.model_id) is FailureKind.INVALID)
    assert outcome(lambda: models.delete(busy.model_id)) is FailureKind.INVALID
    models.delete(ready.model_id)
    left = [one for one in models.own_models().models if one.model_id == ready.model_id]
    assert {one.status for one in left} <= {"DELETING"}  # it takes a while


def outcome(call: Callable[[], object]) -> FailureKind | None:
    try:
        call()
    except DeploymentError as error:
        return error.kind
    return None
