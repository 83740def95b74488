"""Reading everybody's models: which call comes next, how many, and what stops it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.commands.models import SweepProgress, read_all_now, sweep_progress, watch_all
from drtui.commands.workspace import Workspace
from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.features import features_of
from drtui.domain.records import Profile, StoredModel
from drtui.store.database import Database, open_database
from drtui.store.deployment_facts import write_found
from drtui.store.model_sweeps import Way
from drtui.store.models import read_models
from drtui.sync import model_sweeping
from drtui.sync.events import AllModelsEnded, Events
from drtui.sync.model_sweeping import HOUR_SECONDS, ROUND_SECONDS, ModelSweeper
from drtui.sync.pacing import AdminBudget
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock
from tests.support.models import FakeModelCalls
from tests.support.stores import swept

RACERS = 6


class Sweeping:
    """A sweeper in a test's hands: one clock for all of it, and its answers taken by the test."""

    def __init__(self, path: Path, clock: SteppedClock, calls: int = 90) -> None:
        self.clock = clock
        self.path = path
        self.database: Database = open_database(path, clock)
        self.workspace = Workspace(self.database, "ada", admin_calls=calls)
        self.deployment = FakeDeployment(racers(RACERS))
        self.calls = FakeModelCalls(self.deployment)
        self.budget = AdminBudget(self.database, calls, clock=clock)
        listed = [*self.deployment.profiles]
        swept(self.database, [one for one in listed if isinstance(one, Profile)])
        self.renew()

    def renew(self) -> None:
        """Another engine begins."""
        self.events: Events = Events()
        self.sweeper = ModelSweeper(
            self.deployment,
            self.calls,
            self.database,
            self.events,
            budget=self.budget,
            refresh_seconds=30.0,
        )

    def has(self, release: str) -> None:
        write_found(self.database, features_of(release))

    def watched(self, *first: int, seconds: float = 100_000.0) -> None:
        watch_all(self.workspace, tuple(racer_id(one) for one in first), seconds)
        self.sweeper.look()

    def serve(self, most: int = 1_000, *, unattended: bool = True) -> int:
        """Make calls until none is due now; return how many."""
        for made in range(most):
            self.sweeper.serve(unattended=unattended)
            if self.sweeper.oldest_call() is None:
                return made
            event = self.events.get(timeout=10)
            assert isinstance(event, AllModelsEnded)
            assert self.sweeper.ended(event)
        return most

    def later(self, seconds: float) -> None:
        self.clock.step(seconds)

    def progress(self) -> SweepProgress:
        return sweep_progress(self.workspace)

    def names(self, number: int) -> set[str]:
        with self.database.read() as connection:
            return {one.name for one in read_models(connection, racer_id(number)).models}

    @property
    def racer_calls(self) -> int:
        return self.deployment.called["models_of"]


@pytest.fixture
def sweeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweeping]:
    clock = SteppedClock()
    monkeypatch.setattr(model_sweeping, "time", SimpleNamespace(monotonic=clock))
    made = Sweeping(tmp_path / "event.sqlite", clock)
    for number in range(RACERS - 1):
        made.deployment.stores(racer_id(number), f"model-{number}")
    yield made
    made.database.close()


