"""Calls observed on the deployment's own backend get the same answers here.

`observed.json` holds them, reduced: ids and people are placeholders, and a value in angle
brackets stands for any of its kind; a member whose name ends in `?` may be absent. The last
ones are observed behaviours of which there is no recorded call.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator, send, signed_headers

CALLS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("observed.json").read_text(encoding="utf-8")
)
FRIDAY = next(each["body"] for each in CALLS if each["note"] == "create")
STAFF = 3 + 3


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=250 - STAFF, lag_ms=0) as running:
        yield running


@pytest.fixture
def names(emulator: RunningEmulator) -> Iterator[dict[str, str]]:
    """A racer of 250 who looks like the observed one, and other things calls speak of."""
    own = emulator.request("GET", "/profile", role="racer").json()["profile"]["profileId"]
    everybody = emulator.profiles()
    racers = [each for each, row in everybody.items() if row["group"] == "dr-racers"]
    racers.remove(own)
    for profile_id in racers[: len(everybody) - 249]:
        emulator.control("delete", profile_id=profile_id)
    target = emulator.control("invite", email=f"{uuid4()}@example.org")["profile_id"]
    emulator.control(
        "set",
        profile_id=target,
        alias="Kwame-10",
        computeMinutesUsed=159,
        maxModelCount=None,
        maxTotalComputeMinutes=120,
    )
    trained = racers[-1]
    emulator.control("set", profile_id=trained, maxTotalComputeMinutes=-1, maxModelCount=-1)
    if not emulator.profiles()[trained]["storedModels"]:
        emulator.control("train", profile_id=trained)
    first = emulator.request("GET", "/profiles").json()["token"]
    second = emulator.request("GET", f"/profiles?token={quote(first)}").json()["token"]
    yield {
        "target": target,
        "trained": trained,
        "admin": emulator.request("GET", "/profile").json()["profile"]["profileId"],
        "token1": quote(first, safe=""),
        "token2": quote(second, safe=""),
    }
    emulator.control("settings", deploying_seconds=0)


@pytest.fixture
def races(emulator: RunningEmulator) -> dict[str, str]:
    """The observed race, a live one with five submissions, and one that is closed."""
    made = emulator.request("POST", "/leaderboards", FRIDAY, role="facilitator").json()
    (live,) = emulator.control(
        "add_races", name="Live ready to launch", opens_in=-3600, live_in=-60
    )["race_ids"]
    queue = emulator.control("enter", race_id=live, racers=5)["submission_ids"]
    rows = emulator.control("races")["races"].values()
    closed = next(each for each in rows if each["definition"]["name"] == "Warm-up sprint")
    for profile_id in list(emulator.profiles())[:101]:
        emulator.control("rank", race_id=closed["race_id"], profile_id=profile_id, score=9000)
    return {
        "race": made["leaderboardId"],
        "live": live,
        "first": queue[0],
        "fifth": queue[4],
        "closed": closed["race_id"],
    }


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, meant in names.items():
            value = value.replace(f"{{{name}}}", meant)
        return value
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    return value


def make_call(emulator: RunningEmulator, call: dict[str, Any], path: str, body: Any) -> Reply:
    data = b"" if body is None else json.dumps(body).encode()
    data = call["raw"].encode() if "raw" in call else data
    url = emulator.api + path
    who = call["who"]
    if who is None:
        return send(call["method"], url, {}, data)
    if who == "expired":
        keys = emulator.control("issue_keys")
        emulator.control("expire_keys", access_key=keys["access_key"])
    elif who == "forger":
        keys = emulator.keys() | {"secret_key": "guessed"}
    else:
        keys = emulator.keys(who)
    return send(call["method"], url, signed_headers(call["method"], url, data, keys), data)


def check(found: Any, expected: Any, where: str) -> None:
    if isinstance(expected, dict):
        assert isinstance(found, dict), where
        allowed = {key.removesuffix("?") for key in expected}
        required = {key for key in expected if not key.endswith("?")}
        assert required <= found.keys() <= allowed, where
        for key, value in expected.items():
            if key.removesuffix("?") in found:
                name = key.removesuffix("?")
                check(found[name], value, f"{where}.{name}")
    elif isinstance(expected, list) and expected[:1] == ["<each>"]:
        assert isinstance(found, list), where
        for number, value in enumerate(found):
            check(value, expected[1], f"{where}[{number}]")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for number, (value, wanted) in enumerate(zip(found, expected, strict=True)):
            check(value, wanted, f"{where}[{number}]")
    elif isinstance(expected, str) and re.fullmatch("<[a-z]+>", expected):
        check_kind(found, expected, where)
    else:
        assert found == expected, where
        assert type(found) is type(expected), where


def check_kind(found: Any, kind: str, where: str) -> None:
    match kind:
        case "<string>":
            assert isinstance(found, str), where
        case "<integer>":
            assert type(found) is int, where
        case "<number>":
            assert type(found) in (int, float), where
        case "<boolean>":
            assert isinstance(found, bool), where
        case "<object>":
            assert isinstance(found, dict), where
        case "<id>":
            assert re.fullmatch("[A-Za-z0-9]{15}", found), where
        case "<time>":
            assert found.endswith("Z"), where
            assert datetime.fromisoformat(found).tzinfo is not None, where
        case _:
            pytest.fail(f"{kind} at {where} is no kind")


@pytest.mark.parametrize("call", CALLS, ids=[each["note"] for each in CALLS])
def test_the_answer_is_the_observed_one(
    emulator: RunningEmulator,
    names: dict[str, str],
    request: pytest.FixtureRequest,
    call: dict[str, Any],
) -> None:
    if "leaderboards" in call["path"]:
        names |= request.getfixturevalue("races")
    for command in call.get("given", ()):
        emulator.control(**filled(command, names))
    for method, path, body in call.get("first", ()):
        assert emulator.request(method, path, body).status == 200
    path, body = filled(call["path"], names), filled(call.get("body"), names)
    reply = make_call(emulator, call, path, body)
    assert reply.status == call["status"], reply.body
    assert reply.error_type == call.get("error_type")
    assert reply.headers["content-type"] == "application/json"
    if call["answer"] is None:
        assert reply.body == b""
        return
    answer = reply.json()
    check(answer, filled(call["answer"], names), "answer")
    if "length" in call:
        (rows,) = (each for each in answer.values() if isinstance(each, list))
        assert len(rows) == call["length"]
