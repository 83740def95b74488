"""Racers who submit to races while these are open, as simulated time passes."""

from drtui.emulator.account import Account
from drtui.emulator.race_records import LiveStatus, Race, Trial
from drtui.emulator.records import Group, Model, Profile, Status

ENTERING_SECONDS = 400.0
"""About how long it takes until the next racer submits to a race, in simulated seconds."""

MOST_TRIALS = 8
"""How many evaluations a race that is not live has at once."""

MOST_WAITING = 24
"""How many submissions a live race has, when nobody else lets more in."""


class Entrants:
    """Lets racers submit their READY models, and evaluations end."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._rng = account.races.rng

    def live(self, seconds: float) -> None:
        """Live through so many simulated seconds."""
        now = self._account.clock.now()
        for race in self._account.races.by_id.values():
            if race.trials:
                self._end_due(race)
            # By the account's date a race is open or not, whatever has been lived through.
            if not self._takes(race) or not race.is_open(now):
                continue
            if self._rng.random() < seconds / ENTERING_SECONDS:
                self._enter_somebody(race)

    def _takes(self, race: Race) -> bool:
        if not race.is_live:
            return len(race.trials) < MOST_TRIALS
        waiting = race.live_status is LiveStatus.SCHEDULED and race.submissions_open
        return waiting and len(race.entries) < MOST_WAITING

    def _enter_somebody(self, race: Race) -> None:
        account = self._account
        ids = account.listing.ids
        profile = account.profiles.get(self._rng.choice(ids)) if ids else None
        if profile is None or not profile.signed_in or profile.group is not Group.RACERS:
            return
        ready = ready_models(profile)
        made = race.submissions.get(profile.profile_id, 0)
        if not ready or made >= race.definition["maxSubmissionsPerUser"]:
            return
        model = self._rng.choice(ready)
        if race.is_live:
            if all(each.profile_id != profile.profile_id for each in race.entries.values()):
                account.live.enter(race, profile, model)
            return
        race.submissions[profile.profile_id] = made + 1
        ends = account.life + account.races.evaluations.length(race.definition)
        race.trials.append(Trial(profile.profile_id, model.model_id, ends))
        account.set_status(profile, model.model_id, Status.SUBMITTING)
        account.races.noted(race)

    def _end_due(self, race: Race) -> None:
        account = self._account
        for trial in [each for each in race.trials if each.ends <= account.life]:
            race.trials.remove(trial)
            account.races.noted(race)
            profile = account.profiles.get(trial.profile_id)
            if profile is not None:
                account.races.drive(race, profile, trial.model_id)
                _settle(account, profile, trial.model_id)


def let_go(account: Account, race: Race) -> None:
    """Let the models be that were under way to a race which is gone."""
    for trial in race.trials:
        profile = account.profiles.get(trial.profile_id)
        if profile is not None:
            _settle(account, profile, trial.model_id)


def _settle(account: Account, profile: Profile, model_id: str) -> None:
    model = profile.models.get(model_id)
    if model is not None and model.status is Status.SUBMITTING:
        account.set_status(profile, model_id, Status.READY)


def ready_models(profile: Profile) -> list[Model]:
    """The models that a racer can submit."""
    return [each for each in profile.models.values() if each.status is Status.READY]
