"""Live races: their queue, what runs, and what a marshal can do (DeepRacer API facts)."""

from collections.abc import Mapping

from drtui.emulator.clock import iso
from drtui.emulator.errors import conflict, failure, not_found, rule_broken
from drtui.emulator.fractional import key_between
from drtui.emulator.race_records import Entry, EntryStatus, LiveStatus, Race
from drtui.emulator.races import Races
from drtui.emulator.records import Model, Profile, new_id

PAUSE_SECONDS = 15.0
"""Simulated seconds between two evaluations, when the next one begins by itself."""

_REMOVABLE = (EntryStatus.PENDING, EntryStatus.FAILED)
_RESETTABLE = (EntryStatus.FAILED, EntryStatus.IN_PROGRESS)


class LiveRaces:
    """What happens in live races, by a marshal or by itself, in simulated time."""

    def __init__(self, races: Races, profiles: Mapping[str, Profile]) -> None:
        self._races = races
        self._profiles = profiles

    def enter(self, race: Race, profile: Profile, model: Model) -> Entry:
        """Let a racer submit: the submission goes to the end of the queue."""
        queue = race.queue()
        entry = Entry(
            new_id(self._races.rng),
            key_between(queue[-1].position if queue else None, None),
            profile.profile_id,
            profile.alias,
            model.model_id,
            model.name,
            iso(self._races.clock.now()),
        )
        race.entries[entry.submission_id] = entry
        made = race.submissions.get(profile.profile_id, 0)
        race.submissions[profile.profile_id] = made + 1
        self._races.noted(race)
        return entry

    def reorder(self, race: Race, submission_id: str, after_id: str | None) -> Entry:
        """Move a pending submission behind another one, or to the front.

        Raises:
            ApiError: 404 one of them is not in the queue; 409 it is not pending; 400 it cannot
                go behind itself.
        """
        entry = entry_of(race, submission_id)
        if entry.status is not EntryStatus.PENDING:
            message = "Only pending submissions can be reordered."
            raise conflict(message)
        others = [each for each in race.queue() if each is not entry]
        place = 0
        if after_id is not None:
            after = entry_of(race, after_id)
            if after is entry:
                message = "A submission cannot be placed after itself."
                raise rule_broken(message)
            place = others.index(after) + 1
        entry.position = key_between(
            others[place - 1].position if place else None,
            others[place].position if place < len(others) else None,
        )
        self._races.noted(race)
        return entry

    def remove(self, race: Race, submission_id: str) -> None:
        """Take a submission out of the queue.

        Raises:
            ApiError: 404 it is not there; 409 it is neither pending nor failed.
        """
        entry = entry_of(race, submission_id)
        if entry.status not in _REMOVABLE:
            message = "Only pending or failed submissions can be removed."
            raise conflict(message)
        del race.entries[submission_id]
        self._races.noted(race)

    def reset_model(self, race: Race, submission_id: str) -> None:
        """Let a submission wait once more, in its old place.

        Raises:
            ApiError: 404 it is not there; 500 `{}` where a conflict is meant: it neither failed
                nor runs, has had its resets, or the race has a winner.
        """
        entry = entry_of(race, submission_id)
        over = race.live_status is LiveStatus.COMPLETED
        if over or entry.status not in _RESETTABLE or entry.resets >= race.max_resets:
            raise failure()
        entry.resets += 1
        self._wait(entry)
        race.idle_until = self._races.clock.simulated() + PAUSE_SECONDS
        self._races.noted(race)

    def reset_all(self, race: Race) -> None:
        """Begin the show anew: nothing runs, nobody is ranked, everybody waits."""
        for entry in race.entries.values():
            entry.resets = 0
            self._wait(entry)
        race.results.clear()
        race.winner = None
        race.live_status = LiveStatus.SCHEDULED
        self._races.noted(race)

    def launch(self, race: Race) -> None:
        """Run the next submission.

        Raises:
            ApiError: 409 one runs, or the race has a winner; 400 its time has not come,
                submissions are open, or nothing waits.
        """
        if race.running() is not None:
            message = "An evaluation is already in progress."
            raise conflict(message)
        if race.live_status is LiveStatus.COMPLETED:
            message = "The live race has ended."
            raise conflict(message)
        if self._races.clock.now() < race.live_time:
            message = "The live event time has not been reached."
            raise rule_broken(message)
        if race.submissions_open:
            message = "The submission period must be closed before launching."
            raise rule_broken(message)
        if not race.pending():
            message = "There are no pending submissions in the queue."
            raise rule_broken(message)
        self._begin(race, self._races.clock.simulated())

    def declare_winner(self, race: Race) -> None:
        """Declare whoever leads the winner; once more changes nothing.

        Raises:
            ApiError: 409 one runs; 400 nobody is ranked.
        """
        if race.winner is not None:
            return
        if race.running() is not None:
            message = "An evaluation is in progress."
            raise conflict(message)
        ranked = race.ranked()
        if not ranked:
            message = "There are no rankings to declare a winner from."
            raise rule_broken(message)
        race.winner = ranked[0].profile_id
        race.live_status = LiveStatus.COMPLETED
        self._races.noted(race)

    def end_running(self, race: Race) -> None:
        """End the evaluation that runs, well or not."""
        entry = race.running()
        if entry is not None:
            self._end(race, entry, self._races.clock.simulated())

    def tick(self) -> None:
        """Let evaluations end that are due, and the next ones begin by themselves."""
        for race in self._races.by_id.values():
            if race.live_status is LiveStatus.IN_PROGRESS:
                self._go_on(race, self._races.clock.simulated())

    def _go_on(self, race: Race, now: float) -> None:
        ended = False
        while True:
            entry = race.running()
            if entry is not None:
                if entry.ends > now:
                    return
                self._end(race, entry, entry.ends)
                ended = True
                continue
            ready = race.auto_launch and not race.submissions_open and race.pending()
            if not ready or race.idle_until > now:
                return
            # After a leap of the clock several follow each other.
            self._begin(race, race.idle_until if ended else now)

    def _begin(self, race: Race, moment: float) -> None:
        entry = race.pending()[0]
        entry.status = EntryStatus.IN_PROGRESS
        entry.started_at = iso(self._races.clock.now())
        entry.ends = moment + self._races.evaluations.length(race.definition)
        race.live_status = LiveStatus.IN_PROGRESS
        self._races.noted(race)

    def _end(self, race: Race, entry: Entry, moment: float) -> None:
        profile = self._profiles.get(entry.profile_id)
        went_well = profile is not None and self._races.drive(race, profile, entry.model_id)
        entry.status = EntryStatus.COMPLETED if went_well else EntryStatus.FAILED
        entry.started_at = None
        race.idle_until = moment + PAUSE_SECONDS
        self._races.noted(race)

    @staticmethod
    def _wait(entry: Entry) -> None:
        entry.status = EntryStatus.PENDING
        entry.started_at = None


def entry_of(race: Race, submission_id: str) -> Entry:
    """The submission with this id.

    Raises:
        ApiError: 404, it is not in the queue.
    """
    found = race.entries.get(submission_id)
    if found is None:
        raise not_found()
    return found
