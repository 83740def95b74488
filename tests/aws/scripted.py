"""A server on this machine that answers each request with scripted bytes, however wrong."""

import json
import socket
import ssl
import struct
import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self


class End(Enum):
    """What happens to the connection after the bytes."""

    KEEP = "keep it open for another request"
    CLOSE = "close it"
    RESET = "reset it"
    HANG = "say nothing more"


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to one request; `wait` is waited for before it."""

    raw: bytes
    end: End = End.KEEP
    wait: threading.Barrier | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


def answer(body: object, *, status: int = 200, end: End = End.KEEP, **headers: str) -> Step:
    """Return a well-formed answer; `x_y=…` sets the header `x-y`."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {
        "content-type": "application/json",
        "content-length": str(len(raw)),
    }
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever"]
    lines += [f"{name}: {value}" for name, value in sent.items()]
    return Step("\r\n".join([*lines, "", ""]).encode() + raw, end)


class ScriptedServer:
    """Listens on a free port until it is left; `url` is where the API is said to be."""

    def __init__(self, *, reads: bool = True, tls: ssl.SSLContext | None = None) -> None:
        """Start listening; `reads=False` answers whatever comes, such as a TLS handshake."""
        self._tls = tls
        self.requests: list[Request] = []
        self.connections = 0
        self._reads = reads
        self._steps: deque[Step] = deque()
        self._leaving = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/prod"
        self._start(self._accept)

    def script(self, *steps: Step) -> None:
        """Add answers to be given, each to one request, in order."""
        self._steps.extend(steps)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leaving.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already gone
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._leaving.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        if self._tls is not None:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()  # the client did not trust it
                return
            self._open.append(connection)
        with connection, connection.makefile("rb") as stream:
            while not self._leaving.is_set():
                if self._reads:
                    try:
                        request = _read(stream.readline, stream.read, connection.sendall, number)
                    except (OSError, ValueError):
                        return
                    if request is None:
                        return
                    self.requests.append(request)
                else:
                    connection.recv(65_536)
                step = self._steps.popleft() if self._steps else Step(b"", End.CLOSE)
                if step.wait is not None:
                    step.wait.wait(10)
                if not self._finish(connection, step):
                    return

    def _finish(self, connection: socket.socket, step: Step) -> bool:
        """Carry out one step; whether the connection stays open."""
        try:
            connection.sendall(step.raw)
        except OSError:
            return False
        if step.end is End.HANG:
            self._leaving.wait(30)
        if step.end is End.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return step.end is End.KEEP


def _read(readline: object, read: object, send: object, number: int) -> Request | None:
    assert callable(readline)
    assert callable(read)
    assert callable(send)
    first = readline().decode().split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("expect") == "100-continue":
        send(b"HTTP/1.1 100 Continue\r\n\r\n")  # the client waits for a second else
    body = read(int(headers.get("content-length", "0")))
    return Request(first[0], first[1], headers, body, number)
