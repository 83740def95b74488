"""Which role a profile is to have."""

from collections.abc import Iterable
from typing import Final

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from drtui.domain.records import Role
from drtui.screens.dialogs.base import ChoiceList, Dialog, paragraph

_FOCUS, _DIM = "$primary", "$foreground-muted"
_ROLES: Final = {
    Role.RACER: ("r", "racer", "trains and races; sponsored"),
    Role.FACILITATOR: ("f", "race facilitator", "runs races, and sees everybody's models"),
    Role.ADMIN: ("a", "admin", "may do everything, quotas and deletions included"),
}


class RoleDialog(Dialog[Role]):
    """Chooses a role; a letter chooses at once.

    Args:
        subject: Whom it is for.
        present: The role now; None where several have different ones.
        chosen: What was chosen before, where a plan was left for this list.
    """

    TITLE_TEXT = "Change role"

    def __init__(self, subject: str, present: Role | None, chosen: Role | None = None) -> None:
        super().__init__()
        self._first = chosen or present
        self._subject = subject
        self._present = present
        for role, (letter, _, _) in _ROLES.items():
            self._bindings.bind(letter, f"choose('{role.value}')", show=False)

    def content(self) -> Iterable[Widget]:
        """Whom it is for, and the roles."""
        yield paragraph(self._subject, "dim")
        yield ChoiceList(*map(self._option, _ROLES), compact=True)

    def _option(self, role: Role) -> Option:
        letter, name, what = _ROLES[role]
        now = "now; " if role is self._present else ""
        line = Content.assemble((letter, f"bold {_FOCUS}"), f"  {name:<17}", (f"{now}{what}", _DIM))
        return Option(line, id=role.value)

    def on_mount(self) -> None:
        """Begin with the one chosen before, else with the present one."""
        options = self.query_one(OptionList)
        options.highlighted = list(_ROLES).index(self._first) if self._first in _ROLES else 0
        options.focus()

    def action_choose(self, role: str) -> None:
        """Choose this one."""
        self.dismiss(Role(role))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(Role(str(event.option_id)))
