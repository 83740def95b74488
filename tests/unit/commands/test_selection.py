"""A selection is whom the admin meant, and says whom it could not find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.commands.selection import (
    WHO_HEADINGS,
    names_in,
    select_all,
    select_by_filter,
    select_by_name,
    select_from_list,
)
from drtui.commands.workspace import Workspace
from drtui.domain.filters import FilterError
from drtui.domain.problems import InvalidInputError
from tests.support.stores import ME, profile_id, special_profiles
from tests.unit.commands.helping import ids


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a@example.com\nb@example.com\n", ["a@example.com", "b@example.com"]),
        ("\ufeffa@example.com\r\nb@example.com\r\n", ["a@example.com", "b@example.com"]),
        ("Email,Name\na@example.com,Ada\nb@example.com,Bo\n", ["a@example.com", "b@example.com"]),
        ("\ufeffE-Mail;Name\na@example.com;Ada\n", ["a@example.com"]),
        ("email address\tname\na@example.com\tAda\n", ["a@example.com"]),
        ("\n\n  Profile_ID  \n\nabc\n", ["abc"]),
        ('"a@example.com","Ada, Countess"\n', ["a@example.com"]),
        ('"one, two";x\n"say ""hi""",y\n', ["one, two", 'say "hi"']),
        ('"open\nplain"\n', ['"open', 'plain"']),
        ("a\nA\na\n\nb,1\nb;2\n", ["a", "A", "b"]),
        (" a@example.com ,\n,\n ; \n", ["a@example.com"]),
        ("alias\nid\nemail\n", ["id", "email"]),
        ("", []),
        ("\n \n", []),
        ("two words\n", ["two words"]),
    ],
)
def test_names_are_one_a_line_or_the_first_column(text: str, names: list[str]) -> None:
    assert names_in(text.splitlines()) == names


@pytest.mark.parametrize("heading", sorted(frozenset().union(*WHO_HEADINGS)))
def test_what_heads_a_spreadsheet_of_labels_heads_a_list_too(heading: str) -> None:
    assert names_in([f"{heading.upper()},team", "ada@example.com,red"]) == ["ada@example.com"]


@given(st.lists(st.text(max_size=300), max_size=8))
def test_whatever_a_list_holds_it_is_read_and_each_name_comes_once(lines: list[str]) -> None:
    names = names_in(lines)
    assert len(names) == len(set(names))
    assert all(name == name.strip() and name for name in names)


def test_a_line_however_long_is_read() -> None:
    assert names_in(["x" * 300_000 + ",y"]) == ["x" * 300_000]


def test_a_name_is_a_profile_id_an_email_or_an_alias_whatever_its_case(
    workspace: Workspace,
) -> None:
    texts = [profile_id(2), "DANA.Mertens@example.com", "Grace"]
    selection = select_by_name(workspace, texts)
    assert ids(workspace, selection) == [profile_id(2), profile_id(4), profile_id(7)]
    assert selection.unmatched == ()
    assert selection.named == set(selection.keys)


def test_the_same_user_under_three_names_is_selected_once(workspace: Workspace) -> None:
    texts = [profile_id(4), "dana.mertens@example.com", "dmx"]
    assert ids(workspace, select_by_name(workspace, texts)) == [profile_id(4)]


def test_an_alias_of_several_names_nobody_and_says_so(workspace: Workspace) -> None:
    selection = select_by_name(workspace, ["RacerAlias", "ada-l"])
    assert ids(workspace, selection) == [profile_id(1)]
    assert selection.unmatched == ("RacerAlias (an alias of 2 users)",)


def test_nobody_in_a_list_counts_as_named_one_by_one(workspace: Workspace) -> None:
    selection = select_from_list(workspace, ["email", "ada@example.com,x", "ada-l", "ghost"])
    assert ids(workspace, selection) == [ME, profile_id(1)]
    assert selection.named == frozenset()
    assert selection.unmatched == ("ghost",)


@pytest.mark.parametrize("name", ["\udcff", "\x1b[2J", "\u202eevil", "a\x00b", "", "%", "_" * 90])
def test_an_odd_name_matches_nobody_and_is_safe_to_show(workspace: Workspace, name: str) -> None:
    selection = select_by_name(workspace, [name])
    assert selection.keys == ()
    (shown,) = selection.unmatched
    assert shown.isprintable()
    shown.encode()
    assert len(shown) <= 60


def test_a_hostile_alias_is_found_by_itself(workspace: Workspace) -> None:
    selection = select_by_name(workspace, ["evil\x1b[2J\u202eparty"])
    assert ids(workspace, selection) == [profile_id(11)]


def test_a_filter_selects_in_the_order_of_a_field(workspace: Workspace) -> None:
    selection = select_by_filter(workspace, "hours>4", "minutes_used", reverse=True)
    found = ids(workspace, selection)
    assert found[0] == profile_id(7)
    assert selection.named == frozenset()
    ascending = select_by_filter(workspace, "hours>4", "minutes_used")
    assert ids(workspace, ascending)[-1] == profile_id(7)
    assert set(ids(workspace, ascending)) == set(found)


def test_all_are_all_admins_too(workspace: Workspace) -> None:
    assert len(select_all(workspace).keys) == len(special_profiles()) + 12
    assert ME in ids(workspace, select_all(workspace))
    assert set(select_by_filter(workspace, "").keys) == set(select_all(workspace).keys)


def test_nonsense_is_refused_with_its_place(workspace: Workspace) -> None:
    with pytest.raises(FilterError) as caught:
        select_by_filter(workspace, "used>>")
    assert "^" in caught.value.pointed()
    with pytest.raises(InvalidInputError, match="to sort by"):
        select_by_filter(workspace, "", "shoe_size")
