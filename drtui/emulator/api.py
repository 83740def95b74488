"""The API and the storage as ASGI applications: read calls, meet faults, send answers."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from email.utils import format_datetime
from typing import Protocol

from starlette.types import Receive, Scope, Send

from drtui.emulator.calls import CallLog, LoggedCall
from drtui.emulator.clock import Clock
from drtui.emulator.errors import JSON, Answer, plain
from drtui.emulator.faults import Fault, Faults, How
from drtui.emulator.gateway import below_stage
from drtui.emulator.keys import SigningKey
from drtui.emulator.sigv4 import SignedCall

_log = logging.getLogger("drtui.emulator")

SLOW_STEP_SECONDS = 0.05
"""In what steps a slow answer comes."""

Client = tuple[str, int]


class Wire(Protocol):
    """What can be done to a connection below HTTP."""

    def peer(self, client: Client) -> str | None:
        """The address of who is connected through the network; None: somebody beside it."""

    def reset(self, client: Client) -> None:
        """Break the connection with a reset."""

    def cut_body(self, client: Client, keep: int) -> None:
        """Let so many bytes of the next answer's body pass, then close."""


class Backend(Protocol):
    """What calls are for."""

    def answer(self, call: SignedCall, address: str) -> tuple[Answer, SigningKey | None]:
        """Answer a call, and say who made it where that is known."""


class GoneError(Exception):
    """The client is no longer there."""


class Api:
    """Carries calls to a backend and answers back, or lets them fail as asked."""

    def __init__(
        self, backend: Backend, clock: Clock, faults: Faults, calls: CallLog, wire: Wire
    ) -> None:
        self.latency = 0.0
        """Real seconds before each answer."""
        self._backend = backend
        self._clock = clock
        self._faults = faults
        self._calls = calls
        self._wire = wire
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        client: Client = scope["client"]
        address = self._wire.peer(client)
        if address is None:
            await _send(send, Answer(404, b""), self._date())
            return
        try:
            body = await _body(receive)
        except GoneError:
            return
        call = SignedCall(
            scope["method"],
            scope["raw_path"].decode("ascii", "replace"),
            scope["query_string"].decode("ascii", "replace"),
            _headers(scope["headers"]),
            body,
        )
        path = below_stage(call.path)
        agent = call.headers.get("user-agent", "")
        logged = self._calls.begin(call.method, path, call.query, agent, body)
        logged.range = call.headers.get("range")
        if self.latency > 0:
            await asyncio.sleep(self.latency)
        fault = self._faults.take(call.method, path)

        def act() -> Answer:
            return self._act(call, address, logged)

        if fault is None:
            answer = act()
            if answer.seconds > 0 and await _until_gone(receive, answer.seconds):
                logged.end("unanswered")
                return
            await _send(send, answer, self._date())
            logged.end(answer.status)
            return
        logged.fault = fault.how
        logged.end(await self._fail(fault, act, client, receive, send))

    def _act(self, call: SignedCall, address: str, logged: LoggedCall) -> Answer:
        try:
            answer, caller = self._backend.answer(call, address)
        except Exception:
            _log.exception("The emulated backend failed at %s %s.", call.method, call.path)
            return plain(502)
        logged.applied = answer.status in (200, 202, 204, 206)
        if caller is not None:
            logged.who, logged.profile_id = caller.group, caller.profile_id
        return answer

    async def _fail(
        self,
        fault: Fault,
        act: Callable[[], Answer],
        client: Client,
        receive: Receive,
        send: Send,
    ) -> int | str:
        """Let one call fail, and say how it ended."""
        match fault.how:
            case How.RESET | How.RESET_AFTER | How.LATE:
                if fault.how is How.RESET_AFTER:
                    act()
                elif fault.how is How.LATE:
                    self._act_late(act, fault.seconds)
                self._wire.reset(client)
                await _until_gone(receive, 5.0)
                return "reset"
            case How.STATUS_AFTER:
                act()
                answer = fault.answer()
            case How.TRUNCATED:
                answer = act()
                keep = len(answer.body) // 2 if fault.keep is None else fault.keep
                if keep < len(answer.body):
                    self._wire.cut_body(client, keep)
                await _send(send, answer, self._date())
                return "cut"
            case How.SLOW:
                answer = act()
                await _send(send, answer, self._date(), fault.bytes_per_second)
                return answer.status
            case How.HANG | How.TIMEOUT:
                if fault.how is How.TIMEOUT:
                    act()
                gone = await _until_gone(receive, fault.seconds)
                if gone or (fault.how is How.TIMEOUT and fault.end == "hang"):
                    if not gone:
                        self._wire.reset(client)
                    return "unanswered"
                answer = plain(504)
            case _:
                answer = fault.answer()
        await _send(send, answer, self._date())
        return answer.status

    def _act_late(self, act: Callable[[], Answer], seconds: float) -> None:
        async def later() -> None:
            await asyncio.sleep(seconds)
            act()

        task = asyncio.get_running_loop().create_task(later())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _date(self) -> str:
        return format_datetime(self._clock.gateway_now(), usegmt=True)


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _until_gone(receive: Receive, seconds: float) -> bool:
    """Wait for the client to give up, but no longer than so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _send(send: Send, answer: Answer, date: str, per_second: float | None = None) -> None:
    """Send an answer, at once or so many bytes of its body a second."""
    headers = [
        (b"date", date.encode()),
        (b"content-type", answer.content_type.encode()),
    ]
    # The length of what HEAD tells of is not that of its answer.
    if not any(name == "Content-Length" for name, _ in answer.headers):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    if answer.content_type == JSON:
        headers.append((b"x-amzn-RequestId", secrets.token_hex(16).encode()))
    headers += [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if per_second is None:
        await send({"type": "http.response.body", "body": answer.body})
        return
    step = max(1, int(per_second * SLOW_STEP_SECONDS))
    for start in range(0, len(answer.body), step):
        await asyncio.sleep(SLOW_STEP_SECONDS)
        part = answer.body[start : start + step]
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
