"""Access to the AWS console: planned, passwords shown once and kept nowhere, and ended."""

import csv
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands.access import (
    Removal,
    plan_iam_users,
    plan_identity_center,
    plan_offboarding,
    plan_profile_removal,
    plan_removal,
    to_be_typed,
)
from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.commands.participants import keep, kept_among, participants_of
from drtui.commands.passwords import (
    GivenPassword,
    as_csv,
    give_passwords,
    handed_over,
    not_told,
    with_user,
)
from drtui.commands.selection import Selection, select_by_name
from drtui.commands.workspace import Workspace
from drtui.commands.writing import write_new
from drtui.domain.access_errands import USER_NAME
from drtui.domain.errands import Carried, Service, service_of
from drtui.domain.event_settings import EventSettings
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.identity_center import GROUP, PERMISSION_SET
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.operation_log import items, newest_operation
from tests.support.sponsors import FakeIam, services
from tests.support.switching import carried_out

ADA = "ada@example.com"
BOB = "bob@example.com"


@pytest.fixture
def people(workspace: Workspace) -> tuple[Participant, ...]:
    keep(workspace, [Participant(ADA, "Ada", None, 0), Participant(BOB, "", None, 0)])
    return participants_of(workspace)


def with_users(workspace: Workspace, people: tuple[Participant, ...]) -> FakeIam:
    """Let the participants have IAM users."""
    submit(workspace, plan_iam_users(workspace, people, second_door=True))
    iam = FakeIam()
    settled = []
    for item in claim_errands(workspace.database, Service.IAM, 100, 1):
        name = item.target.partition(":")[2].partition("@")[0]
        iam.add(name, item.target.partition(":")[2], ours=True)
        settled.append(Settled(item, 1, Carried(ItemState.DONE, found={USER_NAME: name})))
    settle_errands(workspace.database, settled)
    return iam


def stored(workspace: Workspace) -> bytes:
    """Everything that is in the store's files."""
    folder = workspace.database.path.parent
    return b"".join(one.read_bytes() for one in folder.iterdir() if one.is_file())


