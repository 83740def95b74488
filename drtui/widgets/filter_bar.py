"""The filter: where it is typed, how much it shows, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.widgets.cells import fit

_DIM, _FOCUS, _HAND = "$foreground-muted", "$primary", "$error"
_RULE: Final = "$foreground 25%"
_PROMPT: Final = "/ "


class FilterInput(Input):
    """Where a filter is typed; it acts with every key, and Enter or Escape leave it.

    Args:
        edited: Called with every new value, before the next frame.
        left: Called when it is left: with True to keep what was typed, with False to clear it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave(True)", "keep the filter", key_display="enter"),
        Binding("escape", "leave(False)", "clear it", key_display="esc"),
    ]

    def __init__(self, edited: Callable[[str], None], left: Callable[[bool], None]) -> None:
        super().__init__(
            placeholder="filter: text, used>90%, status:paused, team:red …",
            select_on_focus=False,
            compact=True,
        )
        self.cursor_blink = False
        self._edited = edited
        self._left = left

    def watch_value(self, value: str) -> None:
        """Pass every value on at once; the Changed message comes two frames later."""
        self._edited(value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take every printable key; Textual does not know the slash by its name."""
        return key == "slash" or super().check_consume_key(key, character)

    def action_leave(self, keep: bool) -> None:
        """Leave it, with what was typed or without."""
        self._left(keep)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a table is shown and marked; `total` is None when it is not known."""

    shown: int = 0
    total: int | None = None
    marked: int = 0
    hidden: int = 0


class ShownCounts(Widget):
    """How many rows are shown and how many are marked, however they are filtered."""

    counts: reactive[Counts] = reactive(Counts())
    """What to say."""

    def render(self) -> Content:
        """Draw the counts to the right, shorter where they do not fit."""
        width = self.size.width
        line = self._line(roomy=True)
        if line.cell_length > width:
            line = self._line(roomy=False)
        return line.pad_left(max(0, width - line.cell_length))

    def _line(self, *, roomy: bool) -> Content:
        counts = self.counts
        if counts.total is None:
            return Content("")
        shown = f"{counts.shown:,} of {counts.total:,}" + (" shown" if roomy else "")
        marked = (f"{counts.marked:,} marked", f"bold {_FOCUS}") if counts.marked else ""
        parts = [Content(shown), Content.assemble(marked) if marked else Content("0 marked")]
        if not counts.marked:
            parts[1] = parts[1].stylize(_DIM)
        line = Content.styled(" · ", _DIM).join(parts)
        if counts.hidden:
            of_them = " of them" if roomy else ""
            line += Content.styled(f", {counts.hidden:,}{of_them} hidden", _HAND)
        return line


class FilterBar(Horizontal):
    """The line to type a filter in, with the counts beside it."""

    def __init__(self, edited: Callable[[str], None], left: Callable[[bool], None]) -> None:
        super().__init__()
        self.input = FilterInput(edited, left)
        self.counts = ShownCounts()

    def compose(self) -> ComposeResult:
        """Lay out the prompt, the input and the counts."""
        yield Label(_PROMPT, markup=False)
        yield self.input
        yield self.counts

    def place_of(self, position: int) -> int:
        """Return where a character of the filter stands, in cells from the left edge."""
        typed = cell_len(self.input.value[:position])
        return cell_len(_PROMPT) + typed - int(self.input.scroll_offset.x)


class FilterRule(Widget):
    """The line below the filter: a rule, or what is wrong and where."""

    problem: reactive[tuple[int, str] | None] = reactive(None)
    """The place, in cells from the left edge, and the sentence; None is a plain rule."""

    def render(self) -> Content:
        """Draw the rule or the problem."""
        width = self.size.width
        if self.problem is None:
            return Content.styled("─" * width, _RULE)
        place, sentence = min(self.problem[0], width - 1), self.problem[1]
        text = f"{' ' * place}^ {sentence}"
        if cell_len(text) <= width:
            return Content.styled(text, _HAND)
        # The sentence moves to the left rather than being cut; what stands below the place is
        # drawn in reverse.
        sentence = fit(sentence, width)
        blanks = min(place + 2, width - cell_len(sentence))
        line = Content.styled(f"{' ' * blanks}{sentence}".ljust(place + 1), _HAND)
        return line.stylize("reverse", place, place + 1)
