"""What the Invitation screen asks of the commands: its page, the invitations, and the sending.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from drtui.commands import aws_account, mail_progress, mailing
from drtui.commands.event import read_event
from drtui.commands.mail_progress import MailTerms, SendingTo
from drtui.commands.mailing import Preview
from drtui.commands.participants import kept_among, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_templates import FOUND_OUT, InvitationField
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind, InvitationText
from drtui.domain.invitations import Invitation, InvitationTemplate, missing_of_event
from drtui.domain.mail_errands import Mailing, Sending
from drtui.domain.participants import Participant
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.mail import MailAccount
from drtui.domain.text import fold
from drtui.screens.invitation_words import placeholder

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is read for.

    Attributes:
        kind: Of the text.
        emails: Of the participants; empty is all that are kept.
        place: The place of the participant whose invitation is previewed.
        account_id: The AWS account, 12 digits; empty is unknown.
        find: Where something is typed, the participant whose name or address holds it first.
    """

    kind: InvitationKind
    emails: tuple[str, ...] = ()
    place: int = 0
    account_id: str = ""
    find: str = ""


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """All that the Invitation screen shows, as read in one go.

    Attributes:
        asked: What it was read for; what is done with it is done with just that.
        edited: Whether the text is another one than drtui begins with.
        template: The text, read; None where it cannot be, and `problem` says why.
        people: The participants, in their order.
        gone: How many of those asked for are not kept any more.
        place: Of whom the preview is for; 0 where there is nobody.
        found: Whether what was looked for is the name or address of somebody.
        of_event: What the text asks for and is not said of the event.
        lacking: By field, how many participants it is not known of.
        incomplete: How many participants lack something.
        sendings: Where the sending stands, by participant.
        shown: What the one at `place` gets, with placeholders where something is missing.
        shown_lacks: What is missing there.
    """

    asked: Asked
    text: InvitationText
    edited: bool
    event: EventSettings
    template: InvitationTemplate | None
    problem: str
    people: tuple[Participant, ...]
    gone: int = 0
    place: int = 0
    found: bool = True
    of_event: tuple[InvitationField, ...] = ()
    lacking: Mapping[InvitationField, int] = field(default_factory=dict)
    incomplete: int = 0
    sendings: tuple[SendingTo, ...] = ()
    shown: Invitation | None = None
    shown_lacks: tuple[InvitationField, ...] = ()

    @property
    def kind(self) -> InvitationKind:
        """Which text it shows."""
        return self.asked.kind

    @property
    def counts(self) -> Counter[Sending]:
        """How many sendings stand how."""
        return Counter(one.state for one in self.sendings)

    @property
    def participant(self) -> Participant | None:
        """Whose invitation is previewed; None where there is nobody."""
        return self.people[self.place] if self.people else None

    @property
    def unsaid(self) -> tuple[InvitationField, ...]:
        """What of the missing the admin says of the event; the rest is read from elsewhere."""
        return tuple(name for name in self.of_event if name not in FOUND_OUT)

    def asks(self, name: InvitationField) -> bool:
        """Whether the text asks for a field."""
        return self.template is not None and name in self.template.fields


