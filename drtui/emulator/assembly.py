"""Puts a deployment together, freshly seeded or as its state file left it."""

from drtui.emulator.account import Account
from drtui.emulator.api import Api
from drtui.emulator.archives import Archives
from drtui.emulator.bucket import UploadBucket
from drtui.emulator.calls import CallLog
from drtui.emulator.clock import Clock
from drtui.emulator.deployment import Deployment
from drtui.emulator.faults import Faults
from drtui.emulator.firewall import Firewall, Rules
from drtui.emulator.gateway import Gateway
from drtui.emulator.keys import KeyRing, SigningKey
from drtui.emulator.options import EmulatorOptions
from drtui.emulator.persistence import Kept, StateFile
from drtui.emulator.race_seeding import seed_races
from drtui.emulator.races import Races
from drtui.emulator.records import ROLES, seeded_random
from drtui.emulator.relay import Address, Relay
from drtui.emulator.releases import Release
from drtui.emulator.seeding import day_begins, seed_profiles
from drtui.emulator.simulation import Simulation
from drtui.emulator.site import Site
from drtui.emulator.storage import Storage


def assemble(
    options: EmulatorOptions, state: StateFile | None, server: Address
) -> tuple[Deployment, dict[str, SigningKey]]:
    """Make all the parts, and the keys by role that the ready line shows.

    Args:
        options: what was asked for.
        state: where the account is kept, if it is; it is written anew.
        server: where the server behind the relay listens.
    """
    kept = None if state is None else state.load()
    clock = Clock(options.speed)
    profiles = (
        seed_profiles(options.racers, options.seed, options.seed_date)
        if kept is None
        else kept.profiles
    )
    release = Release(options.deployment)
    since = _since(kept)
    races = Races(clock, seeded_random(options.seed, f"races{since}"), release)
    account = Account(
        clock,
        seeded_random(options.seed, f"account{since}"),
        profiles,
        options.lag_ms / 1000,
        races,
    )
    account.files.archives = Archives(options.archive_bytes)
    rng = seeded_random(options.seed, "life")
    simulation = Simulation(account, rng, options.frozen)
    ring = KeyRing()
    if kept is None:
        simulation.begin()
        _train_the_admins(account, simulation)
        until = day_begins(options.seed_date)
        seed_races(account, seeded_random(options.seed, "seeded races"), until)
        shown = _issue(account, ring, {})
    else:
        shown = _restore(kept, account, simulation, ring)
    gateway = Gateway(account, ring, release, Firewall(Rules(options.firewall)))
    relay = Relay(server)
    faults = Faults(seeded_random(options.seed, "faults"), options.fail_rate)
    calls = CallLog()
    api = Api(gateway, clock, faults, calls, relay)
    api.latency = options.latency_ms / 1000
    storage = Api(Storage(account), clock, faults, calls, relay)
    bucket = Api(UploadBucket(account, ring), clock, faults, calls, relay)
    site = Site.of(release)
    deployment = Deployment(
        account, simulation, ring, gateway, faults, calls, relay, api, storage, bucket, site
    )
    if state is not None:
        state.replace(deployment)
    return deployment, shown


def _since(kept: Kept | None) -> str:
    """What tells one start from the next, so that new ids are not those of before."""
    if kept is None:
        return ""
    return f" since {kept.simulated} with {len(kept.profiles)}, {len(kept.jobs)}, {len(kept.races)}"


def _train_the_admins(account: Account, simulation: Simulation) -> None:
    """Give the first admin a training that can be stopped, and one that cannot be yet."""
    admin = next(iter(account.profiles.values()))
    simulation.under_way(admin, "in-training", elapsed=900.0)
    simulation.under_way(admin, "warming-up", elapsed=30.0)


def _issue(account: Account, ring: KeyRing, shown: dict[str, SigningKey]) -> dict[str, SigningKey]:
    """Give the first person of each role a key, unless the role has one that is shown."""
    for role, group in ROLES.items():
        if role not in shown:
            holder = next(each for each in account.profiles.values() if each.group is group)
            shown[role] = SigningKey.issue(group, holder.profile_id)
            ring.add(shown[role])
    return shown


def _restore(
    kept: Kept, account: Account, simulation: Simulation, ring: KeyRing
) -> dict[str, SigningKey]:
    """Bring back what the state file holds beside the profiles."""
    account.clock.restore(kept.simulated, kept.ahead)
    account.settings.document = kept.settings
    account.month = kept.month
    account.agenda = kept.agenda
    account.invitations.jobs = {job.job_id: job for job in kept.invitations}
    account.jobs = {job.job_id: job for job in kept.jobs}
    account.races.by_id.update({race.race_id: race for race in kept.races})
    simulation.resume(kept.life)
    for key in kept.keys:
        ring.add(key)
    # The first key of a role is the one that was shown when the account was made.
    shown: dict[str, SigningKey] = {}
    for key in kept.keys:
        role = next(role for role, group in ROLES.items() if key.group is group)
        shown.setdefault(role, key)
    return _issue(account, ring, shown)
