"""The number of a place leads to its list, from wherever it is pressed."""

from pathlib import Path

import pytest

from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.operations import Operations
from drtui.screens.racer import RacerScreen
from drtui.store.database import Database
from tests.support.driving import console_app, running


@pytest.mark.parametrize("by_way_of", [(), ("5",)])
async def test_no_page_that_was_open_before_is_come_back_to(
    path: Path, database: Database, by_way_of: tuple[str, ...]
) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, RacerScreen))
        await console.press(*by_way_of)
        await console.until(
            lambda: isinstance(console.app.screen, Operations if by_way_of else RacerScreen)
        )
        await console.press("2")
        await console.until(lambda: isinstance(console.app.screen, MonitorUsage))


async def test_going_back_comes_to_the_page(path: Path, database: Database) -> None:
    del database
    async with running(console_app(path)) as console:
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, RacerScreen))
        await console.press("5")
        await console.until(lambda: isinstance(console.app.screen, Operations))
        await console.press("minus")
        await console.until(lambda: isinstance(console.app.screen, RacerScreen))
