"""What a race's page says, as lines for a width. Text from outside is cleaned here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from textual.content import Content

from drtui.domain.leaderboards import LeaderboardRow, Match, gap_text, lap_text
from drtui.domain.race_fields import field_text, preview
from drtui.domain.race_records import PositionChange
from drtui.domain.race_states import RaceState, timing_text
from drtui.domain.race_times import in_zone, time_text
from drtui.domain.races import TimingMethod
from drtui.domain.text import clean, shown_alias
from drtui.domain.wording import capitalised, counted
from drtui.widgets.cells import fit, text_width
from drtui.widgets.facts import Lines, labelled, wrapped

if TYPE_CHECKING:
    from drtui.screens.races_desk import RaceView

HISTORY_FIRST: Final = 8
"""So many changes of places are shown while not all are asked for."""

_FOCUS, _PENDING, _HAND, _DIM = "$primary", "$warning", "$error", "$foreground-muted"
_LABEL, _SHORT_LABEL = 27, 13
_PLACE, _ALIAS, _SHORT_ALIAS, _TIME, _COUNT, _GAP = 3, 14, 12, 9, 4, 2  # cells
_TIMES: Final[Mapping[str, str]] = {
    TimingMethod.BEST_LAP: "Best (s)",
    TimingMethod.AVERAGE_LAP: "Avg (s)",
    TimingMethod.TOTAL: "Total (s)",
}
"""What stands over a column of times."""
_WHO: Final = 20
_BASE: Final = _PLACE + _ALIAS + 2 * _TIME + 3 * _COUNT + 7 * _GAP
_DOUBT: Final = "?"


def identity(view: "RaceView", width: int) -> Lines:
    """Return the race's name, what is on its way, and where it stands now."""
    stored = view.page.stored
    name = clean(stored.race.definition.name) or stored.race.race_id
    lines = wrapped(Content.styled(name, "bold"), width)
    if stored.gone_at is not None:
        told = "This race is not there any more; what was read of it stays here."
        lines += wrapped(Content.styled(told, _HAND), width)
    if stored.pending:
        lines += wrapped(Content.styled(f"→ {clean(stored.pending)}", _PENDING), width)
    return [*lines, *labelled(_standing(view), width, _SHORT_LABEL)]


def _standing(view: "RaceView") -> list[tuple[str, Content]]:
    shown, race = view.shown, view.page.stored.race
    definition = race.definition
    state = Content(shown.next)  # of one that is over, or to come, it says it all
    if shown.state is RaceState.OPEN:
        state = Content.assemble((shown.state.value, _FOCUS), f", {shown.next}")
    racers = "not told" if race.participants is None else f"{race.participants:,} with a submission"
    pairs = [
        ("State", state),
        ("Opens", Content(time_text(definition.opens_at, view.zone))),
        ("Closes", Content(time_text(definition.closes_at, view.zone))),
        ("Track", Content(field_text(definition, "track"))),
        ("Racers", Content(racers)),
    ]
    return [*pairs, *_live(view)] if definition.live else pairs


def _live(view: "RaceView") -> list[tuple[str, Content]]:
    live = view.page.live
    waiting = "the queue was not read yet"
    if live.read_at is not None:
        waiting = f"{counted(len(live.queue), 'submission')} in the queue"
    pairs = [("Live", Content(view.shown.live)), ("Queue", Content(waiting))]
    if live.state is not None and live.state.winner:
        pairs.append(("Winner", Content.styled(clean(live.state.winner), "bold")))
    if live.trouble:
        pairs.append(("", Content.styled(clean(live.trouble, 300), _HAND)))
    return pairs


def definition(view: "RaceView", width: int) -> Lines:
    """Return everything that the race is to be, as it would be sent."""
    race = view.page.stored.race
    pairs = [(label, Content(text)) for label, text in preview(race.definition, view.zone)]
    return labelled([*pairs, ("id", Content(race.race_id))], width, _LABEL)


def leaderboard_age(view: "RaceView") -> datetime | None:
    """Return when the leaderboard was last read."""
    return view.leaderboard.board.read_at


def leaderboard(view: "RaceView", width: int) -> Lines:
    """Return the leaderboard, the leader first, or why there is none."""
    board = view.leaderboard.board
    lines: Lines = []
    if board.trouble:
        told = f"It could not be read the last time: {clean(board.trouble, 300)}"
        lines += wrapped(Content.styled(told, _HAND), width)
    if board.read_at is None:
        return [*lines, Content.styled(_why_unread(view), _DIM).truncate(width, ellipsis=True)]
    if not view.leaderboard.rows:
        return [*lines, Content.styled("Nobody has a result yet.", _DIM)]
    lines.append(_board_heading(width, view.page.stored.race.definition.timing))
    lines += [_board_line(view, row, width) for row in view.leaderboard.rows]
    if any(view.leaderboard.is_hidden(row.ranking.alias) for row in view.leaderboard.rows):
        told = "hidden: no audience is shown that alias, neither in reports nor on the big screen."
        lines.append(Content.styled(told, _DIM).truncate(width, ellipsis=True))
    doubtful = sum(row.identity.match is not Match.CERTAIN for row in view.leaderboard.rows)
    if doubtful:
        told = (
            f"{_DOUBT} {counted(doubtful, 'alias', 'aliases')} of which it is not certain whose "
            "it is: leaderboards bear aliases only, which several may share or have changed."
        )
        lines += wrapped(Content.styled(told, _DIM), width)
    return lines


