"""The journal's screen: found by words and fields, opened, copied, and alive."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drtui.domain.authors import Author
from drtui.screens.dialogs.base import CANCEL, Choice
from drtui.screens.dialogs.copied import CopiedDialog
from drtui.screens.dialogs.journal_entry import JournalEntryDialog
from drtui.screens.journal import JournalScreen
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.operation_page import OperationScreen
from drtui.store.database import Database
from drtui.store.journal import write_journal
from drtui.widgets.filter_bar import FilterRule
from tests.support.driving import Console, console_app, running
from tests.support.operations import quota, row, table
from tests.support.screens import counts, said
from tests.support.stores import delivered


@asynccontextmanager
async def on_journal(path: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Console]:
    async with running(console_app(path), size) as console:
        await console.press("J")
        await console.dialog(JournalScreen)
        await console.until(lambda: bool(table(console).keys), "a filled journal")
        yield console


def line(database: Database, what: str, who: str = "ada") -> None:
    with database.write() as connection:
        write_journal(connection, database.clock(), Author(who, "Ada"), what, "begun")


@pytest.fixture
def two(database: Database) -> Database:
    """A journal with an operation of ada's that is done, and one of bo's that waits."""
    delivered(database, quota(database, "racer-0010"))
    quota(database, "racer-0011", "9", who="bo")
    return database


async def test_it_shows_who_did_what_with_what_result_the_newest_first(
    path: Path, two: Database
) -> None:
    async with on_journal(path) as console:
        lines = [one for one in console.lines() if "confirmed for" in one or "settled:" in one]
        assert [(" bo " in one, "settled: 10 done" in one) for one in lines] == [
            (True, False),
            (False, True),
            (False, False),
        ]
        assert counts(console) == "3 of 3 shown"


async def test_it_follows_what_is_done_meanwhile(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        line(two, "Offline on purpose", "cy")
        await console.until(lambda: len(table(console).keys) == 4, "the new line")
        first = next(one for one in console.lines() if "begun" in one)
        assert "cy" in first
        assert "Offline on purpose" in first


async def test_words_and_fields_find_lines_with_every_key(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        await console.press("slash", *"settled")
        await console.until(lambda: counts(console) == "1 of 3 shown", "the settled one")
        await console.press("escape")
        await console.until(lambda: counts(console) == "3 of 3 shown", "all of them")
        await console.press("slash", *"who:bo", "enter")
        await console.until(lambda: counts(console) == "1 of 3 shown", "bo's")
        await console.press("escape")
        await console.until(lambda: counts(console) == "3 of 3 shown", "all of them")
        await console.press("slash", *"racer-00101", "enter")
        await console.until(lambda: counts(console) == "2 of 3 shown", "those about a racer")


async def test_a_filter_that_cannot_be_read_says_what_is_wrong_and_keeps_the_lines(
    path: Path, two: Database
) -> None:
    async with on_journal(path) as console:
        await console.press("slash", *"hours>4", "enter")
        rule = console.app.screen.query_one(FilterRule).render().plain
        assert "“hours” is no field" in rule
        assert "still: no filter" in counts(console)
        assert len(table(console).keys) == 3


async def test_where_there_is_little_room_the_filter_has_what_the_counts_do_not_need(
    path: Path, two: Database
) -> None:
    async with on_journal(path, (60, 15)) as console:
        assert "/ filter: words, who:ada" in console.text()
        typed = "result:confirmed who:bo what:quotas racer-001"
        await console.press("slash")
        await console.write(typed)
        await console.until(lambda: counts(console).startswith("1 of 3"), "bo's")
        assert typed[-30:] in console.text()
        await console.press("enter")
        assert f"/ {typed[:30]}" in console.text()
        await console.press("slash")
        assert typed[-30:] in console.text()
        await console.press("escape")
        await console.until(lambda: counts(console).startswith("3 of 3"), "all of them")


@pytest.mark.parametrize(
    ("size", "evening", "before"),
    [
        ((120, 40), "05-01 23:05  ", "04-30 13:05  "),
        ((80, 24), "05-01 23:05  ", "04-30 13:05  "),
        ((60, 15), "23:05:24  ", "04-30  "),
    ],
)
async def test_of_an_evening_that_passed_midnight_the_time_of_day_is_told(
    path: Path, database: Database, size: tuple[int, int], evening: str, before: str
) -> None:
    with database.write() as connection:
        for hours, what in ((49, "Sign in"), (15, "Pause")):
            write_journal(connection, database.clock() - hours * 3_600, Author("ada"), what, "so")
    async with on_journal(path, size) as console:
        assert evening in row(console, "Pause")
        assert before in row(console, "Sign in")


async def test_a_number_of_a_result_is_not_cut(path: Path, database: Database) -> None:
    with database.write() as connection:
        write_journal(
            connection, database.clock(), Author("ada"), "Pause", "confirmed for 2,006 of us"
        )
    async with on_journal(path, (60, 15)) as console:
        assert "confirmed for…" in console.text()


async def test_nothing_matches_and_the_way_back_is_told(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        await console.press("slash", *"nobody-at-all", "enter")
        await console.until(
            lambda: "No line matches this filter. esc clears it." in console.prose()
        )
        await console.press("enter")
        assert said(console) == "Not now: there is no line."


async def test_a_line_is_shown_whole_and_leads_to_its_operation(path: Path, two: Database) -> None:
    async with on_journal(path, (80, 24)) as console:
        await console.press("j", "enter")
        await console.dialog(JournalEntryDialog)
        text = console.prose()
        assert "Result settled: 10 done" in text
        await console.press("enter")
        await console.dialog(OperationScreen)
        await console.until(lambda: "Operation 1" in console.prose())
        await console.press("escape")
        await console.dialog(JournalScreen)


async def test_a_line_about_no_operation_leads_to_none(path: Path, two: Database) -> None:
    line(two, "Offline on purpose")
    async with on_journal(path) as console:
        await console.press("o")
        assert said(console) == "Not now: it is about no operation."
        await console.press("enter")
        await console.dialog(JournalEntryDialog)
        assert [one.id for one in console.app.screen.query(Choice)] == [CANCEL]


async def test_a_line_is_copied_on_one_line(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        await console.press("y")
        await console.dialog(CopiedDialog)
        told = "bo (ada.admin) Set usage quotas hours 9: confirmed for 10 targets operation 2"
        assert told in console.prose()
        assert "Copied: one line of the journal" in console.prose()


async def test_keys_lead_back_to_where_it_was_opened(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        for key in ("escape", "minus", "J"):
            if not isinstance(console.app.screen, JournalScreen):
                await console.press("J")
                await console.dialog(JournalScreen)
            await console.press(key)
            await console.until(lambda: not isinstance(console.app.screen, JournalScreen))


async def test_the_key_of_the_screen_below_leads_to_it(path: Path, two: Database) -> None:
    async with on_journal(path) as console:
        await console.press("2")
        await console.dialog(MonitorUsage)


async def test_the_keys_are_whole_and_the_help_is_among_them_at_80_columns(
    path: Path, two: Database
) -> None:
    del two
    async with on_journal(path, (80, 24)) as console:
        keys = console.lines()[-1]
        assert "o operation  y copy" in keys
        assert keys.rstrip().endswith("? help")
