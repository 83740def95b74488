"""Programs that begin where their imports end: a process that has done them forks for each.

Each is a process of its own as ever, with its own environment and streams. The module of a
program, where it is run as one, prepares what all of them share and calls `begin`.
"""

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from tests.e2e.forking import NUMBER, Forked
from tests.support.fork_doors import Door, of_the_run

_ROOT: Final = Path(__file__).parents[2]


class ForkedProgram(Forked):
    """The process of a program.

    Args:
        module: The program's.
        options: What it is given.
        environment: Its variables.

    Attributes:
        stdin: At whose end it ends.
        stdout: What it says.
    """

    def __init__(self, module: str, options: Any, environment: dict[str, str]) -> None:
        given, stdin = os.pipe()
        stdout, said = os.pipe()
        told, telling = os.pipe()
        theirs = [given, said, 2, telling]
        socket.send_fds(_server(module), [json.dumps([options, environment]).encode()], theirs)
        for each in (given, said, telling):
            os.close(each)
        self.stdin = os.fdopen(stdin, "w", encoding="utf-8")
        self.stdout = os.fdopen(stdout, encoding="utf-8")
        super().__init__(told)


def begin(run: Callable[[Any], None]) -> None:
    """Be the process that forks; in each child run the program, and end with it.

    A child ends without taking apart what was there before the fork.

    Args:
        run: The program, which is given its options.
    """
    gc.freeze()
    options, environment = _serve(Door(socket.socket(fileno=int(sys.argv[1]))))
    os.environ.clear()
    os.environ.update(environment)
    try:
        run(options)
    except Exception:
        sys.excepthook(*cast("Any", sys.exc_info()))
        os._exit(1)
    sys.stdout.flush()
    os._exit(0)


@cache
def _server(module: str) -> socket.socket:
    """Lead to the process that forks, which ends with this one, or with the run of tests."""
    shared = of_the_run(module)
    if shared is not None:
        atexit.register(shared.close)
        return shared
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        cwd=_ROOT,
    )
    theirs.close()

    def close() -> None:
        ours.close()
        process.wait(10)

    atexit.register(close)
    return ours


def _serve(door: Door) -> tuple[Any, dict[str, str]]:
    """Fork for each request; return in a child, with the options and the environment of one."""
    while True:
        for asker in door.wait():
            asked = door.request(asker)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass  # those who told how theirs ended
            if asked is None:
                continue
            request, descriptors = asked
            if os.fork() == 0:
                door.close()
                _stand_by(descriptors)
                options, environment = json.loads(request)
                return options, environment
            for each in descriptors:
                os.close(each)


def _stand_by(descriptors: list[int]) -> None:
    """Fork once more; the child returns, and this process tells who it is and how it ended."""
    *streams, telling = descriptors
    child = os.fork()
    if child == 0:
        for number, each in enumerate(streams):
            os.dup2(each, number)
        for each in descriptors:
            os.close(each)
        return
    for each in (*streams, 0, 1):
        os.close(each)
    os.write(telling, NUMBER.pack(child))
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):  # nobody wants to know any more
        os.write(telling, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)
