"""Going offline on purpose, and coming back, from the key on."""

import asyncio

from drtui.commands import offline
from drtui.commands.workspace import Workspace
from drtui.domain.text import clean
from drtui.screens.actions import Actions
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.deliver import DeliverDialog
from drtui.screens.subject import Subject
from drtui.store.offline import OnPurpose
from drtui.widgets.sync_status import local


class OfflineDesk:
    """Being offline on purpose as the screens see it; it may be called from any thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._began = 0.0

    def purpose(self) -> OnPurpose | None:
        """See `commands.offline.on_purpose`."""
        return offline.on_purpose(self._workspace)

    def go_offline(self) -> None:
        """See `commands.offline.go_offline`."""
        offline.go_offline(self._workspace)

    def go_online(self) -> None:
        """See `commands.offline.go_online`."""
        offline.go_online(self._workspace)

    def begin_look(self) -> None:
        """See `commands.offline.begin_look`."""
        self._began = offline.begin_look(self._workspace)

    def look(self) -> list[str] | None:
        """Say what delivering would do; None while the account was not read since the look began.

        Raises:
            StoreProblemError: The store cannot be read.
        """
        if not offline.has_looked(self._workspace, self._began):
            return None
        return offline.forecast(self._workspace).lines

    def end_look(self) -> None:
        """See `commands.offline.end_look`."""
        offline.end_look(self._workspace)


async def switch_offline(actions: Actions, _: Subject) -> bool:
    """Go offline on purpose, or deliver now where somebody did."""
    desk = actions.desk.offline
    purpose = await asyncio.to_thread(desk.purpose)
    if purpose is None:
        told = [
            "No console, command or engine of this store calls anything any more, until somebody "
            "delivers. Everything can be looked at, planned and confirmed; it is queued.",
            "“drtui prepare” reads beforehand what a day without network needs.",
        ]
        if not await actions.ask(ConfirmDialog("Offline on purpose", told, "Go offline")):
            return False
        await asyncio.to_thread(desk.go_offline)
        actions.say("Offline on purpose.")
        return True
    since = f"Offline on purpose since {local(purpose.since):%H:%M}, by {clean(purpose.by)}."
    told = [since, "First the account is read, and shown what would conflict; nothing is sent."]
    if not await actions.ask(ConfirmDialog("Deliver now", told, "Read", "Stay offline")):
        return False
    await asyncio.to_thread(desk.begin_look)
    delivers = False
    try:
        delivers = await actions.ask(DeliverDialog(desk.look)) is True
        if delivers:
            await asyncio.to_thread(desk.go_online)
            actions.say("Online: what is queued is delivered.")
    finally:
        if not delivers:
            await asyncio.to_thread(desk.end_look)
    return delivers
