"""The relay in front of the emulated account, where a client is faster than its connections."""

import asyncio

import pytest

from drtui.emulator.relay import LOOPBACK, LiveConnections, NewConnections, Relay, _End, _Link

PATIENCE = 10.0


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients are read from before there is a connection to the server, as 3.11.2 does it."""
    connect, from_client = _Link.connect, _Link._from_client
    came: dict[_Link, asyncio.Event] = {}

    def takes(link: _Link, data: bytes) -> None:
        from_client(link, data)
        came.setdefault(link, asyncio.Event()).set()

    async def connects_late(link: _Link) -> None:
        await came.setdefault(link, asyncio.Event()).wait()
        await connect(link)

    monkeypatch.setattr(_End, "read", lambda _end, _wanted: None)
    monkeypatch.setattr(_Link, "_from_client", takes)
    monkeypatch.setattr(_Link, "connect", connects_late)


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1_000):
        writer.write(data)
    writer.close()


async def _answer(*, held: bool) -> bytes:
    """What comes back of what was sent at once, and later, over one connection."""
    async with await asyncio.start_server(_echo, LOOPBACK, 0) as server:
        relay = Relay(server.sockets[0].getsockname()[:2])
        await relay.start(0)
        reader, writer = await asyncio.open_connection(LOOPBACK, relay.port)
        writer.write(b"at once")
        answer = b"" if held else await reader.readexactly(7)
        if held:
            await relay.down(NewConnections.HANG, LiveConnections.HANG)
        writer.write(b", later")
        if held:
            await relay.restore()
        answer += await reader.readexactly(14 - len(answer))
        writer.close()
        await relay.stop()
        return answer


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("held", [False, True], ids=["up", "held meanwhile"])
def test_what_is_sent_before_the_server_is_connected_arrives_in_order(held: bool) -> None:
    answer = asyncio.run(asyncio.wait_for(_answer(held=held), PATIENCE))
    assert answer == b"at once, later"
