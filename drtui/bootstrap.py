"""The composition root: from settings to an account's store, client and engine."""

import logging
import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drtui import accounts
from drtui.commands.holding import HeldSignIn
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, Paths, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.doors import open_fetcher, open_sponsor, open_uploads, user_agent
from drtui.files import make_private
from drtui.store.database import open_database

if TYPE_CHECKING:  # the client and the engine are imported where they are used
    from drtui.aws.discovery import Found
    from drtui.aws.gateway import DeepRacerGateway
    from drtui.aws.sessions import AwsCredentials, KeySource
    from drtui.domain.deployment import Deployment
    from drtui.domain.doctoring import NetworkDoctor
    from drtui.domain.errands import Courier, Service
    from drtui.domain.proxies import CertificateBundle
    from drtui.domain.race_calls import DeploymentRaces
    from drtui.domain.signing_in import SignInService
    from drtui.domain.sponsor.model_files import ModelBucket
    from drtui.store.database import Database
    from drtui.sync.assignment import Assignment
    from drtui.sync.couriers.archive_source import DownloadDoor
    from drtui.sync.running import Runner
    from drtui.sync.signing import Signer

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
    account = settings.accounts.get(name)
    region = "" if account is None else account.aws_region or account.region or ""
    sync = settings.sync
    return Workspace(
        database,
        system_user(),
        settings.spending,
        sync.admin_calls,
        region,
        sync.downloads_per_5_minutes,
        _own_buckets(account),
        uploads=account is not None and bool(account.uploads),
        website=_website(account),
        zone=settings.zone,
    )


def _website(account: Account | None) -> str:
    return "" if account is None or account.site is None else account.site.website or ""


def _own_buckets(account: Account | None) -> frozenset[str]:
    if account is None:
        return frozenset()
    return frozenset(filter(None, (account.model_bucket, account.uploads)))


