"""What the metrics of a training and of evaluations tell, from whatever a deployment stored.

The documents are `{"metrics": [rows], …}`: a row is an episode of a training or a lap of an
evaluation. Files in the bucket and the evaluations of the API spell the members differently, and
mean the same. All of it is text and numbers from outside: what cannot be read is left out, never
refused.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import Final

from drtui.domain.iterations import Point, best_of, grouped, thinned, thinned_points
from drtui.domain.text import clean

MOST_LAPS: Final = 100
_MOST_EPISODES: Final = 200_000
_MOST_POINTS: Final = 2_000
_DOTS: Final = 400
"""So many episodes are kept one by one, at equal distances."""
_EVALUATION: Final = "evaluation"
_WHOLE: Final = 100.0


class MetricsError(ValueError):
    """A document is no metrics; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a training.

    Attributes:
        number: Counted through the whole training, from 0.
        progress: How far round the track, in percent; None where it was not told.
    """

    number: int
    reward: float | None
    progress: float | None


@dataclass(frozen=True, slots=True)
class Training:
    """What a training's metrics come to.

    Attributes:
        episodes: How many there were.
        points: By iteration, in order; the best one is always among them.
        dots: Episodes of the training itself, thinned at equal distances where they are many.
        began_at: When the first episode began; None where it was not told.
        seconds: From the first episode's begin to the last one's end; None where not told.
        thinned: Whether iterations were left out because they are too many.
    """

    episodes: int
    points: tuple[Point, ...]
    dots: tuple[Episode, ...]
    began_at: datetime | None = None
    seconds: float | None = None
    thinned: bool = False

    def grouped(self, most: int) -> tuple[tuple[Point, ...], int]:
        """Bring the iterations together in groups, so that a plot of them shows their course.

        Args:
            most: How many groups there may be.

        Returns:
            A point for each group, with the means over its episodes and the number of its last
            iteration; and how many iterations a group has, of those in `points`.
        """
        return grouped(self.points, most)

    @property
    def last(self) -> Point | None:
        """The last iteration."""
        return self.points[-1] if self.points else None

    @property
    def best(self) -> Point | None:
        """The iteration that came farthest where it was judged, the reward deciding ties."""
        return best_of(self.points)


@dataclass(frozen=True, slots=True)
class Lap:
    """One trial of an evaluation; what was not told is None.

    Attributes:
        number: From 1.
        seconds: How long it took.
        progress: How far it came, in percent.
        status: As sent, cleaned, such as `Lap complete`.
    """

    number: int
    seconds: float | None
    progress: float | None
    off_tracks: int | None
    crashes: int | None
    resets: int | None
    status: str

    @property
    def complete(self) -> bool:
        """Whether it came all the way round."""
        return self.progress is not None and self.progress >= _WHOLE


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation, or a submission to a race.

    Attributes:
        name: Cleaned; empty where it was not told.
        kind: `evaluation` or `submission`.
        status: As sent, cleaned; empty where it was not told.
        at: When it was made.
        track: The track's id, cleaned; empty where it was not told.
        race: The kind of race, cleaned; empty where it was not told.
        laps: In order.
    """

    name: str
    kind: str
    status: str
    at: datetime | None
    track: str
    race: str
    laps: tuple[Lap, ...]

    @property
    def best_seconds(self) -> float | None:
        """The fastest lap that came all the way round."""
        times = [lap.seconds for lap in self.laps if lap.complete and lap.seconds is not None]
        return min(times, default=None)

    @property
    def total_seconds(self) -> float | None:
        """All laps together; None where one's time was not told."""
        times = [lap.seconds for lap in self.laps if lap.seconds is not None]
        return sum(times) if times and len(times) == len(self.laps) else None

    @property
    def off_tracks(self) -> int | None:
        """How often it left the track in all laps; None where that was told of none."""
        told = [lap.off_tracks for lap in self.laps if lap.off_tracks is not None]
        return sum(told) if told else None

    @property
    def crashes(self) -> int | None:
        """How often it crashed in all laps; None where that was told of none."""
        told = [lap.crashes for lap in self.laps if lap.crashes is not None]
        return sum(told) if told else None

    @property
    def progress(self) -> float | None:
        """How far its laps came on average, in percent."""
        return _mean(lap.progress for lap in self.laps)


