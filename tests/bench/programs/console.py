"""The console over a store, whole, but without an engine: `console.py STORE`."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drtui.commands.workspace import Workspace


def open_workspace() -> "Workspace":
    from drtui.commands.workspace import Workspace
    from drtui.store.database import open_database

    return Workspace(open_database(Path(sys.argv[1])), "ada")


if __name__ == "__main__":
    gc.disable()  # as where the console is opened; the app enables it
    from drtui.app import DrtuiApp

    DrtuiApp(open_workspace, account="finals").run()
