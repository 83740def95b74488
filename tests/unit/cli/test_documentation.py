"""docs/command-line.md names every command, option, JSON key, setting and exit code there is."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from drtui.cli import assemble, exits
from drtui.commands.leaderboards import LEADERBOARD_COLUMNS
from drtui.commands.models import MODEL_COLUMNS
from drtui.commands.races import RACE_COLUMNS
from drtui.commands.usage import USER_COLUMNS
from drtui.config import SyncSettings
from drtui.domain.spending import Rates

TEXT = Path(__file__).parents[3].joinpath("docs", "command-line.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command's words, and its options that are shown."""
    pending = [("drtui", get_command(assemble([])))]
    while pending:
        words, command = pending.pop()
        children = getattr(command, "commands", {})
        pending += [(f"{words} {name}", child) for name, child in children.items()]
        if not children:
            shown = [each for each in command.params if not getattr(each, "hidden", False)]
            options = [each for each in shown if each.param_type_name == "option"]
            yield words, [name for each in options for name in each.opts if name.startswith("--")]


COMMANDS = dict(commands())


def test_the_commands_are_there() -> None:
    assert {"drtui users set-quota", "drtui operations settle", "drtui sync"} <= set(COMMANDS)


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_and_option_is_documented(words: str) -> None:
    assert words in TEXT
    missing = [option for option in COMMANDS[words] if option not in TEXT and option != "--help"]
    assert missing == []


@pytest.mark.parametrize(
    "key", sorted({*USER_COLUMNS, *MODEL_COLUMNS, *RACE_COLUMNS, *LEADERBOARD_COLUMNS})
)
def test_every_key_of_the_list_is_documented(key: str) -> None:
    assert f"| `{key}` |" in TEXT


@pytest.mark.parametrize("section", [("sync", SyncSettings), ("spending", Rates)])
def test_every_setting_is_documented(section: tuple[str, type]) -> None:
    name, kind = section
    for one in fields(kind):
        assert f"\n{one.name} = " in TEXT
        assert f"DRTUI_{name}_{one.name}".upper() in TEXT


def test_every_exit_code_is_documented() -> None:
    codes = [value for name, value in vars(exits).items() if name.isupper()]
    assert codes
    for code in codes:
        assert f"\n| {code} |" in TEXT
