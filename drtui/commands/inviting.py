"""Invitations by the deployment, and the racers' sign-ins: plans, and when they will be done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from drtui.commands.bulk import plan_errands
from drtui.commands.deployment_info import deployment_info
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Errand, Service
from drtui.domain.features import Feature
from drtui.domain.invitation_errands import invite, invite_again
from drtui.domain.operations import SETTLED_WELL, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan, PlannedTarget, Target, plan_errand
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Profile, Role
from drtui.domain.roster import has_signed_in, stands_since
from drtui.domain.sign_in_errands import close_sign_in, open_sign_in, reset_password
from drtui.domain.sponsorship import never_signed_in
from drtui.domain.text import fold
from drtui.domain.wording import counted, noun, role_text
from drtui.store.database import Transaction
from drtui.store.errand_history import errands_about
from drtui.store.errands import done_since, on_the_way
from drtui.store.offline import read_on_purpose
from drtui.store.participants import PoolRecord, gone_profiles, pool_records, with_profile
from drtui.store.preferences import read_preferences, write_preference
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import targets
from drtui.store.users import moment, users_by_key

BUILT_IN_MAIL: Final = 50
"""Messages in 24 hours that a user pool sends without SES (Cognito's own limit)."""

UNLIMITED_WORD: Final = "unlimited"
"""How no limit is typed."""

UNLIMITED_MAIL: Final = 0
"""What stands for no limit where the limit is kept."""

NO_SECOND_DOOR: Final = (
    "This needs the sponsor's AWS profile, which this account does not name: "
    "“drtui account set NAME --aws-profile P”."
)
NOBODY: Final = "There is nobody to do this for."
_LIMIT: Final = "mail_limit"
_DAY: Final = timedelta(days=1)
_HAS_PROFILE: Final = "has a profile already"
_IN_POOL: Final = "was invited already: send the invitation again instead"
_INVITED: Final = "was invited already"
_UNDER_WAY: Final = "an invitation is on its way"
_SIGNED_IN: Final = "has signed in already"
_NO_EMAIL: Final = "no email is known, by which the user would be found"
_TOO_OLD: Final = (
    "This deployment cannot send an invitation again: that came with release 1.3. Upgrade it, or "
    "delete the user and invite anew."
)
_NEVER: Final = "has never signed in: send the invitation again instead"


@dataclass(frozen=True, slots=True)
class Finish:
    """When the last of some messages will have been sent.

    Attributes:
        at: When, if the network and the engine are there all the time.
        sentence: For the admin.
    """

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What is done for each racer of a selection.

    Attributes:
        errand: None without an email, by which the user is found.
        refused: Why not, by whether the racer has signed in (None is unknown); empty for no reason.
    """

    kind: OperationKind
    what: str
    service: Service
    errand: Callable[[Target], Errand | None]
    refused: Callable[[bool | None], str] = lambda _: ""


def _invite_again(target: Target) -> Errand | None:
    if not target.email:
        return None
    return invite_again(target.email, target.profile_id, target.alias)


_RESEND: Final = _Task(
    OperationKind.RESEND_INVITATIONS,
    "Send invitations again",
    Service.INVITATIONS,
    _invite_again,
    lambda signed_in: _SIGNED_IN if signed_in else "",
)
_RESET: Final = _Task(
    OperationKind.RESET_PASSWORDS,
    "Reset passwords",
    Service.SIGN_INS,
    reset_password,
    lambda signed_in: _NEVER if signed_in is False else "",
)
_CLOSE: Final = _Task(
    OperationKind.CLOSE_SIGN_INS, "Close sign-ins", Service.SIGN_INS, close_sign_in
)
_OPEN: Final = _Task(OperationKind.OPEN_SIGN_INS, "Open sign-ins", Service.SIGN_INS, open_sign_in)


def plan_invite(workspace: Workspace, participants: Sequence[Participant]) -> Plan:
    """Plan to invite participants by the deployment, which sends each a temporary password.

    Raises:
        InvalidInputError: There is nobody to invite.
        NotAllowedError: Whoever is signed in may not do it.
    """
    if not participants:
        raise InvalidInputError(NOBODY)
    with workspace.database.read() as connection:
        there = with_profile(connection, [one.email for one in participants])
        pool = pool_records(connection)
        coming = {fold(subject) for subject in on_the_way(connection, Service.INVITATIONS)}
        sent = errands_about(connection, Service.INVITATIONS, SETTLED_WELL)
        gone = gone_profiles(connection)
    rows = []
    for one in participants:
        key, why = fold(one.email), ""
        if key in there:
            why = _HAS_PROFILE
        elif key in pool:
            why = _IN_POOL
        elif key in coming:
            why = _UNDER_WAY
        elif stands_since(sent.get(key, ()), gone.get(key)) is not None:
            why = _INVITED  # neither sweep nor pool has seen them yet
        rows.append(_row(invite(one.email, one.name), why))
    return _plan(workspace, OperationKind.INVITE, "Invite participants", rows)


def plan_resend(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to send the invitation again to those who never signed in.

    Raises:
        InvalidInputError: The deployment cannot do it, or nobody is selected.
        NotAllowedError: Whoever is signed in may not do it.
    """
    fact = deployment_info(workspace.database).features[Feature.RESEND_INVITE]
    if fact is not None and fact.has is False:
        raise InvalidInputError(_TOO_OLD)
    return _of_racers(workspace, selection, _RESEND)


def plan_reset_passwords(workspace: Workspace, selection: Selection, *, second_door: bool) -> Plan:
    """Plan to let racers choose another password: Cognito mails each a code.

    Raises:
        InvalidInputError: The account names no AWS profile of the sponsor, or nobody is selected.
    """
    return _of_sign_ins(workspace, selection, _RESET, second_door=second_door)


def plan_close_sign_ins(workspace: Workspace, selection: Selection, *, second_door: bool) -> Plan:
    """Plan to close racers' sign-ins, which sign them out everywhere; they keep everything.

    Raises:
        InvalidInputError: The account names no AWS profile of the sponsor, or nobody is selected.
    """
    return _of_sign_ins(workspace, selection, _CLOSE, second_door=second_door)


def plan_open_sign_ins(workspace: Workspace, selection: Selection, *, second_door: bool) -> Plan:
    """Plan to open racers' sign-ins again.

    Raises:
        InvalidInputError: The account names no AWS profile of the sponsor, or nobody is selected.
    """
    return _of_sign_ins(workspace, selection, _OPEN, second_door=second_door)


def mail_limit(workspace: Workspace) -> int | None:
    """Return how many invitations the deployment may send in 24 hours; None is no limit."""
    with workspace.database.read() as connection:
        return mail_limit_in(connection)


def mail_limit_in(connection: Transaction) -> int | None:
    """Return what `mail_limit` does, as one transaction sees it."""
    kept = read_preferences(connection).get(_LIMIT)
    if not isinstance(kept, int) or isinstance(kept, bool) or kept < 0:
        return BUILT_IN_MAIL
    return None if kept == UNLIMITED_MAIL else kept


def set_mail_limit(workspace: Workspace, daily: int | None) -> None:
    """Keep how many invitations the deployment may send in 24 hours.

    Args:
        workspace: The account's.
        daily: 50 where the user pool sends by itself; what SES allows where it sends by SES; None
            is no limit.

    Raises:
        InvalidInputError: It is less than 1.
    """
    if daily is not None and daily < 1:
        raise InvalidInputError("The limit is at least one message a day.")
    write_preference(workspace.database, _LIMIT, UNLIMITED_MAIL if daily is None else daily)


def read_mail_limit(text: str) -> int | None:
    """Return a limit as an admin types it: `50`, or `unlimited`, which is None.

    Raises:
        InvalidInputError: It is neither.
    """
    typed = text.strip()
    if typed == UNLIMITED_WORD:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and int(typed)):
        raise InvalidInputError(f"Write how many in 24 hours, or {UNLIMITED_WORD}.")
    return int(typed)


