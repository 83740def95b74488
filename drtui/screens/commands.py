"""What the help and the palette tell of: a screen's own bindings, in the order of their use."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.screen import Screen

_TEXTUALS_OWN: Final = frozenset(
    {"app.focus_next", "app.focus_previous", "screen.copy_text", "help_quit", "quit"}
)


class Command(NamedTuple):
    """A binding with the node that it belongs to, and the title of its group."""

    binding: Binding
    node: DOMNode
    group: str


def own_bindings(active: Mapping[str, ActiveBinding]) -> list[Command]:
    """Return the bindings that have a description: the screen's, its widgets', then the app's.

    Those that go before what is typed come last: another key does the same.
    """
    commands = []
    for one in active.values():
        binding, node = one.binding, one.node
        if binding.description and not binding.system and binding.action not in _TEXTUALS_OWN:
            commands.append(Command(binding, node, node.BINDING_GROUP_TITLE or "Everywhere"))
    return sorted(commands, key=lambda one: (_rank(one.node), one.binding.priority))


def _rank(node: DOMNode) -> int:
    if isinstance(node, Screen):
        return 0
    return 2 if isinstance(node, App) else 1
