"""A model with everything known, in a store of `tests.support.stores`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from drtui.domain.metrics import evaluation_of, training_of
from drtui.domain.model_calls import ListedModel
from drtui.domain.model_details import ModelDetails, Way
from drtui.domain.sponsor.model_files import StoredFiles
from drtui.store.database import Database
from drtui.store.model_details import write_details, write_model_size
from drtui.store.models import MODELS, write_one_model
from tests.support.stores import profile_id

ADA_MODEL: Final = "modelmodelmode1"
BEGAN: Final = 1_777_626_000_000  # 2026-05-01 09:00 UTC, in milliseconds
REWARD: Final = '''import math


def reward_function(params):
    """Stay close to the centre line."""
    # Wide of it is worth nothing.
    distance = params["distance_from_center"]
    if distance <= 0.1 * params["track_width"] and not math.isnan(distance):
        return 1.0
    return 1e-3
'''
HOSTILE: Final = (
    "def reward_function([red]params[/]):\r\n\treturn '\x1b[31m\u202eevil'\n" + "x = 1  # " * 40
)


def rows(iterations: int = 8, each: int = 20) -> Iterator[dict[str, Any]]:
    """A training that gets better."""
    for number in range(iterations * each):
        iteration, trial = divmod(number, each)
        judged = trial >= each - 5
        yield {
            "reward_score": 10.0 * (iteration + 1) + (trial - 7) * 2,
            "start_time": BEGAN + 20_000 * number,
            "elapsed_time_in_milliseconds": 15_000,
            "iteration": iteration,
            "phase": "evaluation" if judged else "training",
            "completion_percentage": 20 + 10 * iteration if judged else (17 * number) % 101,
        }


def details(reward: str = REWARD, name: str = "quali-2") -> ModelDetails:
    """Everything that can be known of a model."""
    laps = [(11_500, 100, 1, 0), (12_750, 100, 2, 0), (4_000, 37, 0, 1)]
    evaluation = evaluation_of(
        {
            "createdAt": "2026-05-02T10:00:00Z",
            "status": "COMPLETED",
            "config": {
                "evaluationName": name,
                "raceType": "TIME_TRIAL",
                "trackConfig": {"trackId": "Monaco"},
            },
            "metrics": [
                {
                    "elapsedTimeInMilliseconds": time,
                    "completionPercentage": progress,
                    "offTrackCount": off,
                    "crashCount": crashes,
                    "episodeStatus": "Lap complete" if progress == 100 else "Crashed",
                }
                for time, progress, off, crashes in laps
            ],
        }
    )
    return ModelDetails(
        description="Third try",
        settings=(("track direction", "CLOCKWISE"), ("max time in minutes", "60")),
        hyperparameters=(("batch size", "64"), ("lr", "0.0003")),
        metadata={
            "action_space": [{"steering_angle": angle, "speed": 1.5} for angle in (-20, 0, 20)],
            "sensor": ["FRONT_FACING_CAMERA"],
            "training_algorithm": "clipped_ppo",
        },
        reward=reward,
        training=training_of(rows()),
        evaluations=(evaluation,),
    )


def write_page(database: Database, known: ModelDetails | None) -> None:
    """Write a model of ada's, and what is known of it."""
    created = datetime(2026, 5, 1, 9, tzinfo=UTC)
    model = ListedModel(
        profile_id(1),
        ADA_MODEL,
        "lap-record",
        "READY",
        created,
        source="TRAINED",
        training_status="COMPLETED",
        track="Monaco",
    )
    write_one_model(database, model, database.clock())
    if known is not None:
        files = StoredFiles(profile_id(1), ADA_MODEL, 120_000_000, 12, created)
        write_model_size(database, files)
        write_details(database, profile_id(1), ADA_MODEL, known, Way.BUCKET)


def key_of_model(connection: Connection, profile_id: str, model_id: str) -> int | None:
    """Return the key of a model, there or gone; None where it is not known."""
    found = select(MODELS.c.key).where(
        MODELS.c.profile_id == profile_id, MODELS.c.model_id == model_id
    )
    return connection.scalar(found)
