"""Lists whose line under the cursor is turned round where the terminal has no colours."""

from textual.style import Style
from textual.widget import Widget
from textual.widgets import OptionList


class TurnedList(OptionList):
    """A list that heeds `text-style: reverse` in the styles of its lines."""

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Return a line's style; see `turned`."""
        style = super().get_visual_style(*component_classes, partial=partial)
        return turned(self, style, component_classes)


def turned(widget: Widget, style: Style, component_classes: tuple[str, ...]) -> Style:
    """Return a style of a widget, in reverse where one of its component classes says so.

    Textual's `get_visual_style` takes everything of a text style over but the reverse; without
    colours nothing else tells the line under the cursor.
    """
    styles = (widget.get_component_styles(name) for name in component_classes)
    return style + Style(reverse=True) if any(one.text_style.reverse for one in styles) else style
