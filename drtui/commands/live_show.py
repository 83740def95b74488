"""A race from the store, for its marshal and its audience; and asking for a fresher one."""

from typing import Final

from drtui.commands.races import watch_race
from drtui.commands.workspace import Workspace
from drtui.domain.live_shows import LiveShow, live_show
from drtui.domain.race_records import StoredLive
from drtui.store.live_races import read_live
from drtui.store.moderation import hidden_aliases
from drtui.store.races import race_even_gone
from drtui.store.rankings import read_leaderboard

RENEW_SECONDS: Final = 30.0
"""An interest that is renewed this often never ends while somebody looks."""


def read_show(workspace: Workspace, race_id: str) -> LiveShow | None:
    """Return how a race stands, gone or not; None where it never was.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        stored = race_even_gone(connection, race_id)
        if stored is None:
            return None
        live = stored.race.definition.live
        return live_show(
            stored,
            read_leaderboard(connection, race_id),
            read_live(connection, race_id) if live else StoredLive(),
            hidden_aliases(connection),
        )


def watch_show(workspace: Workspace, race_id: str) -> None:
    """Ask the engine to keep a race fresh for a minute and a half: of a live one the queue too.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    with workspace.database.read() as connection:
        stored = race_even_gone(connection, race_id)
    if stored is not None and stored.gone_at is None:
        watch_race(workspace, race_id, live=stored.race.definition.live)
