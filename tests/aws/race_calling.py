"""What the tests of the calls about races share: a race, every call, and what was sent."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from drtui.domain.failures import DeploymentError
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.races import Definition, Direction
from tests.aws.scripted import ScriptedServer, Step, answer

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
