"""A leaderboard as it is read: gaps, and whose aliases they are."""

import pytest

from drtui.domain.leaderboards import (
    Match,
    gap_text,
    identity_of,
    lap_text,
    leaderboard_rows,
    with_unit,
)
from drtui.domain.race_records import NamedRacer
from drtui.domain.races import Ranking

ANA = NamedRacer("p1", "Ana", "ana@example.com", ("vip", "team:red"))
OTHER = NamedRacer("p2", "Ana", "other@example.com")
LOWER = NamedRacer("p3", "ana", None)
GONE = NamedRacer("p5", "Ana", "gone@example.com", certain=False)
NEW = NamedRacer("p4", "RacerAlias", "new@example.com")


def test_gaps_are_to_the_leader_and_to_the_one_before() -> None:
    rankings = [Ranking(3, "c", 9_500), Ranking(1, "a", 9_000), Ranking(2, "b", 9_037)]
    rows = leaderboard_rows(rankings, {})
    assert [(row.ranking.alias, row.gap, row.interval) for row in rows] == [
        ("a", None, None),
        ("b", 37, 37),
        ("c", 500, 463),
    ]


def test_a_gap_to_a_time_that_is_not_known_is_not_known() -> None:
    rows = leaderboard_rows([Ranking(1, "a", 9), Ranking(2, "b"), Ranking(3, "c", 20)], {})
    assert [(row.gap, row.interval) for row in rows[1:]] == [(None, None), (11, None)]


def test_who_alone_bears_an_alias_is_certain_with_email_and_team() -> None:
    found = identity_of("Ana", [ANA, LOWER])
    assert found.match is Match.CERTAIN
    assert (found.racer, found.email, found.team) == (ANA, "ana@example.com", "red")


@pytest.mark.parametrize(
    ("alias", "racers", "match"),
    [
        ("Ana", (ANA, OTHER), Match.AMBIGUOUS),
        ("ANA", (ANA,), Match.AMBIGUOUS),
        ("Ana", (GONE,), Match.AMBIGUOUS),
        ("Ana", (ANA, GONE), Match.AMBIGUOUS),
        ("Ana", (), Match.UNKNOWN),
        ("RacerAlias", (NEW,), Match.AMBIGUOUS),
        ("RacerAlias", (), Match.UNKNOWN),
    ],
)
def test_whoever_is_not_certain_has_no_email_or_team(
    alias: str, racers: tuple[NamedRacer, ...], match: Match
) -> None:
    found = identity_of(alias, racers)
    assert (found.match, found.racers) == (match, racers)
    assert (found.racer, found.email, found.team) == (None, "", "")


def test_an_alias_that_stands_twice_on_a_leaderboard_is_not_certain() -> None:
    rows = leaderboard_rows([Ranking(1, "Ana"), Ranking(2, "Ana")], {"Ana": [ANA]})
    assert [row.identity.match for row in rows] == [Match.AMBIGUOUS] * 2


@pytest.mark.parametrize(
    ("milliseconds", "text", "gap", "told"),
    [
        (None, "?", "", ""),
        (0, "0.000", "+0.000", "+0.000 s"),
        (9_037, "9.037", "+9.037", "+9.037 s"),
        (69_037, "1:09.037", "+1:09.037", "+1:09.037"),
        (-37, "-0.037", "-0.037", "-0.037 s"),
    ],
)
def test_times_read_in_minutes_seconds_and_thousandths(
    milliseconds: int | None, text: str, gap: str, told: str
) -> None:
    assert lap_text(milliseconds) == text
    assert gap_text(milliseconds) == gap
    assert with_unit(gap) == told
    assert with_unit("?") == "?"
