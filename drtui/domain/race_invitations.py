"""What racers are told of a race: its rules in words, its link, and an invitation to it. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationText
from drtui.domain.invitations import LONGEST_SUBJECT
from drtui.domain.race_states import timing_text, type_text
from drtui.domain.race_times import clock_text, time_text, zone_at
from drtui.domain.races import Definition, ListedRace, RaceType
from drtui.domain.text import clean
from drtui.domain.tracks import direction_text, track, track_name
from drtui.domain.wording import capitalised, counted

_ID: Final = re.compile(r"[A-Za-z0-9]{15}")  # DeepRacer API facts, "Calls"
LONGEST_NOTE: Final = 4_000
"""Characters of what an organiser adds."""

_LABEL: Final = 13  # characters
_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class RaceInvitation:
    """An invitation as plain text, safe to show; the body's lines end in a line feed.

    Attributes:
        closes_at: When the race does; who invites to one that has closed is to be told.
        link: To the race, as it is in the body; empty where it is not known.
    """

    subject: str
    body: str
    closes_at: datetime
    link: str = ""

    @property
    def text(self) -> str:
        """Both, for the clipboard or a file."""
        return f"{self.subject}\n\nHello,\n\n{self.body}"

    def as_template(self) -> InvitationText:
        """Return it as the template of a message that greets each by name."""
        subject, body = (
            one.replace("{", "{{").replace("}", "}}") for one in (self.subject, self.body)
        )
        return InvitationText(subject, f"Hello {{name}},\n\n{body}")


def race_link(website: str, race_id: str, *, live: bool = False) -> str:
    """Return a race's address on the deployment's web site; empty where either is not known.

    Args:
        website: The deployment's, or empty.
        race_id: The race's, or empty while it is not there.
        live: Whether the page of the live race is meant.
    """
    if not website or not _ID.fullmatch(race_id):
        return ""
    return f"{website.rstrip('/')}/races/{race_id}{'/live' if live else ''}"


def rule_lines(race: Definition) -> tuple[str, ...]:
    """Return a race's rules as sentences; what is left to the deployment is not said."""
    return tuple(
        filter(
            None,
            (
                f"You are ranked by your {timing_text(race.timing)}: the shortest wins.",
                _submissions(race),
                _laps(race),
                _off_track(race),
                _objects(race),
                _live(race),
            ),
        )
    )


def race_invitation(
    race: ListedRace, *, website: str, zone: tzinfo, event: EventSettings, note: str = ""
) -> RaceInvitation:
    """Return the invitation to a race.

    Args:
        race: The race, with its id.
        website: The deployment's address; empty is unknown.
        zone: In which its times are told; they are told in UTC too.
        event: What was said of the event; what was not is left out.
        note: What the organiser adds; lines stay.
    """
    definition = race.definition
    name = clean(definition.name.strip(), _NAME)
    of_event = f", a race of {clean(event.name, _NAME)}" if event.name else ""
    facts = [
        ("Race", capitalised(type_text(definition.race_type))),
        ("Track", _track(definition)),
        ("Opens", _moment(definition.opens_at, zone)),
        ("Closes", _moment(definition.closes_at, zone)),
    ]
    if definition.live and definition.live_at is not None:
        facts.append(("Live", _moment(definition.live_at, zone)))
    parts = [
        f"You are invited to “{name}”{of_event}.",
        "\n".join(f"{label + ':':<{_LABEL}}{value}" for label, value in facts),
        _lines(definition.description),
        _lines(note),
        "The rules:\n" + "\n".join(f"- {line}" for line in rule_lines(definition)),
        _where(race, website),
        _ending(event),
    ]
    subject = f"Race “{name}” on {_track_name(definition)}"
    return RaceInvitation(
        clean(subject, LONGEST_SUBJECT // 2),
        "\n\n".join(filter(None, parts)) + "\n",
        definition.closes_at,
        race_link(website, race.race_id),
    )


def _where(race: ListedRace, website: str) -> str:
    link = race_link(website, race.race_id)
    if not link:
        return "You find it under Races, where you train your models."
    told = [f"Enter it here: {link}"]
    if race.definition.live:
        told.append(f"Watch it here: {race_link(website, race.race_id, live=True)}")
    return "\n".join(told)


def _ending(event: EventSettings) -> str:
    told = [
        f"If anything does not work, ask {clean(event.contact, 500)}." if event.contact else "",
        "See you on the track!",
        clean(event.organizer, 500),
    ]
    return "\n".join(filter(None, told))


def _lines(text: str) -> str:
    lines = (clean(line.strip(), LONGEST_NOTE) for line in text.strip()[:LONGEST_NOTE].splitlines())
    return "\n".join(lines)


def _moment(at: datetime, zone: tzinfo) -> str:
    local = time_text(at, zone)
    return local if zone_at(at, zone) == "UTC" else f"{local} ({clock_text(at, UTC)} UTC)"


def _track_name(race: Definition) -> str:
    return clean(track_name(race.track), _NAME)


def _track(race: Definition) -> str:
    found = track(race.track)
    length = "" if found is None else f", {found.length:g} m"
    return f"{_track_name(race)}{length}, {direction_text(race.direction)}"


def _submissions(race: Definition) -> str:
    if race.max_submissions <= 0:
        return ""
    times = "once" if race.max_submissions == 1 else f"up to {race.max_submissions:,} times"
    best = "" if race.max_submissions == 1 else "; your best result counts"
    return f"You can enter {times} while the race is open, with a model that is ready{best}."


def _laps(race: Definition) -> str:
    if race.min_laps >= race.max_laps:
        laps = counted(race.max_laps, "lap")
    else:
        laps = f"{race.min_laps:,} to {counted(race.max_laps, 'lap')}"
    longest = race.max_minutes
    within = "" if longest is None else f", in {longest:g} min at the most"
    return f"Each entry drives {laps}{within}."


def _off_track(race: Definition) -> str:
    costs = race.off_track_penalty
    after = "goes on with its lap" if race.continuous_lap else "begins its lap anew"
    price = "" if costs is None else f", at the cost of {costs:g} s"
    return f"A car that leaves the track is put back{price}, and {after}."


def _objects(race: Definition) -> str:
    if race.race_type != RaceType.OBJECT_AVOIDANCE or not race.objects:
        return ""
    costs = race.collision_penalty
    price = "" if costs is None else f"; to hit one costs {costs:g} s"
    stand = "stands" if race.objects == 1 else "stand"
    return f"{capitalised(counted(race.objects, 'object'))} {stand} on the track{price}."


def _live(race: Definition) -> str:
    if not race.live:
        return ""
    again = race.max_resets
    resets = "" if not again else f" An entry can be begun anew {counted(again, 'time')}."
    return f"The entries are run one after the other before an audience.{resets}"
