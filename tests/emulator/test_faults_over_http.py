"""Each failure that can be asked for arrives as it would from a real deployment."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPException, IncompleteRead
from urllib.parse import urlsplit

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator, signed_headers
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5, lag_ms=0) as running:
        yield running


@pytest.fixture
def emulator(shared: RunningEmulator) -> Iterator[RunningEmulator]:
    yield shared
    shared.control("clear")
    shared.control("latency", ms=0)
    shared.control("throttle", per_second=0)
    shared.control("calls", clear=True)


@pytest.fixture
def racer(emulator: RunningEmulator) -> str:
    profile_id = next(reversed(emulator.profiles()))
    emulator.control("set", profile_id=profile_id, maxTotalComputeMinutes=1)
    return profile_id


def patch(emulator: RunningEmulator, profile_id: str, minutes: int, timeout: float = 20) -> Reply:
    body = {"profileId": profile_id, "maxTotalComputeMinutes": minutes}
    return emulator.request("PATCH", "/profile", body, timeout=timeout)


def minutes(emulator: RunningEmulator, profile_id: str) -> int:
    found: int = emulator.profiles()[profile_id]["maxTotalComputeMinutes"]
    return found


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503, 504])
def test_the_next_calls_fail_with_a_status_and_change_nothing(
    emulator: RunningEmulator, racer: str, status: int
) -> None:
    emulator.control("fail", method="PATCH", path="/profile", times=2, status=status)
    assert emulator.request("GET", "/profile").status == 200
    assert [patch(emulator, racer, 2).status for _ in range(2)] == [status, status]
    assert minutes(emulator, racer) == 1
    assert patch(emulator, racer, 2).status == 200


def test_the_error_type_and_the_body_can_be_chosen(emulator: RunningEmulator, racer: str) -> None:
    emulator.control(
        "fail", status=403, error_type="ForbiddenException", body={"message": "Forbidden"}
    )
    reply = patch(emulator, racer, 2)
    assert (reply.error_type, reply.json()) == ("ForbiddenException", {"message": "Forbidden"})
    emulator.control("fail", status=200, body="not json")
    assert patch(emulator, racer, 2).body == b"not json"


@pytest.mark.parametrize(("how", "left"), [("reset", 1), ("reset_after", 2)])
def test_a_reset_comes_before_or_after_the_write(
    emulator: RunningEmulator, racer: str, how: str, left: int
) -> None:
    emulator.control("fail", how=how)
    with pytest.raises(ConnectionResetError):
        patch(emulator, racer, 2)
    assert minutes(emulator, racer) == left
    assert patch(emulator, racer, 3).status == 200


@pytest.mark.parametrize(("how", "left"), [("hang", 1), ("timeout", 2)])
def test_a_call_can_go_unanswered_until_the_client_gives_up(
    emulator: RunningEmulator, racer: str, how: str, left: int
) -> None:
    emulator.control("fail", how=how, end="hang")
    with pytest.raises(TimeoutError):
        patch(emulator, racer, 2, timeout=0.3)
    assert minutes(emulator, racer) == left
    eventually(lambda: emulator.control("status")["under_way"] == 0)
    (call,) = emulator.control("calls", method="PATCH")["calls"]
    assert (call["status"], call["applied"]) == ("unanswered", how == "timeout")


def test_a_timeout_can_end_as_504_though_the_write_took_effect(
    emulator: RunningEmulator, racer: str
) -> None:
    emulator.control("fail", how="timeout", end="504", seconds=0.1)
    reply = patch(emulator, racer, 2)
    assert (reply.status, reply.json()) == (504, {"message": "Endpoint request timed out"})
    assert minutes(emulator, racer) == 2


def test_a_call_can_take_effect_long_after_its_connection_broke(
    emulator: RunningEmulator, racer: str
) -> None:
    emulator.control("fail", how="late", seconds=0.4)
    with pytest.raises(ConnectionResetError):
        patch(emulator, racer, 2)
    assert minutes(emulator, racer) == 1
    eventually(lambda: minutes(emulator, racer) == 2)


def test_a_truncated_body_breaks_off_half_way(emulator: RunningEmulator, racer: str) -> None:
    emulator.control("fail", how="truncated")
    with pytest.raises(IncompleteRead) as broken:
        patch(emulator, racer, 2)
    assert 0 < len(broken.value.partial) < len(patch(emulator, racer, 2).body)


def test_a_large_answer_can_be_truncated_too(emulator: RunningEmulator) -> None:
    for number in range(30):
        emulator.control("invite", email=f"long.{number}@example.org")
    emulator.control("fail", how="truncated", path="/profiles")
    with pytest.raises(IncompleteRead):
        emulator.request("GET", "/profiles")


def test_an_unescaped_message_breaks_the_json(emulator: RunningEmulator, racer: str) -> None:
    emulator.control("fail", how="unescaped", message='enum (["a","b"])')
    reply = patch(emulator, racer, 2)
    assert (reply.status, reply.error_type) == (400, "BadRequestException")
    assert b'enum (["a","b"])' in reply.body
    with pytest.raises(ValueError, match="delimiter"):
        reply.json()


def test_a_captive_portal_answers_for_the_deployment(emulator: RunningEmulator, racer: str) -> None:
    emulator.control("fail", how="portal")
    reply = patch(emulator, racer, 2)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.body.startswith(b"<!doctype html>")
    assert minutes(emulator, racer) == 1


def test_latency_is_added_to_every_answer(emulator: RunningEmulator) -> None:
    emulator.control("latency", ms=150)
    before = time.monotonic()
    assert emulator.request("GET", "/profile").status == 200
    assert time.monotonic() - before >= 0.15


def test_calls_can_fail_by_chance(emulator: RunningEmulator) -> None:
    emulator.control("fail_rate", rate=1.0)
    for _ in range(20):
        try:
            assert emulator.request("GET", "/profile").status in (429, 500, 502, 503)
        except (ConnectionResetError, HTTPException):
            continue
    emulator.control("clear")
    assert emulator.request("GET", "/profile").status == 200


def test_profile_changes_above_a_rate_are_throttled(emulator: RunningEmulator, racer: str) -> None:
    emulator.control("throttle", per_second=3)
    statuses = [patch(emulator, racer, 2).status for _ in range(20)]
    assert statuses.count(429) >= 10
    assert statuses.count(200) >= 3
    assert emulator.request("GET", "/profile").status == 200


def test_the_log_tells_who_did_what_and_how_it_ended(emulator: RunningEmulator, racer: str) -> None:
    emulator.control("fail", status=503, method="PATCH")
    patch(emulator, racer, 7)
    patch(emulator, racer, 7)
    emulator.request("GET", "/profiles?token=xyz", role="facilitator")
    calls = emulator.control("calls")
    assert calls["total"] == 3
    shown = [
        (each["method"], each["path"], each["query"], each["status"], each["who"], each["fault"])
        for each in calls["calls"]
    ]
    assert shown == [
        ("PATCH", "/profile", "", 503, None, "status"),
        ("PATCH", "/profile", "", 200, "dr-admins", None),
        ("GET", "/profiles", "token=xyz", 403, "dr-race-facilitators", None),
    ]
    assert json.loads(calls["calls"][1]["body"])["maxTotalComputeMinutes"] == 7
    assert [each["applied"] for each in calls["calls"]] == [False, True, False]
    assert len(emulator.control("calls", method="PATCH", last=1)["calls"]) == 1


def test_clients_that_die_in_the_middle_of_a_call_do_no_harm(
    emulator: RunningEmulator, racer: str
) -> None:
    emulator.control("latency", ms=50)
    url = emulator.api + "/profile"
    body = json.dumps({"profileId": racer, "maxTotalComputeMinutes": 9}).encode()
    headers = signed_headers("PATCH", url, body, emulator.keys())
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"PATCH /prod/profile HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
    address = urlsplit(url)
    for cut in (10, len(request) - 1, len(request), len(request) + 5, len(request) + len(body)):
        with closing(socket.create_connection((address.hostname, address.port))) as connection:
            connection.sendall((request + body)[:cut])
    emulator.control("latency", ms=0)
    eventually(lambda: emulator.control("status")["under_way"] == 0)
    assert patch(emulator, racer, 3).status == 200
