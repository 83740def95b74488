"""What the gateway makes of connections and answers that break, hang or come from others."""

import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator

import pytest
from urllib3.connection import HTTPConnection
from urllib3.util.ssl_match_hostname import CertificateError

from drtui.aws.gateway import DeepRacerGateway, Timeouts
from drtui.domain.deployment_setup import Invitee
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import Limits, Role
from tests.aws.conftest import KEY, PATIENT, SECRET, SHORT, TOKEN, OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer

ID = "0MMTpNjJLKRXrZx"
OWN = {"profile": {"profileId": ID, "alias": "ada"}}
PAGE = b"<html><body>Welcome to the venue</body></html>"
ERROR = b'{"message": "so"}'

Call = Callable[[DeepRacerGateway], object]
CALLS: dict[str, Call] = {
    "write": lambda gateway: gateway.set_limits(ID, Limits(1, 1)),
    "alias": lambda gateway: gateway.set_alias(ID, "bo"),
    "role": lambda gateway: gateway.set_role(ID, Role.RACER),
    "models": lambda gateway: gateway.models_of(ID),
    "delete models": lambda gateway: gateway.delete_models(ID),
    "delete": lambda gateway: gateway.delete_profile(ID),
    "own profile": lambda gateway: gateway.own_profile(),
    "list": lambda gateway: gateway.list_profiles(),
    "settings": lambda gateway: gateway.settings(),
    "set a setting": lambda gateway: gateway.setup.set_setting("registration.type", "invite-only"),
    "invite": lambda gateway: gateway.setup.invite("ada@example.org"),
    "bulk invite": lambda gateway: gateway.setup.bulk_invite([Invitee("ada@example.org")], "t"),
    "bulk job": lambda gateway: gateway.setup.bulk_invite_job("01ABC"),
    "resend": lambda gateway: gateway.setup.resend_invite(ID),
}


def failure_of(gateway: DeepRacerGateway, call: Call) -> DeploymentError:
    """Return how a call fails, having seen that its error tells no secrets."""
    with pytest.raises(DeploymentError) as caught:
        call(gateway)
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    for secret in (KEY, SECRET, TOKEN):
        assert secret not in told
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.message.isprintable()
    return error


def waiting(step: Step) -> Timeouts:
    """Short timeouts where one has to run out, and long ones elsewhere, for slow machines."""
    return SHORT if step.end is End.HANG else PATIENT


@pytest.fixture(params=["write", "list"])
def call(request: pytest.FixtureRequest) -> Call:
    return CALLS[request.param]


@pytest.fixture
def lost(call: Call) -> FailureKind:
    """The kind of a call whose answer got lost: only a write leaves something to doubt."""
    is_write = call is CALLS["write"]
    return FailureKind.OUTCOME_UNKNOWN if is_write else FailureKind.UNAVAILABLE


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Step(b"", End.RESET), id="reset before a byte"),
        pytest.param(Step(b"", End.CLOSE), id="closed before a byte"),
        pytest.param(Step(b"HTTP/1.1 200 OK\r\nContent-Ty", End.RESET), id="reset in the headers"),
        pytest.param(Step(b"", End.HANG), id="no answer"),
        pytest.param(Step(answer(OWN).raw[:-5], End.HANG), id="half an answer, then silence"),
        pytest.param(Step(answer(OWN).raw[:-5], End.RESET), id="half an answer, then a reset"),
        pytest.param(Step(b"SSH-2.0-OpenSSH_9.6\r\n", End.CLOSE), id="not HTTP"),
        pytest.param(
            Step(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{", End.CLOSE),
            id="a chunk cut short",
        ),
    ],
)
def test_a_call_that_broke_off_after_sending(
    server: ScriptedServer, opened: OpenGateway, call: Call, lost: FailureKind, step: Step
) -> None:
    server.script(step)
    failure = failure_of(opened(server.url, timeouts=waiting(step)), call)
    assert failure.kind is lost
    assert failure.status is None
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Step(answer(OWN).raw[:-5], End.CLOSE), id="cut short"),
        pytest.param(Step(b"HTTP/1.1 200 OK\r\n", End.CLOSE), id="cut in the headers"),
        pytest.param(answer(b"", content_length="48", end=End.CLOSE), id="length without a body"),
        pytest.param(answer(b""), id="empty"),
        pytest.param(answer(b"", status=204), id="no content"),
        pytest.param(answer(PAGE, content_type="text/html"), id="a sign-in page"),
        pytest.param(answer([OWN]), id="an array"),
        pytest.param(answer(b"\xff\xfe"), id="not UTF-8"),
        pytest.param(answer({}), id="without the required member"),
        pytest.param(answer(b"", status=302, location="http://venue.example/"), id="redirected"),
    ],
)
def test_an_answer_that_is_not_the_deployments(
    server: ScriptedServer, opened: OpenGateway, call: Call, lost: FailureKind, step: Step
) -> None:
    server.script(step)
    failure = failure_of(opened(server.url), call)
    assert failure.kind is lost
    assert failure.status is not None
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errorMessage": "Invalid request body: ["a" is not "b"]"}', '["a" is not "b"]'),
        (b"{}", "HTTP 400 BadRequestException"),
        (b"", "HTTP 400 BadRequestException"),
        (b"[]", "HTTP 400 BadRequestException"),
        (b'"text"', "HTTP 400 BadRequestException"),
        (b"null", "HTTP 400 BadRequestException"),
        (b"\xff\xfe\x00", "HTTP 400 BadRequestException"),
        (b'{"message": {"a": 1}}', "HTTP 400 BadRequestException"),
        (b'{"__type": 5, "code": [], "message": "so"}', "so"),
    ],
)
def test_error_bodies_that_botocore_stumbles_over(
    server: ScriptedServer, opened: OpenGateway, call: Call, body: bytes, message: str
) -> None:
    server.script(answer(body, status=400, X_AMZN_ErrorType="BadRequestException:http://internal/"))
    failure = failure_of(opened(server.url), call)
    assert (failure.kind, failure.code) == (FailureKind.INVALID, "BadRequestException")
    assert message in failure.message


