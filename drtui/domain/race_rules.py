"""What the deployment takes as a race, checked before anything is sent.

Facts: DeepRacer API facts, "Leaderboard definition", the operations on leaderboards, and the
errors for numbers over int32. Values of a race that is there already are not doubted while they
stay as they are: a newer deployment may know more tracks than this version, and its own console may
write what this version would not. What no fact tells, but is wise, is a hint.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Final

from drtui.domain.features import Feature
from drtui.domain.race_documents import definition_document
from drtui.domain.race_fields import LABELS, changed_fields
from drtui.domain.race_states import RaceState, state_of, timing_text, type_text
from drtui.domain.race_times import SYSTEM_ZONE, time_text
from drtui.domain.races import Definition, ListedRace, LiveStatus, RaceType, TimingMethod
from drtui.domain.text import clean
from drtui.domain.tracks import direction_text, track
from drtui.domain.wording import capitalised

LONGEST_NAME: Final = 64
LONGEST_DESCRIPTION: Final = 255
MOST_OBJECTS: Final = 6
FIRST_PART: Final = 0.07
LAST_PART: Final = 0.90
APART: Final = 0.13
INNER_LANE: Final = -1
OUTER_LANE: Final = 1
_LARGEST: Final = 2_147_483_647  # int32
_BODY_BYTES: Final = 8_000  # a firewall may block request bodies over 8 KB
_OF_OBJECTS: Final = frozenset({"objects", "positions", "race_type"})
_CONCERNED: Final[Mapping[str, frozenset[str]]] = {
    "direction": frozenset({"track", "direction"}),
    "track": frozenset({"track", "direction"}),
    "max_laps": frozenset({"min_laps", "max_laps"}),
    "objects": _OF_OBJECTS,
    "positions": _OF_OBJECTS,
}
"""The fields whose change brings a field into doubt, where it is not that field alone."""
_OF_TIMES: Final[Mapping[str, frozenset[str]]] = {
    "closes_at": frozenset({"opens_at", "closes_at"}),
    "live_at": frozenset({"live", "live_at"}),
}
"""The same of times, which are looked at with every change."""
_OF_OPEN: Final = frozenset({"closes_at", "max_submissions"})
_WHILE_QUEUED: Final = frozenset(
    {"timing", "min_laps", "max_laps", "max_minutes", "race_type", "track", "direction"}
    | {"continuous_lap", "collision_penalty", "off_track_penalty", "objects", "positions"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a definition, or what there is to know of it.

    Attributes:
        field: Of the `Definition`; empty where it is about the whole race.
        sentence: For the admin.
    """

    field: str
    sentence: str


def check(
    definition: Definition,
    *,
    now: datetime,
    features: Mapping[Feature, bool | None],
    existing: ListedRace | None = None,
    admin: bool = True,
) -> tuple[Fault, ...]:
    """Return why the deployment would refuse a race, or a change of one; nothing where it takes it.

    Args:
        definition: What the race is to be.
        now: The moment it is checked at.
        features: What the deployment can do; of what is not known it has the last word.
        existing: The race that is to be changed; None for a new one.
        admin: Whether whoever asks may be an admin; facilitators change no open race.
    """
    if existing is None:
        return (*_of_values(definition), *_of_new_times(definition, now, None))
    was = existing.definition
    if whole := why_not_changed(existing, now, features, admin=admin):
        return (Fault("", whole),)
    changed = changed_fields(was, definition)
    doubted = (one for one in _of_values(definition) if _is_new(one, changed))
    faults = (*doubted, *_of_new_times(definition, now, was))
    if "live" in changed:
        faults = (*faults, Fault("live", "A race is live or not for good: make another one."))
    if not was.live and state_of(was, now) is RaceState.OPEN:
        fixed = (
            Fault(
                field,
                f"The {LABELS[field]} stays: of an open race only the closing and the submissions "
                "per racer can be changed.",
            )
            for field in changed
            if field not in _OF_OPEN
        )
        return (*faults, *fixed)
    return faults


def check_itself(
    definition: Definition, unread: Collection[str] = frozenset()
) -> tuple[Fault, ...]:
    """Return what is wrong with a definition whatever the account, the moment and the deployment.

    Args:
        definition: What the race is to be.
        unread: The fields that could not be read; what depends on one of them is not told.
    """
    found = (*_of_values(definition), *_of_ordered_times(definition))
    concerned = {**_CONCERNED, **_OF_TIMES}
    return tuple(
        fault
        for fault in found
        if concerned.get(fault.field, frozenset({fault.field})).isdisjoint(unread)
    )


