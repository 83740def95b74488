"""The question before the console is left with something undelivered, or set for a time."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from drtui.domain.problems import ProblemError
from drtui.domain.scheduling import NEEDS_ENGINE, Scheduled
from drtui.domain.wording import counted
from drtui.screens.desk import Desk
from drtui.screens.dialogs.confirm import ConfirmDialog

_KEPT: Final = (
    "All of it stays on this computer. Offline on purpose, nothing goes out, now or when drtui "
    "runs again, before somebody delivers: F, or “drtui deliver”.",
)


async def question(desk: Desk, *, goes_on: bool) -> ConfirmDialog | None:
    """Return what to ask before the console is left; None where there is nothing to ask.

    Args:
        desk: The account's.
        goes_on: Whether the engine still delivers what is due once the console is gone.
    """
    try:
        undelivered, downloads = await asyncio.to_thread(desk.undelivered)
        waiting, now = await asyncio.to_thread(desk.schedule.waiting)
        held = bool(undelivered) and await asyncio.to_thread(desk.offline.purpose) is not None
    except ProblemError:
        return None  # a store that cannot be read is no reason to stay
    if desk.damage:
        return None  # nobody can say what still becomes of what is in it
    lines = _of_scheduled(waiting, now)
    if undelivered:
        told = _KEPT if held else _of_undelivered(downloads, goes_on=goes_on)
        changes = counted(undelivered, "change is", "changes are")
        lines = [f"{changes} not delivered yet.", *told, *lines]
    return ConfirmDialog("Quit", lines, confirm="Quit", cancel="Stay") if lines else None


def _of_scheduled(waiting: Sequence[Scheduled], now: datetime) -> list[str]:
    """Say what is not run at its time unless some other drtui is up then."""
    if not waiting:
        return []
    more = counted(len(waiting) - 1, "more waits", "more wait")
    told = f"{waiting[0].title()}: {waiting[0].state_text(now)}."
    return [told if len(waiting) == 1 else f"{told} {more} for a set time.", NEEDS_ENGINE]


def _of_undelivered(downloads: int, *, goes_on: bool) -> list[str]:
    if not goes_on:
        return ["All of it stays on this computer, and goes out when the demo runs again."]
    lines = []
    if downloads:
        what = counted(downloads, "of them saves a model", "of them save models")
        lines.append(
            f"{what}, which is paced and may take hours. The engine goes on with it in the "
            "background, also when this terminal is lost; to end it, cancel the operation."
        )
    lines.append(
        "All of it stays on this computer: the engine goes on with what can be delivered now, and "
        "what cannot goes out when drtui runs again."
    )
    return lines
