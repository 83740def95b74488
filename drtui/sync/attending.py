"""The engine as the console's child: orders and secrets come by standard input, a JSON line each.

The first line says what to work on, so that neither the command line nor the environment holds
a secret. The end of the input means that the console is gone.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final, TextIO

from drtui.sync.assignment import STOP, WAKE
from drtui.sync.engine import Engine
from drtui.sync.running import Runner

_LOG: Final = logging.getLogger(__name__)


def attend(runner: Runner, orders: TextIO, stop: threading.Event, *, deliver_at_end: bool) -> None:
    """Run the engine until the console goes, or says stop.

    Args:
        runner: The store's.
        orders: The lines after the first: wake, stop.
        stop: Set elsewhere too, by signals.
        deliver_at_end: See `Assignment`.
    """
    finish = threading.Event()
    engines: list[Engine] = []

    def wake() -> None:
        for engine in engines:
            engine.wake()

    def at_end() -> None:
        (finish if deliver_at_end else stop).set()
        wake()

    threading.Thread(
        target=_obey, args=(orders, wake, stop, at_end), name="orders", daemon=True
    ).start()
    runner.watch(stop, finish=finish, on_engine=engines.append)


def _obey(
    orders: TextIO, wake: Callable[[], None], stop: threading.Event, at_end: Callable[[], None]
) -> None:
    try:
        for line in orders:
            if line == WAKE:
                wake()
            elif line == STOP:
                stop.set()
                wake()
            else:
                _LOG.warning("an order was not understood")
    except ValueError:
        _LOG.warning("what the console writes cannot be read, so it is taken to be gone")
    at_end()
