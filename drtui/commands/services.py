"""The service that delivers while nobody is logged in: a systemd user unit, asked by its tools.

`systemctl`, `loginctl` and `journalctl` are called by their arguments, never through a shell, and
what they answer is data.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from drtui.domain.file_troubles import file_trouble
from drtui.domain.problems import NotAllowedError, ProblemError
from drtui.domain.service_units import Unit, unit_name
from drtui.domain.text import clean
from drtui.files import write_privately

_SECONDS: Final = 20.0
_RUNTIME: Final = Path("/run/user")
_NO_SESSION: Final = (
    " This is no session of its own, as after su or sudo: log in as this user, by ssh for instance."
)
_LINES: Final = 8
_MOST_IN_A_LINE: Final = 500
_PROPERTIES: Final = (
    *("LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID", "NRestarts"),
    *("ActiveEnterTimestampMonotonic", "Result"),
)


class NoServicesError(ProblemError):
    """There is no systemd for this user here; the message says what else there is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a service stands.

    Attributes:
        trouble: Why systemd cannot be asked, a sentence; empty where it was.
        path: The unit's file.
        installed: Whether it is there.
        active: In systemd's word, such as `active`; empty where it was not asked.
        enabled: Whether it begins with the host or the log-in.
        pid: Its process; None while there is none.
        since: Since when it runs; None while it does not.
        restarts: How often it was begun again by systemd.
        lingers: Whether it goes on after the log-out; None where nobody knows.
        log: Its last lines, safe to show.
    """

    trouble: str
    path: Path
    installed: bool
    active: str = ""
    enabled: bool = False
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0
    lingers: bool | None = None
    log: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return self.active == "active"


class Services:
    """The services of the system's user.

    Args:
        environment: Where its folders are.
        user: The system user's name.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ, user: str = "") -> None:
        home = Path(environment.get("HOME") or Path.home())
        config = environment.get("XDG_CONFIG_HOME") or home / ".config"
        self._folder = Path(config) / "systemd" / "user"
        self._user = user

    def path(self, account: str) -> Path:
        """Return the file of an account's unit."""
        return self._folder / unit_name(account)

    def refuse_served(self, account: str, then: str = "") -> None:
        """Refuse to take away an account's name while this user has a service of it.

        Systemd would begin that again and again, for an account that is not there.

        Args:
            account: Its name.
            then: What to do after the service was removed, with a comma before it.

        Raises:
            NotAllowedError: There is one.
        """
        if os.path.lexists(self.path(account)):
            raise NotAllowedError(
                f"“{account}” has a service, which would begin again and again without it: run "
                f"“drtui --account {account} service uninstall” first{then}."
            )

    def check(self) -> None:
        """See that systemd answers this user.

        Raises:
            NoServicesError: It does not.
        """
        if trouble := self._trouble():
            raise NoServicesError(trouble)

    def install(self, account: str, unit: Unit) -> None:
        """Write a unit in place of the one before, have it begin with the host, and begin it.

        Raises:
            NoServicesError: There is no systemd for this user; nothing was written.
            LocalFileError: The unit cannot be written.
            ProblemError: Systemd refuses it.
        """
        self.check()
        path = self.path(account)
        try:
            write_privately(path, unit.text)
        except OSError as error:
            raise file_trouble(error, path) from error
        self._ask("daemon-reload")
        self._ask("enable", unit.name)
        self._ask("restart", unit.name)

    def uninstall(self, account: str) -> bool:
        """End a service and remove its unit; return whether there was one.

        Where systemd does not answer, the unit is removed all the same.

        Raises:
            LocalFileError: The unit cannot be removed.
            ProblemError: Systemd does not end it; the unit stays.
        """
        path, name = self.path(account), unit_name(account)
        there = os.path.lexists(path)
        answers = not self._trouble()
        if answers and there:
            self._ask("disable", "--now", name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise file_trouble(error, path) from error
        if answers and there:
            self._ask("daemon-reload")
        return there

    def standing(self, account: str) -> Standing:
        """Return how the service of an account stands; raises nothing."""
        path, name = self.path(account), unit_name(account)
        installed = path.is_file()
        trouble = self._trouble()
        if trouble:
            return Standing(trouble, path, installed)
        shown = _run(["systemctl", "--user", "show", name, f"--property={','.join(_PROPERTIES)}"])
        values = dict(line.partition("=")[::2] for line in shown.output.splitlines())
        active = values.get("ActiveState", "")
        return Standing(
            trouble="",
            path=path,
            installed=installed,
            active=clean(active, 40),
            enabled=values.get("UnitFileState", "").startswith("enabled"),
            pid=_number(values.get("MainPID")) or None,
            since=_since(values) if active == "active" else None,
            restarts=_number(values.get("NRestarts")) or 0,
            lingers=self._lingers(),
            log=_log_of(name) if installed else (),
        )

    def _lingers(self) -> bool | None:
        if shutil.which("loginctl") is None or not self._user:
            return None
        told = _run(["loginctl", "show-user", self._user, "--property=Linger", "--value"])
        return {"yes": True, "no": False}.get(told.output.strip())

    def _trouble(self) -> str:
        """Say why systemd cannot be asked; empty where it can."""
        if shutil.which("systemctl") is None:
            return "There is no systemd on this machine."
        told = _run(["systemctl", "--user", "show", "--property=Version"])
        if told.code == 0:
            return ""
        why = clean(told.error.strip().partition("\n")[0], 200).rstrip(".")
        hint = "" if os.environ.get("XDG_RUNTIME_DIR") else _NO_SESSION
        return f"Systemd does not answer this user here ({why or 'it says nothing'}).{hint}"

    def _ask(self, *arguments: str) -> None:
        told = _run(["systemctl", "--user", *arguments])
        if told.code:
            why = clean(told.error.strip().partition("\n")[0], 300).rstrip(".")
            raise ProblemError(f"“systemctl --user {' '.join(arguments)}” failed: {why}.")


def surroundings(environment: Mapping[str, str], runtime: Path = _RUNTIME) -> dict[str, str]:
    """Return a shell's variables with where the user's systemd is, which `su` leaves out."""
    mine = runtime / str(os.getuid())
    found = {"XDG_RUNTIME_DIR": str(mine)} if mine.is_dir() else {}
    plain = {"LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
    return {**found, **{name: text for name, text in environment.items() if text}, **plain}


@dataclass(frozen=True, slots=True)
class _Told:
    code: int
    output: str = ""
    error: str = ""


def _run(command: Sequence[str]) -> _Told:
    """Return what a program said, in time; one that cannot be run has failed."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env=surroundings(os.environ),
        )
    except subprocess.TimeoutExpired:
        return _Told(1, error=f"{command[0]} did not answer within {_SECONDS:g} s")
    except OSError as error:
        return _Told(1, error=f"{command[0]}: {error.strerror}")
    return _Told(done.returncode, done.stdout, done.stderr)


def _log_of(name: str) -> tuple[str, ...]:
    if shutil.which("journalctl") is None:
        return ()
    arguments = ["--user", f"--user-unit={name}", f"--lines={_LINES}", "--output=short-iso"]
    told = _run(["journalctl", *arguments, "--no-pager", "--quiet"])
    lines = told.output.splitlines() if told.code == 0 else []
    return tuple(clean(line, _MOST_IN_A_LINE) for line in lines[-_LINES:])


def _since(values: Mapping[str, str]) -> datetime | None:
    """Return when it became active; systemd tells that by the clock since the host's start."""
    microseconds = _number(values.get("ActiveEnterTimestampMonotonic"))
    if not microseconds:
        return None
    age = time.clock_gettime(time.CLOCK_MONOTONIC) - microseconds / 1e6
    return datetime.now(UTC) - timedelta(seconds=max(0.0, age))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
