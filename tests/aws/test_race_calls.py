"""The calls about races: what is sent, which success is believed, and how records are read."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from drtui.aws.gateway import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_documents import definition_from, meets
from drtui.domain.races import Definition, Direction, ListedRace, ObjectPosition, Ranking
from tests.aws.conftest import PATIENT, OpenGateway
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.emulator import RunningEmulator, running_emulator

RACE = "lb0000000000006"
OTHER = "lb0000000000007"
SUBMISSION = "iy8A3GxEs6LpqzZ"
FIRST = "wwIXi34DSLtr07j"
DEFINITION = Definition(
    "Friday",
    datetime(2099, 1, 8, 9, 0, tzinfo=UTC),
    datetime(2099, 1, 8, 17, 0, 0, 500_999, tzinfo=UTC),
    "reinvent_base",
    Direction.COUNTER_CLOCKWISE,
)
DOCUMENT: dict[str, Any] = {
    "name": "Friday",
    "openTime": "2099-01-08T09:00:00Z",
    "closeTime": "2099-01-08T17:00:00.500Z",
    "trackConfig": {"trackId": "reinvent_base", "trackDirection": "COUNTER_CLOCKWISE"},
    "raceType": "TIME_TRIAL",
    "maxSubmissionsPerUser": 5,
    "resettingBehaviorConfig": {"continuousLap": True},
    "submissionTerminationConditions": {"minimumLaps": 1, "maximumLaps": 3},
    "timingMethod": "BEST_LAP_TIME",
    "isLive": False,
}
LISTED: dict[str, Any] = DOCUMENT | {"leaderboardId": RACE}
ITEM: dict[str, Any] = {"submissionId": SUBMISSION, "queuePosition": "Zz"}
STATE: dict[str, Any] = {"race": {"leaderboardId": RACE}, "queue": {}, "rankings": []}

Call = Callable[[DeploymentRaces], object]
LISTINGS: dict[str, Call] = {
    "leaderboards": lambda races: races.races(),
    "rankings": lambda races: races.rankings(RACE),
    "items": lambda races: races.live_queue(RACE),
}
READS: dict[str, Call] = LISTINGS | {
    "one": lambda races: races.race(RACE),
    "state": lambda races: races.live_state(RACE),
}
SILENT: dict[str, Call] = {
    "switch": lambda races: races.switch(RACE, auto_launch=True),
    "delete": lambda races: races.delete(RACE),
    "remove": lambda races: races.remove(RACE, SUBMISSION),
    "reset model": lambda races: races.reset_model(RACE, SUBMISSION),
    "reset all": lambda races: races.reset_all(RACE),
    "launch": lambda races: races.launch(RACE),
    "winner": lambda races: races.declare_winner(RACE),
}
CHANGES: dict[str, Call] = SILENT | {
    "create": lambda races: races.create(DEFINITION),
    "edit": lambda races: races.edit(RACE, DEFINITION),
    "reorder": lambda races: races.reorder(RACE, SUBMISSION),
}


def failure_of(call: Callable[[], object]) -> DeploymentError:
    with pytest.raises(DeploymentError) as caught:
        call()
    return caught.value


def refused(status: int, code: str, body: object) -> Step:
    return answer(body, status=status, x_amzn_errortype=code)


def sent_to(server: ScriptedServer) -> list[tuple[str, str, object]]:
    return [
        (one.method, one.target.removeprefix("/prod"), json.loads(one.body or "null"))
        for one in server.requests
    ]


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


# What is read


def test_a_race_is_read_as_far_as_it_can_be(server: ScriptedServer, opened: OpenGateway) -> None:
    whole = LISTED | {
        "name": "m\ud800",
        "timingMethod": "FASTEST_TURN",
        "participantCount": "12",
        "liveEventStatus": "RESTING",
        "autoLaunchEnabled": False,
        "submissionPeriodOpen": True,
        "closeTime": "2099-01-08T17:00:00.500Z",
        "later": {"\ud800": [10**30, 1.5]},
    }
    odd: dict[str, Any] = dict.fromkeys(whole, 7) | LISTED
    odd |= {"participantCount": -4, "isLive": "yes", "leaderboardId": OTHER}
    unusable: list[Any] = [None, 5, {}, LISTED | {"leaderboardId": None}]
    unusable += [LISTED | {"name": None}, LISTED | {"openTime": "soon"}, LISTED | {"closeTime": 5}]
    server.script(answer({"leaderboards": [whole, odd, *unusable]}))
    first, second = opened(server.url).races.races().races
    name = "m\N{REPLACEMENT CHARACTER}"
    closes = DEFINITION.closes_at.replace(microsecond=500_000)
    expected = replace(DEFINITION, name=name, closes_at=closes, timing="FASTEST_TURN")
    assert first == ListedRace(
        RACE,
        expected,
        12,
        "RESTING",
        auto_launch=False,
        submissions_open=True,
        document=whole | {"name": name, "later": {"\N{REPLACEMENT CHARACTER}": [None, 1.5]}},
    )
    assert second.race_id == OTHER
    assert (second.participants, second.live_status) == (None, "")
    assert (second.auto_launch, second.submissions_open) == (None, None)
    assert not second.definition.live


def test_what_is_left_out_is_logged(
    server: ScriptedServer, opened: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(answer({"leaderboards": [LISTED, {"leaderboardId": OTHER}]}))
    page = opened(server.url).races.races()
    assert (len(page.races), page.whole) == (1, False)
    assert "1 of 2 races have no id, name or times; left out" in caplog.text


def test_what_is_nested_too_deep_is_not_kept(server: ScriptedServer, opened: OpenGateway) -> None:
    nested: Any = "core"
    for _ in range(300):
        nested = [nested]
    server.script(answer({"leaderboard": LISTED | {"later": nested}}))
    race = opened(server.url).races.race(RACE)
    assert "core" not in repr(race.document)
    assert race.definition.name == "Friday"


def test_a_ranking_is_read_as_far_as_it_can_be(server: ScriptedServer, opened: OpenGateway) -> None:
    stats = {
        "avgLapTime": 9537.4,
        "avgResets": 1,
        "bestLapTime": 9037,
        "collisionCount": 0,
        "completedLapCount": 3,
        "offTrackCount": 2,
        "resetCount": 1,
        "totalLapTime": 28011,
    }
    whole = {
        "rank": 1,
        "rankingScore": 9037,
        "stats": stats,
        "submissionNumber": 2,
        "submittedAt": "2026-11-21T08:05:45.617Z",
        "userProfile": {"alias": "Bashir-1", "avatar": {"top": "Helmet"}},
        "videoUrl": "https://files.example/v.mp4?X-Amz-Signature=deadbeef",
    }
    odd = dict.fromkeys(whole, -1) | {"rank": "2", "stats": dict.fromkeys(stats, "many")}
    unusable = [None, 5, {}, whole | {"rank": 0}, whole | {"rank": None}]
    server.script(answer({"rankings": [whole, odd, *unusable]}))
    first, second = opened(server.url).races.rankings(RACE).rankings
    at = datetime(2026, 11, 21, 8, 5, 45, 617_000, tzinfo=UTC)
    url = whole["videoUrl"]
    assert isinstance(url, str)
    assert first == Ranking(1, "Bashir-1", 9037, 2, at, 3, 1, 2, 0, 9037, 9537, 28011, url)
    assert "deadbeef" not in repr(first)
    assert second == Ranking(2, "")


def test_a_queue_is_read_in_the_order_of_its_positions(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    whole = {
        "avatar": {},
        "leaderboardId": RACE,
        "modelId": "mdl000000000211",
        "modelName": "model-211",
        "participantName": "Lena-11",
        "profileId": "UFwKkQkRZIi7Lef",
        "queuePosition": "a0V",
        "resetCount": 2,
        "status": "RESTING",
        "submissionId": SUBMISSION,
        "submittedAt": "2026-11-21T08:05:47.209Z",
    }
    before = [{"submissionId": name, "queuePosition": name[0] + name[-1]} for name in ("Zz", "a0")]
    unusable: list[Any] = [None, [], {}, whole | {"submissionId": ""}]
    server.script(answer({"items": [whole, *reversed(before), *unusable]}))
    queue = opened(server.url).races.live_queue(RACE)
    assert [one.position for one in queue] == ["Zz", "a0", "a0V"]
    at = datetime(2026, 11, 21, 8, 5, 47, 209_000, tzinfo=UTC)
    assert queue[0] == QueueItem("Zz", "Zz", "", "", "", "")
    assert queue[-1] == QueueItem(
        SUBMISSION, "a0V", "UFwKkQkRZIi7Lef", "Lena-11", "model-211", "RESTING",
        "mdl000000000211", 2, at,
    )  # fmt: skip


def test_a_state_is_read_as_far_as_it_can_be(server: ScriptedServer, opened: OpenGateway) -> None:
    race = {
        "autoLaunchEnabled": True,
        "isLive": True,
        "leaderboardId": RACE,
        "liveEventStatus": "IN_PROGRESS",
        "name": "Final",
        "submissionPeriodOpen": False,
    }
    counts = {"completedModels": 1, "inProgressModels": 1, "pendingModels": 3, "totalModels": 5}
    row = {"rank": 1, "userProfile": {"alias": "Noor-13"}}
    current = {"submissionId": FIRST, "modelName": "fast"}
    whole = {"race": race, "queue": counts, "currentEvaluation": current, "rankings": [row, {}]}
    odd = {"race": {"leaderboardId": RACE}, "rankings": [], "currentEvaluation": {}, "queue": 5}
    server.script(answer(whole), answer(odd))
    races = opened(server.url).races
    assert races.live_state(RACE) == LiveState(
        RACE, "Final", "IN_PROGRESS", True, False, current, 5, 1, 3, 1,
        (Ranking(1, "Noor-13"),), "", race,
    )  # fmt: skip
    assert races.live_state(RACE) == LiveState(
        RACE, "", "", None, None, None, None, None, None, None, document={"leaderboardId": RACE}
    )


@pytest.mark.parametrize(
    ("winner", "named"),
    [
        (None, ""),
        ({}, ""),
        ("", ""),
        ("Mei-12", "Mei-12"),
        ({"rank": 1, "userProfile": {"alias": "Mei-12"}}, "Mei-12"),
        ({"alias": "Mei-12"}, "Mei-12"),
        ({"participantName": "Mei-12"}, "Mei-12"),
        ({"profileId": "ZW6FvHEgvGQS6zv"}, "Leader"),
    ],
)
def test_a_winner_is_whoever_is_named_else_whoever_leads(
    server: ScriptedServer, opened: OpenGateway, winner: object, named: str
) -> None:
    rankings = [{"rank": 1, "userProfile": {"alias": "Leader"}}]
    server.script(answer(STATE | {"rankings": rankings, "winner": winner}))
    assert opened(server.url).races.live_state(RACE).winner == named


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


# Against the embedded account


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    # Nothing ends by itself: time moves when control says so.
    with running_emulator(racers=220, lag_ms=0, speed=1e-6) as running:
        running.control("evaluations", seconds=100, failing_share=0)
        yield running


@pytest.fixture
def races(emulator: RunningEmulator, opened: OpenGateway) -> DeploymentRaces:
    keys = AwsCredentials(**emulator.keys("facilitator"))
    return opened(emulator.api, keys, timeouts=PATIENT, connections=8).races


@pytest.fixture
def show(emulator: RunningEmulator, races: DeploymentRaces) -> str:
    """A live race whose time has come, with four in its queue and submissions closed."""
    added = emulator.control("add_races", name="Show", opens_in=-3600, live_in=-60)
    race_id: str = added["race_ids"][0]
    emulator.control("enter", race_id=race_id, racers=4)
    races.switch(race_id, submissions_open=False)
    return race_id


def everything(races: DeploymentRaces) -> dict[str, ListedRace]:
    pages = [races.races()]
    while pages[-1].token is not None:
        pages.append(races.races(pages[-1].token))
    listed = [race for page in pages for race in page.races]
    assert [race.definition.closes_at for race in listed] == sorted(
        race.definition.closes_at for race in listed
    )
    return {race.race_id: race for race in listed}


def test_every_race_arrives_as_it_is(emulator: RunningEmulator, races: DeploymentRaces) -> None:
    emulator.control("add_races", count=150)
    found, truth = everything(races), emulator.control("races")["races"]
    assert found.keys() == truth.keys()
    assert len(found) > 150
    for race_id, race in found.items():
        assert race.definition == definition_from(truth[race_id]["definition"])
        assert race.live_status == (truth[race_id]["live_status"] or "")
        assert race.submissions_open == truth[race_id]["submissions_open"]
    one = next(race for race in found.values() if race.participants)
    assert races.race(one.race_id).definition == one.definition
    assert races.race(one.race_id).submissions_open is None


def test_a_leaderboard_is_read_to_its_end(
    emulator: RunningEmulator, races: DeploymentRaces
) -> None:
    longest = max(everything(races).values(), key=lambda race: race.participants or 0)
    pages = [races.rankings(longest.race_id)]
    while pages[-1].token is not None:
        pages.append(races.rankings(longest.race_id, pages[-1].token))
    rows = [row for page in pages for row in page.rankings]
    assert len(pages) > 1
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == longest.participants
    results = emulator.control("races")["races"][longest.race_id]["results"]
    assert [row.score for row in rows] == [each["score"] for each in results]
    assert all(row.alias and row.best_lap and row.total and row.video_url for row in rows)


@pytest.mark.parametrize("live", [False, True])
def test_a_race_is_created_edited_and_deleted(races: DeploymentRaces, live: bool) -> None:
    wanted = replace(
        DEFINITION,
        race_type="OBJECT_AVOIDANCE",
        objects=2,
        positions=(ObjectPosition(-1, 0.07), ObjectPosition(0.5, 0.2)),
        live=live,
        live_at=DEFINITION.opens_at if live else None,
    )
    race_id = races.create(wanted)
    assert meets(races.race(race_id).definition, wanted)
    assert meets(races.edit(race_id, replace(wanted, name="Saturday")).definition, wanted) is False
    assert races.race(race_id).definition.name == "Saturday"
    races.delete(race_id)
    assert failure_of(lambda: races.race(race_id)).kind is FailureKind.NOT_FOUND


def test_a_definition_that_is_refused_says_why(races: DeploymentRaces) -> None:
    swapped = replace(DEFINITION, opens_at=DEFINITION.closes_at, closes_at=DEFINITION.opens_at)
    failure = failure_of(lambda: races.create(swapped))
    assert failure.kind is FailureKind.INVALID
    assert failure.message == "Opening time cannot be after close time."
    on_the_moon = failure_of(lambda: races.create(replace(DEFINITION, track="moon")))
    assert on_the_moon.kind is FailureKind.INVALID
    assert '"moon"' in on_the_moon.message


def test_a_racer_reads_races_and_changes_none(
    emulator: RunningEmulator, opened: OpenGateway
) -> None:
    racer = opened(emulator.api, AwsCredentials(**emulator.keys("racer"))).races
    assert racer.races().races
    failure = failure_of(lambda: racer.create(DEFINITION))
    assert failure.kind is FailureKind.ROLE_NOT_ALLOWED


def test_a_show_is_run_to_its_winner(
    emulator: RunningEmulator, races: DeploymentRaces, show: str
) -> None:
    first, second, third, fourth = races.live_queue(show)
    assert races.reorder(show, fourth.submission_id).place < first.place
    races.reorder(show, fourth.submission_id, second.submission_id)
    order = [first, second, fourth, third]
    ids = [one.submission_id for one in races.live_queue(show)]
    assert ids == [one.submission_id for one in order]
    races.launch(show)
    state = races.live_state(show)
    assert (state.total, state.pending, state.in_progress, state.completed) == (4, 3, 1, 0)
    assert state.current is not None
    assert state.current["submissionId"] == first.submission_id
    races.reset_model(show, first.submission_id, "Wheels came off")
    assert races.live_queue(show)[0].resets == 1
    races.launch(show)
    emulator.control("evaluations", end=show)
    races.remove(show, third.submission_id)
    races.declare_winner(show)
    races.declare_winner(show)
    state = races.live_state(show)
    assert [row.alias for row in state.rankings] == [first.participant]
    assert (state.winner, state.live_status) == (first.participant, "COMPLETED")
    races.reset_all(show)
    assert {one.status for one in races.live_queue(show)} == {"PENDING"}
    assert races.live_state(show).winner == ""


def test_conflicts_are_told_apart(
    emulator: RunningEmulator, races: DeploymentRaces, show: str
) -> None:
    first, second, *_ = (one.submission_id for one in races.live_queue(show))
    races.launch(show)
    conflicts: list[Callable[[], object]] = [
        lambda: races.launch(show),
        lambda: races.declare_winner(show),
        lambda: races.remove(show, first),
        lambda: races.reorder(show, first, second),
    ]
    assert {failure_of(call).kind for call in conflicts} == {FailureKind.CONFLICT}
    # A conflict is a 500 there.
    waiting = failure_of(lambda: races.reset_model(show, second))
    assert waiting.kind is FailureKind.UNAVAILABLE
    assert failure_of(lambda: races.remove(show, "z" * 15)).kind is FailureKind.NOT_FOUND


def test_of_two_marshals_one_launches(races: DeploymentRaces, show: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(races.launch, show) for _ in range(2)]
    refusals = [outcome.exception() for outcome in outcomes]
    (refusal,) = [error for error in refusals if error is not None]
    assert isinstance(refusal, DeploymentError)
    assert refusal.kind is FailureKind.CONFLICT
    assert races.live_state(show).in_progress == 1
