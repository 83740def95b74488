"""Connections that are never made, or break while they are: what was never sent is known so."""

import socket
import ssl
from collections.abc import Iterator

import pytest
from urllib3.connection import HTTPConnection
from urllib3.util.ssl_match_hostname import CertificateError

from drtui.aws.gateway import DeepRacerGateway
from drtui.domain.failures import FailureKind
from tests.aws.broken_calls import OWN, Call, call, failure_of, lost, waiting
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer

__all__ = ["call", "lost"]


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that refuses connections: bound, and nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def unreachable(gateway: DeepRacerGateway, call: Call) -> str:
    failure = failure_of(gateway, call)
    assert failure.kind is FailureKind.UNREACHABLE
    assert failure.status is None
    return failure.message


def test_a_refused_connection_was_never_sent(
    opened: OpenGateway, call: Call, free_port: int
) -> None:
    message = unreachable(opened(f"http://127.0.0.1:{free_port}/prod"), call)
    assert message == f"No connection to 127.0.0.1:{free_port} could be made."


def test_a_name_that_is_not_found_was_never_sent(
    opened: OpenGateway, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    message = unreachable(opened("https://abc.example.org/prod"), call)
    assert message.startswith("The name of abc.example.org cannot be found")


def test_a_connection_that_nobody_takes_was_never_sent(
    opened: OpenGateway, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", slow)
    message = unreachable(opened("http://127.0.0.1:9/prod"), call)
    assert message == "127.0.0.1:9 did not take the connection in time."


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Step(b"no TLS here\r\n", End.CLOSE), "No secure connection"),
        (Step(b"", End.RESET), "No connection"),
        (Step(b"", End.HANG), "did not take the connection in time"),
    ],
)
def test_a_broken_handshake_was_never_sent(
    opened: OpenGateway, call: Call, step: Step, message: str
) -> None:
    with ScriptedServer(reads=False) as server:
        server.script(step)
        url = f"https://127.0.0.1:{server.port}/prod"
        told = unreachable(opened(url, timeouts=waiting(step)), call)
    assert message in told


def self_signed() -> Exception:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "flaw"),
    [
        (self_signed(), "self-signed certificate"),
        (CertificateError("hostname 'abc' doesn't match 'wifi.venue'"), "it is for another name"),
    ],
)
def test_a_certificate_that_is_not_trusted_was_never_sent(
    opened: OpenGateway, call: Call, monkeypatch: pytest.MonkeyPatch, error: Exception, flaw: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refuse)
    with ScriptedServer(reads=False) as server:
        message = unreachable(opened(f"https://127.0.0.1:{server.port}/prod"), call)
    assert f"({flaw})" in message
    assert "sign-in page" in message


def test_a_missing_file_of_certificates_is_named(
    opened: OpenGateway, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "nowhere.pem")
    with ScriptedServer(reads=False) as server:
        message = unreachable(opened(f"https://127.0.0.1:{server.port}/prod"), call)
    assert "AWS_CA_BUNDLE" in message


def test_tls_that_breaks_after_sending_leaves_a_write_unknown(
    server: ScriptedServer,
    opened: OpenGateway,
    call: Call,
    lost: FailureKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ssl.SSLError(1, "decryption failed or bad record mac")

    monkeypatch.setattr(HTTPConnection, "getresponse", broken)
    assert failure_of(opened(server.url), call).kind is lost


def test_a_proxy_from_the_environment_is_used_and_its_refusal_was_never_sent(
    server: ScriptedServer, opened: OpenGateway, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{server.port}")
    server.script(answer(b"", status=407, end=End.CLOSE))
    message = unreachable(opened("https://abc.example.org/prod"), call)
    assert "proxy lets no connection" in message
    assert "hunter2" not in message
    assert server.requests[0].method == "CONNECT"
    assert server.requests[0].target == "abc.example.org:443"


def test_a_proxy_that_is_out_of_reach_was_never_sent(
    opened: OpenGateway, call: Call, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{free_port}")
    message = unreachable(opened("https://abc.example.org/prod"), call)
    assert "proxy cannot be reached" in message
    assert "hunter2" not in message


def test_this_machine_is_never_asked_through_a_proxy(
    server: ScriptedServer, opened: OpenGateway, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port}")
    server.script(answer(OWN))
    assert opened(server.url).own_profile().alias == "ada"
