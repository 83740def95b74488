"""The palette's commands: what has a binding here or elsewhere, the racers, and the colours."""

import asyncio
import re
from collections.abc import Callable, Collection
from enum import IntEnum
from functools import partial
from typing import Final, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.markup import escape
from textual.style import Style
from textual.widgets import Input
from textual.worker import Worker

from drtui.domain.problems import ProblemError
from drtui.domain.records import Profile
from drtui.domain.text import clean, fold
from drtui.screens.base import ConsoleScreen
from drtui.screens.command_match import Match, match
from drtui.screens.commands import own_bindings
from drtui.screens.elsewhere import Way, ways_from
from drtui.screens.messages import OpenRacer
from drtui.widgets.cells import fit
from drtui.widgets.size_guard import GuardedScreen
from drtui.widgets.turned_list import turned

_FOUND: Final = 8  # racers offered at once
_AROUND: Final = 6  # cells of the screen, beside a line of the list
_GO_TO: Final = re.compile(r"(?i)^(go(\s+to)?(\s+racer)?(\s+|$)|racer\s+)")  # as the offers begin


_GO_TO_RACER: Final = "Go to racer "
_COLOURS: Final = "Colours:"  # as the commands that choose a theme begin
_NAMELESS: Final = f"{_GO_TO_RACER}… (type a name)"
_FOUND_STYLE: Final = Style(reverse=True)
_EXPORT: Final = "Export everything to a folder"


class _Rank(IntEnum):
    """What is offered above what; within a rank the better match comes first."""

    POOR_COMMAND = 0  # what is typed is within its words
    RACER = 1
    EMAIL_THAT_BEGINS = 2
    ALIAS_THAT_HOLDS = 3
    GOOD_COMMAND = 4
    ALIAS_THAT_BEGINS = 5


class _Command(NamedTuple):
    title: str
    help_text: str
    run: Callable[[], object]
    synonym: str = ""  # another name that finds it
    place: str = ""  # where it is done, which nothing is looked for in; empty is here

    @property
    def help_markup(self) -> str:
        """As a hit takes it; a reason can hold what was typed as a filter."""
        return escape(self.help_text)


class _Commands(CommandList, can_focus=False):
    """The list of commands, its line under the cursor in sight without colours too."""

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """Return a line's style; see `turned`."""
        style = super().get_visual_style(*component_classes, partial=partial)
        return turned(self, style, component_classes)


class Palette(CommandPalette):
    """The palette over whatever screen it is opened on.

    Args:
        typed: What is in its field to begin with.
    """

    def __init__(self, typed: str = "") -> None:
        super().__init__([PaletteProvider], id="--command-palette")
        self._typed = typed
        self._choose = False  # once what is typed was looked for

    def on_mount(self) -> None:
        """Begin behind what is typed already."""
        if self._typed:
            field = self.query_one(Input)
            field.value, field.cursor_position = self._typed, len(self._typed)

    @on(Input.Changed)
    def _look_no_more(self, event: Input.Changed) -> None:
        """Look for nothing behind a choice: there is nothing left to show it with."""
        if not self.is_current:
            event.stop()
            event.prevent_default()

    @on(Input.Submitted)
    def _choose_what_is_found(self, event: Input.Submitted) -> None:
        """Wait for what is typed: what stands there until then was found for something else."""
        if self._looks:
            event.stop()
            event.prevent_default()
            self._choose = True

    @on(Worker.StateChanged)
    def _found(self) -> None:
        if self._choose and not self._looks:
            self._choose = False
            self._select_or_command()

    @property
    def _looks(self) -> bool:
        return any(one.node is self and not one.is_finished for one in self.workers)

    def compose(self) -> ComposeResult:
        """Lay out what Textual does, with a list of our own."""
        for widget in super().compose():
            yield _Commands() if isinstance(widget, CommandList) else widget


