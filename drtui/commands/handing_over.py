"""Where new passwords of IAM users go: to the screen, into a CSV, or into invitations.

Whatever may keep a password from being handed over is looked at before it is made: one that is
made takes the place of the one before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from drtui.commands.aws_account import find_account_id
from drtui.commands.mailing import as_text, mailing_of, preview, read_text
from drtui.commands.participants import participants_of
from drtui.commands.passwords import GivenPassword, Handover, as_csv, handed_over, why_not
from drtui.commands.workspace import Workspace
from drtui.commands.writing import NewFile, reserved
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.invitations import MissingValues, parse_invitation
from drtui.domain.mail_errands import Mailing
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean

Give = Callable[[Sequence[str]], Handover]
"""Makes a password for each of some participants."""
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


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of passwords that were made.

    Attributes:
        made: With who got none, and why.
        written: Those that are in the file, and count as handed over.
        file: Where that is, safe to show; empty where they are to be shown.
        problem: Why they could not be written; empty where they were, or were not to be.
    """

    made: Handover
    written: tuple[GivenPassword, ...] = ()
    file: str = ""
    problem: str = ""


def into_csv(workspace: Workspace, give: Give, emails: Sequence[str], path: Path) -> Handed:
    """Make passwords, and write them to a new CSV that only its owner can read.

    Raises:
        InvalidInputError: The file cannot be made, or has no room; none was made.
        SponsorError: None could be made.
    """
    with reserved(path, room_in_csv(emails)) as file:
        made = give(emails)
        return _written(made, file, partial(write_csv, workspace, file, made.given))


def into_invitations(
    workspace: Workspace, give: Give, mailing: Mailing, found: Recipients, path: Path
) -> Handed:
    """Make passwords, and write invitations with them to a new file; see `recipients`.

    Raises:
        InvalidInputError: The file cannot be made, or has no room; none was made.
        SponsorError: None could be made.
    """
    with reserved(path, found.room) as file:
        made = give(found.emails)
        write = partial(write_invitations, workspace, mailing, file, made.given)
        return _written(made, file, write)


def _written(
    made: Handover, file: NewFile, write: Callable[[], tuple[GivenPassword, ...]]
) -> Handed:
    if not made.given:
        return Handed(made)
    try:
        return Handed(made, write(), clean(str(file.path)))
    except Exception as error:  # they are made, whatever it is
        return Handed(made, problem=why_not(error))


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


def write_csv(
    workspace: Workspace, file: NewFile, given: tuple[GivenPassword, ...]
) -> tuple[GivenPassword, ...]:
    """Write passwords to a new CSV, and note that they were handed over; return them.

    Raises:
        InvalidInputError: As of `NewFile.write`; they are not handed over then.
    """
    file.write(as_csv(given))
    handed_over(workspace, given)
    return given


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
