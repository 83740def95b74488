"""What all tests share: how they are spread over processes, and what would only cost time."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import settings

from tests.support.effort import times
from tests.support.fork_doors import ForkServers, of_the_run, once_in_a_run

if TYPE_CHECKING:
    from tests.e2e.forking import Forks

# Tests begin some hundred processes of drtui: none shall compile what the last one compiled,
# whatever the environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# In the background, or by `nohup`, a run is begun with signals ignored, and drtui leaves them so.
for number, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

# Rules for which many cases are made up. No time is set for one: the machine may be busy.
settings.register_profile("drtui", max_examples=times(25), deadline=None)
settings.load_profile("drtui")

_YOUNG: Final = 50_000  # objects: a screen is thousands, and all of them go with their test
_TESTS: Final = Path(__file__).parent
_LONGEST: Final = [
    *(
        _TESTS / f"e2e/test_{name}.py"
        for name in ("hostile_text", "tmux", "race_changes", "inviting", "event_day", "hang_up")
    ),
    _TESTS / "e2e/test_big_screen.py",
    _TESTS / "torture/test_short_form.py",
    _TESTS / "sync/test_invitations_killed.py",
    _TESTS / "unit/test_demo.py",
]
_LONG: Final = ("e2e", "pilot", "snapshots", "sync")  # folders of files that take their time
_servers: Final = pytest.StashKey[ForkServers]()
_USUAL: Final = gc.get_threshold()
gc.set_threshold(_YOUNG, 20, 100)  # what is collected from here on are tests, which stay


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have one of each process that forks for all of the run, where tests are spread.

    Of a fresh checkout, compile a part of the tests' files here, and the others elsewhere.
    Otherwise each process would compile them all at the same time as the others.
    """
    config = session.config
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is None and config.getoption("numprocesses", None):
        config.stash[_servers] = ForkServers()
    if worker is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for file in sorted(_TESTS.rglob("test_*.py"))[number::count]:
        if "bench" in file.parts or any((file.parent / "__pycache__").glob(f"{file.stem}.*")):
            continue
        with suppress(Exception):  # it is told when it is collected
            import_module(".".join(file.relative_to(_TESTS.parent).with_suffix("").parts))


@pytest.fixture(autouse=True, scope="session")
def _files_of_botocore() -> Iterator[None]:
    """Read each of botocore's own files once, where the tests need it at all."""
    with pytest.MonkeyPatch.context() as patched:
        if "botocore" in sys.modules:
            from tests.support.botocore_files import read_once

            read_once(patched)
        yield


@pytest.fixture(scope="session")
def forks() -> "Iterator[Forks]":
    """What makes runs of `drtui` begin quickly."""
    from tests.e2e.forking import Forks
    from tests.e2e.running import rehearse

    made = Forks(shared=of_the_run("tests.e2e.forking_server"))
    with once_in_a_run("rehearsal") as to_do:
        if to_do:
            rehearse(made)
    yield made
    made.close()


def pytest_xdist_auto_num_workers() -> int:
    """Three workers for each core: much of a test is waiting for a frame or a reply."""
    return 3 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: each file runs in one process, and none shall be the last.

    Files of the long folders take turns, so that few that start many processes run at once.
    """
    files = list(dict.fromkeys(item.path for item in items))
    order = {file: number for number, file in enumerate(sorted(files, key=_turns(files)))}
    items.sort(key=lambda item: order[item.path])


def _turns(files: list[Path]) -> Callable[[Path], tuple[float, ...]]:
    """What to sort files by: the longest, then the long folders evenly mixed, then the others."""
    of_folder = {
        folder: [each for each in files if each.parent == folder]
        for folder in (_TESTS / name for name in _LONG)
    }

    def turn(file: Path) -> tuple[float, ...]:
        if file in _LONGEST:
            return 0, _LONGEST.index(file)
        if file.parent in of_folder:
            folder = of_folder[file.parent]
            return 1, folder.index(file) / len(folder)
        return (2,)

    return turn


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the collector what stays for ever: every library and every test.

    Benchmarks keep Python's own settings.
    """
    if any("bench" in item.path.parts for item in session.items):
        gc.set_threshold(*_USUAL)
        return
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Spare a worker pytest's last look for what was never closed: nobody is told what it finds."""
    if hasattr(session.config, "workerinput"):
        gc.freeze()
    servers = session.config.stash.get(_servers, None)
    if servers is not None:
        servers.close()
