"""A TCP relay in front of the server: what a network does and ASGI cannot.

Connections are reset, held or cut here, and new ones refused, while the server behind it stays
reachable for control.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from enum import StrEnum
from typing import cast

LOOPBACK = "127.0.0.1"

Address = tuple[str, int]


class NewConnections(StrEnum):
    """What happens to those who connect while the network is down."""

    REFUSE = "refuse"
    RESET = "reset"
    HANG = "hang"


class LiveConnections(StrEnum):
    """What happens to those who are connected when the network goes down."""

    CUT = "cut"
    HANG = "hang"


class _End(asyncio.Protocol):
    """One end of a relayed connection; reads go to the other end."""

    def __init__(
        self,
        made: Callable[[], None],
        feed: Callable[[bytes], None],
        lost: Callable[[], None],
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None
        self._made = made
        self._feed = feed
        self._lost = lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._made()

    def data_received(self, data: bytes) -> None:
        self._feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.read(False)

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.read(True)

    def read(self, wanted: bool) -> None:
        """Read on, or stop reading for now."""
        if self.transport is None or self.transport.is_closing():
            return
        if wanted:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def write(self, data: bytes) -> None:
        """Pass bytes on to this end."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        """Close after what is written has left."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Close at once, with a reset."""
        if self.transport is None:
            return
        connection = self.transport.get_extra_info("socket")
        if connection is not None and not self.transport.is_closing():
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()


class _Link:
    """A client's connection and the one to the server that goes with it."""

    def __init__(self, relay: "Relay") -> None:
        self.relay = relay
        self.client = _End(self._client_made, self._from_client, self.ended)
        self.server = _End(self._server_made, self._from_server, self.ended)
        self.client.other, self.server.other = self.server, self.client
        self.peer = ""
        self.port = 0
        self.held = False
        self._early: list[bytes] = []
        self._cut_after: int | None = None
        self._head = b""

    async def connect(self) -> None:
        """Connect to the server, then let the client's bytes through."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.server, *self.relay.upstream)
        except OSError:
            self.client.abort()

    def cut_body(self, keep: int) -> None:
        """Let the next answer's head and so many bytes of its body through, then close."""
        self._cut_after = keep

    def hold(self) -> None:
        """Let nothing through in either direction."""
        self.held = True
        self.client.read(False)
        self.server.read(False)

    def release(self) -> None:
        """Let through again what was held."""
        self.held = False
        self._send_early()
        self.client.read(True)
        self.server.read(True)

    def reset(self) -> None:
        """Break both ends."""
        self.client.abort()
        self.server.abort()

    def ended(self) -> None:
        """One end is gone: the other goes too."""
        self.relay.forget(self)
        self.client.close()
        if self.server.transport is not None:
            self.server.transport.abort()

    def _client_made(self) -> None:
        assert self.client.transport is not None
        self.peer = self.client.transport.get_extra_info("peername")[0]
        self.client.read(False)
        self.relay.accepted(self)

    def _server_made(self) -> None:
        assert self.server.transport is not None
        self.port = self.server.transport.get_extra_info("sockname")[1]
        self.relay.by_port[self.port] = self
        if self.client.transport is None or self.client.transport.is_closing():
            self.server.abort()
        elif self.held:
            self.server.read(False)
        else:
            self._send_early()
            self.client.read(True)

    def _from_client(self, data: bytes) -> None:
        # Older asyncio reads on, where reading is paused as a connection is made (3.11.2).
        if self.held or self.server.transport is None:
            self._early.append(data)
        else:
            self.server.write(data)

    def _send_early(self) -> None:
        if self.server.transport is None:
            return  # it is sent once there is one
        early, self._early = self._early, []
        for data in early:
            self.server.write(data)

    def _from_server(self, data: bytes) -> None:
        if self._cut_after is None:
            self.client.write(data)
            return
        self._head += data
        head, end, body = self._head.partition(b"\r\n\r\n")
        if end and len(body) >= self._cut_after:
            self.client.write(head + end + body[: self._cut_after])
            self.client.close()


class Relay:
    """Listens where the site is, and passes everything on to the server behind it."""

    def __init__(self, upstream: Address) -> None:
        self.upstream = upstream
        self.up = True
        self.port = 0
        self.by_port: dict[int, _Link] = {}
        """The live links, by their port at the server."""
        self._links: set[_Link] = set()
        self._waiting: list[_Link] = []
        self._new = NewConnections.REFUSE
        self._listener: asyncio.Server | None = None
        self._reserved: socket.socket | None = None
        self._connecting: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> None:
        """Listen on a port of loopback; 0 takes a free one.

        Raises:
            OSError: the port cannot be had.
        """
        await self._listen(bound(port))

    async def down(self, new: NewConnections, live: LiveConnections) -> None:
        """Lose the network."""
        if not self.up:
            await self.restore()
        self.up = False
        self._new = new
        for link in list(self._links):
            if live is LiveConnections.CUT:
                link.reset()
            else:
                link.hold()
        if new is NewConnections.REFUSE and self._listener is not None:
            self._listener.close()
            self._listener = None
            # A socket that is bound but does not listen refuses, and keeps the port ours.
            self._reserved = bound(self.port)

    async def restore(self) -> None:
        """Have the network back: what was held goes on."""
        if self.up:
            return
        self.up = True
        if self._reserved is not None:
            reserved, self._reserved = self._reserved, None
            await self._listen(reserved)
        waiting, self._waiting = self._waiting, []
        for link in list(self._links):
            if link not in waiting:
                link.release()
        for link in waiting:
            self._connect(link)

    async def stop(self) -> None:
        """Listen no more and break what is connected."""
        if self._listener is not None:
            self._listener.close()
        if self._reserved is not None:
            self._reserved.close()
        for task in list(self._connecting):
            task.cancel()
        for link in list(self._links):
            link.reset()

    def peer(self, client: Address) -> str | None:
        """The address of who is behind a connection that reached the server."""
        link = self.by_port.get(client[1])
        return None if link is None else link.peer

    def reset(self, client: Address) -> None:
        """Break the connection that reached the server from there."""
        link = self.by_port.get(client[1])
        if link is not None:
            link.reset()

    def cut_body(self, client: Address, keep: int) -> None:
        """Cut the next answer on that connection."""
        link = self.by_port.get(client[1])
        if link is not None:
            link.cut_body(keep)

    def accepted(self, link: _Link) -> None:
        """A client has connected: connect it on, or let it meet the network's state."""
        self._links.add(link)
        if self.up:
            self._connect(link)
        elif self._new is NewConnections.HANG:
            self._waiting.append(link)
        else:
            link.client.abort()

    def forget(self, link: _Link) -> None:
        """A link has ended."""
        self._links.discard(link)
        if link in self._waiting:
            self._waiting.remove(link)
        if self.by_port.get(link.port) is link:
            del self.by_port[link.port]

    async def _listen(self, sock: socket.socket) -> None:
        self.port = sock.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: _Link(self).client, sock=sock, backlog=512
        )

    def _connect(self, link: _Link) -> None:
        task = asyncio.get_running_loop().create_task(link.connect())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)


def bound(port: int) -> socket.socket:
    """A socket bound to a port of loopback that does not listen yet; 0 is any free port.

    Raises:
        OSError: the port cannot be had.
    """
    # asyncio turns Nagle's delay off only where it sees that the protocol is TCP.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
