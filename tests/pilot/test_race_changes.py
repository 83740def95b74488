"""Making, changing and deleting races, and their files, from the console."""

from pathlib import Path

import pytest
from textual.widgets import Input

from drtui import copying
from drtui.domain.race_documents import definition_in
from drtui.domain.race_errands import DEFINITION
from drtui.domain.races import Definition
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.hand_off import SaveDialog
from drtui.screens.dialogs.place import PlaceDialog
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.dialogs.race_invitation import RaceInvitationDialog
from drtui.screens.dialogs.race_template import RaceTemplateDialog
from drtui.screens.dialogs.race_writing import RaceWritingDialog
from drtui.screens.dialogs.track import TrackDialog
from drtui.store.database import Database
from drtui.store.operation_log import items, newest_operation
from drtui.store.race_pending import creations
from drtui.store.sync_state import Connectivity, write_connectivity
from tests.support.driving import Console, console_app, running
from tests.support.operations import newest
from tests.support.races_table import filled_races, open_races


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


def created(database: Database) -> list[Definition]:
    with database.read() as connection:
        return [one.definition for one in creations(connection)]


async def put(console: Console, text: str) -> None:
    """Let the field hold a text, as if it was pasted over what it holds."""
    field = console.app.screen.focused
    assert isinstance(field, Input)
    field.value = text
    await console.settled()


async def go_to(console: Console, field: str) -> None:
    """Go to a field of the form."""
    form = console.app.screen
    assert isinstance(form, RaceFormDialog)
    form._fields[field].widget.focus()
    await console.settled()


async def test_a_race_is_made_from_the_form_to_which_its_plan_leads_back(
    path: Path, races: Database
) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        await console.write("Sprint")
        await go_to(console, "closes_at")
        await put(console, "2026-05-04 18:00 UTC")
        await console.press("enter")
        await console.dialog(PlanDialog)
        text = console.text()
        assert "1 race will be created." in text
        assert "2026-05-04 20:00 CEST" in text
        assert "so that no race is there twice" in console.prose()
        await console.press("escape")
        form = await console.dialog(RaceFormDialog)
        assert form.texts["name"] == "Sprint"
        assert newest(races) == 0
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: bool(created(races)), "the operation")
        assert [one.name for one in created(races)] == ["Sprint"]
        await console.until(lambda: "Sprint" in shown.names, "the race to come")
        await console.until(lambda: "→ to be created" in console.text())
        assert "1 to be created" in console.text()


async def test_mistakes_are_told_beside_their_fields_while_typing(
    path: Path, races: Database
) -> None:
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("n")
        await console.dialog(RaceFormDialog)
        assert "The race needs a name" not in console.text()
        await console.write("x")
        await console.press("backspace")
        await console.until(lambda: "The race needs a name." in console.text())
        await go_to(console, "closes_at")
        await put(console, "2026-03-29 02:30")
        await console.until(lambda: "does not exist" in console.prose())
        await put(console, "2026-05-01 02:30")
        await console.until(lambda: "closing has to be after the opening" in console.prose())
        await console.press("enter")
        await console.settled()
        assert isinstance(console.app.screen, RaceFormDialog)
        focused = console.app.screen.focused
        assert focused is console.app.screen._fields["name"].widget
        assert newest(races) == 0


