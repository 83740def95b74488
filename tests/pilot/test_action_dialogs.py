"""Dialogs of actions: what is typed ahead, who is named, and what is said where nothing is done."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.filter_fields import Language
from drtui.domain.operations import ItemState
from drtui.domain.records import Profile
from drtui.domain.saved_filters import SavedFilter
from drtui.screens.dialogs.base import Choice
from drtui.screens.dialogs.filters import FiltersDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDetails, PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.reach import ReachDialog
from drtui.screens.dialogs.tags import TagsDialog
from drtui.screens.dialogs.target import TargetDialog
from drtui.screens.racer import RacerScreen
from drtui.screens.view_desk import ViewDesk
from drtui.store.database import Database
from tests.support.driving import SECONDS, console_app, filtered, packet, running
from tests.support.operations import on_operations, opened, quota, row, table
from tests.support.racer_pages import key_of
from tests.support.screens import none_made
from tests.support.stores import (
    delivered,
    plain_profiles,
    profile_id,
    special_profiles,
    submitted,
    swept,
)


@pytest.mark.parametrize("ahead", ["tabc", "mtabc"], ids=["its key", "the menu"])
async def test_what_is_typed_behind_the_key_of_tags_is_a_label(
    path: Path, database: Database, ahead: str
) -> None:
    del database
    async with running(console_app(path)) as console:
        packet(console, ahead)
        dialog = await console.dialog(TagsDialog)
        await console.until(lambda: dialog.query(Input).first().value == "abc", "the label")


async def test_all_are_marked_and_labelled_with_keys_typed_at_once(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        packet(console, "atvip late", "enter")
        await console.until(lambda: "To reverse" in console.message, "the labels")
        assert "vip" in console.message
        assert "late" in console.message


async def test_what_is_typed_ahead_goes_into_a_tools_dialog_however_slow_it_opens(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    begun, go_on = threading.Event(), threading.Event()
    read = ViewDesk.saved_filters

    def slow(desk: ViewDesk, language: Language) -> list[SavedFilter]:
        begun.set()
        assert go_on.wait(SECONDS)
        return read(desk, language)

    monkeypatch.setattr(ViewDesk, "saved_filters", slow)
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("ada")
        await console.press("enter")
        packet(console, "fnmine")
        assert await asyncio.to_thread(begun.wait, SECONDS)
        for _ in range(10):
            await console.pilot.pause()  # time enough for keys that nothing holds
        go_on.set()
        dialog = await console.dialog(FiltersDialog)
        await console.until(lambda: dialog.query(Input).first().value == "mine", "the name")


async def test_in_a_terminal_that_shrank_the_menu_scrolls_with_its_cursor(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await console.press("m")
        dialog = await console.dialog(MenuDialog)
        await console.pilot.resize_terminal(60, 15)
        options = dialog.query_one(OptionList)
        seen = set[str]()
        for key in ["down"] * 12 + ["up"] * 12:
            await console.press(key)
            assert options.highlighted_option is not None
            title = str(options.highlighted_option.prompt).split("\n")[0][4:20]
            seen.add(title)
            assert title in console.text()
        assert len(seen) > 6
        await console.pilot.resize_terminal(80, 24)
        await console.press("end")
        await console.pilot.resize_terminal(60, 15)
        await console.settled()
        assert options.highlighted_option is not None
        assert str(options.highlighted_option.prompt)[4:20] in console.text()


async def test_a_plan_for_one_of_the_staff_says_what_they_are(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await filtered(console, "fay")
        for key in "px":
            await console.press(key)
            await console.dialog(PlanDialog)
            assert "fay · fay@example.com · race facilitator" in console.prose(), key
            await console.press("escape")
            await console.back()


async def test_what_is_never_done_to_oneself_says_so_and_asks_nothing(
    path: Path, database: Database
) -> None:
    told = "Not now: this is you, and nobody does it to themselves."
    async with running(console_app(path)) as console:
        await filtered(console, "ada.admin")
        for place in ("the list", "the page"):
            screen = console.app.screen
            for key in "epPNoxd":
                assert told not in console.prose()
                await console.press(key)
                assert console.app.screen is screen, (key, place)
                assert told in console.prose(), (key, place)
                console.hush()
            if place == "the list":
                await console.press("enter")
                await console.dialog(RacerScreen)
        assert none_made(database)


async def test_the_menu_on_ones_own_row_says_why_and_leaves_labels(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await filtered(console, "ada.admin")
        await console.press("m")
        dialog = await console.dialog(MenuDialog)
        assert "Change the role not now: this is you" in console.prose()
        options = dialog.query_one(OptionList)
        assert options.get_option("delete_user").disabled
        assert not options.get_option("tags").disabled
        await console.press("escape")
        await console.back()
        await console.press("escape", "a", "m")  # of several, only oneself is left out
        dialog = await console.dialog(MenuDialog)
        assert not dialog.query_one(OptionList).get_option("delete_user").disabled


async def test_the_keys_are_drawn_anew_where_the_cursor_comes_to_ones_own_row(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:

        def is_dim() -> bool:
            *_, line = console.app.screen._compositor.render_strips()
            return any("p pause" in segment.text for segment in line)  # else the key stands out

        while console.table.cursor_key != key_of(database, "ada.admin"):
            assert not is_dim()
            await console.press("down")
        assert is_dim()
        await console.press("down")
        assert not is_dim()


async def test_what_is_typed_wrong_is_told_with_what_has_to_be_typed(
    path: Path, database: Database
) -> None:
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "carlos")
        await console.press("d")
        dialog = await console.dialog(PlanDialog)
        await console.press("enter")
        assert "Nothing is typed: type carlos_v, or press esc." in console.prose()
        await console.write("carlos")
        assert "Nothing is typed" not in console.prose()
        await console.press("enter")
        assert "That is not carlos_v: type carlos_v, or press esc." in console.prose()
        assert console.app.screen is dialog
        assert none_made(database)


async def test_quotas_that_change_nothing_say_what_to_type(path: Path, database: Database) -> None:
    told = "Nothing to change: type a quota or press esc."
    untyped: tuple[str, ...] = ()
    async with running(console_app(path), (80, 24)) as console:
        await filtered(console, "racer-00105")
        for keys in (untyped, ("backspace", "tab", "backspace"), ("5",)):
            await console.press("e")
            dialog = await console.dialog(QuotaDialog)
            await console.press(*keys, "enter")
            assert console.app.screen is dialog, keys
            assert told in console.prose(), keys
            await console.press("8")
            assert told not in console.prose(), keys
            assert not dialog.query(Choice).last().disabled, keys
            await console.press("escape")
            await console.back()
        assert none_made(database)


def nameless(database: Database) -> None:
    """Put two racers without an alias in the store; the others stay."""
    blank = [Profile(profile_id(one), "", None, "dr-racers", 0, 0, 300, 0, 3) for one in (1, 2)]
    swept(database, [*blank, *special_profiles()[2:], *plain_profiles(40)])


async def test_who_has_no_alias_is_named_by_the_id_in_plans_and_operations(
    path: Path, database: Database
) -> None:
    nameless(database)
    async with running(console_app(path)) as console:
        await console.press("space", "space")  # they are the first by their alias
        await filtered(console, "racer-00105")
        await console.press("p")
        await console.dialog(PlanDialog)
        hidden = f"2 of them hidden by the filter: id {profile_id(1)}, id {profile_id(2)}."
        assert hidden in console.prose()
        await console.press("d")
        await console.dialog(PlanDetails)
        assert f"id {profile_id(1)}" in console.text()
        assert f"id {profile_id(2)}" in console.text()


async def test_a_target_without_an_alias_is_named_by_the_id(path: Path, database: Database) -> None:
    nameless(database)
    workspace = Workspace(database, "ada")
    whom = selection.select_by_name(workspace, [profile_id(1), profile_id(2)])
    submitted(database, sponsorship.plan_pause(workspace, whom))
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(row(console, f"id {profile_id(1)[:8]}")))
        await console.press("enter")
        await console.dialog(TargetDialog)
        assert f"id {profile_id(1)}, operation 1" in console.prose()


async def test_a_reason_that_is_a_sentence_ends_with_one_full_stop(
    path: Path, database: Database
) -> None:
    number = quota(database, "racer-0010")
    delivered(database, number, first=3, state=ItemState.FAILED, reason="It was refused.")
    async with on_operations(path) as console:
        await opened(console)
        await console.until(lambda: bool(table(console).keys), "the targets")
        await console.press("t")
        await console.dialog(ReachDialog)
        assert "So far: It was refused." in console.prose()
        assert ".." not in console.prose()


async def test_what_there_is_to_know_of_some_or_all_that_change_is_told_in_words(
    path: Path, database: Database
) -> None:
    unset = replace(plain_profiles(1)[0], minutes_limit=None, models_limit=None)
    swept(database, [*special_profiles(), unset, *plain_profiles(39, first=101)])
    async with running(console_app(path)) as console:
        for text, told in (
            ("racer-00100", "Undo cannot bring back limits that were never set."),
            ("racer-0010", "1 of 10: undo cannot bring back limits that were never set"),
        ):
            await filtered(console, text)
            await console.press("a", "p")
            await console.dialog(PlanDialog)
            assert told in console.boxed()
            await console.press("escape")
            await console.until(lambda: not isinstance(console.app.screen, PlanDialog))
            await console.press("slash", "ctrl+u", "enter")
