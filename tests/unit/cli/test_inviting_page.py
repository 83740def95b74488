"""docs/inviting.md leads through an event by commands and options that there are."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.cli.test_documentation import COMMANDS

PAGE = Path(__file__).parents[3].joinpath("docs", "inviting.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [
    line.strip()
    for block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip() != ""
]
ANYWHERE = {"--account", "--debug", "--help"}


def test_there_are_commands_for_every_step() -> None:
    assert len(BLOCKS) >= 7
    groups = {line.split()[1] for line in LINES if len(line.split()) > 1}
    assert {"setup", "invite", "access", "users", "billing"} <= groups


@pytest.mark.parametrize("line", LINES)
def test_every_line_is_a_command_with_options_of_its_own(line: str) -> None:
    words = shlex.split(line, comments=True)
    assert words[0] == "drtui"
    if len(words) == 1:
        return  # the console
    found = [name for name in COMMANDS if words[: len(name.split())] == name.split()]
    assert len(found) == 1, line
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert options <= {*COMMANDS[found[0]], *ANYWHERE}
