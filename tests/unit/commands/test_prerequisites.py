"""The checklist: each line ok, missing or cannot tell, kept, and read back without the network."""

from dataclasses import replace

import pytest

from drtui.commands import offline
from drtui.commands.handing_off import hand_off_of
from drtui.commands.prerequisites import LASTS, check, is_due, last_checked, sponsor_facts
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.failures import FailureKind
from drtui.domain.features import Feature
from drtui.domain.signing_in import KEYS_UNKNOWN, SignInState
from drtui.domain.sponsor.caller import AdminAccess, Caller, CallerKind, Verdict
from drtui.domain.sponsor.checks import Prerequisite, Standing, in_order
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import GROUP, PERMISSION_SET
from drtui.domain.sponsor.mail import MailAccount
from drtui.domain.sponsor.sponsor_facts import SponsorFacts
from drtui.store.deployment_facts import write_found, write_version
from drtui.store.facts import keep_fact, write_fact
from drtui.store.sign_in import write_sign_in
from drtui.store.sync_state import Connectivity, write_connectivity, write_halt
from tests.unit.commands.sponsoring import (
    ACCOUNT,
    CALLER,
    DENIALS,
    HOSTILE,
    NO_QUOTAS,
    SET,
    Sponsor,
    checked,
    denied,
    ready,
    sponsor,
)

__all__ = ["ready", "sponsor"]


def test_where_all_is_well_every_line_is_ok(ready: Workspace, sponsor: Sponsor) -> None:
    lines = check(ready, sponsor.services)
    assert [line.prerequisite for line in lines] == list(Prerequisite)
    assert {line.standing for line in lines} == {Standing.OK}
    assert all(line.finding and not line.permission and not line.fix for line in lines)
    found = {line.prerequisite: line.finding for line in lines}
    assert found[Prerequisite.CALLER] == f"AWS account {ACCOUNT}, as role Admin."
    assert "this account" in found[Prerequisite.IDENTITY_CENTER]
    assert "of 2 members" in found[Prerequisite.ASSIGNMENT]
    assert "many at once" in found[Prerequisite.DEPLOYMENT_VERSION]


MISSING: list[tuple[Sponsor, set[Prerequisite], str]] = [
    (Sponsor(access=AdminAccess(Verdict.MISSING)), {Prerequisite.ADMIN_ACCESS}, ""),
    (
        Sponsor(found=()),
        {Prerequisite.IDENTITY_CENTER, Prerequisite.PERMISSION_SET, Prerequisite.ASSIGNMENT},
        "",
    ),
    (
        Sponsor(permission_set=None),
        {Prerequisite.PERMISSION_SET, Prerequisite.ASSIGNMENT},
        "Make the permission set",
    ),
    (Sponsor(policies=()), {Prerequisite.PERMISSION_SET}, "Repair the permission set"),
    (
        Sponsor(permission_set=replace(SET, relay_state="")),
        {Prerequisite.PERMISSION_SET},
        "Repair the permission set",
    ),
    (
        Sponsor(permission_set=replace(SET, relay_state="", ours=False)),
        {Prerequisite.PERMISSION_SET},
        "",
    ),
    (Sponsor(group=None), {Prerequisite.ASSIGNMENT}, "Make the group and assign it"),
    (Sponsor(assigned=False), {Prerequisite.ASSIGNMENT}, "Make the group and assign it"),
    (Sponsor(senders=()), {Prerequisite.MAIL_IDENTITY}, "Verify the sender"),
    (Sponsor(mailing=MailAccount(False, True, 200, 0, 1.0)), {Prerequisite.MAIL_SANDBOX}, ""),
    (Sponsor(quota=100), {Prerequisite.TRAINING_QUOTA}, "Ask AWS for a higher quota"),
]


@pytest.mark.parametrize(("sponsor", "missing", "fix"), MISSING)
def test_what_is_missing_is_told_and_the_rest_stays_ok(
    ready: Workspace, sponsor: Sponsor, missing: set[Prerequisite], fix: str
) -> None:
    lines = checked(ready, sponsor)
    assert {one for one, line in lines.items() if line.standing is Standing.MISSING} == missing
    assert all(line.standing is Standing.OK for one, line in lines.items() if one not in missing)
    assert lines[min(missing, key=list(Prerequisite).index)].fix == fix
    assert all(line.advice for line in lines.values() if line.fix)


