"""The filter: where it is typed, how much it shows, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Label

from drtui.domain.completion import Completion, Vocabulary, complete, ends_in_word, is_begun
from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.filters import Everything, Expression, FilterError, parse
from drtui.domain.saved_filters import parse_with, refers
from drtui.widgets.candidate_line import candidate_line
from drtui.widgets.cells import fit
from drtui.widgets.plain_input import LineInput

_DIM, _FOCUS, _HAND = "$foreground-muted", "$primary", "$error"
_RULE: Final = "$foreground 25%"
_SIGN: Final = "^"
_PROMPT: Final = "/ "
HINT: Final = "filter: used>90% team:red …"
"""What stands in a filter of racers while nothing is typed."""
_LEAST_STILL: Final = 12  # cells for the filter that is still shown
_NARROW: Final = 76  # cells below which the counts take no more than they need


class FilterInput(LineInput):
    """Where a filter is typed; it acts with every key, and Enter or Escape leave it.

    Args:
        edited: Called with every new value, before the next frame.
        left: Called when it is left: with True to keep what was typed, with False to clear it.
        language: What it can name.
        hint: What stands in it while nothing is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave(True)", "keep the filter", key_display="enter"),
        Binding("escape", "leave(False)", "clear it", key_display="esc"),
        Binding("tab", "complete(1)", "complete", key_display="tab"),
        Binding("shift+tab", "complete(-1)", "Complete with the one before", show=False),
    ]

    def __init__(
        self,
        edited: Callable[[str], None],
        left: Callable[[bool], None],
        language: Language,
        hint: str,
    ) -> None:
        super().__init__(placeholder=hint)
        self.vocabulary = Vocabulary(language=language)
        self._edited = edited
        self._left = left
        self._cycle: _Cycle | None = None

    def watch_value(self, value: str) -> None:
        """Pass every value on at once; the Changed message comes two frames later."""
        self._edited(value)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the beginning of what is kept; where the cursor is, once it is typed on."""
        super().watch_has_focus(has_focus)
        place = cell_len(self.value[: self.cursor_position]) if has_focus else 0
        self.scroll_to_region(Region(place, 0, 1, 1), animate=False, force=True)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take every printable key; Textual does not know the slash by its name."""
        return key == "slash" or super().check_consume_key(key, character)

    def action_leave(self, keep: bool) -> None:
        """Leave it, with what was typed or without."""
        self._left(keep)

    def choices(self) -> tuple[Completion, int | None]:
        """Return what can follow at the cursor, and which candidate was put there already."""
        cycle = self._cycle
        if cycle is not None and cycle.there == (self.value, self.cursor_position):
            return cycle.completion, cycle.chosen
        return complete(self.value, self.cursor_position, self.vocabulary), None

    def action_complete(self, by: int) -> None:
        """Put the next candidate in the place of what is typed, or the one before."""
        completion, chosen = self.choices()
        number = len(completion.candidates)
        if not number:
            return
        before = chosen if chosen is not None else -1 if by > 0 else 0
        chosen = (before + by) % number
        text = completion.candidates[chosen].text
        end = completion.start + len(text)
        value = f"{self.value[: completion.start]}{text}{self.value[self.cursor_position :]}"
        # A single candidate is settled: the next key completes what follows it.
        self._cycle = _Cycle(completion, chosen, (value, end)) if number > 1 else None
        self.value = value
        self.cursor_position = end


