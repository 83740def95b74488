"""What the gateway makes of answers that break, hang or come from others, and of its probes."""

import socket
import threading
import traceback

import pytest

from drtui.domain.failures import FailureKind
from tests.aws.broken_calls import CALLS, ERROR, OWN, PAGE, Call, call, failure_of, lost, waiting
from tests.aws.conftest import SHORT, OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer

__all__ = ["call", "lost"]


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