def mailed_in(connection: Transaction, clock: float) -> int:
    """Count the invitations that the deployment sent in the 24 hours before a moment."""
    return done_since(connection, Service.INVITATIONS, clock - _DAY.total_seconds())[0]


def expected_finish(
    workspace: Workspace,
    count: int,
    service: Service = Service.INVITATIONS,
    *,
    daily: int | None,
) -> Finish:
    """Return when so many more messages will have been sent, after those on their way.

    Args:
        workspace: The account's.
        count: How many are planned.
        service: Who sends them.
        daily: How many in 24 hours at the most; None is no limit.
    """
    clock = workspace.database.clock()
    now = moment(clock)
    assert now is not None
    with workspace.database.read() as connection:
        held = read_on_purpose(connection) is not None
        sent, first = done_since(connection, service, clock - _DAY.total_seconds())
        count += len(on_the_way(connection, service))
    what = counted(count, "message")
    if daily is None:
        return Finish(now, f"{what}: sent as soon as there is a network.")
    sent = min(sent, daily)
    at = _last_wave(count, daily, sent, now, first or now)
    if at <= now:
        when = "once somebody delivers" if held else "today"
        return Finish(now, f"{what}: sent {when}, within the limit of {daily:,} in 24 hours.")
    spent = f", of which {sent:,} {noun(sent, 'is', 'are')} used up" if sent else ""
    return Finish(
        at,
        f"{what} at {daily:,} in 24 hours{spent}: the last is sent about {at:%Y-%m-%d %H:%M} UTC.",
    )


