"""The races of a seeded account: over, open, to come, and live ones in every state."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from drtui.emulator.account import Account
from drtui.emulator.clock import iso
from drtui.emulator.entrants import ready_models
from drtui.emulator.race_driving import driven
from drtui.emulator.race_records import EntryStatus, LiveStatus, Race, Result
from drtui.emulator.records import Group, Profile

RANKED = 130
"""How many are on the longest leaderboard: more than a page, where there are so many racers."""

_RUNS_FOR = 600.0
"""For how many simulated seconds the seeded evaluation goes on."""

_HOSTILE_NAME = "\x1b[31mFinal\x1b[0m [bold]of\u202e =SUM(1)"


def seed_races(account: Account, rng: Random, until: datetime) -> None:
    """Give a freshly seeded account its races.

    Args:
        account: with its profiles.
        rng: what decides who takes part, and how fast they are.
        until: the beginning of the day that dates lead up to.
    """
    racers = [
        each
        for each in account.profiles.values()
        if each.group is Group.RACERS and each.signed_in and ready_models(each)
    ]
    rng.shuffle(racers)
    # The odd aliases are to be seen.
    racers.sort(key=lambda each: each.alias.isascii() and each.alias.isprintable())
    day = timedelta(days=1)

    def add(name: str, opens: float, closes: float, **fields: Any) -> Race:
        times = {"openTime": iso(until + opens * day), "closeTime": iso(until + closes * day)}
        return account.races.add(race_definition(name) | times | fields)

    _rank(add("Warm-up sprint", -10, -2), racers[:RANKED], rng, until)
    _rank(add("Qualifying", -3, 4), racers[5:45], rng, until)
    hot_rod = {"trackId": "arctic_open", "trackDirection": "CLOCKWISE"}
    endurance = add("Endurance", -1, 2.75, timingMethod="TOTAL_TIME", trackConfig=hot_rod)
    _rank(endurance, racers[20:32], rng, until)
    boxes = add(
        "Mind the boxes",
        -1,
        6,
        raceType="OBJECT_AVOIDANCE",
        timingMethod="AVG_LAP_TIME",
        objectAvoidanceConfig={
            "numberOfObjects": 2,
            "objectPositions": [
                {"laneNumber": 1, "trackPercentage": 0.2},
                {"laneNumber": -1, "trackPercentage": 0.6},
            ],
        },
    )
    _rank(boxes, racers[10:25], rng, until)
    add("Grand prix, round 2", 3.375, 10.75)
    add(_HOSTILE_NAME, 20, 21)
    opener = add("Live opener", -3, 1, **_live(until - day))
    _enter(account, opener, racers[:6])
    _run(account, opener, 6, rng, until)
    account.live.declare_winner(opener)
    semifinal = add("Live semi-final", -1, 1.5, **_live(until))
    _enter(account, semifinal, racers[6:16])
    _run(account, semifinal, 4, rng, until)
    _begin(account, semifinal)
    final = add("Live final", -1, 3, **_live(until + 1.75 * day))
    _enter(account, final, racers[16:22])


def race_definition(name: str) -> dict[str, Any]:
    """A time trial as the deployment keeps it, without its times."""
    return {
        "name": name,
        "trackConfig": {"trackId": "reInvent2019_wide", "trackDirection": "COUNTER_CLOCKWISE"},
        "raceType": "TIME_TRIAL",
        "maxSubmissionsPerUser": 5,
        "resettingBehaviorConfig": {
            "continuousLap": True,
            "collisionPenaltySeconds": 5,
            "offTrackPenaltySeconds": 2,
        },
        "submissionTerminationConditions": {
            "minimumLaps": 1,
            "maximumLaps": 3,
            "maxTimeInMinutes": 10,
        },
        "timingMethod": "BEST_LAP_TIME",
        "isLive": False,
    }


def _live(at: datetime) -> dict[str, Any]:
    return {"isLive": True, "liveEventTime": iso(at), "maxResets": 3}


def _rank(race: Race, racers: list[Profile], rng: Random, until: datetime) -> None:
    seconds = (min(race.closes, until) - race.opens).total_seconds()
    for profile in racers:
        number = rng.randrange(1, 5)
        race.submissions[profile.profile_id] = number
        at = race.opens + timedelta(seconds=rng.uniform(0, seconds))
        _place(race, profile, number, iso(at), rng)


def _place(race: Race, profile: Profile, number: int, at: str, rng: Random) -> None:
    model = rng.choice(ready_models(profile))
    who = f"{profile.profile_id}{model.model_id}"
    score, stats = driven(race.definition, who, rng)
    race.results[profile.profile_id] = Result(
        profile.profile_id, profile.alias, model.model_id, score, number, at, stats
    )


def _enter(account: Account, race: Race, racers: list[Profile]) -> None:
    for profile in racers:
        account.live.enter(race, profile, ready_models(profile)[0])


def _run(account: Account, race: Race, count: int, rng: Random, until: datetime) -> None:
    """Let the first of the queue have been evaluated; the second did not make it."""
    race.submissions_open = False
    for place, entry in enumerate(race.queue()[:count]):
        if place == 1:
            entry.status = EntryStatus.FAILED
            continue
        entry.status = EntryStatus.COMPLETED
        at = iso(until + timedelta(minutes=5 * place))
        _place(race, account.profiles[entry.profile_id], 1, at, rng)
    race.live_status = LiveStatus.IN_PROGRESS if race.entries else LiveStatus.SCHEDULED


def _begin(account: Account, race: Race) -> None:
    pending = race.pending()
    if pending:
        pending[0].status = EntryStatus.IN_PROGRESS
        pending[0].started_at = iso(account.clock.now())
        pending[0].ends = account.clock.simulated() + _RUNS_FOR