async def test_the_form_tells_whose_names_are_and_asks_only_for_what_means_something(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("n")
        form = await console.dialog(RaceFormDialog)
        await console.write("cones")
        await console.until(lambda: "A race of this name opens 2026-" in console.text())
        await go_to(console, "track")
        await put(console, "albert")
        await console.until(lambda: "Yun Speedway, " in console.prose(), "the track's name")
        await go_to(console, "name")
        assert not form._fields["objects"].display
        assert not form._fields["live_at"].display
        await console.press("tab", "right")
        await console.settled()
        assert form._fields["objects"].display
        await console.until(lambda: "There have to be 1 to 6 objects." in console.prose())
        await go_to(console, "objects")
        await put(console, "2")
        await go_to(console, "positions")
        await put(console, "0.2:1 0.3:1")
        await console.until(lambda: "nearer than 0.13" in console.prose())
        await go_to(console, "live")
        await console.press("space")
        await console.until(lambda: "A live race needs the time" in console.prose())


async def test_the_track_is_chosen_from_a_list_and_brings_its_direction(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("n")
        form = await console.dialog(RaceFormDialog)
        await console.press("f2")
        await console.dialog(TrackDialog)
        assert "62 tracks of 62" in console.text()
        await console.write("barcelona")
        assert "60.00 m  clockwise" in console.text()
        await console.press("enter")
        await console.until(lambda: console.app.screen is form)
        assert form.texts["track"] == "Circuit de Barcelona-Catalunya"
        assert form.texts["direction"] == "CLOCKWISE"
        await console.until(lambda: "60 m · clockwise" in console.text())


async def test_a_change_shows_what_changes_and_nothing_else(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        await console.press("e")
        await console.dialog(RaceFormDialog)
        await go_to(console, "max_submissions")
        await put(console, "7")
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "submissions per racer  5 → 7" in console.text()
        assert "opening" not in console.text()
        await console.press("enter")
        await console.until(lambda: newest(races) == 1, "the operation")
        with races.read() as connection:
            (item,) = items(connection, 1)
        changed = definition_in(str(item.after[DEFINITION]))
        assert changed is not None
        assert changed.max_submissions == 7


async def test_a_clone_has_another_name_and_times_to_come(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("c")
        form = await console.dialog(RaceFormDialog)
        assert form.texts["name"] == "Copy of Friday warm-up"
        await console.press("enter")
        await console.dialog(PlanDialog)
        await console.press("enter")
        await console.until(lambda: bool(created(races)), "the operation")
        (copied,) = created(races)
        assert copied.name == "Copy of Friday warm-up"
        assert copied.opens_at.timestamp() > races.clock()


async def test_offline_a_change_waits_and_says_so(path: Path, races: Database) -> None:
    write_connectivity(races, Connectivity.OFFLINE)
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("d")
        await console.dialog(PlanDialog)
        assert "delivered when the network returns" in console.prose()


async def test_a_template_is_written_edited_and_applied(
    path: Path, races: Database, tmp_path: Path
) -> None:
    file = tmp_path / "series.toml"
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("N")
        await console.dialog(RaceTemplateDialog)
        await console.press("right")
        assert "Four time trials" in console.text()
        await console.press("tab")
        await put(console, str(file))
        await console.press("enter")
        await console.until(file.exists, "the file")
        assert file.read_text().count("[[race]]") == 4
        await console.until(lambda: "then read by o" in console.text())
        await console.press("o")
        await console.dialog(PlaceDialog)
        await put(console, str(file))
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "4 races: 4 create." in console.prose()
        await console.press("enter")
        await console.until(lambda: len(created(races)) == 4, "the operation")
        with races.read() as connection:
            assert newest_operation(connection) == 1


async def test_a_file_with_mistakes_tells_all_with_their_lines(
    path: Path, races: Database, tmp_path: Path
) -> None:
    file = tmp_path / "races.toml"
    file.write_text(
        'name = "A"\ntrack = "nowhere"\nopens = "2026-05-10 09:00"\ncloses = "soon"\n',
        encoding="utf-8",
    )
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("o")
        await console.dialog(PlaceDialog)
        await put(console, str(file))
        await console.press("enter")
        await console.until(lambda: "Line 2:" in console.text())
        assert "2 mistakes:" in console.text()
        assert "Line 4:" in console.text()
        assert isinstance(console.app.screen, PlaceDialog)
        assert newest(races) == 0


async def test_many_mistakes_of_a_file_are_counted_and_scroll(
    path: Path, races: Database, tmp_path: Path
) -> None:
    file = tmp_path / "races.toml"
    file.write_text("\n".join(f"unknown_{number} = 1" for number in range(30)), encoding="utf-8")
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("o")
        await console.dialog(PlaceDialog)
        await put(console, str(file))
        await console.press("enter")
        await console.until(lambda: "34 mistakes:" in console.text(), "the mistakes")
        assert "Line 30:" not in console.text()
        await console.press("tab", "end")
        await console.until(lambda: "Line 30:" in console.text(), "the last of them")
        assert "[ Cancel ]" in console.text()
        assert newest(races) == 0


async def test_a_race_that_is_as_its_file_says_leaves_nothing_to_do(
    path: Path, races: Database, tmp_path: Path
) -> None:
    del races
    file = tmp_path / "races.toml"
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        await console.press("w")
        await console.dialog(RaceWritingDialog)
        await console.press("tab")
        await put(console, str(file))
        await console.press("enter")
        await console.until(file.exists, "the file")
        assert 'name = "Cones"' in file.read_text()
        await console.press("o")
        await console.dialog(PlaceDialog)
        await put(console, str(file))
        await console.press("enter")
        await console.dialog(PlanDialog)
        assert "1 race: 1 unchanged." in console.prose()


async def test_a_leaderboard_is_written_in_each_form(
    path: Path, races: Database, tmp_path: Path
) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        for form, begins in enumerate(("rank,alias", "{", "<!doctype html>")):
            file = tmp_path / f"board-{form}"
            await console.press("w")
            await console.dialog(RaceWritingDialog)
            await console.press("right", "tab", *["right"] * form, "tab")
            await put(console, str(file))
            await console.press("enter")
            await console.until(file.exists, "the file")
            assert file.read_text().lower().startswith(begins)
            await console.until(lambda: console.app.screen is shown.screen, "the list")


async def test_results_of_several_races_are_a_new_folder(
    path: Path, races: Database, tmp_path: Path
) -> None:
    del races
    folder = tmp_path / "results"
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("a", "w")
        await console.dialog(RaceWritingDialog)
        await console.press("right", "tab")
        await put(console, str(folder))
        await console.press("enter")
        await console.until((folder / "results.html").exists, "the page")
        await console.press("w")
        await console.dialog(RaceWritingDialog)


async def test_what_is_there_is_not_written_over(
    path: Path, races: Database, tmp_path: Path
) -> None:
    del races
    file = tmp_path / "mine"
    file.write_text("mine")
    async with running(console_app(path)) as console:
        await open_races(console)
        await console.press("w")
        await console.dialog(RaceWritingDialog)
        await console.press("tab")
        await put(console, str(file))
        await console.press("enter")
        await console.until(lambda: "There is a file" in console.prose())
        assert file.read_text() == "mine"


async def test_an_invitation_is_copied_and_saved_but_not_sent_without_a_profile(
    path: Path, races: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del races
    monkeypatch.setattr(copying, "copy", lambda text: "Sent to nowhere.")
    file = tmp_path / "invitation.txt"
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("i")
        await console.dialog(RaceInvitationDialog)
        assert "You are invited to “Grand final”." in console.text()
        assert "It cannot be sent from here" in console.prose()
        await console.press("enter")
        await console.dialog(CopiedDialog)
        await console.press("escape")
        await console.until(lambda: console.app.screen is shown.screen)
        await console.press("i")
        await console.dialog(RaceInvitationDialog)
        await console.press("right", "enter")
        await console.dialog(SaveDialog)
        await put(console, str(file))
        await console.press("enter")
        await console.until(file.exists, "the file")
        assert "Grand final" in file.read_text()
