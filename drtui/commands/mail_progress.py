"""How far the sending of an invitation is, and what Amazon SES lets be sent of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from drtui.commands.inviting import expected_finish
from drtui.commands.workspace import Workspace
from drtui.domain.durations import rounded_up_text
from drtui.domain.errands import Service
from drtui.domain.mail_errands import Sending, standing
from drtui.domain.operations import Item
from drtui.domain.participants import Participant
from drtui.domain.problems import ProblemError
from drtui.domain.records import UNLIMITED
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.mail import Identity, MailAccount, judge_sender, unreachable, verifier
from drtui.domain.text import fold
from drtui.store.errand_history import errands_about
from drtui.store.users import moment

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor

_SANDBOX: Final = (
    "This AWS account is in the SES sandbox: only addresses that SES has verified get it."
)


@dataclass(frozen=True, slots=True)
class SendingTo:
    """Where the sending of a message to one participant stands.

    Attributes:
        item: By which errand it stands so; None where there is none.
    """

    participant: Participant
    state: Sending
    item: Item | None


@dataclass(frozen=True, slots=True)
class MailTerms:
    """What SES lets be sent, as it was last asked.

    Attributes:
        account: What it said; everything in it is unknown where it could not be asked.
        identities: The senders and recipients that SES knows.
        problem: Why it could not be asked, a sentence; empty where it was.
        as_of: When it was asked, UTC.
    """

    account: MailAccount
    identities: tuple[Identity, ...]
    problem: str
    as_of: datetime

    def sender_problem(self, sender: str) -> str:
        """Say why nothing can be sent from an address; empty where nothing known stops it."""
        if self.problem or not sender:
            return ""
        by = verifier(sender, self.identities)
        if by is not None and by.sending is not False:
            return ""
        judged = judge_sender(self.identities, sender)
        return f"{judged.finding} {judged.advice}"

    def out_of_reach(self, participants: Sequence[Participant]) -> frozenset[str]:
        """Return the addresses of those whom the sandbox lets nothing be sent to."""
        emails = [one.email for one in participants]
        return frozenset(unreachable(self.account, self.identities, emails))


def sendings(
    workspace: Workspace, text_id: str, participants: Sequence[Participant]
) -> tuple[SendingTo, ...]:
    """Return where the sending of a message to each participant stands, in their order.

    Args:
        workspace: The account's.
        text_id: `Mailing.id` of the message.
        participants: To whom.
    """
    with workspace.database.read() as connection:
        earlier = errands_about(connection, Service.MAIL)
    return tuple(
        SendingTo(one, *standing(text_id, earlier.get(fold(one.email), ()))) for one in participants
    )


def ask_terms(workspace: Workspace, open_sponsor: "OpenSponsor") -> MailTerms:
    """Ask SES what may be sent; takes its time."""
    account, problem = MailAccount(), ""
    identities: tuple[Identity, ...] = ()
    try:
        mail = open_sponsor().mail
        account, identities = mail.account(), tuple(mail.identities())
    except (ProblemError, SponsorError) as error:
        problem = str(error)
    now = moment(workspace.database.clock())
    assert now is not None
    return MailTerms(account, identities, problem, now)


def finish_lines(workspace: Workspace, count: int, account: MailAccount) -> list[str]:
    """Say when the last of so many messages will have been sent, by what SES allows.

    Args:
        workspace: The account's.
        count: How many are planned.
        account: What SES allows; nothing in it has to be known.
    """
    quota = None if account.daily_quota == UNLIMITED else account.daily_quota
    told = expected_finish(workspace, count, Service.MAIL, daily=quota or None).sentence
    if account.per_second:
        least = rounded_up_text(count / account.per_second)
        told += f" SES takes {account.per_second:g} a second: {least} at least."
    return [told, _SANDBOX] if account.production is False else [told]
