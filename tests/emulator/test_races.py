"""Races over HTTP: the rules, the pages, and what differs between releases."""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator, send

NOBODY = "z" * 15
TRIAL: dict[str, Any] = {
    "name": "Friday",
    "openTime": "2099-01-08T09:00:00Z",
    "closeTime": "2099-01-08T17:00:00.500Z",
    "trackConfig": {"trackId": "arctic_open", "trackDirection": "CLOCKWISE"},
    "raceType": "TIME_TRIAL",
    "maxSubmissionsPerUser": 5,
    "resettingBehaviorConfig": {"continuousLap": False},
    "submissionTerminationConditions": {"minimumLaps": 1, "maximumLaps": 3},
    "timingMethod": "TOTAL_TIME",
}
OBJECTS = TRIAL | {
    "raceType": "OBJECT_AVOIDANCE",
    "objectAvoidanceConfig": {
        "numberOfObjects": 2,
        "objectPositions": [
            {"laneNumber": -1, "trackPercentage": 0.07},
            {"laneNumber": 0.5, "trackPercentage": 0.2},
        ],
    },
}
LIVE = TRIAL | {"isLive": True, "liveEventTime": "2099-01-08T10:00:00Z"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    with running_emulator(racers=220, lag_ms=0) as running:
        yield running


@pytest.fixture(scope="module")
def later() -> Iterator[RunningEmulator]:
    with running_emulator(racers=5, lag_ms=0, deployment="1.3.1") as running:
        yield running


def changed(definition: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The definition with one value at a path; None takes it away."""
    result = copy.deepcopy(definition)
    *above, last = path.split(".")
    inner: Any = result
    for step in above:
        inner = inner[int(step) if step.isdigit() else step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return result


def create(emulator: RunningEmulator, definition: dict[str, Any], role: str = "admin") -> Reply:
    body = {"leaderboardDefinition": definition}
    return emulator.request("POST", "/leaderboards", body, role=role)


def made(emulator: RunningEmulator, definition: dict[str, Any]) -> str:
    found: str = create(emulator, definition).json()["leaderboardId"]
    return found


def read(emulator: RunningEmulator, race_id: str) -> dict[str, Any]:
    found: dict[str, Any] = emulator.request("GET", f"/leaderboards/{race_id}").json()[
        "leaderboard"
    ]
    return found


def edit(emulator: RunningEmulator, race_id: str, **body: Any) -> Reply:
    return emulator.request("PATCH", f"/leaderboards/{race_id}", body)


def add(emulator: RunningEmulator, **fields: Any) -> str:
    found: str = emulator.control("add_races", **fields)["race_ids"][0]
    return found


def listed(emulator: RunningEmulator) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    token: str | None = ""
    while token is not None:
        query = f"?token={quote(token, safe='')}" if token else ""
        page = emulator.request("GET", f"/leaderboards{query}", role="racer").json()
        rows += page["leaderboards"]
        token = page.get("token")
    return rows


@pytest.mark.parametrize("definition", [TRIAL, OBJECTS, LIVE], ids=["trial", "objects", "live"])
def test_what_was_sent_is_read_back(emulator: RunningEmulator, definition: dict[str, Any]) -> None:
    row = read(emulator, made(emulator, definition))
    assert row.items() >= definition.items()
    added = {"leaderboardId", "participantCount", "isLive"}
    if definition is LIVE:
        added |= {"maxResets", "liveEventStatus"}
        assert (row["maxResets"], row["liveEventStatus"]) == (3, "SCHEDULED")
    assert row.keys() == definition.keys() | added


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("name", "", "BadRequestException"),
        ("name", " ", "BadRequestException"),
        ("name", "n" * 65, "BadRequestException"),
        ("closeTime", None, "BadRequestException"),
        ("closeTime", "2099-01-08T17:00:00", "SerializationException"),
        ("closeTime", "2099-02-30T17:00:00Z", "SerializationException"),
        ("closeTime", "2099-01-08T09:00:00Z", "BadRequestError"),
        ("raceType", "HEAD_TO_HEAD", "BadRequestException"),
        ("raceType", "OBJECT_AVOIDANCE", "BadRequestError"),
        ("timingMethod", None, "BadRequestException"),
        ("maxSubmissionsPerUser", -1, "BadRequestException"),
        ("maxSubmissionsPerUser", 2**31, "SerializationException"),
        ("maxSubmissionsPerUser", 1.5, "BadRequestException"),
        ("trackConfig.trackId", "Monaco", "BadRequestError"),
        ("trackConfig.trackDirection", "UPWARDS", "BadRequestException"),
        ("submissionTerminationConditions.minimumLaps", 4, "BadRequestError"),
        ("submissionTerminationConditions.minimumLaps", 0, "BadRequestException"),
        ("resettingBehaviorConfig", None, "BadRequestException"),
    ],
)
def test_a_definition_against_the_rules_is_refused(
    emulator: RunningEmulator, path: str, value: Any, error: str
) -> None:
    definition = changed(TRIAL, path, value)
    if value == "Monaco":
        definition["trackConfig"]["trackDirection"] = "COUNTER_CLOCKWISE"
    before = len(listed(emulator))
    reply = create(emulator, definition)
    assert (reply.status, reply.error_type) == (400, error), reply.body
    assert len(listed(emulator)) == before


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("numberOfObjects", 7, "BadRequestException"),
        ("numberOfObjects", 1, "BadRequestError"),
        ("objectPositions.0.trackPercentage", 0.0699, "BadRequestException"),
        ("objectPositions.1.trackPercentage", 0.91, "BadRequestException"),
        ("objectPositions.1.trackPercentage", 0.1999, "BadRequestError"),
        ("objectPositions.1.laneNumber", 1.5, "BadRequestException"),
        ("objectPositions.1.laneNumber", "left", "BadRequestException"),
    ],
)
def test_objects_keep_their_distance(
    emulator: RunningEmulator, path: str, value: Any, error: str
) -> None:
    reply = create(emulator, changed(OBJECTS, f"objectAvoidanceConfig.{path}", value))
    assert (reply.status, reply.error_type) == (400, error), reply.body


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", None])
def test_a_live_race_is_in_the_future(emulator: RunningEmulator, at: str | None) -> None:
    reply = create(emulator, changed(LIVE, "liveEventTime", at))
    assert (reply.status, reply.error_type) == (400, "BadRequestError")


def test_creation_is_not_idempotent(emulator: RunningEmulator) -> None:
    assert made(emulator, TRIAL) != made(emulator, TRIAL)


def test_a_creation_can_take_effect_and_answer_a_failure(emulator: RunningEmulator) -> None:
    before = len(listed(emulator))
    emulator.control("fail", how="status_after", method="POST", path="/leaderboards", status=500)
    reply = create(emulator, TRIAL)
    assert (reply.status, reply.json()) == (500, {})
    assert len(listed(emulator)) == before + 1


def test_a_description_is_dropped_by_the_older_release_only(
    emulator: RunningEmulator, later: RunningEmulator
) -> None:
    described = TRIAL | {"description": "Bring snacks"}
    assert "description" not in read(emulator, made(emulator, described))
    assert read(later, made(later, described))["description"] == "Bring snacks"


def test_the_list_is_ordered_by_when_races_close_and_pages_can_be_joined(
    emulator: RunningEmulator,
) -> None:
    # All at one moment: what follows a page must not depend on the time alone.
    add(emulator, count=230, closes_in=90_000)
    rows = listed(emulator)
    ids = [each["leaderboardId"] for each in rows]
    assert len(ids) == len(set(ids)) == len(emulator.control("races")["races"]) > 200
    closing = [datetime.fromisoformat(each["closeTime"]) for each in rows]
    assert closing == sorted(closing)
    assert "=" in emulator.request("GET", "/leaderboards").json()["token"]


def test_a_full_last_page_is_followed_by_an_empty_one(later: RunningEmulator) -> None:
    add(later, count=100 - len(listed(later)))
    page = later.request("GET", "/leaderboards").json()
    token = quote(page["token"], safe="")
    assert len(page["leaderboards"]) == 100
    assert later.request("GET", f"/leaderboards?token={token}").json() == {"leaderboards": []}


def test_tokens_that_were_not_handed_out_are_failures(emulator: RunningEmulator) -> None:
    closed = next(each for each in listed(emulator) if each["participantCount"])["leaderboardId"]
    token = quote(emulator.request("GET", "/leaderboards").json()["token"], safe="")
    for path in (
        "/leaderboards?token=x",
        "/leaderboards?token=W10%3D",
        f"/leaderboards/{closed}/rankings?token=x",
        f"/leaderboards/{closed}/rankings?token={token}",
    ):
        reply = emulator.request("GET", path)
        assert (reply.status, reply.json()) == (500, {}), path


def test_whether_submissions_are_taken_is_told_by_the_list_only(emulator: RunningEmulator) -> None:
    race_id = made(emulator, LIVE)
    row = next(each for each in listed(emulator) if each["leaderboardId"] == race_id)
    assert row["submissionPeriodOpen"] is True
    assert "submissionPeriodOpen" not in read(emulator, race_id)
    answer = edit(emulator, race_id, submissionPeriodOpen=False).json()["leaderboard"]
    assert "submissionPeriodOpen" not in answer
    row = next(each for each in listed(emulator) if each["leaderboardId"] == race_id)
    assert row["submissionPeriodOpen"] is False


def test_ids_that_cannot_be_and_those_of_nobody(emulator: RunningEmulator) -> None:
    for path in ("", "/rankings", "/liveState", "/liveQueue"):
        none = emulator.request("GET", f"/leaderboards/{NOBODY}{path}")
        assert (none.status, none.error_type) == (404, "NotFoundError")
        bad = emulator.request("GET", f"/leaderboards/nobody{path}")
        assert (bad.status, bad.error_type) == (400, "ValidationException")


def test_an_edit_needs_something_and_not_both_kinds(emulator: RunningEmulator) -> None:
    race_id = made(emulator, LIVE)
    both = {"leaderboardDefinition": LIVE, "autoLaunchEnabled": True}
    for body in ({}, both):
        reply = edit(emulator, race_id, **body)
        assert (reply.status, reply.error_type) == (400, "BadRequestError")
    part = edit(emulator, race_id, leaderboardDefinition={"name": "n"})
    assert part.error_type == "BadRequestException"
    assert edit(emulator, made(emulator, TRIAL), autoLaunchEnabled=True).status == 400


def test_an_open_race_cannot_be_edited_with_the_older_release(emulator: RunningEmulator) -> None:
    race_id = add(emulator, opens_in=-60)
    shorter = emulator.control("races")["races"][race_id]["definition"]
    reply = edit(emulator, race_id, leaderboardDefinition=shorter | {"maxSubmissionsPerUser": 6})
    assert (reply.status, reply.error_type) == (400, "BadRequestError")


def test_end_and_submissions_of_an_open_race_can_be_edited_later(later: RunningEmulator) -> None:
    race_id = add(later, opens_in=-60)
    before = later.control("races")["races"][race_id]["definition"]
    allowed = before | {"maxSubmissionsPerUser": 6, "closeTime": "2099-01-01T00:00:00Z"}
    assert edit(later, race_id, leaderboardDefinition=allowed).status == 200
    assert read(later, race_id)["maxSubmissionsPerUser"] == 6
    for refused in ({"name": "other"}, {"closeTime": before["openTime"].replace("20", "19", 1)}):
        reply = edit(later, race_id, leaderboardDefinition=allowed | refused)
        assert (reply.status, reply.error_type) == (400, "BadRequestError")
    closed = add(later, opens_in=-60, closes_in=-30)
    reply = edit(later, closed, leaderboardDefinition=allowed)
    assert (reply.status, reply.error_type) == (400, "BadRequestError")


def test_a_live_race_can_be_edited_until_it_starts(emulator: RunningEmulator) -> None:
    race_id = add(emulator, opens_in=-60, live_in=3600)
    assert edit(emulator, race_id, leaderboardDefinition=LIVE).status == 200
    assert edit(emulator, race_id, liveEventTime="2099-01-08T11:00:00Z").status == 200
    assert read(emulator, race_id)["liveEventTime"] == "2099-01-08T11:00:00Z"
    assert edit(emulator, race_id, liveEventTime="2020-01-08T11:00:00Z").status == 400
    emulator.control("race", race_id=race_id, live_status="IN_PROGRESS")
    reply = edit(emulator, race_id, leaderboardDefinition=LIVE)
    assert (reply.status, reply.error_type) == (400, "BadRequestError")
    assert edit(emulator, race_id, liveEventTime="2099-01-08T12:00:00Z").status == 409


def test_a_race_is_deleted_unless_it_is_open(emulator: RunningEmulator) -> None:
    for opens, closes, status in ((60, 120, 200), (-60, 60, 400), (-120, -60, 200)):
        race_id = add(emulator, opens_in=opens, closes_in=closes)
        reply = emulator.request("DELETE", f"/leaderboards/{race_id}", role="facilitator")
        assert reply.status == status
        assert reply.body == b"" or status == 400
        gone = emulator.request("GET", f"/leaderboards/{race_id}").status == 404
        assert gone == (status == 200)


def test_a_live_race_needs_a_winner_before_it_is_deleted(emulator: RunningEmulator) -> None:
    race_id = add(emulator, opens_in=-60, live_in=-30)
    emulator.control("race", race_id=race_id, live_status="IN_PROGRESS")
    reply = emulator.request("DELETE", f"/leaderboards/{race_id}")
    assert (reply.status, reply.error_type) == (409, "ConflictError")
    emulator.control("race", race_id=race_id, live_status="COMPLETED")
    assert emulator.request("DELETE", f"/leaderboards/{race_id}").status == 200


def test_a_leaderboard_comes_in_pages_from_the_leader_on(emulator: RunningEmulator) -> None:
    row = next(each for each in listed(emulator) if each["name"] == "Warm-up sprint")
    path = f"/leaderboards/{row['leaderboardId']}/rankings"
    first = emulator.request("GET", path, role="racer").json()
    token = quote(first["token"], safe="")
    second = emulator.request("GET", f"{path}?token={token}", role="racer").json()
    rows = first["rankings"] + second["rankings"]
    assert "token" not in second
    assert len(first["rankings"]) == 100
    assert len(rows) == row["participantCount"] > 100
    assert [each["rank"] for each in rows] == list(range(1, len(rows) + 1))
    scores = [each["rankingScore"] for each in rows]
    assert scores == sorted(scores)
    assert all(each["rankingScore"] == each["stats"]["bestLapTime"] for each in rows)
    assert all(each.keys() >= {"userProfile", "submissionNumber"} for each in rows)
    assert all(each["userProfile"].keys() == {"alias", "avatar"} for each in rows)


def test_a_leaderboard_shows_what_racers_are_called_now(emulator: RunningEmulator) -> None:
    race_id = add(emulator, opens_in=-60)
    profile_id = next(iter(emulator.profiles()))
    emulator.control("rank", race_id=race_id, profile_id=profile_id, score=12345)
    emulator.control("set", profile_id=profile_id, alias="moderated")
    (row,) = emulator.request("GET", f"/leaderboards/{race_id}/rankings").json()["rankings"]
    assert (row["userProfile"]["alias"], row["rankingScore"]) == ("moderated", 12345)


def test_the_link_to_a_video_opens_it(emulator: RunningEmulator) -> None:
    race = next(each for each in listed(emulator) if each["name"] == "Qualifying")
    rows = emulator.request("GET", f"/leaderboards/{race['leaderboardId']}/rankings").json()
    reply = send("GET", rows["rankings"][0]["videoUrl"], {})
    assert (reply.status, b"ftyp" in reply.body) == (200, True)
    assert "X-Amz-Expires=3600" in rows["rankings"][0]["videoUrl"]
