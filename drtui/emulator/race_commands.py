"""What control can be asked to do with races.

Each public method is a command, its keywords the fields.
"""

from dataclasses import asdict
from datetime import timedelta

from drtui.emulator.clock import iso
from drtui.emulator.commanding import CommandError, Reply, one_of, profile_of
from drtui.emulator.deployment import Deployment
from drtui.emulator.entrants import let_go, ready_models
from drtui.emulator.race_driving import driven
from drtui.emulator.race_records import LiveStatus, Race, Result
from drtui.emulator.race_seeding import race_definition
from drtui.emulator.records import Profile

MOST_ADDED = 10_000


class RaceCommands:
    """The commands over races, their leaderboards and live queues."""

    def __init__(self, deployment: Deployment) -> None:
        self._it = deployment

    def races(self) -> Reply:
        """The whole true state of all races, by id; queues in their order."""
        self._it.tick()
        return {
            "races": {
                race.race_id: asdict(race)
                | {
                    "results": [asdict(each) for each in race.ranked()],
                    "entries": [asdict(each) for each in race.queue()],
                }
                for race in self._it.account.races.ordered()
            }
        }

    def add_races(
        self,
        *,
        count: int = 1,
        name: str = "Race",
        opens_in: float = 86_400.0,
        closes_in: float = 172_800.0,
        live_in: float | None = None,
    ) -> Reply:
        """Create races as somebody else would, past ones too; numbered where they are several."""
        if not 1 <= count <= MOST_ADDED:
            problem = f"`count` is from 1 to {MOST_ADDED:,}."
            raise CommandError(problem)
        made: list[str] = []
        for number in range(count):
            definition = race_definition(name if count == 1 else f"{name} {number + 1}")
            definition["openTime"] = self._in(opens_in)
            definition["closeTime"] = self._in(closes_in)
            if live_in is not None:
                live = {"isLive": True, "liveEventTime": self._in(live_in), "maxResets": 3}
                definition |= live
            made.append(self._it.account.races.add(definition).race_id)
        return {"race_ids": made}

    def race(
        self,
        *,
        race_id: str,
        name: str | None = None,
        opens_in: float | None = None,
        closes_in: float | None = None,
        live_in: float | None = None,
        live_status: str | None = None,
        auto_launch: bool | None = None,
        submissions_open: bool | None = None,
        drop: bool = False,
    ) -> Reply:
        """Change a race as somebody else would, past its rules; `drop` deletes it."""
        race = self._race(race_id)
        changed: dict[str, str | None] = {
            "name": name,
            "openTime": None if opens_in is None else self._in(opens_in),
            "closeTime": None if closes_in is None else self._in(closes_in),
            "liveEventTime": None if live_in is None else self._in(live_in),
        }
        told = {field: value for field, value in changed.items() if value is not None}
        race.definition = race.definition | told
        if live_status is not None:
            race.live_status = one_of(LiveStatus, live_status, "live_status")
        if auto_launch is not None:
            race.auto_launch = auto_launch
        if submissions_open is not None:
            race.submissions_open = submissions_open
        if drop:
            del self._it.account.races.by_id[race_id]
            let_go(self._it.account, race)
        self._it.account.races.noted(race)
        return {}

    def enter(
        self, *, race_id: str, profile_ids: list[str] | None = None, racers: int = 1
    ) -> Reply:
        """Let racers submit to a live race: these, or the next so many with a READY model."""
        race = self._race(race_id)
        if not race.is_live:
            problem = f"The race {race_id} is not live."
            raise CommandError(problem)
        entering = (
            self._free(race)[:racers]
            if profile_ids is None
            else [profile_of(self._it, each) for each in profile_ids]
        )
        entered: list[str] = []
        for profile in entering:
            models = ready_models(profile)
            if not models:
                problem = f"The profile {profile.profile_id} has no model that is READY."
                raise CommandError(problem)
            entered.append(self._it.account.live.enter(race, profile, models[0]).submission_id)
        return {"submission_ids": entered}

    def rank(self, *, race_id: str, profile_id: str, score: int | None = None) -> Reply:
        """Give a racer a place on a leaderboard, or (without `score`) take it away."""
        race, profile = self._race(race_id), profile_of(self._it, profile_id)
        self._it.account.races.noted(race)
        if score is None:
            race.results.pop(profile_id, None)
            return {}
        models = list(profile.models) or ["z" * 15]
        _, stats = driven(race.definition, profile_id, self._it.account.races.rng)
        number = race.submissions.get(profile_id, 0) + 1
        race.submissions[profile_id] = number
        race.results[profile_id] = Result(
            profile_id, profile.alias, models[0], score, number, self._in(0.0), stats
        )
        return {"submission": number}

    def evaluations(
        self,
        *,
        seconds: float | None = None,
        failing: int | None = None,
        failing_share: float | None = None,
        end: str | None = None,
    ) -> Reply:
        """Change how submissions to races are evaluated; `end` ends what runs in a live race."""
        evaluations = self._it.account.races.evaluations
        if seconds is not None:
            evaluations.seconds = max(0.0, seconds)
        if failing is not None:
            evaluations.failing = max(0, failing)
        if failing_share is not None:
            if not 0 <= failing_share <= 1:
                problem = "`failing_share` is from 0 to 1."
                raise CommandError(problem)
            evaluations.failing_share = failing_share
        if end is not None:
            self._it.account.live.end_running(self._race(end))
        self._it.tick()
        return {"failing": evaluations.failing}

    def _race(self, race_id: str) -> Race:
        race = self._it.account.races.by_id.get(race_id)
        if race is None:
            problem = f"There is no race {race_id!r}."
            raise CommandError(problem)
        return race

    def _free(self, race: Race) -> list[Profile]:
        """Who could submit and has not."""
        taken = {entry.profile_id for entry in race.entries.values()}
        return [
            profile
            for profile in self._it.account.profiles.values()
            if profile.profile_id not in taken and profile.signed_in and ready_models(profile)
        ]

    def _in(self, seconds: float) -> str:
        return iso(self._it.account.clock.now() + timedelta(seconds=seconds))
