"""Answers about races observed on the deployment's own backend code, given to the gateway."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.races import Definition, Direction, LiveStatus, ObjectPosition, Ranking
from tests.aws.conftest import OpenGateway
from tests.aws.scripted import ScriptedServer
from tests.aws.test_observed import OBSERVED, step

CREATED = "FZNldh5Yt4fpKVw"
LIVE = "lb0000000000006"
CLOSED = "lb0000000000003"
FIFTH = "iy8A3GxEs6LpqzZ"
FIRST = "wwIXi34DSLtr07j"
FRIDAY = Definition(
    "Friday time trial",
    datetime(2027, 1, 8, 9, tzinfo=UTC),
    datetime(2027, 1, 8, 17, tzinfo=UTC),
    "reinvent_base",
    Direction.COUNTER_CLOCKWISE,
    continuous_lap=False,
    off_track_penalty=2.0,
)
CALLS: dict[str, Callable[[DeploymentRaces], object]] = {
    "create_race": lambda races: races.create(FRIDAY),
    "race": lambda races: races.race(CREATED),
    "delete_race": lambda races: races.delete(CREATED),
    "reorder": lambda races: races.reorder(LIVE, FIFTH),
}


def rows(note: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = OBSERVED[note]["answer"][name]
    return found


def milliseconds(number: int, at: datetime) -> datetime:
    return at.replace(microsecond=number * 1000)


def test_races_are_listed_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("races, first page"))
    page = opened(server.url).races.races()
    assert page.token == OBSERVED["races, first page"]["answer"]["token"]
    closed, objects, live = page.races
    assert closed.race_id == CLOSED
    assert (closed.participants, closed.submissions_open, closed.auto_launch) == (130, False, None)
    assert closed.definition == Definition(
        "Closed race",
        milliseconds(933, datetime(2026, 10, 22, 8, 5, 44, tzinfo=UTC)),
        milliseconds(933, datetime(2026, 11, 19, 8, 5, 44, tzinfo=UTC)),
        "reInvent2019_wide",
        Direction.COUNTER_CLOCKWISE,
        collision_penalty=5,
        off_track_penalty=2,
        max_minutes=10,
    )
    assert objects.definition.objects == 2
    assert objects.definition.positions == (ObjectPosition(1, 0.2), ObjectPosition(-1, 0.6))
    assert live.definition.live
    assert live.definition.max_resets == 3
    assert live.definition.live_at == milliseconds(
        947, datetime(2026, 11, 22, 8, 5, 44, tzinfo=UTC)
    )
    assert live.live_status == LiveStatus.SCHEDULED
    assert [race.document for race in page.races] == rows("races, first page", "leaderboards")


def test_a_race_is_created_read_edited_and_deleted_as_observed(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    notes = ["create", "read one", "edit", "delete"]
    server.script(*map(step, notes))
    races = opened(server.url).races
    assert races.create(FRIDAY) == CREATED
    read = races.race(CREATED)
    assert (read.definition, read.participants, read.submissions_open) == (FRIDAY, 0, None)
    renamed = replace(FRIDAY, name="Friday time trial 2")
    assert races.edit(CREATED, renamed).definition == renamed
    races.delete(CREATED)
    for note, request in zip(notes, server.requests, strict=True):
        assert request.target == "/prod" + OBSERVED[note]["path"]
        body = OBSERVED[note].get("body")
        if body is not None:  # that it is no live race may be said
            body = {"leaderboardDefinition": body["leaderboardDefinition"] | {"isLive": False}}
        assert json.loads(request.body or "null") == body


def test_the_queue_is_read_and_moved_in_as_observed(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(*map(step, ["live queue", "to the front", "behind another"]))
    races = opened(server.url).races
    queue = races.live_queue(LIVE)
    assert queue[0] == QueueItem(
        FIRST, "a0", "UFwKkQkRZIi7Lef", "Lena-11", "model-211", "PENDING", "mdl000000000211", 0,
        milliseconds(209, datetime(2026, 11, 21, 8, 5, 47, tzinfo=UTC)),
    )  # fmt: skip
    assert [one.position for one in queue] == ["a0", "a1", "a2"]
    front, behind = races.reorder(LIVE, FIFTH), races.reorder(LIVE, FIFTH, FIRST)
    assert front.place < queue[0].place < behind.place < queue[1].place
    assert (front.model, front.model_id) == ("model-215", "")
    for note, request in zip(["to the front", "behind another"], server.requests[1:], strict=True):
        assert request.target == "/prod" + OBSERVED[note]["path"]
        assert json.loads(request.body) == OBSERVED[note]["body"]


def test_the_live_state_is_read_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("live state"))
    assert opened(server.url).races.live_state(LIVE) == LiveState(
        LIVE,
        "Live ready to launch",
        LiveStatus.SCHEDULED,
        auto_launch=False,
        submissions_open=True,
        current=None,
        total=5,
        completed=0,
        pending=5,
        in_progress=0,
        document=OBSERVED["live state"]["answer"]["race"],
    )


def test_a_leaderboard_is_read_as_observed(server: ScriptedServer, opened: OpenGateway) -> None:
    server.script(step("rankings, first page"))
    page = opened(server.url).races.rankings(CLOSED)
    at = milliseconds(617, datetime(2026, 11, 21, 8, 5, 45, tzinfo=UTC))
    url = rows("rankings, first page", "rankings")[0]["videoUrl"]
    assert page.rankings[0] == Ranking(
        1, "Bashir-1", 9037, 2, at, 3, 2, 2, 0, 9037, 9537, 28011, url
    )
    assert [row.alias for row in page.rankings] == ["Bashir-1", "Chidi-2", "Dorothea-3"]
    assert page.token == OBSERVED["rankings, first page"]["answer"]["token"]
    assert server.requests[0].target == f"/prod/leaderboards/{CLOSED}/rankings"


@pytest.mark.parametrize(
    ("note", "kind", "message"),
    [
        ("create with the times swapped", "INVALID", "Opening time cannot be after close time."),
        ("create with an offset in the time", "INVALID", "HTTP 400 SerializationException"),
        ("create on an unknown track", "INVALID", 'instance value ("moon") not found in enum'),
        ("racer creates", "ROLE_NOT_ALLOWED", "The role dr-racers is not allowed to do this."),
        ("read it again", "NOT_FOUND", "Item not found."),
        ("null for the front is refused", "INVALID", "instance type (null)"),
    ],
)
def test_refusals_about_races_mean_what_they_meant(
    server: ScriptedServer, opened: OpenGateway, note: str, kind: str, message: str
) -> None:
    server.script(step(note))
    call = CALLS[OBSERVED[note]["call"]]
    with pytest.raises(DeploymentError) as caught:
        call(opened(server.url).races)
    failure = caught.value
    assert failure.kind is FailureKind[kind]
    assert message in failure.message
    assert "123456789012" not in failure.message
    assert (failure.status, failure.code) == (
        OBSERVED[note]["status"],
        OBSERVED[note]["error_type"],
    )
