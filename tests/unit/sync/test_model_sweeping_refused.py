"""Reading everybody's models: what is refused, never believed, or too late, and what goes on."""

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import StoredModel
from drtui.store.model_sweeps import Way
from drtui.store.models import read_models
from drtui.sync.events import AllModelsEnded
from tests.support.deployments import racer_id
from tests.unit.sync.sweeping_models import Sweeping, sweeping

__all__ = ["sweeping"]


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
