"""Where a store may lie: never over a network, whatever is mounted on what."""

import sys
from pathlib import Path
from typing import Final

import pytest

from drtui.domain.problems import StoreProblemError
from drtui.store import file_systems
from drtui.store.database import open_database
from drtui.store.file_systems import file_system_of, is_network, kind_in_list

MOUNTS: Final = r"""
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:24 / /home rw,relatime shared:13 master:2 - nfs4 server:/home rw,vers=4.2
31 30 0:25 / /home/ada/local rw - xfs /dev/sdb rw
32 31 0:24 /team\040-\040one /home/ada/local/team rw shared:13 - nfs4 server:/home rw
40 22 0:31 / /mnt/the\040venue's\040disk rw - fuse.sshfs ada@host: rw
41 22 0:32 / /mnt/caf\303\251 rw - cifs //server/caf rw
42 22 0:33 / /mnt/a\134b\011c rw - 9p share rw
50 22 0:33 / /srv rw - ext4 /dev/sdd rw
51 22 0:34 / /srv rw - cifs //server/share rw
60 22 0:35 / /net rw - autofs /etc/auto.net rw
61 60 0:36 / /net/host rw - nfs host:/ rw
a broken line
70 22 0:37 / /data
""".strip()
MAC: Final = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)
//ada@server/event on /Volumes/event (one) (smbfs, nodev, nosuid, mounted by ada)
server:/home on /Volumes/home (nfs)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
ada@host: on /Volumes/host (macfuse, nodev, synchronous)
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home/ada", "nfs4"),
        ("/homely", "ext4"),
        ("/home/ada/local/state", "xfs"),
        ("/home/ada/local/team/drtui", "nfs4"),
        ("/mnt/the venue's disk/drtui", "fuse.sshfs"),
        ("/mnt/café/drtui", "cifs"),
        ("/mnt/a\\b\tc/drtui", "9p"),
        ("/srv/drtui", "cifs"),
        ("/net/host/drtui", "nfs"),
        ("/data/drtui", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_innermost_mount(
    tmp_path: Path, folder: str, kind: str
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="utf-8")
    assert file_system_of(Path(folder), mounts) == kind


def test_a_mount_point_that_is_no_utf_8_hides_no_other(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(b"1 0 0:1 / /mnt/caf\xe9 rw - nfs a: rw\n2 0 0:2 / / rw - ext4 /dev/a rw\n")
    assert file_system_of(Path("/mnt"), mounts) == "ext4"
    assert file_system_of(Path("/mnt/caf\udce9/drtui"), mounts) == "nfs"


def test_a_link_is_followed_to_where_the_store_would_lie(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path}/there rw - nfs a: rw\n")
    assert file_system_of(tmp_path / "link" / "state", mounts) == "nfs"


def test_a_store_that_is_a_link_is_refused_by_where_it_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "event.sqlite").symlink_to(tmp_path / "far" / "event.sqlite")
    kinds = {tmp_path: "ext4", tmp_path / "far": "nfs4"}
    monkeypatch.setattr(file_systems, "file_system_of", kinds.__getitem__)
    with pytest.raises(StoreProblemError, match=r"a network file system \(nfs4\)"):
        open_database(tmp_path / "event.sqlite")
    assert not (tmp_path / "far" / "event.sqlite").exists()


@pytest.mark.skipif(sys.platform == "darwin", reason="there “mount” is asked in its place")
def test_without_a_list_of_mounts_the_file_system_is_not_known(tmp_path: Path) -> None:
    assert file_system_of(tmp_path, tmp_path / "missing") == ""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/opt/drtui", "apfs"),
        ("/Volumes/event (one)/drtui", "smbfs"),
        ("/Volumes/home/ada", "nfs"),
        ("/Volumes/host/drtui", "macfuse"),
    ],
)
def test_on_macos_the_list_that_mount_prints_is_read(folder: str, kind: str) -> None:
    assert kind_in_list(Path(folder), MAC) == kind


def test_where_mount_prints_nothing_the_file_system_is_not_known() -> None:
    assert kind_in_list(Path("/opt"), "") == ""


@pytest.mark.parametrize(
    "kind",
    [
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "9p", "afs"),
        "virtiofs",
        *("ceph", "fuse.ceph-fuse", "glusterfs", "fuse.glusterfs", "lustre", "beegfs", "gpfs"),
        *("ocfs2", "gfs2", "vboxsf", "fuse.vmhgfs-fuse", "davfs", "webdav", "afpfs", "macfuse"),
        *("fuse.s3fs", "fuse.gvfsd-fuse", "orangefs", "coda", "fuse.cifs"),
    ],
)
def test_a_network_file_system_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(file_systems, "file_system_of", lambda _folder: kind)
    with pytest.raises(StoreProblemError) as caught:
        open_database(tmp_path / "event.sqlite")
    assert str(caught.value) == (
        f"The store {tmp_path / 'event.sqlite'} is on a network file system ({kind}), where it is "
        "not safe: set DRTUI_HOME to a folder on a local disk."
    )
    assert not (tmp_path / "event.sqlite").exists()


@pytest.mark.parametrize(
    "kind",
    [
        *("", "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuseblk", "fuse"),
        *("fuse.gocryptfs", "fuse.mergerfs", "fuse.fuse-overlayfs", "ecryptfs"),
    ],
)
def test_a_local_one_or_one_that_is_not_known_will_do(kind: str) -> None:
    assert not is_network(kind)
