"""A live race marshalled by the console, with an engine of its own on an emulated deployment."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drtui.app import DrtuiApp
from drtui.aws.gateway import AwsCredentials, open_gateway
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.races import LiveStatus
from drtui.screens.big_screen import BigScreen
from drtui.screens.marshal import MarshalScreen
from drtui.store.database import open_database
from drtui.sync.couriers.live_races import LiveCourier
from drtui.sync.engine import Engine
from drtui.sync.options import EngineOptions
from tests.support.driving import Console
from tests.support.emulator import RunningEmulator, running_emulator

PATIENCE = 60.0


class ThreadEngine:
    """The engine of a console, in a thread; over HTTP."""

    def __init__(self, emulator: RunningEmulator, path: Path, who: str) -> None:
        keys = emulator.ready[who]
        self.gateway = open_gateway(
            emulator.api,
            "us-east-1",
            AwsCredentials(keys["access_key"], keys["secret_key"], keys["session_token"]),
            user_agent="drtui/test",
        )
        self.database = open_database(path)
        races = self.gateway.races
        couriers = {Service.LIVE: LiveCourier(races, self.database)}
        options = EngineOptions(refresh_seconds=600.0)
        self.engine = Engine(self.database, self.gateway, options, couriers, races=races)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self) -> None:
        self.engine.watch(self.stopping, finish=threading.Event())

    def start(self) -> None:
        self.thread.start()

    def wake(self) -> None:
        self.engine.wake()

    def sign_in(self, user: str, password: str, *, keep_password: bool) -> None:
        raise NotImplementedError

    def answer(self, reply: str) -> None:
        raise NotImplementedError

    def sign_out(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        self.stopping.set()
        self.engine.wake()
        self.thread.join(PATIENCE)
        self.gateway.close()
        self.database.close()


async def until(console: Console, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, console.text()
        await asyncio.sleep(0.02)


def live_race(emulator: RunningEmulator) -> str:
    """A live race that could begin, with six who wait."""
    day = 86_400
    made = emulator.control(
        "add_races", count=1, name="Final", opens_in=-day, closes_in=day, live_in=-60
    )
    race_id = str(made["race_ids"][0])
    emulator.control(
        "race", race_id=race_id, live_status=LiveStatus.SCHEDULED, submissions_open=True
    )
    emulator.control("enter", race_id=race_id, racers=6)
    return race_id


@pytest.mark.parametrize("who", ["admin", "facilitator"])
async def test_a_whole_live_race_is_run_with_keys(tmp_path: Path, who: str) -> None:
    with running_emulator(racers=20, deployment="1.3.1") as emulator:
        race_id = live_race(emulator)
        path = tmp_path / "event.sqlite"
        engine = ThreadEngine(emulator, path, who)
        app = DrtuiApp(lambda: Workspace(open_database(path), "ada"), account="e", engine=engine)
        async with app.run_test(size=(120, 40)) as pilot:
            console = Console(app, pilot)
            await until(console, lambda: bool(console.table.keys))
            screen = MarshalScreen(app.context, race_id)
            app.push_screen(screen)
            await until(console, lambda: screen.live is not None and len(screen.queue.keys) == 6)

            await pilot.press("L")  # submissions are open yet
            await until(
                console, lambda: "submissions are open: close them first" in console.prose()
            )
            await pilot.press("o")
            await until(console, lambda: "submissions closed" in console.prose())

            first = waiting(screen)
            await pilot.press("G", "f")
            await until(console, lambda: not screen.sent and waiting(screen) != first)
            assert waiting(screen) == [first[-1], *first[:-1]]
            assert server_queue(emulator, race_id) == waiting(screen)

            await pilot.press("L")
            await until(console, lambda: running(screen) == first[-1])
            assert "so far, since" in console.prose()
            await pilot.press("B")
            await until(console, lambda: isinstance(app.screen, BigScreen))
            emulator.control("evaluations", end=race_id)
            await until(console, lambda: "n o b o d y" in console.text())
            await pilot.press("escape")
            await until(console, lambda: app.screen is screen)

            emulator.control("network", state="down")
            await until(console, lambda: "never queued" in console.prose())
            await pilot.press("t")
            await until(console, lambda: "Not now: live actions" in console.prose())
            emulator.control("network", state="up")
            await until(console, lambda: "never queued" not in " ".join(console.lines()[:9]))


def waiting(screen: MarshalScreen) -> list[str]:
    assert screen.live is not None
    return [one.submission_id for one in screen.live.waiting]


def running(screen: MarshalScreen) -> str:
    now = None if screen.live is None else screen.live.running
    return "" if now is None else now.submission_id


def server_queue(emulator: RunningEmulator, race_id: str) -> list[str]:
    reply = emulator.request("GET", f"/leaderboards/{race_id}/liveQueue").json()
    items = sorted(reply["items"], key=lambda one: str(one["queuePosition"]).encode())
    return [str(one["submissionId"]) for one in items if one["status"] == "PENDING"]
