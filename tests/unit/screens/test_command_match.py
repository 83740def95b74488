"""How commands are found by what is typed: never by letters that are scattered within words."""

from itertools import pairwise

import pytest

from drtui.screens.command_match import match


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("pause", "Pause sponsorship", ["Pause"]),
        ("paus", "Pause sponsorship", ["Paus"]),
        ("SET quo", "Set usage quotas", ["Set", "quo"]),
        ("quotas set", "Set usage quotas", ["quotas", "Set"]),
        ("uotas", "Set usage quotas", ["uotas"]),
        ("mark them", "Unmark them, mark them", ["mark", "them"]),
        ("type", "Go to racer … (type a name)", ["type"]),
        ("colours:", "Colours: dark", ["Colours:"]),
    ],
)
def test_words_their_beginnings_and_parts_find_a_command(
    typed: str, name: str, found: list[str]
) -> None:
    matched = match(typed, name)
    assert matched is not None
    assert [name[start:end] for start, end in matched.spans] == found
    assert 0 < matched.quality < 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("paus", "Undo the operation under the cursor"),
        ("pause", "Undo the operation under the cursor"),
        ("ada", "Mark a range downwards"),
        ("sort", "Set or remove tags"),
        ("suq", "Set usage quotas"),
        ("set pause", "Set usage quotas"),
        ("", "Set usage quotas"),
        (" ", "Set usage quotas"),
        ("pause", ""),
    ],
)
def test_scattered_letters_and_half_of_what_is_typed_find_none(typed: str, name: str) -> None:
    assert match(typed, name) is None


def test_the_better_match_has_more_whatever_the_lengths() -> None:
    names = [
        "Set usage quotas",  # a word, and the first one
        "Settle conflicts: theirs or ours",  # begins the first one
        "Of a set of races and whatever else there may be to it",  # a word
        "Of settled ones",  # begins one
        "Offset",  # within one
    ]
    matches = [match("set", name) for name in names]
    ranks = [(one.good, one.quality) for one in matches if one is not None]
    assert len(ranks) == len(names)
    assert all(better > worse for better, worse in pairwise(ranks))
    assert [good for good, _ in ranks] == [True] * 4 + [False]
