"""A model as its files in the bucket tell it: what is inside, its training, its evaluations."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from drtui.domain.archives import METADATA, REWARD
from drtui.domain.metrics import Evaluation, MetricsError, laps_of, rows_of, text, training_of
from drtui.domain.model_details import (
    NO_METRICS,
    ModelDetails,
    Pairs,
    newest_first,
    pairs_of,
    told_metadata,
)
from drtui.domain.models import JobStatus
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.model_files import JobKind, ModelBucket, StoredFile, StoredFiles
from drtui.domain.text import clean
from drtui.sync.events import DetailsRead
from drtui.sync.told_details import MOST_OF_METRICS

MOST_OF_A_FILE: Final = 2**18
MOST_OF_AN_EVALUATION: Final = 2**20
MOST_EVALUATIONS: Final = 10
HYPERPARAMETERS: Final = "hyperparameters.json"
PARAMETERS: Final = "training_params.yaml"
"""What a training's simulation was told: a name and a value a line."""

STATUS: Final = "training_job_status.json"
"""What a training's simulation says of itself."""

# The simulation's last word of a training, and what the deployment calls that.
_ENDS: Final = {"CLOSED": JobStatus.COMPLETED, "FAILED": JobStatus.FAILED}
_PARAMETER: Final = re.compile(
    r"^(WORLD_NAME|RACE_TYPE|TRACK_DIRECTION_CLOCKWISE):[ \t]*[\"']?([\w.-]{1,80})[\"']?[ \t]*\r?$",
    re.MULTILINE | re.ASCII,
)
_METRICS: Final = re.compile(r"metrics/([^/]+)/([^/]+)\.json")


def stored_details(bucket: ModelBucket, profile_id: str, model_id: str) -> DetailsRead:
    """Read one model's files.

    What a file should tell and does not leaves a note.

    Raises:
        SponsorError: The bucket could not be read.
    """
    files = bucket.files(profile_id, model_id)
    reader = _Reader(bucket, profile_id, model_id)
    metadata = _object(reader.read(_named(files, METADATA), MOST_OF_A_FILE))
    hyperparameters = _object(reader.read(_named(files, HYPERPARAMETERS), MOST_OF_A_FILE))
    reward = reader.read(_named(files, REWARD), MOST_OF_A_FILE)
    parameters = _parameters(reader.read(_named(files, PARAMETERS), MOST_OF_A_FILE))
    status = _object(reader.read(_named(files, STATUS), MOST_OF_A_FILE))
    trainings = _of_jobs(files, JobKind.TRAINING)
    training = None
    if not files:
        reader.notes.append("The bucket has no files of this model.")
    elif not trainings:
        reader.notes.append(NO_METRICS)
    elif (data := reader.read(trainings[0], MOST_OF_METRICS)) is not None:
        try:
            training = training_of(rows_of(data))
        except MetricsError as error:
            reader.notes.append(str(error))
    if len(trainings) > 1:
        reader.notes.append(f"The metrics are those of the newest of {len(trainings)} trainings.")
    evaluations = _evaluations(reader, files)
    times = [one.written_at for one in files if one.written_at is not None]
    return DetailsRead(
        ModelDetails(
            settings=_settings(parameters),
            hyperparameters=pairs_of(hyperparameters),
            metadata=told_metadata(metadata),
            reward=None if reward is None else reward.decode("utf-8", "replace"),
            training=training,
            evaluations=newest_first(evaluations),
            notes=tuple(reader.notes),
            training_status=_ENDS.get(text(status.get("jobStatus")), ""),
            track=parameters.get("WORLD_NAME", ""),
        ),
        files=StoredFiles(
            profile_id,
            model_id,
            sum(one.size for one in files),
            len(files),
            max(times, default=None),
        ),
    )


class _Reader:
    """Reads files of one model, never more of one than there may be."""

    def __init__(self, bucket: ModelBucket, profile_id: str, model_id: str) -> None:
        self._bucket = bucket
        self._identity = profile_id, model_id
        self.notes: list[str] = []

    def read(self, file: StoredFile | None, most: int) -> bytes | None:
        """Return a file; None, with a note, where it is too large or has gone."""
        if file is None:
            return None
        if file.size > most:
            self.notes.append(f"{clean(file.path)} is too large to be read: {file.size:,} bytes.")
            return None
        try:
            return self._bucket.read(*self._identity, file.path, most)
        except SponsorError as error:
            if error.kind not in {SponsorFailure.NOT_FOUND, SponsorFailure.REFUSED}:
                raise
            self.notes.append(f"{clean(file.path)}: {error}")
            return None


def _evaluations(reader: _Reader, files: Sequence[StoredFile]) -> list[Evaluation]:
    found = []
    wanted = sorted(
        [
            *((one, JobKind.EVALUATION) for one in _of_jobs(files, JobKind.EVALUATION)),
            *((one, JobKind.SUBMISSION) for one in _of_jobs(files, JobKind.SUBMISSION)),
        ],
        key=lambda pair: _age(pair[0]),
        reverse=True,
    )
    for file, kind in wanted[:MOST_EVALUATIONS]:
        data = reader.read(file, MOST_OF_AN_EVALUATION)
        if data is None:
            continue
        name = text(file.path.rpartition("/")[2].removesuffix(".json"))
        try:
            laps = laps_of(rows_of(data))
        except MetricsError as error:
            reader.notes.append(f"{name}: {error}")
            continue
        found.append(Evaluation(name, kind.value, "", file.written_at, "", "", laps))
    if len(wanted) > MOST_EVALUATIONS:
        reader.notes.append(
            f"The newest {MOST_EVALUATIONS} of {len(wanted):,} evaluations and submissions are "
            "shown."
        )
    return found


def _of_jobs(files: Sequence[StoredFile], kind: JobKind) -> list[StoredFile]:
    """The metrics of jobs of a kind, the newest first."""
    found = [
        file
        for file in files
        if (told := _METRICS.fullmatch(file.path)) and told[1].lower() == kind.value
    ]
    return sorted(found, key=_age, reverse=True)


def _age(file: StoredFile) -> tuple[datetime, str]:
    return file.written_at or datetime.min.replace(tzinfo=UTC), file.path


def _named(files: Sequence[StoredFile], name: str) -> StoredFile | None:
    """The file of a name that lies nearest to the model's own folder."""
    found = [file for file in files if file.path.rpartition("/")[2] == name]
    return min(found, key=lambda one: (one.path.count("/"), one.path), default=None)


def _parameters(data: bytes | None) -> Mapping[str, str]:
    """The plain lines of a simulation's parameters that tell of the race."""
    return {} if data is None else dict(_PARAMETER.findall(data.decode("utf-8", "replace")))


def _settings(parameters: Mapping[str, str]) -> Pairs:
    """Settings of a training, in the words of the API's."""
    directions = {"true": "CLOCKWISE", "false": "COUNTER_CLOCKWISE"}
    found = (
        ("race type", parameters.get("RACE_TYPE", "")),
        ("track direction", directions.get(parameters.get("TRACK_DIRECTION_CLOCKWISE", ""), "")),
    )
    return tuple((name, value) for name, value in found if value)


def _object(data: bytes | None) -> Mapping[str, object]:
    try:
        document = json.loads(data) if data is not None else None
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, Mapping) else {}
