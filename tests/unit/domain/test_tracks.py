"""The tracks that a deployment has."""

import pytest

from drtui.domain.races import Direction
from drtui.domain.tracks import TRACKS, direction_text, find_tracks, track, track_name


def test_there_are_62_with_different_ids_and_names_in_the_order_of_names() -> None:
    assert len(TRACKS) == len({one.track_id for one in TRACKS}) == 62
    names = [one.name.casefold() for one in TRACKS]
    assert names == sorted(set(names))


def test_every_track_is_driven_in_its_default_direction_first() -> None:
    assert all(one.directions[0] is one.default for one in TRACKS)
    assert all(10 < one.length < 100 for one in TRACKS)


@pytest.mark.parametrize(
    ("track_id", "length", "directions"),
    [
        ("reinvent_base", 17.6, (Direction.COUNTER_CLOCKWISE,)),
        ("reInvent2019_wide", 16.64, (Direction.CLOCKWISE, Direction.COUNTER_CLOCKWISE)),
        ("Albert", 51, (Direction.CLOCKWISE,)),
        ("2022_april_pro", 67.46, (Direction.COUNTER_CLOCKWISE, Direction.CLOCKWISE)),
    ],
)
def test_a_track_has_its_length_and_directions(
    track_id: str, length: float, directions: tuple[Direction, ...]
) -> None:
    found = track(track_id)
    assert found is not None
    assert (found.length, found.directions) == (length, directions)


def test_an_unknown_track_is_shown_by_its_id_without_what_harms_a_terminal() -> None:
    assert track("moon") is None
    assert track_name("moon\x1b[2J") == "moon�[2J"
    assert track_name("Albert") == "Yun Speedway"


@pytest.mark.parametrize("words", ["REINVENT_BASE", "re:invent 2018", "  Re:Invent   2018 "])
def test_an_exact_name_or_id_is_found_alone_whatever_its_case(words: str) -> None:
    assert [one.track_id for one in find_tracks(words)] == ["reinvent_base"]


def test_all_words_have_to_be_there_and_no_words_find_all() -> None:
    assert [one.track_id for one in find_tracks("super roger")] == ["2022_september_pro"]
    assert find_tracks("super moon") == []
    assert len(find_tracks(" ")) == 62


def test_directions_read_as_words_and_unknown_ones_as_sent() -> None:
    assert direction_text("COUNTER_CLOCKWISE") == "counter-clockwise"
    assert direction_text("UP") == "UP"
