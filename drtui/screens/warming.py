"""Importing ahead, once the racers are shown, what the first keys would have to wait for."""

from importlib import import_module
from typing import Final

from drtui.domain.filters import parse

_AHEAD: Final = (
    "drtui.screens.planner",
    "drtui.screens.flows",
    "drtui.screens.help_desk",
    "drtui.screens.usage_tools",
    "drtui.screens.dialogs.menu",
    "drtui.screens.dialogs.sort",
    "drtui.screens.dialogs.summary",
    "drtui.screens.operations",
    "drtui.screens.setup_desk",
    "drtui.screens.setup_flows",
    "drtui.screens.help",
    "drtui.screens.palette",
)


def import_ahead() -> None:
    """Import it; in a thread, beside the first screen."""
    parse("warm")  # brings the parser
    for name in _AHEAD:
        import_module(name)
