"""Giving an account another name: its store and its kept sign-in come along.

The configuration decides which store an account has, and is replaced as a whole. Before that the
store has both names, after that only the new one: whenever it is interrupted, the account has its
store, and a name too many is taken away by the next that wants it.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from drtui import accounts
from drtui.config import Account, Paths, load_settings
from drtui.domain.problems import InvalidInputError, ProblemError, StoreProblemError
from drtui.domain.signing_in import Secret, SecretKeeper
from drtui.files import settle
from drtui.former_stores import take_away_second_name
from drtui.model_folders import saving_folder
from drtui.store.sqlite import as_one_file


class EngineLock(Protocol):
    """What an engine holds while it works on a store."""

    def try_acquire(self) -> bool:
        """Take it if nobody holds it; return whether it is ours."""

    def release(self) -> None:
        """Let an engine work."""


def rename(
    paths: Paths,
    taken: Iterable[str],
    account: Account,
    name: str,
    *,
    lock: EngineLock,
    keeper: SecretKeeper,
) -> list[str]:
    """Give an account another name, with its store and its kept sign-in.

    Args:
        paths: Where everything is.
        taken: The names of all accounts.
        account: Which one.
        name: What it is to be called.
        lock: That of the account's store.
        keeper: Where the sign-in is kept.

    Returns:
        What the admin has to be told, as sentences.

    Raises:
        InvalidInputError: The name cannot be used, or is taken, or a store is there by it.
        StoreProblemError: Somebody uses the store, or it cannot be moved; nothing was changed.
        ConfigProblemError: The configuration cannot be written; nothing was changed.
    """
    names = list(taken)
    accounts.check_new_name(names, name)
    before, after = paths.store(account.name), paths.store(name)
    take_away_second_name(paths, names, name)
    if after.exists():
        raise InvalidInputError(
            f"The store {after} of an account that had this name is there: move the file away, or "
            "choose another name."
        )
    if not before.exists():
        told, kept = _rename_all(paths, account, name, keeper)
        return [*told, *_forget(kept, account, keeper), *_rename_others(before, after, names)]
    if not lock.try_acquire():
        raise _in_use(account.name)
    try:
        if not as_one_file(before):
            raise _in_use(account.name)
        told, kept = _with_second_name(paths, account, name, keeper)
    except OSError as error:
        raise StoreProblemError(
            f"The store {before} cannot be moved to {after} ({error.strerror})."
        ) from error
    finally:
        lock.release()
    with suppress(OSError):  # what stays is in nobody's way
        before.unlink()
        before.with_name(f"{before.name}.engine").unlink()
    return [*told, *_forget(kept, account, keeper), *_rename_others(before, after, names)]


def _with_second_name(
    paths: Paths, account: Account, name: str, keeper: SecretKeeper
) -> tuple[list[str], bool]:
    """Give the store its second name, and take it away again where the account keeps its own."""
    after = paths.store(name)
    os.link(paths.store(account.name), after)
    try:
        settle(after.parent)
        told, kept = _rename_all(paths, account, name, keeper)
    except BaseException:
        if not _may_be_called(paths, name):
            after.unlink()
        raise
    settle(paths.config_file.resolve().parent)
    return told, kept


def _rename_all(
    paths: Paths, account: Account, name: str, keeper: SecretKeeper
) -> tuple[list[str], bool]:
    """Keep what is kept by the new name too, and rename the account itself.

    Returns:
        What could not be kept, as sentences, and whether anything is kept by the old name.
    """
    user = account.user
    kept = {one: keeper.find(account.name, user, one) for one in Secret} if user else {}
    secrets = {one: value for one, value in kept.items() if value is not None}
    lasting = [keeper.keep(name, user, one, value) for one, value in secrets.items()]
    try:
        accounts.rename(paths, account.name, name)
    except BaseException:
        if not _may_be_called(paths, name):
            with suppress(ProblemError):
                keeper.forget(name, user)
        raise
    told = [] if all(lasting) else ["Its sign-in could not be kept: sign in again."]
    return told, bool(secrets)


def _may_be_called(paths: Paths, name: str) -> bool:
    """Whether an account has the new name, as after an interruption once that was written."""
    try:
        return name in load_settings(paths, {}).accounts
    except ProblemError:
        return True  # a name too many can be taken away later, and a missing one loses the store


def _forget(kept: bool, account: Account, keeper: SecretKeeper) -> list[str]:
    """Delete what is kept by the old name; return what went wrong, as sentences.

    Once all else is done, since a keyring takes its time, and may be interrupted.
    """
    try:
        if kept:
            keeper.forget(account.name, account.user)
    except ProblemError as problem:
        return [str(problem)]
    return []


def _rename_others(before: Path, after: Path, taken: Iterable[str]) -> list[str]:
    """Rename what lies beside a store; return what keeps the old name, and why, as sentences."""
    return [*_rename_copies(before, after, taken), *_rename_saving(before, after)]


def _rename_saving(before: Path, after: Path) -> list[str]:
    """Rename the folder that archives pass on their way to a bucket, with its manifests."""
    folder = saving_folder(before)
    try:
        if folder.is_dir():
            folder.rename(saving_folder(after))
    except OSError as error:
        return [f"The folder {folder} keeps its name ({error.strerror})."]
    return []


def _rename_copies(before: Path, after: Path, taken: Iterable[str]) -> list[str]:
    """Rename the copies that were made of a store before its schema changed; none is replaced.

    Returns:
        Which ones keep the old name, and why, as sentences.
    """
    # Those of earlier versions end as stores do.
    stem, suffix = re.escape(before.stem), re.escape(before.suffix)
    copy = re.compile(rf"{stem}((?:{suffix})?\.before-[0-9]{{4}}(?:{suffix})?)")
    stores = {before.with_name(f"{name}{before.suffix}") for name in taken}
    told = []
    try:
        found = sorted(each for each in before.parent.iterdir() if each not in stores)
    except OSError:
        return []  # there are no stores, so there is no copy of one
    for each in found:
        if match := copy.fullmatch(each.name):
            target = after.with_name(f"{after.stem}{match[1]}")
            try:
                os.link(each, target)
                each.unlink()
            except OSError as error:
                told.append(f"The copy {each} keeps its name ({error.strerror}).")
    return told


def _in_use(name: str) -> StoreProblemError:
    return StoreProblemError(
        f"“{name}” is in use by another drtui: close the console and wait for its commands, then "
        "rename it."
    )
