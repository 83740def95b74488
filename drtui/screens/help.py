"""Help, made from the bindings of the screen below and from the fields of the filter."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.spending import CAVEAT, Rates
from drtui.screens.commands import own_bindings
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall

_FOCUS, _DIM = "$primary", "$foreground-muted"
_KEYS: Final = 12
_EXAMPLE: Final = 22
_INDENT: Final = "  "
_WORDS: Final = {"enter": "enter"}  # as the line of keys says it
_WORDS_OF_MODELS: Final = "Words match the name and tags, and the racer's alias, email and tags."
_WORDS_OF_RACES: Final = "Words match the name, the track and the description."
_WORDS_OF_RACERS: Final = "Words match alias, email and tags."
_FILTER: Final = (
    "Conditions side by side must all hold; “or”, “not”, a "
    "leading “-” and parentheses combine them. Text with blanks or signs goes in quotes."
)
_SIGNS: Final = (
    ("●", "marked: what the actions are for; without a mark it is the row under the cursor"),
    ("○", "in a range that is not marked yet"),
    ("→", "pending: what a change on its way will make of it"),
    ("∞  ?", "unlimited, unknown"),
)
_SIGNS_OF_MODELS: Final = (
    *_SIGNS[:-1],
    ("▸", "running: it is going to change by itself"),
    ("!", "ended badly"),
    ("?", "unknown; before a status: as sent, since this version does not know it"),
)
_SIGNS_OF_RACES: Final = (
    *_SIGNS[:-1],
    ("▸", "open"),
    ("?", "unknown; before an email: it is not certain whose alias it is"),
)
_WORDS_OF: Final = {"models": _WORDS_OF_MODELS, "races": _WORDS_OF_RACES}
_SIGNS_OF: Final = {"models": _SIGNS_OF_MODELS, "races": _SIGNS_OF_RACES}


class HelpScreen(ModalScreen[None], GuardedScreen[None]):
    """The keys, the signs, and the filter language.

    Args:
        bindings: The active bindings of the screen that it is about.
        refusals: Why actions cannot be done now, by action.
        rates: What estimates are made with; None before the store is open.
        language: What the filter of the screen can name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "leave", "back", key_display="esc"),
        Binding("down,j", "scroll(1)", "scroll", key_display="↑↓"),
        Binding("up,k", "scroll(-1)", show=False),
    ]

    def __init__(
        self,
        bindings: Mapping[str, ActiveBinding],
        refusals: Mapping[str, str],
        rates: Rates | None,
        language: Language = RACERS,
    ) -> None:
        super().__init__()
        self._active = bindings
        self._refusals = refusals
        self._rates = rates
        self._language = language

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        with VerticalScroll(id="help"):
            yield Facts(self._lines)
        yield KeyLine()
        yield TooSmall()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _lines(self, width: int) -> Lines:
        rates = "" if self._rates is None else f" Rates: {self._rates}."
        estimates = f"Hours at the hourly rate, and a month of what is stored.{rates} {CAVEAT}"
        name = self._language.name
        signs = _SIGNS_OF.get(name, _SIGNS)
        about = f"{_WORDS_OF.get(name, _WORDS_OF_RACERS)} {_FILTER}"
        return [
            *self._key_lines(width),
            _title("Signs"),
            *(line for sign, text in signs for line in _entry(sign, Content(text), width)),
            *(Content(""), _title("Filter"), *_prose(about, width), Content("")),
            *(
                line
                for field in self._language.fields.values()
                for line in _entry(field.example, Content(field.help), width, _EXAMPLE)
            ),
            *(Content(""), _title("Estimates"), *_prose(estimates, width)),
        ]

    def _key_lines(self, width: int) -> Iterable[Content]:
        groups: dict[str, dict[str, list[Binding]]] = {}
        for command in own_bindings(self._active):
            group = groups.setdefault(command.group, {})
            group.setdefault(command.binding.action, []).append(command.binding)
        for title, actions in groups.items():
            yield _title(title)
            for action, bindings in actions.items():
                display = self.app.get_key_display
                shown = dict.fromkeys(
                    one.key_display or _WORDS.get(one.key) or display(one) for one in bindings
                )
                first = bindings[0]
                told = Content(first.tooltip or first.description)
                if refusal := self._refusals.get(action):
                    told += Content.styled(f"  (not now: {refusal})", _DIM)
                yield from _entry(" ".join(shown), told, width)
            yield Content("")


def _title(text: str) -> Content:
    return Content.styled(text, "bold")


def _entry(sign: str, told: Content, width: int, room: int = _KEYS) -> Lines:
    """Return what a sign means; what is too long goes on below it."""
    lines = told.wrap(max(2, width - room - len(_INDENT)))
    signs = [sign, *[""] * (len(lines) - 1)]
    return [
        Content.styled(f"{_INDENT}{one:<{room}}", _FOCUS) + line.rstrip()
        for one, line in zip(signs, lines, strict=True)
    ]


def _prose(text: str, width: int) -> Lines:
    return [line.rstrip() for line in Content(text).wrap(max(2, width))]
