"""A racer's page: everything that is known of one user, and what can be done for it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.text import clean
from drtui.screens import racer_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import OpenModels
from drtui.screens.racer_actions import FOR_RACERS, RacerActions
from drtui.screens.subject import Subject
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.usage_plot import UsagePlot

if TYPE_CHECKING:
    from drtui.commands.racer import RacerPage

# An interest lasts a minute and a half; renewed this often it never ends while somebody looks.
_RENEW_SECONDS: Final = 30.0
_GONE: Final = "this racer is not in the account any more"
_BODIES: Final[Mapping[str, "Callable[[RacerPage, int], Lines]"]] = {
    "identity": racer_facts.identity,
    "usage": racer_facts.usage,
    "models": racer_facts.models,
    "caveat": racer_facts.caveat,
    "operations": racer_facts.operations,
    "all_models": racer_facts.all_models,
}
_GAPS: Final = {"caveat": "apart", "all_models": "apart"}


class OnePage(Subject):
    """The user whose page it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say whom."""
        return f"{self.name or 'The racer'}, whose page this is."


class RacerScreen(RacerActions):
    """One user's page.

    Its models are read from the account for as long as the page is in sight.

    Args:
        context: What the screens share.
        key: The user's.
    """

    PLACE: ClassVar[str] = "usage"
    AUTO_FOCUS = "#racer"
    BINDING_GROUP_TITLE = "A racer's page"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {
            RecordKind.SPONSORED_USER,
            RecordKind.OPERATION,
            RecordKind.MODEL,
            RecordKind.SYNC_STATE,
        }
    )
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = ("app.quit", "app.command_palette", "undo", "tags")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,minus", "leave", "back", key_display="esc", tooltip="Back to the list"),
        Binding("N", "change_alias", "alias", tooltip="Change the alias"),
        Binding("o", "change_role", "role", tooltip="Change the role"),
        Binding("l", "models", "Their models", show=False),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
        Binding("g", "top", "Go to the beginning", show=False),
        Binding("G", "bottom", "Go to the end", show=False),
    ]

    def __init__(self, context: ConsoleContext, key: int) -> None:
        super().__init__(context)
        self._key = key
        self._page: RacerPage | None = None
        self._lane: Lane[None, RacerPage | None] = Lane(self, self._read, self._show, self.failed)
        self._interest: Lane[str, None] = Lane(self, self._declare, _nothing, self.failed)
        self._never_was = False
        self._plot = UsagePlot()
        self._headings = {
            "identity": self._heading("Racer", lambda page: page.user.as_of, gap=""),
            "usage": self._heading("Usage", lambda page: page.user.as_of),
            "plot": self._heading("Used hours over time", lambda _: None, gap="beside"),
            "models": self._heading("Models stored", lambda page: page.models_as_of),
            "operations": self._heading("Operations", lambda _: None),
        }
        self._bodies = {
            name: Facts(partial(self._lines, draw), classes=_GAPS.get(name, ""))
            for name, draw in _BODIES.items()
        }
        self._renewal: Timer | None = None

    def content(self) -> Iterable[Widget]:
        """Everything below each other; the first half side by side where there is room."""
        headings, bodies = self._headings, self._bodies
        who = [headings["identity"], bodies["identity"], headings["usage"], bodies["usage"]]
        what = [headings["plot"], self._plot, headings["models"], bodies["models"]]
        yield VerticalScroll(
            Container(Vertical(*who), Vertical(*what), id="racer-halves"),
            bodies["caveat"],
            headings["operations"],
            bodies["operations"],
            bodies["all_models"],
            id="racer",
        )

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the page again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(None)

    def tick(self) -> None:
        """Let the ages grow."""
        super().tick()
        if self._page is not None:
            for heading in self._headings.values():
                heading.renew()

    def _read(self, _: None) -> "RacerPage | None":
        return self.desk.racer_page(self._key)

    def _show(self, _: None, page: "RacerPage | None") -> None:
        first = self._page is None
        self._page, self._never_was = page, page is None
        self._plot.usage = () if page is None else page.usage
        for facts in (*self._headings.values(), *self._bodies.values()):
            facts.renew()
        self._keys.refresh()
        if first:
            self._watch_models()

    def _heading(
        self, title: str, as_of: "Callable[[RacerPage], datetime | None]", gap: str = "apart"
    ) -> Facts:
        def draw(width: int) -> Lines:
            if self._page is None:
                return []
            return racer_facts.heading(title, as_of(self._page), self.desk.now(), width)

        return Facts(draw, classes=gap)

    def _lines(self, draw: "Callable[[RacerPage, int], Lines]", width: int) -> Lines:
        if self._page is not None:
            return draw(self._page, width)
        if draw is not racer_facts.identity:
            return []
        return [Content("There is no such racer." if self._never_was else "Reading the store …")]

    # Keeping its models fresh

    def on_screen_resume(self) -> None:
        """Ask for the models while the page is in sight; Textual calls the base's handler too."""
        self._watch_models()
        if self._renewal is None:
            self._renewal = self.set_interval(_RENEW_SECONDS, self._watch_models)

    def on_screen_suspend(self) -> None:
        """Ask for nothing any more: the interest ends by itself."""
        if self._renewal is not None:
            self._renewal.stop()
            self._renewal = None

    def _watch_models(self) -> None:
        if self._page is not None and self._page.gone_at is None:
            self._interest.ask(self._page.user.profile.profile_id)

    def _declare(self, profile_id: str) -> None:
        self.desk.watch_models(profile_id)

    # What can be done

    def subject(self) -> Subject:
        """The one whose page it is."""
        name = "" if self._page is None else clean(self._page.user.profile.alias)
        return OnePage((self._key,), frozenset({self._key}), marked=False, hidden=0, name=name)

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in FOR_RACERS:
            return ""
        if self._page is None:
            return "there is no such racer" if self._never_was else "the page is not read yet"
        return _GONE if self._page.gone_at is not None else ""

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def action_models(self) -> None:
        """Show the racer's models."""
        self.app.post_message(OpenModels((self._key,), self.subject().name))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#racer").scroll_relative(y=lines, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.query_one("#racer").scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.query_one("#racer").scroll_end(animate=False)


def _nothing(_: str, __: None) -> None:
    """Declaring an interest has no answer to show."""
