"""Systemd's tools as tests want them: programs that note what they are asked, and answer.

tools = SystemdTools(tmp_path)
environment["PATH"] = tools.path
"""

import os
import stat
import time
from pathlib import Path
from typing import Final

_SYSTEMCTL: Final = """#!/bin/sh
echo "$(basename "$0") $*" >> "{heard}"
shift
case "$1" in
    show)
        [ -e "{broken}" ] && {{ echo "Failed to connect to bus: No medium found" >&2; exit 1; }}
        [ "$2" = "--property=Version" ] && exit 0
        cat "{state}" 2>/dev/null
        ;;
    restart)
        [ -e "{refusing}" ] && {{ echo "Job for unit failed." >&2; exit 1; }}
        cp "{running}" "{state}"
        ;;
    disable) rm -f "{state}" ;;
esac
exit 0
"""
_OTHER: Final = """#!/bin/sh
echo "$(basename "$0") $*" >> "{heard}"
cat "{answer}"
"""


class SystemdTools:
    """A folder with `systemctl`, `loginctl` and `journalctl`, first in `path`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tools"
        self._folder.mkdir()
        self.path = f"{self._folder}{os.pathsep}{os.environ['PATH']}"
        names = ("heard", "broken", "refusing", "state", "running")
        files = {name: str(self._folder / name) for name in names}
        self._write("systemctl", _SYSTEMCTL.format(**files))
        for name, answer in (("loginctl", "no\n"), ("journalctl", "it delivers\x1b[2J\n")):
            kept = self._folder / f"{name}.answer"
            kept.write_text(answer, encoding="utf-8")
            self._write(name, _OTHER.format(heard=files["heard"], answer=kept))
        began = int((time.clock_gettime(time.CLOCK_MONOTONIC) - 60) * 1e6)
        self._folder.joinpath("running").write_text(
            "LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n"
            f"MainPID=4711\nNRestarts=2\nActiveEnterTimestampMonotonic={max(1, began)}\n",
            encoding="utf-8",
        )

    def _write(self, name: str, text: str) -> None:
        file = self._folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    @property
    def heard(self) -> list[str]:
        """What they were asked to do, without what only looks."""
        file = self._folder / "heard"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [line for line in lines if line.startswith("systemctl") and " show " not in line]

    def breaks(self) -> None:
        """Systemd does not answer any more."""
        self._folder.joinpath("broken").touch()

    def refuses(self) -> None:
        """Systemd does not begin anything any more."""
        self._folder.joinpath("refusing").touch()

    def stands(self, state: str) -> None:
        """The service stands otherwise: `failed`, `inactive`."""
        running = self._folder.joinpath("running").read_text(encoding="utf-8")
        told = running.replace("ActiveState=active", f"ActiveState={state}")
        self._folder.joinpath("state").write_text(told, encoding="utf-8")

    def lingers(self) -> None:
        """Lingering is on."""
        self._folder.joinpath("loginctl.answer").write_text("yes\n", encoding="utf-8")
