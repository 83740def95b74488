"""The standings of a series of races."""

import pytest

from drtui.domain.problems import InvalidInputError
from drtui.domain.races import Ranking
from drtui.domain.standings import Method, SeriesRace, Standing, parse_points, standings


def race(*results: str, step: int = 100) -> SeriesRace:
    """Return a race with places in the order of the aliases, so many ms apart."""
    rankings = tuple(
        Ranking(place, alias, 9_000 + place * step) for place, alias in enumerate(results, start=1)
    )
    return SeriesRace("r", "Race", rankings)


def told(found: tuple[Standing, ...]) -> list[tuple[int, str, int | None]]:
    """Return places, aliases and values."""
    return [(one.rank, one.alias, one.value) for one in found]


def test_points_are_added_up_and_a_missing_race_is_worth_nothing() -> None:
    found = standings([race("a", "b", "c"), race("b", "a")], Method.POINTS)
    assert told(found) == [(1, "a", 43), (1, "b", 43), (3, "c", 15)]
    assert found[2].results[1] is None
    assert found[2].races == 1


def test_of_equal_points_whoever_has_more_wins_is_ahead() -> None:
    races = [race("a", "b", "c"), race("c", "b", "a")]
    assert told(standings(races, Method.POINTS, points=[4, 3, 2])) == [
        (1, "a", 6),
        (1, "c", 6),
        (3, "b", 6),
    ]


def test_places_beyond_the_table_are_worth_nothing() -> None:
    assert told(standings([race("a", "b")], Method.POINTS, points=[1])) == [
        (1, "a", 1),
        (2, "b", 0),
    ]


def test_only_the_best_races_count() -> None:
    races = [race("a", "b"), race("b", "a"), race("b", "c")]
    found = standings(races, Method.POINTS, best_of=1)
    assert told(found) == [(1, "a", 25), (1, "b", 25), (3, "c", 18)]
    ana = next(one for one in found if one.alias == "a")
    assert [one and one.counted for one in ana.results] == [True, False, None]


def test_by_total_time_more_races_come_before_less_time() -> None:
    found = standings([race("a", "b"), race("b")], Method.TOTAL_TIME)
    assert told(found) == [(1, "b", 18_300), (2, "a", 9_100)]


def test_by_the_best_time_one_race_is_enough() -> None:
    found = standings([race("a", "b"), race("b", step=50)], Method.BEST_OF)
    assert told(found) == [(1, "b", 9_050), (2, "a", 9_100)]


def test_the_best_of_two_adds_up_two_times() -> None:
    races = [race("a"), race("a", step=300), race("a", step=200)]
    assert told(standings(races, Method.BEST_OF, best_of=2)) == [(1, "a", 18_300)]


def test_who_has_no_time_comes_last_without_a_value() -> None:
    untimed = SeriesRace("r", "Race", (Ranking(1, "a"), Ranking(2, "b", 9_000)))
    assert told(standings([untimed], Method.TOTAL_TIME)) == [(1, "b", 9_000), (2, "a", None)]


def test_an_alias_that_stands_twice_or_is_everybodys_is_doubtful() -> None:
    found = standings([race("a", "b", "a", "RacerAlias")], Method.POINTS)
    assert {one.alias: one.doubtful for one in found} == {"a": True, "b": False, "RacerAlias": True}
    assert found[0].value == 25


def test_no_races_have_no_standings() -> None:
    assert standings([], Method.POINTS) == ()


@pytest.mark.parametrize("text", ["25 18,15", " 25, 18, 15 "])
def test_a_table_of_points_is_typed_with_blanks_or_commas(text: str) -> None:
    assert parse_points(text) == (25, 18, 15)


@pytest.mark.parametrize("text", ["", "a", "5 x", "1 2", "-1", "5.5", "99999999", "²"])
def test_what_is_no_table_of_points_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no table of points"):
        parse_points(text)
