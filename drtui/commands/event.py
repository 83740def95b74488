"""What is said of the event: read it, change it."""

from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings, checked, event_from, event_values
from drtui.store.noting import note
from drtui.store.preferences import read_preferences, write_preference

_NAME: Final = "event"


def read_event(workspace: Workspace) -> EventSettings:
    """Return what was said of the event."""
    with workspace.database.read() as connection:
        return event_from(read_preferences(connection).get(_NAME))


def write_event(workspace: Workspace, event: EventSettings) -> EventSettings:
    """Keep what is said of the event; return it as it is kept.

    Raises:
        InvalidInputError: See `event_settings.checked`.
    """
    kept = checked(event)
    write_preference(workspace.database, _NAME, event_values(kept))
    note(workspace.database, "Set the event", "kept", workspace.author())
    return kept
