"""The text of an invitation: a form for its subject and body, checked while it is typed."""

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, TextArea

from drtui.domain.invitation_templates import (
    InvitationField,
    TemplateError,
    fields_text,
    parse_template,
)
from drtui.domain.invitation_texts import InvitationText
from drtui.domain.invitations import LONGEST_SOURCE, parse_invitation
from drtui.domain.problems import InvalidInputError
from drtui.screens.dialogs.base import CANCEL, CONFIRM, Choice, TypingDialog, paragraph
from drtui.screens.dialogs.confirm import ConfirmDialog
from drtui.screens.dialogs.invitation_fields import FieldsDialog
from drtui.widgets.paste_area import PasteArea
from drtui.widgets.plain_input import PlainInput

_HAND: Final = "$error"
_AROUND: Final = 15  # lines of the dialog beside the text, of the screen's
_LEAST: Final = 4


class InvitationTextDialog(TypingDialog[InvitationText]):
    """Asks for the subject and the body; what cannot be read is refused with its place.

    Args:
        kind: How the invited sign in, as it is told.
        text: As it was kept last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="ctrl+s", priority=True),
        Binding("f2", "fields", "put a field in", key_display="f2"),
    ]

    def __init__(self, kind: str, text: InvitationText) -> None:
        super().__init__()
        self._kind = kind
        self._text = text
        self._subject = PlainInput(text.subject)
        self._body = PasteArea()
        self._body.soft_wrap = True
        self._body.load_text(text.body)
        self._note = Label("", classes="list-note", markup=False)
        self._last: Widget = self._subject  # where a field is put

    def heading(self) -> str:
        """For whom the text is."""
        return f"The text for {self._kind}"

    def content(self) -> Iterable[Widget]:
        """The fields to type in, what is wrong with them, and what may stand in them."""
        label = Label("Subject", classes="field-label", markup=False)
        yield Horizontal(label, self._subject, classes="field invitation-subject")
        yield self._body
        yield self._note
        yield paragraph(
            f"{fields_text(InvitationField)}; two braces are one brace: {{{{ and }}}}", "dim"
        )

    def choices(self) -> Iterable[Choice]:
        """To leave, or to keep it."""
        return [Choice("Cancel", id=CANCEL), Choice("Save", id=CONFIRM)]

    def on_mount(self) -> None:
        """Begin with the body: the subject is seldom changed."""
        self.set_focus(self._body)

    def on_resize(self, event: events.Resize) -> None:
        """Give the body the room that there is."""
        self._body.styles.height = max(_LEAST, event.size.height - _AROUND)

    @property
    def _typed(self) -> InvitationText:
        return InvitationText(self._subject.value.strip(), self._body.text)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember where a field would be put."""
        if event.widget in (self._subject, self._body):
            self._last = event.widget

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _check(self) -> None:
        self._tell(self._problem())

    @on(PasteArea.TooLong)
    def _too_long(self) -> None:
        self._tell(f"That is too long to paste: a text has at most {LONGEST_SOURCE:,} characters.")

    def _problem(self) -> str:
        try:
            parse_invitation(self._subject.value, self._body.text)
        except InvalidInputError as problem:
            return str(problem)
        return ""

    def _tell(self, sentence: str) -> None:
        self._note.update(Content.styled(sentence, _HAND))

    @on(Input.Submitted)
    def _to_body(self) -> None:
        """The subject is done: the text is next."""
        self.set_focus(self._body)

    def action_save(self) -> None:
        """Keep it, or go to what is wrong with it."""
        if problem := self._problem():
            self._tell(problem)
            self._show_place()
        elif self._typed == self._text:
            self.dismiss(None)
        else:
            self.dismiss(self._typed)

    def _show_place(self) -> None:
        """Put the cursor where the text cannot be read."""
        try:
            parse_template(self._subject.value.strip())
            parse_template(self._body.text)
        except TemplateError as error:
            in_body = self._reads_subject()
            self.set_focus(self._body if in_body else self._subject)
            if in_body:
                self._body.move_cursor((error.line - 1, error.column - 1), center=True)
            else:
                self._subject.cursor_position = error.column - 1

    def _reads_subject(self) -> bool:
        try:
            parse_template(self._subject.value.strip())
        except TemplateError:
            return False
        return True

    def action_fields(self) -> None:
        """Choose a field, and put it where the cursor is."""

        def put(name: InvitationField | None) -> None:
            self.set_focus(self._last)
            if name is None:
                return
            if self._last is self._body:
                self._body.replace(f"{{{name}}}", *self._body.selection)
            else:
                self._subject.replace(f"{{{name}}}", *self._subject.selection)

        self.app.push_screen(FieldsDialog(), put)

    def action_leave(self) -> None:
        """Leave it; ask first where something would be lost."""
        if self._typed == InvitationText(self._text.subject.strip(), self._text.body):
            self.dismiss(None)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.dismiss(None)

        question = ConfirmDialog(
            "Leave the text?",
            ["What you have changed is not saved yet, and is lost when you leave."],
            confirm="Leave without saving",
            cancel="Go on editing",
            careful=True,
        )
        self.app.push_screen(question, answered)

    @on(Choice.Chosen)
    def _answer(self, event: Choice.Chosen) -> None:
        if event.choice.id == CONFIRM:
            self.action_save()
        else:
            self.action_leave()
