"""The roster of a race: who could take part, and who does as far as that can be told. Pure.

Leaderboards bear aliases only (DeepRacer API facts, behaviour 5), so that who is on one may be a
guess. The queue of a live race bears the ids of profiles, and leaves no doubt.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.leaderboards import LeaderboardRow, Match, team_of
from drtui.domain.live_races import QueueItem
from drtui.domain.race_records import NamedRacer
from drtui.domain.text import clean


class RaceTrait(StrEnum):
    """What a racer can be looked for by.

    The first three exclude each other, and so do the others.
    """

    READY = "ready-model"
    NO_READY = "no-ready-model"
    MODELS_UNKNOWN = "models-unknown"
    ENTERED = "entered"
    PERHAPS = "perhaps-entered"
    NOT_ENTERED = "not-entered"
    ENTRY_UNKNOWN = "entry-unknown"


@dataclass(frozen=True, slots=True)
class RaceRosterRow:
    """A racer, and how they stand in one race.

    Attributes:
        key: The user's in the store.
        rank: The place on the leaderboard; None where there is none, or it may be another's.
        in_queue: How many submissions wait in the queue of a live race, or were in it.
        traits: One about the models, and one about the entry.
    """

    key: int
    racer: NamedRacer
    rank: int | None
    in_queue: int
    traits: frozenset[RaceTrait]

    @property
    def entry(self) -> RaceTrait:
        """Whether they take part."""
        return next(one for one in _ENTRIES if one in self.traits)

    def as_json(self) -> dict[str, object]:
        """Return it for JSON and CSV; an unknown number is null."""
        return {
            "profile_id": self.racer.profile_id,
            "alias": clean(self.racer.alias),
            "email": None if self.racer.email is None else clean(self.racer.email),
            "team": clean(team_of(self.racer)),
            "ready_models": self.racer.ready_models,
            "entry": self.entry.value,
            "rank": self.rank,
            "in_queue": self.in_queue,
            "tags": list(self.racer.tags),
        }


RACE_ROSTER_COLUMNS: Final = (
    *("profile_id", "alias", "email", "team", "ready_models", "entry", "rank", "in_queue"),
    "tags",
)
"""The columns of a race's roster as a CSV, which are the keys of `RaceRosterRow.as_json`."""

_ENTRIES: Final = (
    RaceTrait.ENTERED,
    RaceTrait.PERHAPS,
    RaceTrait.NOT_ENTERED,
    RaceTrait.ENTRY_UNKNOWN,
)


def roster_rows(
    racers: Mapping[int, NamedRacer],
    board: Sequence[LeaderboardRow],
    queue: Sequence[QueueItem],
    *,
    read: bool,
) -> list[RaceRosterRow]:
    """Return a row for each racer, in the order they are given in.

    Args:
        racers: By the users' keys.
        board: The race's leaderboard.
        queue: That of a live race; empty where it is none.
        read: Whether the leaderboard was ever read.
    """
    certain: dict[str, int] = {}
    perhaps: set[str] = set()
    for row in board:
        ids = [one.profile_id for one in row.identity.racers]
        if row.identity.match is Match.CERTAIN:
            certain[ids[0]] = row.ranking.rank
        else:
            perhaps.update(ids)
    queued = Counter(one.profile_id for one in queue)
    rows = []
    for key, racer in racers.items():
        who = racer.profile_id
        waiting = queued[who]
        if who in certain or waiting:
            entry = RaceTrait.ENTERED
        elif who in perhaps:
            entry = RaceTrait.PERHAPS
        else:
            entry = RaceTrait.NOT_ENTERED if read else RaceTrait.ENTRY_UNKNOWN
        traits = frozenset({_readiness(racer), entry})
        rows.append(RaceRosterRow(key, racer, certain.get(who), waiting, traits))
    return rows


def with_race_traits(
    rows: Iterable[RaceRosterRow], wanted: Collection[RaceTrait]
) -> list[RaceRosterRow]:
    """Return the rows that have all of some traits; without any trait, all rows."""
    return [row for row in rows if row.traits.issuperset(wanted)]


def _readiness(racer: NamedRacer) -> RaceTrait:
    if racer.ready_models is None:
        return RaceTrait.MODELS_UNKNOWN
    return RaceTrait.READY if racer.ready_models else RaceTrait.NO_READY
