"""Looking at the network: each thing that can be in the way is told apart from the others."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from typing import Any

import pytest

from drtui.aws.doctoring import SiteDoctor
from drtui.aws.gateway import DeepRacerGateway
from drtui.domain.doctoring import Heard, Place, Probe, Reached
from drtui.domain.sites import Site

AGENT = "drtui/test"
SITE = Site(
    "https://api.example.com/prod", "us-east-1_AbCdEf", "client", "us-east-1:aa-bb", "us-east-1"
)
Reply = tuple[int, Mapping[str, str], bytes]
JSON = {"Content-Type": "application/json"}
UNSIGNED: Reply = (403, {"x-amzn-ErrorType": "MissingAuthenticationTokenException"}, b"{}")
REFUSED: Reply = (400, JSON, b'{"__type":"InvalidParameterException"}')
PAGE: Reply = (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>")


def script(site: Site) -> bytes:
    return (
        b"window.EnvironmentConfig = %s;"
        % json.dumps(
            {
                "apiEndpointUrl": site.api_url,
                "userPoolId": site.user_pool_id,
                "userPoolClientId": site.client_id,
                "identityPoolId": site.identity_pool_id,
                "region": site.region,
            }
        ).encode()
    )


class Network:
    """A machine that answers for the site, the API and AWS, each as it is told to."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {
            "/env.js": (200, {}, script(SITE)),
            "/prod/profile": UNSIGNED,
            "AWSCognitoIdentityProviderService.GetUser": REFUSED,
            "AWSCognitoIdentityService.ListIdentityPools": REFUSED,
        }
        self.heard: list[tuple[str, str]] = []
        self.date = format_datetime(datetime.now(UTC), usegmt=True)
        network = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.headers.get("X-Amz-Target") or self.path
                network.heard.append((name, self.headers["User-Agent"]))
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, body = network.replies[name]
                self.send_response_only(status)
                self.send_header("Date", network.date)
                for each, value in headers.items():
                    self.send_header(each, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the server's name for it

            def log_request(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    made = Network()
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", made.url)
    yield made
    made.stop()


def doctor(network: Network, **changes: Any) -> SiteDoctor:
    site = replace(SITE, website=network.url, **changes)
    return SiteDoctor(f"{network.url}/prod", "us-east-1", site, user_agent=AGENT, seconds=3.0)


def of(heard: Heard, place: Place) -> Probe:
    found = heard.of(place)
    assert found is not None
    return found


def test_all_that_a_sign_in_needs_is_asked_once_and_as_drtui(network: Network) -> None:
    heard = doctor(network).look()
    assert {one.place: one.reached for one in heard.probes} == dict.fromkeys(
        Place, Reached.ANSWERED
    )
    assert sorted(network.heard) == sorted((name, AGENT) for name in network.replies)
    assert heard.signed is None


def test_the_connections_of_the_signed_call_are_closed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.replies["/prod/profile"] = (200, JSON, b'{"profile":{"profileId":"aaaaaaaaaaaaaaa"}}')
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    close, closed = DeepRacerGateway.close, list[DeepRacerGateway]()

    def watched(self: DeepRacerGateway) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(DeepRacerGateway, "close", watched)
    url = f"{network.url}/prod"
    heard = SiteDoctor(url, "us-east-1", None, user_agent=AGENT, seconds=3.0).look()
    assert heard.signed is not None
    assert heard.signed.reached is Reached.ANSWERED
    assert len(closed) == 1


def test_the_server_s_time_comes_with_this_machine_s(network: Network) -> None:
    network.date = "Wed, 01 Jan 2020 00:00:00 GMT"
    probe = of(doctor(network).look(), Place.API)
    assert probe.date == datetime(2020, 1, 1, tzinfo=UTC)
    assert probe.clock is not None
    assert abs((datetime.now(UTC) - probe.clock).total_seconds()) < 60


@pytest.mark.parametrize(
    ("reply", "reached"),
    [
        (PAGE, Reached.PAGE),
        ((302, {"Location": "https://portal.example/"}, b""), Reached.PAGE),
        ((511, {"Content-Type": "text/html"}, b"<html>"), Reached.PAGE),
        ((407, {}, b""), Reached.PAGE),
        ((200, JSON, b'{"profile": {}}'), Reached.FOREIGN),
        ((404, {"Content-Type": "text/html"}, b"<html>"), Reached.FOREIGN),
        ((404, JSON, b"{}"), Reached.FOREIGN),
        (
            (403, {"x-amzn-ErrorType": "ForbiddenException"}, b'{"message":"Forbidden"}'),
            Reached.BLOCKED,
        ),
        ((403, {}, b"<html>Request blocked</html>"), Reached.BLOCKED),
        ((401, {}, b"<html>Who are you?</html>"), Reached.FOREIGN),
        ((502, JSON, b'{"message":"Internal server error"}'), Reached.FAILING),
        ((429, {}, b""), Reached.FAILING),
    ],
)
def test_what_answers_in_place_of_the_api_is_told_apart(
    network: Network, reply: Reply, reached: Reached
) -> None:
    network.replies["/prod/profile"] = reply
    assert of(doctor(network).look(), Place.API).reached is reached


@pytest.mark.parametrize(
    ("reply", "reached"),
    [
        (PAGE, Reached.PAGE),
        ((403, {}, b""), Reached.BLOCKED),
        ((404, {}, b""), Reached.FOREIGN),
        ((503, {}, b""), Reached.FAILING),
        ((200, {}, b"alert(1)"), Reached.FOREIGN),
        ((200, {}, script(replace(SITE, client_id="another"))), Reached.FOREIGN),
    ],
)
def test_what_the_site_says_is_held_against_the_account(
    network: Network, reply: Reply, reached: Reached
) -> None:
    network.replies["/env.js"] = reply
    assert of(doctor(network).look(), Place.SITE).reached is reached


@pytest.mark.parametrize(
    ("reply", "reached"),
    [
        (PAGE, Reached.PAGE),
        ((403, JSON, b'{"__type":"ForbiddenException"}'), Reached.BLOCKED),
        ((500, JSON, b"{}"), Reached.FAILING),
    ],
)
def test_what_answers_in_place_of_the_user_pool_is_told_apart(
    network: Network, reply: Reply, reached: Reached
) -> None:
    network.replies["AWSCognitoIdentityProviderService.GetUser"] = reply
    heard = doctor(network).look()
    assert of(heard, Place.USER_POOL).reached is reached
    assert of(heard, Place.IDENTITY_POOL).reached is Reached.ANSWERED


def test_the_time_of_a_page_or_of_a_cache_is_not_believed(network: Network) -> None:
    network.replies["/prod/profile"] = PAGE
    network.replies["/env.js"] = (200, {"Age": "86400"}, script(SITE))
    heard = doctor(network).look()
    assert of(heard, Place.API).date is None
    assert of(heard, Place.SITE).date is None


def test_one_that_never_answers_holds_up_nobody_and_is_told(network: Network) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/prod"
        site = replace(SITE, website=network.url)
        heard = SiteDoctor(url, "us-east-1", site, user_agent=AGENT, seconds=0.5).look()
    assert of(heard, Place.API).reached is Reached.SILENT
    assert of(heard, Place.SITE).reached is Reached.ANSWERED


def test_an_endpoint_that_cannot_be_used_is_told_as_that(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example")
    heard = doctor(network).look()
    assert of(heard, Place.USER_POOL).reached is Reached.UNUSABLE
    assert "AWS_ENDPOINT_URL" in of(heard, Place.USER_POOL).why


def test_a_proxy_that_lets_nothing_through_is_told_as_the_proxy(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", network.url.replace("http://", "http://ada:secret@"))
    monkeypatch.setenv("NO_PROXY", "")
    doctor = SiteDoctor(
        "https://api.example.com/prod",
        "us-east-1",
        replace(SITE, website=network.url),
        user_agent=AGENT,
        seconds=3.0,
    )
    probe = of(doctor.look(), Place.API)
    assert probe.reached is Reached.PROXY
    assert "secret" not in probe.why
