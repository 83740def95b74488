"""The web application firewall in front of the gateway (DeepRacer API facts, "real limits")."""

from collections import defaultdict, deque
from collections.abc import Iterable
from enum import StrEnum

ADMIN_CALLS = 100
WINDOW_SECONDS = 300.0
LARGEST_BODY = 8 * 1024

_BROWSER = "mozilla/5.0 ("
_LIBRARIES = (
    "aws-cli", "aws-sdk", "axios", "boto", "curl", "go-http-client", "headless", "httpx", "java/",
    "node-fetch", "okhttp", "postman", "python", "requests", "urllib", "wget",
)  # fmt: skip


class Rules(StrEnum):
    """Which rules are in force."""

    BOTS = "bots"
    RATE = "rate"
    NONE = "none"


class Firewall:
    """Says which calls it lets nobody see.

    By `RATE` it counts, per address, the calls whose path contains `/admin/`; those that it
    blocks count too. Bodies over 8 KB are blocked as well, and agents by a part of the user
    agent's text, none at first. `BOTS` adds Bot Control in block mode: what does not call itself
    a browser is blocked (SignalNonBrowserUserAgent), and HTTP libraries are even if they do
    (CategoryHttpLibrary).
    """

    def __init__(self, rules: Rules = Rules.RATE) -> None:
        self.rules = rules
        self.admin_calls = ADMIN_CALLS
        self.blocked_user_agents: tuple[str, ...] = ()
        self.allowed_user_agents: tuple[str, ...] = ()
        """The sponsor's override: parts of user agents that pass whatever they look like."""
        self.names_its_error = False
        """Whether its answers carry an error type; both kinds are found in the wild."""
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)

    def blocks(self, address: str, path: str, agent: str, body_size: int, now: float) -> bool:
        """Whether this call is blocked; `now` in seconds of any steady clock."""
        if self.rules is Rules.NONE:
            return False
        if body_size > LARGEST_BODY or self._minds(agent):
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

    def _minds(self, agent: str) -> bool:
        if _contains_any(agent, self.allowed_user_agents):
            return False
        if _contains_any(agent, self.blocked_user_agents):
            return True
        return self.rules is Rules.BOTS and not looks_like_a_browser(agent)


def looks_like_a_browser(agent: str) -> bool:
    """Whether a user agent is that of a browser, as far as its text can tell."""
    return agent.casefold().startswith(_BROWSER) and not _contains_any(agent, _LIBRARIES)


def _contains_any(text: str, parts: Iterable[str]) -> bool:
    folded = text.casefold()
    return any(part.casefold() in folded for part in parts)
