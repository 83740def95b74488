"""The invitation to a race: added to, copied, saved, or sent by the sponsor's SES."""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens import setup_flows
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.dialogs.race_note import RaceNoteDialog
from drtui.screens.dialogs.send_invitations import Repeats
from drtui.screens.dialogs.sendings import SendingsScreen
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.screens.race_texts import Sending
from drtui.screens.repeated_sending import send_with_repeats, sending_notes
from drtui.screens.subject import Subject
from drtui.screens.tools import copy_and_show

if TYPE_CHECKING:
    from drtui.commands.mail_progress import MailTerms
    from drtui.domain.race_invitations import RaceInvitation
    from drtui.screens.base import ConsoleScreen
    from drtui.screens.race_invitation_desk import Invited

_FILE: Final = "~/race-invitation.txt"
_TO_ALL: Final = Subject((), frozenset(), marked=False, hidden=0)
_ALL: Final = "to the kept participants among the racers of the race's roster."
_TO_WHOM: Final = "To kept participants, each greeted by name. The text is kept with the operation."
_PATIENCE: Final = 3.0
"""Seconds that a plan waits for what SES says; without it nothing is known of its limits."""


async def invite_to_race(screen: "ConsoleScreen", actions: Actions, subject: Subject) -> bool:
    """Invite to the race that is the subject, whoever is on its roster."""
    desk = actions.desk.races.invitations
    race_id = await asyncio.to_thread(desk.race_id, subject.keys[0])
    return await _Inviting(screen, actions, race_id, None, _TO_ALL).run()


async def invite_racers(
    screen: "ConsoleScreen", race_id: str, actions: Actions, subject: Subject
) -> bool:
    """Invite the racers who are the subject to a race."""
    return await _Inviting(screen, actions, race_id, subject.keys, subject).run()


class _Inviting:
    """One invitation, from its text to whatever becomes of it.

    Args:
        screen: On which.
        actions: What asks, and submits.
        race_id: The race's.
        keys: Of racers of its roster; None are all of them.
        subject: Those, as a plan tells them.
    """

    def __init__(
        self,
        screen: "ConsoleScreen",
        actions: Actions,
        race_id: str,
        keys: Collection[int] | None,
        subject: Subject,
    ) -> None:
        self._screen = screen
        self._actions = actions
        self._desk = actions.desk.races.invitations
        self._race_id = race_id
        self._keys = keys
        self._subject = subject

    async def run(self) -> bool:
        """Show it until it was copied, saved or sent, or nothing was; return whether it is sent."""
        asking = asyncio.create_task(self._ask_terms())
        try:
            return await self._run(asking)
        finally:
            asking.cancel()

    async def _run(self, asking: "asyncio.Task[MailTerms | None]") -> bool:
        answer, problem = Sending.COPY, ""
        context = self._screen.context
        while True:
            invitation = await asyncio.to_thread(self._desk.invitation, self._race_id)
            dialog = RaceInvitationDialog(
                invitation.text,
                _ALL if self._keys is None else str(self._subject),
                linked=bool(invitation.link),
                closed=invitation.closes_at <= self._screen.desk.now(),
                no_door=context.no_door,
                problem=problem,
                focus=answer,
            )
            chosen = await self._actions.ask(dialog)
            if chosen is None:
                return False
            answer, problem = chosen, ""
            try:
                if await self._done(answer, invitation, asking):
                    return answer is Sending.SEND
            except InvalidInputError as error:
                problem = str(error)

    async def _done(
        self,
        chosen: Sending,
        invitation: "RaceInvitation",
        asking: "asyncio.Task[MailTerms | None]",
    ) -> bool:
        """Do what was chosen; return whether that was all."""
        match chosen:
            case Sending.COPY:
                await copy_and_show(self._screen, invitation.text, "the invitation")
                return True
            case Sending.SAVE:
                return await self._save(invitation)
            case Sending.NOTE:
                await self._add()
            case Sending.EVENT:
                await setup_flows.edit_event(self._screen)
            case Sending.SENT:
                await self._show_sendings(invitation)
            case Sending.SEND:
                return await self._send(invitation, asking)
        return False

    async def _save(self, invitation: "RaceInvitation") -> bool:
        """Save it to a new file; return whether that was done."""
        path, problem = _FILE, ""
        while (answer := await self._actions.ask(SaveDialog(path, problem))) is not None:
            path = answer
            try:
                saved = await asyncio.to_thread(self._desk.save, invitation, path)
            except InvalidInputError as error:
                problem = str(error)
            else:
                self._actions.say(f"Saved: the invitation, to {saved}.")
                return True
        return False

    async def _add(self) -> None:
        note = await asyncio.to_thread(self._desk.note, self._race_id)
        answer = await self._actions.ask(RaceNoteDialog(note))
        if answer is not None:
            await asyncio.to_thread(self._desk.keep_note, self._race_id, answer)

    async def _show_sendings(self, invitation: "RaceInvitation") -> None:
        invited = await self._invited(invitation)
        now = self._screen.desk.now()
        await self._actions.ask(SendingsScreen(invited.sendings, now, again="Send, before this,"))

    async def _send(
        self, invitation: "RaceInvitation", asking: "asyncio.Task[MailTerms | None]"
    ) -> bool:
        """Plan and submit; return whether something was submitted."""
        invited = await self._invited(invitation)
        try:
            terms = await asyncio.wait_for(asyncio.shield(asking), _PATIENCE)
        except TimeoutError:
            terms = None
        propose = partial(self._proposal, invitation, invited, terms)
        return await send_with_repeats(
            self._actions, invited.sendings, propose, listed="Sent lists them", back=True
        )

    async def _invited(self, invitation: "RaceInvitation") -> "Invited":
        """Return whom it is for.

        Raises:
            InvalidInputError: It can be sent to none of them.
        """
        invited = await asyncio.to_thread(self._desk.invited, self._race_id, self._keys, invitation)
        if not invited.recipients.participants:
            raise InvalidInputError(
                "None of these racers is a kept participant, and only those are written to: p on "
                "Setup adds them."
            )
        return invited

    def _proposal(
        self,
        invitation: "RaceInvitation",
        invited: "Invited",
        terms: "MailTerms | None",
        repeats: Repeats,
    ) -> Proposal:
        plan = self._desk.send(
            invitation, invited, terms, again=repeats.again, doubtful=repeats.doubtful
        )
        notes = [f"From {clean(invited.sender)}. {_TO_WHOM}"]
        if others := len(invited.recipients.others):
            told = counted(others, "racer is", "racers are")
            notes.append(f"{told} no kept participant, and not written to: p on Setup adds them.")
        if invited.nameless:
            told = counted(invited.nameless, "racer has", "racers have")
            notes.append(f"{told} no email that is known, and left out.")
        count = plan.count(Outcome.CHANGE)
        notes += sending_notes(self._actions, invited.sender, terms, count)
        return self._actions.proposal(plan, "Send invitations", self._subject, *notes)

    async def _ask_terms(self) -> "MailTerms | None":
        """Ask SES what may be sent, while the text is read; None where nothing can be said."""
        opened = self._screen.context.open_sponsor
        if opened is None:
            return None
        try:
            return await in_daemon_thread(partial(self._actions.desk.invitation.ask_terms, opened))
        except Exception as error:
            self._actions.say(why_not(error))
            return None
