"""The palette's commands: whatever the screen below has a binding for, and the racers."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import Final

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.markup import escape

from drtui.domain.problems import ProblemError
from drtui.domain.text import clean
from drtui.screens.base import ConsoleScreen
from drtui.screens.commands import own_bindings
from drtui.screens.messages import OpenRacer
from drtui.widgets.size_guard import GuardedScreen

_FOUND: Final = 8  # racers offered at once
_GO_TO: Final = re.compile(r"(?i)^\s*(go(\s+to)?(\s+racer)?|racer)\b")  # as the offers begin
_SCORE: Final = 0.5  # between a good match of a command and a poor one


class BindingsProvider(Provider):
    """Offers the bindings of the screen below, those that cannot be done now with the reason."""

    async def discover(self) -> Hits:
        """Offer everything."""
        for title, help_text, run in self._commands():
            yield DiscoveryHit(title, run, help=help_text)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for title, help_text, run in self._commands():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), run, help=help_text)

    def _commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        commands: dict[str, tuple[str, str, Callable[[], object]]] = {}
        below = self.screen
        for binding, node, _ in own_bindings(below.active_bindings):
            if "palette" in binding.action:
                continue
            key = binding.key_display or self.app.get_key_display(binding)
            reason = below.refusal(binding.action) if isinstance(below, GuardedScreen) else ""
            help_text = f"{key} · not now: {reason}" if reason else key

            def run(action: str = binding.action, node: DOMNode = node) -> None:
                self.app.call_later(self.app.run_action, action, node)

            title = binding.tooltip or binding.description
            commands.setdefault(binding.action, (title, help_text, run))
        return list(commands.values())


class RacersProvider(Provider):
    """Offers to go to a racer, found by alias or email."""

    async def search(self, query: str) -> Hits:
        """Offer those that match, the best of them."""
        below = self.screen
        desk = below.context.desk if isinstance(below, ConsoleScreen) else None
        if desk is None:
            return
        try:
            wanted = _GO_TO.sub("", query).strip()
            found = await asyncio.to_thread(desk.find_racers, wanted, _FOUND) if wanted else []
        except ProblemError:
            return  # the screen says so where it reads the store itself
        for key, profile in found:
            title = f"Go to racer {clean(profile.alias)}"
            email = clean(profile.email or "")
            run = partial(self.app.call_later, self._open, key)
            yield Hit(_SCORE, Content(title), run, text=title, help=escape(email))

    def _open(self, key: int) -> None:
        self.app.post_message(OpenRacer(key))