def _last_wave(count: int, daily: int, sent: int, now: datetime, first: datetime) -> datetime:
    """Return when the last message goes: what was sent makes room when it is a day old.

    Those sent before now are taken to be as old as the first of them.
    """
    whole, rest = divmod(max(count, 1), daily)
    days = whole if rest else whole - 1
    rest = rest or daily
    if rest <= daily - sent:
        return now + days * _DAY
    return max(now, first + (days + 1) * _DAY)


def _of_sign_ins(
    workspace: Workspace, selection: Selection, task: _Task, *, second_door: bool
) -> Plan:
    if not second_door:
        raise InvalidInputError(NO_SECOND_DOOR)
    return _of_racers(workspace, selection, task)


def _of_racers(workspace: Workspace, selection: Selection, task: _Task) -> Plan:
    """Plan an errand for each selected racer; admins, facilitators and oneself are left out."""
    with workspace.database.read() as connection:
        me = read_sync_state(connection).caller_profile
        chosen = targets(connection, selection.keys, selection.named)
        pool = pool_records(connection)
        profiles = _profiles(connection, selection.keys)
    if not chosen:
        raise InvalidInputError(NOBODY)
    rows = []
    for target in chosen:
        errand = task.errand(target)
        if target.profile_id == me:
            rows.append(_not_done(task, target, Outcome.LEFT_OUT, "yourself"))
        elif target.role is not Role.RACER:
            rows.append(_not_done(task, target, Outcome.LEFT_OUT, role_text(target.role)))
        elif why := task.refused(_signed_in(profiles[target.profile_id], pool)):
            rows.append(_not_done(task, target, Outcome.CANNOT, why))
        elif errand is None:
            rows.append(_not_done(task, target, Outcome.CANNOT, _NO_EMAIL))
        else:
            rows.append(plan_errand(errand))
    return replace(_plan(workspace, task.kind, task.what, rows), unmatched=selection.unmatched)


def _plan(
    workspace: Workspace, kind: OperationKind, what: str, rows: Iterable[PlannedTarget]
) -> Plan:
    return replace(plan_errands(workspace, kind, what, ()), rows=tuple(rows))


def _row(errand: Errand, already: str) -> PlannedTarget:
    """Return an errand's row, already so where there is a reason for that."""
    if not already:
        return plan_errand(errand)
    return replace(plan_errand(replace(errand, before=errand.after)), reason=already)


def _not_done(task: _Task, target: Target, outcome: Outcome, why: str) -> PlannedTarget:
    errand = Errand(task.service, target.profile_id, target.alias, {}, {}, email=target.email)
    return PlannedTarget(plan_errand(errand).target, outcome, reason=why)


def _profiles(connection: Transaction, keys: Sequence[int]) -> dict[str, Profile]:
    users = users_by_key(connection, keys).values()
    return {user.profile.profile_id: user.profile for user in users}


def _signed_in(profile: Profile, pool: dict[str, PoolRecord]) -> bool | None:
    record = pool.get(fold(profile.email or ""))
    return has_signed_in(
        None if record is None else record.status, never_by_profile=never_signed_in(profile)
    )
