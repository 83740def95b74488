"""The log of the calls that came in, for those who test a client."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 50_000
LONGEST_BODY = 8 * 1024


@dataclass(slots=True)
class LoggedCall:
    """One call.

    Attributes:
        at: when it came, in seconds since the epoch.
        method: in capitals.
        path: below the stage, as it was sent.
        query: as it was sent.
        user_agent: what the client calls itself.
        body: as it was sent, at most the first 8 KB.
        range: which part of a file was asked for; None is all of it.
        who: the role of the caller, once known.
        profile_id: the caller, once known.
        status: of the answer; `reset`, `cut` or `unanswered` when there was none.
        fault: the failure it met, if any.
        applied: whether the backend acted on it.
        seconds: from the call to its end; None while it is under way.
    """

    at: float
    method: str
    path: str
    query: str
    user_agent: str
    body: str
    range: str | None = None
    who: str | None = None
    profile_id: str | None = None
    status: int | str | None = None
    fault: str | None = None
    applied: bool = False
    seconds: float | None = None

    def end(self, status: int | str) -> None:
        """Note how the call ended."""
        self.status = status
        self.seconds = round(time.time() - self.at, 4)


class CallLog:
    """The latest calls, the oldest first."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=KEPT)
        self.total = 0

    def begin(self, method: str, path: str, query: str, user_agent: str, body: bytes) -> LoggedCall:
        """Note a call that has just come in."""
        text = body[:LONGEST_BODY].decode(errors="replace")
        call = LoggedCall(time.time(), method, path, query, user_agent, text)
        self._calls.append(call)
        self.total += 1
        return call

    def under_way(self) -> int:
        """How many calls have not ended yet."""
        return sum(call.seconds is None for call in self._calls)

    def shown(self, method: str, path: str, last: int | None) -> list[dict[str, Any]]:
        """The calls with this method and path (`*` is any), at most the last so many."""
        wanted = [
            asdict(call)
            for call in self._calls
            if method in ("*", call.method) and path in ("*", call.path)
        ]
        return wanted if last is None else wanted[-last:] if last else []

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()
        self.total = 0
