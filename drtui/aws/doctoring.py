"""Looking at the network for `doctor`: what an account needs is asked once, all at the same time.

Through botocore's own HTTP session, so that proxies and trusted certificates are those of every
other call. Nothing here is signed but the one call for the caller's own profile, and no redirect
is followed: where one leads to is the finding.
"""

import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from botocore import exceptions as raised
from botocore.awsrequest import AWSRequest

from drtui.aws import findings, transport
from drtui.aws.answers import Answer
from drtui.aws.gateway import open_gateway
from drtui.aws.sessions import Timeouts, open_service
from drtui.aws.web import lower_case, open_session, plain_headers
from drtui.domain.doctoring import Heard, Place, Probe, Reached
from drtui.domain.failures import DeploymentError
from drtui.domain.problems import ProblemError
from drtui.domain.sites import Site

_SECONDS: Final = 6.0
_GRACE: Final = 1.5
_MOST_BYTES: Final = 65_536
_CHUNK: Final = 8_192
_SIGNED: Final = None  # the question that is not about a place
_SIGN_IN: Final = {Place.USER_POOL: "cognito-idp", Place.IDENTITY_POOL: "cognito-identity"}
# Calls that only read, and that AWS refuses without a token and without a signature.
_HARMLESS: Final = {
    Place.USER_POOL: ("AWSCognitoIdentityProviderService.GetUser", b"{}"),
    Place.IDENTITY_POOL: ("AWSCognitoIdentityService.ListIdentityPools", b'{"MaxResults":1}'),
}
_SLOW: Final = (TimeoutError, raised.ReadTimeoutError, raised.ConnectTimeoutError)


class SiteDoctor:
    """Looks at the network of one account.

    Args:
        api_url: The account's API.
        region: What its calls are signed for.
        site: What the deployment says of itself; None where its calls are signed by the AWS
            credentials of this machine.
        user_agent: Sent as it is.
        seconds: How long each question may take.
    """

    def __init__(
        self,
        api_url: str,
        region: str,
        site: Site | None,
        *,
        user_agent: str,
        seconds: float = _SECONDS,
    ) -> None:
        self._api_url = api_url
        self._region = region
        self._site = site
        self._user_agent = user_agent
        self._seconds = seconds

    def look(self) -> Heard:
        """Ask everything that an account's work needs, at once; see `NetworkDoctor`."""
        questions: dict[Place | None, Callable[[], Probe]] = {Place.API: self._ask_api}
        if self._site is None:
            questions[_SIGNED] = self._ask_signed
        else:
            if self._site.website:
                questions[Place.SITE] = self._ask_site
            for place in _SIGN_IN:
                questions[place] = partial(self._ask_service, place)
        found = _all_of(questions, self._seconds + _GRACE)
        signed = found.pop(_SIGNED, None)
        return Heard(tuple(found.values()), signed)

    def _ask_signed(self) -> Probe:
        timeouts = Timeouts(read=self._seconds)
        try:
            with closing(
                open_gateway(
                    self._api_url, self._region, user_agent=self._user_agent, timeouts=timeouts
                )
            ) as gateway:
                gateway.own_profile()
        except DeploymentError as error:
            return Probe(Place.API, findings.of_signed(error), error.message)
        except ValueError as error:
            return Probe(Place.API, Reached.UNUSABLE, str(error))
        return Probe(Place.API, Reached.ANSWERED, "The deployment accepted a signed call.")

    def _ask_api(self) -> Probe:
        got = self._get(Place.API, f"{self._api_url}/profile")
        if isinstance(got, Probe):
            return got
        reached, why = findings.of_api(got.answer)
        return got.probe(Place.API, reached, why)

    def _ask_site(self) -> Probe:
        assert self._site is not None
        got = self._get(Place.SITE, f"{self._site.website}/env.js")
        if isinstance(got, Probe):
            return got
        reached, why = findings.of_site(got.answer, self._site)
        return got.probe(Place.SITE, reached, why)

    def _ask_service(self, place: Place) -> Probe:
        try:
            client = open_service(
                _SIGN_IN[place],
                self._region,
                signed=False,
                user_agent=self._user_agent,
                timeouts=Timeouts(),
            )
        except ProblemError as problem:
            return Probe(place, Reached.UNUSABLE, str(problem))
        got = self._get(place, client.meta.endpoint_url)
        if isinstance(got, Probe):
            return got
        reached, why = findings.of_service(got.answer)
        return got.probe(place, reached, why)

    def _get(self, place: Place, url: str) -> "_Got | Probe":
        """Ask an address, following no redirect; a probe says why there is no answer."""
        began, at = time.monotonic(), datetime.now(UTC)
        try:
            answer = self._ask(url, _HARMLESS.get(place))
        except ProblemError as problem:
            return Probe(place, Reached.CERTIFICATE, str(problem))
        except Exception as error:  # whatever it is, it is the finding
            told = transport.failure_of(error, host=urlsplit(url).netloc, write=False)
            return Probe(place, _stopped_at(error), told.message)
        seconds = time.monotonic() - began
        # The server's clock was read somewhere between asking and hearing.
        return _Got(answer, at + timedelta(seconds=seconds / 2), seconds)

    def _ask(self, url: str, call: tuple[str, bytes] | None) -> Answer:
        """Fetch an address, or make a call of one of AWS's services: its name, and the body."""
        deadline = time.monotonic() + self._seconds
        session = open_session(url, self._seconds, profiles=self._site is None)
        headers = plain_headers(self._user_agent)
        if call is not None:
            headers |= {"X-Amz-Target": call[0], "Content-Type": "application/x-amz-json-1.1"}
        request = AWSRequest(
            "GET" if call is None else "POST",
            url,
            headers=headers,
            data=None if call is None else call[1],
            stream_output=True,
        )
        try:
            sent = session.send(request.prepare())
            body = b""
            while len(body) < _MOST_BYTES and time.monotonic() < deadline:
                chunk = sent.raw.read1(_CHUNK)
                if not chunk:
                    break
                body += chunk
        finally:
            session.close()
        return Answer(sent.status_code, lower_case(sent.headers), body)


