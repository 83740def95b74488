"""The screens that one can go to, and how each is made."""

from typing import Final

from drtui.screens.base import ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.monitor_usage import MonitorUsage
from drtui.widgets.navigation import Place

START: Final = MonitorUsage.PLACE
PLACES: Final = (
    Place("setup", "1", "Setup", "Setup", "Multi-user management"),
    Place(MonitorUsage.PLACE, "2", "Monitor usage", "Usage", "Multi-user management"),
    Place("models", "3", "Models", "Models", "Models"),
    Place("races", "4", "Races", "Races", "Races"),
    Place("operations", "5", "Operations", "Operations", "Operations"),
)
"""In the order of the guide's console, whose numbers they keep."""


def screen_class(name: str) -> type[ConsoleScreen]:
    """Return what a place's screen is."""
    if name == START:
        return MonitorUsage
    if name == "setup":
        from drtui.screens.setup import SetupScreen

        return SetupScreen
    if name == "models":
        from drtui.screens.models import Models

        return Models
    if name == "races":
        from drtui.screens.races import Races

        return Races
    from drtui.screens.operations import Operations

    return Operations


def make_screen(name: str, context: ConsoleContext) -> ConsoleScreen:
    """Return a new screen for a place."""
    return screen_class(name)(context)
