"""The palette's commands: whatever the screen below has a binding for."""

from collections.abc import Callable

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider


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
        refusal = getattr(self.screen, "refusal", lambda _action: "")
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.description or binding.system or "palette" in binding.action:
                continue
            key = binding.key_display or self.app.get_key_display(binding)
            reason = refusal(binding.action)
            help_text = f"{key} · not now: {reason}" if reason else key
            node = active.node

            def run(binding: Binding = binding, node: object = node) -> None:
                self.app.call_later(self.app.run_action, binding.action, node)

            title = binding.tooltip or binding.description
            commands.setdefault(binding.action, (title, help_text, run))
        return list(commands.values())
