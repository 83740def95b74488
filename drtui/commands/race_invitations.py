"""Invitations to a race: the text, and to whom it can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from drtui.commands.event import read_event
from drtui.commands.mailing import mailing_of
from drtui.commands.participants import kept_among
from drtui.commands.races import named_race
from drtui.commands.workspace import Workspace
from drtui.commands.writing import write_new
from drtui.domain.mail_errands import Mailing
from drtui.domain.participants import Participant
from drtui.domain.race_invitations import RaceInvitation, race_invitation
from drtui.domain.text import fold


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who of some racers can be sent something.

    Attributes:
        participants: Those who are kept as participants.
        others: The addresses of those who are not: what they are called is not known.
    """

    participants: tuple[Participant, ...]
    others: tuple[str, ...]


def invitation_to(
    workspace: Workspace, race: str, *, website: str, zone: tzinfo, note: str = ""
) -> RaceInvitation:
    """Return the invitation to a race.

    Args:
        workspace: The account's.
        race: Its id, its name or a part of that.
        website: The deployment's address; where it is empty, what was said of the event is taken.
        zone: In which its times are told beside UTC.
        note: What the organiser adds.

    Raises:
        InvalidInputError: No race or several are named.
        StoreProblemError: The store cannot be read.
    """
    event = read_event(workspace)
    return race_invitation(
        named_race(workspace, race).race,
        website=website or event.console_address,
        zone=zone,
        event=event,
        note=note,
    )


def race_mailing(workspace: Workspace, invitation: RaceInvitation) -> Mailing:
    """Return the invitation as `mailing.plan_send` takes it."""
    return mailing_of(workspace, invitation.as_template())


def recipients(workspace: Workspace, emails: Sequence[str]) -> Recipients:
    """Return who of some racers, such as those of a roster, can be sent an invitation.

    Messages go to kept participants alone, as those of Setup do.
    """
    kept = kept_among(workspace, emails)
    there = {fold(one.email) for one in kept}
    return Recipients(kept, tuple(one for one in emails if fold(one) not in there))


def save_invitation(path: Path, invitation: RaceInvitation) -> None:
    """Write an invitation to a new file.

    Raises:
        InvalidInputError: There is something at the path already, or it cannot be written.
    """
    write_new(path, invitation.text)
