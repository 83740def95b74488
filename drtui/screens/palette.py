"""The palette's commands: whatever the screen below has a binding for."""

from collections.abc import Callable

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from drtui.screens.commands import own_bindings
from drtui.widgets.size_guard import GuardedScreen


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
