"""Saved filters are kept per account, found in any case, and stand for themselves."""

import pytest

from drtui.commands.filters import read_filter, remove_filter, save_filter, saved_filters
from drtui.commands.selection import select_by_filter
from drtui.commands.usage_columns import remember_columns, remembered_columns
from drtui.commands.workspace import Workspace
from drtui.domain.filters import FilterError, parse
from drtui.domain.problems import InvalidInputError
from drtui.store.preferences import read_preferences, write_preference


def names(workspace: Workspace) -> list[str]:
    return [one.name for one in saved_filters(workspace)]


def test_a_saved_filter_selects_whom_it_would_select(workspace: Workspace) -> None:
    save_filter(workspace, "late", "  used>=90% or racer-00100 ")
    assert saved_filters(workspace)[0].text == "used>=90% or racer-00100"
    for text, meant in (
        ("@late", "used>=90% or racer-00100"),
        ("not @LATE", "not (used>=90% or racer-00100)"),
        ("@late racer", "(used>=90% or racer-00100) racer"),
    ):
        assert select_by_filter(workspace, text) == select_by_filter(workspace, meant)
        assert select_by_filter(workspace, text).keys


def test_the_same_name_in_another_case_replaces_it(workspace: Workspace) -> None:
    save_filter(workspace, "Late", "used>90%")
    save_filter(workspace, "late", "used>95%")
    save_filter(workspace, "Beginners", "hours<1")
    assert names(workspace) == ["Beginners", "late"]
    assert read_filter(workspace, "@LATE") == parse("used>95%")


def test_names_in_a_saved_filter_are_replaced_when_it_is_saved(workspace: Workspace) -> None:
    save_filter(workspace, "late", "used>90%")
    assert save_filter(workspace, "late-reds", "team:red @late").text == "team:red (used>90%)"
    remove_filter(workspace, "late")
    assert read_filter(workspace, "@late-reds") == parse("team:red used>90%")


def test_a_removed_filter_is_gone(workspace: Workspace) -> None:
    save_filter(workspace, "late", "used>90%")
    remove_filter(workspace, "LATE")
    assert names(workspace) == []
    with workspace.database.read() as connection:
        assert read_preferences(connection) == {}
    with pytest.raises(FilterError, match="no saved filter"):
        read_filter(workspace, "@late")
    with pytest.raises(InvalidInputError):
        remove_filter(workspace, "late")


@pytest.mark.parametrize(
    ("name", "text"),
    [("two words", "x"), ("", "x"), ("late", ""), ("late", " "), ("late", "tem:x"), ("a", "@b")],
)
def test_what_cannot_be_read_later_is_not_saved(workspace: Workspace, name: str, text: str) -> None:
    with pytest.raises(InvalidInputError):
        save_filter(workspace, name, text)
    assert names(workspace) == []


def test_a_preference_that_is_no_filter_is_passed_over(workspace: Workspace) -> None:
    write_preference(workspace.database, "filter.odd", ["x"])
    assert names(workspace) == []


def test_columns_are_remembered_in_order_and_unknown_ones_left_out(workspace: Workspace) -> None:
    known = ["alias", "email", "hours"]
    assert remembered_columns(workspace, known) is None
    remember_columns(workspace, ["alias", "hours", "gone", "email"])
    assert remembered_columns(workspace, known) == ("alias", "hours", "email")
    remember_columns(workspace, [])
    assert remembered_columns(workspace, known) is None


@pytest.mark.parametrize("value", ["alias", {"alias": 1}, [["alias"]], [1]])
def test_columns_that_somebody_else_wrote_are_passed_over(
    workspace: Workspace, value: object
) -> None:
    write_preference(workspace.database, "usage.columns", value)
    assert remembered_columns(workspace, ["alias"]) is None
