"""Sessions and clients of boto3: the one typed seam to a library that makes clients at run time.

The service model of the deployment's API is ours (`models/`) and is found through botocore's own
loader. What the environment may decide goes on working (credentials, proxies, the CA bundle);
what drtui decides itself (retries, timeouts, signing, the user agent) is always given, so that
`AWS_RETRY_MODE` and the like cannot change it.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import (
    CredentialProvider,
    CredentialResolver,
    Credentials,
    ReadOnlyCredentials,
)

from drtui.aws.address import is_loopback
from drtui.aws.client_protocol import DeepRacerClient
from drtui.domain.problems import ProblemError

SERVICE: Final = "deepracer-on-aws"
_API_VERSION: Final = "1.2"
_MODELS: Final = Path(__file__).with_name("models")
NO_PROFILE: Final = {"profile": (None, None, None, None)}
"""For a session to which it does not matter which profile the environment names."""
_PART: Final = re.compile(r"[!-~]+")
# Their debug records hold the session token and the signed headers.
_TALKATIVE: Final = ("boto3", "botocore", "s3transfer")
# Their records name addresses, in warnings too, and signed links are secrets.
_NAMING: Final = ("urllib3.connection", "urllib3.connectionpool")
_ENDPOINT: Final = (
    "The endpoint in AWS_ENDPOINT_URL must be an address that begins with https:// (http:// only "
    "for this machine itself)."
)


@dataclass(frozen=True, slots=True, repr=False)
class AwsCredentials:
    """Credentials that sign calls; neither `repr` nor an error shows the secrets.

    Attributes:
        session_token: Temporary credentials, such as those of a sign-in, have one.
    """

    access_key: str
    secret_key: str
    session_token: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be sent in a header.

        Raises:
            ValueError: A part is empty or holds blanks, control or non-ASCII characters.
        """
        for name in ("access_key", "secret_key", "session_token"):
            part = getattr(self, name)
            if part is not None and not _PART.fullmatch(part):
                raise ValueError(f"The {name.replace('_', ' ')} is empty or cannot be sent.")

    def __repr__(self) -> str:
        return f"AwsCredentials(access_key='…{self.access_key[-4:]}')"


