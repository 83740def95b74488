"""What the menus of other places have, as ways there: nothing is done by going."""

from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import Binding

from drtui.screens.base import ConsoleScreen
from drtui.screens.places import START, screen_class
from drtui.widgets.navigation import Place


class Way(NamedTuple):
    """Something that is done at another place."""

    title: str
    binding: Binding
    place: Place


def ways_from(below: ConsoleScreen) -> list[Way]:
    """Return what is done elsewhere; in a thread, since it imports what the places are.

    From a racer's page nothing leads to the list: `2` stays on it.
    """
    return [
        Way(binding.tooltip or binding.description, binding, place)
        for place in below.context.places
        if not place.name == below.PLACE == START
        and not isinstance(below, screen := screen_class(place.name))
        for binding in _of_menu(screen)
    ]


def _of_menu(place: type[ConsoleScreen]) -> Iterator[Binding]:
    found: dict[str, Binding] = {}
    for base in place.__mro__:
        for one in vars(base).get("BINDINGS", ()):
            if isinstance(one, Binding):
                found.setdefault(one.action, one)
    return (found[action] for action in place.MENU)
