"""What every screen of the console has: the frame around its content, and the keys of all."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import RACERS, Language
from drtui.domain.problems import ProblemError
from drtui.screens.context import NOT_OPEN, ConsoleContext
from drtui.screens.subject import Subject
from drtui.widgets.key_line import KeyLine
from drtui.widgets.message_line import MessageLine
from drtui.widgets.navigation import Navigation
from drtui.widgets.plain_input import LineInput
from drtui.widgets.record_table import RecordTable
from drtui.widgets.size_guard import GuardedScreen, TooSmall
from drtui.widgets.sync_status import SyncStatus, SyncView
from drtui.widgets.trouble_line import TroubleLine

if TYPE_CHECKING:  # what a key opens is imported when it is pressed
    from drtui.screens.actions import Actions, Flow
    from drtui.screens.desk import Desk
    from drtui.screens.dialogs.menu import Entry
    from drtui.screens.views import Glance

_SIDE: Final = (116, 24)  # from this size on the navigation is a column at the side
_ROOMY: Final = (116, 30)
OPENING: Final = "Opening the store …"
READING: Final = "Reading the store …"
_EVERYTHING: Final = frozenset(RecordKind)


class ConsoleScreen(GuardedScreen[None]):
    """A screen with the header, the navigation, the messages and the keys around its content.

    It is told what changed in the store only while it is in sight; what it missed it is told when
    it comes back.

    Args:
        context: What the screens share.
    """

    PLACE: ClassVar[str] = ""
    """The place of the navigation that this screen belongs to."""
    KINDS: ClassVar[frozenset[RecordKind]] = _EVERYTHING
    """The kinds of records that the content shows."""
    MENU: ClassVar[tuple[str, ...]] = ()
    """The actions of the Actions menu, in order."""
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = ()
    """The actions that the line of keys leaves out where there is no room, in this order."""
    FOR_A_LIST: ClassVar[str] = ""
    """What a list is for that was pasted into a line; empty where it is for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "menu", "actions", tooltip="Actions: everything that can be done here"),
        Binding("u", "undo", "undo", tooltip="Undo your last operation"),
        Binding("/", "app.filter_racers", "Filter the racers on Monitor usage", show=False),
        Binding("r", "reload", "Reload from the store", show=False),
        Binding("R", "sync", "Sync with the account now", show=False),
        Binding("F", "offline", "Offline on purpose, or deliver now", show=False),
        Binding("V", "prepare", "Prepare for a day without network", show=False),
    ]

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self.context = context
        self._missed: frozenset[RecordKind] = _EVERYTHING
        self._failure = ""  # the sentence of the last reading that failed
        self._refusal = ("", "")  # the action that was refused last, and why
        self._status = SyncStatus(context.account, simulated=context.simulated)
        self._trouble = TroubleLine(classes="trouble")
        self._navigation = Navigation(context.places, self.PLACE)
        self._line = MessageLine()
        self._keys = KeyLine(self.LEFT_OUT_FIRST)

    # What a screen fills in

    def content(self) -> Iterable[Widget]:
        """The widgets between the navigation and the messages."""
        return ()

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read again what shows records of these kinds; the store is open."""

    def glanced(self, glance: "Glance") -> None:
        """Take the state of the account; called whenever it was read, and when coming back."""

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Use the room there is."""

    def subject(self) -> Subject:
        """Whom an action is for; nobody in particular where a screen does not say."""
        return Subject((), frozenset(), marked=False, hidden=0, what="")

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        from drtui.screens.flows import FLOWS

        return FLOWS[action]

    def entry_title(self, action: str) -> str:
        """What an action is called in the menu where that depends; empty is as everywhere."""
        del action
        return ""

    def acted(self, action: str) -> None:
        """Called when an action was confirmed."""

    # The frame

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom."""
        self._fit(*self.app.size)  # so that it is laid out and drawn once
        yield self._status
        yield self._trouble
        with Container(classes="body"):
            yield self._navigation
            with Vertical(classes="content"):
                yield from self.content()
        yield self._line
        yield self._keys
        yield TooSmall()

    def on_resize(self, event: events.Resize) -> None:
        """Put the navigation where there is room for it."""
        self._fit(*event.size)

    def _fit(self, width: int, height: int) -> None:
        side = width >= _SIDE[0] and height >= _SIDE[1]
        roomy = width >= _ROOMY[0] and height >= _ROOMY[1]
        self.set_class(side, "-side")
        self.set_class(roomy, "-roomy")
        self._navigation.in_column = side
        self.resized(width, height, roomy=roomy)

    def on_screen_resume(self) -> None:
        """Catch up with what changed while it was out of sight."""
        self.catch_up()

    def on_screen_suspend(self) -> None:
        """A dialog or another screen comes: what was said is over."""
        self._line.hush()

    @property
    def desk(self) -> "Desk":
        """What the store is asked through; only once it is open."""
        assert self.context.desk is not None, "asked only when the store is open"
        return self.context.desk

    @property
    def language(self) -> Language:
        """What its filter can name, for the help."""
        return RACERS

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self.context.desk is not None

    def store_changed(self, kinds: frozenset[RecordKind]) -> None:
        """Take note of what changed, and read it again when in sight."""
        self._missed |= kinds & self.KINDS
        if self in self.app.screen_stack:
            self.catch_up()

    def catch_up(self) -> None:
        """Read what changed since it was last read, and take the state of the account."""
        if self.context.desk is None:
            return
        missed, self._missed = self._missed, frozenset()
        if missed:
            self.reload(missed)
        self.take_glance()

    def take_glance(self) -> None:
        """Show the state of the account, once it was read."""
        glance = self.context.glance
        if glance is None:
            return
        self.tick()
        self._status.view = glance.sync
        self._trouble.sentence = glance.sync.trouble
        self._trouble.display = bool(glance.sync.trouble)
        self._line.progress = glance.progress
        if news := self.context.take_news(quiet=not self._line.message[0]):
            self.say(news.text, wrong=news.by_another)
        self.glanced(glance)
        self.drop_untrue()
        self._keys.refresh()

    def tick(self) -> None:
        """Let the age of the data grow."""
        if self.context.desk is not None:
            self._status.now = self.context.desk.now()

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say something in the line above the keys."""
        self._line.say(text, wrong=wrong)

    def on_line_input_first_line_only(self, event: LineInput.FirstLineOnly) -> None:
        """Say what became of lines that were pasted into a line."""
        told = f"Only the first of {event.pasted:,} pasted lines was taken. {self.FOR_A_LIST}"
        self.say(told.rstrip())

    def failed(self, sentence: str) -> None:
        """Say why something could not be read; it is over once something is."""
        self._failure = sentence
        self.context.gate.release()  # keys may wait for what was to be read
        self._status.unreadable = True
        for table in self.query(RecordTable):
            if table.empty in (OPENING, READING):
                table.empty = "It could not be read."
        self.say(sentence, wrong=True)

    def drop_untrue(self) -> None:
        """Leave off saying what is not so any more; called when something was read or chosen."""
        said, _ = self._line.message
        action, reason = self._refusal
        if not said:
            return
        if said == self._failure or (said == _refused(reason) and self.refusal(action) != reason):
            self._line.hush()

    # The keys of all screens

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if action not in ("undo", "offline", *self.MENU):
            return self.context.refusal(action)
        if not self.is_open:
            return NOT_OPEN
        glance = self.context.glance
        if action == "undo" and glance is not None and not glance.operations:
            return "nothing is done yet"
        return ""

    def act(self, action: str) -> None:
        """Carry an action out, from its question to its operation; or say why not."""
        if self._refuses(action):
            return
        from drtui.screens.actions import Actions

        sync = SyncView() if self.context.glance is None else self.context.glance.sync
        actions = Actions(self, self.desk, sync, self.say, self.context.gate)
        self.context.gate.hold()  # until its dialog is there, whatever is typed on is meant for it
        self.run_worker(self._carry_out(actions, action), group="acting", exclusive=True)

    def _refuses(self, action: str) -> bool:
        """Say why an action cannot be done now; return whether that is so."""
        self._line.hush()
        reason = self.refusal(action)
        if reason:
            self._refusal = (action, reason)
            self.say(_refused(reason), wrong=True)
        return bool(reason)

    async def _carry_out(self, actions: "Actions", action: str) -> None:
        if await actions.carry_out(self._flow(action), self.subject()):
            self.context.wake()
            self.acted(action)

    def _flow(self, action: str) -> "Flow":
        if action != "offline":
            return self.flow(action)
        from drtui.screens.offline_flow import switch_offline

        return partial(switch_offline, second_door=self.context.open_sponsor is not None)

    def use_tool(self, tool: Callable[[], Awaitable[None]], action: str = "") -> None:
        """Run what asks in a dialog and needs no plan, once the store is open.

        Args:
            tool: Asks, and does it.
            action: What may refuse it, where anything does.
        """
        if self._refuses(action):
            return
        if self.is_open:
            self.context.gate.hold()  # until its dialog is there, or it needed none
            self.run_worker(self._use(tool), group="acting", exclusive=True)
        else:
            self.say(_refused(NOT_OPEN), wrong=True)

    async def _use(self, tool: Callable[[], Awaitable[None]]) -> None:
        try:
            await tool()
        except ProblemError as problem:
            self.say(str(problem), wrong=True)
        finally:
            self.context.gate.release()

    def action_menu(self) -> None:
        """Choose one of the things that can be done here, once the store is open."""
        if not self.is_open:
            self.say(_refused(NOT_OPEN), wrong=True)
            return
        self.context.gate.hold()  # until it is there, whatever is typed on is meant for it
        self.run_worker(self._open_menu(), group="reading")

    async def _open_menu(self) -> None:
        from drtui.screens.dialogs.menu import MenuDialog

        try:
            unsaid = not self.refusal("undo") and not self.entry_title("undo")
            undo = await asyncio.to_thread(self._read_undo_title) if unsaid else ""
            entries = [*map(self._entry, self.MENU), self._entry("undo", undo)]
            heading = str(self.subject()) if self.MENU else ""
            dialog = MenuDialog(heading, entries)
            self.app.push_screen(dialog, self._chosen)
        except BaseException:
            self.context.gate.release()
            raise
        self.context.gate.release(dialog)

    def _read_undo_title(self) -> str:
        """Return what `u` would undo; empty where nothing can be. Called in a thread."""
        from drtui.screens.operation_titles import undo_title

        try:
            operation = self.desk.planner.next_to_undo()
        except ProblemError:
            return ""  # what is done then says so
        return "" if operation is None else undo_title(operation)

    def _entry(self, action: str, title: str = "") -> "Entry":
        from drtui.screens.dialogs.menu import Entry

        for active in self.active_bindings.values():
            if active.binding.action == action and active.node is self:
                binding = active.binding
                key = binding.key_display or self.app.get_key_display(binding)
                title = title or self.entry_title(action) or binding.tooltip or binding.description
                return Entry(action, key, title, self.refusal(action))
        raise LookupError(f"the screen has no key for {action}")

    async def _chosen(self, action: str | None) -> None:
        if action is not None:
            await self.run_action(action)

    def action_undo(self) -> None:
        """Undo one's own last operation."""
        self.act("undo")

    def action_offline(self) -> None:
        """Go offline on purpose, or come back and deliver."""
        self.act("offline")

    def action_prepare(self) -> None:
        """Show what a day without network needs, and read it."""
        from drtui.screens.preparing import prepare

        self.use_tool(lambda: prepare(self))

    def action_reload(self) -> None:
        """Read everything from the store again."""
        if self.is_open:
            self.store_changed(self.KINDS)

    def action_export(self) -> None:
        """Write everything that the store knows to a folder."""
        from drtui.screens.exporting import export

        self.use_tool(lambda: export(self))

    def action_sync(self) -> None:
        """Ask the engine to deliver and to read now."""
        if held := self.context.held:
            self.say(_refused(held), wrong=True)
        else:
            self.use_tool(self._sync)

    async def _sync(self) -> None:
        await asyncio.to_thread(self.desk.ask_for_sweep)
        self.context.wake()
        glance = self.context.glance
        if glance is not None and glance.sync.online is False:
            self.say("Asked for a sync; the account did not answer last time (offline).")
        else:
            self.say("Asked for a sync: the age above shows when the account was read.")


def _refused(reason: str) -> str:
    return f"Not now: {reason}."
