"""Looking at what drtui needs, from within the console: everything but the network."""

import os
import sys
from typing import TYPE_CHECKING

from drtui.commands.doctor import examine
from drtui.commands.doctor.surroundings import Surroundings, screen_of
from drtui.config import Account, Settings, find_paths, load_settings
from drtui.domain.doctoring import Check
from drtui.domain.problems import ProblemError
from drtui.widgets.size_guard import LEAST_HEIGHT, LEAST_WIDTH

if TYPE_CHECKING:
    from drtui.commands.workspace import Workspace


def examine_here(name: str, columns: int, lines: int, workspace: "Workspace | None") -> list[Check]:
    """Look at everything that needs no network; called in a thread.

    Args:
        name: The account's.
        columns: Of the terminal.
        lines: Of the terminal.
        workspace: None where the store could not be opened.
    """
    paths = find_paths()
    settings: Settings | ProblemError
    try:
        settings = load_settings(paths)
    except ProblemError as problem:
        settings = problem
    # The simulated account is in no configuration; its calls are signed as AWS credentials do.
    account = Account(name, "", "")
    if isinstance(settings, Settings):
        account = settings.accounts.get(name, account)
    least = (LEAST_WIDTH, LEAST_HEIGHT)
    screen = screen_of(columns, lines, least, sys.__stderr__ or sys.stderr)
    return examine(
        Surroundings(os.environ, paths, screen, user="" if workspace is None else workspace.who),
        settings,
        account,
        database=None if workspace is None else workspace.database,
    )
