"""Stand-ins for the sponsor's AWS services, in memory, and an engine's part that carries errands.

users = FakeIam(); center = FakeCenter(); mail = FakeMail()
world = Errands(database, clock, lambda: {Service.IAM: IamCourier(users)})
world.run()                 # until nothing is due
world.kill_after(7)         # seven calls, of which the last one's result is lost
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import cast

from drtui.domain.errands import Courier, Service
from drtui.domain.records import UNLIMITED
from drtui.domain.sponsor.caller import ADMIN_POLICY, AdminAccess, Caller, CallerKind, Verdict
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import GROUP, PARTICIPANT_POLICY, IamUser, user_names
from drtui.domain.sponsor.identity_center import (
    Assignment,
    AssignmentState,
    Ensured,
    Instance,
    PermissionSet,
    StoreUser,
)
from drtui.domain.sponsor.mail import Identity, MailAccount, Message, Verification
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.database import Database
from drtui.store.delivery import recover
from drtui.sync.errands import ErrandRunner
from drtui.sync.events import ErrandsEnded, Events
from tests.support.logs import SteppedClock

INSTANCE = Instance("arn:aws:sso:::instance/ssoins-1", "d-1", "123456789012")
SENDER = "races@example.com"


class Failing:
    """What lets calls fail: `failing[name]` holds the failures of the next calls of that name."""

    def __init__(self) -> None:
        self.failing: dict[str, list[Exception]] = {}

    def met(self, name: str) -> None:
        waiting = self.failing.get(name)
        if waiting:
            raise waiting.pop(0)


class FakeIam(Failing):
    """IAM: names with whose they are; `made` tells every creation."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, IamUser] = {}
        self.members: set[str] = set()
        self.passwords: dict[str, str] = {}
        self.made: list[str] = []
        self.groups = 0

    def add(self, name: str, email: str = "", *, ours: bool = False) -> None:
        self.users[name] = IamUser(name, email, "", ours, None)

    def find(self, name: str) -> IamUser | None:
        self.met("find")
        return self.users.get(name)

    def names_for(self, emails: Iterable[str]) -> dict[str, str]:
        self.met("names_for")
        taken = {name: user.email if user.ours else None for name, user in self.users.items()}
        return user_names(emails, taken)

    def members_of(self, group: str) -> Iterator[str]:
        assert group == GROUP
        return iter(sorted(self.members))

    def ensure_group(self, group: str = GROUP) -> bool:
        self.met("ensure_group")
        assert group == GROUP
        self.groups += 1
        return self.groups == 1

    def ensure_user(self, name: str, *, email: str, event: str) -> bool:
        self.met("ensure_user")
        there = self.users.get(name)
        if there is None:
            self.users[name] = IamUser(name, email.lower(), event, True, None)
            self.made.append(email.lower())
            return True
        if not there.ours or there.email != email.lower():
            raise SponsorError(SponsorFailure.EXISTS, "somebody else's")
        return False

    def ensure_member(self, name: str, group: str = GROUP) -> bool:
        self.met("ensure_member")
        joined = name not in self.members
        self.members.add(name)
        return joined

    def ensure_login(self, name: str, password: str) -> bool:
        raise AssertionError(f"an operation must not make a password for {name}: {len(password)}")

    def renew_password(self, name: str, password: str) -> None:
        self.met("renew_password")
        self.passwords[name] = password

    def remove(self, name: str) -> bool:
        self.met("remove")
        if name not in self.users:
            return False
        if not self.users[name].ours:
            raise SponsorError(SponsorFailure.EXISTS, "not drtui's")
        del self.users[name]
        self.members.discard(name)
        return True


