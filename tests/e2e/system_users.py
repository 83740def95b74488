"""Running `drtui` as other users of the machine's system, who share a group."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from tests.e2e.forking import Forks
from tests.e2e.running import ACCOUNT, Drtui, clean_environment
from tests.support.emulator import RunningEmulator

GROUP: Final = 64_230
_FIRST: Final = 64_231
_OTHERS_MAY_PASS: Final = 0o001
# What Python is made of may lie in a home that only root may pass through: then these processes
# see that home empty but for it.
_PASSABLE: Final = """
set -e
aside=$(mktemp -d)
mount --bind "$1" "$aside"
mount -t tmpfs -o mode=0755 none "$2"
mkdir -p "$1"
mount --move "$aside" "$1"
shift 2
exec "$@"
"""


@cache
def why_not() -> str:
    """Say why no other system users can be had here; empty when they can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, to run processes as two other users of the system"
    if shutil.which("setpriv") is None or shutil.which("unshare") is None:
        return "needs setpriv and unshare of util-linux"
    done = subprocess.run(
        [*as_user(_FIRST, GROUP), sys.executable, "-c", "import drtui"],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return "another user cannot run this Python here"
    return ""


def as_user(uid: int, *groups: int) -> list[str]:
    """Return what goes before a command, so that it runs as this user, in these groups."""
    setpriv = [
        "setpriv",
        f"--reuid={uid}",
        f"--regid={uid}",
        f"--groups={','.join(map(str, groups))}",
    ]
    python = Path(sys.base_prefix)
    closed = [each for each in python.parents if not each.stat().st_mode & _OTHERS_MAY_PASS]
    if not closed:
        return setpriv
    return [
        "unshare",
        "--mount",
        "sh",
        "-c",
        _PASSABLE,
        "sh",
        str(python),
        str(closed[-1]),
        *setpriv,
    ]


def forks_of(number: int, *groups: int, umask: int = 0o022) -> Forks:
    """What makes runs of this user begin, in these groups; the caller closes it."""
    uid = _FIRST + number
    with_mask = ["sh", "-c", f'umask {umask:03o}; exec "$@"', "sh"]
    return Forks(*as_user(uid, *(groups or (uid,))), *with_mask)


class SystemUser:
    """Somebody with a home of their own, on the group's folder.

    Attributes:
        uid: Their number; they need no name.
        drtui: The command line as they run it.
    """

    def __init__(self, place: Path, number: int, emulator: RunningEmulator, forks: Forks) -> None:
        self.uid = _FIRST + number
        self.home = place / f"home-{number}"
        folder = self.home / ".config" / "drtui"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(
            f'[accounts.{ACCOUNT}]\napi_url = "{emulator.api}"\nregion = "us-east-1"\n'
            'credentials = "aws"\n'
        )
        for each in (self.home, *self.home.rglob("*")):
            os.chown(each, self.uid, self.uid)
        self.home.chmod(0o700)
        environment = {
            name: value
            for name, value in clean_environment(place / "shared").items()
            if not name.startswith("XDG_")
        }
        environment |= {"HOME": str(self.home), "AWS_CONFIG_FILE": "", **emulator.environment()}
        self.drtui = Drtui(place / "shared", environment, forks=forks)


@contextmanager
def shared_place() -> Iterator[Path]:
    """A place that everybody may pass through, with a folder that the group shares.

    pytest's own folders are for their owner alone.
    """
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        shared = place / "shared"
        shared.mkdir()
        os.chown(shared, 0, GROUP)
        shared.chmod(0o2770)
        yield place
    finally:
        shutil.rmtree(place)


def own_group() -> str:
    """Return the name of this process's group; empty where it has none."""
    try:
        return grp.getgrgid(os.getegid()).gr_name
    except KeyError:
        return ""


def own_name() -> str:
    """Return the name of this process's user."""
    return pwd.getpwuid(os.getuid()).pw_name
