"""The palette: what it offers, in which order, and that the line under the cursor is seen."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.content import Content
from textual.widgets import OptionList

from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.menu import Entry, MenuDialog
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from drtui.widgets.marked_table import MarkedTable
from tests.support.dialogs import bare
from tests.support.driving import console_app, running
from tests.support.palettes import hits, opened, titles
from tests.support.stores import plain_profiles, swept

_ORDER = """
import asyncio, sys
from pathlib import Path
from textual.command import CommandList
from tests.support.driving import console_app, running
from tests.support.palettes import opened

async def main():
    async with running(console_app(Path(sys.argv[1]))) as console:
        print(*await opened(console), sep="\\n")

asyncio.run(main())
"""


def turned_lines(options: OptionList) -> list[int]:
    """Which lines of a list are drawn in reverse."""
    return [
        y
        for y in range(options.size.height)
        if any(segment.style and segment.style.reverse for segment in options.render_line(y))
    ]


def test_nothing_of_the_palette_is_imported_before_it_is_opened() -> None:
    program = "import sys, drtui.app; print('drtui.screens.palette' in sys.modules)"
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


async def test_what_was_typed_as_a_filter_is_no_markup_in_a_reason(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("[/b]")
        await console.write(" (")  # what is shown is still that of before
        await console.pilot.click(MarkedTable)
        reason = console.usage.refusal("mark_all")
        assert "[/b]" in reason
        await console.press("ctrl+p")
        await console.dialog(CommandPalette)
        await console.until(lambda: "Colours: dark" in titles(console), "the commands")
        await console.write("unmark them")
        await console.until(lambda: "Colours: dark" not in titles(console), "what matches")
        helps = [Content.from_markup(one.hit.help or "").plain for one in hits(console)]
    assert any(reason in one for one in helps)


async def test_the_screens_keys_come_first_then_everybodys_and_the_colours_last(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        offered = await opened(console)
        helps = [one.hit.help for one in hits(console)]
    assert offered[-3:] == ["Colours: dark", "Colours: light", "Colours: ansi"]
    assert helps[-3:] == ["In use", "Remembered when chosen", "Remembered when chosen"]
    screens, tables = offered.index("Set usage quotas"), offered.index("Mark a range downwards")
    assert screens < tables < offered.index("Quit") < offered.index("Sign out")


async def test_the_order_is_the_same_with_every_start(path: Path, database: Database) -> None:
    del database
    command = [sys.executable, "-c", _ORDER, str(path)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]
    first, second = (run.stdout.splitlines() for run in runs)
    assert len(first) > 20
    assert first == second


async def test_racers_who_are_called_so_come_before_commands(
    path: Path, database: Database
) -> None:
    plain, *others = plain_profiles(40)
    swept(database, [replace(plain, alias="mark-o"), *others])
    async with running(console_app(path)) as console:
        offered = await opened(console, "mark")
        assert offered[0] == "Go to racer mark-o"
        assert "Mark a range downwards" in offered


async def test_letters_within_words_run_nothing_and_what_is_meant_is_led_to(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("5")
        await console.dialog(Operations)
        assert await opened(console, "paus") == ["Pause sponsorship · on Usage (2, p)"]
        await console.press("enter")
        await console.until(lambda: console.app.screen is console.usage, "Monitor usage")
        await console.settled()
        assert console.app.screen is console.usage  # nothing is asked there
        assert not any(one.group == "acting" for one in console.app.workers)


async def test_every_place_s_menu_is_found_from_every_other_and_nothing_twice(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        for key, typed, found in (
            ("1", "pause", "Pause sponsorship · on Usage (2, p)"),
            ("2", "billing", "Billing: costs and alerts · on Setup (1, b)"),
            ("2", "participants", "Participants: who takes part · on Setup (1, p)"),
            ("3", "resume", "Resume sponsorship · on Usage (2, P)"),
            ("4", "stop training", "Stop training · on Models (3, p)"),
            ("5", "set usage quotas", "Set usage quotas · on Usage (2, e)"),
            ("2", "retry", "Retry what failed · on Operations (5, t)"),
        ):
            await console.press(key)
            await console.settled()
            here = console.app.screen
            assert found in await opened(console, typed), typed
            await console.press("escape")
            await console.dialog(type(here))
        await console.press("2")
        await console.until(lambda: console.app.screen is console.usage, "Monitor usage")
        assert await opened(console, "pause") == ["Pause sponsorship"]


async def test_a_racer_s_page_is_not_said_to_lead_to_its_own_list(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("enter")
        await console.dialog(RacerScreen)
        offered = await opened(console, "copy")
    assert any(one.endswith(" · on Setup (1, y)") for one in offered)
    assert not any("on Usage" in one for one in offered)


async def test_racers_whose_alias_has_it_come_before_those_whose_email_begins_with_it(
    path: Path, database: Database
) -> None:
    found = {"zoe-dara": "z@x.org", "ChicaneKid85": "dara.k@x.org", "dara_racer": "d@x.org"}
    found |= {"Dara-31": "y@x.org", "another": "not.dara@x.org"}
    profiles = plain_profiles(40)
    named = [
        replace(profile, alias=alias, email=email)
        for profile, (alias, email) in zip(profiles, found.items(), strict=False)
    ]
    swept(database, [*named, *profiles[len(named) :]])
    async with running(console_app(path)) as console:
        offered = [one for one in await opened(console, "dara") if one.startswith("Go to racer ")]
    racers = ["Dara-31", "dara_racer", "zoe-dara", "ChicaneKid85", "another"]
    assert [one.removeprefix("Go to racer ") for one in offered if "…" not in one] == racers


async def test_a_good_match_of_a_command_comes_before_racers_who_only_have_it_somewhere(
    path: Path, database: Database
) -> None:
    plain, *others = plain_profiles(40)
    swept(database, [replace(plain, alias="my-sort"), *others])
    async with running(console_app(path)) as console:
        offered = await opened(console, "sort")
    assert offered.index("Choose what to sort by") < offered.index("Go to racer my-sort")


async def test_what_is_meant_stands_first(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        for typed, first in (
            ("quotas", "Set usage quotas"),
            ("set quo", "Set usage quotas"),
            ("racer-00107", "Go to racer racer-00107"),
            ("go to racer dmx", "Go to racer dmx"),
            ("dana", "Go to racer dmx"),
            ("mertens", "Go to racer dmx"),
            ("quit", "Quit"),
        ):
            assert (await opened(console, typed))[0] == first, typed
            await console.press("escape")
            await console.back()


async def test_without_colours_the_line_under_the_cursor_is_turned_round(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(console_app(path)) as console:
        await opened(console)
        options = console.app.screen.query_one(OptionList)
        assert turned_lines(options) == [0, 1]
        await console.press("down")
        assert turned_lines(options) == [2, 3]


@pytest.mark.parametrize(("key", "dialog"), [("m", MenuDialog), ("c", ColumnsDialog)])
async def test_so_it_is_in_dialogs(
    path: Path,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    dialog: type[MenuDialog | ColumnsDialog],
) -> None:
    del database
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(console_app(path)) as console:
        await console.press(key)
        await console.dialog(dialog)
        assert turned_lines(console.app.screen.query_one(OptionList)) == [0]


async def test_a_long_name_takes_one_line_of_the_palette_and_ends_in_an_ellipsis(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (60, 20)) as console:
        assert f"Go to racer {'L' * 64}" in await opened(console, "llll")
        lines = console.lines()
        (place,) = [at for at, one in enumerate(lines) if "Go to racer LLL" in one]
        assert lines[place].rstrip().endswith("L…")
        assert lines[place + 1].strip() == "long@example.com"


async def test_the_menu_keeps_every_key_and_a_reason_whole_in_a_narrow_terminal(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (60, 20)) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        await console.press("end")
        text = console.text()
        assert "u   Undo your last operation" in text
        assert "     not now: nothing is done yet" in text
        await console.pilot.resize_terminal(80, 24)
        await console.settled()
        assert "Undo your last operation  not now: nothing is done yet" in console.text()


async def test_what_is_too_long_for_the_menu_ends_between_two_words() -> None:
    entries = [
        Entry("a", "a", "Undo 1: Set usage quotas  hours +2.5 and much more than fits in it"),
        Entry("b", "b", "Delete the user", "x" * 3 + " race facilitators may not do that" * 4),
        Entry("c", "gm", "W" * 80),
    ]
    async with bare(dialog=MenuDialog("", entries), size=(60, 20)) as console:
        lines = [line.strip("│ ") for line in console.lines()]
        (first,) = [line for line in lines if line.startswith("a ")]
        assert first == "a   Undo 1: Set usage quotas  hours +2.5 and much…"
        below = lines[lines.index("b   Delete the user") + 1 :][:2]
        assert below[0].startswith("not now: xxx race facilitators")
        assert re.search(r" [a-z]+…$", below[1])
        (last,) = [line for line in lines if line.startswith("gm ")]
        assert last.endswith("W…")