# Asked before each call, from several threads; raises `DeploymentError` when there are none.
KeySource = Callable[[], AwsCredentials]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    Attributes:
        connect: For a connection, name look-up not counted.
        read: For an answer; the deployment's gateway gives up after 29 s (DeepRacer API facts).
        probe: For all of a probe.
    """

    connect: float = 3.0
    read: float = 35.0
    probe: float = 3.5


def open_client(
    api_url: str,
    region: str,
    *,
    credentials: AwsCredentials | KeySource | None,
    signed: bool,
    user_agent: str,
    connect_timeout: float,
    read_timeout: float,
    max_connections: int,
    before_parse: Callable[..., None],
) -> DeepRacerClient:
    """Make a client of the deployment's API; it is safe to share between threads.

    A session of its own is made each time, so that credentials are looked for anew.

    Args:
        api_url: Checked by `address.check_api_url`.
        region: The region that calls are signed for.
        credentials: None is boto3's standard chain; a function is asked before each call, and
            what it raises reaches the caller.
        signed: Whether calls are signed; if not, no credentials are looked for.
        user_agent: Sent as it is.
        connect_timeout: Seconds.
        read_timeout: Seconds.
        max_connections: How many connections are kept for reuse; not less than the threads.
        before_parse: Called with each answer (`operation_model`, `response_dict`) before botocore
            reads it; what it raises reaches the caller.

    Raises:
        botocore.exceptions.BotoCoreError: The configuration or the credentials of this machine
            cannot be read; a provider of credentials may raise other exceptions.
    """
    keep_secrets_out_of_logs()
    # A profile named in the environment matters only where its credentials do.
    core = botocore.session.Session(
        session_vars=None if credentials is None and signed else NO_PROFILE
    )
    core.get_component("data_loader").search_paths.insert(0, str(_MODELS))
    fixed = _take(credentials, core)
    session = boto3.Session(botocore_session=core)
    core.user_agent_extra = ""  # boto3's own would follow the user agent
    loopback = is_loopback(urlsplit(api_url).hostname or "")
    make: Callable[..., BaseClient] = session.client
    client = make(
        SERVICE,
        api_version=_API_VERSION,
        region_name=region,
        endpoint_url=api_url,
        aws_access_key_id=fixed.access_key if fixed else None,
        aws_secret_access_key=fixed.secret_key if fixed else None,
        aws_session_token=fixed.session_token if fixed else None,
        config=Config(
            signature_version="v4" if signed else UNSIGNED,
            user_agent=user_agent,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            max_pool_connections=max_connections,
            retries={"total_max_attempts": 1, "mode": "standard"},
            tcp_keepalive=True,
            proxies={} if loopback else None,  # None is what the environment says
        ),
    )
    client.meta.events.register(f"before-parse.{SERVICE}", before_parse)
    return cast("DeepRacerClient", client)


def open_service(
    name: str,
    region: str | None,
    *,
    signed: bool,
    profile: str | None = None,
    credentials: AwsCredentials | KeySource | None = None,
    user_agent: str,
    timeouts: Timeouts,
    attempts: int = 1,
    endpoint: str | None = None,
) -> BaseClient:
    """Make a client of one of AWS's own services; it is safe to share between threads.

    Calls are sent once unless `attempts` says otherwise. Another endpoint than AWS's own, as
    `AWS_ENDPOINT_URL` names it, has to be https as well, or this machine itself.

    Args:
        name: As boto3 names it, such as `cognito-idp`.
        region: None is what the profile or the environment says.
        signed: Whether calls are signed, by boto3's standard chain unless there are `credentials`;
            if not, neither credentials nor profiles are looked for.
        profile: The AWS profile; None is the standard one.
        credentials: As in `open_client`; with them, no profile is looked for.
        user_agent: Sent as it is.
        timeouts: For connections and answers.
        attempts: How often a call is sent at the most; more than once only what may be repeated.
        endpoint: Where the service is; None is AWS's own, or what the environment says.

    Raises:
        ProblemError: The endpoint cannot be used.
        botocore.exceptions.BotoCoreError: As in `open_client`; also without a region.
    """
    keep_secrets_out_of_logs()
    by_profile = signed and credentials is None
    core = botocore.session.Session(
        profile=profile if by_profile else None, session_vars=None if by_profile else NO_PROFILE
    )
    fixed = _take(credentials, core)
    session = boto3.Session(botocore_session=core)
    core.user_agent_extra = ""
    make: Callable[..., BaseClient] = session.client
    try:
        client = make(
            name,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=fixed.access_key if fixed else None,
            aws_secret_access_key=fixed.secret_key if fixed else None,
            aws_session_token=fixed.session_token if fixed else None,
            config=Config(
                signature_version=None if signed else UNSIGNED,
                user_agent=user_agent,
                connect_timeout=timeouts.connect,
                read_timeout=timeouts.read,
                retries={"total_max_attempts": attempts, "mode": "standard"},
            ),
        )
    except ValueError:
        raise ProblemError(_ENDPOINT) from None
    reached = urlsplit(client.meta.endpoint_url)
    if reached.scheme != "https" and not is_loopback(reached.hostname or ""):
        raise ProblemError(_ENDPOINT)
    return client


class _AskedCredentials(Credentials):
    """Credentials that are asked for at each signature."""

    def __init__(self, source: KeySource) -> None:
        super().__init__("", "", method=_AskedProvider.METHOD)
        self._source = source

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        keys = self._source()
        return ReadOnlyCredentials(keys.access_key, keys.secret_key, keys.session_token or "")


class _AskedProvider(CredentialProvider):
    METHOD = "drtui"

    def __init__(self, source: KeySource) -> None:
        super().__init__()
        self._source = source

    def load(self) -> Credentials:
        return _AskedCredentials(self._source)


def _take(
    credentials: AwsCredentials | KeySource | None, core: botocore.session.Session
) -> AwsCredentials | None:
    """Return credentials that stay as they are; let a session ask for those that do not."""
    if credentials is None or isinstance(credentials, AwsCredentials):
        return credentials
    resolver = CredentialResolver([_AskedProvider(credentials)])
    core.register_component("credential_provider", resolver)
    return None


def keep_secrets_out_of_logs() -> None:
    """Hold back what libraries tell while debugging, even where the root logger asks for it."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)
    for name in _NAMING:
        logging.getLogger(name).addFilter(_names_no_link)


def _names_no_link(record: logging.LogRecord) -> bool:
    return "Signature=" not in record.getMessage()
