"""A race's page: its definition, where it stands, its leaderboard, and how places have changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.text import clean
from drtui.screens import race_facts
from drtui.screens.context import ConsoleContext
from drtui.screens.race_actions import FOR_RACES, RaceActions
from drtui.screens.race_cells import ShownRace
from drtui.screens.race_timeline import timeline
from drtui.screens.subject import Subject
from drtui.screens.subject_page import IDENTITY, SubjectPage
from drtui.widgets.facts import Facts, Lines

if TYPE_CHECKING:
    from drtui.screens.races_desk import RaceView

_BODIES: Final[Mapping[str, "Callable[[RaceView, int], Lines]"]] = {
    IDENTITY: race_facts.identity,
    "leaderboard": race_facts.leaderboard,
    "definition": race_facts.definition,
}
_NO_KEY: Final = 0  # a race is known by its id, which an operation and a link have, too


class OneRace(Subject):
    """The race whose page it is."""

    __slots__ = ()

    def __str__(self) -> str:
        """Say which."""
        return f"{self.name or 'The race'}, whose page this is."


class RaceScreen(SubjectPage["RaceView"], RaceActions):
    """One race's page; its leaderboard is read for as long as it is in sight.

    Args:
        context: What the screens share.
        race_id: The race's.
    """

    PLACE: ClassVar[str] = "races"
    WHAT: ClassVar[str] = "race"
    ACTIONS: ClassVar[tuple[str, ...]] = (*FOR_RACES, "roster")
    GONE: ClassVar[str] = "this race is not there any more"
    AUTO_FOCUS = "#race"
    BINDING_GROUP_TITLE = "A race's page"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset(
        {RecordKind.RACE, RecordKind.OPERATION, RecordKind.SPONSORED_USER}
    )
    MENU: ClassVar[tuple[str, ...]] = (
        *("edit", "clone", "delete", "write", "invite", "roster", "marshal", "big_screen"),
        *("hide", "new", "apply_file", "templates"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "roster", "roster", tooltip="Who could take part, and who does"),
        Binding("h", "hide", "Hide an alias from audiences, or show it again", show=False),
        Binding("H", "history", "All changes of places, or the newest", show=False),
    ]

    def __init__(self, context: ConsoleContext, race_id: str) -> None:
        super().__init__(context, _NO_KEY, _BODIES, {})
        self._race_id = race_id
        history = "Places over time"
        self._headings = {
            "race": self.heading("Race", lambda view: view.page.stored.as_of, gap=""),
            "beside": self.heading(history, lambda _: None, gap=""),
            "leaderboard": self.heading("Leaderboard", race_facts.leaderboard_age),
            "below": self.heading(history, lambda _: None),
            "definition": self.heading("Definition", lambda _: None),
        }
        self._whole_history = False
        draw = partial(self._lines, "history", self._draw_history)
        self._histories = {place: Facts(draw) for place in ("beside", "below")}

    def content(self) -> Iterable[Widget]:
        """The race, its leaderboard, what it is; the last places beside it where there is room."""
        headings, bodies, histories = self._headings, self._bodies, self._histories
        yield VerticalScroll(
            Container(
                Vertical(headings["race"], bodies[IDENTITY]),
                Vertical(headings["beside"], histories["beside"], classes="race-beside"),
                id="race-halves",
            ),
            headings["leaderboard"],
            bodies["leaderboard"],
            Vertical(headings["below"], histories["below"], classes="race-below"),
            headings["definition"],
            bodies["definition"],
            id="race",
        )

    # What it shows

    def read_page(self) -> "RaceView | None":
        """Read the page from the store."""
        return self.desk.races.view(self._race_id)

    def watch_subject(self, page: "RaceView") -> None:
        """Ask for the race's leaderboard, and for its queue where it is live."""
        self.desk.races.watch_race(self._race_id, live=page.page.stored.race.definition.live)

    def renew(self) -> None:
        """Draw all sections again."""
        super().renew()
        for each in self._histories.values():
            each.renew()

    def tick(self) -> None:
        """Let the ages grow, and the clock of the race go on."""
        super().tick()
        if self._page is not None:
            later = replace(self._page, at=self.desk.now())
            if later.shown != self._page.shown:
                self._page = later
                self.renew()

    def _draw_history(self, view: "RaceView", width: int) -> Lines:
        drawn = timeline(view.changes, view.leaderboard.board.read_at, view.zone, width)
        return [*drawn, *race_facts.history(view, width, whole=self._whole_history)]

    # What can be done

    def subject(self) -> Subject:
        """The one whose page it is."""
        if self._page is None:
            return OneRace((), frozenset(), marked=False, hidden=0, what="race")
        stored = self._page.page.stored
        name = clean(stored.race.definition.name) or stored.race.race_id
        keys = (stored.key,)
        return OneRace(keys, frozenset(keys), marked=False, hidden=0, name=name, what="race")

    def race_at_hand(self) -> ShownRace | None:
        """The one whose page it is."""
        return None if self._page is None else self._page.shown

    def action_history(self) -> None:
        """Show all changes of places, or the newest alone."""
        self._whole_history = not self._whole_history
        self.renew()
        shown = "all changes" if self._whole_history else "the newest changes"
        self.say(f"Places over time: {shown}; H shows the others.")

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if action == "hide" and not self._aliases():
            return "nobody is on the leaderboard"
        return super().refusal(action)

    def _aliases(self) -> list[tuple[str, bool]]:
        """Those of the leaderboard as it is shown, each with whether it is hidden."""
        if self._page is None:
            return []
        board = self._page.leaderboard
        aliases = [one.ranking.alias for one in board.rows]
        return [(alias, board.is_hidden(alias)) for alias in aliases]

    def action_hide(self) -> None:
        """Hide an alias of the leaderboard from audiences, or show it again."""
        from drtui.screens import race_tools

        self.use_tool(lambda: race_tools.hide(self, self._aliases()), "hide")

    def action_roster(self) -> None:
        """Open the roster of the race."""
        if not self._refuses("roster"):
            from drtui.screens.race_roster import RaceRosterScreen

            self.app.push_screen(RaceRosterScreen(self.context, self._race_id))