def test_a_cut_error_is_still_that_error(server: ScriptedServer, opened: OpenGateway) -> None:
    step = answer(ERROR, status=409, content_length="400", end=End.CLOSE)
    server.script(step)
    assert failure_of(opened(server.url), CALLS["write"]).kind is FailureKind.CONFLICT


def test_a_kept_connection_that_is_reset_leaves_a_write_unknown(
    server: ScriptedServer, opened: OpenGateway, call: Call, lost: FailureKind
) -> None:
    server.script(answer(OWN), Step(b"", End.RESET))
    gateway = opened(server.url)
    gateway.own_profile()
    assert failure_of(gateway, call).kind is lost
    assert server.connections == 1


def test_the_call_after_a_broken_one_uses_a_new_connection(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(Step(answer(OWN).raw + b"and more", End.KEEP), Step(b"", End.RESET), answer(OWN))
    gateway = opened(server.url)
    gateway.own_profile()
    failure_of(gateway, CALLS["list"])
    assert gateway.own_profile().alias == "ada"


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


@pytest.mark.parametrize(
    "step",
    [
        answer(OWN),
        answer({"message": "Missing Authentication Token"}, status=403),
        answer({"message": "Forbidden"}, status=403, x_amzn_errortype="ForbiddenException"),
        answer(PAGE, status=403),
        answer({}, status=429),
        answer({}, status=500, x_amzn_errortype="InternalFailure"),
        answer({"message": "Internal server error"}, status=502),
        answer({"message": "Endpoint request timed out"}, status=504),
    ],
)
def test_any_answer_of_the_deployment_ends_a_probe(
    server: ScriptedServer, opened: OpenGateway, step: Step
) -> None:
    server.script(step)
    opened(server.url, None).probe()
    (request,) = server.requests
    assert request.target == "/prod/profile"
    assert not {"authorization", "x-amz-security-token"} & request.headers.keys()


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (answer(PAGE, content_type="text/html"), "a web page"),
        (answer(b""), "no JSON"),
        (answer(b"", status=302, location="http://venue.example/"), "Something other"),
        (answer(PAGE, status=511, content_type="text/html"), "sign-in of its own"),
        (Step(b"", End.HANG), "within 1 s"),
        (Step(b"", End.RESET), "broke"),
    ],
)
def test_a_probe_takes_nothing_else_for_the_deployment(
    server: ScriptedServer, opened: OpenGateway, step: Step, message: str
) -> None:
    server.script(step)
    gateway = opened(server.url, None, timeouts=waiting(step))
    failure = failure_of(gateway, lambda gateway: gateway.probe())
    assert failure.kind is FailureKind.UNREACHABLE
    assert failure.status is None
    assert message in failure.message


def test_a_probe_does_not_wait_for_a_name_look_up(
    opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = threading.Event()

    def slow(*_: object, **__: object) -> None:
        assert found.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    gateway = opened("https://abc.example.org/prod", timeouts=SHORT)
    failure = failure_of(gateway, lambda gateway: gateway.probe())
    assert not found.is_set()
    found.set()
    assert failure.kind is FailureKind.UNREACHABLE
    assert "within 1 s" in failure.message


def test_each_probe_makes_a_connection_of_its_own(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer({}, status=403), answer({}, status=403))
    gateway = opened(server.url)
    gateway.probe()
    gateway.probe()
    assert server.connections == 2


@pytest.mark.parametrize("name", CALLS)
def test_every_call_tells_its_failures_in_the_same_way(
    server: ScriptedServer, opened: OpenGateway, name: str
) -> None:
    server.script(answer({}, status=429, retry_after="3"))
    failure = failure_of(opened(server.url), CALLS[name])
    assert (failure.kind, failure.retry_after) == (FailureKind.THROTTLED, 3.0)


def test_failures_keep_nothing_of_botocore_alive(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(answer({}, status=500))
    failure = failure_of(opened(server.url), CALLS["write"])
    frames = [frame for frame, _ in traceback.walk_tb(failure.__traceback__)]
    assert frames
    assert not any("botocore" in frame.f_code.co_filename for frame in frames)
