"""What botocore raised instead of an answer, as a `DeploymentError`.

What matters is whether the request can have reached the deployment. Types alone do not say so
(a TLS handshake that hangs is a read timeout, a proxy that refuses is a closed connection), but
the place does: what was raised while connecting or signing was raised before the request was
sent. What the exceptions say is not repeated: it can hold headers, the session token among them.
"""

import os
import socket
import ssl
import traceback
from collections.abc import Iterator
from typing import Final

from botocore import exceptions as raised
from botocore.parsers import ResponseParserError
from urllib3.util.ssl_match_hostname import CertificateError

from drtui.aws.answers import DOUBT, discreet
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.text import clean

_CONNECTING: Final = {("urllib3.connection", "connect"), ("urllib3.connection", "_new_conn")}
_SIGNING: Final = {("botocore.signers", "handler")}
_NETWORK_PAGE: Final = (
    "this network may want a sign-in of its own, so open a web page in a browser first"
)
_WRITING_HEADERS: Final = {("http.client", "putheader"), ("urllib3.connection", "putheader")}


def failure_of(error: Exception, *, host: str, write: bool) -> DeploymentError:
    """Return what an exception of a call means.

    Args:
        error: Anything that botocore raised; not a `DeploymentError`.
        host: The deployment's host, for the message.
        write: Whether the call would have changed something. Once sent, a write's outcome is
            unknown; a read is merely `UNAVAILABLE`.
    """
    places = _places(error)
    if places & _SIGNING or places & _WRITING_HEADERS:
        return sign_in_failure(error)
    if places & _CONNECTING or _never_connected(error):
        return DeploymentError(FailureKind.UNREACHABLE, _why_not_connected(error, host))
    if isinstance(error, ResponseParserError):
        what = f"What answered as {host} is something else: {_NETWORK_PAGE}"
    elif isinstance(error, raised.ReadTimeoutError):
        what = f"{host} did not answer in time"
    else:
        what = f"The connection to {host} broke before the answer was there"
    if write:
        return DeploymentError(FailureKind.OUTCOME_UNKNOWN, what + DOUBT + ".")
    return DeploymentError(FailureKind.UNAVAILABLE, what + ".")


def sign_in_failure(error: Exception) -> DeploymentError:
    """Return what an exception means that was raised while credentials were sought or renewed."""
    if isinstance(error, raised.ConnectionError | raised.HTTPClientError) and not (
        _places(error) & _WRITING_HEADERS
    ):
        return DeploymentError(
            FailureKind.UNREACHABLE,
            "The AWS credentials have to be renewed, but AWS is out of reach.",
        )
    return DeploymentError(FailureKind.NOT_SIGNED_IN, _why_not_signed_in(error))


def _why_not_signed_in(error: Exception) -> str:
    match error:
        case raised.NoCredentialsError():
            sentence = (
                "No AWS credentials were found: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
                "AWS_SESSION_TOKEN, or name a profile in AWS_PROFILE."
            )
        case raised.PartialCredentialsError():
            missing = _kwarg(error, "cred_var")
            sentence = f"The AWS credentials are incomplete: {missing} is missing."
        case raised.ProfileNotFound():
            sentence = f"There is no AWS profile “{_kwarg(error, 'profile')}” on this machine."
        case raised.ConfigParseError():
            sentence = f"The AWS configuration file {_kwarg(error, 'path')} cannot be read."
        case raised.SSOError() | raised.LoginError() | raised.TokenRetrievalError():
            sentence = "The AWS sign-in has expired: run “aws sso login” or “aws login” again."
        case _:
            sentence = (
                f"The AWS credentials cannot be used ({type(error).__name__}): "
                "check them with “aws sts get-caller-identity”."
            )
    return sentence


def _why_not_connected(error: Exception, host: str) -> str:
    links = list(chain(error))
    if any("Tunnel connection failed" in str(link) for link in links):
        return f"The proxy lets no connection to {host} through; see HTTPS_PROXY and NO_PROXY."
    if any(isinstance(link, raised.ProxyConnectionError) for link in links):
        return "The proxy cannot be reached; see HTTPS_PROXY and NO_PROXY."
    if any(isinstance(link, socket.gaierror) for link in links):
        return f"The name of {host} cannot be found: no network, or a wrong address."
    if any(isinstance(link, TimeoutError) for link in links):
        return f"{host} did not take the connection in time."
    return _why_not_secured(links, host) or f"No connection to {host} could be made."


def _why_not_secured(links: list[BaseException], host: str) -> str:
    """Return what went wrong with TLS; empty when nothing did."""
    for link in links:
        if isinstance(link, FileNotFoundError | IsADirectoryError | PermissionError):
            return f"{_bundle()} cannot be read."
        if isinstance(link, ssl.SSLError) and getattr(link, "library", "") == "X509":
            return f"{_bundle()} has no certificate in it."
        if isinstance(link, ssl.SSLCertVerificationError | CertificateError):
            flaw = discreet(getattr(link, "verify_message", "")) or "it is for another name"
            return (
                f"The certificate of {host} is not to be trusted ({flaw}): a sign-in page or a "
                "proxy may stand in between, or the clock of this machine is off."
            )
    secured = any(isinstance(link, ssl.SSLError) for link in links)
    return f"No secure connection to {host} could be made." if secured else ""


def _bundle() -> str:
    """Return what the trusted certificates come from, as the begin of a sentence."""
    path = os.environ.get("AWS_CA_BUNDLE", "")
    named = f" “{clean(path, 200)}”" if path else ""
    how = "AWS_CA_BUNDLE" if path else "ca_bundle in the AWS configuration, or REQUESTS_CA_BUNDLE"
    return f"The file of trusted certificates{named} ({how})"


def _never_connected(error: Exception) -> bool:
    return isinstance(
        error,
        raised.EndpointConnectionError | raised.ConnectTimeoutError | raised.ProxyConnectionError,
    )


def _places(error: BaseException) -> set[tuple[str, str]]:
    """Return the modules and functions that the exception and its causes came through."""
    return {
        (frame.f_globals.get("__name__", ""), frame.f_code.co_name)
        for link in chain(error)
        for frame, _ in traceback.walk_tb(link.__traceback__)
    }


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what led to it, the last first."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        yield link
        seen.add(id(link))
        link = link.__cause__ or link.__context__


def _kwarg(error: raised.BotoCoreError, name: str) -> str:
    return discreet(str(error.kwargs.get(name, "?")))