class InvitationDesk:
    """The invitations of one account's event."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def page(self, asked: Asked) -> InvitationPage:
        """Read all that the screen shows.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        text = mailing.read_text(self._workspace, asked.kind)
        people = self._people(asked.emails)
        place, found = _place(people, asked)
        page = InvitationPage(
            asked=asked,
            text=text,
            edited=text != DEFAULT_TEXTS[asked.kind],
            event=read_event(self._workspace),
            template=None,
            problem="",
            people=people,
            gone=len(asked.emails) - len(people) if asked.emails else 0,
            place=place,
            found=found,
        )
        message = self._mailing(asked)
        try:
            template = message.template()
        except InvalidInputError as error:
            return replace(page, problem=str(error))
        missing = mailing.missing_in(self._workspace, message, people)
        own = [one for one in missing if one.email is not None]
        of_event = missing_of_event(missing)
        page = replace(
            page,
            template=template,
            of_event=of_event,
            lacking=Counter(name for one in own for name in one.fields),
            incomplete=len(people) if of_event else len(own),
            sendings=mail_progress.sendings(self._workspace, message.id, people),
        )
        return page if page.participant is None else self._previewed(page, message)

    def _previewed(self, page: InvitationPage, message: Mailing) -> InvitationPage:
        """Return the page with what its participant gets, placeholders where nothing is known."""
        assert page.participant is not None
        people = [page.participant]
        missing = mailing.missing_in(self._workspace, message, people)
        lacks = tuple(name for one in missing for name in one.fields)
        values = {**message.values, **{name: placeholder(name) for name in lacks}}
        draft = replace(message, values=values)
        shown = mailing.preview(self._workspace, draft, people, drafted=True)
        invitation = next(iter(shown.invitations.values()), None)
        return replace(page, shown=invitation, shown_lacks=lacks)

    def invitations(self, asked: Asked) -> Preview:
        """Return what participants get, and what is missing to others.

        Raises:
            InvalidInputError: The text cannot be read.
        """
        people = self._people(asked.emails)
        return mailing.preview(self._workspace, self._mailing(asked), people)

    def keep(self, kind: InvitationKind, text: InvitationText) -> None:
        """See `commands.mailing.keep_text`."""
        mailing.keep_text(self._workspace, kind, text)

    def reset(self, kind: InvitationKind) -> None:
        """See `commands.mailing.reset_text`."""
        mailing.reset_text(self._workspace, kind)

    def as_text(self, invitations: Mapping[str, Invitation]) -> str:
        """See `commands.mailing.as_text`."""
        return mailing.as_text(invitations)

    def save(self, path: str, asked: Asked) -> int:
        """Write the invitations to a file or a folder; return how many.

        Raises:
            InvalidInputError: See `commands.mailing.save_to`.
        """
        invitations = self.invitations(asked).invitations
        mailing.save_to(path, invitations)
        return len(invitations)

    def send(
        self,
        asked: Asked,
        terms: MailTerms | None = None,
        *,
        again: bool,
        doubtful: bool,
        second_door: bool,
    ) -> Plan:
        """See `commands.mailing.plan_send`; without terms nothing is known of the sandbox."""
        people = self._people(asked.emails)
        return mailing.plan_send(
            self._workspace,
            self._mailing(asked),
            people,
            out_of_reach=() if terms is None else terms.out_of_reach(people),
            again=again,
            doubtful=doubtful,
            second_door=second_door,
        )

    def finish(self, count: int, account: MailAccount) -> list[str]:
        """See `commands.mail_progress.finish_lines`."""
        return mail_progress.finish_lines(self._workspace, count, account)

    def ask_terms(self, open_sponsor: "OpenSponsor") -> MailTerms:
        """See `commands.mail_progress.ask_terms`; asks AWS, and takes its time."""
        return mail_progress.ask_terms(self._workspace, open_sponsor)

    def find_account_id(self, open_sponsor: "OpenSponsor | None") -> str:
        """See `commands.aws_account.find_account_id`; asks AWS, and takes its time."""
        return aws_account.find_account_id(self._workspace, open_sponsor)

    def _people(self, emails: tuple[str, ...]) -> tuple[Participant, ...]:
        """Return those asked for that are kept, in the order they were asked for."""
        return kept_among(self._workspace, emails) if emails else participants_of(self._workspace)

    def _mailing(self, asked: Asked) -> Mailing:
        text = mailing.read_text(self._workspace, asked.kind)
        return mailing.mailing_of(self._workspace, text, account_id=asked.account_id)


def _place(people: Sequence[Participant], asked: Asked) -> tuple[int, bool]:
    """Return whose invitation is previewed, and whether what was looked for was found."""
    last = max(0, len(people) - 1)
    wanted = fold(asked.find)
    if wanted:
        for place, one in enumerate(people):
            if wanted in fold(one.email) or wanted in fold(one.name):
                return place, True
    return min(asked.place, last), not wanted
