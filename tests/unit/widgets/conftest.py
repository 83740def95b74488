"""A small app to run one widget in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

Running = Callable[[Widget, tuple[int, int]], AbstractAsyncContextManager[Pilot[None]]]


class OneWidget(App[None]):
    """Shows one widget and nothing else."""

    CSS = "Screen > * { width: 1fr; height: 1fr; }"

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield self._widget


@pytest.fixture
def running() -> Running:
    """Run a widget on a terminal of a size."""

    @asynccontextmanager
    async def run(widget: Widget, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
        async with OneWidget(widget).run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot

    return run
