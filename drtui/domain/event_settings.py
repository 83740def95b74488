"""What an admin says of the event: kept for each account, used by checks and invitations."""

from dataclasses import asdict, dataclass, fields
from typing import Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_LONGEST: Final = 500
_MOST_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class EventSettings:
    """One event; empty is what was not said yet.

    Attributes:
        dates: As participants read them.
        console_address: Where participants sign in; a deployment's own site by default.
        race_links: Addresses of races, one a line.
        sender: The address that invitations are sent from.
        at_once: How many racers may train at once, for the check of the account's quotas.
    """

    name: str = ""
    dates: str = ""
    organizer: str = ""
    contact: str = ""
    console_address: str = ""
    race_links: str = ""
    sender: str = ""
    at_once: int = 100


TEXTS: Final = tuple(one.name for one in fields(EventSettings) if one.name != "at_once")
"""The fields that are texts."""


def event_from(values: object) -> EventSettings:
    """Return an event as it was stored; what cannot be read is as if it had not been said."""
    known = values if isinstance(values, dict) else {}
    texts = {name: value for name in TEXTS if isinstance(value := known.get(name), str)}
    at_once = known.get("at_once")
    given = at_once if isinstance(at_once, int) and 0 < at_once <= _MOST_AT_ONCE else 100
    return EventSettings(**texts, at_once=given)


def event_values(event: EventSettings) -> dict[str, object]:
    """Return an event as it is stored."""
    return asdict(event)


def checked(event: EventSettings) -> EventSettings:
    """Return an event whose texts are safe to show.

    Raises:
        InvalidInputError: A text is too long, or the number makes no sense.
    """
    if not 0 < event.at_once <= _MOST_AT_ONCE:
        raise InvalidInputError("How many train at once is a number from 1 to 100,000.")
    texts = {}
    for name in TEXTS:
        lines = (
            getattr(event, name).splitlines() if name == "race_links" else [getattr(event, name)]
        )
        text = "\n".join(clean(line, _LONGEST + 1).strip() for line in lines).strip()
        if len(text) > _LONGEST:
            raise InvalidInputError(f"The {name.replace('_', ' ')} is longer than {_LONGEST}.")
        texts[name] = text
    return EventSettings(**texts, at_once=event.at_once)
