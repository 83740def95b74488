"""The user pool behind the roster: listed beside the screen, and what it may not do."""

import threading
from pathlib import Path

import pytest

from drtui.domain.operations import OperationKind
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.screens.dialogs.plan import PlanDialog
from drtui.screens.setup import SetupScreen
from drtui.store.database import Database
from tests.support.driving import SECONDS
from tests.support.participants import (
    back,
    kept,
    on_participants,
    search,
    shown,
)
from tests.support.screens import made, said
from tests.support.sponsors import services


class Pool:
    """A user pool of one user, which waits until it is let go where a test wants it to."""

    def __init__(self, go_on: threading.Event | None = None) -> None:
        self.go_on = go_on
        self.asked = 0

    def users(self) -> list[PoolUser]:
        self.asked += 1
        if self.go_on is not None:
            assert self.go_on.wait(SECONDS)
        return [PoolUser("u1", "new@example.com", PoolStatus.CONFIRMED, True)]

    def open(self) -> SponsorServices:
        return services(user_pool=self)


async def test_passwords_are_reset_behind_the_second_door_alone(
    path: Path, database: Database
) -> None:
    async with on_participants(path) as console:
        await console.press("w")
        assert "drtui account set NAME --aws-profile" in said(console)
    async with on_participants(path, open_sponsor=Pool().open) as console:
        await search(console, "ada-l")
        await console.press("w")
        await console.dialog(PlanDialog)
        assert "The user pool mails each a code" in console.prose()
        await console.press("enter")
        await back(console)
    assert [one.kind for one in made(database)] == [OperationKind.RESET_PASSWORDS]


async def test_the_pool_is_listed_beside_the_screen_when_it_is_opened(
    path: Path, database: Database
) -> None:
    kept(database, "new@example.com")
    pool = Pool(threading.Event())
    async with on_participants(path, open_sponsor=pool.open) as console:
        await console.until(lambda: "the user pool is being listed …" in console.text())
        await console.press("c")
        assert said(console) == "Not now: the user pool is being listed."
        await search(console, "new@")
        assert shown(console) == ["new@example.com"]
        assert pool.go_on is not None
        pool.go_on.set()
        await console.until(lambda: "pool as of 14:05:24 CEST" in console.text(), "the listing")
        await console.until(lambda: "53 signed in" in console.text(), "what it tells")
        await console.press("escape", "escape")
        await console.dialog(SetupScreen)
        await console.press("p")
        await back(console)
        assert pool.asked == 1  # it is fresh
        await console.press("c")
        await console.until(lambda: said(console) == "The user pool has 1 users.", "the end")
        assert pool.asked == 2


async def test_a_pool_that_cannot_be_listed_is_told_with_its_reason(
    path: Path, database: Database
) -> None:
    del database

    class Denied(Pool):
        def users(self) -> list[PoolUser]:
            raise SponsorError(SponsorFailure.DENIED, "These AWS credentials may not list users.")

    async with on_participants(path, open_sponsor=Denied().open) as console:
        await console.until(lambda: "pool not listed: These AWS" in console.text(), "why not")
        assert not said(console)
        await console.press("c")
        await console.until(lambda: said(console).startswith("These AWS credentials"), "why not")


async def test_a_mistake_in_the_listing_is_told_and_logged_and_the_console_goes_on(
    path: Path, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    del database

    class Broken(Pool):
        def users(self) -> list[PoolUser]:
            raise AttributeError("no such thing")

    async with on_participants(path, open_sponsor=Broken().open) as console:
        await console.until(lambda: "pool not listed: Something" in console.text(), "the mistake")
        await console.press("c")
        await console.until(lambda: "AttributeError: no such thing" in said(console), "the mistake")
    assert "in users" in caplog.text


async def test_without_an_aws_profile_the_pool_is_not_asked(path: Path, database: Database) -> None:
    del database
    async with on_participants(path) as console:
        await console.press("c")
        assert "--aws-profile" in said(console)
        assert "pool never listed" in console.text()
