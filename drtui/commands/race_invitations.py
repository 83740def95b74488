"""Invitations to a race: the text, what the organiser adds to it, and to whom it can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final

from drtui.commands.event import read_event
from drtui.commands.mailing import mailing_of
from drtui.commands.participants import kept_among
from drtui.commands.races import named_race
from drtui.commands.workspace import Workspace
from drtui.commands.writing import write_new
from drtui.domain.event_settings import EventSettings
from drtui.domain.mail_errands import Mailing
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_invitations import LONGEST_NOTE, RaceInvitation, race_invitation, race_link
from drtui.domain.text import fold
from drtui.store.preferences import read_preferences, write_preference_entry

_NOTES: Final = "race_invitation_notes"


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
    workspace: Workspace, race: str, *, zone: tzinfo, note: str | None = None
) -> RaceInvitation:
    """Return the invitation to a race.

    It links to the deployment's site; where its address is not known, to the event's.

    Args:
        workspace: The account's.
        race: Its id, its name or a part of that.
        zone: In which its times are told beside UTC.
        note: What the organiser adds; None is what was kept for the race.

    Raises:
        InvalidInputError: No race or several are named.
        StoreProblemError: The store cannot be read.
    """
    event = read_event(workspace)
    found = named_race(workspace, race)
    return race_invitation(
        found.race,
        website=_address(workspace, event),
        zone=zone,
        event=event,
        note=read_note(workspace, found.race.race_id) if note is None else note,
    )


def link_to(workspace: Workspace, race_id: str) -> str:
    """Return the link that the invitation to a race bears; empty where no address is known."""
    return race_link(_address(workspace, read_event(workspace)), race_id)


def read_note(workspace: Workspace, race_id: str) -> str:
    """Return what the organiser adds to the invitation to a race; empty where nothing was kept."""
    kept = _notes(workspace).get(race_id)
    return kept if isinstance(kept, str) else ""


def keep_note(workspace: Workspace, race_id: str, note: str) -> None:
    """Keep what the organiser adds, so that whatever is sent later is the same message.

    Raises:
        InvalidInputError: It is too long.
    """
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise InvalidInputError(f"That is longer than {LONGEST_NOTE:,} characters.")
    write_preference_entry(workspace.database, _NOTES, race_id, text or None)


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


def _address(workspace: Workspace, event: EventSettings) -> str:
    return workspace.website or event.console_address


def _notes(workspace: Workspace) -> dict[str, object]:
    with workspace.database.read() as connection:
        kept = read_preferences(connection).get(_NOTES)
    return dict(kept) if isinstance(kept, dict) else {}
