"""The deployment's JSON about races as domain records; total: nothing that arrives makes it raise.

Absent is unknown (None), and so is a value of another type or a count below 0. What is kept as it
was sent is so but for what no database can hold: lone surrogates, numbers beyond 64 bits, and what
is nested deeper than the deployment nests anything.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from drtui.aws import records
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.race_documents import definition_from
from drtui.domain.races import ListedRace, Ranking

_ID: Final = re.compile(r"[!-~]{1,128}")
_MOST: Final = 2**63 - 1
_DEEPEST: Final = 16


def listed_race(value: object) -> ListedRace | None:
    """Return one race; None when it has no usable id, or no name or times."""
    document = _document(value)
    race_id, definition = _identifier(document.get("leaderboardId")), definition_from(document)
    if race_id is None or definition is None:
        return None
    return ListedRace(
        race_id=race_id,
        definition=definition,
        participants=_count(document.get("participantCount")),
        live_status=records.text(document.get("liveEventStatus")) or "",
        auto_launch=_flag(document.get("autoLaunchEnabled")),
        submissions_open=_flag(document.get("submissionPeriodOpen")),
        document=document,
    )


def ranking(value: object) -> Ranking | None:
    """Return one place on a leaderboard; None when it has no rank. An alias left out is empty."""
    row = records.mapping(value)
    rank, stats = _count(row.get("rank")), records.mapping(row.get("stats"))
    if not rank:
        return None
    return Ranking(
        rank=rank,
        alias=_alias(row),
        score=_count(row.get("rankingScore")),
        submission=_count(row.get("submissionNumber")),
        submitted_at=records.moment(row.get("submittedAt")),
        laps=_count(stats.get("completedLapCount")),
        resets=_count(stats.get("resetCount")),
        off_tracks=_count(stats.get("offTrackCount")),
        collisions=_count(stats.get("collisionCount")),
        best_lap=_count(stats.get("bestLapTime")),
        average_lap=_count(stats.get("avgLapTime")),
        total=_count(stats.get("totalLapTime")),
        video_url=records.text(row.get("videoUrl")) or "",
    )


def queue_item(value: object) -> QueueItem | None:
    """Return one submission in a queue; None when it has no usable id.

    A text that was left out is empty, and resets that were are none.
    """
    item = records.mapping(value)
    submission_id = _identifier(item.get("submissionId"))
    if submission_id is None:
        return None
    return QueueItem(
        submission_id=submission_id,
        position=records.text(item.get("queuePosition")) or "",
        profile_id=records.text(item.get("profileId")) or "",
        participant=records.text(item.get("participantName")) or "",
        model=records.text(item.get("modelName")) or "",
        status=records.text(item.get("status")) or "",
        model_id=records.text(item.get("modelId")) or "",
        resets=_count(item.get("resetCount")) or 0,
        submitted_at=records.moment(item.get("submittedAt")),
    )


def live_state(answer: Mapping[str, object], rankings: tuple[Ranking, ...]) -> LiveState | None:
    """Return how a live race stands; None when the race has no usable id.

    Args:
        answer: All that was sent.
        rankings: What could be used of its leaderboard.
    """
    race, queue = _document(answer.get("race")), records.mapping(answer.get("queue"))
    race_id = _identifier(race.get("leaderboardId"))
    if race_id is None:
        return None
    return LiveState(
        race_id=race_id,
        name=records.text(race.get("name")) or "",
        live_status=records.text(race.get("liveEventStatus")) or "",
        auto_launch=_flag(race.get("autoLaunchEnabled")),
        submissions_open=_flag(race.get("submissionPeriodOpen")),
        current=_document(answer.get("currentEvaluation")) or None,
        total=_count(queue.get("totalModels")),
        completed=_count(queue.get("completedModels")),
        pending=_count(queue.get("pendingModels")),
        in_progress=_count(queue.get("inProgressModels")),
        rankings=rankings,
        winner=_winner(answer.get("winner"), rankings),
        document=race,
    )


def _winner(value: object, rankings: tuple[Ranking, ...]) -> str:
    """Return who was declared; empty while nobody was.

    The facts do not tell what a winner looks like, but that it is whoever leads: so is one that
    was sent without a name that can be found.
    """
    if not value:
        return ""
    named = records.text(value) or _alias(records.mapping(value))
    return named or next((one.alias for one in rankings if one.rank == 1), "")


def _alias(row: Mapping[str, object]) -> str:
    profile = records.mapping(row.get("userProfile"))
    named = (profile.get("alias"), row.get("alias"), row.get("participantName"))
    return next((found for found in map(records.text, named) if found), "")


def _identifier(value: object) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _count(value: object) -> int | None:
    number = records.whole(value)
    return None if number is None or number < 0 else number


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _document(value: object) -> dict[str, object]:
    """Return an object with all that it holds; what is none is an empty one."""
    kept = _kept(value, _DEEPEST) if isinstance(value, dict) else {}
    assert isinstance(kept, dict), "an object is kept as one"
    return kept


def _kept(value: object, depth: int) -> object:
    match value:
        case str():
            return records.text(value) or ""
        case bool():
            return value
        case int() | float():
            return value if math.isfinite(value) and abs(value) <= _MOST else None
        case dict() if depth:
            return {records.text(name) or "": _kept(one, depth - 1) for name, one in value.items()}
        case list() if depth:
            return [_kept(one, depth - 1) for one in value]
    return None
