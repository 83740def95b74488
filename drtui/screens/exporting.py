"""Writing everything that the store knows to a folder."""

import asyncio
import threading
from typing import TYPE_CHECKING, Final

from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.tools import ask

if TYPE_CHECKING:
    from drtui.screens.base import ConsoleScreen

_TITLE: Final = "Export"
_WHAT: Final = (
    "Racers, usage over time, operations with their targets, journal, models, races and "
    "leaderboards, as CSV and JSON. It needs no network: it is what drtui's copy has, and says as "
    "of when."
)
_TOLD: Final = (
    "A new folder, for you alone: the files hold names and email addresses. Nothing that is there "
    "is written over."
)


async def export(screen: "ConsoleScreen") -> None:
    """Ask for a folder, and write the export to it; other keys work meanwhile."""
    desk, account = screen.desk, screen.context.account
    typed, problem = f"~/drtui-{account}-{desk.now().astimezone():%Y%m%d-%H%M}", ""
    while True:
        dialog = PlaceDialog(_TITLE, _WHAT, "Folder", _TOLD, typed=typed, problem=problem)
        answer = await ask(screen, dialog)
        if answer is None:
            return
        typed, problem = answer, ""
        stop = threading.Event()

        def progress(_name: str, _rows: int, stop: threading.Event = stop) -> None:
            if stop.is_set():
                raise ProblemError("The export was left.")

        screen.say("Exporting …")
        screen.context.gate.release()
        try:
            told = await asyncio.to_thread(desk.export, account, typed, progress)
        except InvalidInputError as error:
            problem = str(error)
        else:
            screen.say(told)
            return
        finally:
            stop.set()  # the thread is not to go on for nobody
