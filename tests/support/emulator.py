"""An emulated account for tests, in a process of its own.

    with running_emulator(racers=50, frozen=True) as emulator:
        emulator.ready["api"]                       # and site, region, control
        emulator.ready["admin"]["access_key"]       # secret_key, session_token; also
                                                    # under facilitator and racer
        emulator.environment("admin")               # AWS_ACCESS_KEY_ID, … for a subprocess
        emulator.control("fail", method="PATCH", path="/profile", times=3, status=500)
        emulator.control("network", state="down")   # control stays reachable
        emulator.profiles()[profile_id]["maxTotalComputeMinutes"]
        emulator.request("GET", "/profiles")        # one signed call: status, headers, body

All fields of `EmulatorOptions` can be given by name (`state` and the like as text); the racers'
life is frozen unless `frozen=False`, so that nothing changes which the test did not change. The
commands of control are described in docs/emulator.md. The process ends with the context, and
also when the test process dies.
"""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from selectors import EVENT_READ, DefaultSelector
from typing import Any, cast
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.program_forks import ForkedProgram

START_SECONDS = 30.0
_PROGRAM = "tests.support.emulator_forks"
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API, unread: `body` is what came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error_type(self) -> str | None:
        return self.headers.get("x-amzn-errortype")

    def json(self) -> Any:
        return json.loads(self.body)


def signed_headers(
    method: str, url: str, body: bytes, keys: dict[str, str], region: str = "us-east-1"
) -> dict[str, str]:
    """The headers of a call, signed by botocore."""
    request = AWSRequest(method=method, url=url, data=body, headers={"Host": urlsplit(url).netloc})
    if body:
        request.headers["Content-Type"] = "application/json"
    credentials = Credentials(keys["access_key"], keys["secret_key"], keys["session_token"])
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    return dict(request.headers.items())


def send(
    method: str, url: str, headers: dict[str, str], body: bytes = b"", timeout: float = 40.0
) -> Reply:
    """One call on a connection of its own."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, content)
    finally:
        connection.close()


class ControlError(AssertionError):
    """Control refused a command."""


class RunningEmulator:
    """An emulator's process, its addresses and keys, and its control."""

    def __init__(self, process: ForkedProgram, ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready

    @property
    def api(self) -> str:
        """The API's address, with the stage."""
        return cast("str", self.ready["api"])

    def keys(self, role: str = "admin") -> dict[str, str]:
        """The keys of a role: admin, facilitator or racer."""
        return cast("dict[str, str]", self.ready[role])

    def environment(self, role: str = "admin") -> dict[str, str]:
        """The variables of boto3's credential chain."""
        keys = self.keys(role)
        return {
            "AWS_ACCESS_KEY_ID": keys["access_key"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_key"],
            "AWS_SESSION_TOKEN": keys["session_token"],
        }

    def control(self, do: str, **fields: Any) -> dict[str, Any]:
        """Give a command, and return what control says.

        Raises:
            ControlError: control refused it.
        """
        body = json.dumps({"do": do, **fields}).encode()
        reply = send("POST", self.ready["control"], {"Content-Type": "application/json"}, body)
        answer: dict[str, Any] = reply.json()
        if not answer["ok"]:
            raise ControlError(answer["error"])
        return answer

    def profiles(self) -> dict[str, dict[str, Any]]:
        """The true state of all profiles, by id."""
        return cast("dict[str, dict[str, Any]]", self.control("snapshot")["profiles"])

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: str = "admin",
        timeout: float = 40.0,
    ) -> Reply:
        """One signed call; `path` is below the stage, a body of bytes is sent as it is."""
        data = b"" if body is None else body if isinstance(body, bytes) else _json(body)
        url = self.api + path
        headers = signed_headers(method, url, data, self.keys(role))
        return send(method, url, headers, data, timeout)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it by a signal, if it still runs, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            raise
        finally:
            self.process.stdin.close()
            self.process.stdout.close()


@contextmanager
def running_emulator(
    racers: int = 20, seed: int = 1, speed: float = 60.0, *, frozen: bool = True, **options: Any
) -> Iterator[RunningEmulator]:
    """Start an emulator, wait until it is ready, and stop it in the end."""
    emulator = start_emulator(racers=racers, seed=seed, speed=speed, frozen=frozen, **options)
    try:
        yield emulator
    finally:
        emulator.stop()


def start_emulator(**options: Any) -> RunningEmulator:
    """Start an emulator that the caller stops."""
    if options.get("state") is not None:
        options["state"] = str(options["state"])
    process = ForkedProgram(_PROGRAM, options, dict(os.environ))
    try:
        return RunningEmulator(process, _ready_line(process))
    except BaseException:
        process.kill()
        process.wait(STOP_SECONDS)
        process.stdin.close()
        process.stdout.close()
        raise


def _ready_line(process: ForkedProgram) -> dict[str, Any]:
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if selector.select(timeout=0.2):
                line = process.stdout.readline()
                if line:
                    return cast("dict[str, Any]", json.loads(line))
                break
    message = f"The emulator did not get ready (exit code {process.poll()})."
    raise AssertionError(message)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
