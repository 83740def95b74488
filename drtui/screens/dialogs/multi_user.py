"""Enabling and disabling multi-user mode: what has to be confirmed before there is a plan."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label

from drtui.domain.operations import Value
from drtui.domain.quotas import Unit, parse_quota
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, Dialog, paragraph
from drtui.screens.dialogs.form import FormDialog, complain
from drtui.screens.dialogs.setting_fields import RegistrationField, SettingField, told_limit
from drtui.screens.setup_texts import EnableTexts
from drtui.widgets.tick_box import TickBox

_HAND: Final = "$error"
_ACCESS: Final = "Participants have access: they can sign in to DeepRacer."
_PERMISSIONS: Final = "Participants have the permissions they need."
_UNDERSTOOD: Final = "I understand what disabling multi-user mode does."
_HOURS_NOTE: Final = "h a month: N or unlimited"
_TICK_BOTH: Final = "Tick both boxes with space, or press esc."
_NOTHING: Final = "New users need a limit above 0: that is what enabled means."
_TICK: Final = "Tick the box with space, or press esc."


class EnableDialog(FormDialog[EnableTexts]):
    """Has the admin confirm what drtui cannot see, and asks for what new users get.

    Args:
        typed: What the fields begin with.
        models_left: The limit on models that an empty field leaves; None is unknown.
        registration: Who may make a profile now; None is unknown.
        confirmed: Whether it was confirmed before, where a plan was left for this form.
        why: Where the limit that an empty field leaves is from; empty where it is the one there is.
    """

    TITLE_TEXT = "Enable multi-user mode"
    IS_COMPLETE = False

    def __init__(
        self,
        typed: EnableTexts,
        models_left: Value,
        registration: Value,
        *,
        confirmed: bool,
        why: str = "",
    ) -> None:
        super().__init__()
        self._boxes = TickBox(_ACCESS), TickBox(_PERMISSIONS)
        for box in self._boxes:
            box.set_reactive(TickBox.ticked, confirmed)
        self._hours = SettingField(
            "New users' training hours", Unit.HOURS, typed.hours, _HOURS_NOTE, needed=True
        )
        self._models_left = models_left
        note = f"empty: {told_limit(Unit.MODELS, models_left)}{why and f', {why}'}"
        self._models = SettingField("New users' models", Unit.MODELS, typed.models, note)
        self._registration = RegistrationField(registration, typed.registration)
        self._note = Label("", classes="dialog-text spaced", markup=False)
        self._note.display = False
        self._again = confirmed
        self._first = self._entries

    def content(self) -> Iterable[Widget]:
        """What is confirmed, then the fields."""
        yield paragraph("Confirm what makes the mode of use to participants:")
        yield from self._boxes
        yield self._hours
        yield self._models
        yield self._registration
        yield paragraph(
            "Racers get back the quotas they had when the mode was disabled; who was paused "
            "stays paused. Admins and race facilitators are not touched. Nothing is done before "
            "the plan is confirmed.",
            "dim spaced",
        )
        yield self._note

    def on_mount(self) -> None:
        """Begin with what is to be confirmed; a form that was left, with its fields."""
        first = self._hours.input if self._is_confirmed else self._boxes[0]
        first.focus()
        for box in self._boxes:
            self.watch(box, "ticked", self._changed, init=False)
        self._check()

    @property
    def _is_confirmed(self) -> bool:
        return all(box.ticked for box in self._boxes)

    @property
    def _entries(self) -> tuple[object, ...]:
        ticks = [box.ticked for box in self._boxes]
        return *ticks, self._hours.text, self._models.text, self._registration.registration

    @property
    def is_typed(self) -> bool:
        """Whether a box is ticked or a field filled; that of a form that was left is."""
        return self._again or self._entries != self._first

    @on(Input.Changed)
    def _changed(self) -> None:
        self._check()

    def _check(self) -> bool:
        self._note.display = False
        fields = [self._hours.check(), self._models.check()]
        if all(fields) and self._nothing:
            self._complain(_NOTHING)
        complete = all(fields) and self._is_confirmed and not self._nothing
        self.allow(complete)
        return complete

    @property
    def _nothing(self) -> bool:
        """Whether new users would get nothing at all."""
        hours, models = self._hours.text, self._models.text
        left = parse_quota(models, Unit.MODELS).amount if models else self._models_left
        return not parse_quota(hours, Unit.HOURS).amount and left == 0

    def _complain(self, text: str) -> None:
        complain(self._note, text)
        self._note.display = True

    def submit(self) -> None:
        """Go on, or say what is wrong."""
        # Checked again: Enter can come before the Changed message of the last character.
        if self._check():
            hours, models = self._hours.text, self._models.text
            self.dismiss(EnableTexts(hours, models, self._registration.registration))
        elif not self._is_confirmed:
            self._complain(_TICK_BOTH)
            next(box for box in self._boxes if not box.ticked).focus()


class DisableDialog(Dialog[bool]):
    """Says what disabling means, in numbers, and has it confirmed.

    Args:
        consequences: A sentence each.
        confirmed: Whether it was confirmed before, where a plan was left for this dialog.
    """

    TITLE_TEXT = "Disable multi-user mode"

    def __init__(self, consequences: Sequence[str], *, confirmed: bool) -> None:
        super().__init__()
        self._consequences = consequences
        self._box = TickBox(_UNDERSTOOD)
        self._box.set_reactive(TickBox.ticked, confirmed)
        self._note = Label("", classes="dialog-text", markup=False)
        self._note.display = False

    def content(self) -> Iterable[Widget]:
        """The consequences, then the box."""
        for line in self._consequences:
            yield paragraph(line, "indented")
        yield self._box.add_class("spaced")
        yield self._note

    def choices(self) -> Iterable[Choice]:
        """To leave, or to go on to the plan."""
        return [Choice("Cancel", id=CANCEL), Choice("Confirm", id=CONFIRM, disabled=True)]

    def on_mount(self) -> None:
        """Begin with the box."""
        self._box.focus()
        self.watch(self._box, "ticked", self._ticked)

    def _ticked(self) -> None:
        self._note.display = False
        self.query_one(f"#{CONFIRM}").disabled = not self._box.ticked

    @on(TickBox.Entered)
    def _entered(self) -> None:
        if self._box.ticked:
            self.dismiss(True)
            return
        self._note.update(Content.styled(_TICK, _HAND))
        self._note.display = True

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        self.dismiss(True if event.choice.id == CONFIRM else None)
