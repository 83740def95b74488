"""The account switcher: what it lists, what it opens, and how an account is added."""

import threading
from pathlib import Path

import pytest

from drtui.commands import selection, sponsorship
from drtui.commands.workspace import Workspace
from drtui.domain.problems import InvalidInputError
from drtui.screens.account_book import NewSite, NewStack
from drtui.screens.dialogs.accounts import AccountsDialog
from drtui.screens.dialogs.add_account import AddAccountDialog
from drtui.store.database import Database
from tests.support.account_books import FINALS, TRAINING, Book, app_of
from tests.support.driving import Console, RecordingEngine, running
from tests.support.stores import submitted


@pytest.fixture
def book() -> Book:
    return Book(FINALS, TRAINING)


async def adding(console: Console, *keys: str) -> AddAccountDialog:
    await console.press("A")
    await console.dialog(AccountsDialog)
    await console.press(*keys, "enter")
    return await console.dialog(AddAccountDialog)


async def test_the_switcher_lists_what_each_account_is(
    path: Path, database: Database, book: Book
) -> None:
    del database
    async with running(app_of(path, book), (80, 24)) as console:
        await console.press("A")
        await console.dialog(AccountsDialog)
        assert "▸ finals-2026" in console.text()
        assert "site d1.cloudfront.net" in console.text()
        assert "open, default" in console.text()
        assert "AWS credentials · x.execute-api" in console.text()
        assert "drtui account rename OLD NEW" in console.prose()


async def test_choosing_another_account_closes_this_console_for_it(
    path: Path, database: Database, book: Book
) -> None:
    del database
    engine = RecordingEngine()
    app = app_of(path, book, engine)
    async with running(app, (80, 24)) as console:
        await console.press("A")
        await console.dialog(AccountsDialog)
        await console.pilot.press("down", "enter")
        await console.until(lambda: app._exit)
    assert (book.next, app.return_code, engine.stopped) == ("training", 0, 1)


async def test_choosing_the_account_that_is_open_stays(
    path: Path, database: Database, book: Book
) -> None:
    del database
    async with running(app_of(path, book), (80, 24)) as console:
        await console.press("A")
        await console.dialog(AccountsDialog)
        await console.press("enter")
        await console.back()
        assert "finals-2026" in console.message
        assert book.next == ""


async def test_what_is_not_delivered_is_told_before_one_goes(
    path: Path, database: Database, book: Book
) -> None:
    workspace = Workspace(database, "ada")
    whom = selection.select_by_filter(workspace, "racer-0010")
    submitted(database, sponsorship.plan_pause(workspace, whom))
    async with running(app_of(path, book), (80, 24)) as console:
        await console.until(lambda: "10 pending" in console.text())
        await console.press("A")
        await console.dialog(AccountsDialog)
        assert "10 changes are not delivered yet: its engine goes on" in console.prose()


async def test_a_console_of_one_account_says_so(path: Path, database: Database) -> None:
    del database
    async with running(app_of(path, None)) as console:
        await console.press("A")
        assert console.message == "Not now: this console has only the one account."


async def test_an_account_is_added_by_its_site_and_opened(
    path: Path, database: Database, book: Book
) -> None:
    del database
    app = app_of(path, book)
    async with running(app, (80, 24)) as console:
        await adding(console, "down", "down")
        await console.write("regional")
        await console.press("enter")
        await console.write("d2.cloudfront.net")
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)
    assert book.wanted == [NewSite("regional", "d2.cloudfront.net")]
    assert (book.there[-1].name, book.next) == ("regional", "regional")
    assert threading.main_thread() not in book.threads


async def test_an_account_is_added_by_its_stack(path: Path, database: Database, book: Book) -> None:
    del database
    app = app_of(path, book)
    async with running(app, (80, 24)) as console:
        await adding(console, "end")
        await console.write("regional")
        await console.press("tab")
        await console.write("deepracer")
        await console.press("tab")
        await console.write("events")
        await console.press("tab")
        await console.write("eu-west-1")
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)
    assert book.wanted == [NewStack("regional", "deepracer", "events", "eu-west-1")]


async def test_profile_and_region_may_be_left_empty(
    path: Path, database: Database, book: Book
) -> None:
    del database
    app = app_of(path, book)
    async with running(app, (80, 24)) as console:
        await adding(console, "end")
        await console.write("regional")
        await console.press("enter")
        await console.write("deepracer")
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)
    assert book.wanted == [NewStack("regional", "deepracer")]


async def test_a_problem_is_one_sentence_and_nothing_typed_is_lost(
    path: Path, database: Database, book: Book
) -> None:
    del database
    book.problem = InvalidInputError("That is not the site of a deployment.")
    async with running(app_of(path, book), (80, 24)) as console:
        await adding(console, "down", "down")
        await console.press("enter")
        await console.write("regional")
        await console.press("enter", "enter")
        assert "Type the address." in console.text(), console.text()
        await console.write("d2.cloudfront.net")
        await console.press("enter")
        await console.until(lambda: "That is not the site of a deployment." in console.text())
        assert "d2.cloudfront.net" in console.text()
        assert "regional" in console.text()
        assert (book.there, book.next) == ([FINALS, TRAINING], "")


async def test_a_notice_is_read_before_the_account_is_added(
    path: Path, database: Database, book: Book
) -> None:
    del database
    book.notice = "https://a leads to https://b, whose deployment is used."
    app = app_of(path, book)
    async with running(app, (80, 24)) as console:
        await adding(console, "down", "down")
        await console.write("regional")
        await console.press("enter")
        await console.write("a")
        await console.press("enter")
        await console.until(
            lambda: "whose deployment is used. enter adds it so." in console.prose()
        )
        assert book.there == [FINALS, TRAINING]
        await console.pilot.press("enter")
        await console.until(lambda: app._exit)
    assert book.next == "regional"


async def test_leaving_while_it_is_looked_for_adds_nothing(
    path: Path, database: Database, book: Book
) -> None:
    del database
    book.may_find.clear()
    async with running(app_of(path, book), (80, 24)) as console:
        await adding(console, "down", "down")
        await console.write("regional")
        await console.press("enter")
        await console.write("a")
        await console.press("enter")
        assert "looking for the deployment …" in console.text()
        await console.press("escape")
        await console.back()
        book.may_find.set()
        await console.press("j")
        assert (book.there, book.next) == ([FINALS, TRAINING], "")
