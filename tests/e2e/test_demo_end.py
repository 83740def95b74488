"""The demo's end: whatever reaches it then, it ends well and leaves nothing running."""

import json
import os
from pathlib import Path

import pexpect

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment
from tests.e2e.terminal import in_terminal
from tests.support.waiting import eventually


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


def children_of(pid: int) -> list[int]:
    """What a process has started, from whichever of its threads."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for file in lists for each in file.read_text().split()]


def test_a_terminal_that_goes_away_takes_everything_with_it(tmp_path: Path) -> None:
    drtui = Drtui(tmp_path, clean_environment(tmp_path))
    with in_terminal(drtui, "demo", "--racers", "8") as demo:
        # The engine and the account.
        eventually(lambda: len(children_of(demo.pid)) == 2, seconds=30)
        started = [demo.pid, *children_of(demo.pid)]
        demo.ptyproc.fileobj.close()
        eventually(lambda: all(gone(each) for each in started), seconds=20)


def test_a_second_demo_is_told_that_one_is_running(tmp_path: Path, forks: Forks) -> None:
    drtui = Drtui(tmp_path, clean_environment(tmp_path), (), forks)
    with in_terminal(drtui, "demo", "--racers", "8") as demo:
        demo.expect("shown")
        with in_terminal(drtui, "demo", "--fresh") as second:
            second.expect("Another demo is running")
            second.expect("set DRTUI_HOME to another folder")
            second.expect(pexpect.EOF)
            second.close()
        assert second.exitstatus == 1
        demo.send("q")
        demo.expect(pexpect.EOF)


def test_the_last_demo_goes_on_whatever_number_of_racers_is_asked_for(
    tmp_path: Path, forks: Forks
) -> None:
    drtui = Drtui(tmp_path, clean_environment(tmp_path), (), forks)
    goes_on = "The demo of 8 racers goes on; --fresh --racers 200 begins another."

    def shown(*options: str) -> str:
        with in_terminal(drtui, "demo", *options) as demo:
            demo.expect("[1-9][0-9]* of [1-9][0-9]* shown")
            text = (demo.before or "") + (demo.after or "")
            demo.send("q")
            demo.expect(pexpect.EOF)
        return text

    first = shown("--racers", "8")
    assert "goes on" not in first
    again = shown()
    assert goes_on in again.replace("\r\n", "")
    assert again.split()[-3:] == first.split()[-3:]
    assert "goes on" not in shown("--racers", "8")
    anew = shown("--fresh")
    assert "goes on" not in anew
    assert anew.split()[-3:] != first.split()[-3:]


def test_the_demo_keeps_to_its_own_folder(tmp_path: Path) -> None:
    drtui = Drtui(tmp_path, clean_environment(tmp_path))
    real = tmp_path / "state" / "accounts" / "demo.2026.sqlite"
    real.parent.mkdir(parents=True)
    real.write_text("a real account's")
    with in_terminal(drtui, "demo", "--racers", "8", "--fresh") as demo:
        demo.expect("shown")
        demo.send("q")
        demo.expect(pexpect.EOF)
    assert real.read_text() == "a real account's"
    assert list((tmp_path / "state" / "demo").rglob("*.sqlite"))
    secrets = json.dumps([path.read_text() for path in (tmp_path / "logs").iterdir()])
    assert "session_token" not in secrets
