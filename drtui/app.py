"""The console: its screens, its global keys, and the lives of the watcher and the engine."""

import asyncio
import gc
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.signal import Signal
from textual.theme import Theme

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import RACERS
from drtui.domain.problems import ProblemError
from drtui.screens.base import ConsoleScreen
from drtui.screens.collecting import collect_if_due, spare_keys
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import (
    FirstShown,
    OpenModel,
    OpenModels,
    OpenRace,
    OpenRacer,
    StoreChanged,
)
from drtui.screens.monitor_usage import MonitorUsage
from drtui.screens.places import PLACES, START, make_screen
from drtui.screens.terminal_app import TerminalApp
from drtui.screens.themes import Appearance
from drtui.screens.warming import import_ahead
from drtui.screens.watcher import Watcher
from drtui.widgets.size_guard import GuardedScreen

if TYPE_CHECKING:
    from drtui.commands.workspace import Workspace
    from drtui.domain.sponsor.services import OpenSponsor
    from drtui.screens.account_book import AccountBook
    from drtui.screens.desk import Desk
    from drtui.screens.engine import Engine
    from drtui.screens.views import Glance
    from drtui.store.sign_in import SignIn
    from drtui.store.watching import ChangeWatch


class DrtuiApp(TerminalApp[None]):
    """The console over one account's store.

    The store is opened after the first frame, in a thread; what it takes is imported then.

    Args:
        open_workspace: Opens the store; raises a `ProblemError` when it cannot.
        account: The account's name.
        simulated: Whether it is a simulated account.
        engine: Delivers and reads while the console is open; None leaves that to others.
        appearance: The colours, and how a choice of others is remembered.
        show_tracebacks: Whether a mistake of the console's own is shown with its place.
        user: Who signed in last, as the configuration says; empty when nobody is known.
        book: The accounts there are; None where this console has only its own.
        open_sponsor: Opens the sponsor's AWS account; None where no AWS profile is named.
    """

    DEFAULT_MODE = START
    ENABLE_COMMAND_PALETTE = True
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(one.key, f"app.go('{one.name}')", one.title, show=False) for one in PLACES),
        Binding("minus", "app.last_place", "Last screen", key_display="-", show=False),
        Binding("W", "app.sign_in", "Sign in", show=False),
        Binding("A", "app.accounts", "Accounts: go to another, or add one", show=False),
        Binding("J", "app.journal", "Journal: who did what, with what result", show=False),
        Binding("D", "app.doctor", "Doctor: what works here and what does not", show=False),
        Binding("question_mark", "app.help", "help", key_display="?", tooltip="Help"),
        Binding("colon", "app.command_palette", "more", key_display=":", tooltip="All commands"),
        Binding("ctrl+p", "app.command_palette", show=False, priority=True, system=True),
        Binding("q", "app.quit", "quit", tooltip="Quit"),
        # While something is typed too; Textual's own is none that the help tells of.
        Binding("ctrl+q", "app.quit", "Quit", key_display="ctrl+q", show=False, priority=True),
    ]

    def __init__(
        self,
        open_workspace: "Callable[[], Workspace]",
        *,
        account: str,
        simulated: bool = False,
        engine: "Engine | None" = None,
        appearance: Appearance | None = None,
        show_tracebacks: bool = False,
        user: str = "",
        book: "AccountBook | None" = None,
        open_sponsor: "OpenSponsor | None" = None,
    ) -> None:
        super().__init__(appearance=appearance, show_tracebacks=show_tracebacks)
        self._open_workspace = open_workspace
        self._engine = engine
        self._user = user
        self.context = ConsoleContext(
            account, simulated, PLACES, self._wake, self.gate, book, open_sponsor
        )
        self._sign_in_news: Signal[SignIn] = Signal(self, "sign-in")
        self._glances: Lane[None, Glance] = Lane(self, self._read, self._show_glance, self._failed)
        self._watcher: Watcher | None = None
        self._last_place = START
        self._quitting = False
        self._shown = False
        self._damage_told = False

    def get_default_screen(self) -> ConsoleScreen:
        """Return the first screen; for one of a mode all styles were read twice."""
        return make_screen(START, self.context)

    def on_mount(self) -> None:
        """Leave the terminal as it was, whoever ends the console; then open the store."""
        for place in PLACES:
            self.add_mode(place.name, partial(make_screen, place.name, self.context))
        self.end_on_signals()
        self.set_interval(1.0, self._tick)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._open(), group="opening")

    async def _open(self) -> None:
        try:
            desk, watch = await asyncio.to_thread(_open_desk, self._open_workspace)
        except ProblemError as problem:
            from drtui.screens.store_problem import StoreProblem

            self.push_screen(StoreProblem(str(problem), self._begin))
            return
        finally:
            if not gc.isenabled():  # the console's start leaves it out: see `console`
                spare_keys()
        self.context.desk = desk
        if self.context.open_sponsor is not None:
            self.context.open_sponsor = desk.held(self.context.open_sponsor)
        self._watcher = Watcher(watch, self._store_changed, lambda: self.gate.busy)
        self._watcher.start()
        self.post_message(StoreChanged(RecordKind))
        if self._engine is not None:
            self._engine.start()

    def _store_changed(self, kinds: frozenset[RecordKind]) -> None:
        # Called in the watcher's thread; posting a message is what is safe from there.
        self.post_message(StoreChanged(kinds))

    @on(StoreChanged)
    def _tell_screens(self, event: StoreChanged) -> None:
        for screen in self._console_screens():
            screen.store_changed(event.kinds)
        if self._shown:
            self._glances.ask(None)

    @on(FirstShown)
    def _begin_the_rest(self) -> None:
        self._shown = True
        self._glances.ask(None)
        self.run_worker(import_ahead, thread=True, group="opening")

    def _read(self, _: None) -> "Glance":
        assert self.context.desk is not None
        return self.context.desk.glance(self.context.glance)

    def _show_glance(self, _: None, glance: "Glance") -> None:
        self.context.take(glance)
        if (screen := self.console_screen) is not None:
            screen.take_glance()
        self._sign_in_news.publish(glance.sign_in)

    def _failed(self, sentence: str) -> None:
        if (screen := self.console_screen) is not None:
            screen.failed(sentence)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        if (screen := self.console_screen) is not None:
            screen.say(text, wrong=wrong)

    def _tick(self) -> None:
        if (screen := self.console_screen) is None:
            return
        self._tell_damage()
        screen.tick()
        if not self.gate.busy:
            collect_if_due()
        progress = None if self.context.glance is None else self.context.glance.progress
        if progress is not None and progress.per_second > 0:
            # A rate falls, and its time left grows, also while nothing new is in the store.
            self._glances.ask(None)

    def _tell_damage(self) -> None:
        """Say whole that the store is damaged, the first time that something is not read for it."""
        desk = self.context.desk
        if desk is not None and desk.damage and not self._damage_told:
            from drtui.screens.store_problem import StoreProblem

            self._damage_told = True
            look_again = partial(self.post_message, StoreChanged(RecordKind))
            self.push_screen(StoreProblem(desk.damage, look_again, is_open=True))

    def _console_screens(self) -> list[ConsoleScreen]:
        stacks = self._screen_stacks.values()
        return [one for stack in stacks for one in stack if isinstance(one, ConsoleScreen)]

    @property
    def console_screen(self) -> ConsoleScreen | None:
        """The screen in sight, below its dialogs; None while the console closes.

        Answers and ticks still come then, when some or all of the screens are gone.
        """
        stack = self._screen_stacks.get(self.current_mode, ())
        return next((one for one in reversed(stack) if isinstance(one, ConsoleScreen)), None)

    def _wake(self) -> None:
        if self._engine is not None:
            self._engine.wake()

    # Going about

    def action_go(self, name: str, *, back: bool = False) -> None:
        """Go to a screen: to its list, and to no page of one, unless it is gone back to."""
        if name != self.current_mode:
            self._last_place = self.current_mode
            self.switch_mode(name)
        while not back and len(self.screen_stack) > 1:
            self.pop_screen()

    def action_last_place(self) -> None:
        """Go to the screen before this one."""
        self.action_go(self._last_place, back=True)

    def action_filter_racers(self) -> None:
        """Go to Monitor usage and type a filter there, from a screen that has none of its own."""
        self.action_go(START)
        assert isinstance(self.screen, MonitorUsage)
        self.screen.begin_filter()

    @on(OpenRacer)
    @on(OpenModel)
    @on(OpenRace)
    def _open_page(self, event: OpenRacer | OpenModel | OpenRace) -> None:
        if self.context.desk is not None:
            # Imported, with its plots, when a page is opened, not when the console starts.
            from drtui.screens.pages import page_for

            self.push_screen(page_for(event, self.context))

    @on(OpenModels)
    def _open_models(self, event: OpenModels) -> None:
        from drtui.screens.models import Models

        from_there = self.current_mode == Models.PLACE
        self.action_go(Models.PLACE)
        for screen in self._screen_stacks[Models.PLACE]:
            if isinstance(screen, Models):
                screen.show_only(event.racers, event.name, goes_back=not from_there)

    def on_unmount(self) -> None:
        """End what was begun."""
        if self._watcher is not None:
            self._watcher.stop()
        if self._engine is not None:
            self._engine.stop()
        if self.context.desk is not None:
            self.context.desk.close()

    def _theme_changed(self, theme: Theme) -> None:
        try:
            self.appearance.remember(theme.name)
        except ProblemError as problem:
            self._say(str(problem), wrong=True)

    async def action_quit(self) -> None:
        """Quit; ask first when something is not delivered yet, or set for a time."""
        if not self._quitting:
            self._quitting = True
            self._quit()

    @work(group="quitting")
    async def _quit(self) -> None:
        from drtui.screens.quitting import question

        desk = None if self.is_too_small else self.context.desk
        try:
            goes_on = not self.context.simulated
            dialog = None if desk is None else await question(desk, goes_on=goes_on)
            if dialog is None or await self.push_screen_wait(dialog):
                self.exit()
        finally:
            self._quitting = False

    # Accounts

    def _refuses(self, action: str) -> bool:
        """Say why one of the app's own actions cannot be done now; return whether that is so."""
        reason = self.context.refusal(action)
        if reason:
            self._say(f"Not now: {reason}.", wrong=True)
        return bool(reason)

    @property
    def _waiting(self) -> int:
        """How many changes are not delivered yet."""
        return 0 if self.context.glance is None else self.context.glance.sync.on_the_way

    def action_sign_in(self) -> None:
        """Ask who signs in, and with what."""
        if self._refuses("app.sign_in") or self._engine is None or self.context.desk is None:
            return
        from drtui.screens.signing import EngineSigning, ask_to_sign_in

        known = "" if self.context.glance is None else self.context.glance.sign_in.user
        signing = EngineSigning(self._engine, self.context.desk)
        as_whom = self.context.account, known or self._user
        ask_to_sign_in(self, as_whom, signing, self._sign_in_news, self._say)

    def action_sign_out(self) -> None:
        """Ask, and sign out."""
        if self._refuses("app.sign_out") or self._engine is None:
            return
        from drtui.screens.signing import ask_to_sign_out

        ask_to_sign_out(self, self._engine, self._waiting, self._say)

    def action_accounts(self) -> None:
        """Go to another account, or add one."""
        book = self.context.book
        if self._refuses("app.accounts") or book is None:
            return
        from drtui.screens.accounts import switch

        self.gate.hold()  # until its dialog is there
        opening = switch(self, book, self.context.account, self._waiting, self._say)
        self.run_worker(opening, group="reading")

    def action_command_palette(self) -> None:
        """Offer every command, and the racers."""
        from drtui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys of the screen below."""
        from drtui.screens.help import HelpScreen

        below = self.screen
        bindings = below.active_bindings
        refusals = {}
        if isinstance(below, GuardedScreen):
            actions = {active.binding.action for active in bindings.values()}
            refusals = {action: below.refusal(action) for action in actions}
        rates = None if self.context.desk is None else self.context.desk.rates
        language = below.language if isinstance(below, ConsoleScreen) else RACERS
        self.push_screen(HelpScreen(bindings, refusals, rates, language))

    def action_journal(self) -> None:
        """Show who did what, when, with what result."""
        from drtui.screens.journal import JournalScreen

        self.push_screen(JournalScreen(self.context))

    def action_doctor(self) -> None:
        """Show what works here and what does not."""
        from drtui.screens.doctor import DoctorScreen

        self.push_screen(DoctorScreen(self.context))

    def action_help_quit(self) -> None:
        """Tell who presses ctrl+c how to leave."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say("q quits.")
        else:
            self.notify("q quits.")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer what is not a binding of a screen."""
        yield from super().get_system_commands(screen)
        reason = self.context.refusal("app.sign_out")
        told = f"not now: {reason}" if reason else "Asked before it is done"
        yield SystemCommand("Sign out", told, partial(self.call_later, self.action_sign_out))


def _open_desk(open_workspace: "Callable[[], Workspace]") -> "tuple[Desk, ChangeWatch]":
    """Open the store; this alone imports it, after the first frame."""
    from drtui.screens.desk import Desk

    desk = Desk(open_workspace())
    return desk, desk.watch()
