"""Changing the configuration file, which stays as its owner wrote it."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from drtui.config import ConfigProblemError
from drtui.files import write_privately

_HINTS: Final = {"accounts": "write each account as a table of its own, [accounts.NAME]"}


def edit_section(path: Path, section: str, change: Callable[[Any], object]) -> None:
    """Change a section and leave the rest of the file, comments included, as it is.

    The same change is made to the plain values, and the new text has to say just that: whatever
    way its owner chose to write tables, nothing else is changed.

    Args:
        path: The file; it need not be there.
        section: The name of a table at the top.
        change: Changes the table that it is given.

    Raises:
        ConfigProblemError: The file cannot be read, edited or written.
    """
    try:
        document = _read(path)
        wanted = document.unwrap()
        change(wanted.setdefault(section, {}))
        change(document.setdefault(section, tomlkit.table(is_super_table=section == "accounts")))
        text = tomlkit.dumps(document)
        said = tomllib.loads(text)
        as_wanted = {section: {}, **said} == wanted
    except (TOMLKitError, ValueError, AttributeError, KeyError):
        as_wanted = False
    if not as_wanted:
        hint = _HINTS.get(section, f"write it as a table, [{section}]")
        raise ConfigProblemError(
            f"The {section} in {path} are written in a way that cannot be edited here: {hint}."
        )
    try:
        write_privately(path, text)
    except OSError as error:
        raise ConfigProblemError(
            f"The configuration {path} cannot be written ({error.strerror}): check the folder's "
            "permissions and free space."
        ) from error


def _read(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise ConfigProblemError(
            f"The configuration {path} cannot be read ({error.strerror})."
        ) from error
