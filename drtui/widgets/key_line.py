"""The footer: the keys that work now, made from the bindings."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from drtui.widgets.size_guard import GuardedScreen

_FOCUS, _DIM = "$primary", "$foreground-muted"
_GAP: Final = 3
_SMALL_GAP: Final = 2
# What every screen has stands behind what only this one has.
_LAST: Final = {
    action: place
    for place, action in enumerate(
        ("menu", "undo", "app.help", "app.command_palette", "app.quit"), start=1
    )
}


class KeyLine(Widget):
    """One line of keys with what they do; what cannot be done now is dim.

    Args:
        leave_out: Actions to leave out where there is no room, in this order.
    """

    def __init__(self, leave_out: Sequence[str] = ()) -> None:
        super().__init__()
        self._leave_out = leave_out

    def compose(self) -> ComposeResult:
        """It has no children; it listens to its screen from here on."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_updated)
        return ()

    def _bindings_updated(self, _: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """Draw the keys that there is room for."""
        width = self.size.width
        bindings = self._shown()
        leave_out = list(self._leave_out)
        line = self._line(bindings, _GAP)
        while line.cell_length > width:
            line = self._line(bindings, _SMALL_GAP)
            if line.cell_length <= width or not leave_out:
                break
            action = leave_out.pop(0)
            bindings = [one for one in bindings if one.action.split("(")[0] != action]
        return line

    def _shown(self) -> list[Binding]:
        bindings: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.binding.description:
                bindings.setdefault(active.binding.action, active.binding)
        return sorted(bindings.values(), key=lambda one: _LAST.get(one.action, 0))

    def _line(self, bindings: Sequence[Binding], gap: int) -> Content:
        parts = []
        screen = self.screen
        for binding in bindings:
            key = binding.key_display or self.app.get_key_display(binding)
            if isinstance(screen, GuardedScreen) and screen.refusal(binding.action):
                parts.append(Content.styled(f"{key} {binding.description}", _DIM))
            else:
                parts.append(Content.assemble((key, f"bold {_FOCUS}"), f" {binding.description}"))
        return Content(" " * gap).join(parts)
