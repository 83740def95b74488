"""Versions: Python, what drtui stands on, and SQLite."""

import platform
import sys
from collections.abc import Callable
from importlib import metadata
from typing import Final

from drtui import __version__
from drtui.domain.doctoring import Area, Check, Verdict, check
from drtui.store.health import LEAST_SQLITE, sqlite_version

_LEAST_PYTHON: Final = (3, 11)
_LIBRARIES: Final = ("textual", "boto3", "botocore", "sqlalchemy", "sqlmodel", "keyring")
_AGAIN: Final = "Install drtui again, in an environment of its own."


def examine_program(
    version_of: Callable[[str], str] = metadata.version,
    python: tuple[int, ...] = sys.version_info[:3],
    sqlite: tuple[int, ...] | None = None,
) -> list[Check]:
    """Return the checks of versions."""
    sqlite = sqlite or sqlite_version()
    found, missing = [], []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version_of(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    libraries = check(Area.PROGRAM, "libraries", Verdict.OK, ", ".join(found))
    if missing:
        why = f"Missing: {', '.join(missing)}. There: {', '.join(found) or 'none'}."
        libraries = check(Area.PROGRAM, "libraries", Verdict.FAILED, why, _AGAIN)
    return [
        check(Area.PROGRAM, "drtui", Verdict.OK, __version__),
        _least("Python", python, _LEAST_PYTHON, f" on {platform.system()} {platform.machine()}"),
        libraries,
        _least("SQLite", sqlite, LEAST_SQLITE),
    ]


def _least(name: str, version: tuple[int, ...], least: tuple[int, ...], where: str = "") -> Check:
    found = f"{_dotted(version)}{where}"
    if version[: len(least)] >= least:
        return check(Area.PROGRAM, name, Verdict.OK, found)
    why = f"{found} is older than {_dotted(least)}, which drtui needs."
    return check(Area.PROGRAM, name, Verdict.FAILED, why, "Install drtui with a newer Python.")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
