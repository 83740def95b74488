"""Metrics of trainings and evaluations, made up from the model's id.

The shapes are those of the deployment's own metrics files and of its API's evaluations.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from drtui.emulator.clock import iso
from drtui.emulator.model_cards import card_of
from drtui.emulator.records import Model, new_id, seeded_random

EPISODES_PER_ITERATION = 20
_STATUSES = ("Off track", "Off track", "Crashed", "Immobilized", "Reversed")


def training_metrics(model: Model, progress: float) -> dict[str, Any]:
    """The metrics file of a training.

    Args:
        model: whose.
        progress: how much of the training is done, 0 to 1.
    """
    episodes = max(1, round(min(600, model.minutes * 5) * progress))
    rows = _episodes(model.model_id, _milliseconds(model.created_at), episodes)
    return {"metrics": list(rows), "version": "1.0"}


@lru_cache(maxsize=64)
def _episodes(model_id: str, began: int, count: int) -> tuple[dict[str, Any], ...]:
    rng = seeded_random(0, f"training:{model_id}")
    skill, pace = 0.05, rng.uniform(0.3, 1.2) / 200
    at = began
    rows = []
    for episode in range(count):
        iteration, trial = divmod(episode, EPISODES_PER_ITERATION)
        skill = min(0.97, skill + pace * rng.uniform(-0.4, 1.4))
        done = min(100, max(1, round(100 * rng.betavariate(1 + 9 * skill, 1 + 9 * (1 - skill)))))
        elapsed = round(80 * done + rng.uniform(400, 2500))
        judged = trial >= EPISODES_PER_ITERATION - 5
        rows.append(
            {
                "reward_score": round(done * rng.uniform(0.8, 1.6), 2),
                "metric_time": at - began + elapsed,
                "start_time": at,
                "elapsed_time_in_milliseconds": elapsed,
                "episode": episode,
                "trial": trial + 1,
                "iteration": iteration,
                "phase": "evaluation" if judged else "training",
                "completion_percentage": done,
                "episode_status": "Lap complete" if done == 100 else rng.choice(_STATUSES),
                "off_track_count": 0 if done == 100 else 1,
                "crash_count": 0,
                "reset_count": 0 if done == 100 else 1,
            }
        )
        at += elapsed + 500
    return tuple(rows)


def evaluations(model: Model) -> list[dict[str, Any]]:
    """All completed evaluations, the newest first, as the API shows them."""
    return [_evaluation(model, number) for number in reversed(range(model.evaluations))]


def _evaluation(model: Model, number: int) -> dict[str, Any]:
    rng = seeded_random(0, f"evaluation:{model.model_id}:{number}")
    made = datetime.fromisoformat(model.created_at) + timedelta(hours=2 + 3 * number)
    laps = 3 + number % 3
    return {
        "modelId": model.model_id,
        "evaluationId": new_id(rng),
        "createdAt": iso(made),
        "status": "FAILED" if rng.random() < 0.05 else "COMPLETED",
        "config": {
            "evaluationName": f"{model.name[:50]}-eval-{number + 1}",
            "maxLaps": laps,
            "maxTimeInMinutes": 10,
            "raceType": "TIME_TRIAL",
            "trackConfig": dict(card_of(model).track),
            "resettingBehaviorConfig": {"continuousLap": True, "offTrackPenaltySeconds": 3},
        },
        "metrics": [
            {
                "completionPercentage": 100,
                "crashCount": 0,
                "elapsedTimeInMilliseconds": rng.randrange(8_000, 42_000),
                "episodeStatus": "Lap complete",
                "offTrackCount": (off := rng.choice((0, 0, 0, 1, 2, 4))),
                "resetCount": off,
                "trial": trial,
            }
            for trial in range(1, laps + 1)
        ],
    }


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
