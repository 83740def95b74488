"""Forms: left with a question where much was typed; Tab leads to the button that goes on."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NoReturn

import pytest
from textual.screen import Screen
from textual.widgets import Input

from drtui.commands.setup import Setting
from drtui.domain.event_settings import EventSettings
from drtui.domain.setting_keys import SettingKey
from drtui.screens.account_book import Adding, NewStack
from drtui.screens.billing_texts import AlertTexts
from drtui.screens.dialogs.add_account import AddAccountDialog
from drtui.screens.dialogs.alert import AlertDialog
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.event import EventDialog
from drtui.screens.dialogs.import_model import ImportDialog
from drtui.screens.dialogs.multi_user import EnableDialog
from drtui.screens.dialogs.quota import QuotaDialog, QuotaTexts
from drtui.screens.dialogs.settings import SettingsDialog
from drtui.screens.model_texts import ImportTexts
from drtui.screens.setup_texts import EnableTexts, SettingTexts
from drtui.widgets.tick_box import TickBox
from tests.support.account_books import FINALS, Book
from tests.support.dialogs import SECONDS, Bare, bare
from tests.support.list_dialogs import tags_dialog


def event_form() -> EventDialog:
    return EventDialog(EventSettings(name="Finals", race_links="https://a\nhttps://b"))


def settings_form(typed: SettingTexts | None = None) -> SettingsDialog:
    now = {
        key: Setting(key, 300 if key is SettingKey.NEW_USER_MINUTES else None, None, None)
        for key in SettingKey
    }
    return SettingsDialog(now, typed or SettingTexts())


def enable_form(*, confirmed: bool = False) -> EnableDialog:
    return EnableDialog(EnableTexts("5"), 3, None, confirmed=confirmed)


def alert_form(typed: AlertTexts | None = None) -> AlertDialog:
    return AlertDialog(typed or AlertTexts(), frozenset(), AlertTexts())


def import_form(typed: ImportTexts | None = None) -> ImportDialog:
    def plan(_: ImportTexts) -> NoReturn:
        raise AssertionError

    return ImportDialog(typed or ImportTexts(), "ada", lambda _: {}, plan)


def account_form(how: Adding = Adding.STACK, book: Book | None = None) -> AddAccountDialog:
    return AddAccountDialog(how, book or Book(FINALS))


@asynccontextmanager
async def standing(form: Callable[[], Dialog[Any]]) -> AsyncIterator[tuple[Bare, Dialog[Any]]]:
    """Run a bare app with a form in front, which is made in it."""
    async with bare() as console:
        dialog = form()
        console.app.push_screen(dialog, console.results.append)
        await console.until(lambda: console.app.screen is dialog, "the form")
        yield console, dialog


async def asked(console: Bare) -> ConfirmDialog:
    await console.until(lambda: isinstance(console.app.screen, ConfirmDialog), "the question")
    assert "What is typed here would be lost." in console.text()
    question = console.app.screen
    assert isinstance(question, ConfirmDialog)
    return question


async def leave(console: Bare, form: Screen[Any], way: str) -> None:
    if way == "its button":
        form.query_one(f"#{CANCEL}").focus()
    await console.press("escape" if way == "escape" else "enter")


@pytest.mark.parametrize("way", ["escape", "its button"])
@pytest.mark.parametrize(
    "form",
    [event_form, settings_form, enable_form, alert_form, import_form, account_form],
    ids=lambda one: one.__name__,
)
async def test_a_form_asks_before_what_was_typed_is_lost(
    form: Callable[[], Dialog[Any]], way: str
) -> None:
    async with standing(form) as (console, dialog):
        field = dialog.query(Input).last()
        field.focus()
        await console.press("7")
        await leave(console, dialog, way)
        await asked(console)
        await console.press("enter")  # goes back
        await console.until(lambda: console.app.screen is dialog, "the form again")
        assert field.value.endswith("7")
        assert not console.results
        await leave(console, dialog, way)
        await asked(console)
        await console.press("right", "enter")
        await console.until(lambda: bool(console.results), "the form left")
        assert console.results == [None]


@pytest.mark.parametrize(
    "form",
    [event_form, settings_form, enable_form, alert_form, import_form, account_form],
    ids=lambda one: one.__name__,
)
async def test_a_form_is_left_at_once_where_it_is_as_it_began(
    form: Callable[[], Dialog[Any]],
) -> None:
    async with standing(form) as (console, dialog):
        dialog.query(Input).last().focus()
        await console.press("7", "backspace", "escape")
        assert console.results == [None]


@pytest.mark.parametrize(
    "form",
    [
        lambda: settings_form(SettingTexts(hours="7")),
        lambda: enable_form(confirmed=True),
        lambda: alert_form(AlertTexts(name="finals")),
        lambda: import_form(ImportTexts("~/fast", "fast", "")),
    ],
    ids=["settings", "enable", "alert", "import"],
)
async def test_what_was_planned_and_left_is_asked_about_too(
    form: Callable[[], Dialog[Any]],
) -> None:
    async with standing(form) as (console, _):
        await console.press("escape")
        await asked(console)


async def test_a_tick_is_asked_about_too() -> None:
    async with standing(enable_form) as (console, dialog):
        dialog.query(TickBox).first().focus()
        await console.press("space", "escape")
        await asked(console)


async def test_a_form_of_two_fields_is_left_without_a_question() -> None:
    async with standing(partial(account_form, Adding.SITE)) as (console, _):
        await console.write("regional")
        await console.press("escape")
        assert console.results == [None]


@pytest.mark.parametrize("answer", ["stays", "leaves"])
async def test_what_is_under_way_waits_for_the_answer(answer: str) -> None:
    book = Book(FINALS)
    book.may_find.clear()
    async with standing(partial(account_form, Adding.STACK, book)) as (console, _):
        await console.write("regional")
        await console.press("tab")
        await console.write("deepracer")
        await console.press("enter")
        await console.until(lambda: book.wanted == [NewStack("regional", "deepracer")], "a look")
        await console.press("escape")
        question = await asked(console)
        book.may_find.set()
        await console.press("shift+tab", "shift+tab")
        assert console.app.screen is question
        assert book.there == [FINALS]
        await console.press(*(["enter"] if answer == "stays" else ["right", "enter"]))
        await console.until(lambda: bool(console.results), "the end")
    assert console.results == (["regional"] if answer == "stays" else [None])
    assert len(book.there) == (2 if answer == "stays" else 1)


async def test_a_plan_that_is_ready_while_it_is_asked_waits_for_the_answer() -> None:
    is_read, may_end = threading.Event(), threading.Event()

    def plan(texts: ImportTexts) -> Any:
        is_read.set()
        assert may_end.wait(SECONDS)
        return texts.name

    typed = ImportTexts("~/fast", "fast", "")
    form = partial(ImportDialog, typed, "ada", lambda _: {}, plan)
    async with standing(form) as (console, _):
        await console.press("enter")
        await console.until(is_read.is_set, "a look")
        await console.press("escape")
        question = await asked(console)
        may_end.set()
        await console.press("shift+tab", "shift+tab")
        assert console.app.screen is question
        await console.press("enter")
        await console.until(lambda: bool(console.results), "the end")
    assert console.results == [(typed, "fast")]


# Tab


def quota_dialog() -> QuotaDialog:
    return QuotaDialog("Set quotas", "12 users", "N")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (quota_dialog, QuotaTexts("5", "3")),
        (partial(account_form, Adding.SITE), "5"),
    ],
    ids=["quotas", "account"],
)
async def test_typed_and_tabbed_through_to_the_end_enter_goes_on(
    form: Callable[[], Dialog[Any]], expected: object
) -> None:
    async with standing(form) as (console, _):
        await console.press("5", "tab", "3", "tab")
        assert focused(console) == CONFIRM
        await console.press("enter")
        await console.until(lambda: bool(console.results), "a result")
    assert console.results == [expected]


async def test_the_other_button_comes_after_it_and_shift_tab_goes_the_same_way_back() -> None:
    async with standing(quota_dialog) as (console, dialog):
        hours, models = dialog.query(Input)
        await console.press("5", "tab")
        for key, at in (
            ("tab", CONFIRM),
            ("tab", CANCEL),
            ("tab", hours),
            ("shift+tab", CANCEL),
            ("shift+tab", CONFIRM),
            ("shift+tab", models),
            ("down", CONFIRM),
            ("down", CANCEL),
            ("up", CONFIRM),
            ("up", models),
        ):
            await console.press(key)
            assert console.app.focused is at or focused(console) == at, (key, at)


async def test_what_cannot_be_chosen_yet_is_passed_over() -> None:
    async with standing(quota_dialog) as (console, dialog):
        await console.press("tab", "tab")
        assert focused(console) == CANCEL
        await console.press("tab")
        assert console.app.focused is dialog.query(Input).first()


async def test_left_and_right_go_through_the_buttons_as_they_stand() -> None:
    async with standing(tags_dialog) as (console, dialog):
        await console.write("vip")
        labels = [one.id for one in dialog.query(Choice)]
        assert labels == [CANCEL, CONFIRM]
        dialog.query_one(f"#{CONFIRM}").focus()
        await console.press("left")
        assert focused(console) == CANCEL
        await console.press("right")
        assert focused(console) == CONFIRM
        await console.press("right")
        assert console.app.focused is dialog.query(Input).first()
        dialog.query_one(f"#{CANCEL}").focus()
        await console.press("left")
        assert console.app.focused is dialog.query(Input).last()


def focused(console: Bare) -> str | None:
    """The button with the focus; None where none has it."""
    widget = console.app.focused
    return widget.id if isinstance(widget, Choice) else None
