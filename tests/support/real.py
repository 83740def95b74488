"""A deployment as it is found in the wild: moto's Cognito joined with the emulator.

    with running_deployment() as real:                  # or moto=… to share a server
        real.site                                       # for `drtui account add NAME --site`
        real.environment(tmp_path / "keyring.json")     # for the subprocess, on a clean one
        ADMIN, FACILITATOR, RACER                       # users in the pool, with PASSWORD
        real.pool.add_user("eve", PASSWORD, groups=("dr-racers",), permanent=False)
        real.keys                                       # what was issued, the newest last
        real.secrets                                    # every token and key on the wire
        real.front.renewals = False                     # refresh tokens have expired
        real.emulator.control("expire_keys")            # keys end, wherever a delivery is
        real.front.key_seconds = 5.0                    # how long the next keys are good
        real.network(up=False)                          # Cognito and the API both
        real.skew(600.0)                                # both clocks are ahead of this machine's

A front stands before moto (`AWS_ENDPOINT_URL` leads to it) and passes everything on. moto's
identity pools give everybody the same keys, so the front puts fresh ones in their place and tells
the emulator, by `accept_keys`, whose they are and which group the id token says.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from email.utils import formatdate
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.file_keyring import keyring_environment
from tests.support.moto import MotoDeployment, RunningMoto, running_moto

ADMIN = "ada"
FACILITATOR = "fay"
RACER = "rob"
PASSWORD = "Correct-horse-7"

_GROUPS = {ADMIN: "dr-admins", FACILITATOR: "dr-race-facilitators", RACER: "dr-racers"}
_STRONGEST_FIRST = tuple(_GROUPS.values())
_TOKENS = ("IdToken", "AccessToken", "RefreshToken")
_HOP_BY_HOP = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


class Front:
    """What stands before moto's Cognito: it passes calls on and hands out keys of its own.

    Attributes:
        calls: The operations that were asked for, such as `InitiateAuth`, in order.
        named: The operations that came about on a user that they name, with its name, in order.
        key_seconds: How long keys are good.
        keys: What was issued.
        renewals: Whether refresh tokens count.
        seen: Every token that went to a client.
        skew: How many seconds Cognito's clock is ahead of this machine's.
        up: Whether calls are answered.
    """

    def __init__(self, moto: str, emulator: RunningEmulator) -> None:
        self.calls: list[str] = []
        self.named: list[tuple[str, str]] = []
        self.key_seconds = 3600.0
        self.keys: list[dict[str, str]] = []
        self.renewals = True
        self.seen: list[str] = []
        self.skew = 0.0
        self.up = True
        self._moto = urlsplit(moto).netloc
        self._emulator = emulator

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Pass a call on, and make of the answer what it has to be."""
        target = headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.calls.append(target)
        flow = json.loads(body)["AuthFlow"] if target == "InitiateAuth" else ""
        if flow.startswith("REFRESH_TOKEN") and not self.renewals:
            return _refused("NotAuthorizedException", "Refresh Token has expired")
        connection = HTTPConnection(self._moto, timeout=60)
        try:
            passed = {name: value for name, value in headers.items() if name.lower() != "host"}
            connection.request(method, path, body, passed)
            reply = connection.getresponse()
            status, content, found = reply.status, reply.read(), dict(reply.getheaders())
        finally:
            connection.close()
        if status != 200:
            return status, found, content
        if target.startswith("Admin"):
            self.named.append((target, json.loads(body).get("Username", "")))
        if target == "GetCredentialsForIdentity":
            return self._issue(json.loads(body), json.loads(content), found)
        if target in ("InitiateAuth", "RespondToAuthChallenge"):
            self._note(json.loads(content))
        return status, found, content

    def _issue(
        self, request: dict[str, Any], answer: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Give keys that nobody else has, and let the emulator know them."""
        (token,) = request["Logins"].values()
        claims = _claims(token)
        groups = claims.get("cognito:groups", ())
        group = next((each for each in _STRONGEST_FIRST if each in groups), None)
        if group is None:
            return _refused("InvalidIdentityPoolConfigurationException", "No role for the token.")
        keys = {
            "access_key": "ASIA" + secrets.token_hex(8).upper(),
            "secret_key": secrets.token_urlsafe(30),
            "session_token": secrets.token_urlsafe(60),
        }
        self._emulator.control(
            "accept_keys",
            role=group,
            email=claims.get("email") or f"{claims['cognito:username']}@example.com",
            expires_in=self.key_seconds,
            **keys,
        )
        self.keys.append(keys)
        answer["Credentials"] = {
            "AccessKeyId": keys["access_key"],
            "SecretKey": keys["secret_key"],
            "SessionToken": keys["session_token"],
            "Expiration": time.time() + self.skew + self.key_seconds,
        }
        return 200, headers, json.dumps(answer).encode()

    def _note(self, answer: dict[str, Any]) -> None:
        result = answer.get("AuthenticationResult") or {}
        self.seen += [result[name] for name in _TOKENS if result.get(name)]
        if answer.get("Session"):
            self.seen.append(answer["Session"])


class RealDeployment:
    """The emulator, the user pool and the front that joins them."""

    def __init__(
        self, emulator: RunningEmulator, pool: MotoDeployment, front: Front, address: str
    ) -> None:
        self.emulator = emulator
        self.pool = pool
        self.front = front
        self.address = address

    @property
    def site(self) -> str:
        """The address that an admin types."""
        return cast("str", self.emulator.ready["site"])

    @property
    def keys(self) -> list[dict[str, str]]:
        """The keys that were issued, the newest last."""
        return self.front.keys

    @property
    def secrets(self) -> list[str]:
        """What must never be written down, as far as it has gone over the wire."""
        issued = [each[name] for each in self.keys for name in ("secret_key", "session_token")]
        return [PASSWORD, *self.front.seen, *issued]

    def environment(self, keyring: Path) -> dict[str, str]:
        """The variables of a run of drtui whose keyring is a file."""
        return {"AWS_ENDPOINT_URL": self.address, **keyring_environment(keyring)}

    def network(self, *, up: bool) -> None:
        """Lose the network to all of AWS, or have it back."""
        self.front.up = up
        self.emulator.control("network", state="up" if up else "down")

    def skew(self, seconds: float) -> None:
        """Let AWS's clocks be ahead of this machine's."""
        self.front.skew = seconds
        self.emulator.control("clock", signing_skew=seconds)


@contextmanager
def running_deployment(moto: RunningMoto | None = None, **options: Any) -> Iterator[RealDeployment]:
    """Start all of it, with a user of each role; `options` are those of the emulator.

    Args:
        moto: A server that runs already; each deployment has pools of its own.
    """
    server = running_moto() if moto is None else nullcontext(moto)
    with server as running, running_emulator(**options) as emulator:
        pool = running.deployment(emulator.api)
        for name, group in _GROUPS.items():
            pool.add_user(name, PASSWORD, groups=(group,))
        emulator.control(
            "site",
            user_pool_id=pool.site.user_pool_id,
            client_id=pool.site.client_id,
            identity_pool_id=pool.site.identity_pool_id,
        )
        front = Front(running.url, emulator)
        with _serving(front) as address:
            yield RealDeployment(emulator, pool, front, address)


@contextmanager
def _serving(front: Front) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        """One connection for each call, so that none outlives the test."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not front.up:
                return
            status, headers, content = front.answer(
                self.command, self.path, dict(self.headers.items()), body
            )
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Date", formatdate(time.time() + front.skew, usegmt=True))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _refused(kind: str, message: str) -> tuple[int, Mapping[str, str], bytes]:
    body = json.dumps({"__type": kind, "message": message}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": kind}, body


def _claims(token: str) -> dict[str, Any]:
    """What a token says; moto signed it, and nobody here doubts it."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
