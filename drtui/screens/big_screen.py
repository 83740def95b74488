"""The big screen: a race for an audience, in large type, with nothing to do but to look."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.fresh import FreshScreen
from drtui.screens.lane import Lane
from drtui.widgets.facts import Lines, wrapped
from drtui.widgets.size_guard import TooSmall

if TYPE_CHECKING:  # brings the store
    from drtui.domain.live_shows import LiveShow

_LEAVE: Final = "esc leaves"


class _Show(Widget):
    """All of the screen but its margins."""

    def __init__(self, screen: "BigScreen") -> None:
        super().__init__(id="big")
        self._of = screen
        self._lines: Lines = []

    def renew(self) -> None:
        """Draw what reads otherwise than before."""
        lines = self._of.lines(*self.size)
        if len(lines) != len(self._lines) or not all(map(Content.is_same, lines, self._lines)):
            self._lines = lines
            self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        """Use the room there is."""
        self.renew()

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n").join(self._lines)


class BigScreen(FreshScreen, inherit_bindings=False):
    """A race for an audience: what is hidden is never shown here.

    It shows what the store holds, with its age, whether the network is there or not; the race is
    read every few seconds for as long as this is in sight.

    Args:
        context: What the screens share.
        race_id: The race's.
    """

    PLACE: ClassVar[str] = "races"
    BINDING_GROUP_TITLE = "The big screen"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset({RecordKind.RACE, RecordKind.OPERATION})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,minus", "leave", "Leave the big screen", key_display="esc", show=False),
    ]

    def __init__(self, context: ConsoleContext, race_id: str) -> None:
        super().__init__(context)
        self.race_id = race_id
        self._live: LiveShow | None = None
        self._never_was = False
        self._problem = ""
        self._lane: Lane[None, LiveShow | None] = Lane(self, self._read, self._take, self.failed)
        self._interest: Lane[None, None] = Lane(self, self._declare, _nothing, self.failed)
        self._big = _Show(self)

    def compose(self) -> ComposeResult:
        """There is nothing around it."""
        yield from self.content()
        yield TooSmall()

    def content(self) -> Iterable[Widget]:
        """The show."""
        yield self._big

    # What it shows

    def lines(self, width: int, height: int) -> Lines:
        """Return the whole screen for a size in cells and lines."""
        if self._live is None:
            told = self._problem or READING
            return wrapped(Content("There is no such race." if self._never_was else told), width)
        from drtui.screens.big_lines import big_lines

        return big_lines(self._live, self.desk.now(), width, height, _LEAVE)

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read the race again."""
        del kinds
        self._lane.ask(None)

    def take_glance(self) -> None:
        """There is no frame to show the state of the account in."""

    def tick(self) -> None:
        """Let the clock and the ages go on."""
        self._big.renew()

    def _read(self, _: None) -> "LiveShow | None":
        return self.desk.live.show(self.race_id)

    def _take(self, _: None, show: "LiveShow | None") -> None:
        first = self._live is None
        self._live, self._never_was, self._problem = show, show is None, ""
        self._big.renew()
        if first:
            self._watch()

    def failed(self, sentence: str) -> None:
        """Say why it could not be read; what was read before stays, with its age."""
        self._problem = sentence
        self._big.renew()

    # Keeping it fresh

    def _watch(self) -> None:
        if self._live is not None and self._live.stored.gone_at is None:
            self._interest.ask(None)

    def _declare(self, _: None) -> None:
        self.desk.live.watch(self.race_id)

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)


def _nothing(_: None, __: None) -> None:
    """Declaring an interest has no answer to show."""