class PaletteProvider(Provider):
    """Offers everything there is; what cannot be done now with the reason.

    It is one provider because Textual keeps several in no order, and what matches equally well
    would stand differently with every start.
    """

    async def discover(self) -> Hits:
        """Offer every command."""
        # The colours are chosen once; what is done every day stands before them.
        for command in sorted(self._commands(), key=lambda one: one.title.startswith(_COLOURS)):
            yield DiscoveryHit(command.title, command.run, help=command.help_markup)

    async def search(self, query: str) -> Hits:
        """Offer what matches: racers who are called so, then commands, then the rest."""
        own = self._commands()
        for command in [*own, *await self._elsewhere({one.title for one in own})]:
            if hit := self._hit(query, command):
                yield hit
        wanted = _GO_TO.sub("", query).strip()
        for key, profile in await self._racers(wanted):
            title = f"{_GO_TO_RACER}{clean(profile.alias)}"
            email = clean(profile.email or "")
            run = partial(self.app.call_later, self._open, key)
            rank = float(_rank(profile, wanted))
            shown, below = Content(fit(title, self._room)), escape(fit(email, self._room))
            yield Hit(rank, shown, run, text=title, help=below)

    def _commands(self) -> list[_Command]:
        below = self.screen
        system = [
            _Command(one.title, one.help, one.callback, one.title.replace(_COLOURS, "Theme"))
            for one in self.app.get_system_commands(below)
        ]
        if isinstance(below, ConsoleScreen) and below.is_open:
            again = partial(self.app.call_later, self._ask_for_name)
            system.append(_Command(_NAMELESS, "By alias, email or label", again))
        bound: dict[str, _Command] = {}
        for binding, node, _ in own_bindings(below.active_bindings):
            if "palette" in binding.action:
                continue
            key = binding.key_display or self.app.get_key_display(binding)
            reason = below.refusal(binding.action) if isinstance(below, GuardedScreen) else ""
            help_text = f"{key} · not now: {reason}" if reason else key

            def run(action: str = binding.action, node: DOMNode = node) -> None:
                self.app.call_later(self.app.run_action, action, node)

            title = binding.tooltip or binding.description
            bound.setdefault(binding.action, _Command(title, help_text, run))
        if isinstance(below, ConsoleScreen) and "export" not in bound:
            run_export = partial(self.app.call_later, below.action_export)
            system.append(_Command(_EXPORT, "As CSV and JSON", run_export))
        return [*bound.values(), *system]

    def _hit(self, query: str, command: _Command) -> Hit | None:
        """Return a command as it is offered; None where it does not match."""
        by_title = match(query, command.title)
        found = [one for one in (by_title, match(query, command.synonym)) if one is not None]
        if not found:
            return None
        text = f"{command.title}{command.place}"
        shown = Content(fit(text, self._room))
        for start, end in () if by_title is None else by_title.spans:
            shown = shown.stylize(self.match_style or _FOUND_STYLE, start, end)
        score = max(_score(one, here=not command.place) for one in found)
        return Hit(score, shown, command.run, text=text, help=command.help_markup)

    @property
    def _room(self) -> int:
        return self.app.size.width - _AROUND

    async def _elsewhere(self, here: Collection[str]) -> list[_Command]:
        """Return ways to what is done at other places; what is done here as well is left out."""
        below = self.screen
        if not isinstance(below, ConsoleScreen):
            return []
        ways = await asyncio.to_thread(ways_from, below)
        return [self._way(one) for one in ways if one.title not in here]

    def _way(self, way: Way) -> _Command:
        key = way.binding.key_display or self.app.get_key_display(way.binding)
        run = partial(self.app.call_later, self.app.run_action, f"app.go('{way.place.name}')")
        place = f" · on {way.place.short} ({way.place.key}, {key})"
        return _Command(way.title, "Goes there, and does no more", run, place=place)

    async def _racers(self, wanted: str) -> list[tuple[int, Profile]]:
        below = self.screen
        desk = below.context.desk if isinstance(below, ConsoleScreen) else None
        if desk is None or not wanted:
            return []
        try:
            return await asyncio.to_thread(desk.find_racers, wanted, _FOUND)
        except ProblemError:
            return []  # the screen says so where it reads the store itself

    def _ask_for_name(self) -> None:
        self.app.push_screen(Palette(_GO_TO_RACER))

    def _open(self, key: int) -> None:
        self.app.post_message(OpenRacer(key))


def _score(found: Match, *, here: bool) -> float:
    """Return how well a command matches, its rank before the point; what is here comes first."""
    rank = _Rank.GOOD_COMMAND if found.good else _Rank.POOR_COMMAND
    return rank + (found.quality + here) / 2


def _rank(profile: Profile, wanted: str) -> _Rank:
    """Return how well a racer matches, as `found_keys` has it."""
    typed, alias = fold(wanted), fold(profile.alias)
    if alias.startswith(typed):
        return _Rank.ALIAS_THAT_BEGINS
    if typed in alias:
        return _Rank.ALIAS_THAT_HOLDS
    begins = fold(profile.email or "").startswith(typed)
    return _Rank.EMAIL_THAT_BEGINS if begins else _Rank.RACER
