"""How the process ends: in order, and at once where a call that was given up is waited for."""

import subprocess
import sys
from pathlib import Path

import pytest

ENDS = """
import atexit, sys, threading
from drtui.__main__ import end

atexit.register(print, "taken apart")
sys.stdout.write("said ")
if sys.argv[1] != "alone":
    waits = threading.Event()
    daemon = sys.argv[1] == "given up"
    threading.Thread(target=waits.wait, args=(None if daemon else 0.01,), daemon=daemon).start()
end(3)
"""


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("alone", "said taken apart\n"),
        ("given up", "said "),
        ("at work", "said taken apart\n"),
    ],
)
def test_only_calls_that_were_given_up_are_not_waited_for(beside: str, said: str) -> None:
    command = [sys.executable, "-c", ENDS, beside]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.stdout, ended.stderr, ended.returncode) == (said, "", 3)


PASSING = """
import threading
from drtui.__main__ import end
from drtui.files import passing_folder

begun = threading.Event()

def work():
    with passing_folder("drtui-test-") as folder:
        folder.joinpath("model").touch()
        print(folder, flush=True)
        begun.set()
        threading.Event().wait()

threading.Thread(target=work, daemon=True).start()
begun.wait()
end(0)
"""


def test_no_folder_of_a_transfer_is_left_behind() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PASSING], capture_output=True, text=True, check=True, timeout=60
    )
    folder = Path(ended.stdout.strip())
    assert folder.name.startswith("drtui-test-")
    assert not folder.exists()
