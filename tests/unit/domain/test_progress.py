"""Rates, times left, and the words for where an operation stands."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.admin_calls import AdminCalls
from drtui.domain.handling import Handling, not_theirs, owner, refusal
from drtui.domain.operations import (
    Hold,
    ItemState,
    Operation,
    OperationKind,
    OperationState,
    Undoing,
)
from drtui.domain.progress import (
    late_text,
    outcome_text,
    outcome_texts,
    pace_text,
    pacer_text,
    progress_text,
    rate_of,
    rate_text,
    seconds_left,
    state_text,
    to_deliver,
)

NOW = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
UNDONE = Undoing(43, 1, 1)


def operation(
    counts: Mapping[ItemState, int],
    *,
    hold: Hold | None = None,
    undoing: Undoing | None = None,
    kind: OperationKind = OperationKind.PAUSE,
    who: str = "ada",
) -> Operation:
    return Operation(
        41, kind, "Pause sponsorship", who, "", NOW, {}, counts, undoing=undoing, hold=hold
    )


def test_the_rate_is_what_came_in_over_the_time_since_the_first() -> None:
    assert rate_of(1_180, NOW - timedelta(seconds=10), NOW) == 118
    assert rate_of(20, NOW - timedelta(seconds=4), NOW) == 5


def test_one_group_of_results_makes_no_rate_beyond_its_count() -> None:
    assert rate_of(8, NOW, NOW) == 8


@given(st.integers(1, 100_000), st.floats(0.1, 500))
def test_the_time_left_is_the_rest_at_the_rate(rest: int, rate: float) -> None:
    left = seconds_left(operation({ItemState.PENDING: rest, ItemState.DONE: 3}), rate)
    assert left is not None
    assert left * rate == pytest.approx(rest)


def test_the_time_left_is_that_of_the_slower_of_the_rate_and_the_pace() -> None:
    it = operation({ItemState.PENDING: 100})
    assert seconds_left(it, 50.0, 5.0) == 20
    assert seconds_left(it, 5.0, 50.0) == 20
    assert seconds_left(it, 5.0, math.inf) == 20


def test_what_was_so_already_is_no_change_to_deliver() -> None:
    counts = {ItemState.PENDING: 3, ItemState.DONE: 190, ItemState.ALREADY_SO: 7}
    assert to_deliver(operation(counts)) == 193


def test_what_was_so_already_is_told_apart_from_what_is_done() -> None:
    counts = {ItemState.DONE: 1_298, ItemState.FAILED: 2, ItemState.ALREADY_SO: 5}
    assert progress_text(operation(counts)) == "1,298 of 1,300 done · 2 failed · 5 already so"
    assert progress_text(operation({ItemState.PENDING: 3})) == "0 of 3 done"
    assert progress_text(operation({ItemState.ALREADY_SO: 2})) == "0 of 0 done · 2 already so"


@pytest.mark.parametrize(
    ("counts", "hold", "rate"),
    [
        ({ItemState.PENDING: 5}, None, 0.0),
        ({ItemState.PENDING: 5}, Hold.OFFLINE, 9.0),
        ({ItemState.DONE: 5}, None, 9.0),
    ],
)
def test_nobody_can_say_how_long_what_does_not_move_takes(
    counts: Mapping[ItemState, int], hold: Hold | None, rate: float
) -> None:
    assert seconds_left(operation(counts, hold=hold), rate) is None


@pytest.mark.parametrize(
    ("rate", "text"), [(0, "0/s"), (0.01, "0.1/s"), (2.25, "2.2/s"), (118.4, "118/s")]
)
def test_a_rate_is_never_none_where_there_is_some(rate: float, text: str) -> None:
    assert rate_text(rate) == text


@pytest.mark.parametrize(
    ("counts", "hold", "undoing", "text"),
    [
        ({ItemState.PENDING: 1}, None, None, "delivering"),
        ({ItemState.PENDING: 1}, Hold.OFFLINE, None, "waiting: offline"),
        ({ItemState.PENDING: 1}, Hold.SIGN_IN, None, "waiting: sign-in"),
        ({ItemState.PENDING: 1}, Hold.CONFLICT, None, "waiting behind a conflict"),
        ({ItemState.CONFLICT: 1, ItemState.DONE: 1}, None, None, "needs a hand"),
        ({ItemState.DONE: 1}, None, UNDONE, "undone by 43"),
        ({ItemState.DONE: 1, ItemState.FAILED: 1}, None, UNDONE, "undone by 43"),
        ({ItemState.DONE: 2}, None, Undoing(43, 1, 2, settled=False), "being undone by 43"),
        ({ItemState.DONE: 2}, None, Undoing(43, 1, 2), "undone in part by 43 (1 of 2)"),
        ({ItemState.DONE: 1, ItemState.CONFLICT: 1}, None, UNDONE, "needs a hand"),
        ({ItemState.DONE: 1, ItemState.PENDING: 1}, None, UNDONE, "delivering"),
        ({ItemState.CANCELLED: 1}, None, None, "cancelled"),
    ],
)
def test_what_waits_is_not_called_delivering(
    counts: Mapping[ItemState, int], hold: Hold | None, undoing: Undoing | None, text: str
) -> None:
    it = operation(counts, hold=hold, undoing=undoing)
    assert state_text(it) == text
    assert (it.state is OperationState.WAITING) == text.startswith("waiting")


@pytest.mark.parametrize(
    ("counts", "undoing", "texts"),
    [
        (
            {ItemState.DONE: 20, ItemState.CANCELLED: 1_032},
            None,
            ("done · 1,032 cancelled", "1,032 cancelled", "part done"),
        ),
        (
            {ItemState.FAILED: 1, ItemState.CANCELLED: 2},
            None,
            ("needs a hand · 2 cancelled", "needs a hand"),
        ),
        ({ItemState.CANCELLED: 3}, None, ("cancelled",)),
        ({ItemState.DONE: 3}, None, ("done",)),
        ({ItemState.DONE: 1, ItemState.PENDING: 1, ItemState.CANCELLED: 1}, None, ("delivering",)),
        ({ItemState.DONE: 1, ItemState.CANCELLED: 1}, UNDONE, ("undone by 43",)),
    ],
)
def test_what_was_cut_short_is_not_called_done_alone(
    counts: Mapping[ItemState, int], undoing: Undoing | None, texts: tuple[str, ...]
) -> None:
    it = operation(counts, undoing=undoing)
    assert outcome_texts(it) == texts
    assert outcome_text(it) == texts[0]


@pytest.mark.parametrize(
    ("pace", "ceiling", "text"),
    [
        (None, None, ""),
        (120.0, 120.0, "pace 120/s"),
        (119.8, 120.0, "pace 120/s"),
        (40.0, 120.0, "slowed down to 40/s by the deployment"),
        (float("inf"), float("inf"), ""),
    ],
)
def test_the_pace_says_when_the_deployment_slowed_it_down(
    pace: float | None, ceiling: float | None, text: str
) -> None:
    assert pace_text(pace, ceiling) == text


@pytest.mark.parametrize(
    ("handling", "counts", "reason"),
    [
        (Handling.RETRY, {ItemState.FAILED: 1}, ""),
        (Handling.RETRY, {ItemState.DONE: 1}, "nothing of it has failed"),
        (Handling.SETTLE, {ItemState.CONFLICT: 1}, ""),
        (Handling.SETTLE, {ItemState.FAILED: 1}, "no conflict is in it"),
        (Handling.CANCEL, {ItemState.SENDING: 1}, ""),
        (Handling.CANCEL, {ItemState.CONFLICT: 1}, "nothing of it is on its way any more"),
        (Handling.UNDO, {ItemState.DONE: 1}, ""),
        (Handling.UNDO, {ItemState.PENDING: 1}, ""),
        (Handling.UNDO, {ItemState.FAILED: 1, ItemState.CANCELLED: 2}, "nothing of it was done"),
    ],
)
def test_what_can_be_done_to_ones_own_operation_depends_on_its_items(
    handling: Handling, counts: Mapping[ItemState, int], reason: str
) -> None:
    assert refusal(handling, operation(counts)) == reason


@pytest.mark.parametrize("handling", list(Handling))
def test_somebody_elses_operation_is_helped_along_and_taken_back_only_where_they_are_named(
    handling: Handling,
) -> None:
    it = operation(dict.fromkeys(ItemState, 1), who="bo")
    refused = not_theirs(handling, it, "ada")
    if handling not in (Handling.RETRY, Handling.SETTLE):
        assert refused.startswith("operation 41 is bo's: to ")
        assert refused.endswith("say whose it is (--of bo)")
        assert owner(handling, it, "ada") == "bo"
    else:
        assert refused == owner(handling, it, "ada") == ""
    assert not_theirs(handling, it, "ada", "bo") == ""
    assert not_theirs(handling, it, "bo") == owner(handling, it, "bo") == ""


@pytest.mark.parametrize("who", ["ada", "bo"])
def test_whoever_is_named_has_to_be_the_one_whose_operation_it_is(who: str) -> None:
    it = operation({ItemState.PENDING: 1}, who="bo")
    assert not_theirs(Handling.CANCEL, it, who, "cy") == "operation 41 is bo's, not cy's"


def test_what_was_for_at_once_is_not_tried_again() -> None:
    it = operation({ItemState.FAILED: 1}, kind=OperationKind.RUN_LIVE_RACE)
    assert refusal(Handling.RETRY, it) == (
        "a live action is done at once or not at all: do it again in the marshal of the race"
    )


def test_what_is_undone_is_not_undone_again_and_says_by_what() -> None:
    it = operation({ItemState.DONE: 1}, undoing=UNDONE)
    assert refusal(Handling.UNDO, it).endswith("undone already, by operation 43")


def test_what_is_being_undone_is_not_undone_again_and_what_was_in_part_is() -> None:
    on_its_way = operation({ItemState.DONE: 2}, undoing=Undoing(43, 1, 2, settled=False))
    assert refusal(Handling.UNDO, on_its_way) == (
        "operation 41 is being undone by operation 43: wait for its end"
    )
    assert refusal(Handling.UNDO, operation({ItemState.DONE: 2}, undoing=Undoing(43, 1, 2))) == ""


def test_a_deletion_is_undone_only_as_long_as_it_was_not_sent() -> None:
    for kind in (OperationKind.DELETE_MODELS, OperationKind.DELETE_USERS):
        sent = operation({ItemState.DONE: 1}, kind=kind)
        assert refusal(Handling.UNDO, sent) == "a deletion cannot be undone"
        waiting = operation({ItemState.PENDING: 1}, kind=kind)
        assert refusal(Handling.UNDO, waiting) == ""


def calls(*ages: float, allowed: int = 90) -> AdminCalls:
    return AdminCalls(allowed, tuple(NOW - timedelta(seconds=age) for age in ages))


@pytest.mark.parametrize(
    ("pace", "ceiling", "counted", "text"),
    [
        (None, None, calls(), ""),
        (110.0, 110.0, calls(), "changes 110 of 110/s"),
        (40.0, 110.0, calls(), "changes 40 of 110/s"),
        (0.5, 1.5, calls(), "changes 0.5 of 1.5/s"),
        (200.0, 200.0, calls(), "changes 200 of 200/s, above a user pool's usual 120"),
        (math.inf, math.inf, calls(), "changes as fast as they go"),
        (None, None, calls(300, 20), "/admin/ calls 88 of 90 per 5 min free"),
        (
            None,
            None,
            calls(300.1, allowed=1),
            "/admin/ calls 0 of 1 per 5 min free · next slot in 30 s",
        ),
        (
            None,
            None,
            calls(329.9, allowed=1),
            "/admin/ calls 0 of 1 per 5 min free · next slot in 10 s",
        ),
        (None, None, calls(400, 331, 330), ""),
        (
            None,
            None,
            calls(-1, allowed=1),
            "/admin/ calls 0 of 1 per 5 min free · next slot in 6 min",
        ),
        (
            *(110.0, 110.0, calls(290, allowed=1)),
            "changes 110 of 110/s · /admin/ calls 0 of 1 per 5 min free · next slot in 40 s",
        ),
    ],
)
def test_the_pacer_tells_what_it_lets_through(
    pace: float | None, ceiling: float | None, counted: AdminCalls, text: str
) -> None:
    assert pacer_text(pace, ceiling, counted, NOW) == text


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([7], "operation 7 is late, and waits for your word"),
        ([7, 9, 12], "operations 7, 9, 12 are late, and wait for your word"),
    ],
)
def test_what_is_late_is_told_by_its_numbers(numbers: list[int], said: str) -> None:
    assert late_text(numbers) == said
