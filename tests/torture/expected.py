"""What confirmed operations imply for the account: a model that knows nothing of drtui."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

Limits = tuple[int | None, int | None]
PAUSED: Final = (0, 0)
_PAUSES: Final = 0.35


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as the command line is asked for it.

    Attributes:
        kind: As the log names it.
        arguments: Of the command, without `--yes`; standard input for a list is in `people`.
        people: Whom an invitation is for, or whose models are deleted.
        race: What a new race is called.
        becomes: What it makes of a racer's limits; None leaves racers alone.
        invites: Whether it invites `people`.
        empties: Whether it deletes the models of `people`.
    """

    kind: str
    arguments: tuple[str, ...]
    people: tuple[str, ...] = ()
    race: str = ""
    becomes: Callable[["Racer"], None] | None = None
    invites: bool = False
    empties: bool = False


@dataclass(slots=True)
class Racer:
    """A racer's limits, and those that are remembered while they are paused."""

    limits: Limits
    remembered: Limits | None = None

    def pause(self) -> None:
        """Stop them."""
        if self.limits != PAUSED:
            self.remembered, self.limits = self.limits, PAUSED

    def resume(self) -> None:
        """Give them back what they had."""
        if self.limits == PAUSED and self.remembered is not None:
            self.limits = self.remembered

    def give(self, minutes: int, models: int) -> None:
        """Set both limits."""
        self.limits = (minutes, models)

    def add(self, minutes: int) -> None:
        """Give more minutes."""
        before, models = self.limits
        assert before is not None
        self.limits = (before + minutes, models)


@dataclass(slots=True)
class Timed:
    """What is asked for a set time.

    Attributes:
        asked: What.
        at: When, in seconds since the epoch.
        state: What has to have become of it, as the log names it.
        operation: The operation that it has to be; None where it has to be none.
        by_hand: Whether it was run by hand, after it was missed.
    """

    asked: Asked
    at: float
    state: str = "waiting"
    operation: int | None = None
    by_hand: bool = False


@dataclass
class Expected:
    """What the account has to be in the end.

    Attributes:
        racers: Their limits, by profile id.
        models: How many models they store, by profile id.
        created: What names each invitation and each race.
        paused: Whether racers are paused now.
        timed: What was asked for set times, in the order of their numbers.
    """

    racers: dict[str, Racer]
    models: dict[str, int] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    paused: bool = False
    timed: list[Timed] = field(default_factory=list)
    _before: dict[str, Racer] = field(default_factory=dict)
    _on_racers: dict[int, tuple[Asked, dict[str, Racer]]] = field(default_factory=dict)

    def confirm(self, asked: Asked, number: int = 0) -> int:
        """Take an operation as confirmed, by its number; return how many targets it has."""
        if asked.invites:
            self.created |= {f"/profile {one}" for one in asked.people}
        if asked.empties:
            self.models |= dict.fromkeys(asked.people, 0)
        if asked.race:
            self.created.add(f"/leaderboards {asked.race}")
        if asked.becomes is None:
            return len(asked.people) + bool(asked.race)
        self._before = {one: replace(racer) for one, racer in self.racers.items()}
        self._on_racers[number] = asked, self._before
        for racer in self.racers.values():
            asked.becomes(racer)
        if asked.kind in ("pause", "resume"):
            self.paused = asked.kind == "pause"
        return len(self.racers)

    def send_again(self, number: int, whom: Iterable[str]) -> None:
        """Take an operation as done after all later ones, for whom it is sent again after these."""
        again, before = self._on_racers[number]
        later = [asked for other, (asked, _) in self._on_racers.items() if other > number]
        for one in whom:
            self.racers[one] = racer = replace(before[one])
            for asked in (*later, again):
                assert asked.becomes is not None
                asked.becomes(racer)

    def take_back(self, whom: Iterable[str]) -> None:
        """Give racers what they had before the last operation on all of them."""
        for one in whom:
            if one in self._before:
                self.racers[one] = replace(self._before[one])
        self.paused = any(racer.limits == PAUSED for racer in self.racers.values())

    def limits(self) -> dict[str, Limits]:
        """What every racer's limits have to be."""
        return {profile_id: one.limits for profile_id, one in self.racers.items()}


class Wishes:
    """What an admin asks for next, at random; nobody is asked for the same twice."""

    def __init__(self, random: Random, expected: Expected) -> None:
        self._random = random
        self._expected = expected
        self._number = 0

    def about_racers(self) -> Asked:
        """Something for all racers."""
        everybody = ("--all",)
        if self._expected.paused:
            return Asked("resume", ("users", "resume", *everybody), becomes=Racer.resume)
        if self._random.random() < _PAUSES:
            return Asked("pause", ("users", "pause", *everybody), becomes=Racer.pause)
        return self.quotas()

    def quotas(self) -> Asked:
        """Other limits for all racers."""
        everybody = ("--all",)
        hours = self._random.randint(1, 9)
        models = self._random.randint(3, 40)
        self._number += 1
        minutes = 600 + 60 * self._number
        choices = [
            Asked(
                "set_quotas",
                ("users", "set-quota", "--hours", f"+{hours}", *everybody),
                becomes=lambda racer: racer.add(60 * hours),
            ),
            Asked(
                "set_quotas",
                (
                    *("users", "set-quota", "--hours", str(minutes // 60)),
                    *("--models", str(models), *everybody),
                ),
                becomes=lambda racer: racer.give(minutes, models),
            ),
        ]
        return self._random.choice(choices)

    def invitations(self, count: int) -> Asked:
        """People who are to be invited."""
        self._number += 1
        people = tuple(f"guest-{self._number}-{each}@example.org" for each in range(count))
        return Asked("invite", ("invite", "send", "-"), people=people, invites=True)

    def deletions(self, count: int) -> Asked:
        """Racers all of whose models are to be deleted, of those who have some."""
        full = [one for one in sorted(self._expected.racers) if self._expected.models.get(one)]
        people = tuple(self._random.sample(full, min(count, len(full))))
        command = ("users", "delete-models", "--from", "-")
        return Asked("delete_models", command, people=people, empties=True)

    def race(self) -> Asked:
        """A race."""
        self._number += 1
        name = f"Race {self._number}"
        times = ("--opens", "2999-01-01 10:00", "--closes", "2999-01-03 10:00", "--zone", "UTC")
        return Asked("create_races", ("races", "create", name, *times), race=name)


def differences(
    expected: Mapping[str, object], found: Mapping[str, object], but: Iterable[str] = ()
) -> dict[str, tuple[object, object]]:
    """Those who are not what they have to be: what they should be, and are."""
    left_out = set(but)
    return {
        profile_id: (wanted, found.get(profile_id))
        for profile_id, wanted in expected.items()
        if profile_id not in left_out and found.get(profile_id) != wanted
    }
