"""Race files: one race, or a series of races, as TOML."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.race_file_writing import TEMPLATES, write
from drtui.domain.race_files import RaceFile, parse
from drtui.domain.race_rules import check
from drtui.domain.race_times import SYSTEM_ZONE
from drtui.domain.races import Definition, ObjectPosition, RaceType
from tests.unit.domain.race_samples import FUTURE, NOW, definition, definitions

HUGE = "1" + "0" * 400

BERLIN = ZoneInfo("Europe/Berlin")

ONE = """\
# A race
zone = "Europe/Berlin"
name = "Friday"
track = "re:invent 2018"
opens = "2027-01-08 09:00"
closes = 2027-01-08 17:00:00
"""

SERIES = '''\
zone = "Europe/Berlin"

[defaults]
track = "Albert"
max_laps = 5  # "quoted" = [1]
description = """
two
lines"""

[[race]]
name = "One"
opens = "2027-01-08 09:00"
closes = "2027-01-08 17:00 UTC"

[[race]]
name = "Two"
opens = 2027-01-15T09:00:00+02:00
closes = "2027-01-15T17:00:00Z"
max_laps = 9
kind = "Object Avoidance"
objects = 2
positions = [
    {part = 0.2, lane = -1},
    [0.6, 1],
]
live_at = "2027-01-15 16:00"
'''


def only(found: RaceFile) -> Definition:
    """Return the one race of a file in which nothing is wrong."""
    assert found.faults == ()
    (race,) = found.races
    return race.definition


def faults(text: str, zone: tzinfo = UTC) -> list[tuple[int, str]]:
    """Return what is wrong in a file, with its lines."""
    return [(fault.line, fault.sentence) for fault in parse(text, zone).faults]


def test_a_file_of_one_race_has_its_keys_at_the_top_and_its_times_in_its_zone() -> None:
    found = only(parse(ONE, UTC))
    assert found == Definition(
        "Friday",
        datetime(2027, 1, 8, 8, tzinfo=UTC),
        datetime(2027, 1, 8, 16, tzinfo=UTC),
        "reinvent_base",
        "COUNTER_CLOCKWISE",
    )


def test_a_file_without_a_zone_has_its_times_in_the_given_one() -> None:
    text = ONE.replace('zone = "Europe/Berlin"\n', "")
    assert only(parse(text, BERLIN)) == only(parse(ONE, UTC)) != only(parse(text, UTC))


def test_a_series_has_what_is_common_in_its_defaults_and_each_race_its_own() -> None:
    found = parse(SERIES.replace('"""\ntwo\nlines"""', '"Come all"'), UTC)
    assert found.faults == ()
    one, two = (race.definition for race in found.races)
    assert (one.track, one.direction, one.max_laps) == ("Albert", "CLOCKWISE", 5)
    assert one.opens_at == datetime(2027, 1, 8, 8, tzinfo=UTC)
    assert one.closes_at == datetime(2027, 1, 8, 17, tzinfo=UTC)
    assert two.opens_at == datetime(2027, 1, 15, 7, tzinfo=UTC)
    assert (two.max_laps, two.objects, two.description) == (9, 2, "Come all")
    assert two.race_type == RaceType.OBJECT_AVOIDANCE
    assert two.positions == (ObjectPosition(-1, 0.2), ObjectPosition(1, 0.6))
    assert (two.live, two.live_at) == (True, datetime(2027, 1, 15, 15, tzinfo=UTC))


def test_every_field_has_its_line_that_of_the_defaults_where_it_stands_there() -> None:
    _, two = parse(SERIES, UTC).races
    assert two.line == 15
    assert (two.line_of("name"), two.line_of("track"), two.line_of("max_laps")) == (16, 4, 19)
    assert (two.line_of("positions"), two.line_of("live_at")) == (22, 26)
    assert two.line_of("footer") == two.line


def test_a_rule_that_is_broken_is_placed_by_its_field() -> None:
    (first, _) = parse(SERIES, UTC).races
    (fault,) = check(replace(first.definition, description=" "), now=NOW, features={})
    assert first.line_of(fault.field) == 6


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('name = "Friday"', 'name = "Friday', 3, "This is not TOML"),
        ('name = "Friday"', "name = Friday", 3, "This is not TOML"),
        ("closes = 2027-01-08 17:00:00\n", "closes = [", 6, "This is not TOML"),
        ("closes = 2027", "farewell = 1\ncloses = 2027", 6, "There is no key “farewell”."),
        ("closes = 2027", "max_lap = 1\ncloses = 2027", 6, "“max_laps”?"),
        ("closes = 2027-01-08 17:00:00", "", 1, "Race 1 has no “closes”"),
        ("2027-01-08 17:00:00", "2027-01-08", 6, "needs a time of day"),
        ("2027-01-08 17:00:00", "17:00:00", 6, "has to be a time"),
        ("2027-01-08 17:00:00", "5", 6, "has to be a time"),
        ('"2027-01-08 09:00"', '"2026-03-29 02:30"', 5, "does not exist in Europe/Berlin"),
        ('"2027-01-08 09:00"', '"2026-10-25 02:30"', 5, "is there twice"),
        ("2027-01-08 17:00:00", "2026-10-25 02:30:00", 6, "is there twice"),
        ('"2027-01-08 09:00"', '"soon"', 5, "is no date and time"),
        ('"Europe/Berlin"', '"Europe/Bern"', 2, "There is no time zone “Europe/Bern”"),
        ('"Europe/Berlin"', "1", 2, "“zone” has to be a text"),
        ('"re:invent 2018"', '"moon"', 4, "There is no track “moon”."),
        ('"re:invent 2018"', '"super roger"', 4, "2022_september_pro"),
        ('"re:invent 2018"', '"Austin\\u001b"', 4, "“Austin�”"),
        ('"Friday"', "5", 3, "“name” has to be a text"),
        ('"Friday"', '"Friday"\nlive = "no"', 4, "true or false"),
        ('"Friday"', '"Friday"\nmax_laps = 2.5', 4, "a whole number"),
        ('"Friday"', '"Friday"\nmax_laps = true', 4, "a whole number"),
        ('"Friday"', '"Friday"\nmax_minutes = "5"', 4, "a number"),
        ('"Friday"', '"Friday"\nranked_by = "speed"', 4, "“best lap”, “average lap”"),
        ('"Friday"', '"Friday"\npositions = [{part = 0.2, lap = 1}]', 4, "has to be places"),
        ('"Friday"', '"Friday"\npositions = [[0.2]]', 4, "has to be places"),
        ('"Friday"', '"Friday"\npositions = 5', 4, "has to be places"),
        ("2027-01-08 17:00:00", "9999-12-31T23:59:59-05:00", 6, "no time that the calendar has"),
        ("2027-01-08 17:00:00", "0001-01-01T00:00:00+05:00", 6, "no time that the calendar has"),
        ('"Friday"', f'"Friday"\nmax_minutes = {HUGE}', 4, "too large a number"),
        ('"Friday"', f'"Friday"\npositions = [[{HUGE}, 0]]', 4, "too large a number"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in ONE
    ((found, sentence),) = faults(ONE.replace(old, new))
    assert (found, said in sentence) == (line, True), sentence


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = SERIES.replace('"Albert"', '"moon"').replace("= 9", '= "9"').replace("Two", "one")
    assert [line for line, _ in faults(text)] == [4, 19]
    text = SERIES.replace("Two", "one ")
    ((line, sentence),) = faults(text)
    assert (line, "line 11" in sentence) == (16, True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# nothing\n", 1),
        ("[defaults]\nmax_laps = 3\n", 1),
        ("race = 5\n", 1),
        ("defaults = 5\n" + ONE, 1),
        ('\nfooter = "x"\n[[race]]\nname = "x"\ntrack = "Albert"\n'
         'opens = "2027-01-01 09:00"\ncloses = "2027-01-02 09:00"\n', 2),
        ("a = " + "[" * 50_000, 1),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused_at_a_line(text: str, line: int) -> None:
    found = faults(text)
    assert [one for one, _ in found] == [line]


def test_a_race_in_a_single_table_and_windows_line_ends_are_read_too() -> None:
    text = "\ufeff[race]\n" + ONE
    assert only(parse(text.replace("\n", "\r\n"), UTC)) == only(parse(ONE, UTC))


_series = st.lists(definitions, min_size=1, max_size=4)
_zones = st.sampled_from([UTC, BERLIN, ZoneInfo("Australia/Lord_Howe"), SYSTEM_ZONE])


@given(_series, _zones)
def test_what_is_written_is_read_as_it_was(races: list[Definition], zone: tzinfo) -> None:
    races = [
        replace(one, name=f"{number}", **_known(one)) for number, one in enumerate(races, start=1)
    ]
    found = parse(write(races, zone), UTC)
    assert found.faults == ()
    assert [one.definition for one in found.races] == races


def _known(one: Definition) -> dict[str, Any]:
    """Return what a file can say instead of what only a newer deployment knows."""
    return {
        "track": one.track if one.track != "moon" else FUTURE.track,
        "direction": one.direction if one.direction != "UPWARDS" else FUTURE.direction,
        "race_type": one.race_type if one.race_type != "HEAD_TO_HEAD" else FUTURE.race_type,
    }


def test_a_time_that_is_there_twice_is_written_so_that_it_can_be_read() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    race = definition(opens_at=first, closes_at=first + timedelta(hours=1))
    assert only(parse(write([race], BERLIN), UTC)) == race


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("zone", [UTC, BERLIN, SYSTEM_ZONE])
def test_a_template_is_a_file_that_the_deployment_takes(name: str, zone: tzinfo) -> None:
    races = TEMPLATES[name](NOW, zone)
    found = parse(write(races, zone), UTC)
    assert [one.definition for one in found.races] == races
    assert [check(one, now=NOW, features={}) for one in races] == [()] * len(races)
