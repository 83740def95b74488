"""A race's leaderboard from the store: gaps, who it is, what is hidden, and how it has changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands.workspace import Workspace
from drtui.domain.leaderboards import Identity, LeaderboardRow, Match, leaderboard_rows
from drtui.domain.race_records import (
    NamedRacer,
    PositionChange,
    StoredLeaderboard,
    StoredRace,
)
from drtui.domain.races import Ranking
from drtui.domain.text import fold, iso
from drtui.store.database import Transaction
from drtui.store.moderation import hidden_aliases
from drtui.store.moderation import hide_alias as store_hidden
from drtui.store.moderation import show_alias as store_shown
from drtui.store.race_matching import racers_of_aliases
from drtui.store.races import race_even_gone
from drtui.store.rankings import position_changes, read_leaderboard

HIDDEN: Final = "(hidden)"
"""What an audience reads instead of an alias that is hidden."""

LEADERBOARD_COLUMNS: Final = (
    *("rank", "alias", "email", "team", "match", "may_be", "score_ms", "gap_ms", "interval_ms"),
    *("best_lap_ms", "average_lap_ms", "total_ms", "laps", "resets", "off_tracks", "collisions"),
    *("submission", "submitted_at", "hidden"),
)
"""The columns of a leaderboard as a CSV, which are the keys of `row_as_json`."""

HISTORY_COLUMNS: Final = ("at", "alias", "rank", "score_ms")
"""The columns of a position history as a CSV, which are the keys of `change_as_json`."""


@dataclass(frozen=True, slots=True)
class RaceLeaderboard:
    """A leaderboard as it is shown.

    Attributes:
        stored: The race, there or gone.
        board: As last read, with its age.
        rows: The leader first.
        hidden: The folded aliases that no audience is shown.
    """

    stored: StoredRace
    board: StoredLeaderboard
    rows: tuple[LeaderboardRow, ...]
    hidden: frozenset[str]

    @property
    def race_id(self) -> str:
        """Whose it is."""
        return self.stored.race.race_id

    def is_hidden(self, alias: str) -> bool:
        """Whether an alias is not for an audience."""
        return fold(alias) in self.hidden

    def shown(self, alias: str) -> str:
        """Return an alias as an audience reads it."""
        return HIDDEN if self.is_hidden(alias) else alias


def race_leaderboard(workspace: Workspace, race_id: str) -> RaceLeaderboard | None:
    """Return a race's leaderboard, of a race that is gone as well; None where it never was.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        stored = race_even_gone(connection, race_id)
        return None if stored is None else leaderboard_of(connection, stored)


def leaderboard_of(connection: Transaction, stored: StoredRace) -> RaceLeaderboard:
    """The same of the same moment as whatever else is read."""
    (board,), _ = leaderboards_of(connection, [stored])
    return board


def leaderboards_of(
    connection: Transaction, races: Sequence[StoredRace]
) -> tuple[tuple[RaceLeaderboard, ...], Mapping[str, tuple[NamedRacer, ...]]]:
    """Return the leaderboards of several races, and the racers of all their aliases.

    Who bears an alias is looked up among all racers, and once for all races: what may have changed
    since the leaderboard that was read first is certain on none.

    Args:
        connection: In a transaction.
        races: There or gone.

    Returns:
        The leaderboards in the order of the races; and by alias, see `racers_of_aliases`.
    """
    boards = [read_leaderboard(connection, one.race.race_id) for one in races]
    aliases = dict.fromkeys(ranking.alias for one in boards for ranking in one.rankings)
    read_at = min((one.read_at for one in boards if one.read_at is not None), default=None)
    racers, hidden = racers_of_aliases(connection, aliases, read_at), hidden_aliases(connection)
    found = (
        RaceLeaderboard(race, board, leaderboard_rows(board.rankings, racers), hidden)
        for race, board in zip(races, boards, strict=True)
    )
    return tuple(found), racers


def position_history(workspace: Workspace, race_id: str) -> list[PositionChange]:
    """Return how the places have changed since drtui first read them, oldest first.

    Raises:
        StoreProblemError: The store cannot be read.
    """
    with workspace.database.read() as connection:
        return position_changes(connection, race_id)


def changes_by_alias(
    changes: Sequence[PositionChange], aliases: Collection[str] = ()
) -> Mapping[str, tuple[PositionChange, ...]]:
    """Return the changes of each alias, oldest first.

    Args:
        changes: Of one race.
        aliases: Those that are wanted, whatever their case; without any, all.
    """
    wanted = {fold(one) for one in aliases}
    found: dict[str, list[PositionChange]] = {}
    for change in changes:
        if not wanted or fold(change.alias) in wanted:
            found.setdefault(change.alias, []).append(change)
    return {alias: tuple(own) for alias, own in found.items()}


def hide(workspace: Workspace, alias: str) -> None:
    """Hide an alias from audiences, in whatever case, from now on and in every race.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    store_hidden(workspace.database, alias, workspace.author())


def unhide(workspace: Workspace, alias: str) -> bool:
    """Show an alias again that was hidden; one that is being changed stays so until then.

    Returns:
        Whether it stays hidden.

    Raises:
        StoreProblemError: The store cannot be written.
    """
    return store_shown(workspace.database, alias, workspace.author())


def doubt_text(identity: Identity) -> str:
    """Return who somebody on a leaderboard is where that is not certain; empty where it is."""
    if identity.match is Match.CERTAIN:
        return ""
    if identity.match is Match.UNKNOWN:
        return "nobody here bears this alias now"
    number = len(identity.racers)
    named = identity.racers[0].email or identity.racers[0].profile_id
    return f"perhaps {named}" if number == 1 else f"one of {number:,} racers"


def row_as_json(row: LeaderboardRow, board: RaceLeaderboard) -> dict[str, object]:
    """Return a place as `drtui races leaderboard --json` shows it; see docs/command-line.md."""
    ranking, identity = row.ranking, row.identity
    doubtful = identity.match is Match.AMBIGUOUS
    return {
        "rank": ranking.rank,
        "alias": ranking.alias,
        "email": identity.email or None,
        "team": identity.team or None,
        "match": identity.match.value,
        "may_be": [one.email or one.profile_id for one in identity.racers] if doubtful else [],
        "score_ms": ranking.score,
        "gap_ms": row.gap,
        "interval_ms": row.interval,
        **laps_as_json(ranking),
        "hidden": board.is_hidden(ranking.alias),
    }


def leaderboard_as_json(board: RaceLeaderboard) -> dict[str, object]:
    """Return a leaderboard as `drtui races leaderboard --json` shows it."""
    race = board.stored.race
    return {
        "race_id": race.race_id,
        "name": race.definition.name,
        "timing": race.definition.timing,
        "as_of": iso(board.board.read_at),
        "trouble": board.board.trouble,
        "rankings": [row_as_json(row, board) for row in board.rows],
    }


def change_as_json(change: PositionChange) -> dict[str, object]:
    """Return a change of place as `drtui races history --json` shows it."""
    return {
        "at": iso(change.at),
        "alias": change.alias,
        "rank": change.rank,
        "score_ms": change.score,
    }


def laps_as_json(ranking: Ranking) -> dict[str, object]:
    """Return what a submission came to, as leaderboards, results and exports have it."""
    return {
        "best_lap_ms": ranking.best_lap,
        "average_lap_ms": ranking.average_lap,
        "total_ms": ranking.total,
        "laps": ranking.laps,
        "resets": ranking.resets,
        "off_tracks": ranking.off_tracks,
        "collisions": ranking.collisions,
        "submission": ranking.submission,
        "submitted_at": iso(ranking.submitted_at),
    }
