"""The beginning of the console: a greeting on the first run, else straight to an account."""

import sys
from functools import partial
from typing import Final

from drtui.config import Paths, Settings, find_paths, load_settings
from drtui.console import ended, has_terminal, open_console, remember_theme

_DEMO_RACERS: Final = 200
_DEMO_SEED: Final = 1


def start(account: str | None, *, debug: bool = False) -> int:
    """Open the console; where there is no account yet, and somebody to ask, greet first.

    Returns:
        The exit code.

    Raises:
        ProblemError: The console cannot be opened.
    """
    paths = find_paths()
    settings = load_settings(paths)
    if account or settings.default_account or settings.accounts or not has_terminal():
        return open_console(account, debug=debug)
    return _greet(paths, settings, debug=debug)


def _greet(paths: Paths, settings: Settings, *, debug: bool) -> int:
    from drtui.configured_accounts import ConfiguredAccounts
    from drtui.screens.first_run import Greeting
    from drtui.screens.themes import Appearance

    appearance = Appearance(settings.theme, partial(remember_theme, paths))
    app = Greeting(ConfiguredAccounts(paths), appearance=appearance, show_tracebacks=debug)
    chosen = app.run()
    code = ended(app)
    if code or chosen is None:
        return code
    if isinstance(chosen, str):
        return open_console(chosen, debug=debug)
    from drtui.demo import Demo, run_demo

    demo = Demo(_DEMO_RACERS, _DEMO_SEED, [], fresh=False, debug=debug)
    return run_demo(demo, _tell)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
