"""The pages that are opened from anywhere, each imported when the first of its kind is opened."""

from typing import Any

from textual.screen import Screen

from drtui.screens.context import ConsoleContext
from drtui.screens.messages import OpenModel, OpenRace, OpenRacer


def page_for(asked: OpenRacer | OpenModel | OpenRace, context: ConsoleContext) -> Screen[Any]:
    """Return the page that was asked for, not yet shown."""
    match asked:
        case OpenRacer():
            from drtui.screens.racer import RacerScreen

            return RacerScreen(context, asked.key)
        case OpenModel():
            from drtui.screens.model import ModelScreen

            return ModelScreen(context, asked.key)
        case OpenRace():
            from drtui.screens.race import RaceScreen

            return RaceScreen(context, asked.race_id)
