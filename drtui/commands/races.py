"""Races from the store: the list, one race, and asking for fresher ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from drtui.commands.filters import read_filter
from drtui.commands.workspace import Workspace
from drtui.domain.live_order import places
from drtui.domain.live_races import QueueItem
from drtui.domain.problems import InvalidInputError
from drtui.domain.race_documents import definition_document
from drtui.domain.race_filter_fields import RACES
from drtui.domain.race_records import RaceListing, StoredLeaderboard, StoredLive, StoredRace
from drtui.domain.race_states import RaceState, state_of
from drtui.domain.race_table import RaceRow
from drtui.domain.text import clean, iso
from drtui.domain.tracks import track_name
from drtui.store.database import Transaction
from drtui.store.interests import declare_interest, declare_interests
from drtui.store.live_races import LIVE_INTEREST, read_live
from drtui.store.race_table import race_keys, race_rows
from drtui.store.races import (
    RACE_INTEREST,
    RACES_INTEREST,
    find_races,
    race_even_gone,
    read_race_listing,
)
from drtui.store.rankings import read_leaderboard

WATCH_SECONDS: Final = 90.0
_ASKED_SECONDS: Final = 20.0
_NAMED: Final = 5  # races that are named where words are not clear

RACE_COLUMNS: Final = (
    *("race_id", "name", "kind", "state", "track", "track_name", "direction", "opens_at"),
    *("closes_at", "participants", "max_submissions", "timing", "live", "live_status", "live_at"),
    *("auto_launch", "submissions_open", "pending", "as_of"),
)
"""The columns of the list as a CSV, which are the keys of `race_as_json`."""

QUEUE_COLUMNS: Final = (
    *("place", "alias", "model", "status", "resets", "submitted_at", "submission_id"),
    "profile_id",
)
"""The columns of a queue as a CSV, which are the keys of `queue_as_json`."""


@dataclass(frozen=True, slots=True)
class StoredRacePage:
    """Everything that the store knows of one race.

    Attributes:
        stored: The race, there or gone.
        board: Its leaderboard.
        live: How it stands where it is a live race; empty where it is none.
    """

    stored: StoredRace
    board: StoredLeaderboard
    live: StoredLive = field(default_factory=StoredLive)


def list_races(
    workspace: Workspace, text: str = "", sort: str = "state", *, reverse: bool = False
) -> list[RaceRow]:
    """Return the races that a filter matches, in the order of a field.

    Raises:
        FilterError: The filter cannot be read.
        InvalidInputError: There is no such field to sort by.
        StoreProblemError: The store cannot be read.
    """
    expression = read_filter(workspace, text, RACES)
    now = workspace.database.clock()
    with workspace.database.read() as connection:
        keys = race_keys(connection, now, expression, sort, reverse=reverse)
        return list(race_rows(connection, keys).values())


def select_races(
    workspace: Workspace, text: str = "", sort: str = "state", *, reverse: bool = False
) -> Sequence[int]:
    """Return the keys of the races that a filter matches; see `list_races`."""
    expression = read_filter(workspace, text, RACES)
    now = workspace.database.clock()
    with workspace.database.read() as connection:
        return race_keys(connection, now, expression, sort, reverse=reverse)


def race_listing(workspace: Workspace) -> RaceListing:
    """Return how reading the list of races goes."""
    with workspace.database.read() as connection:
        return read_race_listing(connection)


def named_race(workspace: Workspace, words: str) -> StoredRace:
    """Return the one race that words name: its id, its name, or a part of that.

    A race that is gone is named by its id.

    Raises:
        InvalidInputError: None or several are named.
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        return race_named(connection, words)


def race_named(connection: Transaction, words: str) -> StoredRace:
    """The same of the same moment as whatever else is read."""
    found = find_races(connection, words)
    if not found and (gone := race_even_gone(connection, words.strip())) is not None:
        return gone
    if len(found) == 1:
        return found[0]
    if not found:
        raise InvalidInputError(
            f"No race is called “{clean(words.strip(), 60)}”: see “drtui races list”."
        )
    named = [f"{clean(one.race.definition.name, 40)} ({one.race.race_id})" for one in found]
    more = ", …" if len(named) > _NAMED else ""
    raise InvalidInputError(
        f"“{clean(words.strip(), 60)}” is the name of {len(found):,} races, or a part of it: name "
        f"one by its id: {', '.join(named[:_NAMED])}{more}."
    )


def race_page(workspace: Workspace, race_id: str) -> StoredRacePage | None:
    """Return what is known of a race, gone or not; None where it never was.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        stored = race_even_gone(connection, race_id)
        if stored is None:
            return None
        live = stored.race.definition.live
        return StoredRacePage(
            stored,
            read_leaderboard(connection, race_id),
            read_live(connection, race_id) if live else StoredLive(),
        )


def watch_races(workspace: Workspace, seconds: float = WATCH_SECONDS) -> None:
    """Ask the engine to keep the list of races fresh for so long.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    declare_interest(workspace.database, RACES_INTEREST, seconds)


