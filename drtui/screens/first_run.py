"""The first run: three ways to an account, and nothing else."""

from collections.abc import Iterable
from enum import Enum
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from drtui.screens.account_book import AccountBook, Adding
from drtui.screens.accounts import add
from drtui.screens.dialogs.base import ChoiceList, paragraph
from drtui.screens.terminal_app import TerminalApp
from drtui.screens.themes import Appearance
from drtui.widgets.key_line import KeyLine
from drtui.widgets.size_guard import GuardedScreen, TooSmall

_FOCUS, _DIM = "$primary", "$foreground-muted"


class Demo(Enum):
    """What the greeting returns where no account was added."""

    DEMO = "demo"


_Way = Demo | Adding
_WAYS: Final[tuple[tuple[_Way, str, str], ...]] = (
    (Demo.DEMO, "Look around in a demo", "a simulated account: no AWS, no costs"),
    (Adding.SITE, "Use a deployment by its web address", "the one that racers open"),
    (Adding.STACK, "Use a deployment by its CloudFormation stack", "read with AWS credentials"),
)


class _Ways(ChoiceList):
    """The three ways; each has its number as a key too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class _Welcome(GuardedScreen[None]):
    """The greeting."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"app.take({number})", title, show=False)
            for number, (_, title, _) in enumerate(_WAYS, start=1)
        ),
        Binding("q", "app.quit", "quit"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the greeting, the three ways, and the keys."""
        with Vertical(classes="welcome"):
            yield from self._lines()
        yield KeyLine()
        yield TooSmall()

    def _lines(self) -> Iterable[Widget]:
        yield Label("drtui", classes="dialog-title", markup=False)
        yield paragraph("A console for AWS DeepRacer multi-user events. There is no account yet.")
        options = []
        for number, (_, title, told) in enumerate(_WAYS, start=1):
            line = Content.assemble((f"{number}  ", f"bold {_FOCUS}"), f"{title}\n")
            options.append(Option(line + Content.styled(f"   {told}", _DIM)))
        yield _Ways(*options, compact=True, classes="spaced")

    def on_mount(self) -> None:
        """Begin with the first way."""
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionSelected)
    async def _selected(self, event: OptionList.OptionSelected) -> None:
        await self.run_action(f"app.take({event.option_index + 1})")


class Greeting(TerminalApp[str | Demo]):
    """Greets; returns the name of the account that was added, or `Demo.DEMO`; None is neither.

    Args:
        book: Takes the new account.
        appearance: The colours.
        show_tracebacks: Whether a mistake of drtui's own is shown with its place.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        book: AccountBook,
        *,
        appearance: Appearance | None = None,
        show_tracebacks: bool = False,
    ) -> None:
        super().__init__(appearance=appearance, show_tracebacks=show_tracebacks)
        self._book = book

    def get_default_screen(self) -> _Welcome:
        """Return the greeting."""
        return _Welcome()

    def on_mount(self) -> None:
        """Leave the terminal as it was, whoever ends the app."""
        self.end_on_signals()

    def action_take(self, number: int) -> None:
        """Go one of the three ways."""
        way = _WAYS[number - 1][0]
        if isinstance(way, Demo):
            self.exit(way)
        else:
            add(self, self._book, way, self.exit)

    def action_help_quit(self) -> None:
        """Tell who presses ctrl+c how to leave."""
        self.notify("q quits.")
