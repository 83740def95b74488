"""What is done on the Setup screen, each from its question to its operation or its result."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import ProblemError
from drtui.domain.setting_keys import SettingKey
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Flow, Proposal
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.fixes import FixesDialog, HigherQuotaDialog
from drtui.screens.dialogs.hand_off import HandOffDialog, SaveDialog
from drtui.screens.dialogs.multi_user import DisableDialog, EnableDialog
from drtui.screens.dialogs.settings import SettingsDialog
from drtui.screens.setup_facts import checklist_text
from drtui.screens.setup_texts import EnableTexts, SettingTexts
from drtui.screens.subject import Subject
from drtui.screens.tools import ask, copy_and_show, copy_out
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:
    from drtui.commands.fixing import Fix
    from drtui.screens.base import ConsoleScreen
    from drtui.screens.setup_desk import SetupPage

_HAND_OFF_FILE: Final = "~/deepracer-hand-off.txt"
_ENABLE, _DISABLE, _SETTINGS = (
    "Enable multi-user mode",
    "Disable multi-user mode",
    "Change settings",
)


def setup_flows(*, second_door: bool) -> Mapping[str, Flow]:
    """Return the ways of the screen's actions, by name.

    Args:
        second_door: Whether the account names the sponsor's AWS profile.
    """
    return {
        "enable": partial(_enable, second_door),
        "disable": partial(_disable, second_door),
        "settings": _change_settings,
        "fix": _fix,
    }


async def _enable(second_door: bool, actions: Actions, subject: Subject) -> bool:
    setup = actions.desk.setup
    now = {one.key: one for one in (await asyncio.to_thread(setup.page)).settings}
    texts, confirmed = EnableTexts(setup.new_user_hours), False
    registration = now[SettingKey.REGISTRATION].value
    left = await asyncio.to_thread(setup.model_limit)
    while True:
        answer = await actions.ask(
            EnableDialog(texts, left.value, registration, confirmed=confirmed, why=left.why)
        )
        if answer is None:
            return False
        texts, confirmed = answer, True
        if await actions.decide(partial(_enabled, second_door, actions, subject, texts), back=True):
            return True


def _enabled(second_door: bool, actions: Actions, subject: Subject, texts: EnableTexts) -> Proposal:
    setup = actions.desk.setup
    plan = setup.enable(texts, second_door=second_door)
    notes = () if second_door else (setup.no_second_door,)
    return actions.proposal(plan, _ENABLE, subject, *notes)


async def _disable(second_door: bool, actions: Actions, subject: Subject) -> bool:
    setup = actions.desk.setup
    told = await asyncio.to_thread(partial(setup.consequences, second_door=second_door))
    confirmed = False

    def propose() -> Proposal:
        return actions.proposal(setup.disable(second_door=second_door), _DISABLE, subject)

    while await actions.ask(DisableDialog(told, confirmed=confirmed)):
        confirmed = True
        if await actions.decide(propose, back=True):
            return True
    return False


async def _change_settings(actions: Actions, subject: Subject) -> bool:
    setup = actions.desk.setup
    now = {one.key: one for one in (await asyncio.to_thread(setup.page)).settings}
    texts = SettingTexts()

    def propose() -> Proposal:
        return actions.proposal(setup.change_settings(texts), _SETTINGS, subject)

    while True:
        answer = await actions.ask(SettingsDialog(now, texts))
        if answer is None:
            return False
        texts = answer
        if await actions.decide(propose, back=True):
            return True


async def _fix(actions: Actions, subject: Subject) -> bool:
    from drtui.commands.fixing import MOST_INSTANCES, Fix

    setup, chosen = actions.desk.setup, None
    page = await asyncio.to_thread(setup.page)
    instances: int | None = page.event.at_once
    while True:
        answer = await actions.ask(FixesDialog(page.fixes))
        if answer is None:
            return False
        chosen = Fix(answer)
        line = page.fixes[chosen]
        if chosen is Fix.TRAINING_QUOTA:
            told = clean(line.finding)
            number = await actions.ask(HigherQuotaDialog(told, instances or 1, MOST_INSTANCES))
            if number is None:
                continue
            instances = number
        propose = partial(_fixed, actions, subject, chosen, line.fix, instances)
        if await actions.decide(propose, back=True):
            return True


def _fixed(
    actions: Actions, subject: Subject, fix: "Fix", title: str, instances: int | None
) -> Proposal:
    return actions.proposal(actions.desk.setup.plan_fix(fix, instances), title, subject)


async def hand_off(screen: "ConsoleScreen") -> None:
    """Copy the message to the IT administrator, show it, and save it if that is asked for."""
    setup = screen.desk.setup
    found = await asyncio.to_thread(setup.hand_off)
    if not found.message:
        screen.say("Nothing is missing that somebody else would have to set up.")
        return
    where = await copy_out(screen.app, found.message)
    what = ["found missing"] * found.missing + ["could not tell"] * found.untold
    told = f"{' or '.join(what)} {age_text(screen.desk.now() - found.as_of)} ago"
    path, problem = _HAND_OFF_FILE, ""
    if not await ask(screen, HandOffDialog(found.message, where, told)):
        return
    while (answer := await ask(screen, SaveDialog(path, problem))) is not None:
        try:
            target = await asyncio.to_thread(setup.save, answer, found.message)
        except ProblemError as error:
            path, problem = answer, str(error)
        else:
            screen.say(f"Saved: {clean(str(target))}.")
            return


async def edit_event(screen: "ConsoleScreen") -> None:
    """Say what there is to say of the event; kept on this computer, so that nothing is sent."""
    setup = screen.desk.setup
    was = await asyncio.to_thread(setup.event)
    wanted = await ask(screen, EventDialog(was))
    if wanted is not None:
        await asyncio.to_thread(setup.write_event, wanted, was)
        screen.say("Saved: what is said of the event.")


async def copy_checklist(screen: "ConsoleScreen", page: "SetupPage") -> None:
    """Copy the checklist, and show what was copied."""
    await copy_and_show(screen, checklist_text(page), "the checklist")
