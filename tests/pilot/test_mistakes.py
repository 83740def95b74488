"""A mistake of the console's own: one sentence, no local variables, and the log says where."""

import logging

import pytest
from textual.worker import WorkerFailed

from drtui.app import DrtuiApp
from drtui.commands.workspace import Workspace

SECRET = "do-not-show-this"


def broken() -> Workspace:
    key = SECRET
    raise RuntimeError(f"no store, and {len(key)} letters")


@pytest.mark.parametrize("debug", [False, True])
async def test_a_mistake_ends_the_console_with_a_sentence(
    debug: bool, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    app = DrtuiApp(broken, account="finals", show_tracebacks=debug)

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()

    with (
        caplog.at_level(logging.ERROR, logger="drtui"),
        pytest.raises(WorkerFailed, match="no store"),
    ):
        await run()
    left = capsys.readouterr().err
    assert "ended by a mistake of its own" in left
    assert ("Traceback" in left) is debug
    assert SECRET not in left
    assert "in broken" in caplog.text
