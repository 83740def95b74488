"""The service: how it is installed, told of and removed, with systemd's tools in a folder."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drtui.commands.services import NoServicesError, Services, surroundings
from drtui.domain.problems import LocalFileError, ProblemError
from drtui.domain.service_units import service_unit
from tests.support.services import SystemdTools

UNIT = service_unit("finals", ["/usr/bin/python3", "-m", "drtui"], {})
NAME = "drtui-finals.service"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemdTools:
    tools = SystemdTools(tmp_path)
    monkeypatch.setenv("PATH", tools.path)
    return tools


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Services({"HOME": str(tmp_path / "home")}, "ada")


def test_it_is_written_enabled_and_begun(tools: SystemdTools, services: Services) -> None:
    services.install("finals", UNIT)
    path = services.path("finals")
    assert path.read_text(encoding="utf-8") == UNIT.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tools.heard == [
        "systemctl --user daemon-reload",
        f"systemctl --user enable {NAME}",
        f"systemctl --user restart {NAME}",
    ]


def test_how_it_stands_is_told(tools: SystemdTools, services: Services) -> None:
    before = services.standing("finals")
    assert (before.installed, before.runs, before.trouble) == (False, False, "")
    services.install("finals", UNIT)
    found = services.standing("finals")
    assert (found.installed, found.runs, found.enabled) == (True, True, True)
    assert (found.pid, found.restarts, found.lingers) == (4711, 2, False)
    assert found.since is not None
    assert timedelta(0) < datetime.now(UTC) - found.since < timedelta(hours=1)
    assert found.log == ("it delivers\ufffd[2J",)
    tools.lingers()
    assert services.standing("finals").lingers is True


def test_it_is_ended_and_removed(tools: SystemdTools, services: Services) -> None:
    services.install("finals", UNIT)
    assert services.uninstall("finals") is True
    assert not services.path("finals").exists()
    assert tools.heard[3:] == [
        f"systemctl --user disable --now {NAME}",
        "systemctl --user daemon-reload",
    ]
    assert services.uninstall("finals") is False
    assert services.standing("finals").runs is False


def test_where_systemd_does_not_answer_nothing_is_written(
    tools: SystemdTools, services: Services
) -> None:
    tools.breaks()
    with pytest.raises(NoServicesError, match="No medium found"):
        services.install("finals", UNIT)
    assert not services.path("finals").exists()
    found = services.standing("finals")
    assert "does not answer" in found.trouble
    assert not found.runs


def test_without_a_session_of_its_own_it_says_how_to_get_one(
    tools: SystemdTools, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools.breaks()
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert "as after su or sudo: log in as this user" in services.standing("finals").trouble
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert "su or sudo" not in services.standing("finals").trouble


def test_the_users_own_systemd_is_found_where_the_shell_does_not_say_where_it_is(
    tmp_path: Path,
) -> None:
    mine = tmp_path / str(os.getuid())
    assert "XDG_RUNTIME_DIR" not in surroundings({}, tmp_path)
    mine.mkdir()
    assert surroundings({}, tmp_path)["XDG_RUNTIME_DIR"] == str(mine)
    assert surroundings({"XDG_RUNTIME_DIR": "/else"}, tmp_path)["XDG_RUNTIME_DIR"] == "/else"


def test_without_systemd_a_unit_that_is_left_is_removed(
    tools: SystemdTools, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.install("finals", UNIT)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    found = services.standing("finals")
    assert found.trouble == "There is no systemd on this machine."
    assert found.installed
    assert services.uninstall("finals") is True
    assert not services.path("finals").exists()
    del tools


def test_what_systemd_refuses_is_told(tools: SystemdTools, services: Services) -> None:
    tools.refuses()
    with pytest.raises(ProblemError, match=r"restart drtui-finals.service” failed: Job"):
        services.install("finals", UNIT)


def test_a_folder_that_is_none_is_told(
    tools: SystemdTools, services: Services, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".config").write_text("a file", encoding="utf-8")
    with pytest.raises(LocalFileError):
        services.install("finals", UNIT)
    assert tools.heard == []
