"""Bringing the queue of a live race into an order with the fewest moves."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.live_order import (
    Move,
    at_random,
    by_rankings,
    by_registration,
    in_order,
    pending_ids,
    places,
    placing,
    plan_moves,
    plan_placing,
)
from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.races import Ranking
from tests.unit.domain.race_samples import NOW


def item(
    name: str, position: str, status: str = QueueStatus.PENDING, minutes: int | None = 0
) -> QueueItem:
    """Return a submission of somebody of the same name."""
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    return QueueItem(name, position, "p", name, "model", status, submitted_at=at)


def queue_of(names: Sequence[str], ended: Sequence[int] = ()) -> list[QueueItem]:
    """Return a queue in the order of the names; those at some indexes do not wait any more."""
    states = [
        QueueStatus.COMPLETED if index in ended else QueueStatus.PENDING for index in range(99)
    ]
    return [item(name, f"a{index:03}", states[index]) for index, name in enumerate(names)]


def apply(order: list[str], moves: Sequence[Move]) -> list[str]:
    """Return what becomes of a queue."""
    order = list(order)
    for move in moves:
        order.remove(move.submission_id)
        order.insert(0 if move.after is None else order.index(move.after) + 1, move.submission_id)
    return order


def fewest(now: Sequence[str], wanted: Sequence[str]) -> int:
    """Return how many have to be moved, by trying all that could stay."""
    rank = {name: index for index, name in enumerate(wanted)}
    best = 0
    for mask in range(2 ** len(now)):
        staying = [rank[name] for bit, name in enumerate(now) if mask >> bit & 1]
        if staying == sorted(staying):
            best = max(best, len(staying))
    return len(now) - best


@given(st.permutations([str(number) for number in range(12)]), st.sets(st.integers(0, 11)))
def test_the_moves_bring_what_waits_into_the_wanted_order(
    wanted: list[str], ended: set[int]
) -> None:
    queue = queue_of([str(number) for number in range(12)], sorted(ended))
    after = apply([one.submission_id for one in queue], plan_moves(queue, wanted))
    waiting = set(pending_ids(queue))
    assert [one for one in after if one in waiting] == [one for one in wanted if one in waiting]


def test_no_fewer_moves_would_do() -> None:
    names = ["a", "b", "c", "d", "e"]
    for wanted in permutations(names):
        assert len(plan_moves(queue_of(names), wanted)) == fewest(names, wanted)


def test_an_order_that_is_there_already_needs_no_move() -> None:
    assert plan_moves(queue_of("abc"), "abc") == []
    assert plan_moves([], "abc") == []


def test_the_last_one_goes_to_the_front_in_one_move() -> None:
    assert plan_moves(queue_of("abcd"), "dabc") == [Move("d", None)]


def test_what_is_not_wanted_comes_behind_and_what_waits_no_more_is_passed_over() -> None:
    queue = queue_of("abcd", ended=[0])
    moves = plan_moves(queue, ["a", "d", "gone", "d"])
    assert apply(list("abcd"), moves) == ["d", "a", "b", "c"]


def test_a_queue_is_in_order_by_the_bytes_of_its_positions() -> None:
    queue = [item("b", "a0V"), item("c", "a1"), item("a", "a0"), item("front", "Zz")]
    assert [one.submission_id for one in in_order(queue)] == ["front", "a", "b", "c"]


def test_by_rankings_the_leader_runs_last_and_who_is_not_ranked_first() -> None:
    queue = queue_of(["third", "new", "first", "second"])
    rankings = [Ranking(1, "first"), Ranking(2, "second"), Ranking(3, "third")]
    assert by_rankings(queue, rankings) == ["new", "third", "second", "first"]
    forwards = by_rankings(queue, rankings, leader_last=False)
    assert forwards == ["first", "second", "third", "new"]


def test_by_registration_the_first_to_submit_is_first_and_the_unknown_last() -> None:
    queue = [item("c", "a0", minutes=3), item("?", "a1", minutes=None), item("a", "a2", minutes=1)]
    assert by_registration(queue) == ["a", "c", "?"]


def test_a_random_order_is_the_same_for_the_same_seed_and_another_for_another_one() -> None:
    names = [str(number) for number in range(20)]
    order = at_random(queue_of(names), 7)
    assert sorted(order) == sorted(names)
    assert order == at_random(queue_of(names[::-1]), 7)
    assert order != at_random(queue_of(names), 8)


@pytest.mark.parametrize(
    ("name", "place", "move"),
    [
        ("d", 1, Move("d", None)),
        ("d", 2, Move("d", "b")),
        ("b", 3, Move("b", "d")),
        ("b", 99, Move("b", "d")),
        ("b", 1, None),
        ("b", 0, None),
        ("a", 2, None),
        ("gone", 1, None),
    ],
)
def test_one_is_moved_to_a_place_among_those_that_wait(
    name: str, place: int, move: Move | None
) -> None:
    queue = queue_of("abcd", ended=[0])
    to = placing(queue, [name], place)
    assert (None if to is None else plan_placing(queue, to)) == (None if move is None else [move])
    if move is not None:
        after = apply([one.submission_id for one in queue], [move])
        waiting = [one for one in after if one != "a"]
        assert waiting.index(name) + 1 == min(place, 3)


@given(st.permutations("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), min_size=1), st.data())
def test_several_stand_at_their_place_one_behind_the_other(
    names: list[str], block: set[str], data: st.DataObject
) -> None:
    queue = queue_of(names)
    place = data.draw(st.integers(1, len(names) - len(block) + 1))
    moving = [one for one in names if one in block]
    others = [one for one in names if one not in block]
    wanted = [*others[: place - 1], *moving, *others[place - 1 :]]
    to = placing(queue, block, place)
    moves = [] if to is None else plan_placing(queue, to)
    assert apply(names, moves) == wanted
    assert (to is None) == (names == wanted)


@given(st.permutations("abcdefgh"), st.permutations("abcdefgh"), st.integers(1, 3), st.data())
def test_whoever_moved_the_others_meanwhile_finds_them_in_that_order(
    then: list[str], now: list[str], count: int, data: st.DataObject
) -> None:
    to = placing(queue_of(then), then[:count], data.draw(st.integers(2, 9 - count)))
    assert to is not None
    after = apply(now, plan_placing(queue_of(now), to))
    assert [one for one in after if one not in to.block] == [
        one for one in now if one not in to.block
    ]
    assert "".join(to.block) in "".join(after)
    assert plan_placing(queue_of(after), to) == []


@pytest.mark.parametrize(
    ("block", "place", "now", "after"),
    [
        ("56", 2, "412356", "415623"),  # another one came to the front
        ("5", 3, "134562", "153462"),  # the one before it went to the end
        ("56", 3, "23456", "25634"),  # the first one ran
        ("56", 1, "x123456", "56x1234"),
        ("12", 5, "123456x", "3456x12"),
    ],
)
def test_a_place_holds_by_the_others_that_wait(
    block: str, place: int, now: str, after: str
) -> None:
    to = placing(queue_of("123456"), block, place)
    assert to is not None
    assert "".join(apply(list(now), plan_placing(queue_of(now), to))) == after


def test_places_are_counted_among_those_that_wait() -> None:
    assert places(queue_of("abc", ended=[0])) == {"b": 1, "c": 2}
