"""The account that a seed stands for: always the same for the same seed, size and day."""

import gc
from datetime import UTC, date, datetime, timedelta
from random import Random

from drtui.emulator.clock import iso
from drtui.emulator.records import (
    FIRST_ALIAS,
    UNLIMITED,
    Group,
    Model,
    Profile,
    Status,
    new_id,
    seeded_random,
)
from drtui.emulator.seeded_models import furnish, give_own_models
from drtui.emulator.words import DOMAINS, FIRST_NAMES, HANDLES, HOSTILE_ALIASES

ADMINS = 3
EVENT_WEEKS = 8
"""Over how many weeks before the seeded day people joined."""

_AVATARS = (
    {"top": "Helmet"},
    {"clothing": "BlazerShirt", "skinColor": "Brown", "top": "Helmet"},
    {"top": "ShortHairShortFlat", "hairColor": "Black", "countryCode": "JP"},
)
_MINUTE_LIMITS = (300,) * 11 + (600, 600, 600, 120, 1200, UNLIMITED)
_MODEL_LIMITS = (15,) * 8 + (5, 10, 30, UNLIMITED, UNLIMITED)
_SETTLED = (Status.READY,) * 15 + (Status.ERROR,)


def seed_profiles(racers: int, seed: int, day: date | None = None) -> list[Profile]:
    """Make the profiles: admins, then facilitators, then racers.

    Args:
        racers: how many racers; the staff come on top.
        seed: what decides about everything.
        day: the day that dates lead up to; None is today (UTC).
    """
    rng = seeded_random(seed, "profiles")
    until = day_begins(day)
    facilitators = min(8, 2 + racers // 200)
    # A hundred thousand racers are millions of objects that all stay: the collector only
    # costs time while they are made.
    collecting = gc.isenabled()
    gc.disable()
    try:
        staff = [_staff(rng, n, Group.ADMINS, until) for n in range(ADMINS)]
        staff += [_staff(rng, n, Group.FACILITATORS, until) for n in range(facilitators)]
        people = [_racer(rng, n, until) for n in range(racers)]
    finally:
        if collecting:
            gc.enable()
    give_own_models(seeded_random(seed, "own models"), staff[0], until)
    _make_some_hostile(rng, people)
    _show_every_status(people)
    return staff + people


def day_begins(day: date | None) -> datetime:
    """When a day begins; None is today (UTC)."""
    last = day or datetime.now(UTC).date()
    return datetime(last.year, last.month, last.day, tzinfo=UTC)


def _staff(rng: Random, number: int, group: Group, until: datetime) -> Profile:
    title = "admin" if group is Group.ADMINS else "race-director"
    name = FIRST_NAMES[(7 * number + len(title)) % len(FIRST_NAMES)]
    joined = until - timedelta(weeks=EVENT_WEEKS, days=rng.randrange(1, 7))
    return Profile(
        new_id(rng),
        f"{title}-{name.lower()}",
        _AVATARS[0],
        group,
        email=f"{title}.{number + 1}@{DOMAINS[0]}",
        minutes_used=rng.randrange(0, 90),
        minutes_queued=0,
        minutes_limit=UNLIMITED,
        model_count=0,
        model_limit=UNLIMITED,
        role_name=group,
        created_at=iso(joined),
    )


def _racer(rng: Random, number: int, until: datetime) -> Profile:
    first = rng.choice(FIRST_NAMES)
    joined = until - timedelta(minutes=rng.randrange(EVENT_WEEKS * 7 * 24 * 60))
    profile = Profile(
        new_id(rng),
        _alias(rng, first, number),
        rng.choice(_AVATARS),
        Group.RACERS,
        email=f"{first.lower()}.{number + 1}@{rng.choice(DOMAINS)}",
        minutes_used=0,
        minutes_queued=0,
        minutes_limit=rng.choice(_MINUTE_LIMITS),
        model_count=0,
        model_limit=rng.choice(_MODEL_LIMITS),
        role_name=Group.RACERS,
        created_at=iso(joined.replace(microsecond=rng.randrange(1000) * 1000)),
    )
    # The first racer holds the racer's key and is an ordinary one.
    kind = rng.random() if number else 1.0
    if kind < 0.08:
        profile.alias = FIRST_ALIAS
        profile.signed_in = False
        return profile
    _give_models(rng, profile, until)
    _give_usage(rng, profile)
    if kind < 0.15:
        _make_old(rng, profile)
    return profile


def _alias(rng: Random, first: str, number: int) -> str:
    style = rng.randrange(5)
    if style == 0:
        return f"{rng.choice(HANDLES)}{rng.randrange(10, 100)}"
    if style == 1:
        return f"{first.lower()}_racer"
    if style == 2:
        return f"{first}-{rng.choice(HANDLES)}"
    return f"{first}-{number + 1}"


def _give_models(rng: Random, profile: Profile, until: datetime) -> None:
    count = min(rng.randrange(6), rng.randrange(8))
    storage = 0
    for number in range(count):
        status = rng.choice(_SETTLED)
        has_files = status is Status.READY or rng.random() < 0.5
        size = rng.randrange(80, 900) * 131_072 if has_files else 0
        storage += size
        model = Model(
            new_id(rng),
            f"model-{number + 1}-{rng.randrange(1000)}",
            status,
            iso(until - timedelta(seconds=rng.randrange(30 * 86_400))),
            size,
            has_files,
        )
        furnish(model)
        profile.models[model.model_id] = model
    profile.storage = storage if count else None
    # This month's count is not what is stored: some models are of last month, some are gone.
    profile.model_count = max(0, count + rng.randrange(-1, 2))


def _give_usage(rng: Random, profile: Profile) -> None:
    limit = profile.minutes_limit
    kind = rng.random()
    if kind < 0.09 and limit is not None and limit > 0:
        profile.minutes_used = limit + (rng.randrange(30) if kind < 0.03 else 0)
    elif kind < 0.13:
        profile.minutes_limit = 0
        profile.minutes_used = rng.randrange(200)
        if kind < 0.12:
            profile.model_limit = 0
    elif kind < 0.18:
        profile.minutes_used = 0
    else:
        ceiling = 1500 if limit == UNLIMITED or limit is None else limit
        profile.minutes_used = int(ceiling * rng.betavariate(1.6, 2.4))


def _make_old(rng: Random, profile: Profile) -> None:
    """Rows of earlier versions lack whatever came later."""
    for name, share in (
        ("email", 0.3),
        ("created_at", 0.6),
        ("role_name", 0.6),
        ("model_count", 0.5),
        ("minutes_queued", 0.3),
        ("minutes_used", 0.2),
        ("minutes_limit", 0.3),
        ("model_limit", 0.4),
        ("storage", 0.5),
    ):
        if rng.random() < share:
            setattr(profile, name, None)


def _make_some_hostile(rng: Random, racers: list[Profile]) -> None:
    """Spread the hostile aliases over those who have signed in, each at least once if it fits."""
    candidates = [profile for profile in racers[1:] if profile.signed_in]
    wanted = min(len(candidates) // 4, max(len(HOSTILE_ALIASES), len(candidates) // 200))
    for number, profile in enumerate(rng.sample(candidates, wanted)):
        profile.alias = HOSTILE_ALIASES[number % len(HOSTILE_ALIASES)]


def _show_every_status(racers: list[Profile]) -> None:
    """Let each status that nothing else brings be seen at least once."""
    statuses = [status for status in Status if status not in _SETTLED]
    models = (model for profile in racers[1:] for model in profile.models.values())
    for status, model in zip(statuses, models, strict=False):
        model.status = status
        model.packaged_at = None
