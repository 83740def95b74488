"""Identity Center, against moto's sso-admin and identitystore.

moto has an instance in every region, makes every assignment at once, and does not know which
accounts have an older permission set: what differs comes from a scripted server.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.identity_center import AwsIdentityCenter
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import (
    Assignment,
    AssignmentState,
    Ensured,
    IdentityCenter,
    Instance,
    split_name,
)
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

REGION = "eu-west-1"
ACCOUNT = "123456789012"
POLICY = f"arn:aws:iam::aws:policy/{PARTICIPANT_POLICY}"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
RELAY = "https://races.example.com/?a=1&b=2"
ARN = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
SET = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"
GROUP = "0123456789-01234567-89ab-cdef-0123-456789abcdef"
HERE = Instance(ARN, "d-0123456789", ACCOUNT)


@pytest.fixture
def center(moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    return opened(moto.url, monkeypatch)


@pytest.fixture
def instance(center: IdentityCenter) -> Instance:
    [found] = center.instances()
    return found


@pytest.fixture
def scripted(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    return opened(f"http://127.0.0.1:{server.port}", monkeypatch)


def opened(url: str, monkeypatch: pytest.MonkeyPatch) -> IdentityCenter:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return AwsIdentityCenter(Door(None, "us-east-1", user_agent="drtui-tests/1"), REGION)


def refusal_of(call: Callable[[], object]) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        call()
    return raised.value


def refusal(code: str, **more: str) -> Step:
    return answer({"__type": code, "Message": "x", **more}, status=400)


def wanted(
    center: IdentityCenter,
    instance: Instance,
    name: str,
    *,
    relay_state: str = RELAY,
    hours: int = 8,
) -> Ensured:
    return center.ensure_permission_set(instance, name, relay_state=relay_state, hours=hours)


def strangers_set(moto: RunningMoto, instance: Instance, name: str, *policies: str) -> str:
    rights = moto.client("sso-admin", REGION)
    made = rights.create_permission_set(
        Name=name, InstanceArn=instance.arn, SessionDuration="PT1H", Description="by hand"
    )["PermissionSet"]["PermissionSetArn"]
    for policy in policies:
        rights.attach_managed_policy_to_permission_set(
            InstanceArn=instance.arn, PermissionSetArn=made, ManagedPolicyArn=policy
        )
    return str(made)


def requests(server: ScriptedServer) -> list[tuple[str, Mapping[str, object]]]:
    return [
        (request.headers["x-amz-target"].rpartition(".")[2], json.loads(request.body))
        for request in server.requests
    ]


def test_the_instance_is_found_in_its_region(instance: Instance) -> None:
    assert instance.arn.startswith("arn:aws:sso:::instance/")
    assert instance.store_id.startswith("d-")
    assert instance.owner == ACCOUNT


def test_identity_center_that_is_not_enabled_has_no_instance(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    """Scripted: moto always has one; one that is being made or deleted does not count."""
    server.script(
        answer({"Instances": []}),
        answer({"Instances": [{"InstanceArn": ARN, "Status": "DELETE_IN_PROGRESS"}]}),
    )
    assert scripted.instances() == ()
    assert scripted.instances() == ()
    assert f"/{REGION}/sso/" in server.requests[0].headers["authorization"]


def test_a_permission_set_is_made_once(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    strangers_set(moto, instance, "Other")
    assert center.find_permission_set(instance, "Made") is None
    made = wanted(center, instance, "Made")
    assert made.changed
    found = center.find_permission_set(instance, "Made")
    assert found is not None
    assert (found.arn, found.relay_state, found.session) == (made.id, RELAY, "PT8H")
    assert found.ours
    assert center.policies_of(instance, made.id) == (POLICY,)
    assert wanted(center, instance, "Made") == Ensured(made.id, changed=False)


def test_our_permission_set_is_mended(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    made = wanted(center, instance, "Mended", relay_state="")
    moto.client("sso-admin", REGION).detach_managed_policy_from_permission_set(
        InstanceArn=instance.arn, PermissionSetArn=made.id, ManagedPolicyArn=POLICY
    )
    assert wanted(center, instance, "Mended", hours=12) == Ensured(made.id, changed=True)
    found = center.find_permission_set(instance, "Mended")
    assert found is not None
    assert (found.relay_state, found.session, found.ours) == (RELAY, "PT12H", True)
    assert center.policies_of(instance, made.id) == (POLICY,)
    assert not wanted(center, instance, "Mended", hours=12, relay_state="").changed


def test_another_s_permission_set_that_fits_is_used_as_it_is(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    theirs = strangers_set(moto, instance, "Fits", POLICY)
    assert wanted(center, instance, "Fits") == Ensured(theirs, changed=False)
    found = center.find_permission_set(instance, "Fits")
    assert found is not None
    assert (found.session, found.ours) == ("PT1H", False)


def test_another_s_permission_set_gains_no_rights(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    theirs = strangers_set(moto, instance, "Theirs")
    error = refusal_of(partial(wanted, center, instance, "Theirs"))
    assert error.kind is SponsorFailure.EXISTS
    assert PARTICIPANT_POLICY in error.message
    assert center.policies_of(instance, theirs) == ()


def test_a_permission_set_that_grants_more_is_refused(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    rights = moto.client("sso-admin", REGION)
    strangers_set(moto, instance, "More", POLICY, ADMINISTRATOR)
    inline = wanted(center, instance, "Inline").id
    rights.put_inline_policy_to_permission_set(
        InstanceArn=instance.arn, PermissionSetArn=inline, InlinePolicy="{}"
    )
    own = wanted(center, instance, "Own").id
    rights.attach_customer_managed_policy_reference_to_permission_set(
        InstanceArn=instance.arn,
        PermissionSetArn=own,
        CustomerManagedPolicyReference={"Name": "everything"},
    )
    for name in ("More", "Inline", "Own"):
        error = refusal_of(partial(wanted, center, instance, name))
        assert error.kind is SponsorFailure.EXISTS
        assert "other rights" in error.message


@pytest.mark.parametrize("hours", [0, 13])
def test_a_session_has_hours_that_aws_takes(
    server: ScriptedServer, scripted: IdentityCenter, hours: int
) -> None:
    with pytest.raises(ValueError, match="1 to 12 hours"):
        wanted(scripted, HERE, "Any", hours=hours)
    assert server.requests == []


def test_accounts_with_an_older_version_are_given_the_new_one(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    """Scripted: moto does not tell which are outdated."""
    described = {
        "PermissionSetArn": SET,
        "Name": "Made",
        "Description": "Made by drtui for DeepRacer participants",
        "SessionDuration": "PT8H",
        "RelayState": RELAY,
    }
    server.script(
        answer({"PermissionSets": [SET]}),
        answer({"PermissionSet": described}),
        answer({"AttachedManagedPolicies": [{"Arn": POLICY}]}),
        answer({"InlinePolicy": ""}),
        answer({"CustomerManagedPolicyReferences": []}),
        answer({"AccountIds": [ACCOUNT]}),
        answer({"PermissionSetProvisioningStatus": {"Status": "IN_PROGRESS"}}),
    )
    assert wanted(scripted, HERE, "Made") == Ensured(SET, changed=True)
    operation, members = requests(server)[-1]
    assert operation == "ProvisionPermissionSet"
    assert members["TargetType"] == "ALL_PROVISIONED_ACCOUNTS"
    assert requests(server)[-2][1]["ProvisioningStatus"] == (
        "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    )


def test_a_conflict_with_what_cannot_be_seen_yet_may_be_tried_again(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    """Scripted: moto settles at once."""
    server.script(answer({"PermissionSets": []}), refusal("ConflictException"))
    error = refusal_of(partial(wanted, scripted, HERE, "Made"))
    assert error.kind is SponsorFailure.UNAVAILABLE


def test_an_answer_without_what_was_made_is_in_doubt(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    server.script(answer({"PermissionSets": []}), answer({}))
    error = refusal_of(partial(wanted, scripted, HERE, "Made"))
    assert error.kind is SponsorFailure.OUTCOME_UNKNOWN


def test_a_group_is_made_once(center: IdentityCenter, instance: Instance) -> None:
    name = "Racers “2026” + 'friends'"
    assert center.find_group(instance, name) is None
    made = center.ensure_group(instance, name)
    assert made.changed
    assert center.find_group(instance, name) == made.id
    assert center.ensure_group(instance, name) == Ensured(made.id, changed=False)


@pytest.mark.parametrize(
    "email",
    ["ada@example.com", "ada+race@example.com", "o'brien\"@example.com", "zoë@example.com"],
)
def test_a_user_is_made_once(center: IdentityCenter, instance: Instance, email: str) -> None:
    person = {"user_name": email, "email": email, "given": "Zoë", "family": "李"}
    assert center.find_user(instance, user_name=email, email=email) is None
    made = center.ensure_user(instance, **person)
    assert made.changed
    found = center.find_user(instance, user_name=email, email=email)
    assert found is not None
    assert (found.id, found.user_name, found.emails) == (made.id, email, (email,))
    assert center.ensure_user(instance, **person) == Ensured(made.id, changed=False)


def test_somebody_who_is_in_the_directory_is_taken_for_who_they_are(
    moto: RunningMoto, center: IdentityCenter, instance: Instance
) -> None:
    known = moto.client("identitystore", REGION).create_user(
        IdentityStoreId=instance.store_id,
        UserName="CORP\\grace",
        DisplayName="Grace",
        Name={"GivenName": "Grace", "FamilyName": "Hopper"},
        Emails=[{"Value": "grace@example.com", "Primary": True}],
    )["UserId"]
    ensured = center.ensure_user(
        instance,
        user_name="grace@example.com",
        email="Grace@Example.com",
        given="Grace",
        family="-",
    )
    assert ensured == Ensured(known, changed=False)


def test_another_person_of_the_same_user_name_is_not_taken(
    center: IdentityCenter, instance: Instance
) -> None:
    names = {"given": "Linus", "family": "-"}
    center.ensure_user(instance, user_name="linus", email="linus@one.example", **names)
    error = refusal_of(
        partial(center.ensure_user, instance, user_name="linus", email="linus@two.example", **names)
    )
    assert error.kind is SponsorFailure.EXISTS
    assert "another email" in error.message


def test_a_user_joins_and_leaves_a_group_once(center: IdentityCenter, instance: Instance) -> None:
    group = center.ensure_group(instance, "joined").id
    user = center.ensure_user(
        instance, user_name="joiner", email="joiner@example.com", given="J", family="-"
    ).id
    assert center.remove_member(instance, group, user) is False
    assert center.ensure_member(instance, group, user) is True
    assert center.ensure_member(instance, group, user) is False
    assert list(center.members_of(instance, group)) == [user]
    assert center.remove_member(instance, group, user) is True
    assert list(center.members_of(instance, group)) == []


def test_a_membership_that_was_made_or_removed_meanwhile_is_no_failure(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    """Scripted: between the look and the change."""
    server.script(
        answer({"Results": [{"GroupId": GROUP, "MembershipExists": False}]}),
        refusal("ConflictException", Reason="UNIQUENESS_CONSTRAINT_VIOLATION"),
        answer({"MembershipId": GROUP, "IdentityStoreId": HERE.store_id}),
        refusal("ResourceNotFoundException"),
    )
    assert scripted.ensure_member(HERE, GROUP, GROUP) is False
    assert scripted.remove_member(HERE, GROUP, GROUP) is False


def test_an_assignment_is_made_once(center: IdentityCenter, instance: Instance) -> None:
    permission_set = wanted(center, instance, "Assigned").id
    group = center.ensure_group(instance, "assigned").id
    begun = center.ensure_assignment(instance, permission_set, group, ACCOUNT, tries=2)
    assert (begun.state, begun.changed) == (AssignmentState.SUCCEEDED, True)
    assert center.assignment(instance, begun.request_id).state is AssignmentState.SUCCEEDED
    again = center.ensure_assignment(instance, permission_set, group, ACCOUNT, tries=2)
    assert again == Assignment(AssignmentState.SUCCEEDED, changed=False)
    other = center.ensure_group(instance, "assigned-other").id
    assert center.ensure_assignment(instance, permission_set, other, ACCOUNT, tries=0).changed


def status(state: str, **more: str) -> Step:
    told = {"Status": state, "RequestId": GROUP[:36], **more}
    return answer({"AccountAssignmentCreationStatus": told})


@pytest.mark.parametrize(
    ("statuses", "tries", "asked"),
    [
        (["SUCCEEDED"], 3, 0),
        (["IN_PROGRESS"], 0, 0),
        (["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS"], 2, 2),
        (["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"], 5, 2),
        (["IN_PROGRESS", "FAILED"], 5, 1),
    ],
)
def test_an_assignment_is_asked_for_as_often_as_told(
    server: ScriptedServer,
    scripted: IdentityCenter,
    statuses: list[str],
    tries: int,
    asked: int,
) -> None:
    """Scripted: moto's are made at once."""
    server.script(answer({"AccountAssignments": []}), *map(status, statuses))
    found = scripted.ensure_assignment(HERE, SET, GROUP, ACCOUNT, tries=tries)
    assert (found.state, found.changed) == (AssignmentState(statuses[asked]), True)
    assert len(server.requests) == 2 + asked


