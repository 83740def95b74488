"""GET /profiles as the deployment's table answers it: by id, in pages, a moment late."""

import base64
import binascii
import json
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable

from drtui.emulator.errors import failure
from drtui.emulator.records import Profile, to_json

PAGE = 100


class Listing:
    """The order, the pages and the lag of the profiles' list.

    A row that was written may show what it was before for `lag` seconds: a new profile is
    missing, a deleted one still there (DeepRacer API facts, behaviour 4).

    Attributes:
        repeats: how many of the next pages but the first begin with the row before them once more.
        drops: how many of the next pages lack a row.
    """

    def __init__(
        self,
        profiles: dict[str, Profile],
        lag: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lag = lag
        self.now = now
        self.repeats = 0
        self.drops = 0
        self._profiles = profiles
        self._ids = sorted(profiles)
        self._late: dict[str, deque[tuple[float, bytes | None]]] = {}
        self._leaving: set[str] = set()

    @property
    def ids(self) -> list[str]:
        """All ids in the table's order, deleted ones included for as long as they show."""
        return self._ids

    def wrote(self, profile_id: str, before: bytes | None) -> None:
        """Remember the row as it was before a write; None: there was none."""
        if self.lag > 0:
            seen = self._late.setdefault(profile_id, deque())
            seen.append((self.now() + self.lag, before))

    def added(self, profile_id: str) -> None:
        """Give a new profile its place."""
        place = bisect_right(self._ids, profile_id)
        self._ids.insert(place, profile_id)

    def removed(self, profile_id: str) -> None:
        """A profile is gone; it leaves the list when its lag is over."""
        self._leaving.add(profile_id)
        self.settle()

    def settle(self) -> None:
        """Let go of the rows whose lag is over."""
        for profile_id in list(self._late):
            self._shown_late(profile_id)
        for profile_id in self._leaving - self._late.keys():
            self._leaving.discard(profile_id)
            del self._ids[bisect_right(self._ids, profile_id) - 1]

    def page(self, token: str | None) -> bytes:
        """One page as JSON; a full one has a token, even when nothing follows it.

        Raises:
            ApiError: the token is not one of ours, which is a 500.
        """
        place = 0 if token is None else bisect_right(self._ids, _read_token(token))
        rows: list[bytes] = []
        while place < len(self._ids) and len(rows) < PAGE:
            row = self._row(self._ids[place])
            if row is not None:
                rows.append(row)
            place += 1
        full = len(rows) == PAGE
        self._slip(rows, token)
        body = b'{"profiles":[' + b",".join(rows) + b"]"
        if full:
            body += b',"token":"' + _token(self._ids[place - 1]).encode() + b'"'
        return body + b"}"

    def _slip(self, rows: list[bytes], token: str | None) -> None:
        """Let a page repeat or lack a row, where that was asked for."""
        if self.drops and len(rows) > 1:
            self.drops -= 1
            del rows[len(rows) // 2]
        if self.repeats and token is not None:
            self.repeats -= 1
            again = self._row(_read_token(token))
            rows[:0] = [] if again is None else [again]

    def _row(self, profile_id: str) -> bytes | None:
        late = self._shown_late(profile_id)
        if late is not None:
            return late[0]
        profile = self._profiles.get(profile_id)
        return None if profile is None else profile.listed()

    def _shown_late(self, profile_id: str) -> tuple[bytes | None] | None:
        """The old row that still shows (in a tuple, for it may be None), or None."""
        seen = self._late.get(profile_id)
        if seen is None:
            return None
        now = self.now()
        while seen and seen[0][0] <= now:
            seen.popleft()
        if seen:
            return (seen[0][1],)
        del self._late[profile_id]
        return None


def _token(profile_id: str) -> str:
    """The key to go on after: JSON in base64, as a JSON string, in base64 once more."""
    key = to_json({"pk": f"profile_{profile_id}", "sk": "profile"})
    inner = base64.urlsafe_b64encode(key).decode().rstrip("=")
    return base64.b64encode(to_json(inner)).decode()


def _read_token(token: str) -> str:
    try:
        inner = json.loads(base64.b64decode(token, validate=True))
        key = json.loads(base64.urlsafe_b64decode(inner + "=" * (-len(inner) % 4)))
        table, _, profile_id = str(key["pk"]).partition("_")
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise failure() from None
    if table != "profile" or not profile_id:
        raise failure()
    return profile_id
