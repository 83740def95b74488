"""Races: the list with its clocks and filter, and every state that it can be in."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import TextArea

from drtui import copying
from drtui.domain.failures import FailureKind
from drtui.domain.records import Role
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.mark_list import MarkListDialog
from drtui.screens.dialogs.menu import MenuDialog
from drtui.screens.dialogs.standings_writing import StandingsWritingDialog
from drtui.screens.race import RaceScreen
from drtui.screens.race_cells import SORT_LETTERS, SORT_TITLES, SORTS
from drtui.screens.standings import StandingsScreen
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.offline import go_offline
from drtui.store.race_table import RACE_SORT_FIELDS
from drtui.store.races import forget_race, write_race_list, write_races_trouble
from drtui.store.rankings import write_rankings
from drtui.store.sign_in import write_role
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.support.driving import Console, console_app, running
from tests.support.logs import ADA
from tests.support.races_table import OPEN, filled_races, open_races, places, special_races
from tests.support.stores import NOW


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


async def test_the_list_counts_races_against_the_guides_quota_and_begins_with_the_open_ones(
    path: Path, races: Database
) -> None:
    def asked() -> bool:
        with races.read() as connection:
            return bool(live_interests(connection, "races:", NOW))

    async with running(console_app(path)) as console:
        shown = await open_races(console)
        text = console.text()
        assert "6 of 100 open or future races · 3 open · 3 future · 1 closed · 2 live" in text
        assert shown.counts == "7 of 7 shown · 0 marked"
        assert "10 races per participant and 50 private leaderboards do not apply" in text
        assert shown.names[0] == "Summer cup, week 2"
        assert shown.names[-1] == "Friday warm-up"
        for told in ("▸ closes in 2 h 06 min", "opens in 1 d 6 h", "closed 6 d 6 h ago"):
            assert told in text
        assert "\x1b[2J" not in text
        assert "running" in text
        assert "times in CEST" in text
        await console.until(asked, "an interest in the races")


async def test_the_narrow_table_keeps_what_matters_and_its_keys_follow_the_cursor(
    path: Path, races: Database
) -> None:
    del races

    def is_dim(console: Console) -> bool:
        """Whether the key and what it does are one piece: a key that works stands out."""
        strip = console.app.screen._compositor.render_strips()[23]
        return any(segment.text == "l live" for segment in strip)

    async with running(console_app(path), (80, 24)) as console:
        shown = await open_races(console)
        heading = next(line for line in console.lines() if "Name" in line and "State" in line)
        assert heading.split() == ["Name", "State", "▲", "Closes", "Racers", "Live"]
        assert "[4 Races]" in console.text()
        await shown.put_cursor("Cones")
        assert is_dim(console)
        await shown.put_cursor("Live tonight")
        assert not is_dim(console)


async def test_a_countdown_goes_on_while_nothing_changes_in_the_store(
    path: Path, races: Database
) -> None:
    del races
    now = [NOW]
    async with running(console_app(path, clock=lambda: now[0])) as console:
        await open_races(console)
        assert "closes in 2 h 06 min" in console.text()
        now[0] += 60
        await console.until(lambda: "closes in 2 h 05 min" in console.text(), "the next minute")
        now[0] += 3 * 3_600
        await console.until(lambda: "3 closed" in console.text(), "races that have closed")


async def test_the_filter_takes_the_language_of_races(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await console.press("slash")
        await console.write("state:future live:yes")
        await console.press("enter")
        assert shown.names == ["Grand final"]
        await console.press("escape", "slash")
        await console.write("nowhere")
        await console.press("enter")
        assert "No race matches this filter. esc clears it." in console.text()


def test_every_order_has_a_title_and_a_key_and_is_one_of_the_stores() -> None:
    assert set(SORTS) == set(SORT_TITLES) == set(SORT_LETTERS)
    assert {field for field, _ in SORTS.values()} <= set(RACE_SORT_FIELDS)
    assert len(set(SORT_LETTERS.values())) == len(SORT_LETTERS)


async def test_what_is_for_a_live_race_or_for_one_says_so(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Cones")
        await console.press("l")
        assert shown.message == "Not now: it is no live race."
        await console.press("a", "e")
        assert shown.message == (
            "Not now: several races are marked, and this is for one: esc takes the marks away."
        )
        await console.press("m")
        menu = await console.dialog(MenuDialog)
        assert "marked races" in console.text()
        assert menu is not None
        await console.press("escape")
        await console.until(lambda: not isinstance(console.app.screen, MenuDialog), "the list")
        await console.press("escape")
        await console.until(lambda: not shown.table.marked_count, "no marks")


async def test_a_racer_sees_races_and_is_told_why_nothing_can_be_done(
    path: Path, races: Database
) -> None:
    write_role(races, Role.RACER)
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        for key in "ncdo":
            await console.press(key)
            assert "needs an admin or a race facilitator" in shown.message, key


async def test_a_facilitator_may_make_races(path: Path, races: Database) -> None:
    write_role(races, Role.FACILITATOR)
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        assert not shown.screen.refusal("new")


async def test_an_account_without_races_names_the_keys_that_make_one(
    path: Path, database: Database
) -> None:
    write_race_list(database, [], NOW)
    async with running(console_app(path)) as console:
        shown = await open_races(console, filled=False)
        await console.until(lambda: "There is no race: n makes one" in console.text())
        await console.press("e")
        assert shown.message == "Not now: there is no race to do it to."


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda database: None, "The races are read for the first time …"),
        (
            lambda database: write_connectivity(database, Connectivity.OFFLINE),
            "The races were not read yet, and the account does not answer: offline.",
        ),
        (
            lambda database: go_offline(database, ADA),
            "The races were not read yet; offline on purpose: F goes online.",
        ),
        (
            lambda database: write_halt(
                database, FailureKind.NOT_SIGNED_IN, "Nobody is signed in."
            ),
            "The races were not read yet:",
        ),
        (
            lambda database: write_races_trouble(database, "The firewall blocked it."),
            "The races could not be read: The firewall blocked it. R tries again.",
        ),
    ],
    ids=["first", "offline", "on purpose", "not signed in", "trouble"],
)
async def test_why_nothing_is_there_yet(
    path: Path, database: Database, write: object, told: str
) -> None:
    assert callable(write)
    write(database)
    async with running(console_app(path)) as console:
        await open_races(console, filled=False)
        await console.until(lambda: told in console.text(), told)


async def test_a_race_that_is_gone_leaves_the_list(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        await open_races(console)
        others = [one for one in special_races() if "final" not in one.definition.name]
        write_race_list(races, others, NOW + 1)
        await console.until(lambda: "Grand final" not in console.text(), "the race to go")
        assert "2 future" in console.text()


async def test_standings_are_of_the_marked_races(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Friday warm-up")
        await console.press("space")
        await shown.put_cursor("Summer cup, week 2")
        await console.press("space", "t")
        await console.until(lambda: isinstance(console.app.screen, StandingsScreen))
        await console.until(lambda: "points over 2 races" in console.text())
        lines = [line.split() for line in console.lines() if "ada-l" in line or "grace" in line]
        assert lines[0][lines[0].index("ada-l") + 1 :][:2] == ["43", "2"]
        await console.press("t")
        await console.until(lambda: "total time over 2 races" in console.text())
        await console.press("escape")
        await console.until(lambda: console.app.screen is shown.screen)


async def test_standings_show_somebody_whose_name_is_not_seen(path: Path, races: Database) -> None:
    write_rankings(races, OPEN, [replace(places()[0], alias="\N{HANGUL FILLER} ")], NOW + 1)
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("t")
        await console.until(lambda: isinstance(console.app.screen, StandingsScreen))
        await console.until(lambda: "points over 1 race" in console.text())
        (told,) = (line.split() for line in console.lines() if " 25 " in line)
        assert told[told.index("25") - 1] == "?"


async def test_standings_of_many_races_say_which_are_in_sight_and_show_the_others(
    path: Path, database: Database
) -> None:
    filled_races(database, 9)
    async with running(console_app(path), (80, 24)) as console:
        await open_races(console)
        await console.press("a", "t")
        for size, first in (((80, 24), "1 to 3 shown"), ((120, 40), "1 to 4 shown")):
            await console.resize(size)
            await console.sees(first)
            await console.press("right_square_bracket")
            await console.sees("2 to ")
            await console.press(*["right_square_bracket"] * 16)
            await console.sees("16 to 16 shown")
            await console.press(*["left_square_bracket"] * 16)
            await console.sees(first)


async def test_standings_say_which_races_are_shown_after_a_resize_as_in_a_fresh_console(
    path: Path, database: Database
) -> None:
    filled_races(database, 9)
    wide, small, narrow = (120, 40), (80, 24), (60, 24)
    fresh, resized = {}, []
    for begun in (wide, small):
        async with running(console_app(path), begun) as console:
            await open_races(console)
            await console.press("a", "t")
            await console.sees("ada-l")
            fresh[begun] = points_line(console)
            for size in (small, wide, narrow, small) if begun == wide else ():
                await console.resize(size)
                resized.append((size, points_line(console)))
    for size, line in resized:
        if size != narrow:  # that is only a way to come from
            assert "shown: [ ]" in line, size
            assert line == fresh[size], size


def points_line(console: Console) -> str:
    """The line that says which of the standings' races are shown."""
    return next(line for line in console.lines() if "[points]" in line)