def hints(
    definition: Definition,
    *,
    now: datetime,
    features: Mapping[Feature, bool | None],
    existing: ListedRace | None = None,
) -> tuple[Fault, ...]:
    """Return what an admin should know of a race that the deployment takes; see `check`."""
    found: list[Fault] = []
    was = existing.definition if existing is not None else None
    changed = None if was is None else changed_fields(was, definition)
    found += [one for one in _unusual(definition) if changed is None or one.field in changed]
    if was is None and definition.opens_at <= now:
        found.append(Fault("opens_at", "The opening is past: the race is open at once."))
    if definition.description and features.get(Feature.ACTIVE_RACE_CHANGES) is False:
        found.append(Fault("description", "This deployment drops descriptions."))
    if definition.max_submissions == 0:
        sentence = "With 0 the deployment decides how many submissions a racer has."
        found.append(Fault("max_submissions", sentence))
    live_at = definition.live_at
    if definition.live and live_at is not None and live_at < definition.opens_at:
        found.append(Fault("live_at", "The live time is before the opening."))
    if definition.live and live_at is not None and live_at > definition.closes_at:
        found.append(Fault("live_at", "The live time is after the closing."))
    if was is not None and was.live and _WHILE_QUEUED & set(changed or ()):
        sentence = "The deployment may refuse this while submissions are in the queue."
        found.append(Fault("", sentence))
    return tuple(found)


def why_not_deleted(
    race: ListedRace,
    now: datetime,
    winner: str = "",
    *,
    features: Mapping[Feature, bool | None],
    zone: tzinfo | None = SYSTEM_ZONE,
) -> str:
    """Say why the deployment would not delete a race; empty where it would.

    Args:
        race: As last read.
        now: The moment.
        winner: Who was declared in a live race; empty while nobody was.
        features: What the deployment can do.
        zone: In which the closing is told; None where it is not, so that the sentence is the same
            for several races.
    """
    running = race.definition.live and race.live_status == LiveStatus.IN_PROGRESS and not winner
    if state_of(race.definition, now) is RaceState.OPEN:
        wait = "wait until it closes"
        if zone is not None:
            wait += f", {time_text(race.definition.closes_at, zone)}"
        if running:
            wait = f"declare the winner, and {wait}"
        elif not why_not_changed(race, now, features, admin=True):
            wait = f"change its closing, or {wait}"
        return f"is open, and the deployment deletes no open race: {wait}"
    return "is a live race that is running: declare the winner first" if running else ""


def why_not_changed(
    race: ListedRace, now: datetime, features: Mapping[Feature, bool | None], *, admin: bool
) -> str:
    """Say why nothing of a race can be changed; empty where something can.

    Args:
        race: As last read.
        now: The moment.
        features: What the deployment can do; of what is not known it has the last word.
        admin: Whether whoever asks may be an admin.
    """
    if race.definition.live:
        if race.live_status in ("", LiveStatus.SCHEDULED):
            return ""
        return "The live race has begun: it cannot be changed any more."
    match state_of(race.definition, now):
        case RaceState.FUTURE:
            return ""
        case RaceState.CLOSED:
            return "The race has closed: it cannot be changed any more."
        case RaceState.OPEN:
            if features.get(Feature.ACTIVE_RACE_CHANGES) is False:
                return "The race is open, and this deployment changes races before they open only."
            return "" if admin else "The race is open: only an admin changes it now."


def _of_new_times(definition: Definition, now: datetime, was: Definition | None) -> Iterator[Fault]:
    yield from _of_ordered_times(definition)
    if definition.opens_at < definition.closes_at <= now and (
        was is None or was.closes_at != definition.closes_at
    ):
        yield Fault("closes_at", "The closing is past.")
    if definition.live and definition.live_at is not None and definition.live_at <= now:
        # The deployment looks at it with every change, not only where it is changed.
        stays = was is not None and was.live_at == definition.live_at
        also = ": to change anything else, move it too" if stays else ""
        yield Fault("live_at", f"The live time is past{also}.")


def _of_ordered_times(definition: Definition) -> Iterator[Fault]:
    if definition.closes_at <= definition.opens_at:
        yield Fault("closes_at", "The closing has to be after the opening.")
    if definition.live and definition.live_at is None:
        yield Fault("live_at", "A live race needs the time it is live at.")


def _is_new(fault: Fault, changed: Collection[str]) -> bool:
    """Whether a fault comes of a change, and was not there before."""
    concerned = _CONCERNED.get(fault.field, frozenset({fault.field}))
    return not fault.field or not concerned.isdisjoint(changed)


def _of_values(definition: Definition) -> Iterator[Fault]:
    yield from _of_texts(definition)
    yield from _of_course(definition)
    yield from _of_numbers(definition)
    if definition.race_type == RaceType.OBJECT_AVOIDANCE:
        yield from _of_objects(definition)
    elif definition.race_type == RaceType.TIME_TRIAL and (
        definition.objects is not None or definition.positions
    ):
        yield Fault("objects", "A time trial has no objects.")


