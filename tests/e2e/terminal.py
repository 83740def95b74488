"""`drtui` in a terminal, as a person has it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pexpect

from tests.e2e.running import COMMAND, Drtui

WAIT: Final = 30.0
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@contextmanager
def in_terminal(
    drtui: Drtui, *arguments: str, columns: int = 100, lines: int = 30
) -> Iterator["pexpect.spawn[str]"]:
    """Start a command in a terminal; it is ended with the context."""
    child = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], *arguments],
        env=drtui.environment,
        encoding="utf-8",
        timeout=WAIT,
        dimensions=(lines, columns),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def finished(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    """Wait for the end; return the exit code and what was shown last, without its escapes."""
    child.expect(pexpect.EOF)
    text = _ESCAPES.sub("", child.before or "")
    child.close()
    return child.exitstatus, text
