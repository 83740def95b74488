"""Moving the live time of a race, from its question to its operation."""

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from drtui.commands.live_time import MOVE_CONSEQUENCES, LiveTime
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_times import time_text, zone_text
from drtui.domain.text import clean
from drtui.screens.actions import Actions, Proposal
from drtui.screens.dialogs.live_time import LiveTimeDialog
from drtui.screens.subject import Subject

if TYPE_CHECKING:
    from drtui.screens.desk import Desk

_NAME: Final = 60
_NOBODY: Final = Subject((), frozenset(), marked=False, hidden=0)


async def move_live_time(race_id: str, actions: Actions, _: Subject) -> bool:
    """Ask for a live time until its plan is confirmed; see `Flow`.

    Args:
        race_id: Whose.
        actions: Asks and submits.
        _: What is marked does not matter.
    """
    live, typed = actions.desk.live, ""
    while True:
        found = await asyncio.to_thread(live.live_time, race_id)
        read = partial(_read, actions.desk, found)
        zone = zone_text(live.zone)
        present = _present(actions.desk, found)
        dialog = LiveTimeDialog(present, zone, MOVE_CONSEQUENCES, read, typed)
        at = await actions.ask(dialog)
        if at is None:
            return False
        typed = dialog.typed

        def propose(at: datetime = at) -> Proposal:
            plan = live.plan_live_time(race_id, at)
            changed = f"live time  {live.live_time(race_id).change_text(at, live.zone)}"
            notes = [changed, MOVE_CONSEQUENCES] if plan.count(Outcome.CHANGE) else []
            return actions.proposal(plan, "Move", _NOBODY, *notes)

        if await actions.decide(propose, back=True):
            return True


def _read(desk: "Desk", found: LiveTime, text: str) -> tuple[datetime, str]:
    """Return what was typed, and how it reads; see `LiveTimeDialog`."""
    now, zone = found.later(desk.now()), desk.live.zone
    at = now.typed(text, zone)
    if why := now.why_not(at):
        raise InvalidInputError(f"{time_text(at, zone)}: {why[:1].lower()}{why[1:]}")
    return at, now.told(at, zone)


def _present(desk: "Desk", found: LiveTime) -> str:
    """Return which race it is, and when it is to be live so far."""
    name, at = clean(found.planned.name, _NAME), found.planned.live_at
    if at is None:
        return f"{name}: the live time so far is not known."
    return f"{name}: live at {time_text(at, desk.live.zone)} so far."
