"""What is said of the event: read it, change it."""

from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.event_settings import (
    EventSettings,
    changed_since,
    changes_text,
    checked,
    event_from,
    event_values,
)
from drtui.store.journal import write_journal
from drtui.store.preferences import read_preferences, write_preference_in

_NAME: Final = "event"


def read_event(workspace: Workspace) -> EventSettings:
    """Return what was said of the event."""
    with workspace.database.read() as connection:
        return event_from(read_preferences(connection).get(_NAME))


def write_event(
    workspace: Workspace, event: EventSettings, was: EventSettings | None = None
) -> EventSettings:
    """Keep what is said of the event; return it as it is kept. The journal tells what is new.

    Args:
        workspace: The account's.
        event: What is said of it.
        was: What `event` was made from, as read before: whatever else was said of it since stays.
            None where all of it is meant.

    Raises:
        InvalidInputError: See `event_settings.checked`.
    """
    wanted, database = checked(event), workspace.database
    with database.write(RecordKind.PREFERENCE) as connection:
        found = event_from(read_preferences(connection).get(_NAME))
        kept = wanted if was is None else changed_since(was, wanted, found)
        result = changes_text(found, kept)
        write_preference_in(connection, _NAME, event_values(kept))
        if result:
            author = workspace.author()
            write_journal(connection, database.clock(), author, "Set the event", result)
    return kept
