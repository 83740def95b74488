"""Setup: multi-user mode, the deployment's settings, what an event needs, and the event itself."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from drtui.domain import permissions
from drtui.domain.changes import RecordKind
from drtui.domain.operations import OperationKind
from drtui.screens import setup_facts, setup_steps
from drtui.screens.base import READING, ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.screens.lane import Lane
from drtui.screens.subject import Subject
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:
    from drtui.screens.actions import Flow
    from drtui.screens.setup_desk import SetupPage
    from drtui.screens.views import Glance

_OPERATIONS: Final = {
    "enable": OperationKind.ENABLE_MULTI_USER,
    "disable": OperationKind.DISABLE_MULTI_USER,
    "settings": OperationKind.CHANGE_SETTINGS,
}
_OF_CHECKS: Final = frozenset({"copy", "fix", "hand_off"})
_RUNNING: Final = "the checks are running"


class EventSubject(Subject):
    """What is set up."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say what."""
        return "The event and the deployment."


class SetupScreen(ConsoleScreen):
    """What is set up before an event, and what it still lacks.

    It reads the store only; the checks that ask AWS run beside it when they are asked for.
    """

    PLACE: ClassVar[str] = "setup"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {
            RecordKind.SPONSORED_USER,
            RecordKind.OPERATION,
            RecordKind.ACCOUNT_SETTING,
            RecordKind.SYNC_STATE,
            RecordKind.PREFERENCE,
            RecordKind.PARTICIPANT,
        }
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("event", "check", "fix", "hand_off", "copy"),
        *("enable", "disable", "participants", "invitation", "settings", "billing"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        # What is left are the five steps; the checklist's lines name f and h themselves.
        *("app.quit", "app.command_palette", "undo", "copy", "menu"),
        *("hand_off", "disable", "fix", "invitation"),
    )
    AUTO_FOCUS = "#setup"
    BINDING_GROUP_TITLE = "Setup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "event", "event", tooltip="Say what there is to say of the event"),
        Binding("c", "check", "check", tooltip="Check what the event needs"),
        Binding("E", "enable", "enable", tooltip="Enable multi-user mode"),
        Binding("X", "disable", "disable", tooltip="Disable multi-user mode"),
        Binding("p", "participants", "people", tooltip="Participants: who takes part"),
        Binding("t", "invitation", "text", tooltip="Invitation: the event's own text"),
        Binding("e", "settings", "settings", tooltip="Change the deployment's settings"),
        Binding("b", "billing", "billing", tooltip="Billing: costs and alerts"),
        Binding("f", "fix", "fix", tooltip="Mend what is missing, where that can be done here"),
        Binding("h", "hand_off", "hand-off", tooltip="A message to the IT administrator"),
        Binding("y", "copy", "copy", tooltip="Copy the checklist"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
        Binding("g", "top", "Go to the beginning", show=False),
        Binding("G", "bottom", "Go to the end", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._page: SetupPage | None = None
        self._checking = False
        self._tried: datetime | None = None  # when checks began last, whatever became of them
        self._lane: Lane[None, SetupPage] = Lane(
            self, lambda _: self._read(), self._show, self.failed
        )
        self._headings = {
            "mode": self._heading("Multi-user mode", lambda page: page.mode_as_of),
            "settings": self._heading("Settings", _settings_age),
            "event": self._event_heading(),
            "checks": self._heading("Prerequisites", lambda page: page.checked_at),
            "event_below": self._event_heading(),
        }
        self._bodies = {
            "steps": self._body(_steps),
            "mode": self._body(self._mode),
            "settings": self._body(setup_facts.settings),
            "event": self._body(_event),
            "checks": self._body(self._checks),
            "event_below": self._body(_event),
        }

    def content(self) -> Iterable[Widget]:
        """Everything below each other; in two halves where there is room.

        The event stands below the settings there, and below the checklist, which comes first for
        whoever sets up, where there is one column.
        """
        parts = {name: [self._headings[name], self._bodies[name]] for name in self._headings}
        own = Vertical(*parts["mode"], *parts["settings"], Vertical(*parts["event"], id="event"))
        below = Vertical(*parts["event_below"], id="event-below")
        checks = Vertical(*parts["checks"], below)
        halves = Container(own, checks, id="setup-halves")
        yield VerticalScroll(self._bodies["steps"], halves, id="setup")

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the page again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(None)

    def _read(self) -> "SetupPage":
        return self.desk.setup.page(second_door=self.context.open_sponsor is not None)

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        if self._page is not None:
            self._renew()
            self._look_again()

    def glanced(self, glance: "Glance") -> None:
        """See whether the network is back, and with it what the checks were waiting for."""
        del glance
        self._look_again()

    def _show(self, _: None, page: "SetupPage") -> None:
        self._page = page
        self._renew()
        self.drop_untrue()
        self._keys.refresh()
        self._look_again()

    def _look_again(self) -> None:
        """Run the checks by themselves, where they are due and can succeed."""
        page, glance = self._page, self.context.glance
        if page is None or glance is None or self._checking or not self._is_due(page):
            return
        if glance.sync.online is not False and self in self.app.screen_stack:
            self._begin_checks(asked=False)

    def _is_due(self, page: "SetupPage") -> bool:
        from drtui.commands.prerequisites import LASTS

        now, tried = self.desk.now(), self._tried
        if tried is not None and (page.checked_at is None or page.checked_at < tried):
            # What they found was not read yet, or they could not even begin.
            return now - tried >= LASTS
        return page.due or (page.checked_at is not None and now - page.checked_at >= LASTS)

    def _renew(self) -> None:
        for facts in (*self._headings.values(), *self._bodies.values()):
            facts.renew()

    def _event_heading(self) -> Facts:
        return self._heading("The event", lambda _: None, note="kept on this computer")

    def _heading(
        self,
        title: str,
        as_of: "Callable[[SetupPage], datetime | None]",
        *,
        note: str = "",
    ) -> Facts:
        def draw(width: int) -> Lines:
            if self._page is None:
                return []
            line = setup_facts.heading(title, as_of(self._page), self.desk.now(), width)[0]
            told = line + Content.styled(f"  {note}", "$foreground-muted") if note else line
            return [told.truncate(width, ellipsis=True)]

        return Facts(draw, classes="apart")

    def _body(self, draw: "Callable[[SetupPage, int], Lines]") -> Facts:
        def lines(width: int) -> Lines:
            if self._page is not None:
                return draw(self._page, width)
            return [Content(READING)] if draw == _steps else []

        return Facts(lines)

    def _mode(self, page: "SetupPage", width: int) -> Lines:
        return setup_facts.mode(page, self.desk.now(), width)

    def _checks(self, page: "SetupPage", width: int) -> Lines:
        return setup_facts.prerequisites(page, self.desk.now(), width, running=self._checking)

    # What can be done

    def subject(self) -> Subject:
        """What is set up."""
        return EventSubject((), frozenset(), marked=False, hidden=0, what="")

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.setup_flows import setup_flows

        flows = setup_flows(second_door=self.context.open_sponsor is not None)
        return flows.get(action) or super().flow(action)

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action == "check":
            return self._no_check()
        if action in _OF_CHECKS and (self._page is None or self._page.checked_at is None):
            return "nothing was checked yet"
        if action == "fix":
            return self._no_fix()
        glance, kind = self.context.glance, _OPERATIONS.get(action)
        if glance is None or kind is None:
            return ""
        return permissions.refusal(glance.role, kind)

    def _no_check(self) -> str:
        if self._checking:
            return _RUNNING
        return "" if self.context.open_sponsor is None else self.context.held

    def _no_fix(self) -> str:
        if self.context.open_sponsor is None:
            return self.context.no_door
        fixes = {} if self._page is None else self._page.fixes
        return "" if fixes else "nothing that is missing can be mended from here"

    def action_enable(self) -> None:
        """Enable multi-user mode."""
        self.act("enable")

    def action_disable(self) -> None:
        """Disable multi-user mode."""
        self.act("disable")

    def action_settings(self) -> None:
        """Change the deployment's settings."""
        self.act("settings")

    def action_participants(self) -> None:
        """Go to the participants."""
        from drtui.screens.participants import ParticipantsScreen

        self._open(lambda: ParticipantsScreen(self.context), "participants")

    def action_invitation(self) -> None:
        """Go to the event's own invitation."""
        from drtui.screens.invitation import InvitationScreen

        self._open(lambda: InvitationScreen(self.context), "invitation")

    def action_billing(self) -> None:
        """Go to costs and alerts."""
        from drtui.screens.billing import BillingScreen

        self._open(lambda: BillingScreen(self.context), "billing")

    def _open(self, make: Callable[[], ConsoleScreen], action: str) -> None:
        if not self._refuses(action):
            self.app.push_screen(make())

    def action_check(self) -> None:
        """Check what the event needs; it takes its time, and everything else goes on."""
        if not self._refuses("check"):
            self._begin_checks(asked=True)

    def _begin_checks(self, *, asked: bool) -> None:
        self._checking, self._tried = True, self.desk.now()
        self._renew()
        self.run_worker(self._run_checks(asked=asked), group="checking")

    async def _run_checks(self, *, asked: bool) -> None:
        try:
            checks = await in_daemon_thread(
                lambda: self.desk.setup.check(
                    self.context.open_sponsor, simulated=self.context.simulated
                )
            )
            if asked:
                self.say(f"Checked: {setup_facts.tally(checks)}.")
        except Exception as error:
            self.say(why_not(error), wrong=True)
        finally:
            self._checking = False
            self._renew()
            self._keys.refresh()

    def action_fix(self) -> None:
        """Mend what is missing, where that can be done from here."""
        self.act("fix")

    def action_hand_off(self) -> None:
        """Ask the IT administrator for what is missing."""
        from drtui.screens import setup_flows

        self.use_tool(lambda: setup_flows.hand_off(self), "hand_off")

    def action_event(self) -> None:
        """Say what there is to say of the event."""
        from drtui.screens import setup_flows

        self.use_tool(lambda: setup_flows.edit_event(self), "event")

    def action_copy(self) -> None:
        """Copy the checklist."""
        from drtui.screens import setup_flows

        page = self._page
        if page is None:
            self._refuses("copy")
        else:
            self.use_tool(lambda: setup_flows.copy_checklist(self, page), "copy")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#setup").scroll_relative(y=lines, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.query_one("#setup").scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.query_one("#setup").scroll_end(animate=False)


def _steps(page: "SetupPage", width: int) -> Lines:
    return setup_steps.steps(page, width)


def _event(page: "SetupPage", width: int) -> Lines:
    return setup_facts.event(page.event, width)


def _settings_age(page: "SetupPage") -> datetime | None:
    return page.settings_as_of
