"""Reading everybody's models: which call comes next, and how many."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from drtui.commands.models import read_all_now
from drtui.domain.admin_calls import HELD_SECONDS
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import StoredModel
from drtui.sync import model_sweeping
from drtui.sync.model_sweeping import HOUR_SECONDS, ROUND_SECONDS
from tests.support.deployments import racer_id
from tests.support.logs import SteppedClock
from tests.unit.sync.sweeping_models import RACERS, Sweeping, sweeping

__all__ = ["sweeping"]


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
