"""The sponsor's door for tests: to moto's server, or to a scripted one where moto lacks a call.

door = sponsor_door(monkeypatch, moto.url)
door = sponsor_door(monkeypatch, origin(server))
calls(server)[0].operation, calls(server)[0].members     # what the JSON services were asked
seed_costs(moto, {"ResultsByTime": […]})                 # what Cost Explorer tells next
"""

import json
import secrets
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from drtui.aws.sessions import Timeouts
from drtui.aws.sponsor.door import Door
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import REGION, RunningMoto

AGENT = "drtui-tests/1"
HOSTILE = "a\x1b[31mb\u202ec\nd"


@dataclass(frozen=True, slots=True)
class Call:
    """What one of AWS's JSON services was asked; paths stand for operations where it is REST."""

    operation: str
    members: dict[str, Any]
    region: str


def sponsor_door(
    monkeypatch: pytest.MonkeyPatch, url: str, *, region: str = REGION, read: float = 10.0
) -> Door:
    """Open a door to a server on this machine, with keys that nobody checks."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return Door(None, region, user_agent=AGENT, timeouts=Timeouts(connect=5.0, read=read))


def origin(server: ScriptedServer) -> str:
    """The scripted server's address, as AWS_ENDPOINT_URL takes it."""
    return f"http://127.0.0.1:{server.port}"


def calls(server: ScriptedServer) -> list[Call]:
    """What the server was asked so far."""
    return [
        Call(
            request.headers.get("x-amz-target", "").rpartition(".")[2]
            or f"{request.method} {request.target}",
            json.loads(request.body or b"{}"),
            request.headers["authorization"].split("/")[2],
        )
        for request in server.requests
    ]


def refusal(code: str, message: str = "No.", *, status: int = 400) -> Step:
    """An error as AWS's JSON services send it."""
    return answer({"__type": code, "message": message}, status=status, x_amzn_errortype=code)


def new_account() -> str:
    """An account id that no other test uses."""
    return f"{secrets.randbelow(10**12):012d}"


def seed_costs(moto: RunningMoto, *results: dict[str, Any]) -> None:
    """Let Cost Explorer answer new questions so, one after the other."""
    request = urllib.request.Request(
        f"{moto.url}/moto-api/static/ce/cost-and-usage-results",
        data=json.dumps({"results": results}).encode(),
        headers={"content-type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as done:
        assert done.status == 201
