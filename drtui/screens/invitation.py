"""The event's invitation: its text, what it comes to for each participant, and its sending."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationKind
from drtui.screens.base import READING, ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.in_thread import in_daemon_thread, why_not
from drtui.screens.lane import Lane
from drtui.screens.subject import Subject
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.search_line import SearchLine

if TYPE_CHECKING:  # brings the store
    from drtui.commands.mail_progress import MailTerms
    from drtui.screens.actions import Flow
    from drtui.screens.invitation_desk import Asked, InvitationPage

_UNREAD: Final = "the text is not read yet"
_ALWAYS: Final = ("kind", "event", "html")


class InvitationScreen(ConsoleScreen):
    """An invitation, its preview for each participant, and all that is done with it.

    It reads the store only; what SES lets be sent, and the AWS account, are asked for beside it.

    Args:
        context: What the screens share.
        emails: Of the participants it is for; empty is all that are kept.
    """

    PLACE: ClassVar[str] = "setup"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {
            RecordKind.OPERATION,
            RecordKind.ACCOUNT_SETTING,
            RecordKind.PREFERENCE,
            RecordKind.PARTICIPANT,
        }
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("send", "sendings", "copy", "copy_all", "save"),
        *("edit", "reset", "kind", "event", "html"),
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (
        *("app.quit", "app.command_palette", "undo", "menu", "sendings", "html", "event"),
    )
    AUTO_FOCUS = "#invitation"
    BINDING_GROUP_TITLE = "Invitation"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,minus", "leave", "back", key_display="esc", tooltip="Back"),
        Binding("n", "kind", "kind", tooltip="The text for another way of signing in"),
        Binding("e", "edit", "edit", tooltip="Edit the text"),
        Binding("y", "copy", "copy", tooltip="Copy what is shown for this participant"),
        Binding("o", "save", "save", tooltip="Save all to a file, or to a folder"),
        Binding("M", "send", "send", tooltip="Send it by SES"),
        Binding("h", "html", "html", tooltip="Show the HTML, or the plain text"),
        Binding("E", "event", "event", tooltip="Say what there is to say of the event"),
        Binding("d", "sendings", "sent to", tooltip="List who was sent it, doubtful ones first"),
        Binding("Y", "copy_all", "Copy all invitations", show=False),
        Binding("z", "reset", "Go back to the text that drtui begins with", show=False),
        Binding("/", "find", "Look for a participant", show=False),
        Binding("left_square_bracket", "step(-1)", "The participant before", show=False),
        Binding("right_square_bracket", "step(1)", "The next participant", show=False),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
        Binding("g", "top", "Go to the beginning", show=False),
        Binding("G", "bottom", "Go to the end", show=False),
    ]

    def __init__(self, context: ConsoleContext, emails: tuple[str, ...] = ()) -> None:
        super().__init__(context)
        self._emails = emails
        self._kind = InvitationKind.DEPLOYMENT
        self._place = 0
        self._text = ""  # what is looked for
        self._html = False
        self._account_id: str | None = None
        self._terms: MailTerms | None = None
        self._asking: set[str] = set()
        self._page: InvitationPage | None = None
        self._head = Facts(self._draw_head)
        self._template = Facts(self._draw_template, classes="apart")
        self._preview = Facts(self._draw_preview, classes="apart")
        self._search = SearchLine("a participant's name or address", self._edited, self._left)
        self._search.display = False
        self._lane: Lane[Asked, InvitationPage] = Lane(self, self._read, self._show, self.failed)

    def content(self) -> Iterable[Widget]:
        """What there is to know, then the text, and beside or below it what it comes to."""
        halves = Container(
            Vertical(self._template), Vertical(self._preview), id="invitation-halves"
        )
        yield VerticalScroll(self._head, halves, id="invitation")
        yield self._search

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the page again; it is one reading whatever changed."""
        del kinds
        self._ask()
        self._ask_ses()

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        self._head.renew()

    @property
    def _asked(self) -> "Asked":
        from drtui.screens.invitation_desk import Asked

        account_id = self._account_id or ""
        return Asked(self._kind, self._emails, self._place, account_id, self._text)

    def _ask(self, *, hurry: bool = False) -> None:
        if self.is_open:
            self._lane.ask(self._asked, hurry=hurry)

    def _read(self, asked: "Asked") -> "InvitationPage":
        return self.desk.invitation.page(asked)

    def _show(self, asked: "Asked", page: "InvitationPage") -> None:
        if asked.kind is not self._kind:
            return  # it was changed meanwhile, and is being read
        self._page, self._place = page, page.place
        if page.asks(InvitationField.ACCOUNT_ID) and self._account_id is None:
            self._ask_account()
        self._renew()
        self.drop_untrue()
        self._keys.refresh()

    def _renew(self) -> None:
        for facts in (self._head, self._template, self._preview):
            facts.renew()

    def _draw_head(self, width: int) -> Lines:
        if self._page is None:
            return [Content(READING)]
        from drtui.screens import invitation_facts

        return invitation_facts.head(
            self._page,
            self._terms,
            self._account_id,
            self.desk.now(),
            width,
            no_door=self.context.no_door,
        )

    def _draw_template(self, width: int) -> Lines:
        if self._page is None:
            return []
        from drtui.screens import invitation_facts

        return invitation_facts.template(self._page, width)

    def _draw_preview(self, width: int) -> Lines:
        if self._page is None:
            return []
        from drtui.screens import invitation_facts

        return invitation_facts.preview(self._page, width, html=self._html)

    # What AWS is asked

    @property
    def _has_door(self) -> bool:
        return self.context.open_sponsor is not None

    def _ask_ses(self) -> None:
        """Ask once what SES lets be sent."""
        if self._has_door and self._terms is None and self.is_open:
            self._ask_beside("ses", self._read_terms)

    def _ask_account(self) -> None:
        self._ask_beside("account", self._read_account)

    def _ask_beside(self, what: str, work: Callable[[], None]) -> None:
        if what not in self._asking:
            self._asking.add(what)
            self.run_worker(self._beside(what, work), group="beside")

    async def _beside(self, what: str, work: Callable[[], None]) -> None:
        try:
            await in_daemon_thread(work)
        except Exception as error:
            self._account_id = self._account_id or ""  # asked again by a key, and not at once
            self.say(why_not(error), wrong=True)
        finally:
            self._asking.discard(what)
        self._head.renew()
        self._ask()

    def _read_terms(self) -> None:
        assert self.context.open_sponsor is not None, "asked only with a second door"
        self._terms = self.desk.invitation.ask_terms(self.context.open_sponsor)

    def _read_account(self) -> None:
        opened = self.context.open_sponsor
        self._account_id = self.desk.invitation.find_account_id(opened)

    def action_reload(self) -> None:
        """Read everything again, what AWS says too."""
        self._terms = None
        self._account_id = None
        super().action_reload()

    # What can be done

    def subject(self) -> Subject:
        """The participants it is for."""
        from drtui.screens.invitation_flows import participants

        page = self._page
        return participants(() if page is None else tuple(one.email for one in page.people))

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        if action != "send":
            return super().flow(action)
        from drtui.screens.invitation_flows import send_flow

        assert self._page is not None, "refused before it is read"
        return send_flow(self._page.asked, self._terms, second_door=self._has_door)

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in self.MENU or action in _ALWAYS:
            return ""
        if self._page is None:
            return _UNREAD
        from drtui.screens.invitation_refusals import refusal

        return refusal(self._page, action, no_door=self.context.no_door)

    def action_kind(self) -> None:
        """Show the text for the next way of signing in."""
        from drtui.screens.invitation_words import KINDS

        kinds = list(KINDS)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self._ask(hurry=True)

    def action_edit(self) -> None:
        """Edit the text."""
        from drtui.screens import invitation_flows

        self._with_page("edit", lambda page: invitation_flows.edit_text(self, page))

    def action_reset(self) -> None:
        """Go back to the text that drtui begins with."""
        from drtui.screens import invitation_flows

        self._with_page("reset", lambda page: invitation_flows.reset_text(self, page))

    def action_event(self) -> None:
        """Say what there is to say of the event."""
        from drtui.screens import setup_flows

        self.use_tool(lambda: setup_flows.edit_event(self), "event")

    def action_copy(self) -> None:
        """Copy what is shown for this participant."""
        from drtui.screens import invitation_flows

        html = self._html
        self._with_page("copy", lambda page: invitation_flows.copy_one(self, page, html=html))

    def action_copy_all(self) -> None:
        """Copy all invitations."""
        from drtui.screens import invitation_flows

        self._with_page("copy_all", lambda page: invitation_flows.copy_all(self, page))

    def action_save(self) -> None:
        """Save all invitations to a file, or to a folder."""
        from drtui.screens import invitation_flows

        self._with_page("save", lambda page: invitation_flows.save(self, page))

    def action_sendings(self) -> None:
        """List who was sent it."""
        from drtui.screens import invitation_flows

        self._with_page("sendings", lambda page: invitation_flows.show_sendings(self, page))

    def action_send(self) -> None:
        """Send it by SES."""
        self.act("send")

    def _with_page(self, action: str, tool: "Callable[[InvitationPage], Awaitable[None]]") -> None:
        """Run a tool on what is shown; refused, by `refusal`, before that was read."""
        if (page := self._page) is None:
            self._refuses(action)
        else:
            self.use_tool(lambda: tool(page), action)

    # What is in sight

    def action_html(self) -> None:
        """Show the HTML, or the plain text."""
        self._html = not self._html
        self._show_preview()

    def action_step(self, by: int) -> None:
        """Show what another participant gets."""
        page = self._page
        if page is not None and page.people:
            self._place = (self._place + by) % len(page.people)
            self._text = ""
            self._ask(hurry=True)
            self._show_preview()

    def action_find(self) -> None:
        """Look for a participant by name or address."""
        self._search.display = True
        self._search.begin()

    def _edited(self, text: str) -> None:
        """Go to the first participant whom what is typed means."""
        if text.strip() != self._text:
            self._text = text.strip()
            self._ask(hurry=True)
            self._show_preview()

    def _left(self, keep: bool) -> None:
        """Stay with the participant that was found."""
        del keep
        self._text = ""
        self._search.input.value = ""
        self._search.display = False
        self._ask(hurry=True)
        self.query_one("#invitation").focus()

    def _show_preview(self) -> None:
        """Bring the preview into sight where it stands below the text."""
        self._preview.renew()
        if not self.has_class("-side"):
            self.query_one("#invitation").scroll_to_widget(self._preview, animate=False, top=True)

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#invitation").scroll_relative(y=lines, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.query_one("#invitation").scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.query_one("#invitation").scroll_end(animate=False)
