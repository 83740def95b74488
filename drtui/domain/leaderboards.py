"""A leaderboard as it is read: gaps, and whose aliases they are as far as that can be told.

Rankings carry aliases only, aliases are not unique, and everyone is `RacerAlias` until the first
sign-in (DeepRacer API facts, behaviour 5): who it is, is a guess wherever it is not certain.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drtui.domain.race_records import NamedRacer
from drtui.domain.races import Ranking
from drtui.domain.sponsorship import FIRST_ALIAS
from drtui.domain.tags import TEAM, stored_tag
from drtui.domain.text import fold

_MINUTE: Final = 60_000  # ms
_SECOND: Final = 1_000


class Match(StrEnum):
    """Whether it is known who bears an alias."""

    CERTAIN = "certain"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who bears an alias.

    Attributes:
        racers: The one who does where it is certain, else all who may; none where unknown.
    """

    match: Match
    racers: tuple[NamedRacer, ...] = ()

    @property
    def racer(self) -> NamedRacer | None:
        """Who it is; None where that is not certain."""
        return self.racers[0] if self.match is Match.CERTAIN else None

    @property
    def email(self) -> str:
        """The email of whoever it certainly is; empty where that is not known."""
        return (self.racer.email if self.racer is not None else None) or ""

    @property
    def team(self) -> str:
        """The team of whoever it certainly is; empty where there is none."""
        return "" if self.racer is None else team_of(self.racer)


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """A place on a leaderboard.

    Attributes:
        gap: To the leader, in ms; None where either time is not known, as of the leader's own.
        interval: Likewise to the one before.
    """

    ranking: Ranking
    gap: int | None
    interval: int | None
    identity: Identity


def leaderboard_rows(
    rankings: Sequence[Ranking], racers: Mapping[str, Sequence[NamedRacer]]
) -> tuple[LeaderboardRow, ...]:
    """Return a leaderboard's rows, the leader first.

    Args:
        rankings: As last read, in any order.
        racers: Who may bear each alias, whatever its case; see `identity_of`.
    """
    ordered = sorted(rankings, key=lambda one: one.rank)
    times = Counter(one.alias for one in ordered)
    rows: list[LeaderboardRow] = []
    for index, ranking in enumerate(ordered):
        identity = identity_of(ranking.alias, racers.get(ranking.alias, ()))
        if times[ranking.alias] > 1 and identity.match is Match.CERTAIN:
            identity = Identity(Match.AMBIGUOUS, identity.racers)
        leader = ordered[0] if index else None
        before = ordered[index - 1] if index else None
        rows.append(LeaderboardRow(ranking, _gap(ranking, leader), _gap(ranking, before), identity))
    return tuple(rows)


def identity_of(alias: str, racers: Sequence[NamedRacer]) -> Identity:
    """Return who bears an alias.

    Args:
        alias: As the leaderboard has it.
        racers: Who may bear it, whatever its case. Somebody of another case may have changed it
            since, so that this is never certain.
    """
    exact = tuple(one for one in racers if one.alias == alias)
    if len(exact) == 1 and exact[0].certain and fold(alias) != fold(FIRST_ALIAS):
        return Identity(Match.CERTAIN, exact)
    if found := exact or tuple(racers):
        return Identity(Match.AMBIGUOUS, found)
    return Identity(Match.UNKNOWN)


def team_of(racer: NamedRacer) -> str:
    """Return a racer's team; empty where there is none."""
    tags = (stored_tag(label) for label in racer.tags)
    return next((tag.value for tag in tags if tag.key == TEAM), "")


def lap_text(milliseconds: int | None) -> str:
    """Return a time on a track: `9.037`, `1:09.037`; `?` where it is not known."""
    if milliseconds is None:
        return "?"
    sign, whole = ("-" if milliseconds < 0 else ""), abs(milliseconds)
    minutes, rest = divmod(whole, _MINUTE)
    seconds, thousandths = divmod(rest, _SECOND)
    if minutes:
        return f"{sign}{minutes}:{seconds:02}.{thousandths:03}"
    return f"{sign}{seconds}.{thousandths:03}"


def gap_text(milliseconds: int | None) -> str:
    """Return a gap: `+0.037`; empty where there is none, or it is not known."""
    if milliseconds is None:
        return ""
    return lap_text(milliseconds) if milliseconds < 0 else f"+{lap_text(milliseconds)}"


def with_unit(time: str) -> str:
    """Return a time of `lap_text` or `gap_text` for a sentence: `9.037 s`; `1:09.037` has none."""
    return f"{time} s" if time[-1:].isdigit() and ":" not in time else time


def _gap(ranking: Ranking, other: Ranking | None) -> int | None:
    if other is None or ranking.score is None or other.score is None:
        return None
    return ranking.score - other.score
