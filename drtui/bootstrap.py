"""The composition root: from settings to an account's store, client and engine."""

import logging
import os
import pwd
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drtui import __version__
from drtui.commands.workspace import Workspace
from drtui.config import Account, Paths, Settings
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.files import make_private
from drtui.store.database import open_database

if TYPE_CHECKING:  # the client and the engine are imported where they are used
    from drtui.aws.discovery import Found
    from drtui.aws.sessions import AwsCredentials, KeySource
    from drtui.domain.deployment import Deployment
    from drtui.domain.signing_in import SignInService
    from drtui.sync.running import Runner

_USER_AGENT: Final = f"drtui/{__version__}"
_LOG_BYTES: Final = 2_000_000


class LogProblemError(ProblemError):
    """The log cannot be written."""


def system_user() -> str:
    """Return the name of the system's user, which operations and the journal bear."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


class _PrivateLog(RotatingFileHandler):
    """A log for its owner alone, also after it was rotated; a full disk never ends a command."""

    def _open(self) -> TextIOWrapper:
        make_private(Path(self.baseFilename))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """Let the line go: there is nowhere to complain to."""


def set_up_logging(paths: Paths) -> None:
    """Send the log to its file; nothing goes to the terminal.

    Raises:
        LogProblemError: The file cannot be written.
    """
    try:
        handler = _PrivateLog(paths.log_file, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError as error:
        raise LogProblemError(
            f"The log {paths.log_file} cannot be written ({error.strerror}): check the folder's "
            "permissions and free space, or set DRTUI_HOME to another folder."
        ) from error
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    for former in [one for one in root.handlers if isinstance(one, _PrivateLog)]:
        root.removeHandler(former)
        former.close()
    root.addHandler(handler)
    logging.getLogger("drtui").setLevel(logging.INFO)


def open_workspace(
    name: str, paths: Paths, settings: Settings, *, reading: bool = False
) -> Workspace:
    """Open an account's store for commands and screens.

    Args:
        name: The account's.
        paths: Where its store is.
        settings: What the configuration says.
        reading: Whether a store that may not be written will do.

    Raises:
        StoreProblemError: It cannot be opened.
    """
    database = open_database(paths.store(name), reading=reading)
    return Workspace(database, system_user(), settings.spending)


def user_agent(settings: Settings) -> str:
    """Return what calls say they come from."""
    return settings.user_agent or _USER_AGENT


def sign_in_service(account: Account, settings: Settings) -> "SignInService":
    """Return who signs in to an account's deployment; nothing is sent yet.

    Raises:
        InvalidInputError: The account's calls are not signed by a sign-in.
    """
    from drtui.aws.sign_in import CognitoSignIn

    if account.site is None:
        raise InvalidInputError(
            f"“{account.name}” has no sign-in of its own: its calls are signed by the AWS "
            "credentials of this machine."
        )
    return CognitoSignIn(account.site, user_agent=user_agent(settings))


def discover_site(address: str, settings: Settings) -> "Found":
    """Read what a deployment's web site says of it; see `aws.discovery.read_site`."""
    from drtui.aws.discovery import read_site

    return read_site(address, user_agent=user_agent(settings))


def discover_stack(
    stack: str, settings: Settings, *, profile: str | None = None, region: str | None = None
) -> "Found":
    """Read what a deployment's stack says of it; see `aws.discovery.read_stack`."""
    from drtui.aws.discovery import read_stack

    return read_stack(stack, profile=profile, region=region, user_agent=user_agent(settings))


def open_deployment(
    account: Account, settings: Settings, credentials: "AwsCredentials | KeySource | None" = None
) -> "Deployment":
    """Open the client; nothing is sent yet.

    Raises:
        InvalidInputError: The account's address or region cannot be used.
    """
    from drtui.aws.gateway import open_gateway

    try:
        return open_gateway(
            account.api_url,
            account.region,
            credentials,
            user_agent=user_agent(settings),
            max_connections=settings.sync.concurrency,
        )
    except ValueError as error:
        raise InvalidInputError(str(error)) from error


def runner(
    workspace: Workspace,
    account: Account,
    settings: Settings,
    credentials: "AwsCredentials | KeySource | None" = None,
) -> "Runner":
    """Return what runs the account's engine here, or watches it where it runs."""
    from drtui.sync.engine import EngineOptions
    from drtui.sync.running import Runner

    return Runner(
        workspace.database,
        lambda: open_deployment(account, settings, credentials),
        EngineOptions(
            concurrency=settings.sync.concurrency,
            changes_per_second=settings.sync.changes_per_second,
            refresh_seconds=settings.sync.refresh_seconds,
        ),
    )
