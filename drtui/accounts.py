"""Adding and removing accounts in the configuration file, which stays as its owner wrote it."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from drtui.config import Account, ConfigProblemError, Paths, Settings, is_account_name
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean
from drtui.files import write_privately


def choose(settings: Settings, name: str | None) -> Account:
    """Return the account that is named, or else the default one.

    Raises:
        InvalidInputError: There is no such account, or none is named and none is the default.
    """
    wanted = name or settings.default_account
    if wanted:
        if wanted not in settings.accounts:
            raise InvalidInputError(
                f"There is no account “{clean(wanted, 40)}”: see “drtui account list”."
            )
        return settings.accounts[wanted]
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
        ConfigProblemError: The file cannot be read or written.
    """
    if not is_account_name(account.name):
        raise InvalidInputError(
            f"“{clean(account.name, 40)}” cannot be an account's name: use letters, digits, “-”, "
            "“_” and “.”, 40 at the most, and not “demo”."
        )

    def change(accounts: Any) -> None:
        # Their stores' names may not differ by case alone, which some file systems ignore.
        taken = {name.casefold(): name for name in accounts}.get(account.name.casefold())
        if taken is not None:
            raise InvalidInputError(
                f"There is an account “{taken}” already: remove it first, or choose another name."
            )
        table: dict[str, object] = {
            "api_url": account.api_url,
            "region": account.region,
            "credentials": account.credentials,
        }
        accounts[account.name] = table if accounts else {**table, "default": True}

    _edit(paths.config_file, change)


def make_default(paths: Paths, name: str) -> None:
    """Make an account the default one.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """

    def change(accounts: Any) -> None:
        for each, table in accounts.items():
            if each == name:
                table["default"] = True
            else:
                table.pop("default", None)

    _edit(paths.config_file, change)


def remove(paths: Paths, name: str) -> None:
    """Take an account out of the configuration; its store stays.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    _edit(paths.config_file, lambda accounts: accounts.pop(name))


def _edit(path: Path, change: Callable[[Any], object]) -> None:
    """Change the accounts in the file and leave the rest of it, comments included, as it is.

    The same change is made to the plain values, and the new text has to say just that: whatever
    way its owner chose to write tables, nothing else is changed.
    """
    try:
        document = _read(path)
        wanted = document.unwrap()
        change(wanted.setdefault("accounts", {}))
        change(document.setdefault("accounts", tomlkit.table(is_super_table=True)))
        text = tomlkit.dumps(document)
        said = tomllib.loads(text)
        as_wanted = {"accounts": {}, **said} == wanted
    except (TOMLKitError, ValueError, AttributeError, KeyError):
        as_wanted = False
    if not as_wanted:
        raise ConfigProblemError(
            f"The accounts in {path} are written in a way that cannot be edited here: write each "
            "as a table of its own, [accounts.NAME]."
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
