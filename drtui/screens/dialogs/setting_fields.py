"""The fields of the setup's forms: a limit that is checked beside it, and the registration."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Label

from drtui.domain.operations import Value
from drtui.domain.quotas import QuotaError, Unit, count_text, limit_hours, parse_quota
from drtui.domain.records import UNLIMITED
from drtui.domain.setting_keys import Registration
from drtui.domain.wording import noun
from drtui.widgets.one_of import OneOf
from drtui.widgets.plain_input import PlainInput

_HAND, _DIM = "$error", "$foreground-muted"
_TEXTS: Final = {Unit.HOURS: limit_hours, Unit.MODELS: count_text}
_ANY: Final = "N, +N, -N or unlimited"
_ABSOLUTE: Final = "N or unlimited"
_AS_IT_IS: Final = "leave as is"
_REGISTRATIONS: Final[Sequence[Registration | None]] = (None, *Registration)


def limit_text(unit: Unit, limit: Value) -> str:
    """Return a limit as it would be typed: `5`, `1.5`, `unlimited`; empty where it is unknown."""
    if not isinstance(limit, int):
        return ""
    return "unlimited" if limit == UNLIMITED else _TEXTS[unit](limit).replace(",", "")


def told_limit(unit: Unit, limit: Value) -> str:
    """Return a limit with its unit: `5 h a month`, `3 models a month`, `unlimited`, `unknown`."""
    if not isinstance(limit, int):
        return "unknown"
    if limit == UNLIMITED:
        return "unlimited"
    what = "h" if unit is Unit.HOURS else noun(limit, "model")
    return f"{_TEXTS[unit](limit)} {what} a month"


class SettingField(Horizontal):
    """A label, a field for one limit, and beside it what is wrong with it or what there is now.

    Args:
        label: What it is called.
        unit: What it counts.
        typed: What it begins with.
        note: What there is to know of it.
        now: What it is now, as it would be typed: that again is no change. Empty where every text
            is one.
        needed: Whether it may not be empty.
    """

    def __init__(
        self, label: str, unit: Unit, typed: str, note: str, *, now: str = "", needed: bool = False
    ) -> None:
        super().__init__(classes="setting-field")
        self._label = label
        self._unit = unit
        self._now = now
        self._needed = needed
        self._told = Content.styled(note, _DIM)
        self.input = PlainInput(typed)
        self.input.select_on_focus = True  # what is there already is replaced by what is typed
        self._note = Label(self._told, classes="setting-note", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Label(self._label, classes="setting-label", markup=False)
        yield self.input
        yield self._note

    @property
    def text(self) -> str:
        """What was typed; empty where it is what there is now."""
        text = self.input.value.strip()
        return "" if text == self._now else text

    def check(self) -> bool:
        """Say what is wrong with the field; return whether nothing is."""
        problem = self._problem()
        self._note.update(Content.styled(problem, _HAND) if problem else self._told)
        return not problem

    def _problem(self) -> str:
        if not self.text:
            return f"type {_ABSOLUTE}" if self._needed else ""
        try:
            change = parse_quota(self.text, self._unit)
        except QuotaError as error:
            return str(error).replace(_ANY, _ABSOLUTE)
        return f"write {_ABSOLUTE}, not +N or -N" if change.relative else ""


class RegistrationField(Horizontal):
    """Who may make a profile; it begins with leaving that as it is.

    Args:
        now: The type of registration that there is; None is unknown.
        chosen: What was chosen before; None where nothing was.
    """

    def __init__(self, now: Value, chosen: Registration | None) -> None:
        super().__init__(classes="setting-field")
        self._now = now
        words = [_AS_IT_IS if one is None else one.value for one in _REGISTRATIONS]
        self.choice = OneOf(words, _REGISTRATIONS.index(chosen))

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        now = f", now {self._now}" if self._now in list(Registration) else ""
        yield Label(f"Registration{now}", classes="setting-label", markup=False)
        yield self.choice

    @property
    def registration(self) -> Registration | None:
        """What was chosen; None leaves it as it is."""
        return _REGISTRATIONS[self.choice.chosen]
