"""Fetching one small file of a web site: bounded in size, time and where it may lead.

Through botocore's own HTTP session, so that proxies and the CA bundle (`HTTPS_PROXY`, `NO_PROXY`,
`AWS_CA_BUNDLE`, `REQUESTS_CA_BUNDLE`) hold here as they do for every other call.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from drtui.aws import transport
from drtui.aws.address import is_loopback
from drtui.domain.problems import ProblemError

MOST_BYTES: Final = 131_072
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 8_192


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status.

    Attributes:
        url: Where it came from in the end.
        headers: By name in lower case.
        body: All of it.
        redirected: Whether that is not where it was asked for.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    redirected: bool


def is_safe(url: str, *, plain: bool) -> bool:
    """Whether an address is https, or, where `plain` allows it, http on this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None or not (url.isascii() and url.isprintable()):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and plain and is_loopback(host))


def fetch(url: str, *, user_agent: str, seconds: float) -> Fetched:
    """Fetch a file, following redirects from https to https.

    Args:
        url: One that is safe (`is_safe`).
        user_agent: Sent as it is.
        seconds: How long all of it may take, name look-ups included.

    Raises:
        ProblemError: There is no answer, or it is longer than `MOST_BYTES`, leads elsewhere, or
            was cut short.
    """
    # A name look-up knows no timeout, so the waiting is done outside of it.
    outcome: queue.SimpleQueue[Fetched | ProblemError] = queue.SimpleQueue()
    deadline = time.monotonic() + seconds

    def work() -> None:
        try:
            outcome.put(_follow(url, user_agent, deadline, seconds))
        except ProblemError as error:
            outcome.put(error)
        except Exception as error:  # whatever it is, somebody waits for an outcome
            outcome.put(ProblemError(transport.failure_of(error, host=host, write=False).message))

    host = urlsplit(url).netloc
    threading.Thread(target=work, name="drtui-fetch", daemon=True).start()
    try:
        found = outcome.get(timeout=seconds + 0.5)
    except queue.Empty:
        found = _too_slow(host, seconds)
    if isinstance(found, ProblemError):
        raise found.with_traceback(None)
    return found


def _follow(url: str, user_agent: str, deadline: float, seconds: float) -> Fetched:
    plain = urlsplit(url).scheme == "http"
    at = url
    for _ in range(_MOST_REDIRECTS + 1):
        found = _get(at, user_agent, deadline, seconds, redirected=at != url)
        target = found.headers.get("location")
        if found.status not in _REDIRECTS or target is None:
            return found
        at = urljoin(at, target)
        if not is_safe(at, plain=plain):
            raise ProblemError(
                f"{urlsplit(url).netloc} leads to an address that is not https: this network may "
                "want a sign-in of its own, or the address is wrong."
            )
    raise ProblemError(f"{urlsplit(url).netloc} leads from one address to the next without end.")


def _get(
    url: str, user_agent: str, deadline: float, seconds: float, *, redirected: bool
) -> Fetched:
    host = urlsplit(url).netloc
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_slow(host, seconds)
    loopback = is_loopback(urlsplit(url).hostname or "")
    verify = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    # Its stubs know neither a bundle's path nor a fraction of a second.
    make: Callable[..., URLLib3Session] = URLLib3Session
    session = make(
        verify=verify, proxies={} if loopback else get_environ_proxies(url), timeout=left
    )
    headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}
    request = AWSRequest("GET", url, headers=headers, stream_output=True).prepare()
    try:
        answer = session.send(request)
        # The deadline is looked at between chunks: one that drips in must not take for ever.
        body = b""
        while chunk := answer.raw.read1(_CHUNK):
            body += chunk
            if len(body) > MOST_BYTES:
                raise ProblemError(
                    f"{host} answered with more than {MOST_BYTES // 1024} KB: the address is not "
                    "that of a deployment."
                )
            if time.monotonic() > deadline:
                raise _too_slow(host, seconds)
    finally:
        session.close()
    found = {name.lower(): str(value) for name, value in answer.headers.items()}
    announced = found.get("content-length", "")
    if announced.isdecimal() and int(announced) != len(body):
        raise ProblemError(f"The answer of {host} was cut short: try again.")
    return Fetched(url, answer.status_code, found, body, redirected)


def _too_slow(host: str, seconds: float) -> ProblemError:
    return ProblemError(
        f"{host} did not answer within {seconds:g} s: check the network and the address."
    )