@dataclass(frozen=True, slots=True)
class _Cycle:
    """Candidates that are gone through, and the value and cursor that the chosen one left."""

    completion: Completion
    chosen: int
    there: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a table is shown and marked; `total` is None when it is not known.

    Attributes:
        order: What it is sorted by, such as `limit on hours ▼`, where no heading says it.
        still: Of which filter the rows are while it is not the one that is typed; empty when it is.
        marks: Whether rows can be marked.
    """

    shown: int = 0
    total: int | None = None
    marked: int = 0
    hidden: int = 0
    order: str = ""
    still: str = ""
    marks: bool = True


class ShownCounts(Widget):
    """How many rows are shown and how many are marked, however they are filtered."""

    counts: reactive[Counts] = reactive(Counts())
    """What to say."""
    _room = _NARROW

    def fit(self, room: int) -> None:
        """Leave the filter what is not needed, where both have little room together."""
        self._room = room
        self.watch_counts()

    def watch_counts(self) -> None:
        """Take more room, or less."""
        if self._room >= _NARROW:
            self.styles.clear_rule("width")
            return
        still = cell_len(self.counts.still and f"still:  · {self.counts.still[:_LEAST_STILL]}")
        roomy, short = (still + self._line(roomy=one).cell_length for one in (True, False))
        self.styles.width = roomy if roomy <= self._room // 2 else short

    def render(self) -> Content:
        """Draw the counts to the right, shorter where they do not fit."""
        width = self.size.width
        lines = [self._line(roomy=True), self._line(roomy=False)]
        if self.counts.still:
            return self._still(lines, width)
        if order := self.counts.order:
            orders = [(lines[0], "sorted by"), (lines[1], "sorted by"), (lines[1], "by")]
            lines = [Content.styled(f"{by} {order} · ", _DIM) + one for one, by in orders] + lines
        line = next((one for one in lines if one.cell_length <= width), lines[-1])
        return line.pad_left(max(0, width - line.cell_length))

    def _still(self, lines: list[Content], width: int) -> Content:
        """Draw whose rows are shown before the counts, of which the marks go first."""
        said = f"still: {self.counts.still}"
        shown = Content(f"{self.counts.shown:,} shown")
        for line in (*lines, shown):
            room = width - line.cell_length - len(" · ")
            if room >= min(cell_len(said), _LEAST_STILL):
                break
        told = Content.assemble((fit(said, max(1, room)), f"bold {_HAND}"), (" · ", _DIM), line)
        return told.pad_left(max(0, width - told.cell_length))

    def _line(self, *, roomy: bool) -> Content:
        counts = self.counts
        if counts.total is None:
            return Content("")
        shown = f"{counts.shown:,} of {counts.total:,}" + (" shown" if roomy else "")
        if not counts.marks:
            return Content(shown)
        marked = (f"{counts.marked:,} marked", f"bold {_FOCUS}") if counts.marked else ""
        parts = [Content(shown), Content.assemble(marked) if marked else Content("0 marked")]
        if not counts.marked:
            parts[1] = parts[1].stylize(_DIM)
        line = Content.styled(" · ", _DIM).join(parts)
        if counts.hidden:
            of_them = " of them" if roomy else ""
            line += Content.styled(f", {counts.hidden:,}{of_them} hidden", _HAND)
        return line


@dataclass(frozen=True, slots=True)
class Offer:
    """What can follow at the cursor.

    Attributes:
        completion: The candidates, or a hint.
        chosen: Which candidate was put there already.
        place: Where it begins, in cells from the left edge.
    """

    completion: Completion
    chosen: int | None
    place: int


class FilterRule(Widget):
    """The line below the filter: a rule, what can be completed, or what is wrong and where."""

    problem: reactive[tuple[int, str] | None] = reactive(None)
    """The place, in cells from the left edge, and the sentence; None where nothing is wrong."""

    offer: reactive[Offer | None] = reactive(None)
    """What can be completed; None while nothing is typed."""

    def render(self) -> Content:
        """Draw the problem, what can be completed, or the rule."""
        width = self.size.width
        if self.problem is not None:
            return problem_line(*self.problem, width)
        if (offer := self.offer) is not None:
            if offer.completion.candidates:
                candidates = offer.completion.candidates
                return candidate_line(candidates, offer.chosen, width, offer.place)
            if offer.completion.hint:
                hint = fit(offer.completion.hint, width)
                blanks = max(0, min(offer.place, width - cell_len(hint)))
                return Content.styled(" " * blanks + hint, _DIM)
        return Content.styled("─" * width, _RULE)


@dataclass(frozen=True, slots=True)
class Standing:
    """The filter that rows are of: its text, and what it means."""

    text: str = ""
    expression: Expression = field(default_factory=Everything)


class FilterBar(Horizontal):
    """The line to type a filter in, with the counts beside it; its `rule` goes below it.

    Args:
        edited: Called with every new value, before the next frame.
        left: Called when it is left: with True to keep what was typed, with False to clear it.
        language: What it can name.
        hint: What stands in it while nothing is typed.
    """

    def __init__(
        self,
        edited: Callable[[str], None],
        left: Callable[[bool], None],
        language: Language = RACERS,
        hint: str = HINT,
    ) -> None:
        super().__init__()
        self.input = FilterInput(edited, left, language, hint)
        self.counts = ShownCounts()
        self.rule = FilterRule()
        self._edited = edited
        self._former = self._standing = Standing()
        self._error: FilterError | None = None
        self._insisted = False  # on the error, also where typing on may mend it

    def compose(self) -> ComposeResult:
        """Lay out the prompt, the input and the counts."""
        yield Label(_PROMPT, markup=False)
        yield self.input
        yield self.counts

    def on_mount(self) -> None:
        """Follow what is typed, and where."""
        for name in ("value", "selection", "has_focus"):
            self.watch(self.input, name, self._follow, init=False)
        self.watch(self.input, "has_focus", self._focused, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Share the room there is."""
        self.counts.fit(event.size.width)

    def begin(self) -> None:
        """Take the keys from now on: the very next one is typed into the filter."""
        self.screen.set_focus(self.input)

    def read(self, *, whole: bool = False) -> Expression | None:
        """Read what is typed; None where it cannot be read, and then the rule says why.

        Args:
            whole: Whether it is all that there will be, also where it could go on.
        """
        text, saved = self.input.value, self.vocabulary.saved
        language = self.vocabulary.language
        self._error, self._insisted = None, False
        whole = whole or not self.input.has_focus
        try:
            if refers(text):
                expression = parse_with(text, saved, language)
            else:
                expression = parse(text, language)
        except FilterError as error:
            self._error = error
            self._standing = self._former
            return None
        else:
            self._standing = Standing(text, expression)
            if not whole and is_begun(text, language):
                self._standing = self._former
            elif whole or not ends_in_word(text):
                self._former = self._standing
            return expression
        finally:
            self._follow()

    @property
    def standing(self) -> Standing:
        """The filter to show the rows of, as of what was read last.

        That is what is typed; where it cannot be read, or only begins to say something, the last
        filter that could be, without the word that was being typed: that one has turned out to be
        the beginning of something else.
        """
        return self._standing

    @property
    def is_unreadable(self) -> bool:
        """Whether what was read last could not be."""
        return self._error is not None

    @property
    def is_behind(self) -> bool:
        """Whether the rows are to be those of another filter than the one that is typed."""
        return self.is_unreadable or self._standing.text != self.input.value

    def insist(self) -> None:
        """Say what is wrong although typing on may mend it, until something is typed."""
        self._insisted = True
        self._follow()

    @property
    def vocabulary(self) -> Vocabulary:
        """What completion and saved filters know of the account."""
        return self.input.vocabulary

    @vocabulary.setter
    def vocabulary(self, vocabulary: Vocabulary) -> None:
        other_names = vocabulary.saved != self.input.vocabulary.saved
        self.input.vocabulary = vocabulary
        self._follow()
        if other_names and refers(self.input.value):  # what is typed may mean something else now
            self._edited(self.input.value)

    def place_of(self, position: int) -> int:
        """Return where a character of the filter stands, in cells from the left edge."""
        typed = cell_len(self.input.value[:position])
        return cell_len(_PROMPT) + typed - int(self.input.scroll_offset.x)

    def _focused(self, has_focus: bool) -> None:
        """Take what is there when it is left by other ways than its keys."""
        if not has_focus and self.is_behind and not self.is_unreadable:
            self._edited(self.input.value)

    def _follow(self) -> None:
        """Tell the rule what there is to say; what typing on may mend is not wrong yet."""
        error, offer = self._error, None
        if self.input.has_focus:
            completion, chosen = self.input.choices()
            offer = Offer(completion, chosen, max(0, self.place_of(completion.start)))
            if error is not None and not self._insisted and completion.excuses(error.position):
                error = None
        self.rule.offer = offer
        problem = None if error is None else (self.place_of(error.position), error.message)
        self.rule.problem = problem


def problem_line(place: int, sentence: str, width: int) -> Content:
    """Return a sign below the place of a problem, and its sentence behind or before it.

    A sentence that is too long for either side stands alone: it names what is wrong.

    Args:
        place: In cells from the left edge; what is beyond the width is at its end.
        sentence: It is cut only where it is wider than the line.
        width: How many cells there are.
    """
    place = max(0, min(place, width - 1))
    needed = cell_len(sentence) + len(" ")
    if needed <= width - place - len(_SIGN):
        text = f"{' ' * place}{_SIGN} {sentence}"
    elif needed <= place:
        text = f"{' ' * (place - needed)}{sentence} {_SIGN}"
    else:
        text = fit(sentence, width)
    return Content.styled(text, _HAND)
