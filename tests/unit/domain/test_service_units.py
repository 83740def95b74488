"""The unit that delivers while nobody is logged in: what stands in it, and what never does."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.problems import InvalidInputError
from drtui.domain.service_units import carried, service_unit, unit_name

_COMMAND = ("/usr/bin/python3", "-P", "-m", "drtui", "--account", "finals", "sync", "--watch")


def lines(environment: dict[str, str], command: tuple[str, ...] = _COMMAND) -> list[str]:
    return service_unit("finals", command, environment).text.splitlines()


def test_it_runs_sync_watch_for_the_account_and_begins_again() -> None:
    found = lines({})
    command = '"/usr/bin/python3" "-P" "-m" "drtui" "--account" "finals" "sync" "--watch"'
    assert f"ExecStart={command}" in found
    assert "Restart=always" in found
    assert "WantedBy=default.target" in found
    assert unit_name("finals") == "drtui-finals.service"


def test_where_drtui_is_and_which_profile_come_along() -> None:
    found = lines({"DRTUI_HOME": "/data/drtui", "AWS_PROFILE": "event", "DRTUI_SYNC_X": "3"})
    assert 'Environment="DRTUI_HOME=/data/drtui"' in found
    assert 'Environment="AWS_PROFILE=event"' in found
    assert 'Environment="DRTUI_SYNC_X=3"' in found


@pytest.mark.parametrize(
    "name",
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "DRTUI_ACCOUNT", "PATH"],
)
def test_no_secret_and_nothing_else_comes_along(name: str) -> None:
    assert "hunter2" not in service_unit("finals", _COMMAND, {name: "hunter2"}).text


@pytest.mark.parametrize(
    "address", ["http://ada:hunter2@proxy:3128", "ada:hunter2@proxy:3128", "http://[ada@"]
)
def test_a_proxy_with_a_password_is_left_out_and_named(address: str) -> None:
    unit = service_unit("finals", _COMMAND, {"HTTPS_PROXY": address, "NO_PROXY": "localhost"})
    assert unit.left_out == ("HTTPS_PROXY",)
    assert address not in unit.text
    assert carried({"HTTPS_PROXY": "http://proxy:3128"}) == (
        {"HTTPS_PROXY": "http://proxy:3128"},
        (),
    )


def test_what_is_special_to_systemd_is_escaped() -> None:
    found = lines({"DRTUI_HOME": '/a b/100%/"q"\\x$HOME'}, ("/opt/50%$x/python", "$HOME", "%h"))
    assert 'ExecStart="/opt/50%%$x/python" "$$HOME" "%%h"' in found
    assert r'Environment="DRTUI_HOME=/a b/100%%/\"q\"\\x$HOME"' in found


@given(st.text(min_size=1))
def test_no_value_begins_a_line_of_its_own(value: str) -> None:
    try:
        text = service_unit("finals", _COMMAND, {"DRTUI_HOME": value}).text
    except InvalidInputError:
        return
    assert len(text.splitlines()) == len(lines({"DRTUI_HOME": "/x"}))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_it(tmp_path: Path) -> None:
    python = shutil.which("python3")
    assert python is not None
    odd = {"DRTUI_HOME": '/a b/100%/"q"', "AWS_PROFILE": "event"}
    unit = service_unit("finals", (python, *_COMMAND[1:]), odd)
    file = tmp_path / unit.name
    file.write_text(unit.text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
