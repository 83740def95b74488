"""Sharing an account's store with a group of this machine's users.

The folder holds the store, which the group may write, and what the account's deployment is, which
only its owner may. Nobody's sign-in is in it: that stays in each user's own keyring.
"""

import grp
import hashlib
import os
import shutil
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from drtui.account_renaming import EngineLock
from drtui.config import Account, Paths, account_table
from drtui.config_file import edit_section
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.text import clean
from drtui.files import settle
from drtui.store.file_systems import refuse_network
from drtui.store.sharing import (
    group_name,
    made_folder,
    members,
    open_file,
    refuse_links,
    user_name,
)
from drtui.store.sqlite import as_one_file

_HOME: Final = 0o2750  # what accounts there are is the organiser's to say
_STATE: Final = 0o2770
_FILE: Final = 0o640
_STORE: Final = 0o660
_OURS: Final = frozenset({"state", "accounts.toml"})
# Whose sign-in, and whose AWS credentials.
_PERSONAL: Final = ("user", "aws_profile", "aws_region")


@dataclass(frozen=True, slots=True)
class Shared:
    """What became of it.

    Attributes:
        store: Where the account's store is now.
        former: Where the copy of before is, which nothing uses any more; None where there was none.
        members: Who is in the group.
    """

    store: Path
    former: Path | None
    members: list[str]


def share(paths: Paths, account: Account, group: str, folder: Path, *, lock: EngineLock) -> Shared:
    """Move an account's store to a folder that a group shares.

    Whenever that is interrupted, the store is at one place at most, and sharing it with the same
    folder again goes on with it. Whatever others of the group put in its way meanwhile, no link is
    followed: it goes into the folder itself that was opened.

    Args:
        paths: Where everything is now.
        account: Which one.
        group: What the group is called.
        folder: Made where it is not there; what `DRTUI_HOME` names from then on.
        lock: That of the account's store.

    Raises:
        InvalidInputError: There is no such group, this user is not in it, or the folder will not
            do.
        StoreProblemError: Somebody uses the store, or it cannot be moved, or a link is in its way;
            it is where it was.
        ConfigProblemError: What the account is cannot be written.
    """
    gid = _gid(group)
    if paths.shared is not None:
        raise InvalidInputError(f"The store is in a shared folder already, {paths.shared}.")
    there = Paths(paths.config, folder / "state", paths.logs, folder)
    store = there.store(account.name)
    place = folder / "accounts.toml"
    before = paths.store(account.name)
    with _prepared(folder, store, gid) as inside:
        if store.name not in _names(inside):
            former = _move(before, store, inside, account.name, lock)
        elif before.exists() or account.name in _shared_accounts(place):
            raise InvalidInputError(
                f"The store {store} is there already: set DRTUI_HOME to {folder} to work on it."
            )
        else:  # interrupted before the folder told of it
            former = _former(before) if _former(before).exists() else None
    edit_section(place, "accounts", lambda tables: _note(tables, account))
    place.chmod(_FILE)
    return Shared(store, former, members(gid))


def _gid(group: str) -> int:
    who = user_name(os.geteuid())
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        name = clean(group, 40)
        raise InvalidInputError(
            f"There is no group “{name}” on this machine: make it with “sudo groupadd {name}”, and "
            f"add everybody with “sudo usermod -aG {name} NAME”."
        ) from None
    if os.geteuid() != 0 and gid not in {*os.getgroups(), os.getegid()}:
        raise InvalidInputError(
            f"“{who}” is not in the group “{group}”, or not since this session began: run “sudo "
            f"usermod -aG {group} {who}”, and sign in to this machine again."
        )
    return gid


@contextmanager
def _prepared(folder: Path, store: Path, gid: int) -> Iterator[int]:
    """Make the folder, or take one that is empty or shared by this user already.

    Gives the handle of the one in it that holds the stores.
    """
    refuse_links(store)
    with ExitStack() as handles:
        try:
            inside = _open_all(folder, store, gid, handles)
        except OSError as error:
            group, who = group_name(gid), user_name(os.geteuid())
            raise InvalidInputError(
                f"The folder {folder} cannot be made ready ({error.strerror}): have it made with "
                f"“sudo install -d -o {who} -g {group} -m 2750 {folder}”."
            ) from error
        yield inside


