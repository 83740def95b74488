"""Which file system holds a folder, and whether a store may lie on it.

SQLite's write-ahead log needs memory that all its processes share, and locks that hold between
them: what several machines can mount, or a virtual machine's host, gives neither for certain.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from drtui.domain.problems import StoreProblemError

NETWORK_FILE_SYSTEMS: Final = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "auristorfs",
        "beegfs",
        "beegfs_nodev",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fhgfs",
        "gfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "hgfs",
        "kafs",
        "lustre",
        "macfuse",
        "ncp",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "osxfuse",
        "panfs",
        "pnfs",
        "prl_fs",
        "pvfs2",
        "quobyte",
        "s3fs",
        "smb2",
        "smb3",
        "smbfs",
        "sshfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
    }
)
# Behind `fuse.`; others are local ones, such as ntfs-3g, gocryptfs or mergerfs.
_NETWORK_FUSE: Final = frozenset(
    {
        "afs",
        "beegfs",
        "blobfuse",
        "blobfuse2",
        "ceph",
        "ceph-fuse",
        "cephfs",
        "curlftpfs",
        "cvmfs2",
        "davfs",
        "davfs2",
        "dislocker-nfs",
        "fuse_dfs",
        "gcsfuse",
        "glusterfs",
        "goofys",
        "google-drive-ocamlfuse",
        "gvfsd-fuse",
        "hdfs",
        "JuiceFS",
        "juicefs",
        "kio-fuse",
        "lizardfs",
        "mfs",
        "moosefs",
        "mount-s3",
        "ocfs2",
        "onedriver",
        "ori",
        "quobyte",
        "rclone",
        "s3fs",
        "s3ql",
        "seaweedfs",
        "smbnetfs",
        "sshfs",
        "vmhgfs-fuse",
        "xtreemfs",
    }
)
_MOUNTS: Final = Path("/proc/self/mountinfo")
_POINT: Final = 4  # of a line's fields: where it is mounted
_LIST_MOUNTS: Final = "/sbin/mount"
_LIST_SECONDS: Final = 2.0
_LISTED: Final = re.compile(r".*? on (?P<point>/.*) \((?P<kind>[^,)]+)")


def is_network(kind: str) -> bool:
    """Whether this type of file system is one over the network, where a store is not safe."""
    base, dot, rest = kind.partition(".")
    if dot and base in ("fuse", "fuseblk", "macfuse", "osxfuse"):
        return rest in _NETWORK_FUSE or rest in NETWORK_FILE_SYSTEMS
    return kind in NETWORK_FILE_SYSTEMS


def refuse_network(path: Path) -> None:
    """Refuse to have a store on a network file system; where it is a link, what counts is whither.

    Raises:
        StoreProblemError: It would be on one.
    """
    kind = file_system_of(Path(os.path.realpath(path)).parent)
    if is_network(kind):
        raise StoreProblemError(
            f"The store {path} is on a network file system ({kind}), where it is not safe: "
            "set DRTUI_HOME to a folder on a local disk."
        )


def file_system_of(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the type of the file system that holds a folder, empty where it is not known.

    Args:
        folder: It need not be there.
        mounts: The kernel's list, as of Linux; where there is none, `mount` is asked on macOS.
    """
    try:
        found = mounts.read_bytes()
    except OSError:
        return kind_in_list(folder, _mount_list()) if sys.platform == "darwin" else ""
    return _kind_at(folder, _mounted(found))


def kind_in_list(folder: Path, text: str) -> str:
    """Return the type as `file_system_of` does, from what `mount` prints on macOS."""
    return _kind_at(folder, _listed(text))


def _kind_at(folder: Path, mounts: Iterable[tuple[Path, str]]) -> str:
    """Return the type of the innermost mount; of several at one place the last hides the others."""
    target = folder.resolve()
    best, kind = -1, ""
    for point, type_ in mounts:
        if target.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), type_
    return kind


def _mounted(text: bytes) -> Iterable[tuple[Path, str]]:
    for line in text.splitlines():
        fields, _, rest = line.partition(b" - ")
        before, after = fields.split(b" "), rest.split(b" ")
        if len(before) > _POINT and after[0]:
            yield Path(os.fsdecode(_unescaped(before[_POINT]))), os.fsdecode(after[0])


def _listed(text: str) -> Iterable[tuple[Path, str]]:
    for line in text.splitlines():
        if found := _LISTED.match(line):
            yield Path(found["point"]), found["kind"]


def _mount_list() -> str:
    try:
        return subprocess.run(
            [_LIST_MOUNTS],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=_LIST_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _unescaped(name: bytes) -> bytes:
    """Return a mount point as it is; the list of mounts writes blanks and the like in octal."""
    return re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8) & 0xFF]), name)
