"""What can be done from a racer's page."""

from pathlib import Path

import pytest

from drtui.commands.help_desk import MODELS_CONSEQUENCES, USER_CONSEQUENCES
from drtui.commands.sponsorship import CONSEQUENCES
from drtui.screens.dialogs.plan import PlanDialog
from drtui.store.database import Database
from drtui.store.models import write_models
from tests.support.racer_pages import ADA, NARROW, key_of, models, page_of
from tests.support.screens import said
from tests.support.stores import profile_id


async def test_an_action_is_for_the_one_whose_page_it_is(path: Path, database: Database) -> None:
    async with page_of(path, database) as page:
        subject = page.screen.subject()
        assert subject.keys == (key_of(database, ADA),)
        assert subject.named == frozenset(subject.keys)
        await page.console.press("m")
        assert "ada-l, whose page this is." in page.text


@pytest.mark.parametrize(
    ("key", "action"),
    [
        *(("e", "set_quotas"), ("p", "pause"), ("P", "resume"), ("N", "change_alias")),
        *(("o", "change_role"), ("x", "delete_models"), ("d", "delete_user"), ("t", "tags")),
    ],
)
async def test_each_key_begins_its_action(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, key: str, action: str
) -> None:
    begun: list[str] = []
    async with page_of(path, database) as page:
        monkeypatch.setattr(page.screen, "act", begun.append)
        await page.console.press(key)
        assert begun == [action]


@pytest.mark.parametrize(
    ("key", "consequences"),
    [("p", CONSEQUENCES), ("x", MODELS_CONSEQUENCES), ("d", USER_CONSEQUENCES)],
)
async def test_consequences_are_told_in_the_words_of_the_command_line(
    path: Path, database: Database, key: str, consequences: str
) -> None:
    async with page_of(path, database) as page:
        await page.console.press(key)
        await page.console.dialog(PlanDialog)
        assert consequences in page.console.prose()


async def test_who_has_no_models_has_none_deleted(path: Path, database: Database) -> None:
    write_models(database, profile_id(1), [], database.clock())
    async with page_of(path, database) as page:
        await page.console.press("x")
        told = "There is nothing to delete: 1 racer without models."
        await page.console.until(lambda: said(page.console) == told)
        assert page.console.app.screen is page.screen


async def test_keys_scroll_and_lead_back(path: Path, database: Database) -> None:
    write_models(database, profile_id(1), models(60), database.clock())
    async with page_of(path, database, size=NARROW) as page:
        await page.console.press("j", "j", "k")
        assert page.top == 1
        await page.console.press("pagedown")
        assert page.top > 10
        await page.console.press("G")
        assert "car-0 " in page.text
        await page.console.press("g")
        assert page.top == 0
        await page.console.press("minus")
        assert page.console.app.screen is page.console.usage
