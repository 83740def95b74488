"""Whose a store is: one user's alone, or a group's.

A folder that is group-writable and hands its group on (setgid, 2770) says that it is shared:
whatever drtui makes in it is the group's to read and write (0660, folders 2770), whatever the
umask. Elsewhere everything is its user's alone (0600, 0700). Others never get anything.

Whoever may write a folder can put a link into it, by a name that is known beforehand, to a file
that only another member may write. In a shared folder drtui therefore follows none.
"""

import grp
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from drtui.domain.problems import StoreProblemError
from drtui.domain.text import clean

_SHARED: Final = stat.S_ISGID | stat.S_IWGRP
_OWN_FILE, _GROUP_FILE = 0o600, 0o660
_OWN_FOLDER, _GROUP_FOLDER = 0o700, 0o2770
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# What lies beside a store by a name of its own: SQLite's files, and the engine's lock.
_BESIDE: Final = ("-wal", "-shm", "-journal", ".engine")


def is_shared(folder: Path) -> bool:
    """Whether a folder is a group's to write in, and hands its group on."""
    try:
        return folder.stat().st_mode & _SHARED == _SHARED
    except OSError:
        return False


def is_shared_home(home: Path) -> bool:
    """Whether the folder that `DRTUI_HOME` names is shared, or its `state` is.

    Also where this user may not look into it: then it is somebody else's.
    """
    try:
        (home / "state").stat()
    except PermissionError:
        return True
    except OSError:
        return is_shared(home)
    return is_shared(home) or is_shared(home / "state")


def file_mode(folder: Path) -> int:
    """Return the mode of a file that drtui makes in a folder."""
    return _GROUP_FILE if is_shared(folder) else _OWN_FILE


def make_folders(folder: Path) -> None:
    """Create a folder, and whatever is missing above it: a group's in a shared one, else private.

    Raises:
        OSError: It cannot be created, or is a link in a shared folder.
    """
    for each in reversed([folder, *folder.parents]):
        if is_shared(each.parent):
            if each.is_symlink() or not each.is_dir():
                handle = made_folder(each)
                try:
                    with suppress(PermissionError):  # another of the group was faster
                        os.fchmod(handle, _GROUP_FOLDER)
                finally:
                    os.close(handle)
        elif not each.is_dir():
            each.mkdir(mode=_OWN_FOLDER, exist_ok=True)


def made_folder(folder: Path | str, inside: int | None = None) -> int:
    """Create a folder where there is none, and open it itself; return its handle.

    Args:
        folder: Its path, or its name in another one.
        inside: The handle of that one.

    Raises:
        OSError: It cannot be created, or is a link or a file.
    """
    with suppress(FileExistsError):
        os.mkdir(folder, _OWN_FOLDER, dir_fd=inside)
    return os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=inside)


def make_file(path: Path, flags: int = os.O_CREAT | os.O_RDWR) -> None:
    """Create a file that only those may read whose the folder is; one that is there becomes so.

    Raises:
        OSError: It cannot be created, or opened, or is a link in a shared folder.
    """
    if is_shared(path.parent):
        flags |= os.O_NOFOLLOW
    os.close(_opened(path, flags))


def open_file(path: Path, flags: int) -> int:
    """Open a file that is there; return its handle.

    Raises:
        OSError: It cannot be opened, or is a link in a shared folder.
    """
    if is_shared(path.parent):
        flags |= os.O_NOFOLLOW
    return os.open(path, flags | os.O_CLOEXEC)


def make_new_file(path: Path) -> int:
    """Create a file as `make_file` does, in place of whatever has its name; return its handle.

    Raises:
        OSError: It cannot be created.
    """
    path.unlink(missing_ok=True)
    return _opened(path, os.O_CREAT | os.O_EXCL | os.O_RDWR)


