"""The races of an account: which there are, and how they come and go."""

from random import Random
from typing import Any

from drtui.emulator.clock import Clock, iso
from drtui.emulator.errors import conflict, not_found, rule_broken
from drtui.emulator.race_driving import Evaluations
from drtui.emulator.race_records import LiveStatus, Race, Result
from drtui.emulator.race_rules import check_edit, check_live_time, read_definition, read_time
from drtui.emulator.records import Profile, new_id
from drtui.emulator.releases import Release


class Races:
    """All races, under the deployment's rules.

    Attributes:
        release: whose rules are in force.
        by_id: all races.
        evaluations: how submissions are evaluated.
        touched: races that changed since the state file last took them.
    """

    def __init__(self, clock: Clock, rng: Random, release: Release) -> None:
        self.clock = clock
        self.rng = rng
        self.release = release
        self.by_id: dict[str, Race] = {}
        self.evaluations = Evaluations(rng)
        self.touched: set[str] = set()

    def race(self, race_id: str) -> Race:
        """The race with this id.

        Raises:
            ApiError: 404, there is none.
        """
        found = self.by_id.get(race_id)
        if found is None:
            raise not_found()
        return found

    def ordered(self) -> list[Race]:
        """All races as they are listed: by when they close."""
        return sorted(self.by_id.values(), key=lambda race: (race.closes, race.race_id))

    def create(self, sent: dict[str, Any]) -> Race:
        """Make a race of a definition; each call makes another one.

        Raises:
            ApiError: 400, the rules do not let it be.
        """
        definition = read_definition(sent, self.release)
        check_live_time(definition, self.clock.now())
        return self.add(definition)

    def add(self, definition: dict[str, Any]) -> Race:
        """Add a race, whatever its definition."""
        race = Race(new_id(self.rng), definition)
        _follow(race)
        self.by_id[race.race_id] = race
        self.noted(race)
        return race

    def edit(self, race: Race, sent: dict[str, Any]) -> None:
        """Replace the definition of a race.

        Raises:
            ApiError: 400, the rules do not let it be.
        """
        definition = read_definition(sent, self.release)
        check_edit(race, definition, self.release, self.clock.now())
        race.definition = definition
        _follow(race)
        self.noted(race)

    def switch(self, race: Race, sent: dict[str, Any]) -> None:
        """Change what of a live race changes without a definition.

        Raises:
            ApiError: 400 it is no live race, or the time is past; 409 it is too late.
        """
        if not race.is_live:
            message = "This leaderboard is not a live race."
            raise rule_broken(message)
        if race.live_status is LiveStatus.COMPLETED:
            message = "The live race has ended."
            raise conflict(message)
        if "liveEventTime" in sent:
            moment = read_time(sent["liveEventTime"])
            if race.live_status is not LiveStatus.SCHEDULED:
                message = "The live race has started."
                raise conflict(message)
            if moment <= self.clock.now():
                message = "Live event time must be in the future."
                raise rule_broken(message)
            race.definition = race.definition | {"liveEventTime": iso(moment)}
        race.auto_launch = sent.get("autoLaunchEnabled", race.auto_launch)
        race.submissions_open = sent.get("submissionPeriodOpen", race.submissions_open)
        self.noted(race)

    def delete(self, race: Race) -> None:
        """Remove a race.

        Raises:
            ApiError: 409 it is live and has no winner yet; 400 it is open.
        """
        if race.live_status is LiveStatus.IN_PROGRESS:
            message = "A winner must be declared before this live race can be deleted."
            raise conflict(message)
        over = race.live_status is LiveStatus.COMPLETED
        if race.is_open(self.clock.now()) and not over:
            message = "An open leaderboard cannot be deleted."
            raise rule_broken(message)
        del self.by_id[race.race_id]
        self.noted(race)

    def noted(self, race: Race) -> None:
        """Let the state file learn of a change."""
        self.touched.add(race.race_id)

    def drive(self, race: Race, profile: Profile, model_id: str) -> bool:
        """Evaluate a submission of a racer; what is better than before counts.

        Returns:
            Whether it completed enough laps.
        """
        number = race.submissions.get(profile.profile_id, 1)
        driven = self.evaluations.drive(race.definition, f"{profile.profile_id}{model_id}")
        self.noted(race)
        if driven is None:
            return False
        score, stats = driven
        best = race.results.get(profile.profile_id)
        if best is None or score < best.score:
            race.results[profile.profile_id] = Result(
                profile.profile_id,
                profile.alias,
                model_id,
                score,
                number,
                iso(self.clock.now()),
                stats,
            )
        return True


def _follow(race: Race) -> None:
    """Let a race be live or not, as its definition says."""
    if not race.is_live:
        race.live_status, race.submissions_open = None, False
    elif race.live_status is None:
        race.live_status, race.submissions_open = LiveStatus.SCHEDULED, True
