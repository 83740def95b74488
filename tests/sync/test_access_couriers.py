"""Access to the AWS console: made once whatever happens, taken away from drtui's own alone."""

from pathlib import Path

import pytest

from drtui.commands.access import Removal, plan_iam_users, plan_identity_center, plan_removal
from drtui.commands.bulk import submit
from drtui.commands.participants import keep, participants_of
from drtui.commands.passwords import user_names_in
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Service
from drtui.domain.operations import Item, ItemState
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.identity_center import AssignmentState
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.sync.couriers.iam_users import IamCourier
from drtui.sync.couriers.identity_center import IdentityCenterCourier
from tests.support.logs import SteppedClock
from tests.support.sponsors import Errands, FakeCallers, FakeCenter, FakeIam

MANY = 500


class World:
    """A store with participants, and an engine with both couriers."""

    def __init__(self, path: Path) -> None:
        self.clock = SteppedClock()
        self.database = open_database(path, self.clock)
        self.workspace = Workspace(self.database, "ada")
        self.iam = FakeIam()
        self.center = FakeCenter()
        self.engine = Errands(
            self.database,
            self.clock,
            lambda: {
                Service.IAM: IamCourier(self.iam),
                Service.IDENTITY_CENTER: IdentityCenterCourier(self.center, FakeCallers()),
            },
        )

    def people(self, *emails: str) -> tuple[Participant, ...]:
        keep(self.workspace, [Participant(one, "", None, 0) for one in emails])
        return participants_of(self.workspace, emails)

    def submit(self, plan: Plan) -> int:
        number = submit(self.workspace, plan)
        assert number is not None
        return number

    def give(self, *emails: str) -> int:
        plan = plan_iam_users(self.workspace, self.people(*emails), second_door=True)
        number = self.submit(plan)
        self.engine.run()
        return number

    def let_in(self, *emails: str) -> int:
        plan = plan_identity_center(self.workspace, self.people(*emails), second_door=True)
        number = self.submit(plan)
        self.engine.run()
        return number

    def remove(self, removal: Removal, *emails: str) -> int:
        people = self.people(*emails)
        number = self.submit(plan_removal(self.workspace, removal, people, second_door=True))
        self.engine.run()
        return number

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def results(self, number: int) -> list[tuple[ItemState, str]]:
        return [(one.state, one.reason) for one in self.items(number)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store.sqlite")


def test_each_iam_user_is_told_by_its_name_and_has_no_password(world: World) -> None:
    number = world.give("bob@example.com", "ada@example.com")
    assert world.results(number) == [
        (ItemState.DONE, "user ada made"),
        (ItemState.DONE, "user bob made"),
    ]
    assert world.iam.members == {"ada", "bob"}
    assert world.iam.passwords == {}
    with world.database.read() as connection:
        assert user_names_in(connection) == {"ada@example.com": "ada", "bob@example.com": "bob"}


def test_given_again_nothing_is_made_and_the_result_says_so(world: World) -> None:
    world.give("ada@example.com")
    number = world.give("ada@example.com")
    assert world.results(number) == [(ItemState.ALREADY_SO, "user ada was there already")]
    assert world.iam.made == ["ada@example.com"]


def test_another_persons_name_is_left_alone(world: World) -> None:
    world.iam.add("ada")
    number = world.give("ada@example.com")
    ((state, reason),) = world.results(number)
    assert state is ItemState.DONE
    assert reason.startswith("user ada-")
    assert not world.iam.users["ada"].ours


def test_who_left_the_group_is_put_back(world: World) -> None:
    world.give("ada@example.com")
    world.iam.members.clear()
    number = world.give("ada@example.com")
    assert world.results(number) == [
        (ItemState.DONE, "user ada was there, put into deepracer-participants")
    ]


def test_a_new_user_that_iam_does_not_show_yet_is_tried_again(world: World) -> None:
    unseen = SponsorError(SponsorFailure.NOT_FOUND, "There is no IAM user “ada”.")
    world.iam.failing["ensure_member"] = [unseen, unseen]
    plan = plan_iam_users(world.workspace, world.people("ada@example.com"), second_door=True)
    number = world.submit(plan)
    world.engine.run(1)
    assert world.results(number) == [(ItemState.PENDING, "IAM has not settled yet")]
    for _ in range(3):
        world.clock.step(60)
        world.engine.run()
    assert world.results(number) == [(ItemState.DONE, "user ada made")]
    assert world.iam.made == ["ada@example.com"]


def test_without_permission_all_wait_and_none_fails(world: World) -> None:
    denied = SponsorError(SponsorFailure.DENIED, "not allowed", permission="iam:CreateUser")
    world.iam.failing["ensure_user"] = [denied]
    number = world.submit(
        plan_iam_users(
            world.workspace, world.people("ada@example.com", "bob@example.com"), second_door=True
        )
    )
    world.engine.run(5)
    assert {state for state, _ in world.results(number)} == {ItemState.PENDING}
    world.clock.step(120)
    world.engine.run()
    assert {state for state, _ in world.results(number)} == {ItemState.DONE}


def test_one_refused_leaves_the_others_to_be_made(world: World) -> None:
    refused = SponsorError(SponsorFailure.REFUSED, "too many users")
    world.iam.failing["ensure_user"] = [refused]
    number = world.give("ada@example.com", "bob@example.com")
    assert world.results(number) == [
        (ItemState.FAILED, "too many users"),
        (ItemState.DONE, "user bob made"),
    ]


def test_only_drtuis_own_users_are_removed(world: World) -> None:
    world.give("ada@example.com")
    world.iam.add("bob")
    number = world.remove(Removal.IAM_USERS, "ada@example.com", "bob@example.com")
    assert world.results(number) == [
        (ItemState.DONE, "user ada removed"),
        (ItemState.ALREADY_SO, "there is no IAM user of drtui's for this address"),
    ]
    assert set(world.iam.users) == {"bob"}
    with world.database.read() as connection:
        assert user_names_in(connection) == {}


def test_kills_in_the_middle_of_500_make_no_iam_user_twice(world: World) -> None:
    # Half of them share the part before the @ with somebody else.
    emails = [
        f"racer{one % 250:03d}@{'a' if one < 250 else 'b'}.example.com" for one in range(MANY)
    ]
    plan = plan_iam_users(world.workspace, world.people(*emails), second_door=True)
    number = world.submit(plan)
    for calls in (1, 9, 17):
        world.engine.kill_after(calls)
    world.engine.run()
    assert {state for state, _ in world.results(number)} == {ItemState.DONE}
    assert sorted(world.iam.made) == sorted(emails)
    assert len(world.iam.users) == len(world.iam.members) == MANY


def test_identity_center_makes_users_group_and_assignment(world: World) -> None:
    world.center.people["bob@example.com"] = "person-before"
    number = world.let_in("ada@example.com", "bob@example.com")
    assert world.results(number) == [
        (ItemState.DONE, "DeepRacerParticipants assigned to deepracer-participants"),
        (ItemState.DONE, "user ada@example.com made"),
        (ItemState.DONE, "was in the directory, put into deepracer-participants"),
    ]
    again = world.let_in("ada@example.com")
    assert {state for state, _ in world.results(again)} == {ItemState.ALREADY_SO}


def test_an_assignment_in_progress_is_looked_at_again_and_not_made_again(world: World) -> None:
    world.center.assigning = [AssignmentState.IN_PROGRESS, AssignmentState.IN_PROGRESS]
    number = world.let_in("ada@example.com")
    assert world.results(number)[0] == (ItemState.PENDING, "AWS is assigning the permission set")
    for _ in range(2):
        world.clock.step(10)
        world.engine.run()
    assert world.results(number)[0][0] is ItemState.DONE


def test_an_assignment_that_failed_says_why_and_a_retry_makes_another(world: World) -> None:
    world.center.assigning = [AssignmentState.FAILED]
    number = world.let_in("ada@example.com")
    assert world.results(number)[0] == (ItemState.FAILED, "no such account")
    assert world.results(number)[1][0] is ItemState.DONE


def test_without_an_instance_everything_waits(world: World) -> None:
    world.center.there = ()
    plan = plan_identity_center(world.workspace, world.people("ada@example.com"), second_door=True)
    number = world.submit(plan)
    world.engine.run(5)
    assert {state for state, _ in world.results(number)} == {ItemState.PENDING}
    assert any("has to be enabled" in reason for _, reason in world.results(number))


def test_a_membership_is_taken_and_the_person_stays(world: World) -> None:
    world.let_in("ada@example.com")
    number = world.remove(Removal.MEMBERSHIPS, "ada@example.com", "nobody@example.com")
    assert world.results(number) == [(ItemState.DONE, "taken out of deepracer-participants")]
    assert world.center.members == set()
    assert "ada@example.com" in world.center.people


def test_a_membership_that_somebody_else_gave_is_left(world: World) -> None:
    world.center.people["bob@example.com"] = "person-bob"
    world.center.members.add("person-bob")
    world.let_in("ada@example.com", "bob@example.com")
    people = world.people("ada@example.com", "bob@example.com")
    plan = plan_removal(world.workspace, Removal.MEMBERSHIPS, people, second_door=True)
    assert [(row.outcome, row.reason) for row in plan.rows] == [
        (Outcome.CHANGE, "leaves the group; the user stays in the directory, the profile as it is"),
        (Outcome.LEFT_OUT, "drtui did not put them into the group"),
    ]
    world.submit(plan)
    world.engine.run()
    assert world.center.members == {"person-bob"}


def test_who_was_put_back_by_hand_is_not_taken_out_once_more(world: World) -> None:
    world.let_in("ada@example.com")
    world.remove(Removal.MEMBERSHIPS, "ada@example.com")
    world.center.members.add(world.center.people["ada@example.com"])
    people = world.people("ada@example.com")
    plan = plan_removal(world.workspace, Removal.MEMBERSHIPS, people, second_door=True)
    assert [row.reason for row in plan.rows] == ["was taken out of the group already"]
    world.let_in("ada@example.com")  # there already, so that it stays the other's
    plan = plan_removal(world.workspace, Removal.MEMBERSHIPS, people, second_door=True)
    assert plan.count(Outcome.CHANGE) == 0


def test_kills_in_the_middle_make_nobody_twice_in_the_directory(world: World) -> None:
    emails = [f"racer{one:03d}@example.com" for one in range(120)]
    plan = plan_identity_center(world.workspace, world.people(*emails), second_door=True)
    number = world.submit(plan)
    for calls in (1, 3, 4):
        world.engine.kill_after(calls)
    world.engine.run()
    assert {state for state, _ in world.results(number)} == {ItemState.DONE}
    assert sorted(world.center.made) == sorted(emails)
    assert len(world.center.members) == len(emails)
