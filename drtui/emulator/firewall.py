"""The web application firewall in front of the gateway (DeepRacer API facts, "real limits")."""

from collections import defaultdict, deque
from collections.abc import Iterable

ADMIN_CALLS = 100
WINDOW_SECONDS = 300.0
LARGEST_BODY = 8 * 1024


class Firewall:
    """Says which calls it lets nobody see.

    It counts, per address, the calls whose path contains `/admin/`; those that it blocks count
    too. Agents are blocked by a part of the user agent's text, none at first.
    """

    def __init__(self) -> None:
        self.admin_calls = ADMIN_CALLS
        self.blocked_user_agents: tuple[str, ...] = ()
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)

    def blocks(self, address: str, path: str, agent: str, body_size: int, now: float) -> bool:
        """Whether this call is blocked; `now` in seconds of any steady clock."""
        if body_size > LARGEST_BODY or _contains_any(agent, self.blocked_user_agents):
            return True
        if "/admin/" not in path:
            return False
        seen = self._seen[address]
        while seen and seen[0] <= now - WINDOW_SECONDS:
            seen.popleft()
        seen.append(now)
        return len(seen) > self.admin_calls

    def forget(self) -> None:
        """Start counting anew."""
        self._seen.clear()


def _contains_any(text: str, parts: Iterable[str]) -> bool:
    folded = text.casefold()
    return any(part.casefold() in folded for part in parts)
