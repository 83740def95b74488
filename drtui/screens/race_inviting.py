"""The invitation to a race: copied, saved, or sent to the participants by the sponsor's SES."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError
from drtui.domain.wording import counted
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.race_texts import Sending
from drtui.screens.subject import Subject
from drtui.screens.tools import copy_and_show

if TYPE_CHECKING:
    from drtui.domain.race_invitations import RaceInvitation
    from drtui.screens.base import ConsoleScreen

_FILE: Final = "~/race-invitation.txt"
_TO_ALL: Final = Subject((), frozenset(), marked=False, hidden=0)
_TO_WHOM: Final = (
    "To the kept participants among the racers of the race's roster, each greeted by name. The "
    "text is kept with the operation."
)


async def invite(screen: "ConsoleScreen", actions: Actions, subject: Subject) -> bool:
    """Show the invitation to a race, and do with it what is asked for."""
    planner, key = actions.desk.races.planner, subject.keys[0]
    second_door = screen.context.open_sponsor is not None
    invitation = await asyncio.to_thread(planner.invitation, key)
    problem = ""
    while True:
        dialog = RaceInvitationDialog(invitation.text, second_door=second_door, problem=problem)
        answer = await actions.ask(dialog)
        problem = ""
        if answer is None:
            return False
        if answer is Sending.COPY:
            await copy_and_show(screen, invitation.text, "the invitation")
            return False
        if answer is Sending.SAVE:
            if await _save(actions, invitation):
                return False
            continue
        try:
            if await actions.decide(partial(_proposal, actions, key, invitation), back=True):
                return True
        except InvalidInputError as error:
            problem = str(error)


async def _save(actions: Actions, invitation: "RaceInvitation") -> bool:
    """Save it to a new file; return whether that was done."""
    path, problem = _FILE, ""
    while (answer := await actions.ask(SaveDialog(path, problem))) is not None:
        path = answer
        try:
            saved = await asyncio.to_thread(
                actions.desk.races.planner.save_invitation, invitation, path
            )
        except InvalidInputError as error:
            problem = str(error)
        else:
            actions.say(f"Saved: the invitation, to {saved}.")
            return True
    return False


def _proposal(actions: Actions, key: int, invitation: "RaceInvitation") -> Proposal:
    plan, others = actions.desk.races.planner.plan_invitation(key, invitation, second_door=True)
    notes = [_TO_WHOM]
    if others:
        told = counted(len(others), "racer is", "racers are")
        notes.append(f"{told} no kept participant, and is not written to: p on Setup adds them.")
    return actions.proposal(plan, "Send invitations", _TO_ALL, *notes)