def sign_in_service(
    account: Account, settings: Settings, database: "Database | None" = None
) -> "SignInService":
    """Return who signs in to an account's deployment; nothing is sent yet.

    Args:
        account: Whose deployment.
        settings: What the configuration says.
        database: Where admins say that they want to be offline; None where there is none yet.

    Raises:
        InvalidInputError: The account's calls are not signed by a sign-in.
    """
    from drtui.aws.sign_in import CognitoSignIn

    if account.site is None:
        raise InvalidInputError(
            f"“{account.name}” has no sign-in of its own: its calls are signed by the AWS "
            "credentials of this machine."
        )
    service = CognitoSignIn(account.site, user_agent=user_agent(settings))
    return service if database is None else HeldSignIn(service, database)


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
    account: Account,
    settings: Settings,
    credentials: "AwsCredentials | KeySource | None" = None,
    *,
    renew: Callable[[], bool] | None = None,
) -> "Deployment":
    """Open the client; nothing is sent yet.

    Args:
        account: Whose deployment.
        settings: What the configuration says.
        credentials: What signs the calls, or what is asked for that; None is boto3's chain.
        renew: For keys that the deployment refuses; see `aws.gateway.open_gateway`.

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
            renew=renew,
        )
    except ValueError as error:
        raise InvalidInputError(str(error)) from error


def runner(
    workspace: Workspace,
    account: Account,
    settings: Settings,
    credentials: "AwsCredentials | KeySource | None" = None,
) -> "Runner":
    """Return what runs the account's engine here, or watches it where it runs.

    Args:
        workspace: On the account's store.
        account: Where it signs in itself, by what is kept or by orders, unless there are
            credentials.
        settings: What the configuration says.
        credentials: What signs the calls of another account; None is boto3's chain.
    """
    from drtui.sync.model_sources import ModelSources
    from drtui.sync.options import EngineOptions
    from drtui.sync.running import Runner

    signs_in = account.credentials is Credentials.SIGN_IN and credentials is None
    signer = open_signer(workspace.database, account, settings) if signs_in else None

    def opened() -> "Deployment":
        if signer is not None:
            return open_deployment(account, settings, signer, renew=signer.rejected)
        _tell_not_needed(workspace.database)
        return open_deployment(account, settings, credentials)

    def carried_by(deployment: "Deployment") -> "Mapping[Service, Courier]":
        from drtui.aws.gateway import DeepRacerGateway
        from drtui.couriers import ModelDoor, couriers

        assert isinstance(deployment, DeepRacerGateway), "it is what `opened` opens"
        keys = credentials if signer is None else signer
        renew = None if signer is None else signer.rejected
        return couriers(
            workspace,
            deployment.setup,
            partial(open_sponsor, account, settings),
            downloads=_download_door(workspace.database, deployment, account, settings),
            changes=ModelDoor(
                deployment.models,
                deployment.delete_models,
                open_uploads(account, settings, keys, renew=renew),
            ),
            races=deployment.races,
        )

    def models_of(deployment: "Deployment") -> "ModelSources":
        from drtui.aws.gateway import DeepRacerGateway

        assert isinstance(deployment, DeepRacerGateway), "it is what `opened` opens"

        def bucket() -> "ModelBucket | None":
            return open_sponsor(account, settings).model_bucket

        return ModelSources(
            deployment.models,
            bucket if account.aws_profile else None,
            partial(open_fetcher, account, settings),
        )

    def races_of(deployment: "Deployment") -> "DeploymentRaces":
        from drtui.aws.gateway import DeepRacerGateway

        assert isinstance(deployment, DeepRacerGateway), "it is what `opened` opens"
        return deployment.races

    return Runner(
        workspace.database,
        opened,
        EngineOptions(
            concurrency=settings.sync.concurrency,
            changes_per_second=settings.sync.changes_per_second,
            refresh_seconds=settings.sync.refresh_seconds,
            version="" if account.site is None else account.site.version or "",
            admin_calls=settings.sync.admin_calls,
            rates=settings.spending,
        ),
        signer,
        carried_by,
        models_of,
        races_of,
    )


def _download_door(
    database: "Database", deployment: "DeepRacerGateway", account: Account, settings: Settings
) -> "DownloadDoor":
    from drtui.sync.couriers.archive_source import DownloadDoor
    from drtui.sync.download_pacing import DownloadBudget
    from drtui.sync.pacing import AdminBudget

    sync = settings.sync
    admin = AdminBudget(database, sync.admin_calls)
    return DownloadDoor(
        deployment.models,
        deployment.models_of,
        open_fetcher(account, settings),
        DownloadBudget(database, admin, sync.downloads_per_5_minutes),
    )


def open_signer(
    database: "Database", account: Account, settings: Settings
) -> "Signer[AwsCredentials]":
    """Return who signs in to an account in this process; nothing is asked yet.

    Raises:
        InvalidInputError: The account's calls are not signed by a sign-in.
    """
    from drtui.aws.renewal import FreshKeys
    from drtui.keeping import Keeper
    from drtui.sync.signing import Signer

    service = sign_in_service(account, settings, database)
    paths = find_paths()
    return Signer(
        service,
        Keeper(),
        partial(FreshKeys, service),
        database,
        account=account.name,
        last_user=lambda: _last_user(paths, account),
        on_user=partial(accounts.remember_user, paths, account.name),
    )


def _last_user(paths: Paths, account: Account) -> str:
    """Return who signed in last: another process may have written it since this one began."""
    try:
        found = load_settings(paths).accounts.get(account.name)
    except ProblemError:
        return account.user
    return account.user if found is None else found.user


@contextmanager
def assigned_runner(assignment: "Assignment", settings: Settings) -> "Iterator[Runner]":
    """Open the store that a console's engine is given, and return what runs it.

    Args:
        assignment: What the engine works on.
        settings: What the configuration says, of an AWS profile too where the account is in it.

    Raises:
        StoreProblemError: The store cannot be opened.
    """
    from drtui.aws.sessions import AwsCredentials

    store = Path(assignment.store)
    name = assignment.account or store.stem
    known = settings.accounts.get(name)
    account = Account(
        name,
        assignment.api_url,
        assignment.region,
        Credentials.AWS if assignment.site is None else Credentials.SIGN_IN,
        assignment.site,
        assignment.user,
        aws_profile="" if known is None else known.aws_profile,
        aws_region="" if known is None else known.aws_region,
        stack="" if known is None else known.stack,
        model_bucket="" if known is None else known.model_bucket,
        upload_bucket=assignment.upload_bucket or ("" if known is None else known.upload_bucket),
        upload_endpoint=assignment.upload_endpoint,
    )
    keys = AwsCredentials(*assignment.keys) if assignment.keys else None
    with closing(open_database(store)) as database:
        yield runner(Workspace(database, system_user()), account, settings, keys)


def _tell_not_needed(database: "Database") -> None:
    from drtui.domain.signing_in import SignInState
    from drtui.store.sign_in import read_sign_in, write_sign_in

    with database.read() as connection:
        told = read_sign_in(connection).state is SignInState.NOT_NEEDED
    if not told:
        write_sign_in(database, SignInState.NOT_NEEDED)


def trusted_bundle(account: Account | None) -> "CertificateBundle":
    """Return the trusted certificates of an account's calls; see `aws.trust.trusted_bundle`."""
    from drtui.aws.trust import trusted_bundle

    return trusted_bundle(profiles=account is None or account.site is None)


def network_doctor(account: Account, settings: Settings) -> "NetworkDoctor":
    """Return who looks at an account's network for `doctor`; nothing is asked yet."""
    from drtui.aws.doctoring import SiteDoctor

    return SiteDoctor(
        account.api_url, account.region, account.site, user_agent=user_agent(settings)
    )
