"""Running `drtui` as a person or a script does: a process, its two streams and its exit code.

Every run is held against what holds for all of them: no traceback, no control character that
could reach a terminal, no secret.
"""

import json
import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.e2e.forking import Fork, Forks
from tests.support.emulator import RunningEmulator, running_emulator

TIMEOUT: Final = 90.0
COMMAND: Final = (sys.executable, "-m", "drtui")
ACCOUNT: Final = "event"
_REHEARSED: Final = (
    *("users set-quota --models 17 --filter role:racer --yes --no-wait", "sync", "users list"),
    *("operations undo --yes", "operations list --json", "operations show 1 --json", "summary"),
    *("users list --json", "journal --json", "users pause --filter role:racer --yes"),
    *("races list --json", "models list --json", "invite roster --json"),
)
_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_ALLOWED: Final = frozenset("\n\t\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Stdout as the JSON it has to be, all of it."""
        return json.loads(self.out)


@dataclass
class Drtui:
    """`drtui` with a folder of its own and an account."""

    home: Path
    environment: dict[str, str]
    secrets: Sequence[str] = field(default_factory=tuple)
    forks: Forks | None = None
    heard: list[str] = field(default_factory=list)

    def __call__(
        self,
        *arguments: str,
        code: int | None = 0,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> Ran:
        """Run a command to its end; `code` is the exit code that it has to have."""
        environment = self.environment | (env or {})
        if self.forks is not None and not prefix:
            ended, out, err = self.forks.run(arguments, environment, stdin, TIMEOUT)
        else:
            done = subprocess.run(
                [*prefix, *COMMAND, *arguments],
                input=stdin,
                capture_output=True,
                env=environment,
                timeout=TIMEOUT,
                check=False,
            )
            ended, out, err = done.returncode, done.stdout, done.stderr
        ran = Ran(ended, out.decode(), err.decode())
        self.hold(ran, debug="--debug" in arguments)
        if code is not None:
            assert ran.code == code, f"{arguments}: {ran.code}, not {code}\n{ran.err}\n{ran.out}"
        return ran

    def hold(self, ran: Ran, *, debug: bool = False) -> None:
        """Hold a run against what holds for every run."""
        text = ran.out + ran.err
        self.heard.append(text)
        assert debug or "Traceback" not in text, text
        assert "should not (" not in text, text
        harmful = {char for char in text if unicodedata.category(char) in _HARMFUL} - _ALLOWED
        assert not harmful, f"{harmful!r} in {text!r}"
        assert not [secret for secret in self.secrets if secret in text]

    def sentence(self, *arguments: str, code: int, **options: Any) -> str:
        """Run a command that has nothing to say but one sentence; return it."""
        ran = self(*arguments, code=code, **options)
        assert ran.out == ""
        assert ran.err.count("\n") == 1, ran.err
        return ran.err.strip()

    def users(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """`users list --json`, by profile id."""
        return {
            each["profile_id"]: each for each in self("users", "list", "--json", *arguments).json()
        }

    def last_operation(self) -> dict[str, Any]:
        """The newest operation with its items."""
        number = self("operations", "list", "--json").json()[0]["operation"]
        shown: dict[str, Any] = self("operations", "show", str(number), "--json").json()
        return shown

    @contextmanager
    def started(self, *arguments: str) -> Iterator[Fork]:
        """Start a command in the background; it is killed in the end if it still runs."""
        assert self.forks is not None
        process = self.forks.start(arguments, self.environment)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            out, err = process.communicate(timeout=TIMEOUT)
            self.hold(Ran(process.wait(), out, err))

    def another(self, home: Path, **changes: str) -> "Drtui":
        """The same account from another folder: a spare laptop."""
        environment = self.environment | {"DRTUI_HOME": str(home), **changes}
        made = Drtui(home, environment, self.secrets, self.forks)
        write_config(home, (self.home / "config" / "config.toml").read_text())
        return made


def write_config(home: Path, text: str) -> None:
    """Write a configuration."""
    folder = home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)


def clean_environment(home: Path) -> dict[str, str]:
    """An environment in which only the test decides."""
    unwanted = ("AWS_", "DRTUI_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(unwanted) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "DRTUI_HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "no-aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-aws-credentials"),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
    }


def drtui_on(
    emulator: RunningEmulator,
    home: Path,
    role: str = "admin",
    *,
    config: str = "",
    forks: Forks | None = None,
) -> Drtui:
    """`drtui` with one account, the emulator's."""
    write_config(
        home,
        f'{config}\n[accounts.{ACCOUNT}]\napi_url = "{emulator.api}"\nregion = "us-east-1"\n'
        'credentials = "aws"\ndefault = true\n',
    )
    keys = [emulator.keys(each) for each in ("admin", "facilitator", "racer")]
    secrets = [each[name] for each in keys for name in ("secret_key", "session_token")]
    return Drtui(home, clean_environment(home) | emulator.environment(role), secrets, forks)


def rehearse(forks: Forks) -> None:
    """Run the commands that most tests run, on an account of its own, where it forks from."""
    with running_emulator(racers=20) as emulator, tempfile.TemporaryDirectory() as folder:
        drtui = drtui_on(emulator, Path(folder))
        for command in _REHEARSED:
            forks.rehearse(command.split(), drtui.environment)


def limits(profile: dict[str, Any]) -> tuple[int | None, int | None]:
    """Both limits of a profile in the emulator's snapshot."""
    return profile["maxTotalComputeMinutes"], profile["maxModelCount"]


def changed(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> dict[str, tuple[int | None, int | None]]:
    """The limits of those whose limits are not what they were."""
    return {
        profile_id: limits(profile)
        for profile_id, profile in after.items()
        if limits(profile) != limits(before[profile_id])
    }


def racers(profiles: dict[str, dict[str, Any]], count: int = 3) -> list[str]:
    """The first plain racers: everything about them is known, and they are not paused."""
    plain = [
        profile_id
        for profile_id, profile in profiles.items()
        if profile["roleName"] == "dr-racers"
        and profile["emailAddress"]
        and (profile["maxTotalComputeMinutes"] or 0) >= 120
        and (profile["maxModelCount"] or 0) > 1
        and profile["computeMinutesUsed"] is not None
    ]
    assert len(plain) >= count
    return plain[:count]


def named(*profile_ids: str) -> list[str]:
    """The options that name users one by one."""
    return [each for profile_id in profile_ids for each in ("--profile", profile_id)]
