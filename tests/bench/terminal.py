"""A program in a pty of its own, timed from a key to the end of the frame that shows its effect.

The terminal says that it knows synchronized output, so that every frame ends with a mark; what is
searched for is always text that only the awaited frame can bring.
"""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import pyte

COLUMNS: Final = 120
LINES: Final = 40
PATIENCE: Final = 60.0
_PAUSE: Final = 0.02  # no frame is written with such a pause in it
_FRAME_END: Final = b"\x1b[?2026l"
_ASKED: Final = b"\x1b[?2026$p"
_ANSWER: Final = b"\x1b[?2026;2$y"
_PAGE_SIZE: Final = os.sysconf("SC_PAGE_SIZE")


class Program:
    """A running program, and what it has written to its terminal.

    Attributes:
        began: When it was started, on the clock of `time.perf_counter`.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        self._resize(LINES)
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        os.set_blocking(self._master, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def until(self, text: str) -> tuple[float, int]:
        """Read to the end of the frame with this text; return when that was, and how many bytes."""
        wanted = text.encode()
        data = bytearray()
        place, last = -1, self.began
        deadline = time.perf_counter() + PATIENCE
        while True:
            news = self._read(_PAUSE if place >= 0 else 0.5)
            if place >= 0 and not news:
                return last, len(data)  # a first frame has no mark: it is asked for only then
            data += news
            last = time.perf_counter()
            if place < 0:
                place = data.find(wanted)
            if place >= 0 and data.find(_FRAME_END, place) >= 0:
                return last, len(data)
            assert last < deadline, f"“{text}” never showed: {bytes(data[-3000:])!r}"

    def settle(self, seconds: float = 0.12) -> int:
        """Read until nothing was written for so long; return how many bytes there were."""
        count = 0
        while data := self._read(seconds):
            count += len(data)
        return count

    def lines(self) -> list[str]:
        """Take the terminal to be redrawn whole, and return what is on it then, line by line."""
        screen = pyte.Screen(COLUMNS, LINES)
        stream = pyte.ByteStream(screen)
        for lines in (LINES - 1, LINES):  # by other sizes everything is laid out and drawn anew
            self._resize(lines)
            self._process.send_signal(signal.SIGWINCH)
            stream.feed(self.read_for(0.7))
        return list(screen.display)

    def _resize(self, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, COLUMNS, 0, 0))

    def read_for(self, seconds: float) -> bytes:
        """Read for so long, and return what was written."""
        data = bytearray()
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            data += self._read(left)
        return bytes(data)

    def press(self, keys: str, text: str) -> tuple[float, int]:
        """Press keys; return the seconds until a frame showed the text, and the bytes written."""
        began = time.perf_counter()
        os.write(self._master, keys.encode())
        ended, count = self.until(text)
        return ended - began, count

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def memory(self) -> int:
        """How much of the program is in memory now, in bytes."""
        fields = Path(f"/proc/{self._process.pid}/statm").read_text().split()
        return int(fields[1]) * _PAGE_SIZE

    def processor_seconds(self) -> float:
        """How long the program has been on a processor."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""
        assert data, f"the program ended: {self._process.wait()}"
        if _ASKED in data:
            os.write(self._master, _ANSWER)
        return data


@contextmanager
def program(name: str, *arguments: str) -> Iterator[Program]:
    """Start one of the programs of this folder; it is ended with the context."""
    command = [sys.executable, "-m", f"tests.bench.programs.{name}", *arguments]
    with Program(command, os.environ) as running:
        yield running
