"""Errands that send one participant the event's invitation by the sponsor's own mail.

The text, the event's values and the sender are kept once, with the operation: what was confirmed
is what is sent, however late. What belongs to a participant is looked up when it is sent. A
password is neither: it would be stored.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.errands import MAIL_AGAIN as AGAIN
from drtui.domain.errands import MAIL_TEXT as TEXT
from drtui.domain.errands import Errand, Service
from drtui.domain.event_settings import TEXTS, EventSettings, checked_text
from drtui.domain.invitation_templates import OF_PARTICIPANT, InvitationField
from drtui.domain.invitations import (
    Invitation,
    InvitationTemplate,
    parse_invitation,
    render,
    values_of,
)
from drtui.domain.operations import ON_THE_WAY, SETTLED_WELL, Item, ItemState, text_in
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.domain.quotas import limit_hours
from drtui.domain.records import UNLIMITED

NO_PASSWORDS: Final = (
    "An invitation with {password} cannot be sent from here: whatever is sent later has to be "
    "stored until then, and passwords are not. Take {password} out of the text, or save the "
    "invitations to a file when the passwords are handed over."
)

_SAY_ANEW: Final = "Say it anew: n on Setup, or “drtui setup event”."
_SENDER: Final = "sender"
_SUBJECT: Final = "subject"
_BODY: Final = "body"
_FIELD: Final = "field:"
_ID_LENGTH: Final = 12
_OF_EVENT: Final = {InvitationField.EVENT: "name"} | {
    field: field.value
    for field in InvitationField
    if field.value in TEXTS and field not in OF_PARTICIPANT
}
"""What of an event's texts a field stands for."""


class Sending(StrEnum):
    """Where the sending of a message to one participant stands; what needs a hand comes first."""

    DOUBTFUL = "outcome doubtful"
    FAILED = "failed"
    COMING = "on its way"
    SENT = "sent"
    ANOTHER = "sent another text"
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What all participants of one sending share.

    Attributes:
        sender: A plain address.
        subject: The subject's template.
        body: The text's template.
        values: Those of the event.
    """

    sender: str
    subject: str
    body: str
    values: Mapping[InvitationField, str]

    @property
    def id(self) -> str:
        """What tells one message from another, whoever sends it."""
        said = [self.subject, self.body, sorted(self.values.items())]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:_ID_LENGTH]

    def template(self) -> InvitationTemplate:
        """Return the templates, read.

        Raises:
            InvalidInputError: They cannot be read.
        """
        return parse_invitation(self.subject, self.body)

    def params(self) -> dict[str, str]:
        """Return it as an operation keeps it; `mailing_from` reads it."""
        values = {f"{_FIELD}{field.value}": value for field, value in self.values.items()}
        return {_SENDER: self.sender, _SUBJECT: self.subject, _BODY: self.body, **values}


def mailing_from(params: Mapping[str, str]) -> Mailing:
    """Return a mailing as an operation kept it.

    Raises:
        InvalidInputError: The operation is none of mail.
    """
    if not {_SENDER, _SUBJECT, _BODY} <= params.keys():
        raise InvalidInputError("The text of this invitation is not there any more.")
    values = {
        field: params[name]
        for field in InvitationField
        if (name := f"{_FIELD}{field.value}") in params
    }
    return Mailing(params[_SENDER], params[_SUBJECT], params[_BODY], values)


def check_values(mailing: Mailing) -> None:
    """Refuse what an earlier version kept of an event, and nobody may be sent.

    Raises:
        InvalidInputError: A text has control characters, or what should be an address is none.
    """
    for field, value in mailing.values.items():
        if field in _OF_EVENT:
            try:
                checked_text(_OF_EVENT[field], value)
            except InvalidInputError as error:
                raise InvalidInputError(f"{error} {_SAY_ANEW}") from error


def event_fields(
    event: EventSettings, *, minutes: int | None, account_id: str
) -> dict[InvitationField, str]:
    """Return the values that all participants share; what is not known is left out.

    Args:
        event: What the admin said of it.
        minutes: What a new participant may train; -1 is unlimited, None is unknown.
        account_id: The AWS account, 12 digits; empty is unknown.
    """
    said = {
        InvitationField.EVENT: event.name,
        InvitationField.DATES: event.dates,
        InvitationField.ORGANIZER: event.organizer,
        InvitationField.CONTACT: event.contact,
        InvitationField.CONSOLE_ADDRESS: event.console_address,
        InvitationField.RACE_LINKS: event.race_links,
        InvitationField.TRAINING_TIME: _training_time(minutes),
        InvitationField.ACCOUNT_ID: account_id,
    }
    return {field: value for field, value in said.items() if value.strip()}


def participant_fields(
    participant: Participant, user_name: str = "", password: str = ""
) -> dict[InvitationField, str]:
    """Return the values of one participant; what is not known is empty."""
    return values_of(participant) | {
        InvitationField.USER_NAME: user_name,
        InvitationField.PASSWORD: password,
    }


def written(mailing: Mailing, values: Mapping[InvitationField, str]) -> Invitation:
    """Return what one participant gets.

    Raises:
        InvalidInputError: A value is missing, or the text cannot be read.
    """
    own = {field: value for field, value in values.items() if field in OF_PARTICIPANT}
    return render(mailing.template(), mailing.values, own)


def send(participant: Participant, text_id: str, sent: str = "", *, again: bool = False) -> Errand:
    """Return the errand that sends a participant a message; already so if it was sent before.

    Args:
        participant: To whom.
        text_id: `Mailing.id` of the message.
        sent: `Mailing.id` of what the participant was sent last; empty is nothing.
        again: Whether the same message is sent once more.
    """
    return Errand(
        Service.MAIL,
        participant.email,
        participant.name or participant.email,
        {TEXT: sent, AGAIN: "no"},
        {TEXT: text_id, AGAIN: "yes" if again else "no"},
        email=participant.email,
    )


def text_of(item: Item) -> str:
    """Return the `Mailing.id` of what an errand sends."""
    return text_in(item.after, TEXT) or ""


def standing(text_id: str, earlier: Sequence[Item]) -> tuple[Sending, Item | None]:
    """Return where the sending of a message stands, and by which errand; None where there is none.

    A message that arrived once was sent, whatever became of other attempts; one that may have
    arrived is in doubt, even where a later attempt failed for certain.

    Args:
        text_id: `Mailing.id` of the message.
        earlier: All that the participant was to be sent, the oldest first.
    """
    same = [item for item in earlier if text_of(item) == text_id]
    for item in reversed(same):
        if item.state in ON_THE_WAY:
            return Sending.COMING, item
    for item in reversed(same):
        if item.state in SETTLED_WELL:
            return Sending.SENT, item
    for item in reversed(same):
        if item.unknown_at is not None:
            return Sending.DOUBTFUL, item
    for item in reversed(same):
        if item.state is ItemState.FAILED:
            return Sending.FAILED, item
    for item in reversed(earlier):
        if item.state in SETTLED_WELL:
            return Sending.ANOTHER, item
    return Sending.NOT_SENT, None


def sends_again(item: Item) -> bool:
    """Whether an errand sends a message even to who was sent it before."""
    return item.after.get(AGAIN) == "yes"


def _training_time(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes == UNLIMITED:
        return "as much as you like"
    hours = limit_hours(minutes)
    return f"{hours} hour" if hours == "1" else f"{hours} hours"