@pytest.mark.parametrize("call", DENIALS)
def test_what_may_not_be_looked_at_names_the_permission_and_leaves_the_rest_alone(
    ready: Workspace, sponsor: Sponsor, call: str
) -> None:
    permission, concerned = DENIALS[call]
    sponsor.fails[call] = denied(permission)
    lines = checked(ready, sponsor)
    for one, line in lines.items():
        if one in concerned:
            assert (line.standing, line.permission) == (Standing.CANNOT_TELL, permission)
            assert permission in line.advice
        else:
            assert (line.standing, line.permission) == (Standing.OK, "")


@pytest.mark.parametrize(
    "error",
    [
        SponsorError(SponsorFailure.NO_CREDENTIALS, "The credentials have expired."),
        SponsorError(SponsorFailure.UNREACHABLE, "AWS does not answer."),
        denied("sts:GetCallerIdentity"),
    ],
)
def test_without_a_caller_nothing_else_is_asked_and_the_deployment_still_told(
    ready: Workspace, sponsor: Sponsor, error: SponsorError
) -> None:
    sponsor.fails["who_am_i"] = error
    lines = checked(ready, sponsor)
    assert sponsor.asked == ["who_am_i"]
    of_deployment = {Prerequisite.DEPLOYMENT_VERSION, Prerequisite.DEPLOYMENT_REACHABLE}
    for one, line in lines.items():
        expected = Standing.OK if one in of_deployment else Standing.CANNOT_TELL
        assert line.standing is expected
        assert line.permission == ("" if one in of_deployment else error.permission)


@pytest.mark.parametrize(
    ("access", "permission"),
    [
        (AdminAccess(Verdict.CANNOT_TELL), ""),
        (
            AdminAccess(Verdict.CANNOT_TELL, permission="iam:ListGroupsForUser"),
            "iam:ListGroupsForUser",
        ),
    ],
)
def test_admin_access_that_cannot_be_told_names_a_permission_where_one_would_tell(
    ready: Workspace, access: AdminAccess, permission: str
) -> None:
    caller = replace(CALLER, kind=CallerKind.FEDERATED)
    line = checked(ready, Sponsor(caller=caller, access=access))[Prerequisite.ADMIN_ACCESS]
    assert (line.standing, line.permission) == (Standing.CANNOT_TELL, permission)
    assert ("may not look" in line.finding) is bool(permission)


def test_the_root_user_needs_no_policy(ready: Workspace) -> None:
    root = Sponsor(
        caller=Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", CallerKind.ROOT, ""),
        access=AdminAccess(Verdict.OK, through="root"),
    )
    lines = checked(ready, root)
    assert lines[Prerequisite.CALLER].finding == f"AWS account {ACCOUNT}, as root."
    assert lines[Prerequisite.ADMIN_ACCESS].finding == "Account admin by the root user."


def test_without_an_aws_profile_the_deployment_alone_is_looked_at(ready: Workspace) -> None:
    lines = {line.prerequisite: line for line in check(ready, None)}
    assert lines[Prerequisite.DEPLOYMENT_VERSION].standing is Standing.OK
    assert lines[Prerequisite.DEPLOYMENT_REACHABLE].standing is Standing.OK
    others = [line for line in lines.values() if line.standing is Standing.CANNOT_TELL]
    assert len(others) == len(Prerequisite) - 2
    assert all("account set NAME --aws-profile P" in line.advice for line in others)


def test_offline_on_purpose_nothing_is_blamed_on_the_network(
    workspace: Workspace, ready: Workspace
) -> None:
    del ready
    offline.go_offline(workspace)
    lines = {line.prerequisite: line for line in check(workspace, None)}
    reachable = lines[Prerequisite.DEPLOYMENT_REACHABLE]
    assert reachable.standing is Standing.CANNOT_TELL
    assert reachable.finding == "Offline on purpose: the deployment is not called."
    assert "drtui offline off" in reachable.advice
    assert lines[Prerequisite.DEPLOYMENT_VERSION].standing is Standing.OK
    offline.go_online(workspace)
    write_connectivity(workspace.database, Connectivity.OFFLINE)
    lines = {line.prerequisite: line for line in check(workspace, None)}
    assert lines[Prerequisite.DEPLOYMENT_REACHABLE].standing is Standing.MISSING


