"""What `doctor` looks at beside the store: the environment, the terminal, and the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from drtui.config import Paths
from drtui.copying import tmux_program, tmux_version
from drtui.domain.proxies import CertificateBundle


@dataclass(frozen=True, slots=True)
class Screen:
    """The terminal.

    Attributes:
        columns: How wide it is; None, as `lines`, where there is no terminal.
        least: The columns and lines that the console needs.
        encoding: What text is written in, such as `utf-8`.
        tmux: The program that drtui copies by; empty where it copies by the terminal's own way.
        tmux_version: What tmux says that it is, such as `tmux 3.4`; empty when not asked.
    """

    columns: int | None
    lines: int | None
    least: tuple[int, int]
    encoding: str
    tmux: str = ""
    tmux_version: str = ""


def screen_of(
    columns: int | None, lines: int | None, least: tuple[int, int], output: TextIO
) -> Screen:
    """Return the terminal, with the tmux that it is in; see `Screen`.

    Args:
        columns: See `Screen`.
        lines: See `Screen`.
        least: See `Screen`.
        output: Where text is written.
    """
    tmux = tmux_program()
    return Screen(columns, lines, least, output.encoding or "", tmux, tmux_version(tmux))


@dataclass(frozen=True, slots=True)
class Keyring:
    """The system's keyring, as drtui uses it.

    Attributes:
        backend: Its name; empty when there is none that can be used.
        why_not: Why nothing is kept, a sentence.
        kept: Whether the account's sign-in is in it; None where that was not looked for.
    """

    backend: str
    why_not: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All of it.

    Attributes:
        environment: The environment's variables.
        user: The system user's name.
        keyring: None where it is not asked.
        root: Of the file system.
        bundle: The trusted certificates; None where they were not looked for.
    """

    environment: Mapping[str, str]
    paths: Paths
    screen: Screen
    user: str
    keyring: Keyring | None = None
    root: Path = Path("/")
    bundle: CertificateBundle | None = None
