"""Driving the console in tests: keys in, and waiting for what follows from them."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import Worker

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.domain.records import SponsoredUser
from drtui.screens.monitor_usage import MonitorUsage
from drtui.store.database import open_database
from drtui.widgets.filter_bar import FilterInput, FilterRule, ShownCounts
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.message_line import MessageLine
from tests.support.idle import until_idle
from tests.support.stores import frozen_clock

SECONDS = 10.0
ScreenType = TypeVar("ScreenType", bound=Screen[Any])
_BESIDE = frozenset(
    {"reading", "opening", "default", CommandPalette._GATHER_COMMANDS_GROUP}
)  # workers that end by themselves
_NAMES = {"/": "slash", "+": "plus", ">": "greater_than_sign", "%": "percent_sign", " ": "space"}


class RecordingEngine:
    """An engine that only notes what it is told; `orders` holds what is about the sign-in."""

    def __init__(self) -> None:
        self.started = 0
        self.woken = 0
        self.stopped = 0
        self.orders: list[tuple[str, ...]] = []

    def start(self) -> None:
        self.started += 1

    def wake(self) -> None:
        self.woken += 1

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> None:
        self.orders.append(("sign in", user, password, "keep" if keep_password else "forget"))

    def answer(self, reply: str) -> None:
        self.orders.append(("answer", reply))

    def sign_out(self) -> None:
        self.orders.append(("sign out",))

    def stop(self) -> None:
        self.stopped += 1


_WRITING_SECONDS = 2.0


class Console:
    """A running console, with what tests look at."""

    def __init__(self, app: DrtuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def usage(self) -> MonitorUsage:
        return next(one for one in self.app.screen_stack if isinstance(one, MonitorUsage))

    @property
    def table(self) -> MarkedTable[SponsoredUser]:
        return self.usage.query_one(MarkedTable)

    @property
    def filter(self) -> FilterInput:
        return self.usage.query_one(FilterInput)

    @property
    def problem(self) -> tuple[int, str] | None:
        return self.usage.query_one(FilterRule).problem

    @property
    def message(self) -> str:
        return self.usage.query_one(MessageLine).message[0]

    @property
    def counts(self) -> str:
        return self.usage.query_one(ShownCounts).render().plain.strip()

    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.ljust(width) for strip in strips[:height]]

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines())

    def prose(self) -> str:
        """What is on the screen as one line, without boxes, so that wrapped text is whole."""
        return " ".join(self.text().replace("│", " ").split())

    def boxed(self) -> str:
        """What the dialog in front says, as `prose`: nothing of what stands beside its lines."""
        texts = []
        for dialog in self.app.screen.query(".dialog"):
            box = dialog.region
            strips = self.app.screen._compositor.render_strips()[box.y : box.bottom]
            texts += [strip.crop(box.x, box.right).text for strip in strips]
        return " ".join(" ".join(texts).replace("│", " ").split())

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until what they began has ended."""
        await self.app._press_keys(keys)  # what the pilot does beyond it, `settled` does
        await self.settled()

    async def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal another size, and wait until all is drawn for it."""
        await self.pilot.resize_terminal(*size)
        await self.settled()

    def hush(self) -> None:
        """Forget what was said, so that what is read next was said anew."""
        self.app.screen.query_one(MessageLine).hush()

    async def sees(self, text: str) -> None:
        """Wait for a text on the screen."""
        await self.until(lambda: text in self.text(), text)

    async def write(self, text: str) -> None:
        """Type a text."""
        names = {" ": "space", "(": "left_parenthesis", ")": "right_parenthesis", ":": "colon"}
        await self.press(*(names.get(char, char) for char in text))

    async def settled(self) -> None:
        """Wait until nothing is being read any more."""
        await until_idle()  # the pilot's pause asks every widget as well: that is for a clock
        while (workers := self._beside()) or self._kept_keys():
            if workers:  # of none at all, Textual would wait for every one there is
                await self.app.workers.wait_for_complete(workers)
            await until_idle()

    def _beside(self) -> list[Worker[Any]]:
        return [one for one in self.app.workers if one.group in _BESIDE and not one.is_finished]

    def _kept_keys(self) -> bool:
        return bool(self.app.context.gate._waiting)

    async def until(self, holds: Callable[[], bool], what: str = "it") -> None:
        """Wait for a condition, or fail."""
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{what} did not come true in time: {self.text()}"
            await asyncio.sleep(0.01)
        await self.settled()

    async def dialog(self, kind: type[ScreenType]) -> ScreenType:
        """Wait for a dialog of a kind, and return it."""
        await self.until(lambda: isinstance(self.app.screen, kind), f"a {kind.__name__}")
        await self.pilot.pause()
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    async def back(self) -> None:
        """Wait until no dialog stands any more, and what was confirmed in it is written."""
        await self.until(lambda: self.app.screen is self.usage, "no dialog")
        deadline = time.monotonic() + _WRITING_SECONDS  # what a test holds back goes on for longer
        while any(one.group == "acting" and not one.is_finished for one in self.app.workers):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.01)
        await self.settled()


def console_app(
    path: Path,
    *,
    account: str = "finals-2026",
    simulated: bool = False,
    engine: RecordingEngine | None = None,
    clock: Callable[[], float] = frozen_clock,
    opened: threading.Event | None = None,
) -> DrtuiApp:
    """Return a console over the store at a path.

    Args:
        opened: Awaited before the store is opened, where a test wants to look before.
    """

    def workspace() -> Workspace:
        if opened is not None:
            assert opened.wait(SECONDS)
        return Workspace(open_database(path, clock), "ada")

    return DrtuiApp(workspace, account=account, simulated=simulated, engine=engine)


@asynccontextmanager
async def running(app: DrtuiApp, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Console]:
    """Run a console on a terminal of a size, until its first reading is on the screen."""
    async with app.run_test(size=size) as pilot:
        console = Console(app, pilot)
        await console.until(lambda: bool(console.table.keys), "a filled table")
        yield console


def packet(console: Console, text: str, *keys: str) -> None:
    """Send a text and then keys as one packet: all are there before the first is dealt with."""
    driver = console.app._driver
    assert driver is not None
    named = [(_NAMES.get(char, char), char) for char in text]
    for key, character in [*named, *((key, None) for key in keys)]:
        event = events.Key(key, character)
        event.set_sender(console.app)
        driver.send_message(event)


async def filtered(console: Console, text: str) -> None:
    """Filter the racers."""
    await console.press("slash")
    await console.write(text)
    await console.press("enter")
