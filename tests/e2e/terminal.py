"""`drtui` in a terminal, as a person has it."""

import os
import re
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import pexpect
import pyte
from pexpect.pty_spawn import ptyprocess

from tests.e2e.forking import Forked, Forks
from tests.e2e.running import COMMAND, Drtui

WAIT: Final = 30.0
_PATIENCE: Final = 1.0
_LISTED: Final = re.compile(r"[1-9][\d,]* of [\d,]+ shown")
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class _ForkedPty(ptyprocess.PtyProcess):  # type: ignore[misc]  # it has no types
    """A terminal whose program is no child of this process."""

    exitstatus: int | None
    signalstatus: int | None

    def __init__(self, forked: Forked, descriptor: int) -> None:
        super().__init__(forked.pid, descriptor)
        self._forked = forked

    def isalive(self) -> bool:
        """Whether it still runs; how it ended is noted."""
        code = self._forked.poll()
        if code is not None:
            self._note(code)
        return code is None

    def wait(self) -> int | None:
        """Wait for its end, and return the exit code."""
        self._note(self._forked.wait())
        return self.exitstatus

    def _note(self, code: int) -> None:
        self.terminated = True
        self.exitstatus, self.signalstatus = (None, -code) if code < 0 else (code, None)


class _Forked(pexpect.spawn):  # type: ignore[misc]  # it has no types
    """A program in a terminal that begins where its imports end."""

    def __init__(self, forks: Forks, command: Sequence[str], **options: Any) -> None:
        self._forks = forks
        self._arguments = command[len(COMMAND) :]
        super().__init__(command[0], list(command[1:]), **options)

    def _spawnpty(
        self, _args: object, *, env: dict[str, str], dimensions: tuple[int, int], **_: object
    ) -> _ForkedPty:
        descriptor, theirs = os.openpty()
        termios.tcsetwinsize(theirs, dimensions)
        try:
            return _ForkedPty(self._forks.show(self._arguments, env, theirs), descriptor)
        finally:
            os.close(theirs)


def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    forks: Forks | None,
    *,
    columns: int,
    lines: int,
    encoding: str | None = None,
) -> "pexpect.spawn[Any]":
    """Start a command in a new terminal; `drtui` itself is forked where something forks."""
    options: dict[str, Any] = {
        "env": dict(environment),
        "encoding": encoding,
        "timeout": WAIT,
        "dimensions": (lines, columns),
    }
    if forks is not None and tuple(command[: len(COMMAND)]) == COMMAND:
        return _Forked(forks, command, **options)
    return pexpect.spawn(command[0], list(command[1:]), **options)


@contextmanager
def in_terminal(
    drtui: Drtui, *arguments: str, columns: int = 100, lines: int = 30
) -> Iterator["pexpect.spawn[str]"]:
    """Start a command in a terminal; it is ended with the context."""
    child = spawn(
        [*COMMAND, *arguments],
        drtui.environment,
        drtui.forks,
        columns=columns,
        lines=lines,
        encoding="utf-8",
    )
    try:
        yield child
    finally:
        end(child)


def end(child: "pexpect.spawn[Any]") -> None:
    """End a program, whatever it does, and wait for that: a busy machine is slow to kill."""
    with suppress(pexpect.ExceptionPexpect):
        child.close(force=True)
    child.wait()


def finished(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    """Wait for the end; return the exit code and what was shown last, without its escapes."""
    child.expect(pexpect.EOF)
    text = _ESCAPES.sub("", child.before or "")
    child.close()
    return child.exitstatus, text


class Terminal:
    """A program in a pty, and the screen that it draws."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
        forks: Forks | None = None,
    ) -> None:
        self.written = b""
        """Everything that went to the terminal."""
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._text: str | None = None  # what is on the screen, once somebody has looked
        self.process = spawn(command, environment, forks, columns=columns, lines=lines)

    @property
    def text(self) -> str:
        """What is on the screen."""
        if self._text is None:
            self._text = "\n".join(self.screen.display)
        return self._text

    def wait_for(self, holds: Callable[[str], bool], what: str = "it") -> str:
        """Read what is drawn until the screen shows it."""
        assert self.read_for(WAIT, holds), f"{what} never showed:\n{self.text}"
        return self.text

    def _read(self) -> None:
        try:
            data = self.process.read_nonblocking(65_536, timeout=0.2)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF as end:
            raise AssertionError(f"it ended:\n{self.text}") from end
        self.written += data
        self._stream.feed(data)
        self._text = None

    def see(self, *needles: str) -> str:
        """Wait until all of this is on the screen."""
        return self.wait_for(lambda text: all(one in text for one in needles), repr(needles))

    def ready(self) -> str:
        """Wait until the account was read and its racers are listed."""
        return self.wait_for(is_ready, "the list of racers")

    def press(self, keys: str) -> None:
        """Type."""
        self.process.send(keys)

    def leave_for(self, needle: str) -> None:
        """Press escape until this is on the screen."""
        deadline = time.monotonic() + WAIT
        while needle not in self.text:
            assert time.monotonic() < deadline, f"escape never led to {needle!r}:\n{self.text}"
            # A key right behind an escape would be one with it.
            self.press("\x1b")
            self.read_for(_PATIENCE, lambda text: needle in text)

    def read_for(self, seconds: float, holds: Callable[[str], bool]) -> bool:
        """Read what is drawn until the screen shows it, or for so long."""
        deadline = time.monotonic() + seconds
        while not holds(self.text) and time.monotonic() < deadline:
            self._read()
        return holds(self.text)

    def ended(self) -> int | None:
        """Read to the end, and return the exit code."""
        self.written += self.process.read()
        self.process.wait()
        code: int | None = self.process.exitstatus
        return code

    def hang_up(self) -> None:
        """Go away, as a dropped SSH session's terminal does."""
        self.process.ptyproc.fileobj.close()

    def close(self) -> None:
        """End it, whatever it does."""
        end(self.process)


def is_ready(text: str) -> bool:
    """Whether the account was read and somebody is listed."""
    return "online" in text and _LISTED.search(text) is not None


@contextmanager
def terminal(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    columns: int = 80,
    lines: int = 24,
    forks: Forks | None = None,
) -> Iterator[Terminal]:
    """Start a command in a terminal; it is ended with the context."""
    opened = Terminal(command, environment, columns=columns, lines=lines, forks=forks)
    try:
        yield opened
    finally:
        opened.close()
