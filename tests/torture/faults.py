"""The kinds of trouble that a delivery can meet, by name."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from random import Random
from typing import Any, Final

from tests.torture.account import MortalAccount
from tests.torture.clock_file import ClockFile

_FLAP_SECONDS: Final = 2.0
_HOUR: Final = 3600.0


@dataclass
class Scene:
    """What trouble is made of.

    Attributes:
        outage: For how long the network is gone, in seconds.
        strangers: Racers whom somebody else changes meanwhile.
        changed: Those who were, with the minutes that they were given last.
    """

    account: MortalAccount
    clock: ClockFile
    random: Random
    outage: float
    strangers: Sequence[str]
    changed: dict[str, int]


Trouble = Callable[[Scene], None]


def _failing(**fields: Any) -> Trouble:
    """Calls that fail, a few now and a few later."""

    def begin(scene: Scene) -> None:
        for _ in range(3):
            scene.account.control(
                "fail", **({"times": scene.random.randint(1, 6), "method": "PATCH"} | fields)
            )
            scene.account.control(
                "fail",
                **(fields | {"times": 1, "method": "*", "skip": scene.random.randint(2, 60)}),
            )

    return begin


def _throttled(scene: Scene) -> None:
    scene.account.control("throttle", per_second=scene.random.choice([5, 20, 60]))


def _slow(scene: Scene) -> None:
    scene.account.control("fail", how="slow", bytes_per_second=20_000, times=6)
    scene.account.control("latency", ms=scene.random.choice([50, 300]))


def _outage(scene: Scene) -> None:
    new = scene.random.choice(["refuse", "reset", "hang"])
    live = scene.random.choice(["cut", "hang"])
    scene.account.control("network", state="down", new=new, live=live)


def _somebody_else(scene: Scene) -> None:
    for profile_id in scene.strangers:
        minutes = 60 * scene.random.randint(20, 40) + 7
        scene.account.control("set", profile_id=profile_id, maxTotalComputeMinutes=minutes)
        scene.changed[profile_id] = minutes


KINDS: Final[dict[str, Trouble]] = {
    "none but the kill": lambda _: None,
    "connection reset": _failing(how="reset"),
    "reset after it took effect": _failing(how="reset_after"),
    "answer cut off": _failing(how="truncated"),
    "slow answers": _slow,
    "429 storm": _throttled,
    "500": _failing(status=500),
    "503": _failing(status=503),
    "504 after it took effect": _failing(how="timeout", seconds=1.0),
    "takes effect 3 s after a reset": _failing(how="late", seconds=3.0),
    "500 after it took effect": _failing(how="status_after"),
    "invalid JSON": _failing(how="unescaped"),
    "captive portal": _failing(how="portal"),
    "outage": _outage,
    "network flaps every 2 s": lambda _: None,
    "clock set forward": lambda scene: scene.clock.step(_HOUR),
    "clock set back": lambda scene: scene.clock.step(-_HOUR),
    "a page repeats a racer": lambda scene: _pages(scene, repeats=4),
    "a page drops a racer": lambda scene: _pages(scene, drops=2),
    "somebody else changes values": _somebody_else,
    "account stands still": lambda scene: scene.account.stand_still(1.5),
}
FLAPPING: Final = "network flaps every 2 s"
OUTAGE: Final = "outage"


def _pages(scene: Scene, **fields: int) -> None:
    scene.account.control("pages", **fields)


@contextmanager
def trouble(kind: str, scene: Scene) -> Iterator[None]:
    """Make trouble of a kind, and have calm again in the end."""
    KINDS[kind](scene)
    try:
        if kind == FLAPPING:
            with _flapping(scene.account):
                yield
        else:
            yield
    finally:
        scene.account.calm()


@contextmanager
def _flapping(account: MortalAccount) -> Iterator[None]:
    over = threading.Event()

    def flap() -> None:
        down = True
        while True:
            # The account may be killed and begin anew at this moment.
            with account.held, suppress(OSError, HTTPException, ValueError):
                account.control("network", state="down" if down else "up")
            down = not down
            if over.wait(_FLAP_SECONDS):
                return

    thread = threading.Thread(target=flap, name="flapping")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
