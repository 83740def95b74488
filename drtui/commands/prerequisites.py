"""The checklist of what an event needs: run it, and look at what it found last.

Each line is looked at on its own, so that what may not be looked at leaves the others alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from drtui.commands.deployment_info import deployment_info
from drtui.commands.event import read_event
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.failures import FailureKind
from drtui.domain.features import Feature
from drtui.domain.signing_in import SignInState
from drtui.domain.sponsor.caller import ADMIN_POLICY, Caller, CallerKind, Verdict
from drtui.domain.sponsor.checks import (
    Checked,
    Prerequisite,
    Standing,
    in_order,
    kept,
    unknown,
)
from drtui.domain.sponsor.failures import SponsorError
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import (
    GROUP,
    PERMISSION_SET,
    IdentityCenter,
    Instance,
    PermissionSet,
)
from drtui.domain.sponsor.mail import judge_sandbox, judge_sender
from drtui.domain.sponsor.quotas import ServiceQuota, judge
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.sponsor.sponsor_facts import SponsorFacts, facts_from, facts_values
from drtui.domain.text import clean
from drtui.domain.wording import counted
from drtui.store.facts import keep_fact, read_fact
from drtui.store.fixing import last_fix
from drtui.store.sign_in import read_sign_in
from drtui.store.sync_state import Connectivity, read_sync_state

LASTS: Final = timedelta(hours=1)
"""How long what was found is taken to be true without looking again."""

_FACT: Final = "prerequisites"
_SPONSOR: Final = "sponsor"
_TEXTS: Final = ("finding", "advice", "permission", "fix")
_NO_PROFILE: Final = "This account names no AWS profile of the sponsor."
_SIMULATED: Final = "The demo has no AWS account of a sponsor behind it."
_THEIRS: Final = "drtui did not make it, and leaves it as it is: ask the IT administrator."
_NAME_ONE: Final = "Name one with “drtui account set NAME --aws-profile P”."
_SYNC: Final = "Sync first (R)."
_GO_ONLINE: Final = "Go online first (F, or “drtui offline off”)."
_RENEW: Final = "Renew the AWS credentials of the profile or role that sign the calls."
_SIGN_IN: Final = "Sign in (W, or “drtui account sign-in”)."
_NO_VERSION: Final = "It tells no version, but what depends on one was found out"
_OF_SPONSOR: Final = tuple(Prerequisite)[
    : list(Prerequisite).index(Prerequisite.DEPLOYMENT_VERSION)
]


def last_checked(workspace: Workspace) -> tuple[tuple[Checked, ...], datetime | None]:
    """Return the lines as they were found last, and when; what was never looked at says so."""
    with workspace.database.read() as connection:
        value, as_of = read_fact(connection, _FACT)
    return in_order(_lines_from(value)), as_of


def is_due(workspace: Workspace) -> bool:
    """Whether to look again: never looked, too long ago, or something was fixed since."""
    with workspace.database.read() as connection:
        _, as_of = read_fact(connection, _FACT)
        fixed = last_fix(connection)
    now = datetime.fromtimestamp(workspace.database.clock(), UTC)
    return as_of is None or now - as_of >= LASTS or (fixed is not None and fixed > as_of)


def nothing_told(lines: Iterable[Checked]) -> bool:
    """Whether AWS told nothing of what it was asked."""
    asked = [one.standing for one in lines if one.prerequisite in _OF_SPONSOR]
    return set(asked) == {Standing.CANNOT_TELL}


def sponsor_facts(workspace: Workspace) -> SponsorFacts:
    """Return what the checks learned last of the sponsor's AWS account; nothing is asked."""
    with workspace.database.read() as connection:
        return facts_from(read_fact(connection, _SPONSOR)[0])


def check(
    workspace: Workspace, services: SponsorServices | None, *, simulated: bool = False
) -> tuple[Checked, ...]:
    """Run the checklist and keep what it found.

    Args:
        workspace: The account's.
        services: The second door; None where the account names no AWS profile.
        simulated: Whether it is the demo's account, which no profile can be named for.
    """
    event = read_event(workspace)
    if services is None:
        why, advice = (_SIMULATED, "") if simulated else (_NO_PROFILE, _NAME_ONE)
        found = [Checked(one, Standing.CANNOT_TELL, why, advice) for one in _OF_SPONSOR]
    else:
        learned = _Learned(sponsor_facts(workspace))
        found = list(_of_sponsor(services, event, learned))
        keep_fact(workspace.database, _SPONSOR, facts_values(learned.facts))
    earlier, as_of = last_checked(workspace)
    lines = in_order([*found, *_of_deployment(workspace)])
    if as_of is not None:
        pairs = zip(lines, earlier, strict=True)  # both have one for each prerequisite, in order
        lines = tuple(kept(line, before, as_of) for line, before in pairs)
    keep_fact(workspace.database, _FACT, [line_values(line) for line in lines])
    return lines


