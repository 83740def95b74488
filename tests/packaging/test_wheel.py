"""The wheel holds everything: built, installed into an empty environment, and run from there."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(command: Sequence[str | Path], **environment: str) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        cwd=environment.get("HOME"),
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        pip = ["python3", "-m", "pip", "--python", sys.executable]
    run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT])
    (wheel,) = folder.glob("drtui-*.whl")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    run([*_pip_for(python), "install", "--quiet", "--no-deps", "--no-index", wheel])
    (packages,) = environment.glob("lib/python*/site-packages")
    ours = Path(str(next(iter(distributions(name="textual"))).locate_file("")))
    # The libraries alone: the checkout itself stays out, or it would hide what the wheel lacks.
    (packages / "libraries.pth").write_text(str(_libraries(ours, folder)) + "\n", encoding="utf-8")
    return environment / "bin"


def _pip_for(python: Path) -> list[str]:
    for pip in (sys.executable, "python3"):
        command = [pip, "-m", "pip", "--python", str(python)]
        if not subprocess.run([*command, "--version"], capture_output=True, check=False).returncode:
            return command
    raise AssertionError("there is no pip")


def _libraries(packages: Path, folder: Path) -> Path:
    """A folder of links to everything installed here but drtui."""
    links = folder / "libraries"
    links.mkdir()
    for each in packages.iterdir():
        if "drtui" not in each.name and each.suffix != ".pth":
            (links / each.name).symlink_to(each)
    return links


def test_the_command_runs(installed: Path, tmp_path: Path) -> None:
    text = run([installed / "drtui", "--version"], HOME=str(tmp_path))
    assert text.startswith("drtui ")


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import drtui; print(drtui.__file__)"
    where = run([installed / "python", "-c", code], HOME=str(tmp_path))
    assert Path(where.strip()).is_relative_to(installed.parent)


def test_the_look_the_model_migrations_and_reports_are_in_it(
    installed: Path, tmp_path: Path
) -> None:
    code = """
from pathlib import Path
import drtui.aws
from drtui.app import DrtuiApp
from drtui.aws.gateway import open_gateway
from drtui.commands.reporting import Report, report_html
from drtui.store.database import open_database

assert Path(DrtuiApp.CSS_PATH).name == "drtui.tcss"
folder = Path(drtui.__file__).parent
assert (folder / "drtui.tcss").is_file() and (folder / "py.typed").is_file()
gateway = open_gateway("http://127.0.0.1:9/prod", "us-east-1", user_agent="drtui")
try:
    gateway.list_profiles()
except Exception as error:
    print(type(error).__name__, error.kind.name)
open_database(Path("new.sqlite")).close()
print("store")
print(report_html(Report("Results", (), "Written")).splitlines()[0])
"""
    text = run(
        [installed / "python", "-c", code],
        HOME=str(tmp_path),
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
        AWS_SESSION_TOKEN="x",
    )
    lines = ["DeploymentError UNREACHABLE", "store", "<!DOCTYPE html>"]
    assert text.split("\n")[:3] == lines


def test_the_embedded_account_starts(installed: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [installed / "drtui", "emulator", "--racers", "3", "--attached"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    process.communicate(timeout=30)
    assert ready["api"].endswith("/prod")
    assert process.returncode == 0
