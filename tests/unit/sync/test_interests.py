"""Serving interests: what is read, how often, and what is left alone."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.failures import FailureKind
from drtui.domain.records import StoredModel
from drtui.store.database import Database, open_database
from drtui.store.interests import declare_interest
from drtui.store.models import MODELS_OF, ModelListing, read_models
from drtui.sync import interests
from drtui.sync.events import Events, ModelsEnded
from drtui.sync.interests import AGAIN_SECONDS, InterestServer
from drtui.sync.pacing import AdminBudget
from tests.support.deployments import FakeDeployment, racer_id, racers
from tests.support.logs import SteppedClock

MODEL = StoredModel("model0000000001", "first", "READY")
ADA, BO = racer_id(0), racer_id(1)


class Serving:
    """A server in a test's hands: one clock for all of it, and its answers taken by the test."""

    def __init__(self, database: Database, clock: SteppedClock, calls: int = 80) -> None:
        self.database = database
        self.clock = clock
        self.deployment = FakeDeployment(racers(3))
        self.deployment.models = {ADA: (MODEL,), BO: ()}
        self.events: Events = Events()
        budget = AdminBudget(database, calls, clock=clock)
        self.server = InterestServer(self.deployment, database, self.events, budget)

    def wants(self, *profile_ids: str, seconds: float = 90.0) -> None:
        for profile_id in profile_ids:
            declare_interest(self.database, MODELS_OF + profile_id, seconds)
        self.server.look()

    def serve(self, *, calls: bool = True) -> list[str]:
        """Serve until nothing more is due now; the profiles that were read, in order."""
        read = []
        self.server.serve(calls=calls)
        while self.server.oldest_call() is not None:
            event = self.events.get(timeout=10)
            assert isinstance(event, ModelsEnded)
            assert self.server.ended(event)
            read.append(event.profile_id)
            self.server.serve(calls=calls)
        return read

    def listing(self, profile_id: str = ADA) -> ModelListing:
        with self.database.read() as connection:
            return read_models(connection, profile_id)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SteppedClock:
    clock = SteppedClock()
    monkeypatch.setattr(interests, "time", SimpleNamespace(monotonic=clock))
    return clock


@pytest.fixture
def database(tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    opened = open_database(tmp_path / "event.sqlite", clock)
    yield opened
    opened.close()


@pytest.fixture
def serving(database: Database, clock: SteppedClock) -> Serving:
    return Serving(database, clock)


def test_nothing_is_read_that_nobody_wants(serving: Serving) -> None:
    assert serving.serve() == []
    assert serving.deployment.called == {}


def test_a_new_interest_is_served_at_once_and_stored(serving: Serving) -> None:
    serving.wants(ADA)
    assert serving.serve() == [ADA]
    assert serving.listing().models == (MODEL,)
    assert serving.listing().trouble == ""


def test_each_profile_is_read_at_most_every_half_minute(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.wants(ADA)
    assert serving.serve() == [ADA]
    clock.step(AGAIN_SECONDS - 1)
    serving.wants(ADA, BO)
    assert serving.serve() == [BO]
    clock.step(1)
    assert serving.serve() == [ADA]
    clock.step(AGAIN_SECONDS)
    assert serving.serve() == [BO, ADA]


def test_what_has_expired_is_not_read_any_more(serving: Serving, clock: SteppedClock) -> None:
    serving.wants(ADA, seconds=50)
    assert serving.serve() == [ADA]
    clock.step(AGAIN_SECONDS)
    assert serving.serve() == [ADA]
    clock.step(AGAIN_SECONDS)
    assert serving.serve() == []


def test_without_interests_the_store_is_not_asked_again(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.serve()
    monkeypatch.setattr(interests, "live_interests", pytest.fail)
    assert serving.serve() == []


def test_it_waits_for_its_turn_while_the_deployment_may_not_be_called(serving: Serving) -> None:
    serving.wants(ADA)
    assert serving.serve(calls=False) == []
    assert serving.serve() == [ADA]


def test_the_firewalls_limit_is_kept(database: Database, clock: SteppedClock) -> None:
    serving = Serving(database, clock, calls=2)
    serving.wants(ADA, BO, racer_id(2), seconds=1000)
    assert serving.serve() == [ADA, BO]
    clock.step(HELD_SECONDS - 1)
    assert serving.serve() == []
    clock.step(1)
    assert serving.serve() == [racer_id(2), ADA]


@pytest.mark.parametrize(
    "kind", [FailureKind.ROLE_NOT_ALLOWED, FailureKind.THROTTLED, FailureKind.BLOCKED]
)
def test_a_refusal_is_said_and_what_was_read_stays(
    serving: Serving, clock: SteppedClock, kind: FailureKind
) -> None:
    serving.wants(ADA)
    serving.serve()
    serving.deployment.fails(kind, call="models_of")
    clock.step(AGAIN_SECONDS)
    assert serving.serve() == [ADA]
    assert serving.listing().models == (MODEL,)
    assert serving.listing().trouble == f"scripted: {kind.value}"
    clock.step(AGAIN_SECONDS - 1)
    assert serving.serve() == []
    clock.step(1)
    assert serving.serve() == [ADA]
    assert serving.listing().trouble == ""


def test_the_deployment_may_ask_for_a_longer_pause(serving: Serving, clock: SteppedClock) -> None:
    serving.deployment.fails(FailureKind.THROTTLED, call="models_of", retry_after=60)
    serving.wants(ADA)
    assert serving.serve() == [ADA]
    clock.step(59)
    assert serving.serve() == []
    clock.step(1)
    assert serving.serve() == [ADA]


def test_a_call_that_was_not_answered_is_made_again_soon(
    serving: Serving, clock: SteppedClock
) -> None:
    serving.deployment.fails(FailureKind.UNREACHABLE, call="models_of")
    serving.wants(ADA)
    assert serving.serve() == [ADA]
    assert serving.serve() == []
    clock.step(5)
    assert serving.serve() == [ADA]


def test_a_mistake_of_our_own_is_told_and_ends_nothing(serving: Serving) -> None:
    serving.deployment.fails(ZeroDivisionError("a bug"), call="models_of")
    serving.wants(ADA, BO)
    assert serving.serve() == [ADA, BO]
    assert "internal error" in serving.listing().trouble


def test_an_answer_that_comes_after_giving_up_is_not_taken(serving: Serving) -> None:
    serving.deployment.network(up=False, silent=True)
    serving.wants(ADA)
    server = serving.server
    server.serve(calls=True)
    assert server.oldest_call() is not None
    server.give_up()
    assert server.oldest_call() is None
    serving.deployment.network(up=True)
    late = serving.events.get(timeout=10)
    assert isinstance(late, ModelsEnded)
    assert not server.ended(late)
    assert serving.listing() == ModelListing()
    assert serving.serve() == [ADA]


def test_calls_are_made_beside_the_engines_loop(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    ask = serving.deployment.models_of

    def noted(profile_id: str) -> tuple[StoredModel, ...]:
        names.append(threading.current_thread().name)
        return ask(profile_id)

    monkeypatch.setattr(serving.deployment, "models_of", noted)
    serving.wants(ADA)
    assert serving.serve() == [ADA]
    assert names == ["models"]
