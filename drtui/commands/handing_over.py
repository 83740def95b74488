"""Where new passwords of IAM users go: to the screen, into a CSV, or into invitations.

Whatever may keep a password from being handed over is looked at before it is made: one that is
made takes the place of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands.aws_account import find_account_id
from drtui.commands.mailing import as_text, mailing_of, preview, read_text
from drtui.commands.participants import participants_of
from drtui.commands.passwords import GivenPassword, as_csv, handed_over
from drtui.commands.workspace import Workspace
from drtui.commands.writing import NewFile
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.invitations import MissingValues, parse_invitation
from drtui.domain.mail_errands import Mailing
from drtui.domain.sponsor.services import SponsorServices

_STAND_IN: Final = "to be made"
_ROOM: Final = 1_000  # bytes; more than address, user name and password come to, however quoted


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who can be handed a password by an invitation.

    Attributes:
        emails: Those to whose invitation nothing is missing.
        missing: What the others' lack, or all because the event lacks it.
        room: How many bytes their invitations need at the most.
    """

    emails: tuple[str, ...]
    missing: tuple[MissingValues, ...]
    room: int


def invitations_with_passwords(workspace: Workspace, services: SponsorServices) -> Mailing:
    """Return the event's text for IAM users; AWS is asked for its account where the text has it.

    Raises:
        InvalidInputError: The text cannot be read.
    """
    text = read_text(workspace, InvitationKind.IAM)
    asked_for = InvitationField.ACCOUNT_ID in parse_invitation(text.subject, text.body).fields
    account_id = find_account_id(workspace, lambda: services) if asked_for else ""
    return mailing_of(workspace, text, account_id=account_id)


def recipients(workspace: Workspace, mailing: Mailing, emails: Sequence[str]) -> Recipients:
    """Return who can be handed a password by an invitation; nothing is made.

    Raises:
        InvalidInputError: The text cannot be read, or an address is not that of a participant.
    """
    people = participants_of(workspace, emails)
    stand_ins = [GivenPassword(one.email, _STAND_IN, _STAND_IN) for one in people]
    found = preview(workspace, mailing, people, stand_ins)
    emails = tuple(found.invitations)
    room = len(as_text(found.invitations).encode()) + room_in_csv(emails)
    return Recipients(emails, found.missing, room)


def room_in_csv(emails: Sequence[str]) -> int:
    """Return how many bytes a CSV with a password for each needs at the most."""
    return _ROOM * (len(emails) + 1)


def write_csv(workspace: Workspace, file: NewFile, given: Sequence[GivenPassword]) -> None:
    """Write passwords to a new CSV, and note that they were handed over.

    Raises:
        InvalidInputError: As of `NewFile.write`; they are not handed over then.
    """
    file.write(as_csv(given))
    handed_over(workspace, given)


def write_invitations(
    workspace: Workspace, mailing: Mailing, file: NewFile, given: Sequence[GivenPassword]
) -> tuple[GivenPassword, ...]:
    """Write invitations with passwords to a new file; return the passwords that are in it.

    Raises:
        InvalidInputError: As of `NewFile.write`; none is handed over then.
    """
    people = participants_of(workspace, [one.email for one in given])
    found = preview(workspace, mailing, people, given)
    file.write(as_text(found.invitations))
    written = {one.key for one in people if one.email in found.invitations}
    there = tuple(one for one in given if one.email.lower() in written)
    handed_over(workspace, there)
    return there
