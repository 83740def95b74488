"""What inviting to a race asks of the commands: the text, whom it is for, and the sending.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import tzinfo

from drtui.commands import mail_progress, mailing, race_invitations, race_roster
from drtui.commands.event import read_event
from drtui.commands.mail_progress import MailTerms, SendingTo
from drtui.commands.race_invitations import Recipients
from drtui.commands.workspace import Workspace
from drtui.commands.writing import typed_file
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_invitations import RaceInvitation
from drtui.domain.text import clean
from drtui.store.races import races_by_key


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an invitation is for, and where its sending stands.

    Attributes:
        recipients: Of those who were asked for.
        nameless: How many of them have no email that is known.
        sendings: Where the sending stands, by kept participant.
        sender: The address that it is sent from; empty is not said yet.
    """

    recipients: Recipients
    nameless: int
    sendings: tuple[SendingTo, ...]
    sender: str


class RaceInvitationDesk:
    """The invitations to one account's races.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Args:
        workspace: The account's.
        zone: The admin's, in which times are told.
    """

    def __init__(self, workspace: Workspace, zone: tzinfo) -> None:
        self._workspace = workspace
        self._zone = zone

    def race_id(self, key: int) -> str:
        """Return a race's id.

        Raises:
            InvalidInputError: It is not there any more.
        """
        with self._workspace.database.read() as connection:
            found = races_by_key(connection, [key])
        if not found:
            raise InvalidInputError("This race is not there any more.")
        return found[0].race.race_id

    def invitation(self, race_id: str) -> RaceInvitation:
        """See `commands.race_invitations.invitation_to`."""
        return race_invitations.invitation_to(self._workspace, race_id, zone=self._zone)

    def note(self, race_id: str) -> str:
        """See `commands.race_invitations.read_note`."""
        return race_invitations.read_note(self._workspace, race_id)

    def keep_note(self, race_id: str, note: str) -> None:
        """See `commands.race_invitations.keep_note`."""
        race_invitations.keep_note(self._workspace, race_id, note)

    def save(self, invitation: RaceInvitation, path: str) -> str:
        """Write an invitation to a new file, and return where.

        Raises:
            InvalidInputError: It cannot be written.
        """
        file = typed_file(path)
        race_invitations.save_invitation(file, invitation)
        return clean(str(file))

    def invited(
        self, race_id: str, keys: Collection[int] | None, invitation: RaceInvitation
    ) -> Invited:
        """Return whom an invitation is for.

        Args:
            race_id: The race's.
            keys: Of racers of its roster; None are all of them.
            invitation: As it would be sent.
        """
        roster = race_roster.race_roster(self._workspace, race_id)
        rows = [row for row in roster.rows if keys is None or row.key in keys]
        emails = tuple(dict.fromkeys(row.racer.email for row in rows if row.racer.email))
        whom = race_invitations.recipients(self._workspace, emails)
        message = race_invitations.race_mailing(self._workspace, invitation)
        return Invited(
            whom,
            sum(not row.racer.email for row in rows),
            mail_progress.sendings(self._workspace, message.id, whom.participants),
            read_event(self._workspace).sender,
        )

    def send(
        self,
        invitation: RaceInvitation,
        invited: Invited,
        terms: MailTerms | None,
        *,
        again: bool,
        doubtful: bool,
    ) -> Plan:
        """See `commands.mailing.plan_send`; without terms nothing is known of the sandbox."""
        people = invited.recipients.participants
        return mailing.plan_send(
            self._workspace,
            race_invitations.race_mailing(self._workspace, invitation),
            people,
            out_of_reach=() if terms is None else terms.out_of_reach(people),
            again=again,
            doubtful=doubtful,
            second_door=True,
        )
