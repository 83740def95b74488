"""What a version can do, and what one feature tells of the others."""

import pytest

from drtui.domain.features import Feature, features_of, found_out, parse_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v1.3.1", (1, 3, 1)),
        ("1.2", (1, 2, 0)),
        (" 1.2.5 ", (1, 2, 5)),
        ("1.3.1-custom", (1, 3, 1)),
        ("", None),
        (None, None),
        ("latest", None),
        ("1.2.3.4", None),
        ("1.x", None),
    ],
)
def test_a_version_is_read_or_not_known(
    text: str | None, version: tuple[int, int, int] | None
) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("version", "has"), [("1.2.5", False), ("1.3.0", True), ("1.4.7", True), ("2.0", True)]
)
def test_a_newer_version_can_do_at_least_what_is_known(version: str, has: bool) -> None:
    assert features_of(version) == dict.fromkeys(Feature, has)


def test_of_an_unknown_version_nothing_follows() -> None:
    assert features_of("somebody's own") == dict.fromkeys(Feature)


@pytest.mark.parametrize("has", [True, False])
def test_bulk_invitations_tell_of_all_that_came_with_them(has: bool) -> None:
    assert found_out(has) == dict.fromkeys(Feature, has)
