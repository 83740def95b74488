"""What the Participants screen asks of the commands: the roster, lists, invitations, the pool.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from drtui.commands import inviting, participants
from drtui.commands.deployment_info import deployment_info_in
from drtui.commands.participant import ParticipantPage, participant_page
from drtui.commands.roster import roster
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.features import Feature
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.roster import RosterRow, Trait, row_key
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.text import fold
from drtui.store.participants import pool_listed_at
from drtui.store.sync_state import read_sync_state

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor

_ON_NO_LIST: Final = "None of them is on a list of participants: l reads one."


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The roster as it was read in one go.

    Attributes:
        number: Of two pages the one that was begun later has the higher one.
        rows: By key, in the order of their addresses.
        texts: What each row is searched by, folded; by key.
        traits: How many have each.
        profiles_as_of: When the profiles were read; None where they never were.
        pool_as_of: When the user pool was listed; None where it never was.
        mail_limit: How many invitations the deployment may send in 24 hours; None is no limit.
        in_batches: Whether the deployment invites many at once, and again; None is unknown.
        mailed: How many invitations it sent in the last 24 hours.
    """

    number: int
    rows: Mapping[int, RosterRow]
    texts: Mapping[int, str]
    traits: Counter[Trait]
    profiles_as_of: datetime | None
    pool_as_of: datetime | None
    mail_limit: int | None
    in_batches: bool | None
    mailed: int = 0


class ParticipantsDesk:
    """The participants of one account's event.

    Attributes:
        usual_mail: How many messages a user pool sends in 24 hours by itself.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._numbers = count(1)
        self.usual_mail = inviting.BUILT_IN_MAIL

    def page(self) -> RosterPage:
        """Read all that the screen shows.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        number = next(self._numbers)
        rows = {row.key: row for row in roster(self._workspace)}
        with self._workspace.database.read() as connection:
            swept = read_sync_state(connection).swept_from
            listed = pool_listed_at(connection)
            limit = inviting.mail_limit_in(connection)
            mailed = inviting.mailed_in(connection, self._workspace.database.clock())
            fact = deployment_info_in(connection).features[Feature.BULK_INVITE]
        return RosterPage(
            number=number,
            rows=rows,
            texts={key: _text(row) for key, row in rows.items()},
            traits=Counter(trait for row in rows.values() for trait in row.traits),
            profiles_as_of=swept,
            pool_as_of=listed,
            mail_limit=limit,
            in_batches=None if fact is None else fact.has,
            mailed=mailed,
        )

    def participant(self, row: RosterRow) -> ParticipantPage:
        """See `commands.participant.participant_page`."""
        return participant_page(self._workspace, row)

    def read_list(self, lines: Sequence[str]) -> participants.ListPreview:
        """See `commands.participants.read_list`; lines without their ends.

        Raises:
            InvalidInputError: There is nothing in it, or too much.
        """
        found = participants.read_list(self._workspace, "\n".join(lines))
        if not found.found.participants and not found.found.problems:
            raise InvalidInputError("There is no participant in it.")
        return found

    def keep(self, people: Sequence[Participant]) -> tuple[participants.Kept, list[int]]:
        """See `commands.participants.keep`; returns their rows' keys as well."""
        kept = participants.keep(self._workspace, people)
        return kept, [row_key(one.email, None) for one in people]

    def plan_forget(self, emails: Sequence[str]) -> participants.Forgetting:
        """See `commands.participants.plan_forget`."""
        return participants.plan_forget(self._workspace, emails)

    def forget(self, plan: participants.Forgetting) -> int:
        """See `commands.participants.forget`."""
        return participants.forget(self._workspace, plan.participants)

    def kept_among(self, emails: Sequence[str]) -> tuple[Participant, ...]:
        """See `commands.participants.kept_among`.

        Raises:
            InvalidInputError: None of them is kept.
        """
        found = participants.kept_among(self._workspace, emails)
        if not found:
            raise InvalidInputError(_ON_NO_LIST)
        return found

    def invite(self, people: Sequence[Participant]) -> Plan:
        """See `commands.inviting.plan_invite`."""
        return inviting.plan_invite(self._workspace, people)

    def resend(self, selection: Selection) -> Plan:
        """See `commands.inviting.plan_resend`."""
        return inviting.plan_resend(self._workspace, selection)

    def reset_passwords(self, selection: Selection) -> Plan:
        """See `commands.inviting.plan_reset_passwords`; there is a second door."""
        return inviting.plan_reset_passwords(self._workspace, selection, second_door=True)

    def how_sent(self, plan: Plan, *, new: bool) -> list[str]:
        """Return how the invitations of a plan will be sent, and when the last will have been.

        Args:
            plan: Of `invite` or `resend`; with nothing to send there is nothing to say.
            new: Whether they are first invitations, which a newer deployment takes many at once.
        """
        number = plan.count(Outcome.CHANGE)
        if not number:
            return []
        with self._workspace.database.read() as connection:
            fact = deployment_info_in(connection).features[Feature.BULK_INVITE]
        told = []
        if new and fact is not None:
            told.append(
                "The deployment invites up to 200 at once."
                if fact.has
                else "The deployment invites one by one: jobs of many came with release 1.3."
            )
        daily = inviting.mail_limit(self._workspace)
        return [*told, inviting.expected_finish(self._workspace, number, daily=daily).sentence]

    def mail_limit(self) -> str:
        """Return how many invitations may be sent in 24 hours, as it is typed."""
        limit = inviting.mail_limit(self._workspace)
        return inviting.UNLIMITED_WORD if limit is None else str(limit)

    def check_mail_limit(self, text: str) -> None:
        """See `commands.inviting.read_mail_limit`."""
        inviting.read_mail_limit(text)

    def set_mail_limit(self, text: str) -> None:
        """See `commands.inviting.set_mail_limit`; the text can be read."""
        inviting.set_mail_limit(self._workspace, inviting.read_mail_limit(text))

    def list_pool(self, open_sponsor: "OpenSponsor") -> int:
        """See `commands.participants.list_pool`; asks AWS, and takes its time.

        Raises:
            ProblemError: It cannot be listed; the sentence says why.
        """
        try:
            return participants.list_pool(self._workspace, open_sponsor())
        except SponsorError as error:
            raise ProblemError(error.message) from error


def _text(row: RosterRow) -> str:
    return fold("\n".join((row.email, row.name, row.team, row.alias)))
