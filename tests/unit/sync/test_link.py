"""Online or offline: decided by probes, not by one failing call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.store.database import Database, open_database
from drtui.store.sync_state import Connectivity, read_sync_state
from drtui.sync import link as linking
from drtui.sync.events import Events, ProbeEnded
from drtui.sync.link import OFFLINE_PROBE_SECONDS, PROBE_AGAIN_SECONDS, UNANSWERED_SECONDS, Link
from tests.support.deployments import FakeDeployment

UNREACHABLE = DeploymentError(FailureKind.UNREACHABLE, "no network")


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(linking, "time", clock)
    return clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


class Probing:
    """A link, its deployment, and its probes' results."""

    def __init__(self, database: Database) -> None:
        self.deployment = FakeDeployment([])
        self.events = Events()
        self.database = database
        self.link = Link(self.deployment, database, self.events)

    def probed(self) -> bool:
        """Wait for the probe that is under way, and hand its result in."""
        event = self.events.get(timeout=10)
        assert isinstance(event, ProbeEnded)
        return self.link.probed(event)

    def probes(self, oldest_call: float | None = None) -> bool:
        """Whether looking now starts a probe."""
        before = self.deployment.called.get("probe", 0)
        self.link.look(oldest_call)
        return self.link._probing or self.deployment.called.get("probe", 0) > before

    def stored(self) -> Connectivity:
        with self.database.read() as connection:
            return read_sync_state(connection).connectivity


@pytest.fixture
def probing(database: Database, clock: Clock) -> Probing:
    return Probing(database)


def test_nothing_is_known_at_first_and_nothing_probed(probing: Probing) -> None:
    assert not probing.probes()
    assert not probing.link.offline
    assert probing.stored() is Connectivity.UNKNOWN


def test_an_answer_means_online(probing: Probing) -> None:
    probing.link.answered()
    assert probing.stored() is Connectivity.ONLINE


def test_a_suspicion_is_probed_at_once_and_an_unanswered_probe_means_offline(
    probing: Probing,
) -> None:
    probing.deployment.network(up=False)
    probing.link.suspect()
    assert probing.probes()
    assert probing.probed()
    assert probing.link.offline
    assert probing.stored() is Connectivity.OFFLINE


def test_a_suspicion_that_the_probe_does_not_confirm_changes_nothing(probing: Probing) -> None:
    probing.link.answered()
    probing.link.suspect()
    probing.link.look(None)
    assert not probing.probed()
    assert not probing.link.offline
    assert not probing.probes()


def test_a_call_that_stays_unanswered_is_a_reason_to_probe(probing: Probing, clock: Clock) -> None:
    assert not probing.probes(clock.now - UNANSWERED_SECONDS)
    assert probing.probes(clock.now - UNANSWERED_SECONDS - 0.1)


def test_a_slow_deployment_is_not_probed_all_the_time(probing: Probing, clock: Clock) -> None:
    began = clock.now - 5
    probing.link.look(began)
    probing.probed()
    assert not probing.probes(began)
    clock.now += PROBE_AGAIN_SECONDS
    assert probing.probes(began)


def test_offline_it_is_probed_until_it_answers(probing: Probing, clock: Clock) -> None:
    probing.deployment.network(up=False)
    probing.link.suspect()
    probing.link.look(None)
    probing.probed()
    assert not probing.probes()
    clock.now += OFFLINE_PROBE_SECONDS
    probing.link.look(None)
    assert not probing.probed()
    probing.deployment.network(up=True)
    clock.now += OFFLINE_PROBE_SECONDS
    probing.link.look(None)
    assert probing.probed()
    assert not probing.link.offline


def test_one_probe_at_a_time(probing: Probing) -> None:
    probing.link.suspect()
    probing.link.look(None)
    probing.link.suspect()
    probing.link.look(None)
    probing.probed()
    assert probing.deployment.called["probe"] == 1


def test_a_failed_probe_proves_nothing_where_a_call_was_answered_meanwhile(
    probing: Probing,
) -> None:
    probing.link.answered()
    probing.link.suspect()
    probing.link.look(None)
    probing.link.answered()
    probing.events.get(timeout=10)
    assert not probing.link.probed(ProbeEnded(UNREACHABLE))
    assert not probing.link.offline
    assert probing.probes(), "another one decides"


def test_a_probe_that_fails_by_a_mistake_ends_all_the_same(
    probing: Probing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(probing.deployment, "probe", mistaken)
    probing.link.suspect()
    probing.link.look(None)
    assert probing.probed()
    assert probing.link.offline
