"""Identity Center's instance and permission sets, against moto's sso-admin.

moto has an instance in every region and does not know which accounts have an older permission set:
what differs comes from a scripted server.
"""

from functools import partial

import pytest

from drtui.domain.sponsor.failures import SponsorFailure
from drtui.domain.sponsor.iam_users import PARTICIPANT_POLICY
from drtui.domain.sponsor.identity_center import Ensured, IdentityCenter, Instance
from tests.aws.identity_centers import (
    ACCOUNT,
    ADMINISTRATOR,
    ARN,
    HERE,
    POLICY,
    REGION,
    RELAY,
    SET,
    center,
    instance,
    refusal,
    refusal_of,
    requests,
    scripted,
    strangers_set,
    wanted,
)
from tests.aws.scripted import ScriptedServer, answer
from tests.support.moto import RunningMoto

__all__ = ["center", "instance", "scripted"]


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