def _why_unread(view: "RaceView") -> str:
    if view.gone_at is not None:
        return "It was never read."
    if view.shown.state is RaceState.FUTURE:
        return "Nobody can have a result before the race opens."
    return "It was not read yet: it is read while this page is in sight."


_Told = Callable[[LeaderboardRow], str]


def _optional(timing: str, width: int) -> list[tuple[str, _Told]]:
    """The times that there is room for beside what it is ranked by, with their headings."""
    average, best = TimingMethod.AVERAGE_LAP, TimingMethod.BEST_LAP
    known: list[tuple[str, str, _Told]] = [
        (average, _TIMES[average], lambda row: lap_text(row.ranking.average_lap)),
        (best, _TIMES[best], lambda row: lap_text(row.ranking.best_lap)),
        ("", "Next (s)", lambda row: gap_text(row.interval)),
    ]
    others = [(heading, told) for method, heading, told in known if method != timing]
    room = (width - _BASE - _WHO) // (_TIME + _GAP)
    return others[: max(0, room)]


def _board_heading(width: int, timing: str) -> Content:
    parts = [f"{'#':>{_PLACE}}", f"{'Alias':<{_ALIAS}}"]
    ranked_by = _TIMES.get(timing, capitalised(timing_text(timing)))
    parts += [f"{ranked_by:>{_TIME}}", f"{'Gap (s)':>{_TIME}}"]
    parts += [f"{heading:>{_TIME}}" for heading, _ in _optional(timing, width)]
    parts += [f"{'Laps':>{_COUNT}}", f"{'Rst':>{_COUNT}}", f"{'Off':>{_COUNT}}", "Email, team"]
    return Content.styled(fit((" " * _GAP).join(parts), width), _DIM)


def _board_line(view: "RaceView", row: LeaderboardRow, width: int) -> Content:
    ranking, timing = row.ranking, view.page.stored.race.definition.timing
    parts = [
        f"{ranking.rank:>{_PLACE},}",
        _padded(shown_alias(ranking.alias), _ALIAS),
        f"{lap_text(ranking.score):>{_TIME}}",
        f"{gap_text(row.gap):>{_TIME}}",
    ]
    parts += [f"{told(row):>{_TIME}}" for _, told in _optional(timing, width)]
    parts += [
        f"{_number(one):>{_COUNT}}" for one in (ranking.laps, ranking.resets, ranking.off_tracks)
    ]
    line = Content((" " * _GAP).join(parts) + " " * _GAP) + _who(view, row)
    return line.truncate(width, ellipsis=True)


def _who(view: "RaceView", row: LeaderboardRow) -> Content:
    """Return whose alias it is where that is certain, else who it may be, marked."""
    identity = row.identity
    hidden = Content("")
    if view.leaderboard.is_hidden(row.ranking.alias):
        hidden = Content.styled("hidden · ", _PENDING)
    if identity.match is Match.CERTAIN:
        told = ", ".join(filter(None, (clean(identity.email), clean(identity.team))))
        return hidden + Content(told or "no email known")
    return hidden + Content.styled(f"{_DOUBT} {_doubt(row)}", _DIM)


def _doubt(row: LeaderboardRow) -> str:
    found = row.identity.racers
    if row.identity.match is Match.UNKNOWN:
        return "nobody here bears it now"
    if len(found) == 1:
        return f"perhaps {clean(found[0].email or found[0].profile_id)}"
    return f"one of {len(found):,} racers"


def history(view: "RaceView", width: int, *, whole: bool) -> Lines:
    """Return how the places have changed, the newest first.

    Args:
        view: The page.
        width: Of the lines, in cells.
        whole: Whether all of it, and not only the newest.
    """
    if not view.changes:
        told = "None that drtui has seen: it keeps what it reads from the first time on."
        return wrapped(Content.styled(told, _DIM), width)
    seen: list[tuple[datetime, Content]] = []
    before: dict[str, PositionChange] = {}
    for change in view.changes:
        seen.append((change.at, _change(view, change, before.get(change.alias))))
        before[change.alias] = change
    seen.sort(key=itemgetter(0), reverse=True)
    lines = [line.truncate(width, ellipsis=True) for _, line in seen]
    left = len(lines) - HISTORY_FIRST
    if whole or left <= 0:
        return lines
    return [*lines[:HISTORY_FIRST], Content.styled(f"and {left:,} before: H shows all", _DIM)]


def _change(view: "RaceView", change: PositionChange, was: PositionChange | None) -> Content:
    former = "new" if was is None or was.rank is None else f"{was.rank:,}"
    now = "gone" if change.rank is None else f"{change.rank:,}"
    moved = f"at {now}" if was is None else f"{former} → {now}"
    up = was is not None and was.rank is not None and change.rank is not None
    tone = _FOCUS if up and was is not None and (change.rank or 0) < (was.rank or 0) else ""
    return Content.assemble(
        (f"{in_zone(change.at, view.zone):%m-%d %H:%M}  ", _DIM),
        f"{_padded(shown_alias(change.alias), _SHORT_ALIAS)}  ",
        (f"{moved:<9}", tone),
        f"{lap_text(change.score):>{_TIME}}" if change.rank is not None else "",
    )


def _number(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _padded(text: str, width: int) -> str:
    """Return a text in just so many cells, safe to show."""
    cut = fit(text, width)
    return f"{cut}{' ' * (width - text_width(cut))}"
