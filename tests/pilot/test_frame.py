"""The frame of all screens: going about, the Actions menu, keys in one packet, coming back."""

from pathlib import Path

from textual.binding import Binding

from drtui.commands import selection, sponsorship, tags
from drtui.commands.filters import save_filter
from drtui.commands.workspace import Workspace
from drtui.screens.dialogs.alias import AliasDialog
from drtui.screens.dialogs.columns import ColumnsDialog
from drtui.screens.dialogs.filters import FiltersDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.quota import QuotaDialog
from drtui.screens.dialogs.summary import SummaryDialog
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.operation_page import OperationScreen
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.screens.racer_actions import FOR_RACERS
from drtui.store.database import Database
from tests.support.driving import RecordingEngine, console_app, packet, running
from tests.support.stores import items_of, submitted

WITH_ONE_KEY = frozenset(
    {
        *("menu", "undo", "reload", "sync", *FOR_RACERS, "filter"),
        *("retry", "settle", "set_aside", "cancel"),
    }
)


async def test_number_keys_go_to_screens_and_minus_to_the_last_one(
    path: Path, database: Database
) -> None:
    del database
    wide = (120, 40)
    async with running(console_app(path), (80, 24)) as console:
        for size in ((80, 24), wide):
            await console.resize(size)
            text = console.text()
            assert ("▸ 2 Monitor usage" if size == wide else "2 Usage") in text, size
            assert ("Multi-user management" in text) is (size == wide), size
            await console.press("5")
            assert isinstance(console.app.screen, Operations)
            own = "▸ 5 Operations" if size == wide else "[5 Operations]"
            assert own in console.text(), size
            await console.press("2")
        await console.press("5", "minus")
        assert isinstance(console.app.screen, MonitorUsage)
        await console.press("minus")
        assert isinstance(console.app.screen, Operations)
        await console.press("2")
        assert isinstance(console.app.screen, MonitorUsage)


async def test_what_changed_while_a_screen_was_out_of_sight_is_there_when_it_comes_back(
    path: Path, database: Database
) -> None:
    workspace = Workspace(database, "ada")
    async with running(console_app(path)) as console:
        await console.press("5")
        whom = selection.select_by_name(workspace, ["ada-l"])
        submitted(database, sponsorship.plan_pause(workspace, whom))
        await console.until(lambda: "Pause sponsorship" in console.text(), "the operation")
        await console.press("2")
        await console.until(lambda: "over → paused" in console.text(), "the pending value")