def test_an_assignment_that_failed_says_why(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    """Scripted: moto's never fail."""
    server.script(status("FAILED", FailureReason=f"Account {ACCOUNT}\x1b[2J is closed"))
    found = scripted.assignment(HERE, GROUP[:36])
    assert found.state is AssignmentState.FAILED
    assert found.reason.isprintable()
    assert ACCOUNT not in found.reason
    assert "is closed" in found.reason


def test_a_user_s_own_assignment_is_not_the_group_s(
    server: ScriptedServer, scripted: IdentityCenter
) -> None:
    users = {"PrincipalType": "USER", "PrincipalId": GROUP}
    server.script(answer({"AccountAssignments": [users]}), status("SUCCEEDED"))
    assert scripted.ensure_assignment(HERE, SET, GROUP, ACCOUNT, tries=0).changed


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Lovelace", ("Ada", "Lovelace")),
        ("  Anna  Maria von Trapp ", ("Anna Maria von", "Trapp")),
        ("李雷", ("李雷", "-")),
        ("", ("zoe", "-")),
    ],
)
def test_a_name_is_split_as_the_directory_wants_it(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name, "zoe@example.com") == parts


@given(st.text(), st.text(min_size=1))
def test_both_names_are_there(name: str, email: str) -> None:
    assert all(split_name(name, email))
