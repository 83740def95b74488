"""Getting ready for a day without network, from the key on."""

import asyncio
from typing import TYPE_CHECKING

from drtui.commands import preparing
from drtui.commands.models import sweep_progress
from drtui.commands.preparing import Part, Preparing
from drtui.commands.workspace import Workspace
from drtui.domain.text import clean
from drtui.screens.dialogs.prepare import PrepareDialog
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.domain.sponsor.services import OpenSponsor
    from drtui.screens.base import ConsoleScreen

_MOST_SECONDS = 4 * 3600.0  # whoever waits that long can be told


class PrepareDesk:
    """Getting ready as the screens see it; it may be called from any thread, by one at a time.

    Args:
        workspace: The account's.
        open_sponsor: Opens the second door; None where there is none.
    """

    def __init__(self, workspace: Workspace, open_sponsor: "OpenSponsor | None") -> None:
        self._workspace = workspace
        self._open_sponsor = open_sponsor
        self._reading: Preparing | None = None
        self._pool = True  # whether it is known, as far as was asked

    @property
    def second_door(self) -> bool:
        """Whether what AWS itself tells is there to be read."""
        return self._open_sponsor is not None

    def now(self) -> float:
        """Return the moment by the store's clock, in seconds since the epoch."""
        return self._workspace.database.clock()

    def parts(self) -> list[Part]:
        """Return what there is; once reading has begun, as of then."""
        return preparing.parts(
            self._workspace,
            since=None if self._reading is None else self._reading.since,
            second_door=self.second_door,
            pool=self._pool,
        )

    def begin(self) -> None:
        """Begin to read everything anew."""
        self._reading = Preparing(self._workspace, _MOST_SECONDS, files=self.second_door)

    def turn(self) -> bool:
        """See `Preparing.turn`."""
        assert self._reading is not None, "asked only once it has begun"
        return self._reading.turn()

    def progress(self) -> str:
        """Say how far reading the models is, which takes the longest; can be empty."""
        return clean(sweep_progress(self._workspace).text_in(None))

    def read_from_aws(self) -> list[str]:
        """See `preparing.read_from_aws`; asks AWS.

        Raises:
            ProblemError: The sponsor's AWS account cannot be opened, or the store not be written.
        """
        if self._open_sponsor is None:
            return []
        services = self._open_sponsor()
        self._pool = services.user_pool is not None
        return preparing.read_from_aws(self._workspace, services)


async def prepare(screen: "ConsoleScreen") -> None:
    """Show what a day without network needs, and read it."""
    context = screen.context
    desk = await asyncio.to_thread(screen.desk.preparing, context.open_sponsor)
    told = await ask(screen, PrepareDialog(desk, lambda: context.held, context.wake))
    if told:
        screen.say(told)