def line_values(line: Checked) -> dict[str, object]:
    """Return a line as JSON; a moment as ISO 8601, or null."""
    return {**asdict(line), "found_at": line.found_at and line.found_at.isoformat()}


class _Learned:
    """Takes what is learned beside the lines; what is not told this time stays as it was."""

    def __init__(self, before: SponsorFacts) -> None:
        self.facts = before

    def caller(self, caller: Caller) -> None:
        """Take whose credentials they are; what was known of another account goes."""
        known = self.facts if caller.account == self.facts.account else SponsorFacts()
        self.facts = replace(known, account=caller.account, arn=caller.arn)

    def quotas(self, *quotas: ServiceQuota | None) -> None:
        """Take the quotas of training jobs."""
        self.facts = replace(self.facts, quotas=tuple(one for one in quotas if one is not None))


def _of_sponsor(
    services: SponsorServices, event: EventSettings, learned: _Learned
) -> Iterator[Checked]:
    def training() -> Checked:
        found = services.quotas.training()
        learned.quotas(found.instances, found.across)
        return judge(found, event.at_once)

    try:
        caller = services.callers.who_am_i()
    except SponsorError as error:
        # Without an owner of the credentials no other call can succeed.
        for one in _OF_SPONSOR:
            yield unknown(one, error)
        return
    learned.caller(caller)
    who = f"{caller.kind.value} {clean(caller.session or caller.name, 80)}".strip()
    account = clean(caller.account, 20)
    yield Checked(Prerequisite.CALLER, Standing.OK, f"AWS account {account}, as {who}.", "")
    yield _told(Prerequisite.ADMIN_ACCESS, lambda: _admin_access(services, caller))
    yield from _identity_center(services, caller)
    yield _told(
        Prerequisite.MAIL_IDENTITY,
        lambda: judge_sender(services.mail.identities(), event.sender),
    )
    yield _told(Prerequisite.MAIL_SANDBOX, lambda: judge_sandbox(services.mail.account()))
    yield _told(Prerequisite.TRAINING_QUOTA, training)


def _told(line: Prerequisite, look: Callable[[], Checked]) -> Checked:
    try:
        return look()
    except SponsorError as error:
        return unknown(line, error)


def _admin_access(services: SponsorServices, caller: Caller) -> Checked:
    line = Prerequisite.ADMIN_ACCESS
    found = services.callers.admin_access(caller)
    if found.verdict is Verdict.OK:
        by = f"{found.policy} by {clean(found.through, 80)}" if found.policy else "the root user"
        return Checked(line, Standing.OK, f"Account admin by {by}.", "")
    if found.verdict is Verdict.MISSING:
        return Checked(
            line,
            Standing.MISSING,
            f"{ADMIN_POLICY} is not attached to these credentials.",
            "Ask the IT administrator to attach it, or go on if another policy says the same.",
        )
    if not found.permission:
        finding = f"What is attached to a {caller.kind.value} cannot be looked up."
        if caller.kind is CallerKind.UNKNOWN:
            finding = "It is not known what these credentials belong to."
        return Checked(line, Standing.CANNOT_TELL, finding, "Look in the IAM console.")
    return Checked(
        line,
        Standing.CANNOT_TELL,
        "These AWS credentials may not look.",
        f"Ask the account's administrator for {found.permission}.",
        found.permission,
    )


def _identity_center(services: SponsorServices, caller: Caller) -> Iterator[Checked]:
    center = services.identity_center
    later = (Prerequisite.PERMISSION_SET, Prerequisite.ASSIGNMENT)
    try:
        instances = center.instances()
    except SponsorError as error:
        for one in (Prerequisite.IDENTITY_CENTER, *later):
            yield unknown(one, error)
        return
    if not instances:
        yield Checked(
            Prerequisite.IDENTITY_CENTER,
            Standing.MISSING,
            "There is no instance of IAM Identity Center in this region.",
            "Needed only for a sign-in to the AWS console: ask the organisation to enable it.",
        )
        for one in later:
            yield Checked(one, Standing.MISSING, "It needs an instance of Identity Center.", "")
        return
    instance = instances[0]
    owner = clean(instance.owner, 20)
    whose = "this account" if owner == caller.account else f"account {owner}"
    yield Checked(
        Prerequisite.IDENTITY_CENTER, Standing.OK, f"There is an instance, owned by {whose}.", ""
    )
    try:
        found = center.find_permission_set(instance, PERMISSION_SET)
    except SponsorError as error:
        for one in later:
            yield unknown(one, error)
        return
    yield _told(later[0], lambda: _permission_set(center, instance, found))
    yield _told(later[1], lambda: _assignment(center, instance, found, caller.account))


