"""Small accounts for the emulator's own tests."""

from drtui.emulator.account import Account
from drtui.emulator.clock import Clock
from drtui.emulator.keys import SigningKey
from drtui.emulator.races import Races
from drtui.emulator.records import Group, Model, Profile, Status, seeded_random
from drtui.emulator.releases import Release
from drtui.emulator.simulation import Simulation


def make_profile(number: int = 1, **fields: object) -> Profile:
    """A racer with 300 minutes and 15 models, none used."""
    profile = Profile(
        f"racer{number:010d}",
        f"Racer-{number}",
        {"top": "Helmet"},
        Group.RACERS,
        email=f"racer.{number}@example.org",
        minutes_used=0,
        minutes_queued=0,
        minutes_limit=300,
        model_count=0,
        model_limit=15,
        storage=0,
        role_name=Group.RACERS,
        created_at="2026-10-01T00:00:00Z",
    )
    for name, value in fields.items():
        setattr(profile, name, value)
    return profile


def make_admin() -> Profile:
    return make_profile(0, group=Group.ADMINS, role_name=Group.ADMINS, email="admin@example.org")


def make_model(name: str, status: Status = Status.READY, **fields: object) -> Model:
    model = Model(f"model{name:>010}", name, status, "2026-10-02T00:00:00Z", size=1000)
    for field, value in fields.items():
        setattr(model, field, value)
    return model


def make_account(*profiles: Profile, lag: float = 0.0, speed: float = 1e-9) -> Account:
    """An account whose time stands still unless it is advanced."""
    clock = Clock(speed)
    races = Races(clock, seeded_random(1, "races"), Release.V1_2_5)
    return Account(clock, seeded_random(1, "account"), profiles, lag, races)


def make_life(account: Account, seed: int = 1) -> Simulation:
    return Simulation(account, seeded_random(seed, "life"))


def key_of(profile: Profile) -> SigningKey:
    return SigningKey("ASIA", "secret", "token", profile.group, profile.profile_id)
