"""A race's page and its roster: the leaderboard with gaps and doubts, and how places changed."""

import re
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from drtui.commands.race_roster import RaceRoster
from drtui.domain.authors import Author
from drtui.domain.race_roster import RaceRosterRow, RaceTrait
from drtui.domain.text import clean, fold
from drtui.screens import race_roster
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.race_alias import RaceAliasDialog
from drtui.screens.dialogs.race_form import RaceFormDialog
from drtui.screens.messages import OpenRace
from drtui.screens.race import RaceScreen
from drtui.screens.race_roster import RaceRosterScreen
from drtui.screens.racer import RacerScreen
from drtui.screens.races_desk import RacesDesk
from drtui.store.database import Database
from drtui.store.interests import live_interests
from drtui.store.live_races import write_live
from drtui.store.moderation import hidden_aliases, hide_alias
from drtui.store.races import forget_race
from drtui.store.rankings import write_rankings, write_rankings_trouble
from tests.support.driving import Console, console_app, running
from tests.support.races import live_state, queue_item
from tests.support.races_table import CLONED, FINAL, FRIDAY, OPEN, filled_races, open_races, places
from tests.support.stores import NOW


@pytest.fixture
def races(database: Database) -> Database:
    filled_races(database)
    return database


async def open_page(console: Console, name: str = "Summer cup, week 2") -> RaceScreen:
    """Open a race's page from the list."""
    shown = await open_races(console)
    await shown.put_cursor(name)
    await console.press("enter")
    page = await console.dialog(RaceScreen)
    await console.until(lambda: page.race_at_hand() is not None, "the page")
    return page


def line_with(console: Console, text: str) -> str:
    return next(line for line in console.lines() if text in line)


async def test_places_have_gaps_laps_resets_and_off_tracks(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_page(console)
        heading = re.sub(r" \(s\)", "/s", line_with(console, "Gap (s)")).split()
        assert heading[-10:-5] == ["#", "Alias", "Best/s", "Gap/s", "Avg/s"]
        told = line_with(console, "grace@example.com").split()
        assert told[-9:] == [
            *("2", "grace", "9.448", "+0.411", "10.000", "3", "2", "2", "grace@example.com")
        ]
        assert "▸ 4 Races" in console.text()


async def test_only_a_certain_alias_has_an_email_and_the_others_are_marked(
    path: Path, races: Database
) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_page(console)
        assert "ada-l@example.com" in console.text()
        assert "? one of 2 racers" in line_with(console, "10.133     +1.096")
        assert "? nobody here" in line_with(console, "11.092     +2.055")
        assert "3 aliases of which it is not certain" in console.prose()


async def test_an_alias_that_is_hidden_is_named_as_such(path: Path, races: Database) -> None:
    hide_alias(races, "GRACE", Author("ada"))
    async with running(console_app(path), (160, 40)) as console:
        await open_page(console)
        assert "hidden · grace@example.com" in line_with(console, "+0.411")


async def test_h_hides_an_alias_and_shows_it_again(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path), (160, 40)) as console:
        await open_page(console)
        await console.press("h")
        await console.press(*"nobody", "enter")
        await console.until(lambda: "has that alias" in console.prose())
        await console.press(*("backspace",) * 6, *"grace", "enter")
        await console.until(lambda: "hidden · grace@example.com" in console.text())
        await console.press("h")
        await console.press(*"grace")
        assert "grace is hidden: enter shows it again." in console.prose()
        await console.press("enter")
        await console.until(lambda: "hidden · " not in console.text())


@pytest.mark.parametrize("line", [2, 5])  # the fifth alias is hostile
async def test_a_line_that_is_typed_is_confirmed_by_whose_name_it_had(
    path: Path, races: Database, line: int
) -> None:
    leader, *others = places()
    meant = others.pop(line - 2)
    changed = [meant, *others[: line - 2], leader, *others[line - 2 :]]
    async with running(console_app(path), (160, 40)) as console:
        page = await open_page(console)
        await console.press("h")
        dialog = await console.dialog(RaceAliasDialog)
        again = [replace(one, rank=rank) for rank, one in enumerate(changed, 1)]
        write_rankings(races, OPEN, again, NOW + 60)
        await console.until(lambda: page._aliases()[0][0] == meant.alias, "the new places")
        await console.press(str(line), "enter")
        assert console.app.screen is dialog
        assert dialog.query_one(Input).value == clean(meant.alias)
        assert f"Enter hides {clean(meant.alias)}." in console.boxed()
        await console.press("enter")
        await console.until(lambda: "is hidden from audiences" in console.prose())
    with races.read() as connection:
        assert hidden_aliases(connection) == {fold(meant.alias)}


