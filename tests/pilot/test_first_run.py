"""The first run: a greeting with three ways to an account."""

from pathlib import Path
from typing import Any

import pytest

import drtui.start
from drtui.config import Account, Credentials, find_paths, load_settings
from drtui.configured_accounts import ConfiguredAccounts
from drtui.domain.problems import InvalidInputError
from drtui.screens.account_book import NewSite
from drtui.screens.dialogs.add_account import AddAccountDialog
from drtui.screens.first_run import Demo, Greeting
from drtui.start import start
from tests.support.account_books import SITE, Book


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRTUI_HOME", str(tmp_path))
    monkeypatch.delenv("DRTUI_ACCOUNT", raising=False)
    return tmp_path


async def test_the_greeting_offers_three_ways_and_nothing_else() -> None:
    app = Greeting(Book())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert [text.count(f" {number}  ") for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
        assert {"demo", "web address", "CloudFormation"} <= {
            word for word in ("demo", "web address", "CloudFormation") if word in text
        }
        await pilot.press("q")
    assert (app.return_value, app.return_code) == (None, 0)


@pytest.mark.parametrize("keys", [["enter"], ["1"], ["down", "up", "enter"]])
async def test_the_demo_is_one_of_them(keys: list[str]) -> None:
    app = Greeting(Book())
    async with app.run_test() as pilot:
        await pilot.press(*keys)
    assert app.return_value is Demo.DEMO


async def test_a_site_is_added_and_its_name_returned() -> None:
    book = Book()
    app = Greeting(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert isinstance(app.screen, AddAccountDialog)
        await pilot.press("escape", "down", "enter")
        await pilot.press(*"event", "enter", *"host", "enter")
        await app.workers.wait_for_complete()
    assert book.wanted == [NewSite("event", "host")]
    assert app.return_value == "event"


async def test_the_stack_is_the_third() -> None:
    app = Greeting(Book())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, AddAccountDialog)
        assert "CloudFormation stack" in dialog.heading()


class _Greeted:
    """A greeting that returns at once."""

    def __init__(self, answer: object) -> None:
        self.return_value = answer
        self.return_code = 0

    def __call__(self, *_arguments: Any, **_options: Any) -> "_Greeted":
        return self

    def run(self) -> object:
        return self.return_value


def opened_by(monkeypatch: pytest.MonkeyPatch, answer: object) -> list[object]:
    """Start with somebody at a terminal, who answers the greeting so; return what was opened."""
    opened: list[object] = []

    def console(account: str | None, *, debug: bool = False) -> int:
        opened.append(account)
        return int(debug)

    def demo(*_: object) -> int:
        opened.append(Demo.DEMO)
        return 0

    monkeypatch.setattr(drtui.start, "has_terminal", lambda: True)
    monkeypatch.setattr(drtui.start, "open_console", console)
    monkeypatch.setattr("drtui.demo.run_demo", demo)
    monkeypatch.setattr("drtui.screens.first_run.Greeting", _Greeted(answer))
    assert start(None) == 0
    return opened


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("answer", "opened"), [("event", ["event"]), (Demo.DEMO, [Demo.DEMO]), (None, [])]
)
def test_what_was_chosen_is_opened(
    monkeypatch: pytest.MonkeyPatch, answer: object, opened: list[object]
) -> None:
    assert opened_by(monkeypatch, answer) == opened


def test_who_has_an_account_is_not_greeted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del home
    book = ConfiguredAccounts(find_paths())
    book.keep(Account("event", SITE.api_url, SITE.region, Credentials.SIGN_IN, SITE))
    assert opened_by(monkeypatch, "never asked") == [None]


@pytest.mark.usefixtures("home")
def test_a_script_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drtui.start, "has_terminal", lambda: False)
    with pytest.raises(InvalidInputError, match="No account yet"):
        start(None)


def test_what_was_found_is_kept_in_the_configuration(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home
    from drtui.aws.discovery import Found

    book = ConfiguredAccounts(find_paths())
    monkeypatch.setattr("drtui.bootstrap.discover_site", lambda *_: Found(SITE, "elsewhere"))
    found = book.find(NewSite("event", "d1.cloudfront.net"))
    assert found.notice == "elsewhere"
    book.keep(found.account)
    kept = load_settings(find_paths()).accounts["event"]
    assert (kept.credentials, kept.site) == (Credentials.SIGN_IN, SITE)
    assert [one.name for one in book.accounts()] == ["event"]
    with pytest.raises(InvalidInputError, match="already"):
        book.find(NewSite("EVENT", "d1.cloudfront.net"))
