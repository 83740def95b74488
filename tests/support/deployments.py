"""A deployment in memory for tests of the engine: an account, and scripted trouble.

    deployment = FakeDeployment(racers(200))
    deployment.fails(FailureKind.THROTTLED, times=20)        # the next changes
    deployment.fails(FailureKind.OUTCOME_UNKNOWN, applied=True)
    deployment.network(up=False)                             # refuses; silent=True hangs
    with deployment.holding(): ...                           # changes wait until the block ends
    deployment.stores("racer0000000001", "one", "two")       # models of a racer
    deployment.limits("racer0000000001")                     # what the account really has
    deployment.profile("racer0000000001")                    # None once it is deleted
    deployment.changes                                       # every change of limits sent, in order
    deployment.requests                                      # every other change, in order

All of it may be used from several threads.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from drtui.domain.deployment import ProfilePage
from drtui.domain.failures import DeploymentError, FailureKind
from drtui.domain.records import GROUP_OF_ROLE, AccountSettings, Limits, Profile, Role, StoredModel
from tests.support.faults import Fault, Faults, scripted

ADMIN: Final = Profile("admin0000000001", "ada.admin", "ada@example.com", "dr-admins")
_PATIENCE: Final = 30.0  # of a call that hangs; no test waits so long


def racer_id(number: int) -> str:
    """The id of the racer of that number."""
    return f"racer{number:010d}"


def racers(count: int, minutes: int | None = 300, models: int | None = 3) -> list[Profile]:
    """So many racers, numbered from 0, all with the same limits."""
    return [
        Profile(
            racer_id(number),
            f"racer-{number}",
            f"racer.{number}@example.com",
            "dr-racers",
            minutes_used=10,
            minutes_queued=0,
            minutes_limit=minutes,
            models=1,
            models_limit=models,
            storage_bytes=0,
        )
        for number in range(count)
    ]


@dataclass
class FakeDeployment:
    """An account in memory; `profiles` are those it begins with, `page` how many a list page has.

    Attributes:
        changes: Every change of limits that reached the account or met a scripted failure.
        requests: The same of the other changes: the call, the profile, what was asked for.
        models: The models of each racer, by profile id.
        stubborn: Models that deleting leaves behind, by id.
        roles_lag: Whether lists show the role from before a change, until `roles_show`.
        called: How often each call was made.
        closed: How often its connections were closed.
        listed_late: While set, the list shows these profiles instead of the present ones.
        role: Of the caller, who may read accordingly.
        bulk_invite: Whether it has what came with 1.3.
    """

    profiles: Iterable[Profile]
    page: int = 100
    new_users: AccountSettings = field(
        default_factory=lambda: AccountSettings(300, 3, "invite-only")
    )
    changes: list[tuple[str, Limits]] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    models: dict[str, tuple[StoredModel, ...]] = field(default_factory=dict)
    stubborn: set[str] = field(default_factory=set)
    roles_lag: bool = False
    called: Counter[str] = field(default_factory=Counter)
    closed: int = 0
    listed_late: dict[str, Profile] = field(default_factory=dict)
    role: Role = Role.ADMIN
    bulk_invite: bool = False

    def __post_init__(self) -> None:
        self._account = {profile.profile_id: profile for profile in (*self.profiles, ADMIN)}
        self._late_roles: dict[str, str | None] = {}
        self._lock = threading.Lock()
        self._faults = Faults()
        self._open = threading.Event()
        self._open.set()
        self._up = threading.Event()
        self._up.set()
        self._silent = False
        self.waiting = threading.Semaphore(0)  # released once for each change that is held

    # What a test does

    def fails(
        self,
        failure: FailureKind | Exception,
        *,
        call: str = "set_limits",
        times: int = 1,
        target: str | None = None,
        applied: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        """Let the next calls fail; `applied` ones take effect all the same."""
        error: Exception
        if isinstance(failure, FailureKind):
            error = scripted(failure, status=status, retry_after=retry_after)
        else:
            error = failure
        with self._lock:
            self._faults.add(Fault(error, call, times, target, applied))

    def heals(self) -> None:
        """Forget the failures that nobody met."""
        with self._lock:
            self._faults.clear()

    def network(self, *, up: bool, silent: bool = False) -> None:
        """Lose the network, or have it back; `silent` leaves calls unanswered."""
        self._silent = silent
        if up:
            self._up.set()
        else:
            self._up.clear()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Let changes wait before they take effect, until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def somebody_sets(self, profile_id: str, limits: Limits) -> None:
        """Change limits as somebody else would."""
        with self._lock:
            self._set(profile_id, limits)

    def somebody_renames(self, profile_id: str, alias: str) -> None:
        """Change an alias as somebody else would."""
        with self._lock:
            self._account[profile_id] = replace(self._account[profile_id], alias=alias)

    def stores(self, profile_id: str, *names: str) -> None:
        """Let a racer have models, named so; their ids are their names."""
        with self._lock:
            self.models[profile_id] = tuple(StoredModel(name, name, "READY") for name in names)

    def roles_show(self) -> None:
        """Let lists show the present roles."""
        with self._lock:
            self._late_roles.clear()

    def somebody_deletes(self, profile_id: str) -> None:
        """Delete a profile as somebody else would."""
        with self._lock:
            del self._account[profile_id]

    def lags(self) -> None:
        """Let the list show the present state from now on, until `listed_late` is cleared."""
        with self._lock:
            self.listed_late = dict(self._account)

    def limits(self, profile_id: str) -> Limits:
        """What the account has."""
        with self._lock:
            return self._account[profile_id].limits

    def profile(self, profile_id: str) -> Profile | None:
        """What the account has; None for a profile that is not there."""
        with self._lock:
            return self._account.get(profile_id)

    def sent_to(self, profile_id: str) -> list[Limits]:
        """The changes sent to a profile, in order."""
        with self._lock:
            return [limits for target, limits in self.changes if target == profile_id]

    # What the engine calls

    def probe(self) -> None:
        self._count("probe")
        if not self._up.is_set():
            raise DeploymentError(FailureKind.UNREACHABLE, "scripted: no network")

    def own_profile(self) -> Profile:
        self._count("own_profile")
        self._reach()
        self._meet("own_profile")
        return ADMIN

    def settings(self) -> AccountSettings:
        self._count("settings")
        self._reach()
        self._meet("settings")
        return self.new_users

    def list_profiles(self, token: str | None = None) -> ProfilePage:
        self._count("list_profiles")
        self._reach()
        self._meet("list_profiles")
        self._allow(Role.ADMIN)
        with self._lock:
            listed = sorted(self._account.values(), key=lambda profile: profile.profile_id)
            first = int(token or 0)
            rows = [self._listed(profile) for profile in listed[first : first + self.page]]
        following = first + self.page
        return ProfilePage(tuple(rows), str(following) if following < len(listed) else None)

    def list_admin_profiles(self) -> tuple[Profile, ...]:
        self._count("list_admin_profiles")
        self._reach()
        self._meet("list_admin_profiles")
        self._allow(Role.ADMIN, Role.FACILITATOR)
        with self._lock:
            listed = sorted(self._account.values(), key=lambda profile: profile.profile_id)
            return tuple(Profile(one.profile_id, one.alias, one.email) for one in listed)

    def close(self) -> None:
        self.closed += 1

    def has_bulk_invite(self) -> bool:
        self._count("has_bulk_invite")
        self._reach()
        self._meet("has_bulk_invite")
        return self.bulk_invite

    def set_limits(self, profile_id: str, limits: Limits) -> Limits:
        self._count("set_limits")
        self._reach()
        if not self._open.is_set():
            self.waiting.release()
            self._open.wait(_PATIENCE)
        self._reach(sent=True)
        with self._lock:
            self.changes.append((profile_id, limits))
            fault = self._faults.meet("set_limits", profile_id)
            if fault is not None and not fault.applied:
                raise fault.error
            if profile_id not in self._account:
                raise DeploymentError(FailureKind.UNAVAILABLE, "HTTP 500", status=500)
            self._set(profile_id, limits)
            if fault is not None:
                raise fault.error
            return self._account[profile_id].limits

    def set_alias(self, profile_id: str, alias: str) -> str:
        self._write("set_alias", profile_id, alias, lambda it: replace(it, alias=alias))
        return alias

    def set_role(self, profile_id: str, role: Role) -> None:
        group = GROUP_OF_ROLE[role]

        def move(profile: Profile) -> Profile:
            if self.roles_lag:
                self._late_roles.setdefault(profile_id, profile.role_name)
            return replace(profile, role_name=group)

        self._write("set_role", profile_id, group, move)

    def models_of(self, profile_id: str) -> tuple[StoredModel, ...]:
        self._count("models_of")
        self._reach()
        with self._lock:
            fault = self._faults.meet("models_of", profile_id)
            if fault is not None:
                raise fault.error
            return self.models.get(profile_id, ())

    def delete_models(self, profile_id: str) -> None:
        def clear(profile: Profile) -> Profile:
            models = self.models.get(profile_id, ())
            self.models[profile_id] = tuple(one for one in models if one.model_id in self.stubborn)
            return profile

        self._write("delete_models", profile_id, "", clear, unknown_ok=True)

    def delete_profile(self, profile_id: str) -> None:
        self._write("delete_profile", profile_id, "", lambda _: None)

    # Behind it

    def _write(
        self,
        call: str,
        profile_id: str,
        asked: str,
        change: Callable[[Profile], Profile | None],
        *,
        unknown_ok: bool = False,
    ) -> None:
        """Make a change as `set_limits` makes one; a change to None deletes."""
        self._count(call)
        self._reach()
        if not self._open.is_set():
            self.waiting.release()
            self._open.wait(_PATIENCE)
        self._reach(sent=True)
        with self._lock:
            self.requests.append((call, profile_id, asked))
            fault = self._faults.meet(call, profile_id)
            if fault is not None and not fault.applied:
                raise fault.error
            there = self._account.get(profile_id)
            if there is None and not unknown_ok:
                raise DeploymentError(FailureKind.UNAVAILABLE, "HTTP 500", status=500)
            changed = None if there is None else change(there)
            if changed is not None:
                self._account[profile_id] = changed
            else:
                self._account.pop(profile_id, None)
            if fault is not None:
                raise fault.error

    def _listed(self, profile: Profile) -> Profile:
        shown = self.listed_late.get(profile.profile_id, profile)
        if profile.profile_id in self._late_roles:
            return replace(shown, role_name=self._late_roles[profile.profile_id])
        return shown

    def _count(self, call: str) -> None:
        with self._lock:
            self.called[call] += 1

    def _reach(self, *, sent: bool = False) -> None:
        if self._up.is_set():
            return
        if self._silent or sent:
            self._up.wait(_PATIENCE if self._silent else 0.0)
            raise DeploymentError(FailureKind.OUTCOME_UNKNOWN, "scripted: no answer")
        raise DeploymentError(FailureKind.UNREACHABLE, "scripted: no network")

    def _allow(self, *roles: Role) -> None:
        if self.role not in roles:
            raise DeploymentError(FailureKind.ROLE_NOT_ALLOWED, "scripted: not allowed", status=403)

    def _meet(self, call: str) -> None:
        with self._lock:
            fault = self._faults.meet(call, None)
        if fault is not None:
            raise fault.error

    def _set(self, profile_id: str, limits: Limits) -> None:
        profile = self._account[profile_id]
        self._account[profile_id] = replace(
            profile,
            minutes_limit=profile.minutes_limit if limits.minutes is None else limits.minutes,
            models_limit=profile.models_limit if limits.models is None else limits.models,
        )
