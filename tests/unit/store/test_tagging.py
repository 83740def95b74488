"""Labels: kept through sweeps, found by the filter, journaled."""

from pathlib import Path

import pytest

from drtui.commands.selection import Selection, select_all, select_by_filter
from drtui.commands.tags import read_tags
from drtui.commands.tags import tag_users as put_tags
from drtui.commands.usage import list_users
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Profile
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
