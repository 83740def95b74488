"""A console in a real terminal, started as a process."""

import sys
from pathlib import Path

import pexpect

PROGRAM = """
import sys
from pathlib import Path
from tests.support.driving import console_app
app = console_app(Path(sys.argv[1]))
app.run()
sys.exit(app.return_code or 0)
"""
LEFT = "\x1b[?1049l"  # back from the alternate screen
SECONDS = 30


def started(path: Path) -> "pexpect.spawn[str]":
    console: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM, str(path)],
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=SECONDS,
    )
    console.expect("racer-00100")
    return console
