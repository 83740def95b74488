"""The colours: one for where the focus is, one for what is pending, one for what needs a hand.

They are the theme's `primary`, `warning` and `error`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="drtui-dark",
    primary="#5fafff",
    secondary="#5fafff",
    accent="#5fafff",
    warning="#d7af5f",
    error="#ff8787",
    success="#87af87",
    foreground="#d0d4da",
    background="#121417",
    surface="#181b1f",
    panel="#1e2227",
    variables={"scrollbar": "#3a3f46", "scrollbar-background": "#181b1f"},
)
LIGHT: Final = Theme(
    name="drtui-light",
    primary="#005fd7",
    secondary="#005fd7",
    accent="#005fd7",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#24282d",
    background="#fcfcfa",
    surface="#f3f3f0",
    panel="#eaeae6",
    dark=False,
    variables={"scrollbar": "#b8b8b4", "scrollbar-background": "#f0f0ec"},
)
ANSI: Final = Theme(
    name="drtui-ansi",
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables=dict(BUILTIN_THEMES["ansi-dark"].variables),
)
THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT, ANSI)}


@dataclass(frozen=True, slots=True)
class Appearance:
    """Which colours were chosen, and how another choice is remembered.

    Attributes:
        theme: The chosen theme's name; empty where none was chosen.
        remember: Takes the name of a theme that was chosen now.
    """

    theme: str = ""
    remember: Callable[[str], None] = lambda _: None


def theme_to_wear(chosen: str) -> str:
    """Return the theme to begin with: the one that was chosen, where the terminal can show it.

    A terminal with 16 colours, or none, has its own.
    """
    colours = Console(force_terminal=True).color_system
    few = colours in (None, "standard")
    if few or "NO_COLOR" in os.environ:
        return ANSI.name
    return chosen if chosen in THEMES else DARK.name
