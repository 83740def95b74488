"""The deployment's rules about a race's definition (DeepRacer API facts, "Leaderboard definition").

What the gateway's schema can say is in `race_schemas`; this is what the backend looks at.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from drtui.emulator.clock import iso
from drtui.emulator.errors import rule_broken, unreadable_value
from drtui.emulator.race_records import MAX_RESETS, LiveStatus, Race
from drtui.emulator.race_tracks import TRACKS
from drtui.emulator.records import INT32
from drtui.emulator.releases import Release

SPACING = 0.13
"""How far objects are apart at least, in parts of the track."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_TIMES = ("openTime", "closeTime", "liveEventTime")
_KEPT = (
    "name", "openTime", "closeTime", "trackConfig", "raceType", "maxSubmissionsPerUser",
    "objectAvoidanceConfig", "resettingBehaviorConfig", "submissionTerminationConditions",
    "timingMethod", "liveEventTime", "maxResets",
)  # fmt: skip
_LATER = frozenset({"closeTime", "maxSubmissionsPerUser"})
"""What 1.3 lets change of an active race."""


def read_time(text: str) -> datetime:
    """A time as the API takes it.

    Raises:
        ApiError: 400 `{}`, it is not in UTC ending in `Z`.
    """
    try:
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise unreadable_value()


def read_definition(sent: dict[str, Any], release: Release) -> dict[str, Any]:
    """What is kept of a definition that was sent.

    Raises:
        ApiError: 400, a value cannot be read, or the rules do not let it be.
    """
    if any(number not in INT32 for number in _whole_numbers(sent)):
        raise unreadable_value()
    kept = {name: sent[name] for name in _KEPT if name in sent}
    kept |= {name: iso(read_time(sent[name])) for name in _TIMES if name in sent}
    kept["isLive"] = sent.get("isLive", False)
    if kept["isLive"]:
        kept.setdefault("maxResets", MAX_RESETS)
    # 1.2 takes a description and drops it.
    if release.has(Release.V1_3_1) and sent.get("description"):
        kept["description"] = sent["description"]
    _check(kept)
    return kept


def check_live_time(definition: dict[str, Any], now: datetime) -> None:
    """A live race is in the future.

    Raises:
        ApiError: 400, it has no time, or one that is past.
    """
    if not definition["isLive"]:
        return
    if "liveEventTime" not in definition:
        message = "Live event time is required for live races."
        raise rule_broken(message)
    if datetime.fromisoformat(definition["liveEventTime"]) <= now:
        message = "Live event time must be in the future."
        raise rule_broken(message)


def check_edit(race: Race, changed: dict[str, Any], release: Release, now: datetime) -> None:
    """Whether a race may become what was sent.

    Before it opens, and a live race before it starts; 1.3 lets the end and the submissions of an
    active race change too.

    Raises:
        ApiError: 400, it may not.
    """
    if race.is_live and race.live_status is not LiveStatus.SCHEDULED:
        message = "A live race cannot be edited once it has started."
        raise rule_broken(message)
    if race.is_live or now < race.opens:
        check_live_time(changed, now)
        return
    if now >= race.closes:
        message = "A closed leaderboard cannot be edited."
        raise rule_broken(message)
    if not release.has(Release.V1_3_1):
        message = "Leaderboard cannot be edited after its opening time."
        raise rule_broken(message)
    before = race.definition
    names = before.keys() | changed.keys()
    if {name for name in names if before.get(name) != changed.get(name)} - _LATER:
        message = "Only the end time and max submissions can be edited on an active leaderboard."
        raise rule_broken(message)
    if datetime.fromisoformat(changed["closeTime"]) <= now:
        message = "Close time must be in the future."
        raise rule_broken(message)


def _whole_numbers(value: object) -> Iterator[int]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _whole_numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from _whole_numbers(each)
    elif isinstance(value, int):
        yield value


def _check(definition: dict[str, Any]) -> None:
    if read_time(definition["openTime"]) >= read_time(definition["closeTime"]):
        message = "Opening time cannot be after close time."
        raise rule_broken(message)
    track = definition["trackConfig"]
    if track["trackDirection"] not in TRACKS[track["trackId"]].directions:
        message = "Track direction is not supported by this track."
        raise rule_broken(message)
    laps = definition["submissionTerminationConditions"]
    if laps["minimumLaps"] > laps["maximumLaps"]:
        message = "Minimum laps cannot be greater than maximum laps."
        raise rule_broken(message)
    if definition["raceType"] == "OBJECT_AVOIDANCE":
        _check_objects(definition.get("objectAvoidanceConfig"))


def _check_objects(objects: dict[str, Any] | None) -> None:
    if objects is None:
        message = "Object avoidance config is required for object avoidance races."
        raise rule_broken(message)
    positions = sorted(each["trackPercentage"] for each in objects.get("objectPositions", ()))
    if len(positions) > objects["numberOfObjects"]:
        message = "There are more object positions than objects."
        raise rule_broken(message)
    # A float's last digit is not what keeps two objects apart.
    if any(after - before < SPACING - 1e-9 for before, after in pairwise(positions)):
        message = "Objects must be at least 13% of the track apart."
        raise rule_broken(message)