@pytest.mark.parametrize(
    ("state", "advice"),
    [(SignInState.NOT_NEEDED, "Renew the AWS credentials"), (SignInState.NEEDED, "Sign in")],
)
def test_calls_that_are_refused_say_what_to_renew(
    ready: Workspace, state: SignInState, advice: str
) -> None:
    write_sign_in(ready.database, state)
    write_halt(ready.database, FailureKind.NOT_SIGNED_IN, KEYS_UNKNOWN)
    lines = {line.prerequisite: line for line in check(ready, None)}
    reachable = lines[Prerequisite.DEPLOYMENT_REACHABLE]
    assert reachable.standing is Standing.MISSING
    assert KEYS_UNKNOWN in reachable.finding
    assert reachable.advice.startswith(advice)


def test_what_was_never_read_is_not_to_be_synced_while_offline_on_purpose(
    workspace: Workspace,
) -> None:
    offline.go_offline(workspace)
    lines = {line.prerequisite: line for line in check(workspace, None)}
    version = lines[Prerequisite.DEPLOYMENT_VERSION]
    assert version.standing is Standing.CANNOT_TELL
    assert version.advice == lines[Prerequisite.DEPLOYMENT_REACHABLE].advice


def test_the_demo_is_not_told_to_name_an_aws_profile(ready: Workspace) -> None:
    lines = check(ready, None, simulated=True)
    told = [line for line in lines if line.standing is Standing.CANNOT_TELL]
    assert len(told) == len(Prerequisite) - 2
    assert {(line.finding, line.advice) for line in told} == {
        ("The demo has no AWS account of a sponsor behind it.", "")
    }


@pytest.mark.parametrize(("has", "how"), [(True, "many at once"), (False, "one by one")])
def test_without_a_version_it_is_said_why_that_is_fine(
    workspace: Workspace, has: bool, how: str
) -> None:
    write_found(workspace.database, {Feature.BULK_INVITE: has})
    line = check(workspace, None)[-2]
    assert (line.prerequisite, line.standing) == (Prerequisite.DEPLOYMENT_VERSION, Standing.OK)
    assert line.finding == (
        f"It tells no version, but what depends on one was found out: invitations go out {how}."
    )


@pytest.mark.parametrize(
    ("version", "connectivity", "standings"),
    [
        ("", Connectivity.UNKNOWN, (Standing.CANNOT_TELL, Standing.CANNOT_TELL)),
        ("v1.2.0", Connectivity.OFFLINE, (Standing.OK, Standing.MISSING)),
        ("tomorrow's", Connectivity.ONLINE, (Standing.CANNOT_TELL, Standing.OK)),
    ],
)
def test_the_deployment_is_judged_by_what_the_store_knows(
    workspace: Workspace,
    version: str,
    connectivity: Connectivity,
    standings: tuple[Standing, Standing],
) -> None:
    if version:
        write_version(workspace.database, version)
    write_connectivity(workspace.database, connectivity)
    *_, of_version, reachable = check(workspace, None)
    assert (of_version.standing, reachable.standing) == standings
    assert ("one by one" in of_version.finding) is (version == "v1.2.0")


def test_the_lines_are_kept_and_read_back_with_their_age(
    ready: Workspace, sponsor: Sponsor
) -> None:
    before, never = last_checked(ready)
    assert never is None
    assert {line.standing for line in before} == {Standing.NOT_CHECKED}
    sponsor.fails["account"] = denied("ses:GetAccount")
    sponsor.group = None
    lines = check(ready, sponsor.services)
    sponsor.asked.clear()
    kept, as_of = last_checked(ready)
    assert kept == lines
    assert as_of is not None
    assert as_of.timestamp() == ready.database.clock()
    assert sponsor.asked == []


def test_whose_credentials_they_are_is_known_later_and_offline(
    ready: Workspace, sponsor: Sponsor
) -> None:
    assert sponsor_facts(ready) == SponsorFacts()
    check(ready, sponsor.services)
    kept = sponsor_facts(ready)
    assert (kept.account, kept.arn) == (ACCOUNT, CALLER.arn)
    assert [(one.code, one.value) for one in kept.quotas] == [("L-1", 500)]
    sponsor.fails["who_am_i"] = SponsorError(SponsorFailure.UNREACHABLE, "AWS does not answer.")
    check(ready, sponsor.services)
    check(ready, None)
    assert sponsor_facts(ready) == kept
    check(ready, Sponsor(caller=replace(CALLER, account="2"), fails=NO_QUOTAS).services)
    assert sponsor_facts(ready) == SponsorFacts("2", CALLER.arn)


