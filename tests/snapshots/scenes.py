"""What several scenes begin with."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import events

from drtui.commands import quotas, selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.store.database import Database, open_database
from tests.support.driving import Console
from tests.support.stores import (
    SWEPT,
    delivered,
    plain_profiles,
    special_profiles,
    submitted,
    swept,
)


def on_the_way(database: Database) -> None:
    """Quotas that are pending, and a pause that is half delivered."""
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010 or carlos")
    delivered(database, submitted(database, sponsorship.plan_pause(workspace, whom)), first=4)
    names = ["ada-l", "b0lt", "grace", "racer-00112", "long@example.com"]
    whom = selection.select_by_name(workspace, names)
    submitted(database, quotas.plan_set_quotas(workspace, whom, "+2", "5"))


def grown(path: Path, *minutes: int) -> None:
    """Sweep every hour before the last sweep, with ada having used so many minutes."""
    everybody = [*special_profiles(), *plain_profiles(40)]
    for hours, used in zip(range(-len(minutes), 0), minutes, strict=True):
        database = open_database(path, partial(float, SWEPT + hours * 3600))
        swept(database, [replace(everybody[0], minutes_used=used), *everybody[1:]])
        database.close()


async def filtered(console: Console, text: str) -> None:
    """Filter the racers."""
    await console.press("slash")
    await paste(console, text)
    await console.press("enter")


async def paste(console: Console, text: str) -> None:
    """Paste a text where the focus is."""
    console.app.post_message(events.Paste(text))
    await console.settled()
