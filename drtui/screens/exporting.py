"""Writing everything that the store knows to a folder."""

import asyncio
import threading
from pathlib import Path
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
    """Ask for a folder, and begin to write the export to it; other keys work meanwhile."""
    desk = screen.desk
    typed = f"~/drtui-{screen.context.account}-{desk.now().astimezone():%Y%m%d-%H%M}"
    problem = ""
    while True:
        dialog = PlaceDialog(_TITLE, _WHAT, "Folder", _TOLD, typed=typed, problem=problem)
        answer = await ask(screen, dialog)
        if answer is None:
            return
        try:
            folder = await asyncio.to_thread(desk.export_folder, answer)
        except InvalidInputError as error:
            typed, problem = answer, str(error)
        else:
            break
    screen.say("Exporting …")
    screen.run_worker(_write(screen, folder), group="exporting")


async def _write(screen: "ConsoleScreen", folder: Path) -> None:
    """Write it, whatever else is done meanwhile, until the screen goes."""
    stop = threading.Event()

    def progress(_name: str, _rows: int) -> None:
        if stop.is_set():
            raise ProblemError("The export was left.")

    try:
        told = await asyncio.to_thread(screen.desk.export, screen.context.account, folder, progress)
        screen.say(told)
    except ProblemError as problem:
        screen.say(str(problem), wrong=True)
    finally:
        stop.set()  # the thread is not to go on for nobody
