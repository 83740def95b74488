"""Who gets access, over HTTP against moto: a repeat doubles nothing, nor does a kill.

A kill falls between any two calls of AWS: all of them are tried, or some where they are many.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest

from drtui.aws.sponsor.caller import AwsCallers
from drtui.aws.sponsor.iam_users import AwsIamUsers
from drtui.aws.sponsor.identity_center import AwsIdentityCenter
from drtui.aws.sponsor.user_pool import CognitoUserPool
from drtui.commands.access import plan_iam_users, plan_identity_center
from drtui.domain.actions import TargetState
from drtui.domain.errands import Errand, Service
from drtui.domain.operations import ItemState
from drtui.domain.planning import Plan, Target
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.sign_in_errands import close_sign_in, open_sign_in
from drtui.domain.sponsor.iam_users import GROUP as IAM_GROUP
from drtui.domain.sponsor.identity_center import GROUP, PERMISSION_SET
from drtui.sync.couriers.iam_users import IamCourier
from drtui.sync.couriers.identity_center import IdentityCenterCourier
from drtui.sync.couriers.sign_ins import SignInCourier
from tests.support.moto import RunningMoto
from tests.sync.mortal_worlds import (
    MADE,
    PASSWORD,
    PEOPLE,
    RELAY,
    SO_ALREADY,
    Points,
    World,
    states,
)

pytestmark = pytest.mark.usefixtures("aws_is_moto")

# Identity Center


class Directory:
    """What Identity Center has in one region, which is as good as an account of its own."""

    def __init__(self, moto: RunningMoto, region: str) -> None:
        self._rights: Any = moto.client("sso-admin", region)
        self._people: Any = moto.client("identitystore", region)
        [instance] = self._rights.list_instances()["Instances"]
        self._store = {"IdentityStoreId": instance["IdentityStoreId"]}
        self._instance = {"InstanceArn": instance["InstanceArn"]}

    def holds_everybody_once(self) -> None:
        users = self._people.list_users(**self._store)["Users"]
        assert Counter(one["UserName"] for one in users) == dict.fromkeys(PEOPLE, 1)
        [group] = self._people.list_groups(**self._store)["Groups"]
        assert group["DisplayName"] == GROUP
        in_group = self._people.list_group_memberships(**self._store, GroupId=group["GroupId"])
        members = [one["MemberId"]["UserId"] for one in in_group["GroupMemberships"]]
        assert Counter(members) == dict.fromkeys((one["UserId"] for one in users), 1)
        [arn] = self._rights.list_permission_sets(**self._instance)["PermissionSets"]
        asked = {**self._instance, "PermissionSetArn": arn}
        described = self._rights.describe_permission_set(**asked)["PermissionSet"]
        assert (described["Name"], described["RelayState"]) == (PERMISSION_SET, RELAY)
        attached = self._rights.list_managed_policies_in_permission_set(**asked)
        assert [one["Name"] for one in attached["AttachedManagedPolicies"]] == [
            "AWSDeepRacerDefaultMultiUserAccess"
        ]
        assigned = self._rights.list_account_assignments(**asked, AccountId="123456789012")
        assert [
            (one["PrincipalType"], one["PrincipalId"]) for one in assigned["AccountAssignments"]
        ] == [("GROUP", group["GroupId"])]


def letting_in(path: Path, region: str) -> World:
    world = World(path, region)
    center, callers = AwsIdentityCenter(world.door), AwsCallers(world.door)
    world.begin(Service.IDENTITY_CENTER, lambda: IdentityCenterCourier(center, callers))
    return world


def regions() -> list[str]:
    return sorted(boto3.Session().get_available_regions("sso-admin"))


def test_identity_center_has_everybody_once_whatever_is_repeated_or_killed(
    moto: RunningMoto, tmp_path: Path, kill_points: Points
) -> None:
    first, *others = regions()
    world = letting_in(tmp_path / "first.sqlite", first)
    plan = plan_identity_center(world.workspace, world.people(), second_door=True)
    assert states(world.run(plan)) == MADE
    Directory(moto, first).holds_everybody_once()
    calls = world.door.calls
    again = plan_identity_center(world.workspace, world.people(), second_door=True)
    assert states(world.run(again)) == SO_ALREADY
    Directory(moto, first).holds_everybody_once()
    for region, kill_at in zip(others, kill_points(calls), strict=False):
        world = letting_in(tmp_path / f"{region}.sqlite", region)
        plan = plan_identity_center(world.workspace, world.people(), second_door=True)
        assert states(world.run(plan, kill_at=kill_at)) == MADE, kill_at
        Directory(moto, region).holds_everybody_once()


# IAM users


def test_iam_has_everybody_once_whatever_is_repeated_or_killed(
    moto: RunningMoto, tmp_path: Path, kill_points: Points
) -> None:
    iam: Any = moto.client("iam")

    def without_anybody() -> None:
        for group in iam.list_groups()["Groups"]:
            name = group["GroupName"]
            for user in iam.get_group(GroupName=name)["Users"]:
                iam.remove_user_from_group(GroupName=name, UserName=user["UserName"])
            for policy in iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]:
                iam.detach_group_policy(GroupName=name, PolicyArn=policy["PolicyArn"])
            iam.delete_group(GroupName=name)
        for user in iam.list_users()["Users"]:
            iam.delete_user(UserName=user["UserName"])

    def holds_everybody_once() -> None:
        names = {one["UserName"] for one in iam.list_users()["Users"]}
        assert names == {"ada", "bob", "cy"}
        [group] = iam.list_groups()["Groups"]
        members = iam.get_group(GroupName=group["GroupName"])["Users"]
        assert group["GroupName"] == IAM_GROUP
        assert {one["UserName"] for one in members} == names
        assert iam.list_attached_group_policies(GroupName=IAM_GROUP)["AttachedPolicies"]

    def beginning(name: str) -> tuple[World, Plan]:
        without_anybody()
        world = World(tmp_path / name)
        users = AwsIamUsers(world.door)
        world.begin(Service.IAM, lambda: IamCourier(users))
        return world, plan_iam_users(world.workspace, world.people(), second_door=True)

    world, plan = beginning("first.sqlite")
    assert states(world.run(plan)) == MADE
    calls = world.door.calls
    holds_everybody_once()
    again = plan_iam_users(world.workspace, world.people(), second_door=True)
    assert states(world.run(again)) == SO_ALREADY
    holds_everybody_once()
    for kill_at in kill_points(calls):
        world, plan = beginning(f"{kill_at}.sqlite")
        assert states(world.run(plan, kill_at=kill_at)) == MADE, kill_at
        holds_everybody_once()


# Sign-ins


def test_sign_ins_are_closed_and_opened_whatever_is_killed(
    moto: RunningMoto, tmp_path: Path, kill_points: Points
) -> None:
    """Who was closed by hand before is told apart after any kill, and staff is let be."""
    cognito: Any = moto.client("cognito-idp")

    def target(email: str) -> Target:
        name = email.partition("@")[0]
        state = TargetState(NO_LIMITS)
        return Target(f"profile-{name}", name, Role.RACER, state, email=email)

    def errands(*, close: bool) -> list[Errand]:
        make = close_sign_in if close else open_sign_in
        found = [make(target(email)) for email in (*PEOPLE, "admin@example.com")]
        return [one for one in found if one is not None]

    def beginning(name: str) -> tuple[World, str]:
        pool = moto.deployment()
        for email in PEOPLE:
            user = email.partition("@")[0]
            pool.add_user(user, PASSWORD, groups=("dr-racers",), email=email)
        pool.add_user("admin", PASSWORD, groups=("dr-admins",), email="admin@example.com")
        pool.add_user("facilitator", PASSWORD, groups=("dr-race-facilitators",))
        pool.disable("bob")
        world = World(tmp_path / name)
        users = CognitoUserPool(world.door, pool.site.user_pool_id)
        world.begin(Service.SIGN_INS, lambda: SignInCourier(users))
        return world, pool.site.user_pool_id

    def closed(pool: str) -> set[str]:
        found = cognito.list_users(UserPoolId=pool)["Users"]
        return {one["Username"] for one in found if not one["Enabled"]}

    wanted = [ItemState.DONE, ItemState.ALREADY_SO, ItemState.DONE, ItemState.FAILED]
    world, pool = beginning("first.sqlite")
    assert [one.state for one in world.run(world.plan(*errands(close=True)))] == wanted
    calls = world.door.calls
    assert closed(pool) == {"ada", "bob", "cy"}
    again = [one.state for one in world.run(world.plan(*errands(close=True)))]
    assert again == [*[ItemState.ALREADY_SO] * 3, ItemState.FAILED]
    opened = [one.state for one in world.run(world.plan(*errands(close=False)))]
    assert opened == [*[ItemState.DONE] * 3, ItemState.FAILED]
    assert closed(pool) == set()
    for kill_at in kill_points(calls):
        world, pool = beginning(f"{kill_at}.sqlite")
        found = world.run(world.plan(*errands(close=True)), kill_at=kill_at)
        assert [one.state for one in found] == wanted, kill_at
        assert closed(pool) == {"ada", "bob", "cy"}