def test_the_checks_are_due_at_first_and_when_they_are_old(ready: Workspace) -> None:
    assert is_due(ready)
    check(ready, None)
    assert not is_due(ready)
    for seconds, due in ((LASTS.total_seconds() - 1, False), (LASTS.total_seconds(), True)):
        with ready.database.write(RecordKind.SYNC_STATE) as connection:
            write_fact(connection, "prerequisites", [], ready.database.clock() - seconds)
        assert is_due(ready) is due


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "a text",
        [None, 5, {}, {"prerequisite": "of another version", "standing": "ok"}],
        [{"prerequisite": Prerequisite.CALLER.value, "standing": "splendid"}],
    ],
)
def test_lines_of_another_version_are_as_if_they_had_not_been_checked(
    workspace: Workspace, stored: object
) -> None:
    keep_fact(workspace.database, "prerequisites", stored)
    lines, _ = last_checked(workspace)
    assert [line.prerequisite for line in lines] == list(Prerequisite)
    assert {line.standing for line in lines} == {Standing.NOT_CHECKED}


def test_what_aws_tells_is_safe_to_show(ready: Workspace) -> None:
    sponsor = Sponsor(
        caller=replace(CALLER, account=HOSTILE, session=HOSTILE),
        access=AdminAccess(Verdict.OK, "AWSDeepRacerAccountAdminAccess", f"group {HOSTILE}"),
        permission_set=replace(SET, relay_state=HOSTILE),
    )
    write_version(ready.database, HOSTILE)
    sponsor.fails["find_group"] = denied("identitystore:GetGroupId")
    for line in check(ready, sponsor.services):
        assert line.finding.isprintable()
        assert line.advice.isprintable()


def test_a_run_without_the_network_leaves_what_was_found_with_its_age(
    ready: Workspace, sponsor: Sponsor
) -> None:
    sponsor.permission_set = None
    found = checked(ready, sponsor)[Prerequisite.PERMISSION_SET]
    _, as_of = last_checked(ready)
    sponsor.fails["who_am_i"] = SponsorError(SponsorFailure.UNREACHABLE, "No network.")
    for _ in range(2):
        later = checked(ready, sponsor)[Prerequisite.PERMISSION_SET]
        assert later == replace(found, unreachable=True, found_at=as_of)
        assert last_checked(ready)[0] == in_order([*check(ready, sponsor.services)])
    message = hand_off_of(ready)
    assert "Permission set name" in message.message
    assert message.as_of == as_of
    del sponsor.fails["who_am_i"]
    sponsor.permission_set = SET
    assert checked(ready, sponsor)[Prerequisite.PERMISSION_SET].standing is Standing.OK
    assert not hand_off_of(ready).message


def test_what_was_never_found_cannot_be_told_without_the_network(
    ready: Workspace, sponsor: Sponsor
) -> None:
    sponsor.fails = dict(NO_QUOTAS)
    for _ in range(2):
        line = checked(ready, sponsor)[Prerequisite.TRAINING_QUOTA]
        assert (line.standing, line.found_at) == (Standing.CANNOT_TELL, None)


def test_without_a_profile_the_hand_off_has_all_that_could_not_be_checked(ready: Workspace) -> None:
    check(ready, None)
    message = hand_off_of(ready).message
    assert "could not be checked from here" in message
    for named in ("AWSDeepRacerAccountAdminAccess", PARTICIPANT_POLICY, GROUP, PERMISSION_SET):
        assert named in message
    assert "Relay state" in message


def test_what_may_not_be_looked_at_is_in_the_hand_off(ready: Workspace, sponsor: Sponsor) -> None:
    sponsor.fails["find_group"] = denied("identitystore:GetGroupId")
    check(ready, sponsor.services)
    message = hand_off_of(ready).message
    assert f"create the group {GROUP}" in message
    assert "could not be checked from here" in message
    assert "Permission set name" not in message
