"""Going offline on purpose, and coming back, from the key on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from drtui.commands import offline
from drtui.commands.preparing import parts, verdict
from drtui.commands.scheduling import told_offline
from drtui.commands.workspace import Workspace
from drtui.domain.durations import rounded_up_text
from drtui.domain.problems import PlanOutdatedError
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.screens.actions import Actions
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog, Told
from drtui.screens.subject import Subject
from drtui.store.offline import OnPurpose
from drtui.widgets.sync_status import age_text, day_and_time, local

_READING: Final = "Reading the account; nothing is sent …"
_ONLINE: Final = "Online: there was nothing to deliver."
_DELIVERING: Final = "Online: what is queued is being delivered."
_LONG_SECONDS: Final = 5.0


class OfflineDesk:
    """Being offline on purpose as the screens see it; it may be called from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._look = offline.Look(workspace)

    def purpose(self) -> OnPurpose | None:
        """See `commands.offline.on_purpose`."""
        return offline.on_purpose(self._workspace)

    def scheduled(self) -> str:
        """See `commands.scheduling.told_offline`."""
        return told_offline(self._workspace)

    def kept(self, *, second_door: bool) -> str:
        """Say what is missing for a day without network, or how old what is there is.

        Args:
            second_door: Whether what AWS itself tells is there to be read.
        """
        found = parts(self._workspace, second_door=second_door)
        read = [one.as_of for one in found if one.as_of is not None]
        if not read or any(one.missing for one in found):
            return verdict(found)
        age = timedelta(seconds=self._workspace.database.clock() - min(read).timestamp())
        return f"Each part is there, the oldest read {age_text(age)} ago."

    def told_purpose(self, purpose: OnPurpose) -> str:
        """Say who wants to be offline, and since when."""
        now = datetime.fromtimestamp(self._workspace.database.clock(), UTC)
        return (
            f"Offline on purpose since {day_and_time(purpose.since, now)}, by {clean(purpose.by)}."
        )

    def go_offline(self) -> None:
        """See `commands.offline.go_offline`."""
        offline.go_offline(self._workspace)

    def go_online(self, seen: offline.Forecast | None) -> None:
        """See `commands.offline.go_online`."""
        offline.go_online(self._workspace, seen)

    def begin_look(self) -> None:
        """Let the account be read; see `commands.offline.Look`."""
        self._look.begin()

    def look(self) -> Told:
        """Say what delivering would do, or why that is not known.

        Raises:
            StoreProblemError: The store cannot be read or written.
        """
        seen = self._look.turn()
        if not (seen.was_read or seen.trouble):
            pages = seen.state.sweep_pages if seen.state.sweeping else 0
            so_far = [counted(pages, "page")] if pages else []
            if seen.waited >= _LONG_SECONDS:
                so_far.append(rounded_up_text(seen.waited))
            return Told([f"{_READING} ({', '.join(so_far)})" if so_far else _READING])
        forecast = offline.forecast(self._workspace)
        lines, is_empty = forecast.lines, forecast.is_empty
        if seen.was_read:
            return Told(lines, was_read=True, is_empty=is_empty, forecast=forecast)
        as_of = forecast.as_of
        known = "Nothing was read of it so far."
        if as_of is not None:
            age = timedelta(seconds=self._workspace.database.clock() - as_of.timestamp())
            known = f"By what was read at {local(as_of):%Y-%m-%d %H:%M %Z}, {age_text(age)} ago:"
        trying = "No more is tried." if seen.given_up else "It is tried again and again."
        why = f"The account could not be read. {seen.trouble} {trying}"
        told = [why, "Nothing was sent.", known, *lines]
        return Told(told, hindered=True, is_empty=is_empty, forecast=forecast)

    def end_look(self) -> None:
        """See `commands.offline.Look`."""
        self._look.end()


async def switch_offline(actions: Actions, _: Subject, *, second_door: bool) -> bool:
    """Go offline on purpose, or deliver now where somebody did.

    Args:
        actions: Of the screen.
        second_door: Whether the account names the sponsor's AWS profile.
    """
    desk = actions.desk.offline
    purpose = await asyncio.to_thread(desk.purpose)
    if purpose is None:
        kept = await asyncio.to_thread(desk.kept, second_door=second_door)
        told = [
            "No console, command or engine of this store calls anything any more, until somebody "
            "delivers. Everything can be looked at, planned and confirmed; it is queued.",
            f"{kept} V reads what a day without network needs.",
        ]
        if line := await asyncio.to_thread(desk.scheduled):
            told.append(line)
        if not await actions.ask(ConfirmDialog("Offline on purpose", told, "Go offline")):
            return False
        await asyncio.to_thread(desk.go_offline)
        actions.say("Offline on purpose.")
        return True
    told = [
        desk.told_purpose(purpose),
        "First the account is read, and shown what would conflict; nothing is sent.",
    ]
    if not await actions.ask(ConfirmDialog("Deliver now", told, "Read", "Stay offline")):
        return False
    return await _deliver(actions, desk)


async def _deliver(actions: Actions, desk: OfflineDesk) -> bool:
    """Look, ask and go online; ask once more where something else is on its way by then."""
    await asyncio.to_thread(desk.begin_look)
    delivers, note = False, ""
    try:
        while told := await actions.ask(DeliverDialog(desk.look, desk.begin_look, note)):
            try:
                await asyncio.to_thread(desk.go_online, told.forecast)
            except PlanOutdatedError as problem:
                note = str(problem)
                continue
            delivers = True
            actions.say(_ONLINE if told.is_empty else _DELIVERING)
            break
    finally:
        if not delivers:
            await asyncio.to_thread(desk.end_look)
            actions.say("Still offline on purpose: nothing was sent.")
    return delivers
