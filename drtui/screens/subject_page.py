"""The frame of a page about one subject: read, kept fresh while in sight, scrolled, left."""

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar, Final, Generic, Protocol, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.fresh import FreshScreen
from drtui.screens.lane import Lane
from drtui.screens.racer_facts import heading
from drtui.widgets.facts import Facts, Lines

IDENTITY: Final = "identity"
"""The section that says so where there is nothing to show."""


class _Subject(Protocol):
    """What a page is about, as the store knows it."""

    @property
    def gone_at(self) -> datetime | None:
        """When it was not there any more; None while it is."""


Page = TypeVar("Page", bound=_Subject)


class SubjectPage(FreshScreen, Generic[Page]):
    """A page about one subject, in sections that are drawn from one reading of the store.

    What is wanted of the account is asked for as long as the page is in sight.

    Args:
        context: What the screens share.
        key: The subject's.
        bodies: What draws the sections, by name; `IDENTITY` is one of them.
        classes: Classes of sections, by name.
    """

    WHAT: ClassVar[str] = ""
    """What the subject is called; also the id of the widget that scrolls."""
    ACTIONS: ClassVar[tuple[str, ...]] = ()
    """The actions that need a subject that is there."""
    GONE: ClassVar[str] = ""
    """Why they cannot be done where it is not."""
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = ("app.quit", "app.command_palette", "undo", "tags")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,minus", "leave", "back", key_display="esc", tooltip="Back to the list"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
        Binding("g", "top", "Go to the beginning", show=False),
        Binding("G", "bottom", "Go to the end", show=False),
    ]

    def __init__(
        self,
        context: ConsoleContext,
        key: int,
        bodies: Mapping[str, Callable[[Page, int], Lines]],
        classes: Mapping[str, str],
    ) -> None:
        super().__init__(context)
        self._key = key
        self._page: Page | None = None
        self._never_was = False
        self._lane: Lane[None, Page | None] = Lane(self, self._read, self._show, self.failed)
        self._interest: Lane[Page, None] = Lane(self, self.watch_subject, _nothing, self.failed)
        self._headings: dict[str, Facts] = {}
        self._bodies = {
            name: Facts(partial(self._lines, name, draw), classes=classes.get(name, ""))
            for name, draw in bodies.items()
        }

    # What a page fills in

    @abstractmethod
    def read_page(self) -> Page | None:
        """Read the page from the store; None where the key never was one's. Runs in a thread."""

    @abstractmethod
    def watch_subject(self, page: Page) -> None:
        """Ask the engine for what the page shows, for a while. Runs in a thread."""

    def page_read(self, page: Page | None) -> None:
        """Take a page that was read, before its sections are drawn."""

    # What it shows

    def heading(
        self, title: str, as_of: Callable[[Page], datetime | None], gap: str = "apart"
    ) -> Facts:
        """Return a section's title, with the age of what stands below it where it has one."""

        def draw(width: int) -> Lines:
            if self._page is None:
                return []
            return heading(title, as_of(self._page), self.desk.now(), width)

        return Facts(draw, classes=gap)

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the page again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(None)

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        if self._page is not None:
            for each in self._headings.values():
                each.renew()

    def renew(self) -> None:
        """Draw all sections again."""
        for facts in (*self._headings.values(), *self._bodies.values()):
            facts.renew()

    def _read(self, _: None) -> Page | None:
        return self.read_page()

    def _show(self, _: None, page: Page | None) -> None:
        first = self._page is None
        self._page, self._never_was = page, page is None
        self.page_read(page)
        self.renew()
        self._keys.refresh()
        if first:
            self._watch()

    def _lines(self, name: str, draw: Callable[[Page, int], Lines], width: int) -> Lines:
        if self._page is not None:
            return draw(self._page, width)
        if name != IDENTITY:
            return []
        never = f"There is no such {self.WHAT}."
        return [Content(never if self._never_was else READING)]

    # Keeping it fresh

    def _watch(self) -> None:
        if self._page is not None and self._page.gone_at is None:
            self._interest.ask(self._page)

    # What can be done

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in self.ACTIONS:
            return ""
        if self._page is None:
            never = f"there is no such {self.WHAT}"
            return never if self._never_was else "the page is not read yet"
        return self.GONE if self._page.gone_at is not None else ""

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self._scrolled.scroll_relative(y=lines, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self._scrolled.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self._scrolled.scroll_end(animate=False)

    @property
    def _scrolled(self) -> Widget:
        return self.query_one(f"#{self.WHAT}")


def _nothing(_: object, __: None) -> None:
    """Declaring an interest has no answer to show."""
