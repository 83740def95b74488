"""Data goes to stdout, talk to stderr; lists as a table, JSON or CSV."""

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from drtui.domain.csv_text import csv_text
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.text import clean

_LONGEST: Final = 2_000


class OutputProblemError(ProblemError):
    """Standard output cannot be written."""


def set_up_streams() -> None:
    """Make the standard streams usable whatever the shell made of them."""
    # What the shell closed (`>&-`) leads nowhere, so that no store is opened in its place.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdin = sys.stdin or os.fdopen(0)
    sys.stdout = sys.stdout or os.fdopen(1, "w")
    sys.stderr = sys.stderr or os.fdopen(2, "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What another encoding cannot hold is shown as an escape.
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    """Tell the admin something, on stderr; when nobody listens any more, that changes nothing.

    Cleaned line by line: what was typed, and names of files, are said here as well.
    """
    lines = "".join(f"{clean(line, _LONGEST)}\n" for line in text.split("\n"))
    with suppress(OSError):
        sys.stderr.write(lines)
        sys.stderr.flush()


def emit(text: str) -> None:
    """Write data to stdout; a reader that has gone, such as `head`, has had enough of it.

    Raises:
        OutputProblemError: It cannot be written, as on a full disk.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()
    except OSError as error:
        _abandon_stdout()
        raise OutputProblemError(f"The output could not be written ({error.strerror}).") from error


def finish_output() -> int:
    """Write what is left, the help for instance; return 1 where that fails, 0 otherwise."""
    try:
        emit("")
    except OutputProblemError as problem:
        say(str(problem))
        return 1
    return 0


def _abandon_stdout() -> None:
    """Let nothing more be written, so that the interpreter does not stumble over it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def choose_one(as_json: bool, as_csv: bool) -> None:
    """Refuse --json and --csv together.

    Raises:
        InvalidInputError: Both were given.
    """
    if as_json and as_csv:
        raise InvalidInputError("Choose one of --json and --csv.")


def print_json(data: object) -> None:
    """Print JSON; ASCII only, so that no text from outside moves a terminal's cursor."""
    emit(json.dumps(data, indent=2) + "\n")


def print_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print CSV; no cell can start a formula. Lists are joined by blanks."""
    emit(csv_text(rows, columns))


class ProgressLine:
    """One line on a terminal's stderr that is written over; nothing where it is not a terminal."""

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Show a text instead of the last one."""
        if self.terminal and text != self._shown:
            self._write(clean(text, shutil.get_terminal_size().columns - 1))
            self._shown = text

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            self._write("")
            self._shown = ""

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(f"\r\N{ESCAPE}[K{text}")
            sys.stderr.flush()
