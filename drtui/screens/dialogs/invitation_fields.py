"""The fields that the text of an invitation may ask for, to choose one of them."""

from collections.abc import Iterable
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.domain.invitation_templates import FIELD_HELP, OF_PARTICIPANT, InvitationField
from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph

_FOCUS, _DIM = "$primary", "$foreground-muted"
_NAME: Final = max(len(one) for one in InvitationField) + 3  # with its braces and a blank


class FieldsDialog(Dialog[InvitationField]):
    """Shows what each field stands for, and returns the one that was chosen."""

    TITLE_TEXT = "Fields"

    def content(self) -> Iterable[Widget]:
        """The fields."""
        yield paragraph("Put one where the cursor is; ◦ differs between participants.", "dim")
        yield ChoiceList(*(_option(name) for name in FIELD_HELP), compact=True)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        assert event.option_id is not None, "every option has one"
        self.dismiss(InvitationField(event.option_id))


def _option(name: InvitationField) -> Option:
    sign = "◦ " if name in OF_PARTICIPANT else "  "
    written = f"{f'{{{name}}}':<{_NAME}}"
    return Option(
        Content.assemble((written, f"bold {_FOCUS}"), (f"{sign}{FIELD_HELP[name]}", "")), id=name
    )