def _permission_set(
    center: IdentityCenter, instance: Instance, found: PermissionSet | None
) -> Checked:
    line, fix = Prerequisite.PERMISSION_SET, "Make the permission set"
    if found is None:
        finding = f"There is no permission set {PERMISSION_SET}."
        return Checked(line, Standing.MISSING, finding, "Make it from here.", fix=fix)
    fix = "Repair the permission set" if found.ours else ""
    policies = center.policies_of(instance, found.arn)
    if not any(policy.endswith(f"/{PARTICIPANT_POLICY}") for policy in policies):
        finding = f"The permission set {PERMISSION_SET} lacks {PARTICIPANT_POLICY}."
        advice = "Add the policy." if fix else _THEIRS
        return Checked(line, Standing.MISSING, finding, advice, fix=fix)
    if not found.relay_state:
        finding = f"The permission set {PERMISSION_SET} has no relay state."
        advice = "Set it to the event's sign-in address." if fix else _THEIRS
        return Checked(line, Standing.MISSING, finding, advice, fix=fix)
    leads = f"{PARTICIPANT_POLICY}, leading to {clean(found.relay_state, 120)}"
    return Checked(line, Standing.OK, f"{PERMISSION_SET} grants {leads}.", "")


def _assignment(
    center: IdentityCenter, instance: Instance, found: PermissionSet | None, account: str
) -> Checked:
    line, fix = Prerequisite.ASSIGNMENT, "Make the group and assign it"
    group = center.find_group(instance, GROUP)
    if group is None:
        finding = f"There is no group {GROUP}."
        advice = "Make it from here, or give participants access by Identity Center."
        return Checked(line, Standing.MISSING, finding, advice, fix=fix)
    if found is None:
        finding = f"The group {GROUP} has no permission set to be assigned."
        return Checked(line, Standing.MISSING, finding, "Make the permission set first.")
    if not center.is_assigned(instance, found.arn, group, account):
        finding = f"The group {GROUP} does not have {PERMISSION_SET} in this account."
        return Checked(line, Standing.MISSING, finding, "Assign it from here.", fix=fix)
    members = counted(sum(1 for _ in center.members_of(instance, group)), "member")
    has = f"The group {GROUP}, of {members}, has {PERMISSION_SET} in this account."
    return Checked(line, Standing.OK, has, "")


def _of_deployment(workspace: Workspace) -> Iterator[Checked]:
    info = deployment_info(workspace.database)
    with workspace.database.read() as connection:
        state, sign_in = read_sync_state(connection), read_sign_in(connection).state
    offline = state.connectivity is Connectivity.OFFLINE
    held = offline and state.on_purpose is not None
    line = Prerequisite.DEPLOYMENT_VERSION
    bulk = info.features.get(Feature.BULK_INVITE)
    if bulk is None or bulk.has is None:
        finding = "Its version has not been read yet."
        if info.version:
            finding = f"The deployment is version {info.version}, which this drtui does not know."
        yield Checked(line, Standing.CANNOT_TELL, finding, _GO_ONLINE if held else _SYNC)
    else:
        version = f"The deployment is version {info.version}" if info.version else _NO_VERSION
        how = f"invitations go out {'many at once' if bulk.has else 'one by one'}"
        yield Checked(line, Standing.OK, f"{version}: {how}.", "")
    line = Prerequisite.DEPLOYMENT_REACHABLE
    online = state.connectivity is Connectivity.ONLINE
    if online and state.halt is FailureKind.NOT_SIGNED_IN:
        advice = _RENEW if sign_in is SignInState.NOT_NEEDED else _SIGN_IN
        finding = f"It answers, and refuses the calls: {clean(state.halt_reason, 300)}"
        yield Checked(line, Standing.MISSING, finding, advice)
    elif online:
        yield Checked(line, Standing.OK, "The deployment answered when it was last called.", "")
    elif held:
        finding = "Offline on purpose: the deployment is not called."
        yield Checked(line, Standing.CANNOT_TELL, finding, _GO_ONLINE)
    elif offline:
        advice = "Look at the network, or run “drtui doctor”."
        yield Checked(
            line, Standing.MISSING, "The deployment did not answer when it was last called.", advice
        )
    else:
        yield Checked(line, Standing.CANNOT_TELL, "It was not called yet.", _SYNC)


def _lines_from(value: object) -> Iterator[Checked]:
    """Return the lines as they were kept; one that this version does not know is left out."""
    for line in value if isinstance(value, list) else []:
        if not isinstance(line, dict):
            continue
        finding, advice, permission, fix = (str(line.get(name) or "") for name in _TEXTS)
        try:
            what, standing = (
                Prerequisite(str(line.get("prerequisite"))),
                Standing(str(line.get("standing"))),
            )
        except ValueError:
            continue
        yield Checked(
            what,
            standing,
            finding,
            advice,
            permission,
            fix,
            unreachable=line.get("unreachable") is True,
            found_at=_moment(line.get("found_at")),
        )


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None
