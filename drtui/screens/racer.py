"""A racer's page: everything that is known of one user, and what can be done for it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.naming import name_of
from drtui.screens import racer_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.messages import OpenModels
from drtui.screens.racer_actions import FOR_RACERS, RacerActions
from drtui.screens.subject import Subject
from drtui.screens.subject_page import IDENTITY, SubjectPage
from drtui.widgets.facts import Lines
from drtui.widgets.usage_plot import UsagePlot

if TYPE_CHECKING:
    from drtui.commands.racer import RacerPage

_BODIES: Final[Mapping[str, "Callable[[RacerPage, int], Lines]"]] = {
    IDENTITY: racer_facts.identity,
    "usage": racer_facts.usage,
    "models": racer_facts.models,
    "caveat": racer_facts.caveat,
    "operations": racer_facts.operations,
    "all_models": racer_facts.all_models,
}
_CLASSES: Final = {"caveat": "apart", "all_models": "apart"}


class OnePage(Subject):
    """The user whose page it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say whom."""
        return f"{self.name or 'The racer'}, whose page this is."


class RacerScreen(SubjectPage["RacerPage"], RacerActions):
    """One user's page.

    Its models are read from the account for as long as the page is in sight.

    Args:
        context: What the screens share.
        key: The user's.
    """

    PLACE: ClassVar[str] = "usage"
    WHAT: ClassVar[str] = "racer"
    ACTIONS: ClassVar[tuple[str, ...]] = FOR_RACERS
    GONE: ClassVar[str] = "this racer is not in the account any more"
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = (*SubjectPage.LEFT_OUT_FIRST, "change_role")
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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("N", "change_alias", "alias", tooltip="Change the alias"),
        Binding("o", "change_role", "role", tooltip="Change the role"),
        Binding("l", "models", "models", tooltip="Their models"),
    ]

    def __init__(self, context: ConsoleContext, key: int) -> None:
        super().__init__(context, key, _BODIES, _CLASSES)
        self._plot = UsagePlot()
        self._headings = {
            "identity": self.heading("Racer", lambda page: page.user.as_of, gap=""),
            "usage": self.heading("Usage", lambda page: page.user.as_of),
            "plot": self.heading("Used hours over time", lambda _: None, gap="beside"),
            "models": self.heading("Models stored", lambda page: page.models_as_of),
            "operations": self.heading("Operations", lambda _: None),
        }

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

    def read_page(self) -> "RacerPage | None":
        """Read the page from the store."""
        return self.desk.racer_page(self._key)

    def watch_subject(self, page: "RacerPage") -> None:
        """Ask for the models."""
        self.desk.watch_models(page.user.profile.profile_id)

    def page_read(self, page: "RacerPage | None") -> None:
        """Draw the plot."""
        self._plot.usage = () if page is None else page.usage

    # What can be done

    def subject(self) -> Subject:
        """The one whose page it is."""
        profile = None if self._page is None else self._page.user.profile
        name = "" if profile is None else name_of(profile.alias, profile.profile_id, profile.email)
        return OnePage((self._key,), frozenset({self._key}), marked=False, hidden=0, name=name)

    def action_models(self) -> None:
        """Show the racer's models."""
        self.app.post_message(OpenModels((self._key,), self.subject().name))
