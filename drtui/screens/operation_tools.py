"""What an operation's page opens that changes nothing."""

import asyncio
from typing import TYPE_CHECKING

from drtui.domain.operations import Item
from drtui.screens.dialogs.target import TargetDialog
from drtui.screens.messages import OpenRacer
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen


async def show_target(screen: "ConsoleScreen", item: Item) -> None:
    """Show a target whole, and from there the racer's page where it is asked for."""
    racer = await asyncio.to_thread(screen.desk.log.racer, item.target)
    email = None if racer is None else racer.email
    dialog = TargetDialog(item, email, there=racer is not None, now=screen.desk.now())
    if await ask(screen, dialog) and racer is not None:
        screen.app.post_message(OpenRacer(racer.key))
