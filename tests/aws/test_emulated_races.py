"""The calls about races against the emulator: a race is created, and a show run to its winner."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from drtui.aws.gateway import AwsCredentials
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.race_calls import DeploymentRaces
from drtui.domain.race_documents import definition_from, meets
from drtui.domain.races import ListedRace, ObjectPosition
from tests.aws.conftest import PATIENT, OpenGateway
from tests.aws.race_calling import DEFINITION, failure_of
from tests.support.emulator import RunningEmulator, running_emulator


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
