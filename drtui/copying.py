"""Copying text out of the terminal."""

import os
import shutil
import subprocess
from typing import Final

OTHERWISE: Final = "Sent to the terminal's clipboard; some terminals do not take it."
_TMUX: Final = "Sent to tmux's buffer, and to the clipboard of the terminal around it."
_SECONDS: Final = 3.0


def tmux_program() -> str:
    """Return the tmux that texts are handed to; empty where they go to the terminal itself."""
    return (shutil.which("tmux") if "TMUX" in os.environ else None) or ""


def tmux_version(program: str) -> str:
    """Return what tmux says that it is; empty where it does not."""
    if not program:
        return ""
    try:
        done = subprocess.run(
            [program, "-V"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace").strip()


def copy(text: str) -> str:
    """Hand a text to tmux where there is one, since it keeps the terminal's own way to itself.

    Returns:
        Where it was sent; empty where there is no tmux.
    """
    tmux = tmux_program()
    if not tmux:
        return ""
    try:
        subprocess.run(
            [tmux, "load-buffer", "-w", "-"],
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return _TMUX
