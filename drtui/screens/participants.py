"""Participants: the roster, whom the deployment invites, and what can be done for their access."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from drtui.domain import permissions
from drtui.domain.operations import OperationKind
from drtui.domain.roster import Trait
from drtui.screens.access_actions import FOR_ACCESS
from drtui.screens.context import ConsoleContext
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.screens.roster_view import RosterView

if TYPE_CHECKING:
    from drtui.screens.actions import Flow
    from drtui.screens.participants_desk import RosterPage

_POOL_STALE: Final = timedelta(minutes=15)
_LISTING: Final = "the user pool is being listed …"
_NOBODY: Final = "there is no participant here: l reads a list"
_ON_NO_LIST: Final = "not on the list: mark those you mean (space, a marks all)"
_NOT_LISTED_YET: Final = "no list was kept yet: l reads one"
_NO_PROFILE: Final = "without a profile nobody can have signed in"
_TOO_OLD: Final = "this deployment cannot: that came with release 1.3"
_FOR_SOMEBODY: Final = frozenset(
    {"invite", "resend", "reset_passwords", "forget", "copy", "invitation", "open"}
)
_FOR_LISTED: Final = frozenset({"invite", "forget", "invitation"})
_FOR_PROFILES: Final = frozenset({"resend", "reset_passwords"})
_OPERATIONS: Final = {
    "invite": OperationKind.INVITE,
    "resend": OperationKind.RESEND_INVITATIONS,
}
_CLEARING: Final = frozenset({"invite", "resend", "reset_passwords", *FOR_ACCESS})


class ParticipantsScreen(RosterView):
    """The roster, with everything that can be done for participants."""

    PLACE: ClassVar[str] = "setup"
    MENU: ClassVar[tuple[str, ...]] = (
        *("read_list", "invite", "invitation", "resend", "reset_passwords", "mail_limit"),
        *("list_pool", "copy", "forget", *FOR_ACCESS),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "range", "app.command_palette", "undo", "off_board", "mark_all"),
        *("menu", "open", "choose"),
    )
    BINDING_GROUP_TITLE = "Participants"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "read_list", "list", tooltip="Read a list of participants"),
        Binding("i", "invite", "invite", tooltip="Invite by the deployment"),
        Binding("t", "invitation", "text", tooltip="The event's own invitation"),
        Binding("enter", "open", "open", key_display="enter", tooltip="Everything of one"),
        Binding("S", "resend", "Send the invitation again", show=False),
        Binding("w", "reset_passwords", "Reset passwords", show=False),
        Binding("L", "mail_limit", "Limit of mails a day", show=False),
        Binding("c", "list_pool", "List the user pool now", show=False),
        Binding("y", "copy", "Copy the emails", show=False),
        Binding("d", "forget", "Take off the list", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._listing = False
        self._pool_trouble = ""
        self._pool_looked_at = False

    # What can be done

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.inviting_flows import INVITING

        return INVITING.get(action) or super().flow(action)

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action in _FOR_SOMEBODY and not self.chosen.number:
            return _NOBODY
        if action in _FOR_LISTED and not self.chosen.listed:
            return _ON_NO_LIST if self._any_listed else _NOT_LISTED_YET
        if action in _FOR_PROFILES and not self.chosen.subject.keys:
            return _NO_PROFILE
        glance, kind = self.context.glance, _OPERATIONS.get(action)
        role = "" if glance is None or kind is None else permissions.refusal(glance.role, kind)
        return role or self._of_the_deployment(action)

    def _of_the_deployment(self, action: str) -> str:
        """Say what the deployment, or the account, cannot do."""
        if action == "resend" and self.page is not None and self.page.in_batches is False:
            return _TOO_OLD
        if action in ("reset_passwords", "list_pool") and self.context.open_sponsor is None:
            return self.context.no_door
        if action == "list_pool" and self.context.held:
            return self.context.held
        if action == "list_pool" and self._listing:
            return _LISTING.removesuffix(" …")
        return "there is no email to copy" if action == "copy" and not self._emails else ""

    @property
    def _any_listed(self) -> bool:
        page = self.page
        return page is not None and page.traits[Trait.NOT_LISTED] < len(page.rows)

    @property
    def _emails(self) -> tuple[str, ...]:
        return self.chosen.subject.emails

    def acted(self, action: str) -> None:
        """The marks were for this action."""
        if action in _CLEARING:
            self.table.clear_marks()

    def action_read_list(self) -> None:
        """Read a list of participants, keep it, and mark them."""
        self.use_tool(self._read_list, "read_list")

    async def _read_list(self) -> None:
        from drtui.screens.inviting_flows import read_list

        keys = await read_list(self)
        if keys:
            self.search.input.value = ""
            self.choose(())
            self.table.clear_marks()
            self.take(None, await asyncio.to_thread(self.desk.participants.page))
            self.table.mark(keys)

    def action_invite(self) -> None:
        """Let the deployment invite them."""
        self.act("invite")

    def action_resend(self) -> None:
        """Send the invitation again."""
        self.act("resend")

    def action_reset_passwords(self) -> None:
        """Let users choose another password."""
        self.act("reset_passwords")

    def action_mail_limit(self) -> None:
        """Say how many invitations may be sent in a day."""
        from drtui.screens.inviting_flows import set_mail_limit

        self.use_tool(lambda: set_mail_limit(self), "mail_limit")

    def action_forget(self) -> None:
        """Take them off the list; nobody's access is changed."""
        self.use_tool(self._forget, "forget")

    async def _forget(self) -> None:
        from drtui.screens.inviting_flows import forget

        if await forget(self, self._emails):
            self.table.clear_marks()

    def action_copy(self) -> None:
        """Copy the emails of those chosen, one a line."""
        from drtui.screens.tools import copy_emails

        emails = self._emails
        missing = self.chosen.number - len(emails)
        self.use_tool(lambda: copy_emails(self, emails, missing), "copy")

    def action_open(self) -> None:
        """Show everything of the participant under the cursor."""
        from drtui.screens.inviting_flows import show_participant

        key = self.table.cursor_key
        row = None if key is None or self.page is None else self.page.rows.get(key)
        if row is None:
            self._refuses("open")
        else:
            self.use_tool(lambda: show_participant(self, row))

    def action_invitation(self) -> None:
        """Show the event's own invitation for those chosen."""
        if not self._refuses("invitation"):
            from drtui.screens.invitation import InvitationScreen

            self.app.push_screen(InvitationScreen(self.context, self._emails))

    # The user pool

    def take(self, _: None, page: "RosterPage") -> None:
        """Show the roster; the first time, see whether the user pool is to be listed."""
        super().take(_, page)
        if not self._pool_looked_at:
            self._pool_looked_at = True
            self._list_stale_pool(page)

    def pool_note(self) -> Content:
        """That the user pool is being listed, or why it could not be."""
        if self._listing:
            return Content.styled(_LISTING, "$warning")
        if self._pool_trouble:
            return Content.styled(f"pool not listed: {self._pool_trouble}", "$error")
        return super().pool_note()

    def _list_stale_pool(self, page: "RosterPage") -> None:
        """List the user pool where the last listing is old, and there is a way to it."""
        as_of: datetime | None = page.pool_as_of
        fresh = as_of is not None and self.desk.now() - as_of < _POOL_STALE
        if self.context.open_sponsor is not None and not fresh and not self.context.offline:
            self._begin_listing()

    def action_list_pool(self) -> None:
        """List the user pool now; it takes its time, and everything else goes on."""
        if not self._refuses("list_pool"):
            self._begin_listing(tell=True)

    def _begin_listing(self, *, tell: bool = False) -> None:
        self._listing, self._pool_trouble = True, ""
        self.head.renew()
        self._keys.refresh()
        self.run_worker(self._list_pool(tell=tell), group="listing")

    async def _list_pool(self, *, tell: bool) -> None:
        open_sponsor = self.context.open_sponsor
        assert open_sponsor is not None
        try:
            number = await in_daemon_thread(lambda: self.desk.participants.list_pool(open_sponsor))
            if tell:
                self.say(f"The user pool has {number:,} users.")
        except Exception as error:
            self._pool_trouble = why_not(error)
            if tell:
                self.say(self._pool_trouble, wrong=True)
        finally:
            self._listing = False
            self.head.renew()
            self._keys.refresh()
