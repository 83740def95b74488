"""Slips of the hand: keys meant for something else change nothing, and say what they did."""

from pathlib import Path

import pytest
from textual import events

from drtui.commands import help_desk, selection
from drtui.commands.workspace import Workspace
from drtui.domain.operations import ItemState
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.review import ReviewDialog
from drtui.screens.palette import Palette
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import console_app, packet, running
from tests.support.operations import newest, paused, quota
from tests.support.palettes import titles
from tests.support.screens import said
from tests.support.stores import delivered, items_of, profile_id, submitted

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_enter_leaves_an_undo_as_it_is_and_the_button_beside_it_undoes(
    path: Path, database: Database, key: str
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.press("u")
        await console.dialog(PlanDialog)
        await console.press(key)
        await console.back()
        assert newest(database) == number
        await console.press("u")
        await console.dialog(PlanDialog)
        await console.press("right", key)
        await console.back()
        await console.until(lambda: "Undo: 10 confirmed" in said(console))
        assert newest(database) == number + 1


async def test_a_user_whose_alias_cannot_be_typed_is_deleted_by_the_profile_id(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("hana")
        await console.press("enter", "d")
        await console.dialog(PlanDialog)
        for size in SIZES:
            await console.resize(size)
            assert "車手一号 · hana@example.com" in console.prose(), size
            assert f"Type {profile_id(8)} to confirm it:" in console.prose(), size
        await console.press("1", "enter")
        assert isinstance(console.app.screen, PlanDialog)
        await console.press("backspace", *profile_id(8), "enter")
        await console.back()
        assert [item.target for item in items_of(database, 1)] == [profile_id(8)]


async def test_a_plan_names_those_it_is_for_though_they_are_out_of_sight(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await console.press("space", "space", "space", "G", "p")
        await console.dialog(PlanDialog)
        text = console.prose()
        assert "2 of 3 marked users will be paused." in text
        assert "ada-l · ada-l@example.com" in text
        await console.press("escape")
        await console.back()
        await console.press("a", "p")
        await console.dialog(PlanDialog)
        assert " more " in console.prose()


async def test_a_plan_row_by_row_has_the_email_where_there_is_room(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), SIZES[0]) as console:
        await console.press("slash")
        await console.write("dmx")
        await console.press("enter", "p")
        await console.dialog(PlanDialog)
        for size in SIZES:
            await console.resize(size)
            await console.press("d")
            await console.dialog(PlanDetails)
            assert "dmx" in console.text(), size
            assert "dana.mertens@example.com" in console.text(), size
            await console.press("escape")
            await console.dialog(PlanDialog)


async def test_on_a_racers_page_an_action_is_for_that_racer_whoever_is_marked(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("space", "space", "space", "slash")
        await console.write("carlos")
        await console.press("enter", "enter")
        page = await console.dialog(RacerScreen)
        for at_once in (False, True):
            if at_once:
                packet(console, "N", "escape")
            else:
                await console.press("N")
                await console.dialog(AliasDialog)
                await console.press("escape")
            await console.until(lambda: console.app.screen is page, "the page again")
            await console.press("d")
            await console.dialog(PlanDialog)
            assert "carlos_v · carlos_v@example.com" in console.prose(), at_once
            assert "Type carlos_v to confirm it:" in console.prose(), at_once
            await console.press("escape")
            await console.until(lambda: console.app.screen is page, "the page again")


async def test_undo_steps_past_a_deletion_and_the_menu_says_what_it_would_undo(
    path: Path, database: Database
) -> None:
    first = paused(database, "racer-0010")
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "alias=dmx")
    delivered(database, submitted(database, help_desk.plan_delete_users(workspace, whom)))
    async with running(console_app(path), SIZES[0]) as console:
        for size in SIZES:
            await console.resize(size)
            await console.press("m")
            await console.dialog(MenuDialog)
            assert f"u   Undo {first}: Pause sponsorship" in console.text(), size
            await console.press("u")
            await console.dialog(PlanDialog)
            text = console.prose()
            assert f"Undo {first}: Pause sponsorship" in text, size
            told = "Operation 2 is left out (Delete user): a deletion cannot be undone."
            assert told in text, size
            await console.press("escape")
            await console.back()


async def test_keys_behind_the_menus_key_are_for_the_menu(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        packet(console, "mP")
        await console.dialog(PlanDialog)
        assert "Resume sponsorship" in console.prose()


async def test_on_operations_the_menu_says_which_one_is_undone(
    path: Path, database: Database
) -> None:
    number = paused(database, "racer-0010")
    async with running(console_app(path)) as console:
        await console.press("5", "m")
        await console.dialog(MenuDialog)
        assert f"Undo {number}: Pause sponsorship" in console.text()


async def test_what_failed_is_counted_in_the_header_and_signed_in_the_list(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=2, state=ItemState.FAILED)
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer-0010")
        await console.press("enter")
        for size in SIZES:
            await console.resize(size)
            await console.until(lambda: "2 failed" in console.lines()[0], f"the header at {size}")
            for alias, signed in (("racer-00101", True), ("racer-00102", False)):
                line = next(line for line in console.lines() if alias in line)
                assert ("! failed" in line) is signed, size


async def test_marking_from_a_list_tells_an_alias_of_several_and_what_was_marked_before(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("space", "space", "space", "L")
        await console.dialog(MarkListDialog)
        console.app.post_message(events.Paste("racer-00105\nracer-00106\nRacerAlias\nghost\n"))
        await console.pilot.pause()
        await console.press("tab", "tab", "enter")
        await console.dialog(ReviewDialog)
        text = console.prose()
        assert "Marked already: 3; with these 5." in text
        assert "1 matched nobody, 1 is an alias of several users." in text
        await console.press("enter")
        await console.back()
        assert console.message == (
            "2 marked from the list (3 marked before, 5 now); "
            "1 matched nobody, 1 is an alias of several users."
        )


@pytest.mark.parametrize("typed", ["", "go to", "go to racer "])
async def test_the_palette_goes_to_a_racer_though_no_name_is_typed_yet(
    path: Path, database: Database, typed: str
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("colon")
        palette = await console.dialog(Palette)
        await console.until(lambda: "Colours: dark" in titles(console), "the commands")
        if typed:
            await console.write(typed)
            await console.until(lambda: "Colours: dark" not in titles(console), "matches")
        offered = titles(console)
        assert "Go to racer … (type a name)" in offered
        for _ in range(offered.index("Go to racer … (type a name)")):
            await console.press("down")
        await console.press("enter")
        await console.until(
            lambda: isinstance(console.app.screen, Palette) and console.app.screen is not palette,
            "the field for the name",
        )
        await console.write("carlos")
        await console.until(lambda: "Go to racer carlos_v" in titles(console), "the racer")


async def test_the_palette_finds_the_colours_by_either_name(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        for typed in ("theme", "colour"):
            await console.press("colon")
            await console.dialog(Palette)
            await console.write(typed)
            await console.until(lambda: "Colours: dark" in titles(console), typed)
            await console.until(lambda: "Pause sponsorship" not in titles(console), "no other")
            colours = {"Colours: dark", "Colours: light", "Colours: ansi"}
            assert colours <= set(titles(console)), typed
            await console.press("escape")
            await console.back()
