"""Identity Center's groups, users and assignments, against moto's sso-admin and identitystore.

moto makes every assignment at once: what differs comes from a scripted server.
"""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drtui.domain.sponsor.failures import SponsorFailure
from drtui.domain.sponsor.identity_center import (
    Assignment,
    AssignmentState,
    Ensured,
    IdentityCenter,
    Instance,
    split_name,
)
from tests.aws.identity_centers import (
    ACCOUNT,
    GROUP,
    HERE,
    REGION,
    SET,
    center,
    instance,
    refusal,
    refusal_of,
    scripted,
    wanted,
)
from tests.aws.scripted import ScriptedServer, Step, answer
from tests.support.moto import RunningMoto

__all__ = ["center", "instance", "scripted"]


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
