"""docs/guide.md names every key of every screen, and none that does nothing there."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from textual.screen import Screen

from drtui.screens.commands import own_bindings
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.themes import THEMES
from drtui.store.database import Database
from tests.support.driving import Console, console_app, running
from tests.support.live_shows import final, marshal_of, write_show
from tests.support.model_pages import write_page
from tests.support.operations import quota
from tests.support.races_table import filled_races

GUIDE: Final = Path(__file__).parents[2].joinpath("docs", "guide.md").read_text(encoding="utf-8")
SHARED: Final = ("Everywhere", "Lists")
WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "Setup": ("1",),
    "Participants": ("1", "p"),
    "Invitation": ("1", "t"),
    "Billing": ("1", "b"),
    "Monitor usage": (),
    "A racer's page": ("enter",),
    "Models": ("3",),
    "A model's page": ("3", "enter"),
    "Races": ("4",),
    "A race's page": ("4", "enter"),
    "A race's roster": ("4", "enter", "p"),
    "Standings": ("4", "t"),
    "Operations": ("5",),
    "An operation": ("5", "enter"),
    "The journal": ("J",),
}
"""How each screen is come to."""


def documented(section: str) -> set[str]:
    """The keys in the first column of a section's table."""
    text = GUIDE.partition(f"\n### {section}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}


def bound(console: Console) -> set[str]:
    """The keys that do something of drtui's own on the screen, as the help shows them."""
    display: Callable[..., str] = console.app.get_key_display
    return {
        binding.key_display or ("enter" if binding.key == "enter" else display(binding))
        for binding, _, _ in own_bindings(console.app.screen.active_bindings)
        if not re.match("scroll_|page_", binding.action)  # a scrolling text's own
    }


def is_another(console: Console, before: Screen[object]) -> bool:
    return console.app.screen is not before


async def test_the_guide_has_every_key_of_each_screen_and_no_other(
    path: Path, database: Database
) -> None:
    quota(database, "racer-0010")
    write_page(database, None)
    filled_races(database)
    shared = set().union(*map(documented, SHARED))
    async with running(console_app(path)) as console:
        for section, way in WAYS.items():
            for key in way:
                before = console.app.screen
                await console.press(key)
                await console.until(partial(is_another, console, before))
            own, keys = documented(section), bound(console)
            assert own, section
            assert keys - own - shared == set(), section
            # On a racer's page it shows as the esc it is one with.
            assert own - keys - {"-"} == set(), section
            above = [key for key in way if not key.isdigit()]
            await console.press(*["escape"] * len(above), "2")
            await console.dialog(MonitorUsage)


async def test_the_guide_has_every_key_of_a_live_race(path: Path, database: Database) -> None:
    write_show(database, final())
    shared = set().union(*map(documented, SHARED))
    async with marshal_of(path) as (console, _):
        for section, key in (("A live race", ""), ("The big screen", "B")):
            await console.press(*key)
            own, keys = documented(section), bound(console)
            assert own, section
            assert keys - own - shared == set(), section
            assert own - keys - {"q", "-"} == set(), section  # on the big screen as one with esc


def test_the_guide_names_the_themes_and_where_they_are_set() -> None:
    for name in (*THEMES, "[console]", "DRTUI_CONSOLE_THEME", "NO_COLOR"):
        assert name in GUIDE
