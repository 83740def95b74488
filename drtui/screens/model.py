"""A model's page: everything that is known of one model, with its training as plots or numbers."""

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
from drtui.domain.models import ModelRow
from drtui.domain.text import clean
from drtui.screens import model_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import OpenRacer
from drtui.screens.model_actions import FOR_MODELS, ModelActions, ModelSubject
from drtui.screens.racer_facts import heading
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.metric_plot import MetricPlot

if TYPE_CHECKING:
    from drtui.commands.models import StoredModelPage

# An interest lasts a minute and a half; renewed this often it never ends while somebody looks.
_RENEW_SECONDS: Final = 30.0
_GONE: Final = "this model is not there any more"
_BODIES: Final[Mapping[str, "Callable[[StoredModelPage, int], Lines]"]] = {
    "identity": model_facts.identity,
    "knowledge": model_facts.knowledge,
    "training": model_facts.training,
    "iterations": model_facts.iterations,
    "evaluations": model_facts.evaluations,
    "inside": model_facts.inside,
    "reward": model_facts.reward,
}
_GAPS: Final = {"knowledge": "apart", "iterations": "apart numbers"}
_PLOTS: Final = ("reward", "progress", "completion")


class OneModel(ModelSubject):
    """The model whose page it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say which."""
        return f"{self.name or 'The model'}, whose page this is."


class ModelScreen(ModelActions):
    """One model's page.

    Its details are read for as long as the page is in sight.

    Args:
        context: What the screens share.
        key: The model's.
    """

    PLACE: ClassVar[str] = "models"
    AUTO_FOCUS = "#model"
    BINDING_GROUP_TITLE = "A model's page"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.MODEL, RecordKind.SPONSORED_USER, RecordKind.OPERATION}
    )
    MENU: ClassVar[tuple[str, ...]] = (*FOR_MODELS, "racer")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = ("app.quit", "app.command_palette", "undo", "tags")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,minus", "leave", "back", key_display="esc", tooltip="Back to the list"),
        Binding("n", "numbers", "numbers", tooltip="The training as plots, or as plain numbers"),
        Binding("l", "racer", "racer", tooltip="The racer's page"),
        Binding("j", "scroll(1)", "Scroll down", show=False),
        Binding("k", "scroll(-1)", "Scroll up", show=False),
        Binding("g", "top", "Go to the beginning", show=False),
        Binding("G", "bottom", "Go to the end", show=False),
    ]

    def __init__(self, context: ConsoleContext, key: int) -> None:
        super().__init__(context)
        self._key = key
        self._page: StoredModelPage | None = None
        self._lane: Lane[None, StoredModelPage | None] = Lane(
            self, self._read, self._show, self.failed
        )
        self._interest: Lane[ModelRow, None] = Lane(self, self._declare, _nothing, self.failed)
        self._never_was = False
        self._plots = {name: MetricPlot() for name in _PLOTS}
        self._headings = {
            "identity": self._heading("Model", lambda page: page.row.as_of, gap=""),
            "training": self._heading("Training", model_facts.age, gap="beside"),
            "evaluations": self._heading("Evaluations", model_facts.age),
            "inside": self._heading("Inside", lambda _: None),
            "reward": self._heading("Reward function", lambda _: None),
        }
        self._bodies = {
            name: Facts(partial(self._lines, draw), classes=_GAPS.get(name, ""))
            for name, draw in _BODIES.items()
        }
        self._renewal: Timer | None = None

    def content(self) -> Iterable[Widget]:
        """Everything below each other; the first half side by side where there is room."""
        headings, bodies = self._headings, self._bodies
        yield VerticalScroll(
            Container(
                Vertical(headings["identity"], bodies["identity"], bodies["knowledge"]),
                Vertical(headings["training"], bodies["training"], self._plots["reward"]),
                id="model-halves",
            ),
            self._plots["progress"],
            self._plots["completion"],
            bodies["iterations"],
            headings["evaluations"],
            bodies["evaluations"],
            headings["inside"],
            bodies["inside"],
            headings["reward"],
            bodies["reward"],
            id="model",
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
            for each in self._headings.values():
                each.renew()

    def _read(self, _: None) -> "StoredModelPage | None":
        return self.desk.models.page(self._key)

    def _show(self, _: None, page: "StoredModelPage | None") -> None:
        first = self._page is None
        self._page, self._never_was = page, page is None
        details = None if page is None else page.known.details
        found = None if details is None else details.training
        for name, series in model_facts.series(found).items():
            self._plots[name].series = series
        self.set_class(found is None, "-untrained")
        for facts in (*self._headings.values(), *self._bodies.values()):
            facts.renew()
        self._keys.refresh()
        if first:
            self._watch()

    def _heading(
        self, title: str, as_of: "Callable[[StoredModelPage], datetime | None]", gap: str = "apart"
    ) -> Facts:
        def draw(width: int) -> Lines:
            if self._page is None:
                return []
            return heading(title, as_of(self._page), self.desk.now(), width)

        return Facts(draw, classes=gap)

    def _lines(self, draw: "Callable[[StoredModelPage, int], Lines]", width: int) -> Lines:
        if self._page is not None:
            return draw(self._page, width)
        if draw is not model_facts.identity:
            return []
        return [Content("There is no such model." if self._never_was else "Reading the store …")]

    # Keeping it fresh

    def on_screen_resume(self) -> None:
        """Ask for the model while the page is in sight; Textual calls the base's handler too."""
        self._watch()
        if self._renewal is None:
            self._renewal = self.set_interval(_RENEW_SECONDS, self._watch)

    def on_screen_suspend(self) -> None:
        """Ask for nothing any more: the interest ends by itself."""
        if self._renewal is not None:
            self._renewal.stop()
            self._renewal = None

    def _watch(self) -> None:
        if self._page is not None and self._page.gone_at is None:
            self._interest.ask(self._page.row)

    def _declare(self, row: ModelRow) -> None:
        self.desk.models.watch_page(row)

    # What can be done

    def subject(self) -> ModelSubject:
        """The one whose page it is."""
        row = None if self._page is None else self._page.row
        name = "" if row is None else clean(row.name or row.model_id)
        keys = (self._key,)
        return OneModel(keys, frozenset(keys), marked=False, hidden=0, name=name, what="model")

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        if action not in FOR_MODELS:
            return ""
        if self._page is None:
            return "there is no such model" if self._never_was else "the page is not read yet"
        return _GONE if self._page.gone_at is not None else ""

    def action_racer(self) -> None:
        """Open the racer's page."""
        if self._page is None:
            return
        if self._page.row.racer_key is None:
            self.say("Nothing but this model is known of its racer.", wrong=True)
        else:
            self.app.post_message(OpenRacer(self._page.row.racer_key))

    def action_numbers(self) -> None:
        """Show the training as plain numbers in the place of plots, or the other way round."""
        self.toggle_class("-numbers")
        shown = "plain numbers" if self.has_class("-numbers") else "plots"
        self.say(f"The training as {shown}: n shows it as before.")

    def action_leave(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#model").scroll_relative(y=lines, animate=False)

    def action_top(self) -> None:
        """Scroll to the beginning."""
        self.query_one("#model").scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.query_one("#model").scroll_end(animate=False)


def _nothing(_: ModelRow, __: None) -> None:
    """Declaring an interest has no answer to show."""