async def test_the_menu_tells_all_and_why_what_cannot_be_done_and_takes_keys_and_cursor(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("m")
        await console.dialog(MenuDialog)
        shown = console.text()
        for title in ("Set usage quotas", "Pause sponsorship", "Delete the user", "Mark from a"):
            assert title in shown
        assert "not now: nothing is done yet" in shown
        await console.press("p")
        await console.dialog(PlanDialog)
        await console.press("escape")
        await console.back()
        await console.press("m")
        await console.dialog(MenuDialog)
        await console.press("down", "enter")
        await console.dialog(PlanDialog)
        assert "Pause sponsorship" in console.text()


async def test_keys_behind_a_dialogs_key_are_typed_into_it(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        packet(console, "e+2", "enter")
        await console.dialog(PlanDialog)
        assert "hours +2" in console.text()


async def test_an_enter_behind_a_plans_key_confirms_nothing_and_digits_behind_the_slash_go_nowhere(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        packet(console, "p", "enter", "enter")
        await console.dialog(PlanDialog)
        assert items_of(database, 1) == []
        await console.press("escape")
        await console.back()
        assert items_of(database, 1) == []
        packet(console, "/5pe")
        await console.until(lambda: console.filter.value == "5pe", "what was typed")
        assert console.app.screen is console.usage


async def test_quotas_begin_with_what_all_have_and_unchanged_fields_leave_as_is(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("racer-0010")
        await console.press("enter", "a", "e")
        dialog = await console.dialog(QuotaDialog)
        values = [field.input.value for field in (dialog._hours, dialog._models)]
        assert values == ["5", "3"]
        await console.press("7", "enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
        await console.until(lambda: bool(items_of(database, 1)), "an operation")
        assert {frozenset(item.after) for item in items_of(database, 1)} == {
            frozenset({"minutes_limit"})
        }


async def test_marks_come_back_with_gm_after_an_action(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("space", "space", "g", "m")
        assert console.counts.endswith("2 marked"), "nothing was cleared yet, so nothing changes"
        assert console.table.cursor == 2
        await console.press("escape", "p")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.back()
        await console.until(lambda: console.counts.endswith("0 marked"), "marks that are gone")
        await console.press("pagedown", "g", "m")
        assert console.counts.endswith("2 marked")


async def test_gm_leaves_cursor_and_view_where_they_were(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path), (80, 24)) as console:
        await console.press("space", "pagedown", "pagedown", "up", "up")
        table = console.table
        before = table.cursor_key, table.top
        assert table.top > 0
        table.clear_marks()
        await console.press("g")
        assert (table.cursor, table.top) == (0, 0)
        await console.press("m")
        assert (table.cursor_key, table.top) == before
        assert table.marked_count == 1


async def test_the_menu_names_the_one_racer_it_is_for(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("/")
        await console.write("racer-0010")
        await console.press("enter", "m")
        await console.dialog(MenuDialog)
        assert "racer-00100, under the cursor; nobody is marked." in console.prose()
        await console.press("escape", "space", "m")
        await console.dialog(MenuDialog)
        assert "racer-00100, marked." in console.prose()
        await console.press("escape", "space", "m")
        await console.dialog(MenuDialog)
        assert "2 marked users." in console.prose()
        await console.press("escape", "up", "space", "/")
        await console.write("9")
        await console.press("enter", "m")
        await console.dialog(MenuDialog)
        assert "racer-00100, marked and hidden by the filter." in console.prose()


def test_an_action_has_one_key_on_every_screen() -> None:
    screens = (MonitorUsage, RacerScreen, Operations, OperationScreen)
    keys: dict[str, set[str]] = {}
    for screen in screens:
        actions: dict[str, set[str]] = {}
        for bindings in (one.__dict__.get("BINDINGS", ()) for one in screen.__mro__):
            for binding in bindings:
                if isinstance(binding, Binding) and binding.action in WITH_ONE_KEY:
                    actions.setdefault(binding.action, set()).update(binding.key.split(","))
        for action, found in actions.items():
            assert len(found) == 1, f"{screen.__name__} has {found} for {action}"
            keys.setdefault(action, set()).update(found)
    assert all(len(found) == 1 for found in keys.values()), keys
    assert keys["change_alias"] == {"N"}
    assert keys.keys() == WITH_ONE_KEY


async def test_what_is_for_one_racer_is_refused_when_several_are_marked(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await console.press("space", "N")
        await console.dialog(AliasDialog)
        await console.press("escape")
        await console.back()
        await console.press("space", "N")
        assert console.app.screen is console.usage
        assert console.message.startswith("Not now: it is for one racer at a time")
        await console.press("m")
        await console.dialog(MenuDialog)
        lines = console.lines()
        alias = next(number for number, line in enumerate(lines) if "Change the alias" in line)
        why = "not now: it is for one racer at a time, and 2 are marked"
        assert why in lines[alias + 1]
        assert "o   Change roles" in console.text()
        assert "d   Delete users" in console.text()
        await console.press("d")
        await console.dialog(PlanDialog)
        assert "2 of 2 marked users will be deleted." in console.text()
        assert "[ Delete users (2) ]" in console.text()
        assert items_of(database, 1) == []


async def test_a_refusal_is_over_when_it_is_not_so_any_more(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("space", "space", "N")
        assert console.message
        await console.press("up", "space")
        assert not console.message


async def test_nobody_has_no_email_to_copy(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("nobody-at-all")
        await console.press("enter", "y")
        assert console.message == "Not now: there is nobody to do it to."


async def test_the_palette_goes_to_a_racer(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("colon")
        await console.write("go to racer carlos")
        await console.until(lambda: "Go to racer carlos_v" in console.text(), "the offer")
        await console.press("down", "enter")
        await console.until(lambda: "carlos_v@example.com" in console.text(), "the page")
        await console.press("escape")
        await console.until(lambda: console.app.screen is console.usage, "the list")


async def test_enter_opens_the_racers_page(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("enter")
        await console.until(lambda: "Profile id" in console.text(), "the page")


async def test_chosen_columns_are_shown_and_remembered(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("c")
        await console.dialog(ColumnsDialog)
        await console.press("down", "space", "enter")
        await console.back()
        await console.until(lambda: "Email" not in console.text(), "no emails")
    async with running(console_app(path)) as console:
        await console.until(lambda: "Email" not in console.text(), "no emails, still")


async def test_a_filter_that_somebody_saves_meanwhile_is_understood(
    path: Path, database: Database
) -> None:
    async with running(console_app(path)) as console:
        await console.press("slash", "at")
        await console.write("mine")
        await console.press("enter")
        assert console.problem is not None
        save_filter(Workspace(database, "bo"), "mine", "carlos")
        await console.until(lambda: console.counts.startswith("1 of 56"), "the saved filter")
        assert console.problem is None


async def test_a_filter_is_saved_and_used_by_name(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("slash")
        await console.write("carlos")
        await console.press("enter", "f")
        await console.dialog(FiltersDialog)
        await console.press("n")
        await console.write("mine")
        await console.press("enter")
        await console.back()
        await console.press("escape")
        assert console.counts.startswith("56 of 56")
        await console.press("slash", "at")
        await console.write("mine")
        await console.press("enter")
        await console.until(lambda: console.counts.startswith("1 of 56"), "the saved filter")


async def test_labels_are_put_on_the_marked_and_filtered_by(path: Path, database: Database) -> None:
    async with running(console_app(path)) as console:
        await console.press("space", "space", "t")
        await console.until(lambda: "Tags" in console.text(), "the dialog")
        await console.pilot.pause()
        await console.write("team:red")
        assert "[ Set tags (2) ]" in console.text()
        await console.press("enter")
        await console.back()
        assert console.message == "Set team:red on 2 racers. To reverse: gm marks them again, t."
        known = tags.known_labels(Workspace(database, "ada"))
        assert known == {"team:red": 2}
        await console.press("slash")
        await console.write("team:red")
        await console.press("enter")
        assert console.counts.startswith("2 of 56")


async def test_the_whole_summary_names_the_account_quotas_and_ages(
    path: Path, database: Database
) -> None:
    del database
    async with running(console_app(path), (120, 40)) as console:
        await console.press("i")
        await console.dialog(SummaryDialog)
        await console.until(
            lambda: "Private leaderboards not applicable here" in console.prose(), "the quotas"
        )
        shown = console.prose()
        assert "Users as of 2026-05-02 14:05:12 CEST (12 s ago)" in shown


async def test_sync_now_wakes_the_engine_from_every_screen(path: Path, database: Database) -> None:
    del database
    engine = RecordingEngine()
    async with running(console_app(path, engine=engine)) as console:
        await console.press("R", "5", "R")
        assert engine.woken == 2
