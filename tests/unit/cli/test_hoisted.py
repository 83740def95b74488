"""--account and --debug stand wherever they like, and nothing else is touched."""

import pytest

from drtui.cli import hoisted
from drtui.cli.hoisted import chosen_account, debugging, hoist
from drtui.domain.problems import InvalidInputError


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hoisted, "_CHOSEN", hoisted._Hoisted())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--account", "x", "users", "list", "--json"],
        ["users", "--account", "x", "list", "--json"],
        ["users", "list", "--json", "--account", "x"],
        ["users", "list", "--account=x", "--json"],
    ],
)
def test_the_account_may_be_named_anywhere(arguments: list[str]) -> None:
    assert hoist(arguments) == ["users", "list", "--json"]
    assert chosen_account() == "x"
    assert not debugging()


def test_debug_may_stand_anywhere() -> None:
    assert hoist(["users", "--debug", "list"]) == ["users", "list"]
    assert debugging()
    assert chosen_account() is None


def test_what_follows_two_dashes_is_left_alone() -> None:
    assert hoist(["users", "show", "--", "--debug", "--account"]) == [
        *("users", "show", "--", "--debug", "--account")
    ]
    assert not debugging()


@pytest.mark.parametrize("arguments", [["--account"], ["--account="], ["--account", ""]])
def test_an_account_without_a_name_is_refused(arguments: list[str]) -> None:
    with pytest.raises(InvalidInputError, match="needs a name"):
        hoist(["users", "list", *arguments])
