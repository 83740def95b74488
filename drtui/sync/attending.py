"""The engine as the console's child: orders and secrets come by standard input, a JSON line each.

The first line says what to work on, so that neither the command line nor the environment holds
a secret. The end of the input means that the console is gone.
"""

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TextIO, TypeAlias

from drtui.sync.assignment import (
    AnswerOrder,
    SignInOrder,
    SignOutOrder,
    Stop,
    Wake,
    read_order,
)
from drtui.sync.engine import Engine
from drtui.sync.running import Runner
from drtui.sync.signing import Signer

_LOG: Final = logging.getLogger(__name__)

_SigningOrder: TypeAlias = SignInOrder | AnswerOrder | SignOutOrder
_SigningOrders: TypeAlias = "queue.SimpleQueue[_SigningOrder]"


def attend(runner: Runner, orders: TextIO, stop: threading.Event, *, deliver_at_end: bool) -> None:
    """Run the engine until the console goes, or says stop.

    Args:
        runner: The store's.
        orders: The lines after the first.
        stop: Set elsewhere too, by signals.
        deliver_at_end: See `Assignment`.
    """
    finish = threading.Event()
    running: list[Engine] = []
    signing: _SigningOrders = queue.SimpleQueue()

    def wake(*, signed_in: bool = False) -> None:
        for engine in running:
            engine.wake(signed_in=signed_in)

    def begun(engine: Engine) -> None:
        running[:] = [engine]

    def at_end() -> None:
        (finish if deliver_at_end else stop).set()
        wake()

    _start("signing", lambda: _sign(runner.signer, signing, partial(wake, signed_in=True)))
    _start("orders", lambda: _obey(orders, wake, stop, signing, at_end))
    try:
        runner.watch(stop, finish=finish, on_engine=begun)
    finally:
        if runner.signer is not None:
            runner.signer.give_up()


def _start(name: str, work: Callable[[], None]) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()


def _obey(
    orders: TextIO,
    wake: Callable[[], None],
    stop: threading.Event,
    signing: _SigningOrders,
    at_end: Callable[[], None],
) -> None:
    try:
        for line in orders:
            _obey_one(line, wake, stop, signing)
    except ValueError:
        _LOG.warning("what the console writes cannot be read, so it is taken to be gone")
    at_end()


def _obey_one(
    line: str, wake: Callable[[], None], stop: threading.Event, signing: _SigningOrders
) -> None:
    try:
        order = read_order(line)
    except ValueError:
        _LOG.warning("an order was not understood")
        return
    match order:
        case Wake():
            wake()
        case Stop():
            stop.set()
            wake()
        case _:
            signing.put(order)


def _sign(
    signer: Signer[Any] | None, orders: _SigningOrders, signed_in: Callable[[], None]
) -> None:
    """Obey the orders that may take as long as the network takes, one after the other."""
    while True:
        order = orders.get()
        if signer is None:
            _LOG.warning("this account has no sign-in")
            continue
        try:
            if _succeeded(signer, order):
                signed_in()
        except Exception as error:  # without its text, which may repeat what was typed
            _LOG.error("an order about the sign-in failed: %s", type(error).__name__)


def _succeeded(signer: Signer[Any], order: _SigningOrder) -> bool:
    match order:
        case SignInOrder():
            return signer.sign_in(order.user, order.password, keep_password=order.keep_password)
        case AnswerOrder():
            return signer.answer(order.reply)
        case SignOutOrder():
            signer.sign_out()
            return False
