"""Engines in processes of their own, which a test kills."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.sync.downloading import Event
from tests.sync.model_changing import Changing

_PROGRAM: Final = """
import json, sys
from pathlib import Path
from tests.support.emulator import RunningEmulator
from tests.sync.downloading import Event
from tests.sync.model_changing import Changing

_, kind, ready, path = sys.argv
emulator = RunningEmulator(None, json.loads(ready))  # the test's: its address and keys alone
if kind == "changing":
    Changing(emulator, Path(path))  # which runs an engine to begin with
else:
    Event(emulator, Path(path)).run()
"""


@contextmanager
def killed_in_the_end(event: Event) -> Iterator[subprocess.Popen[bytes]]:
    """Run an engine on the event's store in another process, until the block ends."""
    kind = "changing" if isinstance(event, Changing) else "downloads"
    given = [kind, json.dumps(event.emulator.ready), str(event.database.path)]
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, *given]) as process:
        try:
            yield process
        finally:
            process.kill()
