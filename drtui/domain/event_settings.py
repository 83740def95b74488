"""What an admin says of the event: kept for each account, used by checks and invitations."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Final

from drtui.domain.participants import is_email
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_LONGEST: Final = 500
_TOLD: Final = 80
_WEB: Final = re.compile(r"https?://[^\s/?#@<>\"“”]+(?:[/?#][^\s<>\"“”]*)?", re.IGNORECASE)
_SEVERAL: Final = frozenset({"dates", "race_links"})  # names of more than one thing
_JOINER: Final = "\N{ZERO WIDTH JOINER}"  # within emoji, which lose it without harm
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


def changes_text(before: EventSettings, after: EventSettings) -> str:
    """Return what is another one than before, in a line; empty where nothing is."""
    told = []
    for name, value in event_values(after).items():
        if value != getattr(before, name):
            text = clean(" ".join(str(value).split()), _TOLD)
            told.append(f"{name.replace('_', ' ')} {f'“{text}”' if text else 'taken away'}")
    return ", ".join(told)


def changed_since(was: EventSettings, wanted: EventSettings, found: EventSettings) -> EventSettings:
    """Return an event with what was changed of it, and nothing else.

    Args:
        was: What the change was made up from.
        wanted: What that was to become.
        found: What is kept by now.
    """
    told = {
        name: value for name, value in event_values(wanted).items() if value != getattr(was, name)
    }
    return event_from({**event_values(found), **told})


def checked(event: EventSettings) -> EventSettings:
    """Return an event whose texts are safe to show, and whose addresses are some.

    Raises:
        InvalidInputError: A text is too long or no text, an address is none, or the number makes
            no sense; it names the field.
    """
    if not 0 < event.at_once <= _MOST_AT_ONCE:
        raise InvalidInputError("How many train at once is a number from 1 to 100,000.")
    texts = {name: checked_text(name, getattr(event, name)) for name in TEXTS}
    return EventSettings(**texts, at_once=event.at_once)


def checked_text(name: str, text: str) -> str:
    """Return one of an event's texts without what surrounds it; empty where it was not said.

    Args:
        name: Of the field, one of `TEXTS`.
        text: What was said.

    Raises:
        InvalidInputError: It is too long, has control characters, or is no address where it should
            be one; it names the field.
    """
    label = name.replace("_", " ")
    lines = text.strip().splitlines() if name == "race_links" else [text.strip()]
    found = "\n".join(_one_line(label, line.strip()) for line in lines)
    if len(found) > _LONGEST:
        raise InvalidInputError(
            f"The {label} {'are' if name in _SEVERAL else 'is'} longer than {_LONGEST} characters."
        )
    if name == "sender" and found and not is_email(found):
        raise InvalidInputError(
            f"The sender “{clean(found, 60)}” is not an email address: write a plain one."
        )
    if name in ("console_address", "race_links"):
        _check_web(label, found)
    return found


def _one_line(label: str, line: str) -> str:
    plain = line.replace(_JOINER, "")
    found = clean(plain, len(plain) + 1)
    if found != plain:
        raise InvalidInputError(
            f"Leave line breaks, and characters that control or hide text, out of the {label} "
            f"“{clean(line, 60)}”."
        )
    return found


def _check_web(label: str, text: str) -> None:
    for line in filter(None, text.splitlines()):
        if not _WEB.fullmatch(line):
            raise InvalidInputError(
                f"“{clean(line, 60)}” is no web address for the {label}: one begins with https:// "
                "or http://, and has no blanks."
            )
