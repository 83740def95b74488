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
_HELP: Final = "app.help"
_LAST: Final = {
    action: place
    for place, action in enumerate(
        ("menu", "undo", _HELP, "app.command_palette", "app.quit"), start=1
    )
}
_LEFT_OUT: Final = ("app.quit", "app.command_palette", "undo", "menu")


class KeyLine(Widget):
    """One line of keys with what they do; what cannot be done now is dim.

    A key is there with all that it does, or not at all.

    Args:
        leave_out: Actions to leave out where there is no room, in this order; after these what
            every screen has, then the last of the others, and the help at the very end.
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
        line = self._line(bindings, _GAP)
        if line.cell_length <= width:
            return line
        line = self._line(bindings, _SMALL_GAP)
        for action in self._in_turn(bindings):
            if line.cell_length <= width:
                break
            bindings = [one for one in bindings if _name(one) != action]
            line = self._line(bindings, _SMALL_GAP)
        return line

    def _in_turn(self, bindings: Sequence[Binding]) -> list[str]:
        """Return the actions in the order in which they are left out."""
        others = [_name(one) for one in reversed(bindings) if _name(one) not in _LAST]
        return [*self._leave_out, *_LEFT_OUT, *others, _HELP]

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


def _name(binding: Binding) -> str:
    return binding.action.split("(")[0]
