"""A mistake of the console's own: one sentence, no local variables, and the log says where."""

import logging
import time

import pytest
from textual.worker import WorkerFailed

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace
from drtui.screens import terminal_app
from drtui.upgrading import was_replaced

SECRET = "do-not-show-this"


def broken() -> Workspace:
    key = SECRET
    raise RuntimeError(f"no store, and {len(key)} letters")


async def left_by(app: DrtuiApp, capsys: pytest.CaptureFixture[str]) -> str:
    """What is on the terminal once the app has ended by its mistake."""

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()

    with pytest.raises(WorkerFailed, match="no store"):
        await run()
    return capsys.readouterr().err


@pytest.mark.parametrize("debug", [False, True])
async def test_a_mistake_ends_the_console_with_a_sentence(
    debug: bool,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal_app, "was_replaced", lambda: False)
    with caplog.at_level(logging.ERROR, logger="drtui"):
        left = await left_by(DrtuiApp(broken, account="finals", show_tracebacks=debug), capsys)
    assert "ended by a mistake of its own" in left
    assert ("Traceback" in left) is debug
    assert SECRET not in left
    assert "in broken" in caplog.text


async def test_where_the_program_was_replaced_under_it_that_is_said_instead(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(terminal_app, "was_replaced", lambda: True)
    with caplog.at_level(logging.ERROR, logger="drtui"):
        left = await left_by(DrtuiApp(broken, account="finals"), capsys)
    assert "drtui was upgraded while this console was open" in left
    assert "mistake" not in left
    assert "in broken" in caplog.text


def test_whether_it_was_replaced_is_told_by_what_is_loaded() -> None:
    assert was_replaced(0.0)
    assert not was_replaced(time.time() + 3_600.0)