def is_still(handle: int, path: Path) -> bool:
    """Whether a path is that of an open file itself, not of a link, nor of another one."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except OSError:
        return False


def planted_link(path: Path) -> Path | None:
    """Return the link in a shared folder that a path goes by; None where there is none.

    The path itself may be one, or a folder above it.
    """
    for each in (path, *path.parents):
        if each.is_symlink() and is_shared(each.parent):
            return each
    return None


def refuse_links(path: Path) -> None:
    """Refuse a store that is a link in a shared folder, or goes by one, or has one beside it.

    Raises:
        StoreProblemError: There is one.
    """
    for each in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        try:
            found = planted_link(each)
        except OSError:
            continue  # it is said when it is opened
        if found is not None:
            raise StoreProblemError(_link_text(found))


def refuse_open(path: Path) -> None:
    """Refuse to have a store where somebody who does not share it may put files in its place.

    Its folder is for its user to write, or for the group that shares it. The folders above it
    that are this user's are not for everybody, unless each may only remove what is theirs there.

    Raises:
        StoreProblemError: Somebody may.
    """
    folder = path.parent
    found = folder.stat()
    if is_shared(folder):
        if found.st_mode & stat.S_IWOTH:
            raise _open(folder, "everybody on this machine, not only by its group", "o-rwx")
    elif found.st_mode & stat.S_IWOTH:
        raise _open(folder, "everybody on this machine", "go-w")
    elif found.st_mode & stat.S_IWGRP and set(members(found.st_gid)) - {user_name(found.st_uid)}:
        group = f"the group “{clean(group_name(found.st_gid))}”, and is not shared with it"
        raise _open(folder, group, "g-w")
    for each in folder.parents:
        above = each.stat()
        anybody = above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX
        if anybody and above.st_uid == os.geteuid():
            raise _open(each, "everybody on this machine", "o-w")


def open_to_others(path: Path) -> list[Path]:
    """Return what of a store everybody on the machine can get at: its folder, or files in it."""
    try:
        if not is_shared(path.parent):
            return []
        places = [path.parent, *sorted(path.parent.glob(f"{path.stem}.*"))]
        return [each for each in places if each.stat().st_mode & stat.S_IRWXO]
    except OSError:  # it is looked at while others work on it
        return []


def why_refused(path: Path) -> str:
    """Say why this user may not use a store that a group shares; empty where that is not why."""
    for folder in path.parents:
        try:
            found = folder.stat()
        except OSError:
            continue
        if not found.st_mode & stat.S_ISGID or found.st_uid == os.geteuid():
            return ""
        if found.st_gid in {*os.getgroups(), os.getegid()}:
            return ""
        return _not_in_group(path, found.st_gid)
    return ""


def group_name(gid: int) -> str:
    """Return what a group is called, else its number."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def user_name(uid: int) -> str:
    """Return what a system user is called, else their number."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def members(gid: int) -> list[str]:
    """Return who is in a group, whether it is their first one or another, by name."""
    try:
        named = set(grp.getgrgid(gid).gr_mem)
    except KeyError:
        named = set()
    return sorted(named | {one.pw_name for one in pwd.getpwall() if one.pw_gid == gid})


def _opened(path: Path, flags: int) -> int:
    handle = os.open(path, flags | os.O_CLOEXEC, _OWN_FILE)
    try:
        with suppress(PermissionError):  # file systems without modes, and another's file
            os.fchmod(handle, file_mode(path.parent))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _not_in_group(path: Path, gid: int) -> str:
    group, who = clean(group_name(gid)), clean(user_name(os.geteuid()))
    shared = f"The folder {path.parent} is shared by the group “{group}”, which “{who}”"
    if who in members(gid):
        return f"{shared} was added to after this session began: sign in to this machine again."
    return (
        f"{shared} is not in: have them added with “sudo usermod -aG {group} {who}”, and sign in "
        "to this machine again."
    )


def _link_text(link: Path) -> str:
    try:
        whose = f", of “{clean(user_name(link.lstat().st_uid))}”"
    except OSError:
        whose = ""
    return (
        f"{link} is a link in a shared folder{whose}: it could lead to anybody's files, and is "
        f"not followed. Remove it with “rm {link}”."
    )


def _open(folder: Path, by: str, mends: str) -> StoreProblemError:
    return StoreProblemError(
        f"The folder {folder} may be written by {by}: run “chmod {mends} {folder}” first."
    )
