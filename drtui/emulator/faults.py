"""Failures that are asked for, or that happen by chance."""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random

from drtui.emulator.errors import JSON, Answer, blocked, plain, unescaped_bad_request

GATEWAY_PATIENCE = 29.0
"""Real seconds after which the gateway gives up on the backend (DeepRacer API facts, 504)."""

PORTAL_PAGE = (
    b"<!doctype html><html><head><title>Venue Wi-Fi</title></head>"
    b"<body><h1>Welcome</h1><p>Please accept the terms to go online.</p></body></html>"
)


class How(StrEnum):
    """The ways in which a call can fail; the last six let it take effect."""

    STATUS = "status"
    RESET = "reset"
    HANG = "hang"
    UNESCAPED = "unescaped"
    PORTAL = "portal"
    STATUS_AFTER = "status_after"
    RESET_AFTER = "reset_after"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    LATE = "late"
    SLOW = "slow"


@dataclass(slots=True, kw_only=True)
class Fault:
    """A failure waiting for its calls.

    Attributes:
        how: what happens.
        method: the method it waits for, with wildcards.
        path: the path below the stage it waits for, with wildcards.
        times: for how many calls more; None until it is cleared.
        skip: how many matching calls it lets pass first.
        status: of the answer, for `status` and `status_after`.
        error_type: the header of that answer; None is the usual one for the status.
        body: of that answer; None is the usual one for the status.
        end: how a `timeout` ends: `hang` never answers, `504` answers with that.
        seconds: how long `timeout` and `hang` wait, and after what time `late` takes effect.
        message: the text of `unescaped`.
        keep: how many bytes of the body `truncated` lets through; None is half of it.
        bytes_per_second: how fast `slow` answers.
    """

    how: How = How.STATUS
    method: str = "*"
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    status: int = 500
    error_type: str | None = None
    body: bytes | None = None
    end: str = "504"
    seconds: float = GATEWAY_PATIENCE
    message: str = 'Invalid request body: [instance value ("x") not found in enum]'
    keep: int | None = None
    bytes_per_second: float = 50_000.0

    def matches(self, method: str, path: str) -> bool:
        """Whether a call is one it waits for."""
        return fnmatchcase(method, self.method.upper()) and fnmatchcase(path, self.path)

    def answer(self) -> Answer:
        """What is answered where an answer is given."""
        if self.how is How.PORTAL:
            return Answer(200, PORTAL_PAGE, content_type="text/html; charset=utf-8")
        if self.how is How.UNESCAPED:
            return unescaped_bad_request(self.message)
        usual = blocked() if self.status == 403 else plain(self.status)
        headers = usual.headers
        if self.error_type is not None:
            headers = (("x-amzn-errortype", self.error_type),) if self.error_type else ()
        return Answer(
            self.status, usual.body if self.body is None else self.body, headers, content_type=JSON
        )


_BY_CHANCE = (
    Fault(status=500),
    Fault(status=502),
    Fault(status=503),
    Fault(status=429),
    Fault(how=How.RESET),
    Fault(how=How.RESET_AFTER),
)


class Faults:
    """The failures that wait, in the order in which they were asked for."""

    def __init__(self, rng: Random, fail_rate: float = 0.0) -> None:
        self.fail_rate = fail_rate
        self.waiting: list[Fault] = []
        self._rng = rng

    def take(self, method: str, path: str) -> Fault | None:
        """The failure that this call meets, if any; it is used up by that."""
        for fault in self.waiting:
            if not fault.matches(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
            return fault
        if self.fail_rate > 0 and self._rng.random() < self.fail_rate:
            return self._rng.choice(_BY_CHANCE)
        return None