def rows_of(data: bytes | str) -> list[Mapping[str, object]]:
    """Return the rows of a metrics document.

    Raises:
        MetricsError: It is no JSON, or holds no list of metrics.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise MetricsError("The metrics are no JSON.") from None
    rows = document.get("metrics") if isinstance(document, Mapping) else document
    if not isinstance(rows, list):
        raise MetricsError("The metrics hold something else than a list.")
    return [row for row in rows[:_MOST_EPISODES] if isinstance(row, Mapping)]


def training_of(rows: Iterable[Mapping[str, object]]) -> Training | None:
    """Return what the rows of a training come to; None where there is none.

    A row that does not name its iteration is one of its own.
    """
    kept = list(rows)[:_MOST_EPISODES]
    if not kept:
        return None
    iterations: dict[int, list[tuple[int, Mapping[str, object]]]] = {}
    for number, row in enumerate(kept):
        told = whole(row.get("iteration"))
        iterations.setdefault(number if told is None else told, []).append((number, row))
    points = [_point(iteration, iterations[iteration]) for iteration in sorted(iterations)]
    driven = [
        Episode(number, _number(row.get("reward_score")), _percent(row))
        for number, row in enumerate(kept)
        if row.get("phase") != _EVALUATION
    ]
    began, seconds = _duration(kept)
    return Training(
        episodes=len(kept),
        points=tuple(thinned_points(points, _MOST_POINTS)),
        dots=tuple(thinned(driven, _DOTS)),
        began_at=began,
        seconds=seconds,
        thinned=len(points) > _MOST_POINTS,
    )


def laps_of(rows: Iterable[object]) -> tuple[Lap, ...]:
    """Return the laps that the rows of an evaluation tell, of the bucket or of the API."""
    found = [row for row in rows if isinstance(row, Mapping)][:MOST_LAPS]
    return tuple(_lap(number, row) for number, row in enumerate(found, 1))


def evaluation_of(document: Mapping[str, object]) -> Evaluation:
    """Return an evaluation of the API's."""
    config = _mapping(document.get("config"))
    rows = document.get("metrics")
    return Evaluation(
        name=text(config.get("evaluationName") or document.get("evaluationName")),
        kind=_EVALUATION,
        status=text(document.get("status")),
        at=moment(document.get("createdAt")),
        track=text(_mapping(config.get("trackConfig")).get("trackId")),
        race=text(config.get("raceType")),
        laps=laps_of(rows) if isinstance(rows, list) else (),
    )


def duration_text(seconds: float) -> str:
    """Return a time span as `1 h 05 min`, `4 min 07 s` or `12.345 s`."""
    if seconds < 60:
        return f"{seconds:.3f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60:,} h {minutes % 60:02} min"


def whole(value: object) -> int | None:
    """Return a whole number from 0 on; anything else is None."""
    number = _number(value)
    if number is None or not 0 <= number < 2**53 or number != int(number):
        return None
    return int(number)


def text(value: object) -> str:
    """Return a text or number as cleaned text; anything else is empty."""
    return clean(str(value), 80) if isinstance(value, str | int | float) else ""


def moment(value: object) -> datetime | None:
    """Return a time with its zone, sent as ISO 8601; anything else is None."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if found is None or found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _point(iteration: int, rows: list[tuple[int, Mapping[str, object]]]) -> Point:
    driven = [row for _, row in rows if row.get("phase") != _EVALUATION]
    judged = [row for _, row in rows if row.get("phase") == _EVALUATION]
    progress = [_percent(row) for _, row in rows]
    return Point(
        iteration=iteration,
        upto=rows[-1][0],
        episodes=len(rows),
        reward=_mean(_number(row.get("reward_score")) for row in driven),
        progress=_mean(map(_percent, driven)),
        completion=_mean(map(_percent, judged)),
        laps=sum(1 for one in progress if one is not None and one >= _WHOLE),
    )


def _lap(number: int, row: Mapping[str, object]) -> Lap:
    elapsed = _either(row, "elapsed_time_in_milliseconds", "elapsedTimeInMilliseconds")
    milliseconds = _number(elapsed)
    told = milliseconds is not None and milliseconds >= 0
    return Lap(
        number=number,
        seconds=milliseconds / 1000 if told and milliseconds is not None else None,
        progress=_percent(row),
        off_tracks=whole(_either(row, "off_track_count", "offTrackCount")),
        crashes=whole(_either(row, "crash_count", "crashCount")),
        resets=whole(_either(row, "reset_count", "resetCount")),
        status=text(_either(row, "episode_status", "episodeStatus")),
    )


def _either(row: Mapping[str, object], *names: str) -> object:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _percent(row: Mapping[str, object]) -> float | None:
    """How far an episode came; above the whole is the whole, as a lap can end a bit behind."""
    number = _number(_either(row, "completion_percentage", "completionPercentage"))
    return None if number is None or number < 0 else min(number, _WHOLE)


def _duration(rows: list[Mapping[str, object]]) -> tuple[datetime | None, float | None]:
    begins: list[float] = []
    ends: list[float] = []
    for row in rows:
        start = _number(row.get("start_time"))
        if start is None or start <= 0:
            continue
        begins.append(start)
        ends.append(start + max(0.0, _number(row.get("elapsed_time_in_milliseconds")) or 0.0))
    if not begins:
        return None, None
    try:
        began = datetime.fromtimestamp(min(begins) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None, None
    seconds = (max(ends) - min(begins)) / 1000
    return began, seconds if math.isfinite(seconds) else None


def _mean(values: Iterable[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    if not told:
        return None
    mean = fmean(told)
    return mean if math.isfinite(mean) else None


def _number(value: object) -> float | None:
    """Return a finite number of a believable size; anything else is None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) < 1e18 else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
