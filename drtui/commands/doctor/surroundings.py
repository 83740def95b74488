"""What `doctor` looks at beside the store: the environment, the terminal, and the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from drtui.config import Paths


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
    """

    environment: Mapping[str, str]
    paths: Paths
    screen: Screen
    user: str
    keyring: Keyring | None = None
    root: Path = Path("/")
