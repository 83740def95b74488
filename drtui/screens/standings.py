"""The standings of several races: by points, by total time, or by the best time."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.leaderboards import Match, lap_text
from drtui.domain.problems import InvalidInputError
from drtui.domain.standings import Method, Result, Standing
from drtui.domain.text import clean, shown_alias
from drtui.screens.base import READING, ConsoleScreen
from drtui.screens.context import ConsoleContext
from drtui.screens.dialogs.standings_writing import StandingsWritingDialog
from drtui.screens.lane import Lane
from drtui.screens.race_texts import Form
from drtui.screens.tools import ask
from drtui.widgets.cells import Cell, Run, Tone
from drtui.widgets.columns import Column, PlacedColumn
from drtui.widgets.facts import Facts, Lines, wrapped
from drtui.widgets.record_table import RecordTable

if TYPE_CHECKING:  # it brings the store
    from drtui.commands.race_standings import Series

_PENDING, _DIM = "$warning", "$foreground-muted"
_NAMES: Final = {
    Method.POINTS: "points",
    Method.TOTAL_TIME: "total time",
    Method.BEST_OF: "best time",
}
_RACE: Final = "race"
_MOST_LINES: Final = 2
_NAMED: Final = 2  # leaderboards that were not read are named while they are fewer
# An interest lasts a minute and a half; renewed this often it never ends while somebody looks.
_RENEW_SECONDS: Final = 30.0
_FIRST: Final = (
    Column("rank", "Place", 5, right=True),
    Column("alias", "Alias", 14, most=26, least=10),
    Column("value", "Points", 9, right=True),
    Column("races", "Races", 5, right=True),
)
_WHO: Final = Column("who", "Email, team", 16, most=40, rank=90)


class StandingsScreen(ConsoleScreen):
    """The standings of a series, from the leaderboards as last read; they need no network.

    Args:
        context: What the screens share.
        race_ids: The races, in their order.
    """

    PLACE: ClassVar[str] = "races"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset({RecordKind.RACE, RecordKind.SPONSORED_USER})
    AUTO_FOCUS = "RecordTable"
    BINDING_GROUP_TITLE = "Standings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,minus", "leave", "back", key_display="esc", tooltip="Back to the races"),
        Binding("t", "turn", "by what", tooltip="By points, total time, or the best time"),
        Binding("right_square_bracket", "shift(1)", "Show later races first", show=False),
        Binding("left_square_bracket", "shift(-1)", "Show earlier races first", show=False),
        Binding("w", "write", "write", tooltip="Write them to a file"),
    ]

    def __init__(self, context: ConsoleContext, race_ids: Sequence[str]) -> None:
        super().__init__(context)
        self._race_ids = tuple(race_ids)
        self._method = Method.POINTS
        self._first_race = 0
        self._series: Series | None = None
        self._lane: Lane[Method, Series] = Lane(self, self._read, self._show, self.failed)
        self._interest: Lane[None, None] = Lane(
            self, self._declare, lambda _, __: None, self.failed
        )
        self._head = Facts(self._draw_head)
        self._table: RecordTable[Standing] = RecordTable(
            _FIRST, self._cell, self._rows, empty=READING
        )

    def content(self) -> Iterable[Widget]:
        """What they are by, and the table."""
        return [self._head, self._table]

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Say anew which races are in sight, once the table has its room."""
        del width, height, roomy
        if self.is_running:
            self.call_after_refresh(self._head.renew)

    def reload(self, kinds: frozenset[RecordKind]) -> None:
        """Read them again; it is one reading whatever changed."""
        del kinds
        self._lane.ask(self._method)

    def _read(self, method: Method) -> "Series":
        return self.desk.races.standings(self._race_ids, method)

    def _show(self, method: Method, series: "Series") -> None:
        if method is not self._method:
            return
        self._series = series
        count = len(series.boards)
        races = [
            Column(f"{_RACE}{number}", f"{number + 1}.", 9, right=True, rank=number + 1)
            for number in range(self._first_race, count)
        ]
        value = "Points" if method is Method.POINTS else "Time"
        first = [
            Column("value", value, 9, right=True) if one.name == "value" else one for one in _FIRST
        ]
        self._table.columns = [*first, *races, _WHO]
        self._table.empty = "Nobody has a result in these races yet."
        self._table.show(list(range(len(series.rows))), {})
        self._head.renew()

    def _rows(self, keys: Sequence[int]) -> Mapping[int, Standing]:
        rows = () if self._series is None else self._series.rows
        return {key: rows[key] for key in keys if key < len(rows)}

    def _draw_head(self, width: int) -> Lines:
        if self._series is None:
            return []
        names = [
            f"{number}. {clean(one.stored.race.definition.name, 40)}"
            for number, one in enumerate(self._series.boards, 1)
        ]
        words = [
            Content.styled(f"[{told}]", "bold") if one is self._method else Content(told)
            for one, told in _NAMES.items()
        ]
        how = Content.styled(f"   {self._series.how}{self._left_out}", _DIM)
        lines = [(Content("  ").join(words) + how).truncate(width, ellipsis=True)]
        lines += wrapped(Content.styled(" · ".join(names), _DIM), width)[:_MOST_LINES]
        for note in self._notes(self._series):
            lines += wrapped(Content.styled(clean(note, 300), _PENDING), width)[:_MOST_LINES]
        return lines

    @property
    def _left_out(self) -> str:
        """Say which races are in sight where not all are."""
        assert self._series is not None, "drawn once it was read"
        names = self._table.columns_in_sight
        seen = [int(name.removeprefix(_RACE)) + 1 for name in names if _is_race(name)]
        if not seen or len(seen) == len(self._series.boards):
            return ""
        return f" · {seen[0]} to {seen[-1]} shown: [ ]"

    def _notes(self, series: "Series") -> Sequence[str]:
        """What the reader has to know; leaderboards that were not read are counted."""
        unread = sum(not one.board.read_at for one in series.boards)
        if unread < _NAMED:
            return series.notes
        told = f"{unread:,} leaderboards were not read yet, and count as empty."
        return [told, *series.notes[unread:]]

    def _cell(self, row: Standing, placed: PlacedColumn) -> Cell:
        name = placed.column.name
        if _is_race(name):
            return self._result(row.results[int(name.removeprefix(_RACE))])
        match name:
            case "rank":
                return [Run(f"{row.rank:,}")]
            case "alias":
                doubt = [Run(" ?", Tone.PENDING)] if row.doubtful else []
                return [Run(shown_alias(row.alias)), *doubt]
            case "value":
                return [Run("" if self._series is None else self._series.value_text(row))]
            case "races":
                return [Run(f"{row.races:,}")]
            case _:
                return self._who(row)

    def _result(self, result: Result | None) -> Cell:
        if result is None:
            return [Run("-", Tone.DIM)]
        told = f"{result.points:,}" if self._method is Method.POINTS else lap_text(result.score)
        tone = Tone.PLAIN if result.counted else Tone.DIM
        return [Run(told if result.counted else f"({told})", tone)]

    def _who(self, row: Standing) -> Cell:
        if self._series is None:
            return []
        identity = self._series.identities[row.alias]
        # In front, where a narrow terminal does not cut it off.
        hidden = [Run("hidden · ", Tone.PENDING)] if self._series.is_hidden(row.alias) else []
        if identity.match is Match.CERTAIN:
            told = ", ".join(filter(None, (clean(identity.email), clean(identity.team))))
            return [*hidden, Run(told)]
        doubt = "one of several" if identity.match is Match.AMBIGUOUS else "nobody here"
        return [*hidden, Run(f"? {doubt}", Tone.DIM)]

    # Keeping them fresh

    def on_mount(self) -> None:
        """Keep the leaderboards fresh while they are in sight."""
        self.set_interval(_RENEW_SECONDS, self._watch)

    def on_screen_resume(self) -> None:
        """Ask for the leaderboards; Textual calls the base's handler too."""
        self._watch()

    def _watch(self) -> None:
        if self.is_open and self.is_current:
            self._interest.ask(None)

    def _declare(self, _: None) -> None:
        for race_id in self._race_ids:
            self.desk.races.watch_race(race_id, live=False)

    # What is done

    def action_turn(self) -> None:
        """Rank them by something else."""
        ways = list(Method)
        self._method = ways[(ways.index(self._method) + 1) % len(ways)]
        if self.is_open:
            self._lane.ask(self._method)

    def action_shift(self, by: int) -> None:
        """Begin with a later race, or an earlier one, where not all find room."""
        if self._series is None:
            return
        last = max(0, len(self._series.boards) - 1)
        self._first_race = min(max(0, self._first_race + by), last)
        cursor = self._table.cursor
        self._show(self._method, self._series)
        self._table.cursor = cursor

    def action_write(self) -> None:
        """Write them to a file."""
        self.use_tool(self._write, "write")

    async def _write(self) -> None:
        form, path, problem = Form.CSV, "", ""
        while (answer := await ask(self, StandingsWritingDialog(form, path, problem))) is not None:
            form, path = answer
            try:
                told = await asyncio.to_thread(
                    self.desk.races.planner.write_standings,
                    self._race_ids,
                    self._method,
                    form,
                    path,
                )
            except InvalidInputError as error:
                problem = str(error)
            else:
                self.say(told)
                return

    def action_leave(self) -> None:
        """Go back to the races."""
        self.dismiss(None)


def _is_race(column: str) -> bool:
    return column.startswith(_RACE) and column != "races"
