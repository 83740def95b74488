"""What is heavy is imported where it is used, and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stores import filled_store

_ENGINE = """
import importlib, pkgutil, sys
import drtui.sync
for module in pkgutil.iter_modules(drtui.sync.__path__):
    importlib.import_module(f"drtui.sync.{module.name}")
print(*sys.modules)
"""
_BARE = """
import sys
import drtui.__main__, drtui.console
from drtui.config import find_paths, load_settings
load_settings(find_paths())
print(*sys.modules)
"""
_LIST = """
import sys
from drtui.cli import run
assert run(["users", "list", "--no-sync"]) == 0
print(*sys.modules)
"""
_RACES = """
import sys
from drtui.cli import run
assert run(["races", "list", "--no-sync"]) == 0
print(*sys.modules)
"""
_VERSION = """
import sys
from drtui.cli import run
run(["--version"])
print(*sys.modules)
"""
_EMULATOR = """
import sys
from drtui.cli import run
run(["emulator", "--racers", "0"])
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an account that has been read."""
    home = tmp_path_factory.mktemp("home")
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text(
        '[accounts.event]\napi_url = "http://127.0.0.1:9/prod"\nregion = "us-east-1"\n'
        'credentials = "aws"\n'
    )
    filled_store(home / "state" / "accounts" / "event.sqlite").close()
    return home


def loaded(program: str, home: Path) -> set[str]:
    """The packages and modules that a program has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"DRTUI_HOME": str(home)},
    )
    names = done.stdout.splitlines()[-1].split()
    return {*names, *(name.partition(".")[0] for name in names)}


@pytest.mark.parametrize(
    ("program", "there", "heavy"),
    [
        (_ENGINE, "drtui.sync.engine", {"textual", "rich", "typer", "boto3", "alembic"}),
        (
            _BARE,
            "drtui.console",
            {"typer", "boto3", "botocore", "alembic", "sqlalchemy", "starlette", "lark", "textual"},
        ),
        (
            _LIST,
            "drtui.cli.users",
            {"boto3", "botocore", "alembic", "textual", "starlette", "lark"},
        ),
        (
            _RACES,
            "drtui.cli.races",
            {"boto3", "botocore", "alembic", "textual", "starlette", "lark", "jinja2"},
        ),
        (_VERSION, "drtui.cli", {"boto3", "sqlalchemy", "textual", "starlette", "platformdirs"}),
        (_EMULATOR, "drtui.emulator.options", {"boto3", "botocore", "sqlalchemy", "textual"}),
    ],
    ids=["engine", "bare drtui", "users list", "races list", "version", "emulator"],
)
def test_nothing_heavy_comes_along(program: str, there: str, heavy: set[str], home: Path) -> None:
    modules = loaded(program, home)
    assert there in modules
    assert modules & heavy == set()
