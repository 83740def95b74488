"""A race's definition as the deployment writes it, and as drtui keeps it.

Members and their names: DeepRacer API facts, "Leaderboard definition". What is not set is left
out, since the deployment refuses null. Times are UTC, end in `Z`, and have milliseconds only where
they are not zero; what is finer is cut off.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from drtui.domain.races import Definition, ObjectPosition, RaceType, TimingMethod

_MICROSECONDS: Final = 1000  # in a millisecond
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")

_MEMBERS: Final = frozenset(
    {
        *("name", "openTime", "closeTime", "trackConfig", "raceType", "maxSubmissionsPerUser"),
        *("resettingBehaviorConfig", "submissionTerminationConditions", "timingMethod", "isLive"),
        *("description", "objectAvoidanceConfig", "liveEventTime", "maxResets"),
        *("leaderBoardFooter", "leaderboardId", "participantCount", "liveEventStatus"),
        *("autoLaunchEnabled", "submissionPeriodOpen"),
    }
)
_DROPPED: Final = ("description", "leaderBoardFooter")  # by releases that know no such text

Document = dict[str, object]


def definition_document(definition: Definition) -> Document:
    """Return a definition as the deployment takes it, without what is left to the deployment."""
    document: Document = {
        "name": definition.name,
        "openTime": wire_time(definition.opens_at),
        "closeTime": wire_time(definition.closes_at),
        "trackConfig": {
            "trackId": definition.track,
            "trackDirection": definition.direction,
        },
        "raceType": definition.race_type,
        "maxSubmissionsPerUser": definition.max_submissions,
        "resettingBehaviorConfig": _resetting(definition),
        "submissionTerminationConditions": _termination(definition),
        "timingMethod": definition.timing,
        "isLive": definition.live,
    }
    if definition.description:
        document["description"] = definition.description
    if definition.objects is not None:
        document["objectAvoidanceConfig"] = _objects(definition, definition.objects)
    if definition.live_at is not None:
        document["liveEventTime"] = wire_time(definition.live_at)
    if definition.max_resets is not None:
        document["maxResets"] = definition.max_resets
    if definition.footer:
        document["leaderBoardFooter"] = definition.footer
    return document


def definition_from(document: Mapping[str, object]) -> Definition | None:
    """Return what a document says a race is to be.

    Values that are unknown are kept. Members that are missing, or of another type than they should
    be, are as if nothing had been said of them.

    Returns:
        The definition; None where the name, the opening or the closing cannot be read, without
        which nothing can be said of a race.
    """
    name, opens_at, closes_at = (
        document.get("name"),
        moment(document.get("openTime")),
        moment(document.get("closeTime")),
    )
    if not isinstance(name, str) or opens_at is None or closes_at is None:
        return None
    track = _members(document, "trackConfig")
    resetting = _members(document, "resettingBehaviorConfig")
    termination = _members(document, "submissionTerminationConditions")
    obstacles = _members(document, "objectAvoidanceConfig")
    # What a submission of unknown bounds has at the least and at the most is the one that is known.
    least, most = _whole(termination.get("minimumLaps")), _whole(termination.get("maximumLaps"))
    goes_on = resetting.get("continuousLap")
    return Definition(
        name=_text(name),
        opens_at=opens_at,
        closes_at=closes_at,
        track=_text(track.get("trackId")),
        direction=_text(track.get("trackDirection")),
        race_type=_text(document.get("raceType")) or RaceType.TIME_TRIAL,
        description=_text(document.get("description")),
        max_submissions=_whole(document.get("maxSubmissionsPerUser")) or 0,
        objects=_whole(obstacles.get("numberOfObjects")),
        positions=_positions(obstacles.get("objectPositions")),
        continuous_lap=goes_on if isinstance(goes_on, bool) else True,
        collision_penalty=_number(resetting.get("collisionPenaltySeconds")),
        off_track_penalty=_number(resetting.get("offTrackPenaltySeconds")),
        min_laps=least if least is not None else 1,
        max_laps=most if most is not None else max(least or 1, 1),
        max_minutes=_number(termination.get("maxTimeInMinutes")),
        timing=_text(document.get("timingMethod")) or TimingMethod.BEST_LAP,
        live=document.get("isLive") is True,
        live_at=moment(document.get("liveEventTime")),
        max_resets=_whole(document.get("maxResets")),
        footer=_text(document.get("leaderBoardFooter")),
    )


def definition_text(definition: Definition) -> str:
    """Return the one text of a definition: equal definitions have equal texts.

    It is what errands carry and the store keeps; `definition_in` reads it.
    """
    return json.dumps(definition_document(definition), separators=(",", ":"), sort_keys=True)


def definition_in(text: str) -> Definition | None:
    """Return the definition that a text holds; None where it holds none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return definition_from(document) if isinstance(document, dict) else None


