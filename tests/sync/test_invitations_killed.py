"""SIGKILL at any moment while people are invited: nobody is created, or mailed, twice unasked.

The command line in processes of its own, against an emulated deployment of either release.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, drtui_on, named
from tests.support.effort import times
from tests.support.emulator import RunningEmulator, running_emulator
from tests.support.waiting import eventually

MANY: Final = times(500)  # in jobs
FEWER: Final = times(40)  # one by one
KILLS: Final = times(3)
AGAIN: Final = times(20)
KILLS_AGAIN: Final = times(2)
OLD, NEW = "1.2.5", "1.3.1"


@pytest.fixture
def chance() -> random.Random:
    seed = random.SystemRandom().randrange(2**32)
    sys.stderr.write(f"seed {seed}\n")  # shown when the test fails
    return random.Random(seed)


def killed(
    drtui: Drtui, chance: random.Random, progress: Callable[[], object], *arguments: str
) -> bool:
    """Kill a command at a random moment after something has moved; False when it was done."""
    before = progress()
    with drtui.started(*arguments) as process:
        eventually(lambda: process.poll() is not None or progress() != before, 60.0)
        time.sleep(chance.expovariate(1 / 0.15))  # the moment is what is random here
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        return process.wait(30) == -signal.SIGKILL


def addresses(emulator: RunningEmulator) -> Counter[str]:
    found = [one["emailAddress"] for one in emulator.profiles().values()]
    return Counter(email.lower() for email in found if email)


def posts(emulator: RunningEmulator, path: str = "") -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = emulator.control("calls", method="POST")["calls"]
    return [one for one in calls if path in one["path"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("release", "many"), [(OLD, FEWER), (NEW, MANY)])
def test_invitations_that_are_killed_and_lose_answers_create_nobody_twice(
    tmp_path: Path, chance: random.Random, forks: Forks, release: str, many: int
) -> None:
    people = [f"racer.{number:03}@example.com" for number in range(many)]
    listed = "".join(f"{email}\n" for email in people).encode()
    with running_emulator(racers=5, deployment=release, latency_ms=20) as emulator:
        emulator.control("invitations", seconds_each=0.002)
        drtui = drtui_on(emulator, tmp_path / "home", forks=forks)
        drtui("sync")
        drtui("invite", "limit", "unlimited")
        before = addresses(emulator)
        drtui("invite", "send", "-", "--no-sync", "--no-wait", "--yes", stdin=listed, code=None)
        # Answers that get lost once the call has taken effect, now and then.
        emulator.control("fail", how="reset_after", method="POST", times=2)
        kills = 0
        for _ in range(KILLS):
            kills += killed(drtui, chance, lambda: len(posts(emulator)), "sync")
            emulator.control("fail", how="reset_after", method="POST", times=1)
        drtui("sync")
        invited = addresses(emulator) - before
        assert invited == dict.fromkeys(people, 1)
        assert {item["state"] for item in drtui.last_operation()["items"]} == {"done"}
        assert kills > KILLS / 2


@pytest.mark.timeout(180)
def test_a_kill_while_invitations_are_sent_again_mails_nobody_twice(
    tmp_path: Path, chance: random.Random, forks: Forks
) -> None:
    with running_emulator(racers=5, deployment=NEW, latency_ms=15, lag_ms=0) as emulator:
        drtui = drtui_on(emulator, tmp_path / "home", forks=forks)
        people = [
            emulator.control("invite", email=f"late.{number}@example.com")["profile_id"]
            for number in range(AGAIN)
        ]

        def mailed() -> Counter[str]:
            return Counter(one["path"].split("/")[-2] for one in posts(emulator, "/resendInvite"))

        def states() -> Counter[str]:
            return Counter(item["state"] for item in drtui.last_operation()["items"])

        drtui("sync")
        again = ("invite", "resend", *named(*people), "--no-sync", "--no-wait", "--yes")
        drtui(*again, code=None)
        kills = sum(killed(drtui, chance, mailed, "sync") for _ in range(KILLS_AGAIN))
        drtui("sync", code=None)
        assert max(mailed().values()) == 1
        doubtful = states()["failed"]
        assert doubtful <= kills  # one at a time is being sent
        assert states() == Counter(done=AGAIN - doubtful, failed=doubtful)
        for item in drtui.last_operation()["items"]:
            if item["state"] == "failed":
                assert item["reason"].startswith("it may have been done: interrupted")
        if doubtful:
            drtui("operations", "retry", "1", code=None)
            drtui("sync")
        assert states() == Counter(done=AGAIN)
        assert set(mailed()) == set(people)
        assert sum(mailed().values()) <= AGAIN + doubtful
        assert kills > 0
