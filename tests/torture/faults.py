"""The kinds of trouble that a delivery can meet, by name."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from typing import Any, Final

from tests.torture.damage import damage_and_mend, has_pages
from tests.torture.world import World

_FLAP_SECONDS: Final = 2.0
_HOUR: Final = 3600.0
_BUSY: Final = (1.0, 4.0, 17.0)
"""For how long the store is locked; drtui waits 15 seconds."""
_OUTAGE_SECONDS: Final = 12.0
_END_SECONDS: Final = 30.0
_LATEST: Final = 1.5
"""Trouble that comes in the middle of a delivery comes within so many seconds of its start."""

Trouble = Callable[[World], None]


def _failing(**fields: Any) -> Trouble:
    """Calls that fail, a few now and a few later."""

    def begin(world: World) -> None:
        for _ in range(3):
            world.account.control(
                "fail", **({"times": world.random.randint(1, 6), "method": "PATCH"} | fields)
            )
            world.account.control(
                "fail",
                **(fields | {"times": 1, "method": "*", "skip": world.random.randint(2, 60)}),
            )

    return begin


def _throttled(world: World) -> None:
    world.account.control("throttle", per_second=world.random.choice([5, 20, 60]))


def _slow(world: World) -> None:
    world.account.control("fail", how="slow", bytes_per_second=20_000, times=6)
    world.account.control("latency", ms=world.random.choice([50, 300]))


def lose_network(world: World) -> None:
    """Lose the network in one of the ways in which it can be lost."""
    new = world.random.choice(["refuse", "reset", "hang"])
    live = world.random.choice(["cut", "hang"])
    with world.account.held:
        world.account.control("network", state="down", new=new, live=live)


def _outage(world: World, over: threading.Event) -> None:
    lose_network(world)
    if not over.wait(world.random.uniform(0.5, min(_OUTAGE_SECONDS, world.size.outage))):
        with world.account.held:
            world.account.control("network", state="up")


def _flapping(world: World, over: threading.Event) -> None:
    down = True
    while True:
        with suppress(OSError, HTTPException, ValueError), world.account.held:
            world.account.control("network", state="down" if down else "up")
        down = not down
        if over.wait(_FLAP_SECONDS):
            return


def _somebody_else(world: World, _: threading.Event) -> None:
    for profile_id in world.strangers:
        minutes = 60 * world.random.randint(20, 40) + 7
        with world.account.held:
            world.account.control("set", profile_id=profile_id, maxTotalComputeMinutes=minutes)
        world.changed[profile_id] = minutes


def _stands_still(world: World, _: threading.Event) -> None:
    with world.account.held:
        world.account.stand_still(1.5)


def _full(world: World, over: threading.Event) -> None:
    world.disk.fill()
    over.wait(world.random.uniform(0.5, 4.0))
    world.disk.empty()


def _busy(world: World, over: threading.Event) -> None:
    with closing(sqlite3.connect(world.store, timeout=5, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        over.wait(min(world.random.choice(_BUSY), world.size.outage))
        other.execute("ROLLBACK")


def _read_only(world: World) -> None:
    world.end_all()
    deadline = time.monotonic() + _END_SECONDS
    while not world.disk.read_only(on=True):  # a process that ends closes its files last
        assert time.monotonic() < deadline, "somebody still writes to the disk"
        time.sleep(0.05)


def _pages(**fields: int) -> Trouble:
    def begin(world: World) -> None:
        world.account.control("pages", **fields)

    return begin


BEFORE: Final[dict[str, Trouble]] = {
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
    "a page repeats a racer": _pages(repeats=4),
    "a page drops a racer": _pages(drops=2),
    "read-only store": _read_only,
    "damaged store": damage_and_mend,
}
"""Trouble that is there when a delivery begins."""

MEANWHILE: Final[dict[str, Callable[[World, threading.Event], None]]] = {
    "outage": _outage,
    "network flaps every 2 s": _flapping,
    "clock set forward": lambda world, _: world.clock.step(_HOUR),
    "clock set back": lambda world, _: world.clock.step(-_HOUR),
    "somebody else changes values": _somebody_else,
    "account stands still": _stands_still,
    "disk full": _full,
    "busy store": _busy,
}
"""Trouble that comes in the middle of it, and is over when the event is set."""

LONG_OUTAGE: Final = "outage of minutes"
OF_THE_STORE: Final = frozenset({"read-only store", "disk full", "busy store"})
"""In which a console may say that it cannot go on, and end."""


def kinds(world: World) -> list[str]:
    """Return the kinds of trouble that can be made here."""
    impossible = set()
    if not world.disk.mounted:
        impossible.add("disk full")
    if not world.disk.can_be_read_only:
        impossible.add("read-only store")
    if not has_pages():
        impossible.add("damaged store")
    return [kind for kind in (*BEFORE, *MEANWHILE) if kind not in impossible]


@contextmanager
def trouble(kind: str, world: World) -> Iterator[None]:
    """Make trouble of a kind, and have calm again in the end."""
    over, thread = threading.Event(), None
    if kind in MEANWHILE:
        thread = threading.Thread(target=_later, args=(kind, world, over), name=kind)
        thread.start()
    elif kind in BEFORE:
        BEFORE[kind](world)
    try:
        yield
    finally:
        over.set()
        if thread is not None:
            thread.join()
        _calm(world)


def _later(kind: str, world: World, over: threading.Event) -> None:
    if over.wait(world.random.uniform(0.0, _LATEST)):
        return
    # The account may be killed and begin anew at this moment, and the store be locked.
    with suppress(OSError, HTTPException, ValueError, sqlite3.Error):
        MEANWHILE[kind](world, over)


def _calm(world: World) -> None:
    world.disk.read_only(on=False)
    world.disk.empty()
    world.account.calm()
