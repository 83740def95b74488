"""What the operations about models do with the account."""

import base64
import binascii
from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.clock import iso
from drtui.emulator.errors import (
    Answer,
    failure,
    gateway_error,
    modelled_failure,
    not_found,
    plain,
    rule_broken,
)
from drtui.emulator.handlers import Call, checked_id, id_of
from drtui.emulator.imports import ImportRefusedError, read_upload
from drtui.emulator.listing import PAGE
from drtui.emulator.model_cards import card_of
from drtui.emulator.model_files import ARCHIVE, MODEL_BUCKET
from drtui.emulator.model_metrics import evaluations
from drtui.emulator.records import (
    IMPORTED,
    JobKind,
    JobState,
    Model,
    Profile,
    Status,
    new_id,
    present,
    to_json,
)

_IDLE_STATES = {
    Status.QUEUED: JobState.QUEUED,
    Status.TRAINING: JobState.IN_PROGRESS,
    Status.STOPPING: JobState.STOPPING,
    Status.WAITING_FOR_CAPACITY: JobState.QUEUED,
}
"""What a training without a job of its own looks like."""


def list_own_models(account: Account, call: Call) -> Answer:
    """GET /models: the caller's, in pages; a full one has a token, even when nothing follows."""
    profile = account.profile(call.caller.profile_id)
    ids = list(profile.models)
    place = 0
    token = call.query.get("token")
    if token is not None:
        last = _read_token(token)
        if last not in profile.models:
            raise failure()
        place = ids.index(last) + 1
    page = ids[place : place + PAGE]
    answer: dict[str, Any] = {
        "models": [_shown(account, profile, profile.models[each]) for each in page]
    }
    if len(page) == PAGE:
        answer["token"] = base64.b64encode(page[-1].encode()).decode()
    return Answer(body=to_json(answer))


def get_own_model(account: Account, call: Call) -> Answer:
    """GET /models/{modelId}."""
    profile, model = _own(account, call)
    return Answer(body=to_json({"model": _shown(account, profile, model)}))


def list_own_evaluations(account: Account, call: Call) -> Answer:
    """GET /models/{modelId}/evaluations: the newest first; never more than a page here."""
    _, model = _own(account, call)
    return Answer(body=to_json({"evaluations": evaluations(model)}))


def stop_own_model(account: Account, call: Call) -> Answer:
    """PATCH /models/{modelId}: not while its job is initialising."""
    profile, model = _own(account, call)
    if model.status not in (Status.EVALUATING, Status.QUEUED, Status.TRAINING):
        message = "Model is not in a stoppable state."
        raise rule_broken(message)
    job = account.job_of(model)
    if job is None:
        if model.status is Status.QUEUED:
            # The backend looks for the job until the gateway gives up (behaviour 7).
            late = plain(504)
            return Answer(late.status, late.body, late.headers, seconds=account.files.stop_seconds)
        message = "Internal service error."
        raise modelled_failure(message)
    if account.job_state(job) is JobState.INITIALIZING:
        message = "Model cannot be stopped during job initialization."
        raise rule_broken(message)
    account.stop_job(profile, model, job)
    return Answer()


def delete_own_model(account: Account, call: Call) -> Answer:
    """DELETE /models/{modelId}: READY or ERROR only."""
    profile, model = _own(account, call)
    if model.status not in (Status.READY, Status.ERROR):
        message = "This resource cannot be deleted at this time. Try again later."
        raise rule_broken(message)
    if model.model_id in account.files.undeletable:
        raise failure()
    account.delete_model(profile, model)
    return Answer()


def import_model(account: Account, call: Call) -> Answer:
    """POST /importmodel: checks what was uploaded, then goes on by itself."""
    body = call.body
    uploads = account.files.uploads
    if body["s3Bucket"] != uploads.bucket:
        message = "The specified bucket does not exist"
        raise rule_broken(message)
    try:
        upload = read_upload(uploads.below(body["s3Path"].strip("/") + "/"))
    except ImportRefusedError as error:
        raise rule_broken(str(error)) from None
    profile = account.profile(call.caller.profile_id)
    model = Model(
        new_id(account.rng),
        body["modelName"],
        Status.IMPORTING,
        iso(account.clock.now()),
        size=upload.size,
        description=body.get("modelDescription", ""),
        source=IMPORTED,
        trouble=upload.trouble,
        packaged_at=None,
        minutes=0,
        contents=upload.contents,
    )
    account.import_model(profile, model)
    return Answer(body=to_json({"modelId": model.model_id}))


def get_asset(account: Account, call: Call) -> Answer:
    """GET /admin/models/{modelId}/getasset: a link to the archive for physical cars."""
    profile_id = call.query.get("profileId")
    if not profile_id:
        text = "Missing required request parameters: [profileId]: "
        raise gateway_error(400, "BadRequestException", {"errorMessage": text})
    checked_id(profile_id, "profileId")
    model_id = id_of(call, "modelId")
    profile = account.profiles.get(profile_id)
    model = None if profile is None else profile.models.get(model_id)
    if profile is None or model is None:
        raise not_found()
    if not account.packaged(model):
        message = "Model is not ready for download."
        raise not_found(message)
    job = f"deepracerindy-training-{model_id}"
    key = f"{profile_id}/models/{model_id}/sagemaker-artifacts/{job}{ARCHIVE}"
    url = account.files.links.make(MODEL_BUCKET, key, account.clock.timestamp())
    filename = f"{profile.alias}_{model.name}.tar.gz"
    return Answer(body=to_json({"url": url, "filename": filename}))


def training_state(account: Account, model: Model) -> JobState:
    """How the training of a model stands."""
    job = account.job_of(model)
    if job is not None and job.kind is JobKind.TRAINING:
        return account.job_state(job)
    return model.training if job is not None else _IDLE_STATES.get(model.status, model.training)


def _own(account: Account, call: Call) -> tuple[Profile, Model]:
    profile = account.profile(call.caller.profile_id)
    model = profile.models.get(id_of(call, "modelId"))
    if model is None:
        raise not_found()
    return profile, model


def _shown(account: Account, profile: Profile, model: Model) -> dict[str, Any]:
    card = card_of(model)
    key = f"{profile.profile_id}/models/{model.model_id}/metrics/training/training.json"
    packaged = account.packaged(model)
    return present(
        {
            "modelId": model.model_id,
            "name": model.name,
            "description": model.description or None,
            "status": model.status,
            "trainingStatus": training_state(account, model),
            "fileSizeInBytes": model.size,
            "createdAt": model.created_at,
            "trainingMetricsUrl": account.files.links.make(
                MODEL_BUCKET, key, account.clock.timestamp()
            ),
            "carCustomization": dict(card.car),
            "trainingConfig": {
                "trackConfig": dict(card.track),
                "maxTimeInMinutes": model.minutes,
                "raceType": "TIME_TRIAL",
            },
            "metadata": dict(card.metadata),
            "packagingStatus": Status.READY if packaged else None,
        }
    )


def _read_token(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (ValueError, binascii.Error):
        raise failure() from None
