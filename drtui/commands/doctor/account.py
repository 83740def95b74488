"""The account, by what its store knows of it: sign-in, role, version, firewall, pace, delivery."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from drtui.commands.deployment_info import DeploymentInfo, deployment_info_in
from drtui.commands.doctor.surroundings import Keyring
from drtui.commands.lasting import sign_in_warning
from drtui.commands.scheduling import notice
from drtui.config import Account, Credentials
from drtui.domain.admin_calls import AdminCalls
from drtui.domain.doctoring import Area, Check, Heard, Place, Reached, Verdict, check
from drtui.domain.failures import FailureKind
from drtui.domain.lasting import SIGN_IN_AGAIN
from drtui.domain.operations import ON_THE_WAY, ItemState
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState, is_of_the_clock
from drtui.domain.wording import counted, role_text
from drtui.store.admin_calls import read_admin_calls
from drtui.store.database import Database
from drtui.store.need import failed_count
from drtui.store.operation_log import open_count
from drtui.store.sign_in import SignIn, read_sign_in
from drtui.store.sweeps import swept_names_only
from drtui.store.sync_state import Connectivity, SyncState, read_sync_state

_SIGN_IN_NAME: Final = "sign-in"
_FIREWALL_NAME: Final = "firewall"
_OF_THE_STORE: Final = ("role", "version", "rate", "engine", "delivery", "undelivered")
_RENEW: Final = (
    "Renew the AWS credentials, which drtui takes up; with others in the environment, or another "
    "profile in AWS_PROFILE, start it again."
)
_SIGN_IN: Final = "Run “drtui account sign-in”, or use the console's dialog."
_ADMIN: Final = "Sign in as an admin of the deployment."
_FIREWALL_COMMAND: Final = "doctor --firewall"
_FIREWALL: Final = "“drtui doctor --firewall” prints the exception that the sponsor can add."


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the store knows of its account.

    Attributes:
        pending: Targets whose change is not delivered yet.
        in_conflict: Targets of which somebody has to decide.
        failed: Targets whose change failed.
        names_only: Whether the role may read no more than names, and so change nothing.
        missed: That a scheduled operation was not run, a sentence; empty where none was.
        ends_early: That the sign-in ends before the work does, a sentence; empty where it does not.
    """

    now: datetime
    sign_in: SignIn
    info: DeploymentInfo
    sync: SyncState
    calls: AdminCalls
    pending: int
    in_conflict: int
    failed: int
    names_only: bool = False
    ends_early: str = ""
    missed: str = ""

    @property
    def role_waits(self) -> bool:
        """Whether changes wait for a role that may make them."""
        return bool(self.pending) and self.names_only and self.sync.halt is None


def read_facts(database: Database, admin_calls: int) -> AccountFacts:
    """Read what the store knows of its account.

    Raises:
        StoreProblemError: It cannot be read.
    """
    now = database.clock()
    with database.read() as connection:
        return AccountFacts(
            now=datetime.fromtimestamp(now, UTC),
            sign_in=read_sign_in(connection),
            info=deployment_info_in(connection),
            sync=read_sync_state(connection),
            calls=read_admin_calls(connection, now, admin_calls),
            pending=open_count(connection, ON_THE_WAY),
            in_conflict=open_count(connection, [ItemState.CONFLICT]),
            failed=failed_count(connection),
            names_only=swept_names_only(connection),
            ends_early=sign_in_warning(connection, now),
            missed=notice(connection, datetime.fromtimestamp(now, UTC)),
        )


def examine_facts(
    facts: AccountFacts | None,
    unread: str,
    account: Account,
    keyring: Keyring | None,
    heard: Heard | None,
) -> list[Check]:
    """Return the checks of the account.

    Args:
        facts: What its store knows; None where it cannot be read.
        unread: Why it cannot.
        account: How its calls are signed.
        keyring: None where it is not asked.
        heard: What was heard over the network; None where nothing was asked.
    """
    sync = None if facts is None else facts.sync
    first = [_firewall(sync, heard)]
    if account.credentials is Credentials.AWS:
        first.insert(0, _credentials(heard, sync))
    elif facts is None:
        why = f"{unread}{_kept(keyring)}"
        first.insert(0, _line(_SIGN_IN_NAME, Verdict.NOT_CHECKED, why, _SIGN_IN))
    else:
        first.insert(0, _sign_in(facts, keyring))
    if facts is None:
        return first + [_line(name, Verdict.NOT_CHECKED, unread) for name in _OF_THE_STORE]
    return [
        *first,
        _role(facts.info.role),
        _version(facts.info, facts.now),
        _rate(facts),
        _engine(facts.sync, facts.now),
        _delivery(facts),
        _undelivered(facts),
    ]


