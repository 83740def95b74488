"""The unit that delivers while nobody is logged in: what stands in it, and what never does."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.problems import InvalidInputError
from drtui.domain.service_units import carried, service_unit, unit_name

_COMMAND = ("/usr/bin/python3", "-P", "-m", "drtui", "--account", "finals", "sync", "--watch")
_ODD = (
    *("plain", "with  spaces ", "50%", "%h", "100%%", 'a "quote"', "it's", "back\\slash", "\\x20"),
    *("$HOME", "${HOME}", "$$", ";", "#", "@", "-", "Zürich", "名"),
)
"""Names of folders in which something is special to systemd, or could be."""


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


@pytest.mark.parametrize("name", ['a "quote"', "it's", "back\\slash"])
def test_a_program_that_systemd_takes_only_as_an_argument_is_one(name: str) -> None:
    """Which is read back here as systemd and the shell read it."""
    program = f"/opt/{name}/$x/python"
    (line,) = (one for one in lines({}, (program, "$HOME")) if one.startswith("ExecStart="))
    words = [
        word.replace("\\\\", "\\").replace('\\"', '"').replace("$$", "$")
        for word in re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    ]
    assert words == ["/bin/sh", "-c", 'exec "$0" "$@"', program, "$HOME"]
    told = subprocess.run(
        [*words[:3], "printf", "%s|", *words[4:]], capture_output=True, text=True, check=True
    )
    assert told.stdout == "$HOME|"


@given(st.text(min_size=1))
def test_no_value_begins_a_line_of_its_own(value: str) -> None:
    try:
        text = service_unit("finals", _COMMAND, {"DRTUI_HOME": value}).text
    except InvalidInputError:
        return
    assert len(text.splitlines()) == len(lines({"DRTUI_HOME": "/x"}))


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not on this machine: no unit was verified",
)
def test_systemd_takes_it_wherever_drtui_is(tmp_path: Path) -> None:
    """It refuses a unit whose program is not there, so that each path is read as it is."""
    files = []
    for number, name in enumerate(_ODD):
        python = tmp_path / name / "python"
        python.parent.mkdir()
        python.symlink_to(sys.executable)
        places = {"DRTUI_HOME": f"/srv/{name}", "AWS_PROFILE": name}
        unit = service_unit(f"finals-{number}", (str(python), *_COMMAND[1:]), places)
        files.append(tmp_path / unit.name)
        files[-1].write_text(unit.text, encoding="utf-8")
    assert verify(*files) == (0, "")
    python.unlink()
    code, said = verify(*files)
    assert code != 0
    assert "is not executable" in said


def verify(*files: Path) -> tuple[int, str]:
    """Return what systemd says of some units."""
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *files],
        env={**os.environ, "XDG_RUNTIME_DIR": str(files[0].parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_proxy_and_its_exceptions_come_along_in_small_letters_and_large() -> None:
    given_ = {
        "https_proxy": "http://proxy:3128",
        "all_proxy": "socks5://proxy",
        "no_proxy": "localhost",
        "NO_PROXY": "10.0.0.0/8",
        "REQUESTS_CA_BUNDLE": "/etc/ca.pem",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert carried(given_) == (given_, ())
    assert carried({"https_proxy": "http://ada:hunter2@proxy"}) == ({}, ("https_proxy",))
