"""What can be done for participants' access, on whatever screen shows some: keys, menu, flows."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from drtui.screens.base import ConsoleScreen

if TYPE_CHECKING:
    from drtui.screens.actions import Flow

FOR_ACCESS: Final = (
    "give_iam_users",
    "give_identity_center",
    "give_passwords",
    "off_board",
    "open_sign_ins",
    "remove_access",
)
"""The actions whose subject are participants' ways in."""

_OF_PROFILES: Final = frozenset({"off_board", "open_sign_ins"})
_NOBODY: Final = "there is no participant here: l reads a list"
_NO_PROFILE: Final = "nobody of them has a profile: a sign-in comes with the first"
_OFFLINE: Final = "you are offline, and passwords are made at once: R asks again"


class AccessActions(ConsoleScreen):
    """A screen whose subject are participants; see `Subject.emails`."""

    MENU: ClassVar[tuple[str, ...]] = FOR_ACCESS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("I", "give_iam_users", "Make IAM users", show=False),
        Binding("C", "give_identity_center", "Give access by Identity Center", show=False),
        Binding("K", "give_passwords", "Hand out passwords of IAM users", show=False),
        Binding("O", "off_board", "off-board", tooltip="Off-board: close sign-ins"),
        Binding("o", "open_sign_ins", "Open sign-ins again", show=False),
        Binding("x", "remove_access", "Remove memberships, IAM users or profiles", show=False),
    ]

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in FOR_ACCESS:
            return ""
        if self.context.open_sponsor is None and action != "remove_access":
            return self.context.no_door  # profiles are removed by the deployment, which needs none
        return self._refused_now(action)

    def _refused_now(self, action: str) -> str:
        glance = self.context.glance
        if action == "give_passwords":
            return _OFFLINE if glance is not None and glance.sync.online is False else ""
        subject = self.subject()
        if action in _OF_PROFILES and subject.emails and not subject.keys:
            return _NO_PROFILE
        return "" if subject.emails or subject.keys else _NOBODY

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.access_flows import access_flows

        return access_flows(self.context.open_sponsor, self.context.no_door).get(
            action
        ) or super().flow(action)

    def action_give_iam_users(self) -> None:
        """Make IAM users."""
        self.act("give_iam_users")

    def action_give_identity_center(self) -> None:
        """Give access by Identity Center."""
        self.act("give_identity_center")

    def action_give_passwords(self) -> None:
        """Make passwords of IAM users, and hand them out."""
        self.act("give_passwords")

    def action_off_board(self) -> None:
        """Close sign-ins after the event."""
        self.act("off_board")

    def action_open_sign_ins(self) -> None:
        """Open sign-ins again."""
        self.act("open_sign_ins")

    def action_remove_access(self) -> None:
        """Remove memberships, IAM users or profiles."""
        self.act("remove_access")