def test_one_call_brings_all_where_there_is_one(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    sweeping.watched()
    assert sweeping.serve() == 1
    assert sweeping.calls.called == {"all_models": 1}
    assert sweeping.racer_calls == 0
    assert sweeping.names(3) == {"model-3"}
    progress = sweeping.progress()
    assert (progress.done, progress.under_way, progress.trouble) == (progress.racers, False, "")
    assert progress.oldest is not None


def test_it_is_repeated_while_somebody_looks_and_hourly_else(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    sweeping.watched(seconds=95)
    made = sweeping.serve()
    for _ in range(3):
        sweeping.later(31)
        made += sweeping.serve()
    assert made == 4
    sweeping.later(31)
    assert sweeping.serve() == 0
    sweeping.later(HOUR_SECONDS)
    assert sweeping.serve() == 1


def test_unwatched_and_in_a_single_run_nothing_is_read(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    assert sweeping.serve(unattended=False) == 0
    sweeping.watched()
    assert sweeping.serve(unattended=False) == 1


def test_a_wish_for_now_does_not_wait(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    sweeping.watched()
    sweeping.serve()
    sweeping.later(1)
    assert sweeping.serve() == 0
    read_all_now(sweeping.workspace)
    sweeping.sweeper.look()
    assert sweeping.serve() == 1


@pytest.mark.parametrize("release", ["1.2.5", ""])
def test_without_that_call_it_goes_racer_by_racer(sweeping: Sweeping, release: str) -> None:
    sweeping.has(release)
    sweeping.watched()
    sweeping.serve()
    assert sweeping.calls.called == {"totals": 1}
    assert sweeping.racer_calls == RACERS - 1  # of whom there is none, none is asked for
    assert [sweeping.names(number) for number in (0, 4, 5)] == [{"model-0"}, {"model-4"}, set()]
    assert not sweeping.progress().under_way
    assert sweeping.progress().done == sweeping.progress().racers
    sweeping.later(ROUND_SECONDS - 31)
    assert sweeping.serve() == 0
    sweeping.later(62)
    assert sweeping.serve() > 1


def test_those_on_the_screen_come_first_then_those_that_changed(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    sweeping.watched()
    sweeping.serve()
    sweeping.later(ROUND_SECONDS)
    asked: list[str] = []
    models_of = sweeping.deployment.models_of

    def noted(profile_id: str) -> tuple[StoredModel, ...]:
        asked.append(profile_id)
        return models_of(profile_id)

    sweeping.deployment.stores(racer_id(3), "one", "two")
    sweeping.deployment.models_of = noted  # type: ignore[method-assign] # a test's own deployment
    sweeping.watched(4)
    sweeping.serve()
    assert asked[:3] == [racer_id(4), racer_id(3), racer_id(0)]


def test_unwatched_only_those_that_changed_are_read_and_once_an_hour(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    assert sweeping.serve() == RACERS  # of all: they were never read
    before = sweeping.racer_calls
    sweeping.deployment.stores(racer_id(2), "one", "two")
    sweeping.later(HOUR_SECONDS / 2)
    assert sweeping.serve() == 0
    sweeping.later(HOUR_SECONDS / 2 + 60)
    sweeping.serve()
    assert sweeping.racer_calls - before == 1
    assert sweeping.names(2) == {"one", "two"}


def test_no_more_than_half_of_the_counted_calls_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr(model_sweeping, "time", SimpleNamespace(monotonic=clock))
    sweeping = Sweeping(tmp_path / "event.sqlite", clock, calls=8)
    for number in range(RACERS):
        sweeping.deployment.stores(racer_id(number), "m")
    sweeping.watched()
    assert sweeping.serve() == 4
    assert sweeping.budget.take(2, bulk=True)  # a deletion has its own
    progress = sweeping.progress()
    assert progress.under_way
    assert progress.done == 3  # one of the four asked for the totals, and the admin has none
    assert progress.expected_end is not None
    assert progress.expected_end.timestamp() > clock()
    assert "models of 3 of" in progress.text
    sweeping.renew()  # another engine goes on with the same round
    sweeping.later(HELD_SECONDS + 3)
    sweeping.serve()
    assert sweeping.racer_calls == RACERS
    assert not sweeping.progress().under_way
    sweeping.database.close()


NO_ROUTE = "MissingAuthenticationTokenException"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FailureKind.NOT_FOUND, ""),
        (FailureKind.NOT_SIGNED_IN, NO_ROUTE),
    ],
)
def test_a_call_that_is_not_there_after_all_is_told_and_done_without(
    sweeping: Sweeping, kind: FailureKind, code: str
) -> None:
    sweeping.has("1.3.0")
    missing = DeploymentError(kind, "not there", status=403, code=code)
    sweeping.calls.failures["all_models"] = [missing]
    sweeping.watched()
    assert sweeping.serve() == 1
    assert sweeping.progress().trouble == "not there"
    sweeping.later(31)
    sweeping.serve()
    assert sweeping.calls.called == {"all_models": 1, "totals": 1}
    assert sweeping.names(1) == {"model-1"}
    assert sweeping.progress().trouble == ""


def test_the_end_that_is_expected_is_later_while_others_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr(model_sweeping, "time", SimpleNamespace(monotonic=clock))
    sweeping = Sweeping(tmp_path / "event.sqlite", clock, calls=8)
    for number in range(RACERS):
        sweeping.deployment.stores(racer_id(number), "m")
    sweeping.watched()
    sweeping.serve(2)
    alone = sweeping.progress().expected_end
    assert sweeping.budget.take(4, bulk=True)
    beside = sweeping.progress().expected_end
    assert alone is not None
    assert beside is not None
    assert beside > alone
    sweeping.database.close()


def test_whose_models_went_since_they_were_read_in_one_call_is_read_again(
    sweeping: Sweeping,
) -> None:
    sweeping.has("1.3.0")
    sweeping.watched()
    sweeping.serve()
    assert sweeping.names(0) == {"model-0"}
    sweeping.deployment.stores(racer_id(0))
    sweeping.calls.failures["all_models"] = [DeploymentError(FailureKind.NOT_FOUND, "gone")]
    sweeping.later(31)
    sweeping.serve()
    sweeping.later(31)
    sweeping.serve()
    assert sweeping.names(0) == set()
    assert sweeping.names(1) == {"model-1"}


PERSONAL = pytest.mark.parametrize(
    "kind", [FailureKind.NOT_SIGNED_IN, FailureKind.ROLE_NOT_ALLOWED]
)


@PERSONAL
def test_a_call_that_is_refused_to_who_is_signed_in_is_done_without(
    sweeping: Sweeping, kind: FailureKind
) -> None:
    sweeping.has("1.3.0")
    sweeping.calls.failures["all_models"] = [DeploymentError(kind, "no", status=403)]
    sweeping.watched()
    sweeping.serve()
    assert sweeping.sweeper.doubts_sign_in
    sweeping.sweeper.greeted(refused=False)
    sweeping.later(31)
    sweeping.serve()
    assert sweeping.calls.called == {"all_models": 1, "totals": 1}


@PERSONAL
def test_an_ended_sign_in_is_no_missing_call(sweeping: Sweeping, kind: FailureKind) -> None:
    sweeping.has("1.3.0")
    sweeping.calls.failures["all_models"] = [DeploymentError(kind, "ended", status=403)]
    sweeping.watched()
    sweeping.serve()
    sweeping.sweeper.greeted(refused=True)
    assert not sweeping.sweeper.doubts_sign_in
    sweeping.later(31)
    sweeping.serve()
    assert set(sweeping.calls.called) == {"all_models"}
    assert sweeping.names(1) == {"model-1"}


def test_who_signs_in_may_have_the_call_that_was_refused_before(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    sweeping.calls.failures["all_models"] = [DeploymentError(FailureKind.NOT_FOUND, "no")]
    sweeping.watched()
    sweeping.serve()
    sweeping.sweeper.signed_in()
    assert sweeping.serve() == 1
    assert sweeping.calls.called == {"all_models": 2}


BELIEVED_BY_NOBODY = DeploymentError(FailureKind.UNAVAILABLE, "no model has an id", status=200)


def of_first(sweeping: Sweeping, failure: DeploymentError, times: int) -> list[str]:
    """Let the first racer's listing fail so often; return who is asked for, in order."""
    asked: list[str] = []
    models_of = sweeping.deployment.models_of

    def failing(profile_id: str) -> tuple[StoredModel, ...]:
        asked.append(profile_id)
        if profile_id == racer_id(0) and asked.count(profile_id) <= times:
            raise failure
        return models_of(profile_id)

    sweeping.deployment.models_of = failing  # type: ignore[method-assign] # a test's own deployment
    return asked


def test_who_is_never_read_believably_is_tried_three_times_a_round(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    asked = of_first(sweeping, BELIEVED_BY_NOBODY, 100)
    sweeping.watched()
    for _ in range(6):
        sweeping.serve()
        sweeping.later(6)
    assert asked.count(racer_id(0)) == 3
    assert sweeping.names(1) == {"model-1"}
    assert not sweeping.progress().under_way
    with sweeping.database.read() as connection:
        assert read_models(connection, racer_id(0)).trouble == BELIEVED_BY_NOBODY.message


def test_who_is_read_at_the_third_try_has_no_trouble(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    of_first(sweeping, BELIEVED_BY_NOBODY, 2)
    sweeping.watched()
    for _ in range(4):
        sweeping.serve()
        sweeping.later(6)
    assert sweeping.names(0) == {"model-0"}
    with sweeping.database.read() as connection:
        assert read_models(connection, racer_id(0)).trouble == ""


@pytest.mark.parametrize(
    "failure",
    [
        DeploymentError(FailureKind.INVALID, "no such profile ids"),
        DeploymentError(FailureKind.NOT_FOUND, "no such profile", status=404),
    ],
)
def test_who_cannot_be_asked_for_is_tried_once_a_round(
    sweeping: Sweeping, failure: DeploymentError
) -> None:
    sweeping.has("1.2.5")
    asked = of_first(sweeping, failure, 100)
    sweeping.watched()
    sweeping.serve()
    sweeping.later(31)
    sweeping.serve()
    assert asked.count(racer_id(0)) == 1
    assert not sweeping.progress().under_way


def test_totals_that_are_never_believed_hold_nothing_up(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    sweeping.calls.failures["totals"] = [BELIEVED_BY_NOBODY] * 3
    sweeping.watched()
    for _ in range(4):
        sweeping.serve()
        sweeping.later(6)
    assert sweeping.calls.called == {"totals": 3}
    assert sweeping.names(1) == {"model-1"}


def test_who_cannot_be_read_does_not_hold_up_the_others(sweeping: Sweeping) -> None:
    sweeping.has("1.2.5")
    sweeping.deployment.fails(FailureKind.UNAVAILABLE, call="models_of", target=racer_id(0))
    sweeping.watched()
    sweeping.serve()
    sweeping.later(31)
    sweeping.serve()
    assert sweeping.names(1) == {"model-1"}
    with sweeping.database.read() as connection:
        assert read_models(connection, racer_id(0)).trouble == "scripted: unavailable"
    assert not sweeping.progress().under_way


def test_what_comes_after_it_was_given_up_is_not_written(sweeping: Sweeping) -> None:
    sweeping.has("1.3.0")
    sweeping.watched()
    all_models = sweeping.calls.all_models

    def given_up() -> object:
        sweeping.sweeper.give_up()
        return all_models()

    sweeping.calls.all_models = given_up  # type: ignore[method-assign,assignment] # as above
    sweeping.sweeper.serve(unattended=True)
    event = sweeping.events.get(timeout=10)
    assert isinstance(event, AllModelsEnded)
    assert not sweeping.sweeper.ended(event)
    assert sweeping.names(0) == set()
    assert sweeping.progress().way is Way.AT_ONCE
    assert sweeping.progress().under_way


def test_a_round_that_took_long_is_followed_by_a_pause_and_says_that_it_reads_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr(model_sweeping, "time", SimpleNamespace(monotonic=clock))
    sweeping = Sweeping(tmp_path / "event.sqlite", clock, calls=8)
    for number in range(RACERS):
        sweeping.deployment.stores(racer_id(number), "m")
    sweeping.watched()
    sweeping.serve()
    ends = []
    while sweeping.progress().under_way:
        assert "again" not in sweeping.progress().text
        ends.append(sweeping.progress().expected_end)
        sweeping.later(30)
        sweeping.serve()
    assert len(ends) > ROUND_SECONDS / 30
    assert len(set(ends[1:10])) == 1  # it does not run away with the time
    sweeping.later(ROUND_SECONDS - 60)
    assert sweeping.serve() == 0
    sweeping.later(60)
    sweeping.serve()
    assert sweeping.progress().under_way
    assert f"reading again: 0 of {RACERS} racers" in sweeping.progress().text
    sweeping.database.close()
