"""Opening the console: who it needs, and what it leaves behind."""

import gc
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from drtui import accounts, console
from drtui.config import Account, Credentials, Paths, Settings, find_paths
from drtui.configured_accounts import ConfiguredAccounts
from drtui.console import ConsoleProblemError, open_console, run_console
from drtui.domain.sites import Site
from drtui.sync.assignment import Assignment


class App:
    """Stands in for the app: like Textual, it handles being stopped and going on."""

    return_code: int | None = 129

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        """Take whatever the app takes."""

    def run(self) -> None:
        for number in (signal.SIGTSTP, signal.SIGCONT):
            signal.signal(number, lambda *_: pytest.fail("its loop has ended"))


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    monkeypatch.setattr("drtui.app.DrtuiApp", App)
    yield find_paths({"DRTUI_HOME": str(tmp_path)})
    for number, handler in before.items():
        signal.signal(number, handler)


class Tangled(App):
    """Refers to itself, as a real app does, freezes that, and goes to other accounts."""

    return_code = 0
    next: ClassVar[list[str]] = []
    opened: ClassVar[list[weakref.ref["Tangled"]]] = []
    left: ClassVar[list[bool]] = []  # whether those before were still there, app by app

    def __init__(self, *_arguments: Any, book: ConfiguredAccounts, **_options: Any) -> None:
        self.itself = self
        self.book = book
        self.left.append(any(former() is not None for former in self.opened))
        self.opened.append(weakref.ref(self))

    def run(self) -> None:
        gc.freeze()
        gc.enable()
        if self.next:
            self.book.go_to(self.next.pop())


def opened(paths: Paths) -> int:
    assignment = Assignment(str(paths.store("a")), "https://x.example/prod", "us-east-1")
    return run_console("a", assignment, paths, Settings())


def test_the_app_s_exit_code_is_the_console_s(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(paths) == 129
    monkeypatch.setattr(App, "return_code", None)
    assert opened(paths) == 0


def test_the_app_s_signal_handlers_end_with_it(paths: Paths) -> None:
    opened(paths)
    signal.raise_signal(signal.SIGCONT)
    assert signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL


def test_the_log_is_private_before_the_engine_writes_to_it(paths: Paths) -> None:
    opened(paths)
    assert paths.log_file.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_is_told(paths: Paths) -> None:
    paths.logs.write_text("a file where the folder would be")
    with pytest.raises(ConsoleProblemError, match="DRTUI_HOME"):
        opened(paths)
    assert gc.isenabled()


def test_nothing_of_a_console_is_left_in_the_next_one(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(paths.config.parent))
    monkeypatch.setattr(console, "require_terminal", lambda: None)
    monkeypatch.setattr("drtui.app.DrtuiApp", Tangled)
    Tangled.next.extend(["finals", "training"])
    for name in ("finals", "training"):
        accounts.add(paths, Account(name, "https://x.example/prod", "us-east-1"))
    assert open_console("finals") == 0
    assert Tangled.left == [False, False, False]


def test_the_engine_is_told_who_may_sign_in_where(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Assignment] = []

    def run(_name: str, assignment: Assignment, *_arguments: Any, **_options: Any) -> int:
        told.append(assignment)
        return 0

    monkeypatch.setenv("DRTUI_HOME", str(paths.config.parent))
    monkeypatch.setattr(console, "require_terminal", lambda: None)
    monkeypatch.setattr(console, "run_console", run)
    site = Site(
        *("https://x.example/prod", "us-east-1_AbC", "client1", "us-east-1:ab-cd", "us-east-1")
    )
    accounts.add(
        paths,
        Account("finals", site.api_url, site.region, Credentials.SIGN_IN, site, user="ada"),
    )
    assert open_console("finals") == 0
    (assignment,) = told
    assert (assignment.account, assignment.user, assignment.site) == ("finals", "ada", site)


@pytest.mark.parametrize(("profile", "simulated"), [("", False), ("event", True), ("event", False)])
def test_the_sponsor_s_account_is_opened_only_where_a_profile_is_named(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, profile: str, simulated: bool
) -> None:
    options: dict[str, Any] = {}

    class Telling(App):
        def __init__(self, *_arguments: Any, **given: Any) -> None:
            options.update(given)

    account = Account("a", "https://x.example/prod", "us-east-1", aws_profile=profile)
    settings = Settings(accounts={"a": account})
    monkeypatch.setattr("drtui.app.DrtuiApp", Telling)
    monkeypatch.setattr("drtui.doors.open_sponsor", lambda *given: given)
    assignment = Assignment(str(paths.store("a")), account.api_url, account.region)
    run_console("a", assignment, paths, settings, simulated=simulated)
    open_sponsor = options["open_sponsor"]
    if simulated or not profile:
        assert open_sponsor is None
    else:
        assert open_sponsor() == (account, settings)


_TELLING = """
import sys, types
from pathlib import Path
from drtui import console
from drtui.config import Settings, find_paths
from drtui.sync.assignment import Assignment

class App:
    return_code = 0
    def __init__(self, *_arguments, **_options):
        pass
    def run(self):
        from textual import constants
        print(constants.MAX_FPS)

sys.modules["drtui.app"] = types.SimpleNamespace(DrtuiApp=App)
paths = find_paths({"DRTUI_HOME": sys.argv[1]})
assignment = Assignment(str(paths.store("a")), "https://x.example/prod", "us-east-1")
console.run_console("a", assignment, paths, Settings())
"""


@pytest.mark.parametrize(("wanted", "frames"), [(None, "250"), ("30", "30")])
def test_a_key_s_frame_hardly_waits_for_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str | None, frames: str
) -> None:
    """Textual reads how many frames there are once, when it is imported."""
    monkeypatch.delenv("TEXTUAL_FPS", raising=False)
    if wanted:
        monkeypatch.setenv("TEXTUAL_FPS", wanted)
    command = [sys.executable, "-c", _TELLING, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == frames
