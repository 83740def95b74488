"""The roster of a race from the store: who has a model that is ready, and who takes part."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from drtui.commands.filters import read_filter
from drtui.commands.leaderboards import RaceLeaderboard, leaderboard_of
from drtui.commands.races import race_named
from drtui.commands.workspace import Workspace
from drtui.domain.leaderboards import Match
from drtui.domain.race_records import NamedRacer
from drtui.domain.race_roster import RaceRosterRow, RaceTrait, roster_rows, with_race_traits
from drtui.domain.records import Role, SponsoredUser
from drtui.domain.wording import counted
from drtui.store.database import Transaction
from drtui.store.filter_sql import where
from drtui.store.live_races import read_live
from drtui.store.race_matching import ready_models
from drtui.store.users import user_keys, users_by_key

_MAY_RACE: Final = frozenset({Role.RACER, Role.UNKNOWN})
"""Those of whom a race facilitator reads nothing but names are racers as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class RaceRoster:
    """Who could take part in a race.

    Attributes:
        leaderboard: The race's, of the same moment.
        rows: Those that were asked for, by alias.
        counts: How many of all whom the filter matches have each trait.
        total: How many racers there are, whatever is filtered.
        strangers: The aliases on the leaderboard that nobody bears now.
    """

    leaderboard: RaceLeaderboard
    rows: tuple[RaceRosterRow, ...]
    counts: Counter[RaceTrait]
    total: int
    strangers: tuple[str, ...]

    @property
    def emails(self) -> tuple[str, ...]:
        """The addresses of the rows that have one, in their order, each once."""
        return tuple(dict.fromkeys(row.racer.email for row in self.rows if row.racer.email))

    @property
    def text(self) -> str:
        """Sum it up in one line."""
        count = self.counts
        parts = [
            counted(len(self.rows), "racer"),
            f"{count[RaceTrait.READY]:,} with a READY model",
            f"{count[RaceTrait.ENTERED]:,} entered",
        ]
        if perhaps := count[RaceTrait.PERHAPS]:
            parts.append(f"{perhaps:,} perhaps")
        if unknown := count[RaceTrait.MODELS_UNKNOWN]:
            parts.append(f"models of {unknown:,} not read yet")
        if self.strangers:
            parts.append(f"{counted(len(self.strangers), 'alias', 'aliases')} of nobody here")
        return " · ".join(parts)


def race_roster(
    workspace: Workspace, race: str, text: str = "", traits: Collection[RaceTrait] = ()
) -> RaceRoster:
    """Return who could take part in a race, and who does.

    Args:
        workspace: The account's.
        race: Its id, its name or a part of that.
        text: The filter language, of users; empty is all of them. Admins, facilitators and others
            who are no racers are left out.
        traits: What is to be true of them; all of it.

    Raises:
        FilterError: The filter cannot be read.
        InvalidInputError: No race or several are named.
        StoreProblemError: The store cannot be read.
    """
    condition = where(read_filter(workspace, text), rates=workspace.rates)
    with workspace.database.read() as connection:
        board = leaderboard_of(connection, race_named(connection, race))
        profiles = _racers(connection, user_keys(connection, condition))
        everybody = _racers(connection, user_keys(connection)) if text.strip() else profiles
        ready = ready_models(connection, [one.profile.profile_id for one in profiles.values()])
        queue = read_live(connection, board.race_id).queue
    racers = {
        key: NamedRacer(
            user.profile.profile_id,
            user.profile.alias,
            user.profile.email,
            user.tags,
            ready[user.profile.profile_id],
        )
        for key, user in profiles.items()
    }
    rows = roster_rows(racers, board.rows, queue, read=board.board.read_at is not None)
    unknown = (row for row in board.rows if row.identity.match is Match.UNKNOWN)
    return RaceRoster(
        board,
        tuple(with_race_traits(rows, traits)),
        Counter(trait for row in rows for trait in row.traits),
        len(everybody),
        tuple(dict.fromkeys(row.ranking.alias for row in unknown)),
    )


def _racers(connection: Transaction, keys: Sequence[int]) -> dict[int, SponsoredUser]:
    users = users_by_key(connection, keys)
    return {key: user for key, user in users.items() if user.profile.role in _MAY_RACE}
