"""Live races over HTTP: the queue, what runs, and every conflict."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.emulator import Reply, RunningEmulator, running_emulator

NOBODY = "z" * 15


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    # Nothing ends by itself: time moves when control says so.
    with running_emulator(racers=60, lag_ms=0, speed=1e-6) as running:
        running.control("evaluations", seconds=100, failing_share=0)
        yield running


class Show:
    """A live race with so many in its queue, and a marshal."""

    def __init__(self, emulator: RunningEmulator, racers: int, role: str = "facilitator") -> None:
        self.emulator = emulator
        self.role = role
        self.race_id = emulator.control("add_races", name="Show", opens_in=-3600, live_in=-60)[
            "race_ids"
        ][0]
        self.ids: list[str] = emulator.control("enter", race_id=self.race_id, racers=racers)[
            "submission_ids"
        ]
        emulator.control("race", race_id=self.race_id, submissions_open=False)

    def call(self, method: str, path: str, body: object = None) -> Reply:
        whole = f"/leaderboards/{self.race_id}{path}"
        return self.emulator.request(method, whole, body, role=self.role)

    def post(self, path: str, body: object = None) -> Reply:
        return self.call("POST", path, body)

    def launch(self) -> Reply:
        return self.post("/liveQueue/launch")

    def reset(self, submission_id: str) -> Reply:
        return self.post(f"/liveQueue/{submission_id}/resetModel", {"reason": "Wheels came off"})

    def move(self, submission_id: str, after: str | None = None) -> Reply:
        body = {"submissionId": submission_id}
        return self.post(
            "/liveQueue/reorder", body if after is None else body | {"afterSubmissionId": after}
        )

    def queue(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "/liveQueue").json()["items"]
        return found

    def order(self) -> list[str]:
        return [each["submissionId"] for each in self.queue()]

    def statuses(self) -> list[str]:
        return [each["status"] for each in self.queue()]

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", "/liveState").json()
        return found

    def switch(self, **body: Any) -> Reply:
        return self.call("PATCH", "", body)

    def end(self, fails: bool = False) -> None:
        self.emulator.control("evaluations", failing=int(fails), end=self.race_id)


def refused(reply: Reply) -> tuple[int, str | None]:
    return reply.status, reply.error_type


BROKEN = (400, "BadRequestError")
CONFLICT = (409, "ConflictError")
MISSING = (404, "NotFoundError")


def test_a_race_is_run_from_the_first_launch_to_the_winner(emulator: RunningEmulator) -> None:
    show = Show(emulator, 3)
    assert show.state()["race"]["liveEventStatus"] == "SCHEDULED"
    launched = show.launch()
    assert (launched.status, launched.body) == (200, b"")
    state = show.state()
    assert state["race"]["liveEventStatus"] == "IN_PROGRESS"
    assert state["currentEvaluation"]["submissionId"] == show.ids[0]
    assert state["queue"] == {
        "totalModels": 3,
        "completedModels": 0,
        "pendingModels": 2,
        "inProgressModels": 1,
    }
    show.end()
    assert show.launch().status == 200
    show.end(fails=True)
    assert show.statuses() == ["COMPLETED", "FAILED", "PENDING"]
    state = show.state()
    assert "currentEvaluation" not in state
    assert (len(state["rankings"]), "winner" in state) == (1, False)
    assert show.post("/declareWinner").status == 200
    assert show.post("/declareWinner").status == 200
    state = show.state()
    assert state["race"]["liveEventStatus"] == "COMPLETED"
    leader = state["rankings"][0]["userProfile"]["alias"]
    assert state["winner"]["userProfile"]["alias"] == leader == show.queue()[0]["participantName"]


def test_what_is_due_in_simulated_time_ends_by_itself(emulator: RunningEmulator) -> None:
    show = Show(emulator, 2)
    show.launch()
    emulator.control("clock", advance=50)
    assert show.statuses() == ["IN_PROGRESS", "PENDING"]
    emulator.control("clock", advance=60)
    assert show.statuses() == ["COMPLETED", "PENDING"]
    emulator.control("clock", advance=500)
    assert show.statuses() == ["COMPLETED", "PENDING"]


def test_with_auto_launch_one_follows_the_other(emulator: RunningEmulator) -> None:
    show = Show(emulator, 4)
    assert show.switch(autoLaunchEnabled=True).status == 200
    assert show.state()["race"]["autoLaunchEnabled"] is True
    assert show.statuses() == ["PENDING"] * 4
    show.launch()
    emulator.control("clock", advance=125)
    assert show.statuses() == ["COMPLETED", "IN_PROGRESS", "PENDING", "PENDING"]
    emulator.control("clock", advance=1000)
    assert show.statuses() == ["COMPLETED"] * 4


def test_launching_needs_its_time_closed_submissions_and_somebody(
    emulator: RunningEmulator,
) -> None:
    show = Show(emulator, 1)
    emulator.control("race", race_id=show.race_id, live_in=600)
    assert refused(show.launch()) == BROKEN
    emulator.control("race", race_id=show.race_id, live_in=-600)
    assert show.switch(submissionPeriodOpen=True).status == 200
    assert refused(show.launch()) == BROKEN
    assert show.switch(submissionPeriodOpen=False).status == 200
    assert show.launch().status == 200
    assert refused(show.launch()) == CONFLICT
    show.end()
    assert refused(show.launch()) == BROKEN
    show.post("/declareWinner")
    assert refused(show.launch()) == CONFLICT


def test_only_what_is_pending_can_be_moved(emulator: RunningEmulator) -> None:
    show = Show(emulator, 4)
    first, second, third, fourth = show.ids
    assert show.move(fourth).json()["item"]["queuePosition"] == "Zz"
    assert show.order() == [fourth, first, second, third]
    moved = show.move(fourth, first).json()["item"]
    assert (moved["queuePosition"], show.order()) == ("a0V", [first, fourth, second, third])
    assert show.move(first, third).status == 200
    assert show.order() == [fourth, second, third, first]
    assert refused(show.move(second, second)) == BROKEN
    assert refused(show.move(NOBODY)) == MISSING
    assert refused(show.move(second, NOBODY)) == MISSING
    assert show.move(second, "nobody").error_type == "BadRequestException"
    show.launch()
    assert refused(show.move(fourth)) == CONFLICT
    show.end()
    assert refused(show.move(fourth)) == CONFLICT
    assert show.move(first, fourth).status == 200
    assert show.order() == [fourth, first, second, third]


def test_what_runs_or_ran_cannot_be_removed(emulator: RunningEmulator) -> None:
    show = Show(emulator, 3)
    first, second, third = show.ids

    def remove(submission_id: str) -> Reply:
        return show.call("DELETE", f"/liveQueue/{submission_id}")

    show.launch()
    assert refused(remove(first)) == CONFLICT
    show.end()
    assert refused(remove(first)) == CONFLICT
    show.launch()
    show.end(fails=True)
    for each in (second, third):
        reply = remove(each)
        assert (reply.status, reply.body) == (200, b"")
    assert show.order() == [first]
    assert refused(remove(third)) == MISSING
    assert refused(remove("nobody")) == (400, "ValidationException")


def test_a_reset_waits_once_more_in_its_place_and_a_conflict_is_a_500(
    emulator: RunningEmulator,
) -> None:
    show = Show(emulator, 2)
    first, second = show.ids
    conflict = show.reset(first)
    assert (refused(conflict), conflict.json()) == ((500, "InternalFailure"), {})
    for resets in (1, 2, 3):
        show.launch()
        if resets == 2:
            show.end(fails=True)
        reply = show.reset(first)
        assert (reply.status, reply.body) == (200, b"")
        row = show.queue()[0]
        assert (row["submissionId"], row["resetCount"]) == (first, resets)
        assert show.statuses() == ["PENDING", "PENDING"]
    show.launch()
    assert show.reset(first).status == 500
    assert refused(show.reset(NOBODY)) == MISSING
    show.end()
    assert show.reset(first).status == 500
    assert show.post(f"/liveQueue/{second}/resetModel").status == 500


def test_a_reset_needs_no_reason(emulator: RunningEmulator) -> None:
    show = Show(emulator, 1)
    show.launch()
    assert show.post(f"/liveQueue/{show.ids[0]}/resetModel").status == 200


def test_resetting_all_begins_the_show_anew(emulator: RunningEmulator) -> None:
    show = Show(emulator, 3)
    show.launch()
    show.end()
    show.launch()
    reply = show.post("/liveQueue/resetAll")
    assert (reply.status, reply.body) == (200, b"")
    assert show.statuses() == ["PENDING"] * 3
    state = show.state()
    assert (state["rankings"], state["race"]["liveEventStatus"]) == ([], "SCHEDULED")
    emulator.control("clock", advance=500)
    assert show.statuses() == ["PENDING"] * 3
    assert show.launch().status == 200


def test_a_winner_needs_a_ranking_and_a_track_that_is_free(emulator: RunningEmulator) -> None:
    show = Show(emulator, 2)
    assert refused(show.post("/declareWinner")) == BROKEN
    show.launch()
    show.end()
    show.launch()
    assert refused(show.post("/declareWinner")) == CONFLICT
    show.end()
    assert show.post("/declareWinner").status == 200
    assert refused(show.switch(autoLaunchEnabled=True)) == CONFLICT


def test_two_marshals_at_once_leave_a_whole_order(emulator: RunningEmulator) -> None:
    show = Show(emulator, 8)

    def shuffle(seed: int) -> set[int]:
        rng = random.Random(seed)
        moves = [rng.sample(show.ids, 2) for _ in range(15)]
        return {show.move(one, other).status for one, other in moves}

    with ThreadPoolExecutor(2) as marshals:
        assert set.union(*marshals.map(shuffle, (1, 2))) == {200}
    rows = show.queue()
    positions = [each["queuePosition"].encode() for each in rows]
    assert positions == sorted(set(positions))
    assert sorted(each["submissionId"] for each in rows) == sorted(show.ids)


def test_a_race_that_is_not_live_has_no_queue(emulator: RunningEmulator) -> None:
    show = Show(emulator, 0)
    (race_id,) = emulator.control("add_races")["race_ids"]
    show.race_id = race_id
    for method, path in (
        ("GET", "/liveQueue"),
        ("GET", "/liveState"),
        ("POST", "/liveQueue/launch"),
        ("POST", "/liveQueue/resetAll"),
        ("POST", "/declareWinner"),
    ):
        assert refused(show.call(method, path)) == BROKEN


def test_racers_may_look_only(emulator: RunningEmulator) -> None:
    show = Show(emulator, 1)
    show.role = "racer"
    assert show.statuses() == ["PENDING"]
    assert show.state()["queue"]["totalModels"] == 1
    for reply in (show.launch(), show.move(show.ids[0]), show.switch(autoLaunchEnabled=True)):
        assert refused(reply) == (403, "AccessDeniedException")


def test_the_seeded_live_races_are_over_on_and_to_come(emulator: RunningEmulator) -> None:
    races = emulator.control("races")["races"].values()
    found = {each["definition"]["name"]: each for each in races if each["live_status"]}
    assert found["Live opener"]["winner"] is not None
    statuses = {each["status"] for each in found["Live semi-final"]["entries"]}
    assert {"COMPLETED", "FAILED", "PENDING"} <= statuses
    assert found["Live final"]["live_status"] == "SCHEDULED"
    assert found["Live final"]["submissions_open"] is True
