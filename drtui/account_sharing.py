"""Sharing an account's store with a group of this machine's users.

The folder holds the store, which the group may write, and what the account's deployment is, which
only its owner may. Nobody's sign-in is in it: that stays in each user's own keyring.
"""

import filecmp
import grp
import os
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drtui.account_renaming import EngineLock
from drtui.config import Account, Paths, account_table
from drtui.config_file import edit_section
from drtui.domain.problems import InvalidInputError, StoreProblemError
from drtui.domain.text import clean
from drtui.files import settle
from drtui.store.file_systems import refuse_network
from drtui.store.sharing import group_name, make_folders, make_new_file, members, user_name
from drtui.store.sqlite import as_one_file

_HOME: Final = 0o2750  # what accounts there are is the organiser's to say
_STATE: Final = 0o2770
_FILE: Final = 0o640
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
    folder again goes on with it.

    Args:
        paths: Where everything is now.
        account: Which one.
        group: What the group is called.
        folder: Made where it is not there; what `DRTUI_HOME` names from then on.
        lock: That of the account's store.

    Raises:
        InvalidInputError: There is no such group, this user is not in it, or the folder will not
            do.
        StoreProblemError: Somebody uses the store, or it cannot be moved; it is where it was.
        ConfigProblemError: What the account is cannot be written.
    """
    gid = _gid(group)
    if paths.shared is not None:
        raise InvalidInputError(f"The store is in a shared folder already, {paths.shared}.")
    there = Paths(paths.config, folder / "state", paths.logs, folder)
    store = there.store(account.name)
    _prepare(folder, store, gid)
    place = folder / "accounts.toml"
    before = paths.store(account.name)
    if not store.exists():
        former = _move(before, store, account.name, lock)
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


def _prepare(folder: Path, store: Path, gid: int) -> None:
    """Make the folder, or take one that is empty or shared by this user already."""
    try:
        if folder.exists():
            _check(folder)
        else:
            folder.mkdir(mode=0o700)
        refuse_network(folder / "store")
        os.chown(folder, -1, gid)
        folder.chmod(_HOME)
        for each in (folder / "state", store.parent):
            each.mkdir(mode=0o700, exist_ok=True)
            os.chown(each, -1, gid)
            each.chmod(_STATE)
        make_folders(store.parent)
    except OSError as error:
        group, who = group_name(gid), user_name(os.geteuid())
        raise InvalidInputError(
            f"The folder {folder} cannot be made ready ({error.strerror}): have it made with “sudo "
            f"install -d -o {who} -g {group} -m 2750 {folder}”."
        ) from error


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise InvalidInputError(f"{folder} is a file: name a folder.")
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise InvalidInputError(
            f"The folder {folder} is “{user_name(owner)}”'s: only they share an account in it."
        )
    others = sorted(each.name for each in folder.iterdir() if each.name not in _OURS)
    if others:
        raise InvalidInputError(
            f"The folder {folder} holds other things, such as “{clean(others[0], 40)}”: name an "
            "empty or a new one."
        )


def _move(before: Path, after: Path, name: str, lock: EngineLock) -> Path | None:
    """Copy a store that nobody uses, and set the one of before aside."""
    former, half = _former(before), after.with_name(f"{after.name}.half")
    if not before.exists():
        if not former.exists():
            return None
        _go_on(before, former, half, after)
        return former
    if not lock.try_acquire():
        raise _in_use(name)
    try:
        if not as_one_file(before):
            raise _in_use(name)
        _copy(before, half)
        # Never both at their places: what waits to be sent would be sent twice.
        before.rename(former)
        settle(before.parent)
        half.rename(after)
        settle(after.parent)
    except OSError as error:
        half.unlink(missing_ok=True)
        if former.exists() and not after.exists():
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


def _copy(before: Path, half: Path) -> None:
    """Copy it to a new file, which is whole on the disk then; no link in its place is followed."""
    with before.open("rb") as source, os.fdopen(make_new_file(half), "wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


def _go_on(before: Path, former: Path, half: Path, after: Path) -> None:
    """Give the copy its name, where moving it was cut short between the two.

    Raises:
        StoreProblemError: There is no such copy: the store may have been shared elsewhere.
    """
    try:
        if half.is_symlink() or not filecmp.cmp(former, half, shallow=False):
            raise FileNotFoundError
        half.rename(after)
        settle(after.parent)
    except OSError as error:
        raise StoreProblemError(
            f"The store {before} is not there, only {former}, as it was before it was shared: set "
            "DRTUI_HOME to the folder that it was shared in. Only where there is none, as after an "
            f"interruption, rename that file to {before.name}, and share it again."
        ) from error


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