@dataclass(frozen=True, slots=True)
class _Got:
    answer: Answer
    clock: datetime
    seconds: float

    def probe(self, place: Place, reached: Reached, why: str) -> Probe:
        """Return the finding, with the server's time where the server itself spoke."""
        spoke = reached in {Reached.ANSWERED, Reached.BLOCKED, Reached.FAILING}
        date = findings.date_of(self.answer) if spoke else None
        return Probe(place, reached, why, date, self.clock, self.seconds)


def _all_of(
    questions: dict[Place | None, Callable[[], Probe]], seconds: float
) -> dict[Place | None, Probe]:
    """Ask all at once; a name look-up knows no timeout, so the waiting is done outside of it."""
    outcomes: queue.Queue[tuple[Place | None, Probe]] = queue.Queue()

    def ask(key: Place | None, question: Callable[[], Probe]) -> None:
        try:
            outcomes.put((key, question()))
        except Exception as error:  # somebody waits for an outcome
            why = f"It could not be asked ({type(error).__name__})."
            outcomes.put((key, Probe(key or Place.API, Reached.UNUSABLE, why)))

    for key, question in questions.items():
        threading.Thread(target=ask, args=(key, question), name="drtui-doctor", daemon=True).start()
    deadline = time.monotonic() + seconds
    silent = f"There was no answer within {seconds:g} s."
    found = {key: Probe(key or Place.API, Reached.SILENT, silent) for key in questions}
    for _ in questions:
        try:
            key, probe = outcomes.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        found[key] = probe
    return found


def _stopped_at(error: Exception) -> Reached:
    """Return what stopped a question before there was an answer."""
    links = list(transport.chain(error))
    if any(
        isinstance(link, raised.ProxyConnectionError) or "Tunnel connection failed" in str(link)
        for link in links
    ):
        return Reached.PROXY
    if any(isinstance(link, socket.gaierror) for link in links):
        return Reached.NO_NAME
    if any(isinstance(link, raised.SSLError | FileNotFoundError) for link in links):
        return Reached.CERTIFICATE
    if any(isinstance(link, _SLOW) for link in links):
        return Reached.SILENT
    return Reached.REFUSED