async def test_what_is_hidden_meanwhile_is_not_shown_by_who_meant_to_hide_it(
    path: Path, races: Database
) -> None:
    async with running(console_app(path), (160, 40)) as console:
        await open_page(console)
        await console.press("h")
        await console.dialog(RaceAliasDialog)
        hide_alias(races, "grace", Author("bo"))
        await console.press(*"grace", "enter")
        await console.until(lambda: "is hidden from audiences" in console.prose())
    with races.read() as connection:
        assert hidden_aliases(connection) == {"grace"}


async def test_the_first_places_are_drawn_over_time(path: Path, races: Database) -> None:
    ranked = places()
    swapped = (replace(ranked[1], rank=1), replace(ranked[0], rank=2), *ranked[2:])
    races.clock = lambda: NOW + 600
    write_rankings(races, OPEN, swapped, NOW + 600)
    races.clock = lambda: NOW + 1200
    write_rankings(races, OPEN, swapped, NOW + 1200)  # nothing new, but read ten minutes later
    async with running(console_app(path, clock=lambda: NOW + 1201)) as console:
        await open_page(console)
        drawn = [line for line in console.lines() if "───" in line and " 1  a──" in line]
        assert len(drawn) == 1, console.text()
        assert "──b──" in drawn[0]
        assert f"b {swapped[0].alias}" in drawn[0]


async def test_places_over_time_are_told_the_newest_first(path: Path, races: Database) -> None:
    ranked = places()
    swapped = [ranked[1], ranked[0], *ranked[2:]]
    again = [type(one)(rank, one.alias, one.score) for rank, one in enumerate(swapped, 1)]
    races.clock = lambda: NOW + 60
    write_rankings(races, OPEN, again[:5], NOW + 60)
    async with running(console_app(path, clock=lambda: NOW + 61)) as console:
        await open_page(console)
        text = console.text()
        assert "2 → 1" in text
        assert "1 → 2" in text
        assert "6 → gone" in text
        assert text.index("2 → 1") < text.index("at 3")
        assert "and 1 before: H shows all" in text
        await console.press("H")
        await console.until(lambda: "H shows all" not in console.text())


