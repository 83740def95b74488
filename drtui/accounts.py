"""Adding and removing accounts in the configuration file, which stays as its owner wrote it."""

import os
import re
import tempfile
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit import TOMLDocument

from drtui.config import Account, ConfigProblemError, Paths, Settings
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
RESERVED: Final = frozenset({"demo"})  # the embedded account's store has that name


def choose(settings: Settings, name: str | None) -> Account:
    """Return the account that is named, or else the default one.

    Raises:
        InvalidInputError: There is no such account, or none is named and none is the default.
    """
    if name:
        if name not in settings.accounts:
            raise InvalidInputError(
                f"There is no account “{clean(name, 40)}”: see “drtui account list”."
            )
        return settings.accounts[name]
    if settings.default_account:
        return settings.accounts[settings.default_account]
    if settings.accounts:
        raise InvalidInputError(
            "Several accounts and no default: name one with --account, or choose one with "
            "“drtui account default NAME”."
        )
    raise InvalidInputError(
        "No account yet: add one with “drtui account add”, or look around with “drtui demo”."
    )


def add(paths: Paths, account: Account) -> None:
    """Add an account to the configuration; the first one becomes the default.

    Raises:
        InvalidInputError: The name cannot be used or is taken.
        ConfigProblemError: The file cannot be written.
    """
    if not _NAME.fullmatch(account.name) or account.name in RESERVED:
        raise InvalidInputError(
            f"“{clean(account.name, 40)}” cannot be an account's name: use letters, digits, “-”, "
            "“_” and “.”, 40 at the most, and not “demo”."
        )
    document = _read(paths.config_file)
    accounts = document.setdefault("accounts", tomlkit.table(is_super_table=True))
    if account.name in accounts:
        raise InvalidInputError(
            f"There is an account “{account.name}” already: remove it first, or choose another "
            "name."
        )
    table = tomlkit.table()
    table["api_url"] = account.api_url
    table["region"] = account.region
    table["credentials"] = account.credentials
    if not accounts:
        table["default"] = True
    accounts[account.name] = table
    _write(paths.config_file, document)


def make_default(paths: Paths, name: str) -> None:
    """Make an account the default one."""
    document = _read(paths.config_file)
    for each, table in document["accounts"].items():
        table.pop("default", None)
        if each == name:
            table["default"] = True
    _write(paths.config_file, document)


def remove(paths: Paths, name: str) -> None:
    """Take an account out of the configuration; its store stays."""
    document = _read(paths.config_file)
    document["accounts"].pop(name)
    _write(paths.config_file, document)


def _read(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()


def _write(path: Path, document: TOMLDocument) -> None:
    """Replace the file as a whole, readable by its owner alone."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".config-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise ConfigProblemError(
            f"The configuration {path} cannot be written ({error.strerror})."
        ) from error
