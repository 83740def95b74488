"""Fetching one small file of a web site: bounded in size, time and where it may lead.

Through botocore's own HTTP session, so that proxies and the CA bundle (`HTTPS_PROXY`, `NO_PROXY`,
`AWS_CA_BUNDLE`, `ca_bundle` of the AWS configuration, `REQUESTS_CA_BUNDLE`) hold here as they do
for every other call.
"""

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
from drtui.aws.trust import verification
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
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


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


def open_session(
    url: str, seconds: float | tuple[float, float], *, profiles: bool
) -> URLLib3Session:
    """Return botocore's HTTP session for an address; this machine is asked past any proxy.

    Args:
        url: What will be asked.
        seconds: How long connecting, and each part of an answer, may take; one for both, or each.
        profiles: See `trust.verification`.

    Raises:
        ProblemError: See `trust.verification`.
    """
    # Its stubs know neither a bundle's path nor a fraction of a second.
    make: Callable[..., URLLib3Session] = URLLib3Session
    return make(
        verify=verification(profiles=profiles),
        proxies={} if is_loopback(urlsplit(url).hostname or "") else get_environ_proxies(url),
        timeout=seconds,
    )


def plain_headers(user_agent: str) -> dict[str, str]:
    """Return the headers of a question that wants its answer as it is, uncompressed."""
    return {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"}


def lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by name in lower case."""
    return {name.lower(): str(value) for name, value in headers.items()}


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
    outcome: queue.Queue[Fetched | ProblemError] = queue.Queue()
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
    at, asked = url, urlsplit(url).netloc
    for _ in range(_MOST_REDIRECTS + 1):
        found = _got(at, user_agent, deadline, seconds, led_by="" if at == url else asked)
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


def _got(url: str, user_agent: str, deadline: float, seconds: float, *, led_by: str) -> Fetched:
    """Return an answer; what goes wrong is told of the host where it did, and who led there."""
    host = urlsplit(url).netloc
    try:
        return _get(url, user_agent, deadline, seconds)
    except ProblemError as problem:
        told = str(problem)
    except Exception as error:  # botocore raises whatever it likes
        told = transport.failure_of(error, host=host, write=False).message
    raise ProblemError(f"{told} {led_by} led there." if led_by else told)


def _get(url: str, user_agent: str, deadline: float, seconds: float) -> Fetched:
    host = urlsplit(url).netloc
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_slow(host, seconds)
    session = open_session(url, left, profiles=False)
    headers = plain_headers(user_agent)
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
    found = lower_case(answer.headers)
    announced = found.get("content-length", "")
    if announced.isdecimal() and int(announced) != len(body):
        raise ProblemError(f"The answer of {host} was cut short: try again.")
    return Fetched(url, answer.status_code, found, body)


def _too_slow(host: str, seconds: float) -> ProblemError:
    return ProblemError(
        f"{host} did not answer within {seconds:g} s: check the network and the address."
    )
