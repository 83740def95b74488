"""Opening the console: the app, with its store and its engine."""

import gc
import os
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from drtui import accounts
from drtui.config import Account, Paths, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.files import make_private

if TYPE_CHECKING:  # nothing heavy is imported before the first frame
    from textual.app import App

    from drtui.commands.workspace import Workspace
    from drtui.configured_accounts import ConfiguredAccounts
    from drtui.domain.sponsor.services import OpenSponsor, SponsorServices
    from drtui.sync.assignment import Assignment
    from drtui.sync.child import EngineChild

# A key's frame waits for the time of the one before it to be over, which may have shown what the
# engine did: with Textual's 60 a second that is felt in every key of an event's busiest hours.
_FRAMES_PER_SECOND: Final = "250"


class ConsoleProblemError(ProblemError):
    """The console cannot be opened."""


def has_terminal() -> bool:
    """Whether there is somebody to show a console to."""
    # The console is drawn on standard error, so that redirecting that would lose it.
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def require_terminal() -> None:
    """Make sure that there is somebody to show a console to.

    Raises:
        InvalidInputError: Standard input, output and error are not all a terminal.
    """
    if not has_terminal():
        raise InvalidInputError(
            "The console needs a terminal; in a script use the commands: see “drtui --help”."
        )


def open_console(account: str | None, *, debug: bool = False) -> int:
    """Open the console on the account that is named, or on the default one; then on the next.

    Returns:
        The exit code.

    Raises:
        InvalidInputError: There is no such account, or no terminal.
    """
    paths = find_paths()
    from drtui.configured_accounts import ConfiguredAccounts

    wanted = account
    while True:  # one console after the other, so that stores are never mixed
        book = ConfiguredAccounts(paths)
        code = _open_one(wanted, paths, book, debug=debug)
        if code or not book.next:
            return code
        wanted = book.next
        # The console that was froze what there was, itself included; the next would keep it.
        gc.unfreeze()
        gc.collect()


def _open_one(account: str | None, paths: Paths, book: "ConfiguredAccounts", *, debug: bool) -> int:
    settings = load_settings(paths)
    chosen = accounts.choose(settings, account)
    require_terminal()
    assignment = _assignment_of(chosen, paths)
    return run_console(chosen.name, assignment, paths, settings, book=book, debug=debug)


def _assignment_of(chosen: Account, paths: Paths) -> "Assignment":
    from drtui.sync.assignment import Assignment

    return Assignment(
        store=str(paths.store(chosen.name)),
        api_url=chosen.api_url,
        region=chosen.region,
        account=chosen.name,
        user=chosen.user,
        site=chosen.site,
    )


def show_big(chosen: Account, paths: Paths, settings: Settings, race_id: str) -> int:
    """Show a race on the whole terminal until that is left.

    Returns:
        The exit code; above 128 when a signal ended it.

    Raises:
        ConsoleProblemError: The log cannot be written.
        InvalidInputError: There is no terminal.
    """
    require_terminal()
    from drtui.screens.big_app import BigApp
    from drtui.screens.themes import Appearance

    app = BigApp(
        partial(_workspace, chosen.name, paths, settings),
        race_id,
        account=chosen.name,
        engine=_engine(_assignment_of(chosen, paths), paths),
        appearance=Appearance(settings.theme),
    )
    app.run()
    return ended(app)


def _workspace(name: str, paths: Paths, settings: Settings) -> "Workspace":
    from drtui.bootstrap import open_workspace, set_up_logging

    set_up_logging(paths)
    return open_workspace(name, paths, settings)


def _engine(assignment: "Assignment", paths: Paths) -> "EngineChild":
    from drtui.sync.child import EngineChild

    try:
        make_private(paths.log_file)  # the engine's output goes there
    except OSError as error:
        raise ConsoleProblemError(
            f"The log {paths.log_file} cannot be written ({error.strerror}): check the folder's "
            "permissions and free space, or set DRTUI_HOME to another folder."
        ) from error
    return EngineChild(assignment, paths.log_file)


def run_console(
    name: str,
    assignment: "Assignment",
    paths: Paths,
    settings: Settings,
    *,
    simulated: bool = False,
    book: "ConfiguredAccounts | None" = None,
    debug: bool = False,
) -> int:
    """Run the console until it is closed.

    Args:
        name: The account's.
        assignment: What its engine works on.
        paths: Where the store and the log are.
        settings: What the configuration says.
        simulated: Whether the account is the embedded one, which the console says.
        book: The accounts that one can go to; None where there is only this one.
        debug: Whether a mistake of drtui's own is shown with its place.

    Returns:
        The exit code; above 128 when a signal ended it.

    Raises:
        ConsoleProblemError: The log cannot be written.
    """
    # Until the store is open, hardly anything but imports is done, and nothing of them is garbage.
    gc.disable()
    try:
        return _run(name, assignment, paths, settings, simulated=simulated, book=book, debug=debug)
    finally:
        gc.enable()


def _run(
    name: str,
    assignment: "Assignment",
    paths: Paths,
    settings: Settings,
    *,
    simulated: bool,
    book: "ConfiguredAccounts | None",
    debug: bool,
) -> int:
    # There is no plugin of pydantic's, and looking for one reads every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    os.environ.setdefault("TEXTUAL_FPS", _FRAMES_PER_SECOND)
    from drtui.app import DrtuiApp
    from drtui.screens.themes import Appearance

    engine = _engine(assignment, paths)
    entry = None if simulated else settings.accounts.get(name)
    app = DrtuiApp(
        partial(_workspace, name, paths, settings),
        account=name,
        simulated=simulated,
        engine=engine,
        appearance=Appearance(settings.theme, partial(remember_theme, paths)),
        show_tracebacks=debug,
        user="" if entry is None else entry.user,
        book=book,
        open_sponsor=_sponsor_of(entry, settings),
    )
    app.run()
    return ended(app)


def _sponsor_of(account: Account | None, settings: Settings) -> "OpenSponsor | None":
    """Return what opens the sponsor's AWS account; boto3 is imported when it is called."""
    if account is None or not account.aws_profile:
        return None

    def opened() -> "SponsorServices":
        from drtui.doors import open_sponsor

        return open_sponsor(account, settings)

    return opened


def remember_theme(paths: Paths, theme: str) -> None:
    """Write the choice of colours into the configuration.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    edit_section(paths.config_file, "console", lambda table: table.update(theme=theme))


def ended(app: "App[Any]") -> int:
    """Leave the process as it was before an app ran in it; return the app's exit code."""
    # What the app does when it is stopped and goes on needs its loop, which has ended.
    for number in (signal.SIGTSTP, signal.SIGCONT):
        signal.signal(number, signal.SIG_DFL)
    code = app.return_code or 0
    if code > 128:  # a hang-up is often told more than once: the end in hand goes on
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    return code
