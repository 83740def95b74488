"""A store that is there by the name of an account that is not: what may become of it."""

from collections.abc import Iterable

from drtui.config import Account, Paths
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.store.database import open_database
from drtui.store.origin import read_origin


def about_former_store(paths: Paths, names: Iterable[str], account: Account) -> str:
    """Return what to say of the store that a new account takes up; empty when there is none.

    Args:
        paths: Where the stores are.
        names: The names of all accounts.
        account: The new one.

    Raises:
        InvalidInputError: The store is known to be another deployment's.
    """
    take_away_second_name(paths, names, account.name)
    store = paths.store(account.name)
    if not store.exists():
        return ""
    origin = _origin(paths, account.name)
    if origin == account.api_url:
        return f"The store {store} of this deployment is taken up again."
    if origin:
        raise InvalidInputError(
            f"The store {store} is of another deployment ({origin}): add the account under "
            "another name, or move the file away."
        )
    return (
        f"The store {store} of an account that had this name is taken up again: if it was another "
        "deployment's, remove this account, and add it under another name."
    )


def take_away_second_name(paths: Paths, names: Iterable[str], name: str) -> None:
    """Take away what an interrupted renaming left: another account's store by this name too.

    Args:
        paths: Where the stores are.
        names: The names of all accounts.
        name: One that none of them has.
    """
    store = paths.store(name)
    others = [paths.store(each) for each in names if each.casefold() != name.casefold()]
    if store.exists() and any(each.exists() and each.samefile(store) for each in others):
        store.unlink()


def _origin(paths: Paths, name: str) -> str:
    """Return whose store it is; empty when it does not say."""
    try:
        database = open_database(paths.store(name), reading=True)
    except StoreProblemError:
        return ""
    try:
        with database.read() as connection:
            return read_origin(connection)
    finally:
        database.close()