def no_account(why: str) -> list[Check]:
    """Return the checks where there is no account."""
    names = (_SIGN_IN_NAME, _FIREWALL_NAME, *_OF_THE_STORE)
    return [_line(name, Verdict.NOT_CHECKED, why) for name in names]


def _line(name: str, verdict: Verdict, why: str, advice: str = "") -> Check:
    return check(Area.ACCOUNT, name, verdict, why, advice)


def _credentials(heard: Heard | None, sync: SyncState | None) -> Check:
    signed = None if heard is None else heard.signed
    if signed is None and sync is not None and sync.halt is FailureKind.NOT_SIGNED_IN:
        return _line(_SIGN_IN_NAME, Verdict.FAILED, sync.halt_reason, _RENEW)
    if signed is None and sync is not None and sync.caller_profile:
        why = "The AWS credentials were accepted when the engine last asked."
        return _line(_SIGN_IN_NAME, Verdict.OK, why)
    if signed is None:
        why = "The AWS credentials of this machine sign the calls; none was made."
        return _line(_SIGN_IN_NAME, Verdict.NOT_CHECKED, why)
    if signed.reached is Reached.ANSWERED:
        why = "A call signed by the AWS credentials of this machine is accepted."
        return _line(_SIGN_IN_NAME, Verdict.OK, why)
    if signed.reached in {Reached.FOREIGN, Reached.UNUSABLE}:
        return _line(_SIGN_IN_NAME, Verdict.FAILED, signed.why, _RENEW)
    return _line(_SIGN_IN_NAME, Verdict.NOT_CHECKED, signed.why)


def _sign_in(facts: AccountFacts, keyring: Keyring | None) -> Check:
    sign_in = facts.sign_in
    since = "" if sign_in.since is None else f", for {_age(facts.now - sign_in.since)}"
    if sign_in.state is SignInState.SIGNED_IN and facts.ends_early:
        why = f"{facts.ends_early}{_kept(keyring)}"
        return _line(_SIGN_IN_NAME, Verdict.WARNING, why, SIGN_IN_AGAIN)
    if sign_in.state is SignInState.SIGNED_IN:
        return _line(_SIGN_IN_NAME, Verdict.OK, f"Signed in{since}.{_kept(keyring)}")
    if sign_in.state in {SignInState.UNKNOWN, SignInState.NOT_NEEDED}:
        why = f"No engine has signed in yet.{_kept(keyring)}"
        return _line(_SIGN_IN_NAME, Verdict.WARNING, why, _SIGN_IN)
    why = f"Not signed in{since}: {sign_in.detail or sign_in.state.value}"
    return _line(_SIGN_IN_NAME, Verdict.WARNING, f"{why.rstrip('.')}.", _SIGN_IN)


def _kept(keyring: Keyring | None) -> str:
    if keyring is None or (keyring.backend and keyring.kept is None):
        return ""
    if keyring.kept:
        return " It is kept in the keyring."
    if keyring.backend:
        return " The keyring has none of this account."
    return " It is in memory only, and ends with drtui."


def _role(role: Role) -> Check:
    match role:
        case Role.UNKNOWN:
            why = "Not known before the first sign-in, or before the engine has read the account."
            return _line("role", Verdict.NOT_CHECKED, why)
        case Role.ADMIN:
            return _line("role", Verdict.OK, "Admin: everything is allowed.")
        case Role.FACILITATOR:
            why = "Race facilitator: racers, their models and races; no quotas, roles or deletions."
            return _line("role", Verdict.OK, why)
        case _:
            why = f"The role is {role_text(role)}, which may look after nobody but itself."
            advice = "Sign in as an admin or a race facilitator, or have an admin change the role."
            return _line("role", Verdict.WARNING, why, advice)


def _version(info: DeploymentInfo, now: datetime) -> Check:
    told = {True: "has", False: "has not", None: "not known"}
    features = {
        feature: None if fact is None else fact.has for feature, fact in info.features.items()
    }
    listed = ", ".join(f"{feature.value}: {told[has]}" for feature, has in features.items())
    if not info.version and all(has is None for has in features.values()):
        why = "The deployment's site was not asked, and nothing was found out yet."
        return _line("version", Verdict.NOT_CHECKED, why)
    age = "" if info.version_as_of is None else f" ({_age(now - info.version_as_of)} ago)"
    return _line("version", Verdict.OK, f"{info.version or 'Not said'}{age}; {listed}.")


