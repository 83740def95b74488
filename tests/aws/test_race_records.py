"""How races, rankings, queues and states are read from what a deployment answers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from drtui.domain.live_races import LiveState, QueueItem
from drtui.domain.races import ListedRace, Ranking
from tests.aws.conftest import OpenGateway
from tests.aws.race_calling import DEFINITION, FIRST, LISTED, OTHER, RACE, STATE, SUBMISSION
from tests.aws.scripted import ScriptedServer, answer

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