def watch_race(
    workspace: Workspace, race_id: str, seconds: float = WATCH_SECONDS, *, live: bool = False
) -> None:
    """Ask the engine to keep one race's leaderboard fresh, and the list with it.

    Args:
        workspace: The account's.
        race_id: Whose.
        seconds: For how long.
        live: Whether its queue and what runs now are wanted too.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    subjects = [f"{RACE_INTEREST}{race_id}", *([f"{LIVE_INTEREST}{race_id}"] if live else [])]
    declare_interests(workspace.database, subjects, seconds)


def read_list_now(workspace: Workspace) -> Callable[[], bool]:
    """Ask the engine for the list of races now; for a short while.

    Returns:
        What tells whether it has been read since, or could not be.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    database = workspace.database
    began = database.clock()
    watch_races(workspace, _ASKED_SECONDS)

    def tried() -> bool:
        listing = race_listing(workspace)
        waited = database.clock() - began > _ASKED_SECONDS
        return waited or _later(listing.tried_at, began) or _later(listing.read_at, began)

    return tried


def read_boards_now(workspace: Workspace, races: Sequence[StoredRace]) -> Callable[[], bool]:
    """Ask the engine for leaderboards now, and for the queues of live races; for a short while.

    Returns:
        What tells whether all have been read since, or could not be.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    database = workspace.database
    began = database.clock()
    for one in races:
        watch_race(workspace, one.race.race_id, _ASKED_SECONDS, live=one.race.definition.live)

    def tried() -> bool:
        if database.clock() - began > _ASKED_SECONDS:
            return True
        with database.read() as connection:
            return all(_read_since(connection, one, began) for one in races)

    return tried


def _read_since(connection: Transaction, stored: StoredRace, began: float) -> bool:
    race_id = stored.race.race_id
    board = read_leaderboard(connection, race_id)
    known = [bool(board.trouble) or _later(board.read_at, began)]
    if stored.race.definition.live:
        live = read_live(connection, race_id)
        known.append(bool(live.trouble) or _later(live.read_at, began))
    return all(known)


def _later(at: datetime | None, began: float) -> bool:
    return at is not None and at.timestamp() >= began


def race_as_json(row: RaceRow, now: datetime) -> dict[str, object]:
    """Return one race as `drtui races list --json` shows it; see docs/command-line.md.

    Args:
        row: The race.
        now: What is open is known by it.
    """
    race = row.definition
    return {
        "race_id": row.race_id or None,
        "name": race.name,
        "kind": race.race_type,
        "state": state_of(race, now).value,
        "track": race.track,
        "track_name": track_name(race.track),
        "direction": race.direction,
        "opens_at": iso(race.opens_at),
        "closes_at": iso(race.closes_at),
        "participants": row.participants,
        "max_submissions": race.max_submissions,
        "timing": race.timing,
        "live": race.live,
        "live_status": row.live_status,
        "live_at": iso(race.live_at),
        "auto_launch": row.auto_launch,
        "submissions_open": row.submissions_open,
        "pending": row.pending,
        "as_of": iso(row.as_of),
    }


def row_of(stored: StoredRace) -> RaceRow:
    """Return a race as the list has it."""
    race = stored.race
    return RaceRow(
        key=stored.key,
        race_id=race.race_id,
        definition=race.definition,
        participants=race.participants,
        live_status=race.live_status,
        auto_launch=race.auto_launch,
        submissions_open=race.submissions_open,
        pending=stored.pending,
        as_of=stored.as_of,
    )


def page_as_json(page: StoredRacePage, now: datetime) -> dict[str, object]:
    """Return a race's page as `drtui races show --json` shows it; see docs/command-line.md."""
    state = page.live.state
    live: dict[str, object] | None = None
    if page.stored.race.definition.live:
        live = {
            "queue": queue_as_json(page.live.queue),
            "winner": None if state is None else state.winner or None,
            "as_of": iso(page.live.read_at),
            "trouble": page.live.trouble,
        }
    return {
        **race_as_json(row_of(page.stored), now),
        "definition": definition_document(page.stored.race.definition),
        "gone_at": iso(page.stored.gone_at),
        "on_leaderboard": None if page.board.read_at is None else len(page.board.rankings),
        "leaderboard_as_of": iso(page.board.read_at),
        "leaderboard_trouble": page.board.trouble,
        "live_race": live,
    }


def queue_as_json(queue: Sequence[QueueItem]) -> list[dict[str, object]]:
    """Return a queue as a script reads it, in its order; `place` is among those that wait."""
    there = places(queue)
    return [
        {
            "place": there.get(one.submission_id),
            "submission_id": one.submission_id,
            "profile_id": one.profile_id,
            "alias": one.participant,
            "model": one.model,
            "status": one.status,
            "resets": one.resets,
            "submitted_at": iso(one.submitted_at),
        }
        for one in queue
    ]


def is_stale(workspace: Workspace, stored: StoredRace, seconds: float) -> bool:
    """Whether a leaderboard, or the queue of a live race, may have changed since it was read.

    Those of an open race may after a while, a closed one's only when it was read before; a race
    that is gone, or has not opened, has none to be read.

    Args:
        workspace: The account's.
        stored: Whose.
        seconds: After which those of an open race are stale.
    """
    race, now = stored.race.definition, moment_of(workspace)
    if stored.gone_at is not None or state_of(race, now) is RaceState.FUTURE:
        return False
    with workspace.database.read() as connection:
        times = [read_leaderboard(connection, stored.race.race_id).read_at]
        if race.live:
            times.append(read_live(connection, stored.race.race_id).read_at)
    if state_of(race, now) is RaceState.CLOSED:
        return any(at is None or at < race.closes_at for at in times)
    return any(at is None or (now - at).total_seconds() > seconds for at in times)


def moment_of(workspace: Workspace) -> datetime:
    """Return the present, by the store's clock."""
    return datetime.fromtimestamp(workspace.database.clock(), UTC)
