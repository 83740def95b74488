"""What can be done with races, on whatever screen shows some: keys, menu and flows in one place."""

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from drtui.domain import permissions
from drtui.domain.operations import OperationKind
from drtui.screens.base import ConsoleScreen
from drtui.screens.race_cells import ShownRace

if TYPE_CHECKING:
    from drtui.screens.actions import Flow

FOR_ONE: Final = ("edit", "invite", "marshal", "big_screen")
"""The actions whose subject is one race."""

FOR_RACES: Final = (*FOR_ONE, "clone", "delete", "write")
"""The actions whose subject are races."""

OPERATIONS: Final[Mapping[str, OperationKind]] = {
    "new": OperationKind.CREATE_RACES,
    "edit": OperationKind.EDIT_RACES,
    "clone": OperationKind.CREATE_RACES,
    "delete": OperationKind.DELETE_RACES,
    "apply_file": OperationKind.APPLY_RACES,
}
"""What becomes of those that not every role may."""

_ONE_ALONE: Final = "several races are marked, and this is for one: esc takes the marks away"
_NO_LIVE: Final = "it is no live race"
_NOT_THERE: Final = "the race is on its way to be created"


class RaceActions(ConsoleScreen):
    """A screen whose subject are races."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", tooltip="A new race"),
        Binding("e", "edit", "edit", tooltip="Change the race"),
        Binding("c", "clone", "clone", tooltip="New races like these"),
        Binding("d", "delete", "Delete races", show=False),
        Binding("o", "apply_file", "Open a race file: create and change races", show=False),
        Binding("N", "templates", "A race file from a template", show=False),
        Binding("w", "write", "write", tooltip="Write a race file, leaderboards or results"),
        Binding("i", "invite", "Invitation to the race", show=False),
        Binding("l", "marshal", "live", tooltip="The live race: marshal it"),
        Binding("B", "big_screen", "The big screen, for an audience", show=False),
    ]

    @abstractmethod
    def race_at_hand(self) -> ShownRace | None:
        """The one race that an action is for; None where it is none, or several."""

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action in FOR_ONE and (reason := self._not_for_one(action)):
            return reason
        glance, kind = self.context.glance, OPERATIONS.get(action)
        return "" if glance is None or kind is None else permissions.refusal(glance.role, kind)

    def _not_for_one(self, action: str) -> str:
        if len(self.subject().keys) > 1:
            return _ONE_ALONE
        race = self.race_at_hand()
        if race is None:
            return ""
        if race.row.creating:
            return _NOT_THERE
        return _NO_LIVE if action == "marshal" and not race.row.definition.live else ""

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        if action == "invite":
            from drtui.screens.race_inviting import invite_to_race

            return partial(invite_to_race, self)
        from drtui.screens.race_flows import RACE_FLOWS

        return RACE_FLOWS.get(action) or super().flow(action)

    def action_new(self) -> None:
        """Make a new race."""
        self.act("new")

    def action_edit(self) -> None:
        """Change the race."""
        self.act("edit")

    def action_clone(self) -> None:
        """Make a new race like this one, or copies of several."""
        self.act("clone")

    def action_delete(self) -> None:
        """Delete races."""
        self.act("delete")

    def action_apply_file(self) -> None:
        """Read a race file, and create and change what it says."""
        self.act("apply_file")

    def action_templates(self) -> None:
        """Write a race file from a template."""
        from drtui.screens import race_tools

        self.use_tool(lambda: race_tools.templates(self), "templates")

    def action_write(self) -> None:
        """Write a race file, leaderboards or results."""
        from drtui.screens import race_tools

        keys = self.subject().keys
        self.use_tool(lambda: race_tools.write(self, keys), "write")

    def action_invite(self) -> None:
        """Copy, save or send the invitation to the race."""
        self.act("invite")

    def action_marshal(self) -> None:
        """Run the live race."""
        race = self.race_at_hand()
        if not self._refuses("marshal") and race is not None:
            from drtui.screens.marshal import MarshalScreen

            self.app.push_screen(MarshalScreen(self.context, race.row.race_id))

    def action_big_screen(self) -> None:
        """Show the race to an audience."""
        race = self.race_at_hand()
        if not self._refuses("big_screen") and race is not None:
            from drtui.screens.big_screen import BigScreen

            self.app.push_screen(BigScreen(self.context, race.row.race_id))
