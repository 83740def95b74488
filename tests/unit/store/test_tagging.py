"""Labels: kept through sweeps, found by the filter, journaled."""

from pathlib import Path

import pytest

from drtui.commands.selection import Selection, select_all, select_by_filter
from drtui.commands.tags import label_sets, read_tags, told
from drtui.commands.tags import tag_users as put_tags
from drtui.commands.usage import list_users
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Profile
from drtui.domain.tags import Tag, other_values, stored_tag
from drtui.store.database import open_database
from drtui.store.sweeps import begin_sweep, complete_sweep, write_page

RACERS = [
    Profile(profile_id=f"profile{number:08d}", alias=f"racer-{number}", role_name="dr-racers")
    for number in range(4)
]


def sweep(workspace: Workspace) -> None:
    number, began = begin_sweep(workspace.database)
    write_page(workspace.database, RACERS, number, began)
    complete_sweep(workspace.database, number, began)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    opened = Workspace(open_database(tmp_path / "store.sqlite"), "ada")
    sweep(opened)
    return opened


def tag_users(workspace: Workspace, who: Selection, add: list[str], remove: list[str]) -> int:
    return put_tags(workspace, who, read_tags(add, remove))


def tags_of(workspace: Workspace) -> list[tuple[str, ...]]:
    return [user.tags for user in list_users(workspace, select_all(workspace))]


def test_labels_are_added_removed_and_shown_sorted(workspace: Workspace) -> None:
    everybody = select_all(workspace)
    assert tag_users(workspace, everybody, ["Team:Red", "vip"], []) == 4
    assert tags_of(workspace) == [("team:red", "vip")] * 4
    one = select_by_filter(workspace, "racer-1")
    tag_users(workspace, one, ["team:blue"], ["TEAM:red"])
    assert tags_of(workspace)[1] == ("team:blue", "vip")


def test_the_filter_finds_labels_by_field_and_by_word(workspace: Workspace) -> None:
    tag_users(workspace, select_by_filter(workspace, "racer-2"), ["team:Grün", "vip"], [])
    for text in ("team:grün", "tag:VIP", "grün", "vip"):
        found = list_users(workspace, select_by_filter(workspace, text))
        assert [user.profile.alias for user in found] == ["racer-2"], text


def test_a_sweep_leaves_labels_alone(workspace: Workspace) -> None:
    tag_users(workspace, select_by_filter(workspace, "racer-3"), ["team:red"], [])
    sweep(workspace)
    assert tags_of(workspace)[3] == ("team:red",)
    assert (
        select_by_filter(workspace, "team:red").keys == select_by_filter(workspace, "racer-3").keys
    )


@pytest.mark.parametrize("label", ["", "two words", "a:b:c", ":red", "team:", "x" * 61, "a\x1bb"])
def test_a_label_that_cannot_be_used_is_refused(workspace: Workspace, label: str) -> None:
    with pytest.raises(InvalidInputError):
        tag_users(workspace, select_all(workspace), [label], [])
    assert tags_of(workspace) == [()] * 4


@pytest.mark.parametrize("label", ["-vip", "team:-red", "@late", "or", "AND", "team:not"])
def test_a_label_that_a_filter_takes_for_something_else_is_only_removed(
    workspace: Workspace, label: str
) -> None:
    with pytest.raises(InvalidInputError, match="in a filter"):
        tag_users(workspace, select_all(workspace), [label], [])
    assert tag_users(workspace, select_all(workspace), [], [label]) == 4


def test_one_team_at_a_time_is_added(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match=r"One team .* team:blue, team:red"):
        tag_users(workspace, select_all(workspace), ["team:red", "vip", "Team:Blue"], [])
    assert tags_of(workspace) == [()] * 4


def test_the_same_label_cannot_be_added_and_removed(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="both added and removed"):
        tag_users(workspace, select_all(workspace), ["Vip"], ["vip"])


def test_another_value_of_a_key_stays_beside_the_new_one(workspace: Workspace) -> None:
    tag_users(workspace, select_by_filter(workspace, "racer-1"), ["team:red", "vip"], [])
    change = read_tags(["team:blue"], [])
    present = label_sets(workspace, select_all(workspace))
    assert present == {frozenset(): 3, frozenset({Tag("team", "red"), Tag("tag", "vip")}): 1}
    others = other_values(present, change.add, change.remove)
    assert (others.users, others.what, str(others)) == (1, "another team", "team:red (1)")
    put_tags(workspace, select_all(workspace), change)
    assert tags_of(workspace)[1] == ("team:blue", "team:red", "vip")


def test_a_label_takes_the_place_of_all_others_with_its_key(workspace: Workspace) -> None:
    tag_users(workspace, select_by_filter(workspace, "racer-1"), ["team:red", "class:a"], [])
    tag_users(workspace, select_by_filter(workspace, "racer-2"), ["team:green", "vip"], [])
    tag_users(workspace, select_by_filter(workspace, "racer-3"), ["team:blue"], [])
    change = read_tags(["team:blue", "new"], [], instead=True)
    everybody = select_all(workspace)
    others = other_values(label_sets(workspace, everybody), change.add, change.remove)
    assert put_tags(workspace, everybody, change) == 4
    assert tags_of(workspace) == [
        ("new", "team:blue"),
        ("class:a", "new", "team:blue"),
        ("new", "team:blue", "vip"),
        ("new", "team:blue"),
    ]
    said = told(change, "4 users", others)
    assert said == "Set new team:blue on 4 users, instead of team:green (1), team:red (1)."


def test_what_is_removed_anyway_and_what_is_plain_is_no_other_value() -> None:
    red, vip = Tag("team", "red"), Tag("tag", "vip")
    present = {frozenset({red, vip}): 3}
    assert other_values(present, {Tag("team", "blue")}, {red}).users == 0
    assert other_values(present, {Tag("tag", "late")}, set()).users == 0
    assert other_values(present, {red}, set()).users == 0


@pytest.mark.parametrize(("add", "remove"), [(["vip"], []), ([], ["team:red"])])
def test_only_a_label_with_a_key_takes_anothers_place(add: list[str], remove: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="Only a label with a key"):
        read_tags(add, remove, instead=True)


@pytest.mark.parametrize("label", ["vip", "team:red", "team:\x1b[2J\n", "a:b:c", ""])
def test_a_label_in_the_store_is_taken_as_it_is_and_shown_safely(label: str) -> None:
    assert str(stored_tag(label)) == label
    others = other_values({frozenset({stored_tag(label)}): 2}, {Tag("team", "x")}, set())
    assert f"{others.what} {others}".isprintable()
