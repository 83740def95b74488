"""Invitations: a template and values become a subject, plain text and HTML for one participant.

Values are data: braces in them stay braces, markup is escaped, no line break reaches a subject,
and what a participant is called never becomes a link.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from drtui.domain.invitation_templates import (
    FOUND_OUT,
    OF_PARTICIPANT,
    InvitationField,
    Template,
    TemplateError,
    fields_text,
    parse_template,
)
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

LONGEST_SUBJECT: Final = 200  # characters
LONGEST_VALUE: Final = 20_000
LONGEST_SOURCE: Final = 100_000

Values = Mapping[InvitationField, str]
"""Values by field; a field that is absent, or blank, is missing."""

_LINK: Final = re.compile(
    r"(?P<web>https?://[^\s<>\"“”]+)"
    r"|(?P<mail>(?<![\w.%+-])[a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63})+)"
)
_FOUND_BY: Final[Mapping[InvitationField, str]] = {
    InvitationField.TRAINING_TIME: "{training_time} is what new users get: sync first.",
    InvitationField.ACCOUNT_ID: "{account_id} is told by AWS: try again when AWS can be asked.",
}
_AFTER_LINK: Final = ".,;:!?'*_"
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True, slots=True)
class InvitationTemplate:
    """The two templates of an invitation, read."""

    subject: Template
    body: Template

    @property
    def fields(self) -> frozenset[InvitationField]:
        """The fields that it asks for."""
        return self.subject.fields | self.body.fields


@dataclass(frozen=True, slots=True)
class Invitation:
    r"""What one participant gets; it may hold a password, so it is never logged or stored.

    Attributes:
        subject: One line without control characters.
        text: Plain text; lines end in `\n`.
        html: A whole document that says the same.
    """

    subject: str
    text: str
    html: str

    def __repr__(self) -> str:
        return f"Invitation(subject={self.subject!r})"


@dataclass(frozen=True, slots=True)
class MissingValues:
    """What a template asks for and is not there.

    Attributes:
        email: Whose invitation lacks it; None where it belongs to the event, so that all lack it.
        fields: The fields, in the order of help.
    """

    email: str | None
    fields: tuple[InvitationField, ...]

    def __str__(self) -> str:
        """Return it for the admin, safe to show."""
        whose = "the event" if self.email is None else clean(self.email)
        return f"{whose}: no value for {fields_text(self.fields)}"


class MissingValuesError(InvalidInputError):
    """An invitation cannot be written; nothing was sent."""


def parse_invitation(subject: str, body: str) -> InvitationTemplate:
    """Read the templates of an invitation.

    Raises:
        TemplateError: One cannot be read; the message says which, and where.
        InvalidInputError: The subject is empty or has several lines, or one is too long.
    """
    if not subject.strip() or not body.strip():
        raise InvalidInputError("An invitation has a subject and a text.")
    if len(subject.strip().splitlines()) > 1:
        raise InvalidInputError("The subject of an invitation is one line.")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_SOURCE:
        raise InvalidInputError(
            f"A subject has at most {LONGEST_SUBJECT} characters, a text {LONGEST_SOURCE:,}."
        )
    try:
        read = parse_template(subject.strip())
    except TemplateError as error:
        raise _in_subject(error) from error
    if read.fields & {InvitationField.PASSWORD}:
        raise InvalidInputError("A password does not belong into a subject: lists of mail show it.")
    return InvitationTemplate(read, parse_template(body))


def values_of(participant: Participant) -> dict[InvitationField, str]:
    """Return what a list of participants says of one; nobody is without a name to be greeted by."""
    return {
        InvitationField.NAME: participant.name or participant.email,
        InvitationField.EMAIL: participant.email,
        InvitationField.TEAM: participant.team.value if participant.team else "",
    }


def missing_values(
    template: InvitationTemplate, event: Values, participants: Iterable[Values]
) -> tuple[MissingValues, ...]:
    """Return every value that is missing: those of the event first, then by participant.

    Args:
        template: What is to be sent.
        event: The values that all share.
        participants: The values of each, for the fields `OF_PARTICIPANT`; where one is missing,
            the event's is taken.
    """
    shared = frozenset(field for field, value in event.items() if value.strip())
    wanted = template.fields - shared
    found = []
    general = _ordered(wanted - OF_PARTICIPANT)
    if general:
        found.append(MissingValues(None, general))
    own = wanted & OF_PARTICIPANT
    for values in participants:
        lacking = _ordered(field for field in own if not values.get(field, "").strip())
        if lacking:
            found.append(MissingValues(values.get(InvitationField.EMAIL, ""), lacking))
    return tuple(found)


def missing_of_event(missing: Iterable[MissingValues]) -> tuple[InvitationField, ...]:
    """Return what is missing of the event, so that all lack it; see `missing_values`."""
    return next((one.fields for one in missing if one.email is None), ())


def event_lacks(fields: Collection[InvitationField]) -> str:
    """Say that a text asks for what is not known of the event, and the ways out.

    Args:
        fields: As `missing_of_event` returns them; one at least.
    """
    said = [field for field in fields if field not in FOUND_OUT]
    told = [f"The text asks for {fields_text(fields)}."]
    if said:
        told.append(f"Say {fields_text(said)} first: n on Setup, or “drtui setup event”.")
    told += [_FOUND_BY[field] for field in fields if field in FOUND_OUT]
    return " ".join([*told, "Or take what is not known out of the text."])


def render(template: InvitationTemplate, event: Values, participant: Values) -> Invitation:
    """Write the invitation of one participant.

    Raises:
        MissingValuesError: A value is missing; see `missing_values`, which asks beforehand.
    """
    lacking = missing_values(template, event, [participant])
    if lacking:
        told = "; ".join(map(str, lacking))
        raise MissingValuesError(f"{told}. Nothing is sent without it.")
    values = {field: _value(field, event, participant) for field in template.fields}
    subject = "".join(text for text, _ in _filled(template.subject, values))
    subject = clean(" ".join(subject.split()), LONGEST_SUBJECT)
    pieces = list(_filled(template.body, values))
    return Invitation(
        subject=subject,
        text="".join(text for text, _ in pieces).strip("\n") + "\n",
        html=_document(subject, pieces),
    )


def _in_subject(error: TemplateError) -> TemplateError:
    told = str(error).partition(": ")[2]
    return TemplateError(f"in the subject, {told}", error.line, error.column)


def _ordered(fields: Iterable[InvitationField]) -> tuple[InvitationField, ...]:
    wanted = frozenset(fields)
    return tuple(field for field in InvitationField if field in wanted)


def _value(field: InvitationField, event: Values, participant: Values) -> str:
    """Return a value without what hides or reorders; only the list of races has lines."""
    if field is InvitationField.RACE_LINKS:
        return _safe_lines(event[field].strip())
    own = " ".join(participant.get(field, "").split()) if field in OF_PARTICIPANT else ""
    return clean(own or " ".join(event[field].split()), LONGEST_VALUE)


def _safe_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join(clean(line, LONGEST_SOURCE) for line in lines)


def _filled(
    template: Template, values: Mapping[InvitationField, str]
) -> Iterable[tuple[str, bool]]:
    """Yield the text piece by piece, each with whether an address in it may become a link."""
    pieces = (
        (values[part], part not in OF_PARTICIPANT)
        if isinstance(part, InvitationField)
        else (_safe_lines(part), True)
        for part in template.parts
    )
    for linked, group in groupby(pieces, key=lambda piece: piece[1]):
        yield "".join(text for text, _ in group), linked


def _document(subject: str, pieces: Iterable[tuple[str, bool]]) -> str:
    marked = "".join(_linked(text) if linked else escape(text) for text, linked in pieces)
    paragraphs = (part.strip("\n") for part in _PARAGRAPHS.split(marked))
    body = "\n".join(
        f"<p>{part}</p>".replace("\n", "<br>\n") for part in paragraphs if part.strip()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(subject)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _linked(text: str) -> str:
    """Return text as HTML, its web and mail addresses clickable."""
    written = []
    end = 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(_AFTER_LINK)
        if address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(_AFTER_LINK)
        target = address if found["web"] else f"mailto:{address}"
        written += [escape(text[end : found.start()])]
        written += [f'<a href="{escape(target)}">{escape(address)}</a>']
        end = found.start() + len(address)
    return "".join(written) + escape(text[end:])