async def test_standings_say_that_a_race_of_theirs_is_gone(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("t")
        await console.until(lambda: "points over 1 race" in console.text())
        forget_race(races, OPEN)
        await console.until(lambda: "Summer cup, week 2 is not there any more" in console.prose())


async def test_standings_mark_an_alias_that_may_be_several_racers(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("t")
        await console.until(lambda: "RacerAlias ?" in console.text())
        assert "shown: [ ]" not in console.text()
        assert "grace ?" not in console.text()


async def test_standings_are_written_to_a_new_file(
    path: Path, races: Database, tmp_path: Path
) -> None:
    del races
    file = tmp_path / "standings.html"
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("t")
        await console.until(lambda: "points over 1 race" in console.text())
        await console.press("w")
        await console.dialog(StandingsWritingDialog)
        await console.press("right", "right", "tab")  # a longer path is proposed
        await console.press("ctrl+u")
        await console.write(str(file))
        await console.press("enter")
        await console.until(file.exists, "the file")
        assert file.read_text().startswith("<!DOCTYPE html>")
        await console.until(lambda: "Written: 6 racers" in console.text())


async def test_races_are_copied_with_their_times_and_ids(
    path: Path, races: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del races
    monkeypatch.setattr(copying, "copy", lambda text: "Sent to nowhere.")
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press("y")
        await console.dialog(CopiedDialog)
        assert "race00000000002" in console.text()
        assert "CEST" in console.text()


async def test_races_are_marked_from_a_list(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await console.press("L")
        dialog = await console.dialog(MarkListDialog)
        lines = "Summer cup, week 2", "grand\tFriday", "race00000000006", "summer cup", "nobody"
        dialog.query_one(TextArea).text = "\n".join(lines)
        await console.press("tab", "tab", "enter")
        await console.until(lambda: "3 races matched." in console.prose())
        assert "summer cup (2 races)" in console.prose()
        await console.press("enter")
        await console.until(lambda: shown.table.marked_count == 3)
        assert "marked from the list" in shown.message


async def test_enter_opens_the_page_and_escape_comes_back(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Summer cup, week 2")
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, RaceScreen), "the page")
        await console.press("escape")
        await console.until(lambda: console.app.screen is shown.screen)
