"""What is removed after the event is drtui's own, against moto's IAM and Identity Center."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.iam_users import AwsIamUsers
from drtui.aws.sponsor.identity_center import AwsIdentityCenter
from drtui.commands.access import Removal, plan_iam_users, plan_identity_center, plan_removal
from drtui.commands.bulk import submit
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.planning import Plan
from drtui.domain.sponsor.identity_center import GROUP
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers.iam_users import IamCourier
from drtui.sync.couriers.identity_center import IdentityCenterCourier
from tests.support.logs import SteppedClock
from tests.support.moto import RunningMoto
from tests.support.sponsors import Errands, FakeCallers

REGION = "eu-central-1"
OWN, OTHER = "finch@example.com", "heron@example.com"


class World:
    """A store with two participants, and an engine that works on moto."""

    def __init__(self, workspace: Workspace, clock: SteppedClock) -> None:
        door = Door(None, "us-east-1", user_agent="drtui-tests/1")
        self.workspace = workspace
        self.users = AwsIamUsers(door)
        self.center = AwsIdentityCenter(door, REGION)
        self.engine = Errands(
            workspace.database,
            clock,
            lambda: {
                Service.IAM: IamCourier(self.users),
                Service.IDENTITY_CENTER: IdentityCenterCourier(self.center, FakeCallers()),
            },
        )

    @property
    def people(self) -> tuple[Participant, ...]:
        return participants_of(self.workspace)

    def carry_out(self, plan: Plan) -> list[ItemState]:
        number = submit(self.workspace, plan)
        self.engine.run()
        with self.workspace.database.read() as connection:
            return [one.state for one in items(connection, number)]


@pytest.fixture
def world(tmp_path: Path, moto: RunningMoto, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    clock = SteppedClock()
    with closing(open_database(tmp_path / "store.sqlite", clock)) as database:
        workspace = Workspace(database, "ada")
        keep(workspace, [Participant(one, "", None, 0) for one in (OWN, OTHER)])
        yield World(workspace, clock)


def test_a_user_of_the_same_name_that_somebody_else_made_stays(
    world: World, moto: RunningMoto
) -> None:
    iam = moto.client("iam")
    iam.create_user(UserName="heron", Tags=[{"Key": "email", "Value": OTHER}])
    iam.create_login_profile(UserName="heron", Password="Not-drtuis-1234")
    own = world.people[:1]
    world.carry_out(plan_iam_users(world.workspace, own, second_door=True))
    assert world.users.find("finch") is not None
    plan = plan_removal(world.workspace, Removal.IAM_USERS, world.people, second_door=True)
    assert world.carry_out(plan) == [ItemState.DONE, ItemState.ALREADY_SO]
    assert world.users.find("finch") is None
    assert iam.get_login_profile(UserName="heron")["LoginProfile"]["UserName"] == "heron"


def test_a_membership_that_somebody_else_gave_stays_and_so_do_the_people(
    world: World, moto: RunningMoto
) -> None:
    (instance,) = world.center.instances()
    group = world.center.ensure_group(instance, GROUP).id
    other = world.center.ensure_user(
        instance, user_name=OTHER, email=OTHER, given="Heron", family="-"
    ).id
    world.center.ensure_member(instance, group, other)
    world.carry_out(plan_identity_center(world.workspace, world.people, second_door=True))
    assert len(members(moto, instance.store_id, group)) == 2
    plan = plan_removal(world.workspace, Removal.MEMBERSHIPS, world.people, second_door=True)
    assert world.carry_out(plan) == [ItemState.DONE]
    assert members(moto, instance.store_id, group) == {other}
    own = world.center.find_user(instance, user_name=OWN, email=OWN)
    assert own is not None
    assert world.center.find_permission_set(instance, "DeepRacerParticipants") is not None


def members(moto: RunningMoto, store: str, group: str) -> set[str]:
    client: Any = moto.client("identitystore", REGION)
    found = client.list_group_memberships(IdentityStoreId=store, GroupId=group)
    return {one["MemberId"]["UserId"] for one in found["GroupMemberships"]}
