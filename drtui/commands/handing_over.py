"""Where new passwords of IAM users go: to the screen, into a CSV, or into invitations.

Whatever may keep a password from being handed over is looked at before it is made: one that is
made takes the place of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drtui.commands.aws_account import find_account_id
from drtui.commands.mailing import mailing_of, preview, read_text, save
from drtui.commands.participants import participants_of
from drtui.commands.passwords import GivenPassword, handed_over, write_passwords
from drtui.commands.workspace import Workspace
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind
from drtui.domain.invitations import MissingValues, parse_invitation
from drtui.domain.mail_errands import Mailing
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean

_STAND_IN: Final = "to be made"


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who can be handed a password by an invitation.

    Attributes:
        emails: Those to whose invitation nothing is missing.
        missing: What the others' lack, or all because the event lacks it.
    """

    emails: tuple[str, ...]
    missing: tuple[MissingValues, ...]


def check_new(path: Path) -> None:
    """See that a file can be made at a path.

    Raises:
        InvalidInputError: There is something at the path, or no folder for it.
    """
    if path.is_symlink() or path.exists():
        raise InvalidInputError(f"There is a file {clean(str(path))} already: name another one.")
    if not path.parent.is_dir():
        raise InvalidInputError(f"There is no folder {clean(str(path.parent))}.")


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
    return Recipients(tuple(found.invitations), found.missing)


def write_csv(workspace: Workspace, path: Path, given: Sequence[GivenPassword]) -> None:
    """Write passwords to a new CSV, and note that they were handed over.

    Raises:
        InvalidInputError: As of `passwords.write_passwords`; they are not handed over then.
    """
    write_passwords(path, given)
    handed_over(workspace, given)


def write_invitations(
    workspace: Workspace, mailing: Mailing, path: Path, given: Sequence[GivenPassword]
) -> tuple[GivenPassword, ...]:
    """Write invitations with passwords to a new file; return the passwords that are in it.

    Raises:
        InvalidInputError: As of `mailing.save`; none is handed over then.
    """
    people = participants_of(workspace, [one.email for one in given])
    found = preview(workspace, mailing, people, given)
    save(path, found.invitations)
    written = {one.key for one in people if one.email in found.invitations}
    there = tuple(one for one in given if one.email.lower() in written)
    handed_over(workspace, there)
    return there
