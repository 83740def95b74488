"""How the queue and the leaderboard of a live race look as tables of its marshal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drtui.domain.leaderboards import LeaderboardRow, gap_text, lap_text
from drtui.domain.live_races import QueueItem, QueueStatus, status_word
from drtui.domain.text import clean, shown_alias
from drtui.widgets.cells import Cell, Run, Tone
from drtui.widgets.columns import Column, PlacedColumn

QUEUE_COLUMNS: Final = (
    Column("place", "#", 3, right=True),
    Column("alias", "Alias", 12, most=26),
    Column("model", "Model", 8, most=22, rank=2),
    Column("status", "Status", 11, most=12),
    Column("resets", "Resets", 6, right=True, rank=3),
    Column("submitted", "Submitted", 11, rank=4),
)
"""Marks and cursor apart, what the queue shows."""

RANKING_COLUMNS: Final = (
    Column("rank", "#", 3, right=True),
    Column("alias", "Alias", 10, most=26, least=8),
    Column("time", "Time (s)", 8, most=9, right=True),
    Column("gap", "Gap (s)", 8, most=9, right=True),
    Column("interval", "Next (s)", 8, right=True, rank=2),
    Column("laps", "Laps", 4, right=True, rank=4),
    Column("resets", "Resets", 6, right=True, rank=3),
)
"""What the leaderboard shows."""

HIDDEN_SIGN: Final = "hidden: "
"""What stands before an alias that no audience is shown."""

_TONES: Final[Mapping[str, Tone]] = {
    QueueStatus.IN_PROGRESS: Tone.FOCUS,
    QueueStatus.COMPLETED: Tone.DIM,
    QueueStatus.FAILED: Tone.HAND,
}
_NONE: Final = Run("-", Tone.DIM)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A submission as the queue shows it.

    Attributes:
        place: Among those that wait, 1 is the next one; None where it does not wait.
        hidden: Whether its alias is not shown to an audience.
        doing: What is being done to it, such as `moving …`; empty where nothing is.
        submitted: When, as it is shown; empty where it is not known.
    """

    item: QueueItem
    place: int | None
    hidden: bool
    doing: str
    submitted: str


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A place on the leaderboard; `hidden` is whether its alias is not shown to an audience."""

    row: LeaderboardRow
    hidden: bool


def queue_cell(row: QueueRow, placed: PlacedColumn) -> Cell:
    """Return a submission's cell for a column."""
    item = row.item
    match placed.column.name:
        case "place":
            return [_NONE if row.place is None else Run(f"{row.place:,}")]
        case "alias":
            return _alias(item.participant, hidden=row.hidden)
        case "model":
            return [Run(clean(item.model)) if item.model else _NONE]
        case "status":
            return _status(row)
        case "resets":
            return [Run(f"{item.resets}") if item.resets else Run("0", Tone.DIM)]
        case _:
            return [Run(row.submitted) if row.submitted else _NONE]


def ranking_cell(row: RankingRow, placed: PlacedColumn) -> Cell:
    """Return a place's cell for a column."""
    ranking, name = row.row.ranking, placed.column.name
    if name == "alias":
        return _alias(ranking.alias, hidden=row.hidden)
    texts = {
        "rank": f"{ranking.rank:,}",
        "time": lap_text(ranking.score),
        "gap": gap_text(row.row.gap),
        "interval": gap_text(row.row.interval),
        "laps": _number(ranking.laps),
        "resets": _number(ranking.resets),
    }
    return [Run(texts[name], Tone.DIM if name == "interval" else Tone.PLAIN)]


def _number(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _alias(alias: str, *, hidden: bool) -> Cell:
    shown = Run(shown_alias(alias), Tone.DIM if hidden else Tone.PLAIN)
    return [Run(HIDDEN_SIGN, Tone.PENDING), shown] if hidden else [shown]


def _status(row: QueueRow) -> Cell:
    if row.doing:
        return [Run(row.doing, Tone.PENDING)]
    status = row.item.status
    sign = "! " if status == QueueStatus.FAILED else ""
    return [Run(f"{sign}{status_word(status)}", _TONES.get(status, Tone.PLAIN))]