def _open_all(folder: Path, store: Path, gid: int, handles: ExitStack) -> int:
    if folder.exists():
        _check_owner(folder, folder.stat())
    else:
        folder.mkdir(mode=0o700)
    handle = open_file(folder, os.O_RDONLY | os.O_DIRECTORY)
    handles.callback(os.close, handle)
    _check_owner(folder, os.fstat(handle))
    _check_empty(folder, handle)
    refuse_network(folder / "store")
    _give(handle, gid, _HOME)
    for name in store.parent.relative_to(folder).parts:
        handle = made_folder(name, handle)
        handles.callback(os.close, handle)
        _give(handle, gid, _STATE)
    return handle


def _give(handle: int, gid: int, mode: int) -> None:
    os.fchown(handle, -1, gid)
    os.fchmod(handle, mode)


def _check_owner(folder: Path, found: os.stat_result) -> None:
    if not stat.S_ISDIR(found.st_mode):
        raise InvalidInputError(f"{folder} is a file: name a folder.")
    if found.st_uid != os.geteuid():
        owner = user_name(found.st_uid)
        raise InvalidInputError(
            f"The folder {folder} is “{owner}”'s: only they share an account in it."
        )


def _names(handle: int) -> frozenset[str]:
    with os.scandir(handle) as found:
        return frozenset(each.name for each in found)


def _check_empty(folder: Path, handle: int) -> None:
    others = sorted(_names(handle) - _OURS)
    if others:
        raise InvalidInputError(
            f"The folder {folder} holds other things, such as “{clean(others[0], 40)}”: name an "
            "empty or a new one."
        )


def _move(before: Path, after: Path, inside: int, name: str, lock: EngineLock) -> Path | None:
    """Copy a store that nobody uses into an open folder, and set the one of before aside."""
    former, half = _former(before), f"{after.name}.half"
    if not before.exists():
        if not former.exists():
            return None
        _go_on(before, former, half, after, inside)
        return former
    if not lock.try_acquire():
        raise _in_use(name)
    try:
        if not as_one_file(before):
            raise _in_use(name)
        _copy(before, half, inside)
        # Never both at their places: what waits to be sent would be sent twice.
        before.rename(former)
        settle(before.parent)
        _name(half, after, inside)
    except OSError as error:
        _remove(half, inside)
        if former.exists() and after.name not in _names(inside):
            former.rename(before)
        raise StoreProblemError(
            f"The store {before} cannot be moved to {after} ({error.strerror})."
        ) from error
    finally:
        lock.release()
    return former


def _former(before: Path) -> Path:
    # No account's store can have this name, whatever accounts are called.
    return before.with_name(f"{before.name}.before-sharing")


def _copy(before: Path, half: str, inside: int) -> None:
    """Copy it to a new file, which is whole on the disk then, in place of what has its name."""
    _remove(half, inside)
    with before.open("rb") as source:
        handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600, dir_fd=inside)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, _STORE)
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(handle)


def _remove(half: str, inside: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(half, dir_fd=inside)


def _name(half: str, after: Path, inside: int) -> None:
    """Give the copy its name, for good."""
    os.rename(half, after.name, src_dir_fd=inside, dst_dir_fd=inside)
    with suppress(OSError):  # not every file system can be asked for it
        os.fsync(inside)


def _go_on(before: Path, former: Path, half: str, after: Path, inside: int) -> None:
    """Give the copy its name, where moving it was cut short between the two.

    Raises:
        StoreProblemError: There is no such copy: the store may have been shared elsewhere.
    """
    try:
        # What is no file is not waited for.
        handle = os.open(half, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inside)
        with former.open("rb") as one, os.fdopen(handle, "rb") as other:
            if _digest(one) != _digest(other):
                raise FileNotFoundError
        _name(half, after, inside)
    except OSError as error:
        raise StoreProblemError(
            f"The store {before} is not there, only {former}, as it was before it was shared: set "
            "DRTUI_HOME to the folder that it was shared in. Only where there is none, as after an "
            f"interruption, rename that file to {before.name}, and share it again."
        ) from error


def _digest(file: BufferedReader) -> bytes:
    return hashlib.file_digest(file, "sha256").digest()


def _shared_accounts(place: Path) -> frozenset[str]:
    """Return which accounts the folder tells of."""
    try:
        return frozenset(tomllib.loads(place.read_text(encoding="utf-8")).get("accounts", {}))
    except (OSError, ValueError):
        return frozenset()


def _note(tables: Any, account: Account) -> None:
    table: Mapping[str, object] = account_table(account)
    tables[account.name] = {key: value for key, value in table.items() if key not in _PERSONAL}


def _in_use(name: str) -> StoreProblemError:
    return StoreProblemError(
        f"“{name}” is in use by another drtui: close the console and wait for its commands, then "
        "share it."
    )
