"""Changing the accounts in the configuration file, which stays as its owner wrote it."""

from collections.abc import Iterable
from typing import Any, Final

from drtui.config import (
    DEMO,
    Account,
    Paths,
    Settings,
    account_table,
    is_account_name,
    shared_table,
)
from drtui.domain.problems import InvalidInputError
from drtui.domain.text import clean

_DEMO_ALONE: Final = (
    "The demo is a console alone, without a command line. “drtui emulator” serves a simulated "
    "deployment: “drtui account add” makes an account of it, for the console and the command line."
)


def choose(settings: Settings, name: str | None) -> Account:
    """Return the account that is named, or else the default one.

    Raises:
        InvalidInputError: There is no such account, or none is named and none is the default.
    """
    wanted = name or settings.default_account
    if wanted:
        if wanted not in settings.accounts:
            if wanted.casefold() == DEMO:
                raise InvalidInputError(_DEMO_ALONE)
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


def check_new_name(names: Iterable[str], name: str) -> None:
    """Refuse a name that no further account can have.

    Args:
        names: Those that are taken.
        name: What it is to be called.

    Raises:
        InvalidInputError: It cannot be used or is taken.
    """
    if not is_account_name(name):
        raise InvalidInputError(
            f"“{clean(name, 40)}” cannot be an account's name: use letters, digits, “-”, “_” and "
            "“.”, 40 at the most, and not “demo”."
        )
    # Their stores' names may not differ by case alone, which some file systems ignore.
    taken = {each.casefold(): each for each in names}.get(name.casefold())
    if taken is not None:
        raise InvalidInputError(
            f"There is an account “{taken}” already: remove it first, or choose another name."
        )


def check_own(paths: Paths, name: str) -> None:
    """Refuse to rename or remove what a group shares.

    Raises:
        InvalidInputError: The group's folder says what it is.
    """
    if shared_table(paths, name):
        raise InvalidInputError(
            f"“{name}” is the group's: {paths.shared_accounts} says what it is, and only the owner "
            "of that file changes it."
        )


def add(paths: Paths, account: Account) -> None:
    """Add an account to the configuration; the first one becomes the default.

    Raises:
        InvalidInputError: The name cannot be used or is taken.
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    def change(accounts: Any) -> None:
        check_new_name(accounts, account.name)
        table = account_table(account)
        accounts[account.name] = table if accounts else {**table, "default": True}

    edit_section(paths.config_file, "accounts", change)


def rename(paths: Paths, old: str, new: str) -> None:
    """Give an account another name in the configuration; nothing else is moved.

    Raises:
        InvalidInputError: The new name cannot be used or is taken.
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    def change(accounts: Any) -> None:
        check_new_name(accounts, new)
        accounts[new] = accounts.pop(old)

    edit_section(paths.config_file, "accounts", change)


def remember_user(paths: Paths, name: str, user: str) -> None:
    """Note who signed in last, so that the next sign-in can offer that name.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    def change(accounts: Any) -> None:
        table = _own(paths, accounts, name)
        if table.get("user") != user:
            table["user"] = user

    edit_section(paths.config_file, "accounts", change)


def name_of_aws(
    paths: Paths,
    name: str,
    *,
    profile: str | None = None,
    region: str | None = None,
    model_bucket: str | None = None,
    upload_bucket: str | None = None,
) -> None:
    """Note what an account names of AWS, all or nothing; None leaves what it names.

    Args:
        paths: Where the configuration is.
        name: The account's.
        profile: The AWS profile of the account that hosts the deployment; empty is none.
        region: That profile's; empty is the deployment's.
        model_bucket: Of the deployment's models; empty is that of its stack, where that is known.
        upload_bucket: That models to be imported are uploaded to; empty is none.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    values = {
        "aws_profile": profile,
        "aws_region": region,
        "model_bucket": model_bucket,
        "upload_bucket": upload_bucket,
    }

    def change(accounts: Any) -> None:
        table = _own(paths, accounts, name)
        for key, value in values.items():
            if value:
                table[key] = value
            elif value is not None:
                table.pop(key, None)

    edit_section(paths.config_file, "accounts", change)


def _own(paths: Paths, accounts: Any, name: str) -> Any:
    """Return an account's table; one that a group shares is taken over first."""
    if name not in accounts:
        accounts[name] = shared_table(paths, name)
    return accounts[name]


def make_default(paths: Paths, name: str) -> None:
    """Make an account the default one.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    def change(accounts: Any) -> None:
        _own(paths, accounts, name)
        for each, table in accounts.items():
            if each == name:
                table["default"] = True
            else:
                table.pop("default", None)

    edit_section(paths.config_file, "accounts", change)


def remove(paths: Paths, name: str) -> None:
    """Take an account out of the configuration; its store stays.

    Raises:
        ConfigProblemError: The file cannot be read or written.
    """
    from drtui.config_file import edit_section

    edit_section(paths.config_file, "accounts", lambda accounts: accounts.pop(name, None))
