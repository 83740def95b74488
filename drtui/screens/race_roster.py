"""The roster of a race: who has a model that is ready, and who takes part, as far as known."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.filter_fields import RACERS
from drtui.domain.leaderboards import team_of
from drtui.domain.naming import name_of
from drtui.domain.race_roster import RaceRosterRow, RaceTrait
from drtui.domain.text import clean, fold, shown_alias
from drtui.screens import tools
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.messages import OpenRacer
from drtui.screens.sheet import BRING_BACK_KEY, SORT_KEYS, Sheet
from drtui.screens.table_screen import TableScreen
from drtui.screens.views import View, ViewState
from drtui.widgets.cells import Cell, Run, Tone
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.sync_status import age_text

if TYPE_CHECKING:  # it brings the store
    from drtui.commands.race_roster import RaceRoster
    from drtui.screens.actions import Flow

_DIM: Final = "$foreground-muted"
_KINDS: Final = frozenset({RecordKind.RACE, RecordKind.SPONSORED_USER, RecordKind.MODEL})
_COLUMNS: Final = (
    Column("alias", "Alias", 16, most=28, least=10),
    Column("email", "Email", 18, most=34, rank=2),
    Column("team", "Team", 10, most=20, rank=3),
    Column("ready", "READY models", 12, right=True),
    Column("entry", "Takes part", 18, most=24),
    Column("rank", "Place", 5, right=True),
)
_TITLES: Final = {column.name: column.title for column in _COLUMNS}
_WORDS: Final = {
    RaceTrait.READY: "READY model",
    RaceTrait.NO_READY: "no READY model",
    RaceTrait.MODELS_UNKNOWN: "models unknown",
    RaceTrait.ENTERED: "entered",
    RaceTrait.PERHAPS: "? perhaps entered",
    RaceTrait.NOT_ENTERED: "not entered",
    RaceTrait.ENTRY_UNKNOWN: "entry unknown",
}
_TONES: Final = {RaceTrait.ENTERED: Tone.FOCUS, RaceTrait.PERHAPS: Tone.HAND}
_LAST: Final = 1_000_000
_GONE: Final = "this race is not there any more"
_ENTRY_PLACES: Final = {trait: place for place, trait in enumerate(RaceTrait)}
_ORDERS: Final[Mapping[str, Callable[[RaceRosterRow], Any]]] = {
    "alias": lambda row: fold(row.racer.alias),
    "team": lambda row: (not team_of(row.racer), fold(team_of(row.racer))),
    "ready": lambda row: -1 if row.racer.ready_models is None else row.racer.ready_models,
    "entry": lambda row: _ENTRY_PLACES[row.entry],
    "rank": lambda row: _LAST if row.rank is None else row.rank,
}


@dataclass(frozen=True, slots=True)
class _Sifted:
    """A race's roster, and what of it is shown.

    Attributes:
        keys: Of the rows that are shown, in their order.
        rows: These, by key.
    """

    roster: "RaceRoster"
    keys: list[int]
    rows: dict[int, RaceRosterRow]


class RaceRosterScreen(TableScreen[RaceRosterRow, _Sifted]):
    """Who could take part in a race, by the filter language of racers.

    Args:
        context: What the screens share.
        race_id: The race's.
    """

    PLACE: ClassVar[str] = "races"
    KINDS: ClassVar[frozenset[RecordKind]] = _KINDS
    TABLE_KINDS = VIEW_KINDS = _KINDS
    SHEET: ClassVar[Sheet] = Sheet(
        name="race_roster",
        language=RACERS,
        columns=_COLUMNS,
        titles=_TITLES,
        usual=tuple(_TITLES),
        always=("alias",),
        sorts={"alias": ("alias", False), "team": ("team", False), "ready": ("ready", True)}
        | {"entry": ("entry", False), "rank": ("rank", False)},
        sort_titles={name: _TITLES[name] for name in ("alias", "team", "ready", "entry", "rank")},
        sort_letters={"alias": "a", "team": "t", "ready": "r", "entry": "e", "rank": "p"},
        first="alias",
        what="racer",
        nobody="No racer",
        hint="filter: team:red …",
    )
    FOR_SOMEBODY: ClassVar[frozenset[str]] = frozenset({"copy", "invite"})
    MENU: ClassVar[tuple[str, ...]] = ("invite", "copy")
    LEFT_OUT_FIRST: ClassVar[tuple[str, ...]] = ("app.quit", "range", "app.command_palette")
    BINDING_GROUP_TITLE = "A race's roster"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("/", "filter", "filter", tooltip="Filter the racers, live"),
        Binding("t", "turn(1)", "show", tooltip="Show those with another trait"),
        Binding("T", "turn(-1)", "The trait before", show=False),
        *SORT_KEYS,
        Binding("enter", "open", "Open the racer's page", show=False),
        Binding("i", "invite", "invite", tooltip="The invitation to the race, for these racers"),
        Binding("y", "copy", "copy", tooltip="Copy the emails of those marked, else of all shown"),
        BRING_BACK_KEY,
        Binding("escape,minus", "peel", "back", key_display="esc"),
    ]

    def __init__(self, context: ConsoleContext, race_id: str) -> None:
        super().__init__(context)
        self._race_id = race_id
        self._found: RaceRoster | None = None
        self._trait: RaceTrait | None = None
        self._by_key: dict[int, RaceRosterRow] = {}
        self._head = Facts(self._draw_head, classes="models-head")

    def content(self) -> Iterable[Widget]:
        """The summary, the filter and the table."""
        return [self._head, *self._beside_table(), self._table]

    def tick(self) -> None:
        """Let the age grow."""
        super().tick()
        self._head.renew()

    # What the table shows

    def _view(self, visible: Sequence[int], *, typed: bool) -> View:
        return replace(super()._view(visible, typed=typed), trait=self._trait or "")

    def _read(self, view: View) -> _Sifted:
        roster = self.desk.races.roster(self._race_id, self._bar.standing.text)
        found = [one for one in roster.rows if not view.trait or view.trait in one.traits]
        found.sort(key=_ORDERS[view.sort], reverse=view.reverse)
        return _Sifted(roster, [one.key for one in found], {one.key: one for one in found})

    def _show(self, view: View, found: _Sifted) -> None:
        self._found, self._by_key = found.roster, found.rows
        self._head.renew()
        self._take(view, found.keys, self._rows(view.visible), whole=not view.trait)

    def _rows(self, keys: Sequence[int]) -> Mapping[int, RaceRosterRow]:
        return {key: self._by_key[key] for key in keys if key in self._by_key}

    def _cell(self, row: RaceRosterRow, placed: PlacedColumn) -> Cell:
        match placed.column.name:
            case "alias":
                return [Run(shown_alias(row.racer.alias))]
            case "email":
                return [Run("?" if row.racer.email is None else clean(row.racer.email))]
            case "team":
                return [Run(clean(team_of(row.racer)))]
            case "ready":
                ready = row.racer.ready_models
                return [Run("?" if ready is None else f"{ready:,}")]
            case "entry":
                waiting = f", {row.in_queue:,} queued" if row.in_queue else ""
                tone = _TONES.get(row.entry, Tone.DIM)
                return [Run(f"{_WORDS[row.entry]}{waiting}", tone)]
            case _:
                return [Run("-" if row.rank is None else f"{row.rank:,}")]

    def _draw_head(self, width: int) -> Lines:
        if self._found is None:
            return [Content(READING)]
        board = self._found.leaderboard
        name = clean(board.stored.race.definition.name)
        read = board.board.read_at
        age = "leaderboard not read yet"
        if read is not None:
            age = f"leaderboard read {age_text(self.desk.now() - read)} ago"
        strangers = ""
        if self._found.strangers:
            strangers = f" · {len(self._found.strangers):,} on it of nobody here"
        gone = (f"  {_GONE}", "$error") if board.stored.gone_at is not None else ""
        first = Content.assemble((name, "bold"), gone, (f"  {age}{strangers}", _DIM))
        return [first.truncate(width, ellipsis=True), self._choices(width)]

    def _choices(self, width: int) -> Content:
        """Return the traits with how many have each, the one that is shown in brackets."""
        assert self._found is not None
        parts = []
        for trait in (None, *self._traits):
            count = self._found.counts[trait] if trait else len(self._found.rows)
            told = f"{_WORDS[trait].removeprefix('? ') if trait else 'all'} {count:,}"
            chosen = trait is self._trait
            parts.append(Content.styled(f"[{told}]", "bold") if chosen else Content(told))
        return Content("  ").join(parts).truncate(width, ellipsis=True)

    @property
    def _traits(self) -> list[RaceTrait]:
        counts = {} if self._found is None else self._found.counts
        return [one for one in RaceTrait if counts.get(one) or one is self._trait]

    def _name_of(self, row: RaceRosterRow) -> str:
        return name_of(row.racer.alias, row.racer.profile_id, row.racer.email)

    def _none_there(self) -> str:
        if self._found is None:
            return READING
        if self._trait is not None:
            return f"Nobody: {_WORDS[self._trait]}. t shows others."
        return self._never_read() or "There is no racer."

    def _total(self) -> int | None:
        return None if self._found is None else self._found.total

    def _read_views(self, _: None) -> ViewState:
        return self.desk.views.state(())

    # What is done

    def action_turn(self, by: int) -> None:
        """Show those with another trait."""
        ways = [None, *self._traits]
        self._trait = ways[(ways.index(self._trait) + by) % len(ways)]
        self._table.cursor = 0
        self._head.renew()
        self._reload_table()

    def _open(self, key: int) -> None:
        self.app.post_message(OpenRacer(key))

    def refusal(self, action: str) -> str:
        """Say why an action cannot be done now; empty when it can."""
        if reason := super().refusal(action):
            return reason
        found = self._found
        gone = found is not None and found.leaderboard.stored.gone_at is not None
        return _GONE if gone and action == "invite" else ""

    def flow(self, action: str) -> "Flow":
        """An action's way from question to operation."""
        if action != "invite":
            return super().flow(action)
        from drtui.screens.race_inviting import invite_racers

        return partial(invite_racers, self, self._race_id)

    def action_invite(self) -> None:
        """Copy, save or send the invitation to the race; to those marked, or under the cursor."""
        self.act("invite")

    def action_copy(self) -> None:
        """Copy the emails of those marked, else of all that are shown."""
        self.use_tool(self._copy, "copy")

    async def _copy(self) -> None:
        marked, _ = self._marked_keys()
        keys = list(marked or self._table.keys)
        racers = await asyncio.to_thread(self.desk.racers, keys)
        emails = [clean(racers[key].profile.email or "") for key in keys if key in racers]
        there = [one for one in emails if one]
        if not there:
            self.say("There is no email to copy.", wrong=True)
            return
        await tools.copy_emails(self, there, len(keys) - len(there))

    def action_peel(self) -> None:
        """Leave the range that is open, clear the filter, take the marks away, else go back."""
        if self._table.leave_range():
            return
        if self._bar.input.value:
            self._bar.input.value = ""
        elif self._table.marked_count:
            self._table.clear_marks()
        else:
            self.dismiss(None)