async def test_a_leaderboard_that_was_never_read_says_why(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_page(console, "Live tonight")
        assert "It was not read yet" in console.prose()
        await console.press("escape")
        await open_page(console, "Cones")
        assert "before the race opens" in console.prose()


async def test_a_leaderboard_without_results_and_one_that_could_not_be_read(
    path: Path, races: Database
) -> None:
    write_rankings(races, CLONED, [], NOW)
    write_rankings_trouble(races, CLONED, "The deployment did not answer.")
    async with running(console_app(path)) as console:
        await open_page(console, "Summer cup, week 3")
        assert "Nobody has a result yet." in console.text()
        assert "It could not be read the last time: The deployment did not answer." in (
            console.prose()
        )


async def test_a_live_race_tells_its_state_its_queue_and_its_winner(
    path: Path, races: Database
) -> None:
    queue = [queue_item(1, "a0"), queue_item(2, "a1")]
    write_live(races, FINAL, live_state(2, winner="grace"), queue, NOW)
    async with running(console_app(path)) as console:
        await open_page(console, "Grand final")
        text = console.text()
        assert "2 submissions in the queue" in text
        assert "submissions open" in text
        assert "grace" in line_with(console, "Winner")


async def test_it_is_read_while_the_page_is_in_sight(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        await open_page(console)

        def asked() -> bool:
            with races.read() as connection:
                return bool(live_interests(connection, f"race:{OPEN}", NOW))

        await console.until(asked, "an interest in the race")


async def test_a_race_that_is_gone_keeps_what_was_read_of_it(path: Path, races: Database) -> None:
    async with running(console_app(path)) as console:
        page = await open_page(console, "Friday warm-up")
        forget_race(races, FRIDAY)
        await console.until(lambda: "not there any more" in console.text())
        assert "grace" in console.text()
        assert page.refusal("edit") == "this race is not there any more"


async def test_an_id_that_never_was_says_so(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_races(console)
        console.app.post_message(OpenRace("nonsense0000000"))
        await console.until(lambda: "There is no such race." in console.text())
        await console.press("e")
        assert "there is no such race" in console.text()


async def test_the_page_edits_its_own_race(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        await open_page(console, "Cones")
        await console.press("e")
        await console.dialog(RaceFormDialog)
        assert "Change the race: Cones" in console.text()


# The roster


async def open_roster(console: Console) -> RaceRosterScreen:
    """Open the roster of the race that is open."""
    await open_page(console)
    await console.press("p")
    roster = await console.dialog(RaceRosterScreen)
    await console.until(lambda: bool(roster._table.keys), "the roster")
    return roster


async def test_the_roster_tells_who_takes_part_and_marks_doubt(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        roster = await open_roster(console)
        assert "[all 54]" in console.text()
        assert "2 on it of nobody here" in console.text()
        assert "entered" in line_with(console, "ada-l ")
        await console.press("t", "t", "t")
        await console.until(lambda: len(roster._table.keys) == 2)
        assert "? perhaps entered" in console.text()


async def test_the_roster_is_sifted_and_sorted_beside_the_screen(
    path: Path, races: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del races
    sorting: list[bool] = []

    def place(row: RaceRosterRow) -> tuple[bool, int]:
        sorting.append(threading.current_thread() is threading.main_thread())
        return row.rank is None, row.rank or 0

    orders = {**race_roster._ORDERS, "rank": place}
    monkeypatch.setattr(race_roster, "_ORDERS", orders)
    async with running(console_app(path)) as console:
        roster = await open_roster(console)
        found = roster._found
        assert found is not None
        await console.press("s", "p")
        await console.until(lambda: bool(sorting), "the order by place")
        await console.press("t", "t", "t")
        await console.until(lambda: len(roster._table.keys) == 2)
        assert not any(sorting)
        by_place = sorted((one for one in found.rows if RaceTrait.PERHAPS in one.traits), key=place)
        assert list(roster._table.keys) == [one.key for one in by_place]


async def test_the_roster_counts_its_rows_and_not_their_traits(
    path: Path, races: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = RacesDesk.roster

    def with_more_traits(desk: RacesDesk, race_id: str, text: str) -> RaceRoster:
        found = read(desk, race_id, text)
        return replace(found, counts=found.counts + Counter(dict.fromkeys(RaceTrait, 4)))

    del races
    monkeypatch.setattr(RacesDesk, "roster", with_more_traits)
    async with running(console_app(path)) as console:
        await open_roster(console)
        assert "[all 54]" in console.text()


async def test_the_roster_of_a_race_that_is_gone_says_so_and_invites_nobody(
    path: Path, races: Database
) -> None:
    async with running(console_app(path), (120, 40)) as console:
        await open_roster(console)
        forget_race(races, OPEN)
        await console.until(lambda: "this race is not there any more" in console.text())
        await console.press("i")
        await console.until(lambda: "Not now: this race is not there any more" in console.text())


async def test_the_roster_takes_the_filter_of_racers(path: Path, races: Database) -> None:
    del races
    async with running(console_app(path)) as console:
        roster = await open_roster(console)
        await console.press("slash")
        await console.write("grace")
        await console.press("enter")
        await console.until(lambda: len(roster._table.keys) == 1)
        assert "1 of 54 shown" in console.text()
        await console.press("escape")
        await console.until(lambda: len(roster._table.keys) == 54)
        await console.press("space", "escape")
        assert console.app.screen is roster
        assert not roster._table.marked_count
        await console.press("escape")
        await console.until(lambda: isinstance(console.app.screen, RaceScreen))


async def test_the_rosters_addresses_are_copied_and_enter_opens_the_racer(
    path: Path, races: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    del races
    copied: list[str] = []

    def copy(text: str) -> str:
        copied.append(text)
        return "Sent to nowhere."

    monkeypatch.setattr("drtui.screens.tools.copy", copy)
    async with running(console_app(path)) as console:
        roster = await open_roster(console)
        await console.press("slash")
        await console.write("grace")
        await console.press("enter")
        await console.until(lambda: len(roster._table.keys) == 1)
        await console.press("y")
        await console.dialog(CopiedDialog)
        assert copied == ["grace@example.com"]
        await console.press("escape")
        await console.until(lambda: console.app.screen is roster)
        await console.press("enter")
        await console.dialog(RacerScreen)


@pytest.mark.parametrize(("key", "name"), [("l", "MarshalScreen"), ("B", "BigScreen")])
async def test_a_live_race_is_marshalled_and_shown_to_an_audience_from_the_list(
    path: Path, races: Database, key: str, name: str
) -> None:
    del races
    async with running(console_app(path)) as console:
        shown = await open_races(console)
        await shown.put_cursor("Grand final")
        await console.press(key)
        await console.until(lambda: type(console.app.screen).__name__ == name, name)
        await console.press("escape")
        await console.until(lambda: console.app.screen is shown.screen)
