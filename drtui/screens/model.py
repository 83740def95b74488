"""A model's page: everything that is known of one model, with its training as plots or numbers."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.text import clean
from drtui.screens import model_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.lane import Lane
from drtui.screens.messages import OpenRacer
from drtui.screens.model_actions import FOR_MODELS, ModelActions
from drtui.screens.subject import Subject
from drtui.screens.subject_page import IDENTITY, SubjectPage
from drtui.widgets.facts import Lines
from drtui.widgets.metric_plot import MetricPlot

if TYPE_CHECKING:
    from drtui.commands.models import StoredModelPage

_BODIES: Final[Mapping[str, "Callable[[StoredModelPage, int], Lines]"]] = {
    IDENTITY: model_facts.identity,
    "knowledge": model_facts.knowledge,
    "training": model_facts.training,
    "iterations": model_facts.iterations,
    "evaluations": model_facts.evaluations,
    "inside": model_facts.inside,
    "reward": model_facts.reward,
}
_CLASSES: Final = {"knowledge": "apart", "iterations": "apart numbers"}
_PLOTS: Final = ("reward", "progress", "completion")


class OneModel(Subject):
    """The model whose page it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say which."""
        return f"{self.name or 'The model'}, whose page this is."


class ModelScreen(SubjectPage["StoredModelPage"], ModelActions):
    """One model's page.

    Its details are read for as long as the page is in sight. What they leave open is looked for in
    an archive that was downloaded, where there is one.

    Args:
        context: What the screens share.
        key: The model's.
    """

    PLACE: ClassVar[str] = "models"
    WHAT: ClassVar[str] = "model"
    ACTIONS: ClassVar[tuple[str, ...]] = FOR_MODELS
    GONE: ClassVar[str] = "this model is not there any more"
    AUTO_FOCUS = "#model"
    BINDING_GROUP_TITLE = "A model's page"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {
            RecordKind.MODEL,
            RecordKind.SPONSORED_USER,
            RecordKind.OPERATION,
            RecordKind.SYNC_STATE,
        }
    )
    MENU: ClassVar[tuple[str, ...]] = (*FOR_MODELS, "racer")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "numbers", "numbers", tooltip="The training as plots, or as plain numbers"),
        Binding("l", "racer", "racer", tooltip="The racer's page"),
    ]

    def __init__(self, context: ConsoleContext, key: int) -> None:
        super().__init__(context, key, _BODIES, _CLASSES)
        self._plots = {name: MetricPlot() for name in _PLOTS}
        self._headings = {
            "identity": self.heading("Model", lambda page: page.row.as_of, gap=""),
            "training": self.heading("Training", model_facts.age, gap="beside"),
            "evaluations": self.heading("Evaluations", model_facts.age),
            "inside": self.heading("Inside", lambda _: None),
            "reward": self.heading("Reward function", lambda _: None),
        }
        self._left = threading.Event()
        self._look_inside: Callable[[StoredModelPage], StoredModelPage] | None = None
        # Beside the page, which need not wait for an archive of 5 GB.
        self._archives: Lane[StoredModelPage, StoredModelPage] = Lane(
            self, self._read_archive, self._archive_read, self.failed
        )

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

    def read_page(self) -> "StoredModelPage | None":
        """Read the page from the store."""
        page, before = self.desk.models.page(self._key), self._page
        if page is None:
            return None
        if before is not None:
            # What is inside stays in sight until it was looked for again.
            page = replace(page, archive=before.archive)
        model_facts.colour(page)
        return page

    def watch_subject(self, page: "StoredModelPage") -> None:
        """Ask for the model's details."""
        self.desk.models.watch_page(page.row)

    def page_read(self, page: "StoredModelPage | None") -> None:
        """Draw the plots, and look for what is left open."""
        details = None if page is None else page.known.details
        found = None if details is None else details.training
        for name, series in model_facts.series(found).items():
            self._plots[name].series = series
        self.set_class(found is None, "-untrained")
        if page is not None and (page.saved or page.archive is not None):
            self._archives.ask(page)

    def on_unmount(self) -> None:
        """Leave an archive that is being read."""
        self._left.set()

    def _read_archive(self, page: "StoredModelPage") -> "StoredModelPage":
        if self._look_inside is None:
            self._look_inside = self.desk.models.archive_reader(self._left.is_set)
        found = self._look_inside(page)
        model_facts.colour(found)
        return found

    def _archive_read(self, _: "StoredModelPage", page: "StoredModelPage") -> None:
        if self._page is not None and self._page.archive != page.archive:
            self._page = replace(self._page, archive=page.archive)
            self.renew()

    # What can be done

    def subject(self) -> Subject:
        """The one whose page it is."""
        row = None if self._page is None else self._page.row
        name = "" if row is None else clean(row.name or row.model_id)
        keys = (self._key,)
        return OneModel(keys, frozenset(keys), marked=False, hidden=0, name=name, what="model")

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
