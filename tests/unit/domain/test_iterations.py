"""Iterations of a training, and fewer of them."""

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.iterations import Point, best_of, grouped, thinned, thinned_points
from drtui.domain.metrics import Training

EACH = 20


def points(rewards: list[float | None], completion: float | None = None) -> list[Point]:
    return [
        Point(number, EACH * (number + 1) - 1, EACH, reward, 50.0, completion, 1)
        for number, reward in enumerate(rewards)
    ]


@given(st.lists(st.none() | st.floats(-1e6, 1e6), max_size=300), st.integers(2, 60))
def test_groups_leave_no_episode_out_and_are_few_enough(
    rewards: list[float | None], most: int
) -> None:
    found, each = grouped(points(rewards), most)
    assert len(found) <= most
    assert sum(one.episodes for one in found) == EACH * len(rewards)
    assert sum(one.laps for one in found) == len(rewards)
    assert [one.upto for one in found] == sorted({one.upto for one in found})
    if rewards:
        assert found[-1].upto == EACH * len(rewards) - 1
        assert (len(found) - 1) * each < len(rewards) <= len(found) * each


def test_few_iterations_are_left_as_they_are() -> None:
    few = points([1.0, None, 3.0])
    assert grouped(few, 3) == (tuple(few), 1)


def test_a_group_is_the_mean_over_its_episodes_and_what_was_not_told_counts_nothing() -> None:
    uneven = [Point(0, 9, 10, 1.0, None, 20.0, 0), Point(1, 39, 30, 5.0, 40.0, None, 2)]
    (one,), each = grouped(uneven, 1)
    assert each == 2
    assert one == Point(1, 39, 40, 4.0, 40.0, 20.0, 2)


def test_a_training_is_grouped_by_its_iterations() -> None:
    rewards: list[float | None] = [float(number) for number in range(1_000)]
    found, each = Training(1_000 * EACH, tuple(points(rewards)), ()).grouped(200)
    assert (len(found), each) == (200, 5)
    assert found[0].reward == fmean(range(5))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(3, 60))
def test_the_first_the_last_and_the_best_stay(rewards: list[float], most: int) -> None:
    every = points(list(rewards))
    kept = thinned_points(every, most)
    assert len(kept) <= most
    assert kept == sorted(kept, key=lambda one: one.iteration)
    best = best_of(every)
    assert best is not None
    assert {every[0], every[-1], best} <= set(kept)
    assert best_of(kept) == best


@pytest.mark.parametrize("length", [0, 1, 5])
def test_what_is_few_enough_is_not_thinned(length: int) -> None:
    assert thinned(range(length), 5) == list(range(length))