def meets(found: Definition, wanted: Definition) -> bool:
    """Whether a race of the deployment is what was asked for.

    What was left to the deployment is not compared, nor is a text that it has dropped, as 1.2 does.
    """
    asked, has = definition_document(wanted), definition_document(found)
    for text in _DROPPED:
        if text not in has:
            asked.pop(text, None)
    return _within(asked, has)


def lost_members(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """Return the members of a race that are not known here, and not there any more.

    An edit replaces the whole definition, of which only what is known can be sent.

    Args:
        before: The race as the deployment told it before the edit.
        after: The same afterwards.
    """
    return tuple(sorted(set(before) - set(after) - _MEMBERS))


def is_same_race(found: Definition, wanted: Definition) -> bool:
    """Whether a race of the deployment is the one that was asked for, in whatever form it is kept.

    The deployment may write the rest in another way than it was sent: fill in what it has a
    default for, drop what it does not know, sort places.
    """
    return _identity(found) == _identity(wanted)


def _identity(definition: Definition) -> tuple[object, ...]:
    return (
        definition.name.strip(),
        wire_time(definition.opens_at),
        wire_time(definition.closes_at),
        definition.track,
        definition.direction,
        definition.race_type,
        definition.live,
    )


def wire_time(at: datetime) -> str:
    """Return a time as the deployment takes it, cut off at milliseconds."""
    at = to_milliseconds(at.astimezone(UTC))
    finest = "milliseconds" if at.microsecond else "seconds"
    return at.isoformat(timespec=finest).replace("+00:00", "Z")


def to_milliseconds(at: datetime) -> datetime:
    """Return a time without what is finer than a millisecond."""
    return at.replace(microsecond=at.microsecond - at.microsecond % _MICROSECONDS)


def moment(value: object) -> datetime | None:
    """Return the time that was sent, in UTC; None where it is none, or has no zone."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _resetting(definition: Definition) -> Document:
    resetting: Document = {"continuousLap": definition.continuous_lap}
    if definition.collision_penalty is not None:
        resetting["collisionPenaltySeconds"] = _plain(definition.collision_penalty)
    if definition.off_track_penalty is not None:
        resetting["offTrackPenaltySeconds"] = _plain(definition.off_track_penalty)
    return resetting


def _termination(definition: Definition) -> Document:
    conditions: Document = {
        "minimumLaps": definition.min_laps,
        "maximumLaps": definition.max_laps,
    }
    if definition.max_minutes is not None:
        conditions["maxTimeInMinutes"] = _plain(definition.max_minutes)
    return conditions


def _objects(definition: Definition, count: int) -> Document:
    obstacles: Document = {"numberOfObjects": count}
    if definition.positions:
        obstacles["objectPositions"] = [
            {"laneNumber": _plain(one.lane), "trackPercentage": _plain(one.part)}
            for one in definition.positions
        ]
    return obstacles


def _positions(value: object) -> tuple[ObjectPosition, ...]:
    """Return all positions; none where one of them cannot be read, for they are counted."""
    found: list[ObjectPosition] = []
    for one in value if isinstance(value, list) else ():
        lane, part = (
            (_number(one.get("laneNumber")), _number(one.get("trackPercentage")))
            if isinstance(one, Mapping)
            else (None, None)
        )
        if lane is None or part is None:
            return ()
        found.append(ObjectPosition(lane, part))
    return tuple(found)


def _within(asked: Mapping[str, object], has: Mapping[str, object]) -> bool:
    return all(_equal(value, has.get(name)) for name, value in asked.items())


def _equal(asked: object, has: object) -> bool:
    if isinstance(asked, Mapping):
        return isinstance(has, Mapping) and _within(asked, has)
    return asked == has


def _members(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    """Return a text without lone surrogates, which no database or terminal can hold."""
    if not isinstance(value, str):
        return ""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _plain(number: float) -> int | float:
    """Return a number so that 5.0 and 5 are written alike."""
    return int(number) if float(number).is_integer() else number