class FakeCenter(Failing):
    """Identity Center: people by email, one group, one permission set."""

    def __init__(self) -> None:
        super().__init__()
        self.there: tuple[Instance, ...] = (INSTANCE,)
        self.people: dict[str, str] = {}
        self.members: set[str] = set()
        self.made: list[str] = []
        self.relay_state: str | None = None
        self.assigning: list[AssignmentState] = []
        self.assigned = False

    def instances(self) -> tuple[Instance, ...]:
        self.met("instances")
        return self.there

    def find_permission_set(self, instance: Instance, name: str) -> PermissionSet | None:
        raise AssertionError(f"nobody looks for {name} in {instance}")

    def policies_of(self, instance: Instance, permission_set: str) -> tuple[str, ...]:
        raise AssertionError(f"nobody looks at {permission_set} in {instance}")

    def members_of(self, instance: Instance, group_id: str) -> Iterator[str]:
        assert (instance, group_id) == (INSTANCE, "group-1")
        return iter(sorted(self.members))

    def ensure_group(self, instance: Instance, name: str) -> Ensured:
        assert (instance, name) == (INSTANCE, GROUP)
        return Ensured("group-1", changed=False)

    def find_group(self, instance: Instance, name: str) -> str | None:
        return self.ensure_group(instance, name).id

    def find_user(self, instance: Instance, *, user_name: str, email: str) -> StoreUser | None:
        assert instance == INSTANCE
        key = email.lower()
        return StoreUser(self.people[key], user_name, (email,)) if key in self.people else None

    def ensure_user(
        self, instance: Instance, *, user_name: str, email: str, given: str, family: str
    ) -> Ensured:
        self.met("ensure_user")
        assert instance == INSTANCE
        assert user_name
        assert given
        assert family
        new = email.lower() not in self.people
        if new:
            self.people[email.lower()] = f"person-{len(self.people)}"
            self.made.append(email.lower())
        return Ensured(self.people[email.lower()], changed=new)

    def ensure_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        self.met("ensure_member")
        assert (instance, group_id) == (INSTANCE, "group-1")
        joined = user_id not in self.members
        self.members.add(user_id)
        return joined

    def remove_member(self, instance: Instance, group_id: str, user_id: str) -> bool:
        assert (instance, group_id) == (INSTANCE, "group-1")
        left = user_id in self.members
        self.members.discard(user_id)
        return left

    def ensure_permission_set(
        self,
        instance: Instance,
        name: str,
        *,
        relay_state: str,
        hours: int,
        policy: str = PARTICIPANT_POLICY,
    ) -> Ensured:
        assert (instance, policy) == (INSTANCE, PARTICIPANT_POLICY)
        assert name
        assert hours
        changed = self.relay_state != relay_state
        self.relay_state = relay_state
        return Ensured("arn:set", changed)

    def is_assigned(
        self, instance: Instance, permission_set: str, group_id: str, account: str
    ) -> bool:
        raise AssertionError(f"{instance} {permission_set} {group_id} {account}")

    def ensure_assignment(
        self, instance: Instance, permission_set: str, group_id: str, account: str, *, tries: int
    ) -> Assignment:
        assert (instance, permission_set, group_id) == (INSTANCE, "arn:set", "group-1")
        assert account == "123456789012"
        assert tries
        if self.assigned:
            return Assignment(AssignmentState.SUCCEEDED, changed=False)
        return self.assignment(instance, "request-1")

    def assignment(self, instance: Instance, request_id: str) -> Assignment:
        assert (instance, request_id) == (INSTANCE, "request-1")
        state = self.assigning.pop(0) if self.assigning else AssignmentState.SUCCEEDED
        self.assigned = state is AssignmentState.SUCCEEDED
        failed = state is AssignmentState.FAILED
        return Assignment(state, True, request_id, "no such account" if failed else "")


class FakeMail(Failing):
    """SES, out of the sandbox, with one verified sender; `outbox` holds what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = MailAccount(True, True, UNLIMITED, 0, 1_000.0)
        self.known: tuple[Identity, ...] = (Identity(SENDER, Verification.VERIFIED, True),)
        self.outbox: list[Message] = []

    def account(self) -> MailAccount:
        self.met("account")
        return self.allowed

    def identities(self) -> tuple[Identity, ...]:
        return self.known

    def identity(self, name: str) -> Identity | None:
        return next((one for one in self.known if one.name == name), None)

    def start_verification(self, address: str) -> Identity:
        return Identity(address, Verification.PENDING)

    def send(self, message: Message) -> str:
        self.met("send")
        self.outbox.append(message)
        self.met("sent")
        return f"message-{len(self.outbox)}"

    @property
    def recipients(self) -> list[str]:
        return [one.recipient for one in self.outbox]


class FakeCallers:
    """Whose credentials these are."""

    def who_am_i(self) -> Caller:
        return Caller("123456789012", "arn:aws:iam::123456789012:user/ada", CallerKind.USER, "ada")

    def admin_access(self, caller: Caller) -> AdminAccess:
        return AdminAccess(Verdict.OK, ADMIN_POLICY, f"user {caller.name}")


def services(**parts: object) -> SponsorServices:
    """A second door of which only some parts are there."""
    names = SponsorServices.__dataclass_fields__
    door: Mapping[str, object] = dict.fromkeys(names) | parts
    assert set(door) == set(names)
    return cast("SponsorServices", SimpleNamespace(**door))


class Errands:
    """The errands' part of an engine, which can be killed."""

    def __init__(
        self,
        database: Database,
        clock: SteppedClock,
        couriers: Callable[[], Mapping[Service, Courier]],
    ) -> None:
        self.database = database
        self.clock = clock
        self._couriers = couriers
        self._start()

    def _start(self) -> None:
        self.events: Events = Events()
        self.runner = ErrandRunner(
            self.database, self._couriers(), self.events, clock=self.clock, jitter=lambda: 1.0
        )

    def _turn(self) -> ErrandsEnded | None:
        self.runner.turn(frozenset(Service))
        if not self.runner.under_way:
            return None
        event = self.events.get(timeout=30)
        assert isinstance(event, ErrandsEnded)
        return event

    def run(self, most: int = 10_000) -> int:
        """Carry out what is due, a second of the clock between calls; return how many calls."""
        self.runner.look()
        idle = 0
        for calls in range(most):
            self.clock.step(1)
            event = self._turn()
            if event is None:
                idle += 1
                if idle > 1:  # a claim may have settled all of its errands by itself
                    return calls
                self.runner.look()
                continue
            idle = 0
            assert self.runner.ended(event)
        return most

    def kill_after(self, calls: int) -> None:
        """Carry so many calls out, lose the result of the last one, and begin anew."""
        self.run(calls - 1)
        self.clock.step(1)
        self.runner.look()
        self._turn()
        self.begin_anew()

    def run_until_dead(self, dead: Callable[[], bool], most: int = 200) -> None:
        """Carry out what is due; once a call ends in death, lose its result and begin anew."""
        idle = 0
        while idle < most:
            self.clock.step(1)
            self.runner.look()
            event = self._turn()
            if dead():
                self.begin_anew()
                return
            idle += 1
            if event is not None:
                assert self.runner.ended(event)
        raise AssertionError("it never died")

    def begin_anew(self) -> None:
        """What was under way is in doubt, and another process takes over."""
        recover(self.database)
        self._start()
