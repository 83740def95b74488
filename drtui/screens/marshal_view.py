"""A live race as its marshal sees it: how it stands, the queue, the leaderboard, what was done."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from drtui.domain.changes import RecordKind
from drtui.domain.live_order import places
from drtui.domain.live_races import QueueItem, QueueStatus
from drtui.domain.text import clean
from drtui.domain.wording import capitalised
from drtui.screens import marshal_facts
from drtui.screens.base import READING
from drtui.screens.context import ConsoleContext
from drtui.screens.fresh import FreshScreen
from drtui.screens.lane import Lane
from drtui.screens.marshal_cells import (
    QUEUE_COLUMNS,
    RANKING_COLUMNS,
    QueueRow,
    RankingRow,
    queue_cell,
    ranking_cell,
)
from drtui.widgets.chosen_table import ChosenTable
from drtui.widgets.facts import Facts, Lines
from drtui.widgets.marked_table import MarkedTable
from drtui.widgets.sync_status import local

if TYPE_CHECKING:  # brings the store
    from drtui.domain.live_shows import LiveShow
    from drtui.screens.marshal_desk import LiveReading
    from drtui.screens.marshal_flows import Sent
    from drtui.screens.views import Glance

_BANNER: Final = "! {}: live actions are done at once, and never queued."
_UNANSWERED: Final = "! {}: what was sent is not answered, and may still be done."
_AWAY: Final = "the network is away"
_ON_PURPOSE: Final = "offline, F ends it"


class MarshalView(FreshScreen):
    """What there is to see of a live race.

    The race is read every few seconds for as long as the screen is in sight.

    Args:
        context: What the screens share.
        race_id: The race's.
    """

    PLACE: ClassVar[str] = "races"
    AUTO_FOCUS = "MarkedTable"
    BINDING_GROUP_TITLE = "A live race"
    KINDS: ClassVar[frozenset[RecordKind]] = frozenset({RecordKind.RACE, RecordKind.OPERATION})

    def __init__(self, context: ConsoleContext, race_id: str) -> None:
        super().__init__(context)
        self.race_id = race_id
        self.live: LiveShow | None = None
        self.never_was = False
        self.sent: list[Sent] = []
        self._result: tuple[str, datetime, bool] | None = None
        self._keys_of: dict[str, int] = {}
        self.queue_rows: dict[int, QueueRow] = {}
        self._racers: dict[tuple[str, int], int] = {}  # by alias, and which of those who share it
        self._ranking_rows: dict[int, RankingRow] = {}
        self._on_board = False  # whether the leaderboard is the one of the tables that is used
        self.side = False
        self.ranked = False  # whether the leaderboard stands where there is room for one table
        self._lane: Lane[tuple[int, ...], LiveReading] = Lane(
            self, self._read, self._take_reading, self.failed
        )
        self._interest: Lane[None, None] = Lane(self, self._declare, _nothing, self.failed)
        self._head = Facts(self._draw_head, classes="live-head")
        self._board_title = Facts(self._draw_board_title, classes="live-title")
        self._told = Facts(self._draw_told, classes="live-told")
        self.queue: MarkedTable[QueueRow] = MarkedTable(
            QUEUE_COLUMNS, queue_cell, self._rows, self._marked, empty=READING
        )
        self.board: ChosenTable[RankingRow] = ChosenTable(
            RANKING_COLUMNS, ranking_cell, self._ranked_rows, empty="", moved=self._marked
        )
        self.queue_box = Vertical(self.queue, id="live-queue")
        self._board_box = Vertical(self._board_title, self.board, id="live-board")

    def content(self) -> Iterable[Widget]:
        """How it stands, the queue with the leaderboard, and what was done last."""
        yield self._head
        yield Container(self.queue_box, self._board_box, id="live-tables")
        yield self._told

    def resized(self, width: int, height: int, *, roomy: bool) -> None:
        """Both tables beside each other where there is room."""
        del width, height, roomy
        self.side = self.has_class("-side")
        self.place_tables()

    def on_mount(self) -> None:
        """What can be done depends on the row under the cursor."""
        self.watch(self.queue, "cursor", self._marked, init=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Know which table is used; a terminal that is left for another window changes nothing."""
        self._on_board = event.widget is self.board

    def place_tables(self) -> None:
        """Show the table that is wanted where there is room for one alone."""
        self.queue_box.display = self.side or not self.ranked
        self._board_box.display = self.side or self.ranked

    # What it shows

    def reload(self, kinds: Collection[RecordKind]) -> None:
        """Read the race again, and what became of what was done."""
        del kinds
        self._lane.ask(tuple(one.number for one in self.sent if one.number is not None))

    def tick(self) -> None:
        """Let the clock and the ages go on."""
        super().tick()
        self._head.renew()

    def glanced(self, glance: "Glance") -> None:
        """Say whether anything can be done now."""
        del glance
        self._head.renew()

    def _read(self, numbers: tuple[int, ...]) -> "LiveReading":
        return self.desk.live.read(self.race_id, numbers)

    def _take_reading(self, _: tuple[int, ...], reading: "LiveReading") -> None:
        first = self.live is None
        self.live, self.never_was = reading.show, reading.show is None
        for sent in list(self.sent):
            outcome = None if sent.number is None else reading.outcomes.get(sent.number)
            if outcome is not None and outcome.settled:
                self.sent.remove(sent)
                self._result = (sent.intent.told(outcome), self.desk.now(), not outcome.well)
        self.renew()
        self.drop_untrue()
        if first:
            self._watch()

    def renew(self) -> None:
        """Show what was read, and what is on its way."""
        show = self.live
        self._head.renew()
        self._board_title.renew()
        self._told.renew()
        if show is not None:
            self._show_queue(show)
            self._show_board(show)
        elif self.never_was:
            self.queue.empty = "There is no such race."
        self._keys.refresh()

    def _show_queue(self, show: "LiveShow") -> None:
        doing, waiting = self._doing, places(show.live.queue)
        under = self.queue.cursor_key
        went = under is not None and not self._is_done(under)
        for item in show.live.queue:
            key = self._keys_of.setdefault(item.submission_id, len(self._keys_of))
            at = item.submitted_at
            self.queue_rows[key] = QueueRow(
                item,
                waiting.get(item.submission_id),
                show.is_hidden(item.participant),
                doing.get(item.submission_id, ""),
                "" if at is None else _when(at, self.desk.now()),
            )
        keys = [self._keys_of[item.submission_id] for item in show.sorted_queue]
        read = show.live.read_at is not None
        reading = "The queue is not read yet." if self.not_at_once else "Reading the queue …"
        self.queue.empty = "Nobody is in the queue." if read else reading
        first = not self.queue.keys
        self.queue.show(keys, {key: self.queue_rows[key] for key in keys})
        # What is done stands last: the cursor does not go there with it, out of sight of the rest.
        ended = went and under is not None and self._is_done(under)
        if (first or ended) and show.waiting:  # whom most is done to
            self.queue.cursor = 0
            self.queue.cursor = keys.index(self._keys_of[show.waiting[0].submission_id])
        self.queue.restrict_marks()

    def _is_done(self, key: int) -> bool:
        return self.queue_rows[key].item.status == QueueStatus.COMPLETED

    def _show_board(self, show: "LiveShow") -> None:
        self._ranking_rows = {}
        twins: Counter[str] = Counter()  # aliases are not unique
        for row in show.rows:
            alias = row.ranking.alias
            key = self._racers.setdefault((alias, twins[alias]), len(self._racers))
            twins[alias] += 1
            self._ranking_rows[key] = RankingRow(row, show.is_hidden(alias))
        self.board.empty = "Nobody has a time yet."
        # While nobody is on it, the first places stay in sight, whoever takes them.
        self.board.show(
            list(self._ranking_rows), self._ranking_rows, follow=not self._on_board, from_top=True
        )

    def _rows(self, keys: Sequence[int]) -> Mapping[int, QueueRow]:
        return {key: self.queue_rows[key] for key in keys if key in self.queue_rows}

    def _ranked_rows(self, keys: Sequence[int]) -> Mapping[int, RankingRow]:
        return {key: self._ranking_rows[key] for key in keys if key in self._ranking_rows}

    def _marked(self) -> None:
        if self.is_mounted:
            self._keys.refresh()

    @property
    def _doing(self) -> dict[str, str]:
        """What is on its way, by what it is done to."""
        return {what: text for one in self.sent for what, text in one.intent.doing.items()}

    def _draw_head(self, width: int) -> Lines:
        if self.live is None:
            return []
        now = self.desk.now()
        lines = marshal_facts.title(self.live, now, width)
        lines += marshal_facts.age_line(self.live, now, width)
        lines += marshal_facts.standing(self.live, self._doing, now, width)
        if reason := self.not_at_once:
            banner = _UNANSWERED if self.sent else _BANNER
            told = Content.styled(banner.format(capitalised(reason)), "$error")
            lines.append(told.truncate(width, ellipsis=True))
        return lines

    def _draw_board_title(self, width: int) -> Lines:
        return [] if self.live is None else marshal_facts.ranking_title(self.live, width)

    def _draw_told(self, width: int) -> Lines:
        if self._result is None:
            return []
        text, at, wrong = self._result
        return marshal_facts.told(text, at, wrong=wrong, width=width)

    def on_its_way(self, sent: "Sent", *, whole: bool = True) -> None:
        """Show that something was asked for, or, where it was not submitted, that it was not.

        Args:
            sent: What.
            whole: Whether it was asked for.
        """
        if whole:
            self.sent.append(sent)
            self._result = None
        else:
            self.sent.remove(sent)
        self.renew()

    # Keeping it fresh

    def _watch(self) -> None:
        if self.live is not None and self.live.stored.gone_at is None:
            self._interest.ask(None)

    def _declare(self, _: None) -> None:
        self.desk.live.watch(self.race_id)

    # What its keys are for

    @property
    def chosen(self) -> list[QueueItem]:
        """The marked submissions in the order they are shown in, else the one under the cursor."""
        marks, cursor = self.queue.marks, self.queue.cursor_key
        keys = [key for key in self.queue.keys if key in marks]
        if not keys and cursor is not None:
            keys = [cursor]
        return [self.queue_rows[key].item for key in keys if key in self.queue_rows]

    def keys_of(self, chosen: Sequence[QueueItem]) -> tuple[int, ...]:
        """Return what the table counts submissions by."""
        return tuple(self._keys_of[one.submission_id] for one in chosen)

    @property
    def not_at_once(self) -> str:
        """Say why nothing can be sent at once now; empty where it can."""
        glance = self.context.glance
        if glance is None:
            return ""
        if self.context.held:
            return _ON_PURPOSE
        if glance.sync.halted:
            return clean(glance.sync.halted, 60)
        return _AWAY if glance.sync.online is False else ""


def _nothing(_: None, __: None) -> None:
    """Declaring an interest has no answer to show."""


def _when(at: datetime, now: datetime) -> str:
    """Return when something was submitted: the time of today, else the day as well."""
    here = local(at)
    return f"{here:%H:%M:%S}" if here.date() == local(now).date() else f"{here:%m-%d %H:%M}"