def _firewall(sync: SyncState | None, heard: Heard | None) -> Check:
    api = None if heard is None else heard.of(Place.API)
    blocked = sync if sync is not None and sync.halt is FailureKind.BLOCKED else None
    if api is not None and api.reached is Reached.BLOCKED:
        advice = "" if _FIREWALL_COMMAND in api.why else _FIREWALL
        return _line(_FIREWALL_NAME, Verdict.FAILED, api.why, advice)
    if api is not None and api.reached is Reached.ANSWERED:
        if blocked is not None:
            why = "A call passes now, but the engine was blocked when it last tried."
            return _line(_FIREWALL_NAME, Verdict.WARNING, why, f"Run “drtui sync”. {_FIREWALL}")
        return _line(_FIREWALL_NAME, Verdict.OK, "A call by drtui's user agent passes.")
    if blocked is not None:
        advice = "" if _FIREWALL_COMMAND in blocked.halt_reason else _FIREWALL
        return _line(_FIREWALL_NAME, Verdict.FAILED, blocked.halt_reason, advice)
    if api is None:
        why = "No engine was blocked; whether a call passes now, “drtui doctor” asks."
        return _line(_FIREWALL_NAME, Verdict.NOT_CHECKED, why)
    return _line(_FIREWALL_NAME, Verdict.NOT_CHECKED, "The API did not answer.")


def _rate(facts: AccountFacts) -> Check:
    calls, now = facts.calls, facts.now
    free = calls.free(now)
    why = (
        f"{calls.used(now):,} of {calls.allowed:,} calls to /admin/ paths count now, as this store "
        f"knows; {free:,} free"
    )
    slot = calls.next_slot(now)
    if free or slot is None:
        return _line("rate", Verdict.OK, f"{why}.")
    why = f"{why}, the next one in {_age(slot - now)}."
    advice = "Wait; the firewall counts per address, so others behind this one count too."
    return _line("rate", Verdict.WARNING, why, advice)


def _engine(sync: SyncState, now: datetime) -> Check:
    if sync.since is None or sync.connectivity is Connectivity.UNKNOWN:
        why = "No engine has reached the account yet, or it has just begun."
        return _line("engine", Verdict.NOT_CHECKED, why)
    since = _age(now - sync.since)
    age = "never" if sync.swept_from is None else f"{_age(now - sync.swept_from)} ago"
    if sync.on_purpose is not None:
        why = f"Offline on purpose for {_age(now - sync.on_purpose.since)}, so that the account is "
        return _line("engine", Verdict.OK, f"{why}not asked; read as a whole {age}.")
    if sync.connectivity is Connectivity.ONLINE:
        why = f"The account answered its engine when it last asked, as it has for {since}"
        if sync.trouble:
            return _line(
                "engine", Verdict.WARNING, f"{why}, but: {sync.trouble}", "Try “drtui sync”."
            )
        return _line("engine", Verdict.OK, f"{why}; read as a whole {age}.")
    why = f"The account has not answered its engine for {since}; read as a whole {age}."
    advice = "The lines about the network say why, as “drtui doctor” sees it now."
    return _line("engine", Verdict.WARNING, why, advice)


def _delivery(facts: AccountFacts) -> Check:
    sync = facts.sync
    if facts.role_waits:
        why = "The changes wait, and nothing is marked as failed: the role may make none."
        return _line("delivery", Verdict.FAILED, why, _ADMIN)
    if sync.halt is None:
        return _line("delivery", Verdict.OK, "Nothing stops it.")
    advice = {FailureKind.NOT_SIGNED_IN: _SIGN_IN, FailureKind.BLOCKED: _FIREWALL}.get(
        sync.halt, "Have an admin of the deployment look at the role."
    )
    if is_of_the_clock(sync.halt_reason):
        advice = "Set the clock; the next try delivers."
    elif facts.sign_in.state is SignInState.NOT_NEEDED and sync.halt is FailureKind.NOT_SIGNED_IN:
        advice = _RENEW
    elif _FIREWALL_COMMAND in sync.halt_reason:
        advice = ""
    why = f"Stopped, and nothing is marked as failed: {sync.halt_reason or sync.halt.value}"
    return _line("delivery", Verdict.FAILED, why, advice)


def _undelivered(facts: AccountFacts) -> Check:
    found = []
    if facts.pending:
        found.append(f"{counted(facts.pending, 'change')} not delivered yet")
    if facts.in_conflict:
        found.append(f"{facts.in_conflict:,} in conflict")
    if facts.failed:
        found.append(f"{facts.failed:,} failed")
    if not found and not facts.missed:
        return _line("undelivered", Verdict.OK, "Every operation is settled.")
    advice = []
    if facts.pending and facts.sync.halt is None and not facts.role_waits:
        advice.append("“drtui sync” delivers.")
    if facts.in_conflict or facts.failed:
        advice.append("“drtui operations list” shows what needs a hand.")
    if facts.missed:
        advice.append("“drtui operations scheduled” runs or drops what was missed.")
    told = [f"{', '.join(found)}."] if found else []
    told += [facts.missed] if facts.missed else []
    return _line("undelivered", Verdict.WARNING, " ".join(told), " ".join(advice))


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
