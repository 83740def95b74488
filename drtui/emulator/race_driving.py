"""What an evaluation for a race comes to: laps, times, and sometimes nothing."""

from dataclasses import dataclass
from random import Random
from typing import Any

from drtui.emulator.model_cards import mark_of
from drtui.emulator.race_tracks import TRACKS

STARTING_SECONDS = 540.0
"""Simulated seconds until an evaluation that was launched is on the track."""

_OFF_TRACK_PENALTY = 2.0
_COLLISION_PENALTY = 5.0


@dataclass(slots=True)
class Evaluations:
    """How submissions are evaluated, and what control changes about it.

    Attributes:
        rng: decides what a racer's skill does not.
        seconds: simulated seconds that one takes; None lets the track and the laps decide.
        failing_share: the share that fails by chance, 0 to 1.
        failing: how many of the next ones fail.
    """

    rng: Random
    seconds: float | None = None
    failing_share: float = 0.08
    failing: int = 0

    def length(self, definition: dict[str, Any]) -> float:
        """How long an evaluation takes, in simulated seconds."""
        if self.seconds is not None:
            return self.seconds
        laps: int = definition["submissionTerminationConditions"]["maximumLaps"]
        metres = TRACKS[definition["trackConfig"]["trackId"]].metres
        return STARTING_SECONDS + min(900.0, laps * metres / 1.5)

    def drive(self, definition: dict[str, Any], who: str) -> tuple[int, dict[str, Any]] | None:
        """Drive once.

        Args:
            definition: of the race.
            who: the racer and the model, whose skill is always the same.

        Returns:
            What counts, in ms, and the statistics; None where it fails.
        """
        if self.failing > 0:
            self.failing -= 1
            return None
        if self.rng.random() < self.failing_share:
            return None
        return driven(definition, who, self.rng)


def driven(definition: dict[str, Any], who: str, rng: Random) -> tuple[int, dict[str, Any]]:
    """The laps of an evaluation that goes well."""
    metres = TRACKS[definition["trackConfig"]["trackId"]].metres
    laps: int = definition["submissionTerminationConditions"]["maximumLaps"]
    rules = definition["resettingBehaviorConfig"]
    speed = 1.1 + mark_of(who) % 1000 / 1000 * 1.9
    clean = [metres / (speed * rng.uniform(0.95, 1.05)) for _ in range(laps)]
    off_track = rng.choice((0, 0, 0, 1, 1, 2, 3))
    objects = definition["raceType"] == "OBJECT_AVOIDANCE"
    collisions = rng.choice((0, 0, 1, 2)) if objects else 0
    for _ in range(off_track):
        clean[rng.randrange(laps)] += rules.get("offTrackPenaltySeconds", _OFF_TRACK_PENALTY)
    for _ in range(collisions):
        clean[rng.randrange(laps)] += rules.get("collisionPenaltySeconds", _COLLISION_PENALTY)
    times = [round(1000 * each) for each in clean]
    stats = {
        "avgLapTime": round(sum(times) / laps),
        "avgResets": round((off_track + collisions) / laps, 2),
        "bestLapTime": min(times),
        "collisionCount": collisions,
        "completedLapCount": laps,
        "offTrackCount": off_track,
        "resetCount": off_track + collisions,
        "totalLapTime": sum(times),
    }
    counts = {
        "AVG_LAP_TIME": "avgLapTime",
        "BEST_LAP_TIME": "bestLapTime",
        "TOTAL_TIME": "totalLapTime",
    }[definition["timingMethod"]]
    return int(stats[counts]), stats
