"""Participants' IAM users from the plan to the removal, against moto's IAM."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drtui.aws.sponsor.door import Door
from drtui.aws.sponsor.iam_users import AwsIamUsers
from drtui.commands.access import Removal, plan_iam_users, plan_removal
from drtui.commands.bulk import submit
from drtui.commands.participants import keep, participants_of
from drtui.commands.passwords import give_passwords, handed_over, not_told
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.sponsor.iam_users import GROUP
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers.iam_users import IamCourier
from tests.support.logs import SteppedClock
from tests.support.moto import RunningMoto
from tests.support.sponsors import Errands, services

EMAILS = ("wren@one.example.com", "wren@two.example.com", "robin@one.example.com")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def workspace(tmp_path: Path, clock: SteppedClock) -> Iterator[Workspace]:
    with closing(open_database(tmp_path / "store.sqlite", clock)) as database:
        opened = Workspace(database, "ada")
        keep(opened, [Participant(one, "", None, 0) for one in EMAILS])
        yield opened


def test_users_are_made_told_and_removed(
    workspace: Workspace,
    clock: SteppedClock,
    moto: RunningMoto,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    users = AwsIamUsers(Door(None, "us-east-1", user_agent="drtui-tests/1"))
    engine = Errands(workspace.database, clock, lambda: {Service.IAM: IamCourier(users)})
    people = participants_of(workspace)

    def states(number: int | None) -> list[ItemState]:
        engine.run()
        with workspace.database.read() as connection:
            return [one.state for one in items(connection, number)]

    made = submit(workspace, plan_iam_users(workspace, people, second_door=True))
    engine.kill_after(1)
    assert states(made) == [ItemState.DONE] * 3
    members = set(users.members_of(GROUP))
    assert len(members) == 3
    given = give_passwords(workspace, services(iam_users=users), not_told(workspace)).given
    assert {one.user_name for one in given} == members
    assert len({one.password for one in given}) == 3
    handed_over(workspace, given)
    assert not_told(workspace) == []
    assert all(moto.client("iam").get_login_profile(UserName=name) for name in members)
    plan = plan_removal(workspace, Removal.IAM_USERS, people, second_door=True)
    gone = submit(workspace, plan)
    engine.kill_after(1)
    assert states(gone) == [ItemState.DONE] * 3
    assert all(users.find(name) is None for name in members)
    assert not_told(workspace) == []
    # Who is let in again has another user, and no password yet.
    clock.step(60)
    again = submit(workspace, plan_iam_users(workspace, people, second_door=True))
    assert states(again) == [ItemState.DONE] * 3
    assert len(not_told(workspace)) == 3