def _unusual(definition: Definition) -> Iterator[Fault]:
    """Tell of what no fact forbids, and a deployment may refuse all the same."""
    may = "a deployment may refuse that"
    if _has_breaks(definition.name):
        yield Fault("name", f"The name is not on one line: {may}.")
    description = definition.description
    if len(description) > LONGEST_DESCRIPTION:
        told = f"The description has {len(description)} characters"
        yield Fault("description", f"{told}, more than {LONGEST_DESCRIPTION}: {may}.")
    if _has_breaks(description):
        yield Fault("description", f"The description is not on one line: {may}.")
    minutes = definition.max_minutes
    if minutes is not None and not float(minutes).is_integer():
        yield Fault("max_minutes", _sentence("max_minutes", f"is no whole number: {may}."))


def _of_texts(definition: Definition) -> Iterator[Fault]:
    name, description = definition.name, definition.description
    if not name.strip():
        yield Fault("name", "The race needs a name.")
    elif len(name) > LONGEST_NAME:
        yield Fault("name", f"The name has {len(name)} characters; {LONGEST_NAME} at the most.")
    if description and not description.strip():
        yield Fault("description", "The description has nothing but blanks.")
    if len(json.dumps(definition_document(definition)).encode()) > _BODY_BYTES:
        yield Fault("", "The race is too large: a firewall may block more than 8 KB.")


def _of_course(definition: Definition) -> Iterator[Fault]:
    found = track(definition.track)
    if found is None:
        known = clean(definition.track, 40)
        sentence = f"There is no track “{known}”." if known else "The race needs a track."
        yield Fault("track", sentence)
    elif definition.direction not in list(found.directions):
        ways = " or ".join(direction_text(one) for one in found.directions)
        yield Fault("direction", f"{found.name} is driven {ways} only.")
    if definition.race_type not in list(RaceType):
        yield Fault("race_type", f"There is no kind “{type_text(definition.race_type)}”.")
    if definition.timing not in list(TimingMethod):
        yield Fault("timing", f"Nothing is ranked by “{timing_text(definition.timing)}”.")


def _of_numbers(definition: Definition) -> Iterator[Fault]:
    for field, least in (
        ("max_submissions", 0),
        ("min_laps", 1),
        ("max_laps", 1),
        ("max_resets", 0),
    ):
        number: float | None = getattr(definition, field)
        if number is not None and not _whole(number, least):
            yield Fault(field, _sentence(field, f"has to be a whole number, {least} or more."))
    minutes = definition.max_minutes
    if minutes is not None and not 0 < minutes <= _LARGEST:
        yield Fault("max_minutes", _sentence("max_minutes", "has to be more than 0."))
    for field in ("collision_penalty", "off_track_penalty"):
        seconds: float | None = getattr(definition, field)
        if seconds is not None and not 0 <= seconds <= _LARGEST:
            yield Fault(field, _sentence(field, "has to be 0 seconds or more."))
    if definition.max_laps < definition.min_laps:
        yield Fault("max_laps", "The most laps cannot be fewer than the fewest.")


def _of_objects(definition: Definition) -> Iterator[Fault]:
    count = definition.objects
    if count is None or not 1 <= count <= MOST_OBJECTS:
        yield Fault("objects", f"There have to be 1 to {MOST_OBJECTS} objects.")
    places = sorted(definition.positions, key=lambda one: one.part)
    if not places:
        return
    if count is not None and len(places) != count:
        sentence = f"There are {count} objects, but {len(places)} places: give all or none."
        yield Fault("positions", sentence)
    for place in places:
        if not INNER_LANE <= place.lane <= OUTER_LANE:
            told = f"There is no lane {place.lane:g}: {INNER_LANE} to {OUTER_LANE}."
            yield Fault("positions", told)
        if not FIRST_PART <= place.part <= LAST_PART:
            sentence = f"{place.part:g} is not within {FIRST_PART:.2f} to {LAST_PART:.2f}."
            yield Fault("positions", f"An object at {sentence}")
    for one, other in pairwise(places):
        # As the deployment reckons, in doubles: 0.46 - 0.33 is a little less than 0.13.
        if other.part - one.part < APART:
            sentence = f"at {one.part:g} and {other.part:g} are nearer than {APART}"
            yield Fault("positions", f"The objects {sentence} to the deployment: move one.")


def _whole(number: float, least: int) -> bool:
    # Compared first: a whole number of any length has no double of its own.
    return least <= number <= _LARGEST and float(number).is_integer()


def _has_breaks(text: str) -> bool:
    return len(text.splitlines()) > 1 or any(ord(char) < ord(" ") for char in text)


def _sentence(field: str, rest: str) -> str:
    return f"{capitalised(LABELS[field])} {rest}"
