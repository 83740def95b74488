"""The network goes and comes, in every way that a venue's network does."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, RemoteDisconnected
from urllib.parse import urlsplit

import pytest

from tests.support.emulator import RunningEmulator, running_emulator, signed_headers
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5, lag_ms=0) as running:
        yield running


@pytest.fixture
def emulator(shared: RunningEmulator) -> Iterator[RunningEmulator]:
    yield shared
    shared.control("network", state="up")


def connected(emulator: RunningEmulator, timeout: float = 10.0) -> HTTPConnection:
    """A connection that has carried a call and is kept."""
    connection = HTTPConnection(urlsplit(emulator.api).netloc, timeout=timeout)
    call(connection, emulator)
    return connection


def call(connection: HTTPConnection, emulator: RunningEmulator) -> int:
    headers = signed_headers("GET", emulator.api + "/profile", b"", emulator.keys())
    connection.request("GET", "/prod/profile", headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_new_connections_are_refused(emulator: RunningEmulator) -> None:
    emulator.control("network", state="down", new="refuse")
    with pytest.raises(ConnectionRefusedError):
        emulator.request("GET", "/profile")


def test_new_connections_are_reset(emulator: RunningEmulator) -> None:
    emulator.control("network", state="down", new="reset")
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        emulator.request("GET", "/profile")


def test_new_connections_hang_and_are_served_when_the_network_is_back(
    emulator: RunningEmulator,
) -> None:
    emulator.control("network", state="down", new="hang")
    with pytest.raises(TimeoutError):
        emulator.request("GET", "/profile", timeout=0.3)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(emulator.request, "GET", "/profile")
        assert not waiting.done()
        emulator.control("network", state="up")
        assert waiting.result(10).status == 200


def test_live_connections_are_cut(emulator: RunningEmulator) -> None:
    connection = connected(emulator)
    emulator.control("network", state="down", live="cut")
    with pytest.raises((ConnectionResetError, BrokenPipeError, RemoteDisconnected)):
        call(connection, emulator)
    connection.close()


def test_live_connections_hang_and_their_bytes_arrive_when_the_network_is_back(
    emulator: RunningEmulator,
) -> None:
    connection = connected(emulator)
    emulator.control("network", state="down", live="hang")
    before = emulator.control("status")["calls"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(call, connection, emulator)
        with pytest.raises(ConnectionRefusedError):
            emulator.request("GET", "/profile")
        assert emulator.control("status")["calls"] == before
        emulator.control("network", state="up")
        assert waiting.result(10) == 200
    connection.close()


def test_an_answer_on_its_way_is_lost_though_the_write_took_effect(
    emulator: RunningEmulator,
) -> None:
    racer = next(reversed(emulator.profiles()))
    emulator.control("latency", ms=300)
    body = {"profileId": racer, "maxTotalComputeMinutes": 4321}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(emulator.request, "PATCH", "/profile", body, timeout=1.0)
        eventually(lambda: emulator.control("status")["under_way"] == 1)
        emulator.control("network", state="down", live="hang")
        with pytest.raises(TimeoutError):
            waiting.result(10)
    emulator.control("latency", ms=0)
    assert emulator.profiles()[racer]["maxTotalComputeMinutes"] == 4321


def test_the_port_stays_ours_while_the_network_is_down(emulator: RunningEmulator) -> None:
    emulator.control("network", state="down", new="refuse")
    port = urlsplit(emulator.api).port
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other,
        pytest.raises(OSError, match="in use"),
    ):
        other.bind(("127.0.0.1", port))
    for _ in range(3):
        emulator.control("network", state="up")
        assert emulator.request("GET", "/profile").status == 200
        emulator.control("network", state="down", new="refuse")


def test_going_down_twice_takes_the_later_mode(emulator: RunningEmulator) -> None:
    emulator.control("network", state="down", new="refuse")
    emulator.control("network", state="down", new="hang")
    with pytest.raises(TimeoutError):
        emulator.request("GET", "/profile", timeout=0.3)


def test_a_planned_outage_begins_and_ends_by_itself() -> None:
    with running_emulator(racers=1, outages=[(0.3, 0.5)]) as emulator:

        def network() -> str:
            state: str = emulator.control("status")["network"]
            return state

        eventually(lambda: network() == "down")
        with pytest.raises(ConnectionRefusedError):
            emulator.request("GET", "/profile")
        eventually(lambda: network() == "up")
        assert emulator.request("GET", "/profile").status == 200
