"""Opening the console: the app, with its store and its engine."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from drtui import accounts
from drtui.config import Paths, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError

if TYPE_CHECKING:  # nothing heavy is imported before the first frame
    from drtui.commands.workspace import Workspace
    from drtui.sync.attending import Assignment


def open_console(account: str | None) -> None:
    """Open the console on the account that is named, or on the default one.

    Raises:
        InvalidInputError: There is no such account, or no terminal.
    """
    paths = find_paths()
    settings = load_settings(paths)
    chosen = accounts.choose(settings, account)
    from drtui.sync.attending import Assignment

    assignment = Assignment(
        store=str(paths.store(chosen.name)), api_url=chosen.api_url, region=chosen.region
    )
    run_console(chosen.name, assignment, paths, settings)


def run_console(
    name: str,
    assignment: "Assignment",
    paths: Paths,
    settings: Settings,
    *,
    simulated: bool = False,
) -> None:
    """Run the console until it is closed.

    Args:
        name: The account's.
        assignment: What its engine works on.
        paths: Where the store and the log are.
        settings: What the configuration says.
        simulated: Whether the account is the embedded one, which the console says.

    Raises:
        InvalidInputError: Standard input and output are no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInputError(
            "The console needs a terminal; in a script use the commands: see “drtui --help”."
        )
    from drtui.app import DrtuiApp
    from drtui.sync.child import EngineChild

    def workspace() -> "Workspace":
        from drtui.bootstrap import open_workspace

        return open_workspace(name, paths, settings)

    paths.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = EngineChild(assignment, Path(paths.log_file))
    DrtuiApp(workspace, account=name, simulated=simulated, engine=engine).run()