def test_an_iam_user_each_and_nothing_of_a_password_in_it(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    write_event(workspace, EventSettings(name="the Cup"))
    plan = plan_iam_users(workspace, people, second_door=True)
    assert plan.kind is OperationKind.GIVE_ACCESS
    assert [row.target.profile_id for row in plan.rows] == [f"iam:{ADA}", f"iam:{BOB}"]
    assert summary_lines(plan) == ["2 IAM users will be made"]
    change = plan.rows[0].change
    assert change is not None
    assert change.after == {"access": "given", "event": "the Cup"}


def test_identity_center_leads_to_the_console_of_the_event(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    write_event(workspace, EventSettings(console_address="https://races.example.com"))
    plan = plan_identity_center(workspace, people, hours=4, second_door=True)
    assert summary_lines(plan) == [
        f"Permission set {PERMISSION_SET} will be set up, and assigned to {GROUP} in the AWS "
        "account; a sign-in lasts 4 hours, and leads to https://races.example.com (relay state)",
        "2 people will be put into the group of Identity Center",
    ]
    first = plan.rows[0].change
    assert first is not None
    assert first.after == {
        "access": "given",
        "relay_state": "https://races.example.com",
        "hours": 4,
    }
    assert len(plan.rows) == 3
    with pytest.raises(InvalidInputError, match="1 to 12 hours"):
        plan_identity_center(workspace, people, hours=13, second_door=True)


def test_without_the_second_door_or_anybody_it_is_refused(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        plan_iam_users(workspace, people, second_door=False)
    assert str(raised.value) == NO_SECOND_DOOR
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_identity_center(workspace, (), second_door=True)


def test_passwords_are_made_for_those_who_were_not_told(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    iam = with_users(workspace, people)
    door = services(iam_users=iam)
    assert not_told(workspace) == [ADA, BOB]
    first = give_passwords(workspace, door, [ADA])
    (given,) = first.given
    assert (given.email, given.user_name) == (ADA, "ada")
    assert iam.passwords == {"ada": given.password}
    assert given.password not in repr(first)
    # Nobody read it: it is made anew.
    assert not_told(workspace) == [ADA, BOB]
    (anew,) = give_passwords(workspace, door, [ADA]).given
    assert anew.password != given.password
    handed_over(workspace, [anew])
    assert not_told(workspace) == [BOB]
    told = give_passwords(workspace, door, [ADA, BOB])
    assert [one.email for one in told.given] == [BOB]
    assert told.refused[ADA].startswith("was handed a password on 2026-05-02")
    assert give_passwords(workspace, door, [ADA], anew=True).given


def test_one_address_in_two_cases_gets_one_password(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    door = services(iam_users=with_users(workspace, people))
    found = give_passwords(workspace, door, [ADA.upper(), ADA, BOB.title()], anew=True)
    assert [one.email for one in found.given] == [ADA, BOB]
    assert found.refused == {}
    assert [one.email for one in kept_among(workspace, [BOB, ADA.upper(), ADA])] == [BOB, ADA]


def test_no_password_is_ever_in_the_store(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    iam = with_users(workspace, people)
    found = give_passwords(workspace, services(iam_users=iam), not_told(workspace))
    handed_over(workspace, found.given)
    assert len(found.given) == 2
    everything = stored(workspace)
    assert ADA.encode() in everything
    assert not any(one.password.encode() in everything for one in found.given)
    with workspace.database.read() as connection:
        newest = newest_operation(connection)
        assert len(items(connection, newest)) == 2


def test_who_has_no_user_or_has_signed_in_is_told(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    iam = FakeIam()
    iam.add("bob", BOB, ours=True)
    iam.users["bob"] = replace(iam.users["bob"], last_sign_in=datetime(2026, 5, 1, tzinfo=UTC))
    door = services(iam_users=iam)
    assert len(people) == 2
    found = give_passwords(workspace, door, [ADA, BOB])
    assert found.given == ()
    assert found.refused == {
        ADA: "has no IAM user of drtui's",
        BOB: "has signed in already, and knows the password",
    }
    assert iam.passwords == {}
    assert [one.email for one in give_passwords(workspace, door, [BOB], anew=True).given] == [BOB]


@pytest.mark.parametrize(
    ("kind", "also_bob"),
    [
        (SponsorFailure.REFUSED, True),
        (SponsorFailure.OUTCOME_UNKNOWN, True),
        (SponsorFailure.DENIED, False),
        (SponsorFailure.UNREACHABLE, False),
    ],
)
def test_what_was_made_before_a_failure_is_not_lost(
    workspace: Workspace,
    people: tuple[Participant, ...],
    kind: SponsorFailure,
    also_bob: bool,
) -> None:
    keep(workspace, [Participant("aa@example.com", "", None, 0)])
    iam = with_users(workspace, participants_of(workspace))
    iam.passwords.clear()

    class Iam(FakeIam):
        def renew_password(self, name: str, password: str) -> None:
            if name == "ada":
                raise SponsorError(kind, "as it was told")
            super().renew_password(name, password)

    failing = Iam()
    failing.users = iam.users
    found = give_passwords(workspace, services(iam_users=failing), ["aa@example.com", ADA, BOB])
    assert [one.email for one in found.given] == ["aa@example.com", *[BOB] * also_bob]
    assert ADA in found.refused
    assert (BOB in found.refused) is not also_bob
    assert len(people) == 2


def test_it_can_be_stopped_and_what_is_made_by_then_is_not_lost(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    iam = with_users(workspace, people)
    asked: list[int] = []

    def go_on(made: int) -> bool:
        asked.append(made)
        return made < 1

    found = give_passwords(workspace, services(iam_users=iam), [ADA, BOB], go_on=go_on)
    assert [one.email for one in found.given] == [ADA]
    assert found.refused == {BOB: "stopped before it was made"}
    assert asked == [0, 1]
    assert set(iam.passwords) == {"ada"}


def test_who_gets_another_one_is_not_told_until_it_is_handed_over(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    iam = with_users(workspace, people)
    door = services(iam_users=iam)
    handed_over(workspace, give_passwords(workspace, door, [ADA, BOB]).given)
    assert not_told(workspace) == []
    iam.failing["renew_password"] = [SponsorError(SponsorFailure.REFUSED, "too weak")]
    found = give_passwords(workspace, door, [ADA, BOB], anew=True)
    # Ada's is as it was; Bob's is another one, which nobody has read.
    assert found.refused == {ADA: "too weak"}
    assert not_told(workspace) == [BOB]
    iam.failing["renew_password"] = [SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "cut")]
    give_passwords(workspace, door, [ADA], anew=True)
    assert not_told(workspace) == [ADA, BOB]


def test_who_waits_for_a_user_waits_for_a_password_too(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    submit(workspace, plan_iam_users(workspace, people[:1], second_door=True))
    assert not_told(workspace) == []
    assert not_told(workspace, coming=True) == [ADA]
    assert with_user(workspace, [ADA]) == []


def test_the_file_is_its_owners_alone_and_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "passwords.csv"
    given = [GivenPassword("=x@example.com", "x", "Secret!23456789ab")]
    write_new(path, as_csv(given))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open() as file:
        assert list(csv.reader(file)) == [
            ["email", "user_name", "password"],
            ["'=x@example.com", "x", "Secret!23456789ab"],
        ]
    with pytest.raises(InvalidInputError, match="already"):
        write_new(path, as_csv(given))
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(InvalidInputError, match="already"):
        write_new(link, as_csv(given))
    assert not (tmp_path / "elsewhere.csv").exists()
    with pytest.raises(InvalidInputError, match="cannot be written"):
        write_new(tmp_path / "no folder" / "passwords.csv", as_csv(given))


def test_the_first_step_after_the_event_closes_sign_ins_and_nothing_else(
    workspace: Workspace,
) -> None:
    plan = plan_offboarding(workspace, select_by_name(workspace, ["ada-l"]), second_door=True)
    assert plan.kind is OperationKind.CLOSE_SIGN_INS
    assert [service_of(row.target.profile_id) for row in plan.rows] == [Service.SIGN_INS]


@pytest.mark.parametrize(
    ("removal", "service"),
    [(Removal.IAM_USERS, Service.IAM), (Removal.MEMBERSHIPS, Service.IDENTITY_CENTER)],
)
def test_a_removal_is_confirmed_by_how_many_are_removed(
    workspace: Workspace, people: tuple[Participant, ...], removal: Removal, service: Service
) -> None:
    given = carried_out(workspace, plan_identity_center(workspace, people, second_door=True))
    plan = plan_removal(workspace, removal, people, second_door=True)
    assert plan.kind is OperationKind.REMOVE_ACCESS
    assert set(plan.errands) == {service}
    assert to_be_typed(plan) == 2
    assert submit(workspace, plan) == given + 1


def test_profiles_are_removed_by_the_users_they_belong_to(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    with pytest.raises(InvalidInputError, match="Profiles"):
        plan_removal(workspace, Removal.PROFILES, people, second_door=True)
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_profile_removal(workspace, Selection(()))
    plan = plan_profile_removal(
        workspace, select_by_name(workspace, ["ada-l", "b0lt", "ada.admin"])
    )
    assert plan.kind is OperationKind.DELETE_USERS
    assert plan.count(Outcome.LEFT_OUT) == 1
    assert to_be_typed(plan) == 2
    assert submit(workspace, plan) == 1
