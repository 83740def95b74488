"""`drtui service` on the command line, with systemd's tools in a folder and a keyring in memory."""

import json
from pathlib import Path

import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.config import Paths, load_settings
from drtui.domain.problems import StoreProblemError
from drtui.domain.signing_in import Secret
from drtui.keeping import Keeper
from tests.support.services import SystemdTools
from tests.unit.cli.account_scenes import FINALS, signed_in
from tests.unit.cli.conftest import Say
from tests.unit.test_keeping import MemoryKeyring


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemdTools:
    tools = SystemdTools(tmp_path)
    monkeypatch.setenv("PATH", tools.path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tools


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".config" / "systemd" / "user" / "drtui-finals.service"


def with_password() -> None:
    assert Keeper().keep("finals", "ada", Secret.PASSWORD, "Correct-horse-7")


def test_a_sign_in_that_lasts_is_installed_and_linger_is_explained(
    paths: Paths,
    backend: MemoryKeyring,
    tools: SystemdTools,
    unit: Path,
    said: Say,
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    told = said()
    assert "renews itself" in told
    assert "loginctl enable-linger" in told
    assert "“finals” runs" in told
    text = unit.read_text(encoding="utf-8")
    assert f'Environment="DRTUI_HOME={paths.state.parent}"' in text
    assert "Correct-horse-7" not in text
    assert all(value not in text + told for value in backend.entries.values())
    assert len(tools.heard) == 3


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("inactive", "is stopped"),
        ("failed", "has failed"),
        ("activating", "is about to begin"),
        ("deactivating", "is about to end"),
        ("maintenance", "is maintenance"),
        ("", "is not known to run"),
    ],
)
def test_where_it_does_not_run_that_is_told_in_words_and_how_it_begins_again(
    paths: Paths, tools: SystemdTools, said: Say, state: str, told: str
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    assert said()
    tools.stands(state)
    assert run(["service", "status"]) == exits.PROBLEM
    found = said()
    assert f"The service of “finals” {told}." in found
    ended = state in ("inactive", "failed")
    assert ("“drtui service install” begins it again." in found) is ended


@pytest.mark.usefixtures("backend", "tools")
def test_stopped_while_something_waits_it_has_not_failed(paths: Paths, unit: Path) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    waits = f"{exits.QUEUED} {exits.UNSETTLED} {exits.NOT_ALLOWED}"
    assert f"\nSuccessExitStatus={waits}\n" in unit.read_text(encoding="utf-8")


@pytest.mark.usefixtures("backend", "tools")
def test_it_is_in_the_journal(
    paths: Paths, unit: Path, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    assert run(["service", "uninstall", "--yes"]) == exits.OK
    assert said()
    assert run(["journal", "--json"]) == exits.OK
    lines = [(one["what"], one["result"]) for one in json.loads(capsys.readouterr().out)]
    assert lines[:2] == [
        ("Uninstall the service", f"removed: {unit}"),
        ("Install the service", f"installed: {unit}"),
    ]


@pytest.mark.usefixtures("backend", "tools")
def test_what_was_done_is_said_though_it_cannot_be_noted(
    paths: Paths, unit: Path, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(*_: object) -> None:
        raise StoreProblemError("The disk is full.")

    monkeypatch.setattr("drtui.cli.services.note", note)
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.PROBLEM
    told = said()
    assert "Installed: the service of “finals” runs." in told
    assert told.endswith("may have to).\nThe disk is full.\n")
    assert unit.exists()
    assert run(["service", "uninstall", "--yes"]) == exits.PROBLEM
    told = said()
    assert told.endswith("its unit is removed.\nThe disk is full.\n")
    assert not unit.exists()


def test_one_that_ends_within_a_day_is_refused_unless_it_is_wanted_anyway(
    paths: Paths, backend: MemoryKeyring, tools: SystemdTools, unit: Path, said: Say
) -> None:
    signed_in(paths)
    assert run(["service", "install", "--yes"]) == exits.NOT_ALLOWED
    assert "--keep-password" in said()
    assert tools.heard == []
    assert not unit.exists()
    assert run(["service", "install", "--yes", "--anyway"]) == exits.OK
    assert unit.exists()
    assert backend.entries


def test_a_dry_run_prints_the_unit_alone(
    paths: Paths,
    backend: MemoryKeyring,
    tools: SystemdTools,
    unit: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    accounts.add(paths, FINALS)
    assert run(["service", "install", "--dry-run"]) == exits.OK
    told = capsys.readouterr()
    assert told.out.startswith("# Written by")
    assert "It would not be installed without --anyway: Nobody is signed in" in told.err
    assert not unit.exists()
    assert tools.heard == []
    assert backend.entries == {}


@pytest.mark.usefixtures("backend")
def test_a_place_that_is_named_from_here_is_written_whole(
    paths: Paths,
    tools: SystemdTools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    accounts.add(paths, FINALS)
    monkeypatch.chdir(tmp_path.parent)
    monkeypatch.setenv("DRTUI_HOME", tmp_path.name)
    assert run(["service", "install", "--dry-run"]) == exits.OK
    assert f'Environment="DRTUI_HOME={tmp_path}"' in capsys.readouterr().out
    assert tools.heard == []


def test_where_there_is_no_systemd_it_says_what_else_there_is(
    paths: Paths, backend: MemoryKeyring, tools: SystemdTools, unit: Path, said: Say
) -> None:
    signed_in(paths)
    with_password()
    tools.breaks()
    assert run(["service", "install", "--yes"]) == exits.PROBLEM
    assert "drtui sync --watch" in said()
    assert not unit.exists()
    assert run(["service", "status"]) == exits.PROBLEM
    told = said()
    assert "does not answer" in told
    assert "renews itself" in told
    assert backend.entries


def test_status_tells_whether_it_runs_and_until_when_the_sign_in_is_good(
    paths: Paths,
    backend: MemoryKeyring,
    tools: SystemdTools,
    capsys: pytest.CaptureFixture[str],
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "status", "--json"]) == exits.PROBLEM
    before = json.loads(capsys.readouterr().out)
    assert (before["installed"], before["runs"]) == (False, False)
    assert run(["service", "install", "--yes"]) == exits.OK
    capsys.readouterr()
    assert run(["service", "status", "--json"]) == exits.OK
    found = json.loads(capsys.readouterr().out)
    assert (found["runs"], found["process"], found["enabled"]) == (True, 4711, True)
    assert found["credentials_last"] is True
    assert found["sign_in_until"] is None
    assert found["log"] == ["it delivers\ufffd[2J"]
    assert run(["service", "status"]) == exits.OK
    assert "it delivers" in capsys.readouterr().err
    assert tools.heard
    assert backend.entries


def test_it_is_uninstalled_once(
    paths: Paths, backend: MemoryKeyring, tools: SystemdTools, unit: Path, said: Say
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    assert run(["service", "uninstall", "--yes"]) == exits.OK
    assert not unit.exists()
    assert "systemctl --user disable --now drtui-finals.service" in tools.heard
    said()
    assert run(["service", "uninstall", "--yes"]) == exits.OK
    assert "no service" in said()
    assert backend.entries


@pytest.mark.parametrize("words", ["rename finals spring", "remove finals --yes"])
def test_an_account_keeps_its_name_while_systemd_begins_a_service_of_it(
    paths: Paths, backend: MemoryKeyring, tools: SystemdTools, said: Say, words: str
) -> None:
    signed_in(paths)
    with_password()
    assert run(["service", "install", "--yes"]) == exits.OK
    said()
    assert run(["account", *words.split()]) == exits.NOT_ALLOWED
    assert "run “drtui --account finals service uninstall” first" in said()
    assert list(load_settings(paths, {}).accounts) == ["finals"]
    assert backend.entries
    assert run(["--account", "finals", "service", "uninstall", "--yes"]) == exits.OK
    assert "systemctl --user disable --now drtui-finals.service" in tools.heard
    if words.startswith("rename"):
        assert run(["account", *words.split()]) == exits.OK
        assert list(load_settings(paths, {}).accounts) == ["spring"]
