"""The calls about races: what is sent, which success is believed, and what refusals mean."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from drtui.domain.failures import FailureKind
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_documents import definition_from, meets
from drtui.domain.races import ObjectPosition
from tests.aws.conftest import OpenGateway
from tests.aws.race_calling import (
    CHANGES,
    DEFINITION,
    DOCUMENT,
    FIRST,
    ITEM,
    LISTED,
    LISTINGS,
    OTHER,
    RACE,
    READS,
    SILENT,
    STATE,
    SUBMISSION,
    failure_of,
    refused,
    sent_to,
)
from tests.aws.scripted import End, ScriptedServer, Step, answer


def test_each_reading_is_asked_for_as_the_deployment_takes_it(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    server.script(
        answer({"leaderboards": [], "token": "a=b"}),
        answer({"leaderboards": []}),
        answer({"leaderboard": LISTED}),
        answer({"rankings": [], "token": "c+d="}),
        answer({"rankings": []}),
        answer(STATE),
        answer({"items": []}),
    )
    races: DeploymentRaces = opened(server.url).races
    assert races.races().token == "a=b"
    assert races.races("a=b").token is None
    assert races.race(RACE).race_id == RACE
    assert races.rankings(RACE).token == "c+d="
    assert races.rankings(RACE, "c+d=").token is None
    assert races.live_state(RACE).race_id == RACE
    assert races.live_queue(RACE) == ()
    assert sent_to(server) == [
        ("GET", "/leaderboards", None),
        ("GET", "/leaderboards?token=a%3Db", None),
        ("GET", f"/leaderboards/{RACE}", None),
        ("GET", f"/leaderboards/{RACE}/rankings", None),
        ("GET", f"/leaderboards/{RACE}/rankings?token=c%2Bd%3D", None),
        ("GET", f"/leaderboards/{RACE}/liveState", None),
        ("GET", f"/leaderboards/{RACE}/liveQueue", None),
    ]


def test_each_change_is_sent_as_the_deployment_takes_it(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    silent = answer(b"")
    server.script(
        answer({"leaderboardId": RACE}), answer({"leaderboard": LISTED}), *[silent] * 2,
        answer({"item": ITEM}), answer({"item": ITEM}), *[silent] * 6,
    )  # fmt: skip
    races: DeploymentRaces = opened(server.url).races
    assert races.create(DEFINITION) == RACE
    assert races.edit(RACE, DEFINITION).race_id == RACE
    in_berlin = datetime(2099, 1, 8, 11, 0, 0, 1_999, tzinfo=timezone(timedelta(hours=1)))
    races.switch(RACE, auto_launch=False, submissions_open=True, live_at=in_berlin)
    races.delete(RACE)
    assert races.reorder(RACE, SUBMISSION).position == "Zz"
    races.reorder(RACE, SUBMISSION, FIRST)
    races.remove(RACE, SUBMISSION)
    races.reset_model(RACE, SUBMISSION)
    races.reset_model(RACE, SUBMISSION, "Wheels came off")
    races.reset_all(RACE)
    races.launch(RACE)
    races.declare_winner(RACE)
    switched = {
        "autoLaunchEnabled": False,
        "submissionPeriodOpen": True,
        "liveEventTime": "2099-01-08T10:00:00.001Z",
    }
    queue = f"/leaderboards/{RACE}/liveQueue"
    moved = {"submissionId": SUBMISSION}
    assert sent_to(server) == [
        ("POST", "/leaderboards", {"leaderboardDefinition": DOCUMENT}),
        ("PATCH", f"/leaderboards/{RACE}", {"leaderboardDefinition": DOCUMENT}),
        ("PATCH", f"/leaderboards/{RACE}", switched),
        ("DELETE", f"/leaderboards/{RACE}", None),
        ("POST", f"{queue}/reorder", moved),
        ("POST", f"{queue}/reorder", moved | {"afterSubmissionId": FIRST}),
        ("DELETE", f"{queue}/{SUBMISSION}", None),
        ("POST", f"{queue}/{SUBMISSION}/resetModel", {}),
        ("POST", f"{queue}/{SUBMISSION}/resetModel", {"reason": "Wheels came off"}),
        ("POST", f"{queue}/resetAll", None),
        ("POST", f"{queue}/launch", None),
        ("POST", f"/leaderboards/{RACE}/declareWinner", None),
    ]


@pytest.mark.parametrize(
    ("switched", "sent"),
    [
        ({"auto_launch": True}, {"autoLaunchEnabled": True}),
        ({"submissions_open": False}, {"submissionPeriodOpen": False}),
        ({"live_at": DEFINITION.opens_at}, {"liveEventTime": "2099-01-08T09:00:00Z"}),
    ],
)
def test_a_switch_says_nothing_of_what_it_leaves(
    server: ScriptedServer, opened: OpenGateway, switched: dict[str, Any], sent: dict[str, Any]
) -> None:
    server.script(answer({"leaderboard": {"leaderboardId": RACE}}))
    opened(server.url).races.switch(RACE, **switched)
    assert json.loads(server.requests[0].body) == sent


def test_a_switch_of_nothing_is_not_sent(server: ScriptedServer, opened: OpenGateway) -> None:
    with pytest.raises(ValueError, match="nothing to change"):
        opened(server.url).races.switch(RACE)
    assert server.requests == []


def test_a_definition_is_sent_whole(server: ScriptedServer, opened: OpenGateway) -> None:
    wanted = replace(
        DEFINITION,
        race_type="OBJECT_AVOIDANCE",
        description="Mind the boxes",
        objects=2,
        positions=(ObjectPosition(-1, 0.07), ObjectPosition(0.5, 0.2)),
        collision_penalty=5.0,
        off_track_penalty=2.5,
        max_minutes=10.0,
        live=True,
        live_at=DEFINITION.opens_at,
        max_resets=3,
    )
    server.script(answer({"leaderboardId": RACE}))
    opened(server.url).races.create(wanted)
    body = json.loads(server.requests[0].body)
    assert body["leaderboardDefinition"]["objectAvoidanceConfig"]["objectPositions"] == [
        {"laneNumber": -1, "trackPercentage": 0.07},
        {"laneNumber": 0.5, "trackPercentage": 0.2},
    ]
    read_back = definition_from(body["leaderboardDefinition"])
    assert read_back is not None
    assert meets(read_back, wanted)


# Which success is believed


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("entries", [None, {}, [{}, 1]])
def test_a_listing_of_which_nothing_can_be_used_is_no_empty_one(
    server: ScriptedServer, opened: OpenGateway, name: str, entries: object
) -> None:
    server.script(answer({name: entries}))
    failure = failure_of(lambda: LISTINGS[name](opened(server.url).races))
    assert failure.kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("token", ["", "same", 5, {}])
def test_a_token_that_leads_nowhere_does_not_end_a_listing(
    server: ScriptedServer, opened: OpenGateway, token: object
) -> None:
    server.script(answer({"leaderboards": [], "token": token}))
    server.script(answer({"rankings": [], "token": token}))
    races = opened(server.url).races
    assert failure_of(lambda: races.races("same")).kind is FailureKind.UNAVAILABLE
    assert failure_of(lambda: races.rankings(RACE, "same")).kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("race", [{}, [], LISTED | {"leaderboardId": OTHER}])
def test_another_race_than_asked_for_is_not_believed(
    server: ScriptedServer, opened: OpenGateway, race: object
) -> None:
    body = answer({"leaderboard": race})
    server.script(body, body, body, answer({"race": race, "rankings": []}))
    races = opened(server.url).races
    assert failure_of(lambda: races.race(RACE)).kind is FailureKind.UNAVAILABLE
    edited = failure_of(lambda: races.edit(RACE, DEFINITION))
    assert edited.kind is FailureKind.OUTCOME_UNKNOWN
    switched = failure_of(lambda: races.switch(RACE, auto_launch=True))
    assert switched.kind is FailureKind.OUTCOME_UNKNOWN
    assert failure_of(lambda: races.live_state(RACE)).kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("race_id", [None, 5, "", "short", RACE + "/", {}])
def test_a_race_without_an_id_may_have_been_created(
    server: ScriptedServer, opened: OpenGateway, race_id: object
) -> None:
    server.script(answer({"leaderboardId": race_id}))
    failure = failure_of(lambda: opened(server.url).races.create(DEFINITION))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (500, "InternalFailure", {}),
        (502, "", {"message": "Internal server error"}),
        (503, "", b""),
        (504, "", {"message": "Endpoint request timed out"}),
    ],
)
def test_a_race_may_have_been_created_when_the_deployment_failed(
    server: ScriptedServer, opened: OpenGateway, status: int, code: str, body: object
) -> None:
    server.script(refused(status, code, body))
    failure = failure_of(lambda: opened(server.url).races.create(DEFINITION))
    assert (failure.kind, failure.status) == (FailureKind.OUTCOME_UNKNOWN, status)
    assert failure.message.endswith("; it is not known whether the change was made.")


@pytest.mark.parametrize("item", [None, {}, [], ITEM | {"submissionId": FIRST}])
def test_another_submission_than_was_moved_is_not_believed(
    server: ScriptedServer, opened: OpenGateway, item: object
) -> None:
    server.script(answer({"item": item}))
    failure = failure_of(lambda: opened(server.url).races.reorder(RACE, SUBMISSION))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize("body", [b"", {}, {"message": "done"}])
def test_changes_may_be_answered_with_nothing(
    server: ScriptedServer, opened: OpenGateway, name: str, body: object
) -> None:
    server.script(answer(body))
    assert SILENT[name](opened(server.url).races) is None


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(answer(b"<html>Welcome</html>", content_type="text/html"), id="a page"),
        pytest.param(answer([]), id="an array"),
        pytest.param(answer(b"", content_length="9", end=End.CLOSE), id="cut short"),
        pytest.param(Step(b"", End.RESET), id="reset"),
        pytest.param(answer({"message": "Endpoint request timed out"}, status=504), id="too late"),
    ],
)
def test_a_change_is_believed_only_when_it_is_answered_as_it_should_be(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step
) -> None:
    server.script(step)
    failure = failure_of(lambda: CHANGES[name](opened(server.url).races))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", ["create", "edit", "reorder"])
@pytest.mark.parametrize("body", [b"", {}])
def test_a_change_that_is_answered_is_not_believed_without(
    server: ScriptedServer, opened: OpenGateway, name: str, body: object
) -> None:
    server.script(answer(body))
    failure = failure_of(lambda: CHANGES[name](opened(server.url).races))
    assert failure.kind is FailureKind.OUTCOME_UNKNOWN


@pytest.mark.parametrize("name", [*READS, *CHANGES])
@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (refused(404, "NotFoundError", {"message": "No."}), FailureKind.NOT_FOUND),
        (refused(409, "ConflictError", {"message": "One runs."}), FailureKind.CONFLICT),
        (refused(400, "BadRequestError", {"message": "Not now."}), FailureKind.INVALID),
        (refused(400, "SerializationException", {}), FailureKind.INVALID),
        (
            refused(400, "BadRequestException", b'{"errorMessage": "Invalid: ["odd"]"}'),
            FailureKind.INVALID,
        ),
        (
            refused(400, "ValidationException", {"fieldList": [{"message": "No.", "path": "/m"}]}),
            FailureKind.INVALID,
        ),
        (
            refused(403, "AccessDeniedException", {"message": "User: x is not authorized to"}),
            FailureKind.ROLE_NOT_ALLOWED,
        ),
        (refused(403, "ForbiddenException", {"message": "Forbidden"}), FailureKind.BLOCKED),
        (refused(429, "", {}), FailureKind.THROTTLED),
    ],
)
def test_refusals_mean_what_they_mean_elsewhere(
    server: ScriptedServer, opened: OpenGateway, name: str, step: Step, kind: FailureKind
) -> None:
    server.script(step)
    call = (READS | CHANGES)[name]
    assert failure_of(lambda: call(opened(server.url).races)).kind is kind


@pytest.mark.parametrize("name", sorted((READS | CHANGES).keys() - {"create"}))
def test_a_failure_is_worth_another_try(
    server: ScriptedServer, opened: OpenGateway, name: str
) -> None:
    server.script(refused(500, "InternalFailure", {}))
    call = (READS | CHANGES)[name]
    assert failure_of(lambda: call(opened(server.url).races)).kind is FailureKind.UNAVAILABLE


@pytest.mark.parametrize("odd", ["", "short", "lb000000000000/", "..", "é" * 15, RACE + "\n"])
def test_what_cannot_be_an_id_is_never_part_of_a_call(
    server: ScriptedServer, opened: OpenGateway, odd: str
) -> None:
    races = opened(server.url).races
    calls: list[Callable[[], object]] = [
        lambda: races.race(odd),
        lambda: races.edit(odd, DEFINITION),
        lambda: races.switch(odd, auto_launch=True),
        lambda: races.delete(odd),
        lambda: races.rankings(odd),
        lambda: races.live_state(odd),
        lambda: races.live_queue(odd),
        lambda: races.reorder(odd, SUBMISSION),
        lambda: races.reorder(RACE, odd),
        lambda: races.reorder(RACE, SUBMISSION, odd),
        lambda: races.remove(odd, SUBMISSION),
        lambda: races.remove(RACE, odd),
        lambda: races.reset_model(odd, SUBMISSION),
        lambda: races.reset_model(RACE, odd),
        lambda: races.reset_all(odd),
        lambda: races.launch(odd),
        lambda: races.declare_winner(odd),
    ]
    assert {failure_of(call).kind for call in calls} == {FailureKind.INVALID}
    assert server.requests == []
