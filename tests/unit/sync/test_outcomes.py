"""What a call's result means for its item."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.failures import FINAL, HALTING, DeploymentError, FailureKind
from drtui.domain.operations import LONGEST_DELAY_SECONDS, Item, ItemState
from drtui.sync.calls import ModelsLeft
from drtui.sync.outcomes import (
    ATTEMPTS,
    backoff,
    delivered,
    failed,
    given_up,
    models_left,
    not_sent,
    waiting,
)

NOW = 1_780_000_000.0


def item(attempts: int = 0) -> Item:
    return Item(
        item_id=7,
        operation_id=1,
        target="profile00000001",
        label="ada",
        before={"minutes_limit": 300},
        after={"minutes_limit": 420},
        state=ItemState.SENDING,
        attempts=attempts,
        unknown_at=datetime.fromtimestamp(NOW, UTC),
    )


def error(
    kind: FailureKind, status: int | None = None, after: float | None = None
) -> DeploymentError:
    return DeploymentError(kind, f"because {kind.value}", status=status, retry_after=after)


def most() -> float:
    return 1.0


def test_an_answer_confirms_what_it_says() -> None:
    settled = delivered(item(), 3, {"minutes_limit": 420, "models_limit": 9})
    assert (settled.state, settled.claim) == (ItemState.DONE, 3)
    assert settled.confirmed == {"minutes_limit": 420, "models_limit": 9}


def test_an_answer_that_leaves_a_limit_out_confirms_what_was_sent() -> None:
    assert delivered(item(), 3, {"minutes_limit": None, "models_limit": None}).confirmed == {
        "minutes_limit": 420
    }


def test_an_answer_with_other_limits_is_no_success() -> None:
    settled = delivered(item(), 3, {"minutes_limit": 60, "models_limit": 9})
    assert settled.state is ItemState.CONFLICT
    assert settled.theirs == {"minutes_limit": 60}


@pytest.mark.parametrize("kind", sorted(FINAL))
def test_what_is_the_items_own_fails_with_its_message(kind: FailureKind) -> None:
    settled = failed(item(), 3, error(kind, 400), NOW, most)
    assert (settled.state, settled.reason) == (ItemState.FAILED, f"because {kind.value}")


@pytest.mark.parametrize("kind", sorted(HALTING))
def test_what_stops_everything_fails_nothing(kind: FailureKind) -> None:
    settled = failed(item(attempts=ATTEMPTS), 3, error(kind, 403), NOW, most)
    assert settled.state is ItemState.PENDING
    assert not settled.counted


@pytest.mark.parametrize("kind", [FailureKind.THROTTLED, FailureKind.UNREACHABLE])
def test_what_was_not_taken_is_tried_again_and_not_counted(kind: FailureKind) -> None:
    settled = failed(item(attempts=ATTEMPTS), 3, error(kind), NOW, most)
    assert settled.state is ItemState.PENDING
    assert not settled.counted
    assert settled.due_at > NOW


def test_the_deployment_says_when_to_come_back() -> None:
    assert failed(item(), 3, error(FailureKind.THROTTLED, 429, 60), NOW, most).due_at == NOW + 60


def test_it_is_not_believed_for_ever() -> None:
    late = failed(item(), 3, error(FailureKind.THROTTLED, 429, 1e9), NOW, most)
    assert late.due_at == NOW + LONGEST_DELAY_SECONDS


def test_an_unknown_outcome_leaves_the_item_in_doubt() -> None:
    settled = failed(item(), 3, error(FailureKind.OUTCOME_UNKNOWN), NOW, most)
    assert settled.state is ItemState.DOUBTFUL


def test_a_500_is_tried_again_and_the_second_one_looks_the_profile_up() -> None:
    first = failed(item(), 3, error(FailureKind.UNAVAILABLE, 500), NOW, most)
    assert (first.state, first.look_up_after) == (ItemState.PENDING, None)
    second = failed(item(attempts=1), 3, error(FailureKind.UNAVAILABLE, 500), NOW, most)
    assert (second.state, second.look_up_after) == (ItemState.PENDING, NOW)


def test_after_enough_attempts_an_item_fails_and_says_so() -> None:
    settled = failed(item(attempts=ATTEMPTS - 1), 3, error(FailureKind.UNAVAILABLE, 502), NOW, most)
    assert settled.state is ItemState.FAILED
    assert "10 attempts" in settled.reason


def test_what_was_never_sent_is_as_if_it_had_not_been_claimed() -> None:
    settled = not_sent(item(), 3)
    assert (settled.state, settled.counted, settled.due_at) == (ItemState.PENDING, False, 0.0)


def test_what_was_sent_and_not_waited_for_is_in_doubt() -> None:
    assert given_up(item(), 3, "the network went away").state is ItemState.DOUBTFUL


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_delays_grow_to_a_bound_and_are_spread_out(attempt: int, share: float) -> None:
    delay = backoff(attempt, lambda: share)
    assert 0 <= delay <= 20.0
    assert backoff(attempt, lambda: 0.0) == 0.0
    assert backoff(attempt + 1, most) >= backoff(attempt, most)


def deletion(name: str, attempts: int = 0) -> Item:
    return replace(
        item(attempts), before={name: "present"}, after={name: "deleted"}, unknown_at=None
    )


def test_an_answer_with_another_alias_is_no_success() -> None:
    renamed = replace(item(), before={"alias": "ada"}, after={"alias": "bo"})
    assert delivered(renamed, 3, {"alias": "bo"}).state is ItemState.DONE
    settled = delivered(renamed, 3, {"alias": "ada"})
    assert (settled.state, settled.theirs) == (ItemState.CONFLICT, {"alias": "ada"})


@given(st.integers(0, ATTEMPTS - 2))
def test_while_models_remain_their_deletion_is_tried_again_later_and_later(attempts: int) -> None:
    settled = models_left(deletion("stored_models", attempts), 3, ModelsLeft(2), NOW)
    assert (settled.state, settled.reason) == (ItemState.PENDING, "2 models remain")
    assert settled.counted
    assert NOW + 1 <= settled.due_at <= NOW + 30
    sooner = models_left(deletion("stored_models", max(0, attempts - 1)), 3, ModelsLeft(2), NOW)
    assert sooner.due_at <= settled.due_at


def test_models_that_remain_in_the_end_are_a_failure_that_counts_them() -> None:
    last = ATTEMPTS - 1
    models = models_left(deletion("stored_models", last), 3, ModelsLeft(1), NOW)
    assert (models.state, models.reason) == (ItemState.FAILED, "1 model remains")
    user = models_left(deletion("user", last), 3, ModelsLeft(1_200), NOW)
    assert user.state is ItemState.FAILED
    assert user.reason == "1,200 models remain, so the user was not deleted"


def test_models_that_were_made_since_a_deletion_are_no_failure() -> None:
    settled = models_left(deletion("stored_models", 3), 3, ModelsLeft(2, made_since=True), NOW)
    assert settled.state is ItemState.DONE
    assert settled.reason == "2 models were made since, and stay"
    assert settled.confirmed == {"stored_models": "deleted"}


@pytest.mark.parametrize(
    ("kind", "status"), [(FailureKind.UNAVAILABLE, 500), (FailureKind.NOT_FOUND, 404)]
)
def test_a_user_whose_deletion_is_refused_is_looked_up_at_once(
    kind: FailureKind, status: int
) -> None:
    settled = failed(deletion("user"), 3, error(kind, status), NOW, most)
    assert (settled.state, settled.look_up_after) == (ItemState.PENDING, NOW)


def test_what_waits_for_the_budget_is_pending_says_so_and_has_not_been_tried() -> None:
    settled = waiting(deletion("user"), 3, NOW + 40)
    assert (settled.state, settled.due_at) == (ItemState.PENDING, NOW + 40)
    assert not settled.counted
    assert "firewall" in settled.reason
