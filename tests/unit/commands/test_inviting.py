"""Invitations and sign-ins: who is meant, who is not and why, and when it will be done."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.inviting import (
    BUILT_IN_MAIL,
    NO_SECOND_DOOR,
    expected_finish,
    mail_limit,
    plan_close_sign_ins,
    plan_invite,
    plan_open_sign_ins,
    plan_resend,
    plan_reset_passwords,
    read_mail_limit,
    set_mail_limit,
)
from drtui.commands.offline import go_offline
from drtui.commands.selection import Selection, select_all, select_by_name
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.features import Feature
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Profile
from drtui.domain.sponsor.user_pool import PoolStatus, PoolUser
from drtui.store.database import open_database
from drtui.store.deployment_facts import write_found
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.operation_log import items
from drtui.store.participants import write_pool_users
from tests.support.logs import SteppedClock
from tests.support.stores import ME, special_profiles, swept

EVE = "eve@example.com"  # never signed in, by her alias
ADA = "ada-l@example.com"


def people(*emails: str) -> list[Participant]:
    return [Participant(one, "", None, 1) for one in emails]


def outcomes(plan: Plan) -> dict[str, tuple[Outcome, str]]:
    return {row.target.alias: (row.outcome, row.reason) for row in plan.rows}


def invited(workspace: Workspace, count: int, *, done: bool = True) -> None:
    """Invite so many, at once."""
    clock = workspace.database.clock()
    emails = [f"r{one}.{clock:.0f}@example.com" for one in range(count)]
    number = submit(workspace, plan_invite(workspace, people(*emails)))
    assert number is not None
    if done:
        found = claim_errands(workspace.database, Service.INVITATIONS, count, number)
        settle_errands(
            workspace.database, [Settled(one, number, Carried(ItemState.DONE)) for one in found]
        )


def test_who_is_known_already_is_not_invited(workspace: Workspace) -> None:
    pooled = PoolUser("u1", "Pooled@example.com", PoolStatus.FORCE_CHANGE_PASSWORD, True)
    write_pool_users(workspace.database, [pooled])
    submit(workspace, plan_invite(workspace, people("coming@example.com")))
    emails = ["ADA-L@example.com", "pooled@example.com", "Coming@example.com", "new@example.com"]
    plan = plan_invite(workspace, people(*emails))
    assert plan.kind is OperationKind.INVITE
    assert outcomes(plan) == {
        "ADA-L@example.com": (Outcome.ALREADY_SO, "has a profile already"),
        "pooled@example.com": (
            Outcome.ALREADY_SO,
            "was invited already: send the invitation again instead",
        ),
        "Coming@example.com": (Outcome.ALREADY_SO, "an invitation is on its way"),
        "new@example.com": (Outcome.CHANGE, ""),
    }
    assert summary_lines(plan)[0] == "1 person will be invited by the deployment"


def test_the_reason_is_kept_with_the_item(workspace: Workspace) -> None:
    number = submit(workspace, plan_invite(workspace, people(ADA, "new@example.com")))
    assert number is not None
    with workspace.database.read() as connection:
        found = items(connection, number)
    assert [(one.state, one.reason) for one in found] == [
        (ItemState.ALREADY_SO, "has a profile already"),
        (ItemState.PENDING, ""),
    ]


def settled(workspace: Workspace, number: int, carried: Carried) -> None:
    """Settle the errands of an operation."""
    found = claim_errands(workspace.database, Service.INVITATIONS, 9, number)
    assert found
    settle_errands(workspace.database, [Settled(one, number, carried) for one in found])


def test_who_was_invited_a_minute_ago_is_not_invited_anew(workspace: Workspace) -> None:
    number = submit(workspace, plan_invite(workspace, people("new@example.com")))
    assert number is not None
    settled(workspace, number, Carried(ItemState.DONE))
    plan = plan_invite(workspace, people("NEW@example.com"))
    assert outcomes(plan)["NEW@example.com"] == (Outcome.ALREADY_SO, "was invited already")


@pytest.mark.parametrize(
    "carried",
    [Carried(ItemState.FAILED, "no such domain"), Carried(ItemState.FAILED, unknown=True)],
)
def test_who_could_not_be_invited_can_be_invited_anew(
    workspace: Workspace, carried: Carried
) -> None:
    number = submit(workspace, plan_invite(workspace, people("new@example.com")))
    assert number is not None
    submit(workspace, plan_invite(workspace, people("new@example.com")))  # already under way
    settled(workspace, number, carried)
    plan = plan_invite(workspace, people("new@example.com"))
    assert outcomes(plan)["new@example.com"] == (Outcome.CHANGE, "")


def test_who_was_deleted_after_the_invitation_can_be_invited_anew(tmp_path: Path) -> None:
    clock = SteppedClock()
    workspace = Workspace(open_database(tmp_path / "store.sqlite", clock), "ada")
    number = submit(workspace, plan_invite(workspace, people("new@example.com")))
    assert number is not None
    settled(workspace, number, Carried(ItemState.DONE))
    profile = Profile("new000000000001", "RacerAlias", "New@example.com", "dr-racers")
    clock.step(60)
    swept(workspace.database, [*special_profiles(), profile])
    assert outcomes(plan_invite(workspace, people("new@example.com")))["new@example.com"] == (
        Outcome.ALREADY_SO,
        "has a profile already",
    )
    for _ in range(3):  # it has to be missing more than once to be taken for gone
        clock.step(60)
        swept(workspace.database, special_profiles())
    assert outcomes(plan_invite(workspace, people("new@example.com")))["new@example.com"] == (
        Outcome.CHANGE,
        "",
    )


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "1e3", "\u0661", "9" * 10, "none"])
def test_what_is_no_limit_of_mails_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="unlimited"):
        read_mail_limit(text)


def test_a_limit_of_mails_is_typed_as_a_number_or_unlimited() -> None:
    assert read_mail_limit(" 14000 ") == 14_000
    assert read_mail_limit("unlimited") is None


def test_there_has_to_be_somebody(workspace: Workspace) -> None:
    nobody = Selection(())
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_invite(workspace, [])
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_resend(workspace, nobody)
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_close_sign_ins(workspace, nobody, second_door=True)


def test_only_those_who_never_signed_in_are_sent_it_again(workspace: Workspace) -> None:
    plan = plan_resend(workspace, select_by_name(workspace, [EVE, ADA, "unknown-one", "fay"]))
    assert plan.kind is OperationKind.RESEND_INVITATIONS
    assert {alias: outcome for alias, (outcome, _) in outcomes(plan).items()} == {
        "RacerAlias": Outcome.CHANGE,
        "ada-l": Outcome.CANNOT,
        "unknown-one": Outcome.CANNOT,
        "fay": Outcome.LEFT_OUT,
    }
    (errand,) = [row for row in plan.rows if row.outcome is Outcome.CHANGE]
    assert errand.target.profile_id == f"invitation:{EVE}"
    assert plan.users == []


def test_a_deployment_that_cannot_send_it_again_says_so(workspace: Workspace) -> None:
    write_found(workspace.database, {Feature.RESEND_INVITE: False})
    with pytest.raises(InvalidInputError, match=r"release 1\.3"):
        plan_resend(workspace, select_by_name(workspace, [EVE]))
    write_found(workspace.database, {Feature.RESEND_INVITE: True})
    assert plan_resend(workspace, select_by_name(workspace, [EVE])).changes_something


def test_sign_ins_need_the_second_door(workspace: Workspace) -> None:
    chosen = select_by_name(workspace, [ADA])
    for plan in (plan_close_sign_ins, plan_open_sign_ins, plan_reset_passwords):
        with pytest.raises(InvalidInputError) as raised:
            plan(workspace, chosen, second_door=False)
        assert str(raised.value) == NO_SECOND_DOOR


def test_closing_spares_admins_facilitators_and_oneself(workspace: Workspace) -> None:
    plan = plan_close_sign_ins(workspace, select_all(workspace), second_door=True)
    said = outcomes(plan)
    assert said["ada.admin"] == (Outcome.LEFT_OUT, "yourself")
    assert said["fay"] == (Outcome.LEFT_OUT, "race facilitator")
    assert said["unknown-one"][0] is Outcome.CANNOT
    assert said["ada-l"][0] is Outcome.CHANGE
    assert not any(ME in row.target.profile_id for row in plan.to_submit)
    assert submit(workspace, plan) is not None


def test_a_password_is_reset_only_for_who_has_chosen_one(workspace: Workspace) -> None:
    plan = plan_reset_passwords(workspace, select_by_name(workspace, [EVE, ADA]), second_door=True)
    said = outcomes(plan)
    assert said["ada-l"][0] is Outcome.CHANGE
    assert said["RacerAlias"] == (
        Outcome.CANNOT,
        "has never signed in: send the invitation again instead",
    )


def test_the_limit_of_mail_is_cognitos_until_another_is_set(workspace: Workspace) -> None:
    assert mail_limit(workspace) == BUILT_IN_MAIL == 50
    set_mail_limit(workspace, 14_000)
    assert mail_limit(workspace) == 14_000
    set_mail_limit(workspace, None)
    assert mail_limit(workspace) is None
    with pytest.raises(InvalidInputError):
        set_mail_limit(workspace, 0)


@dataclass(frozen=True)
class Case:
    """Messages sent a quarter of a day ago, those on their way, and so many more."""

    earlier: int
    coming: int
    count: int
    daily: int | None
    days: float


@pytest.mark.parametrize(
    "case",
    [
        Case(0, 0, 50, 50, 0.0),
        Case(0, 0, 51, 50, 1.0),
        Case(0, 0, 500, 50, 9.0),
        Case(0, 0, 500, None, 0.0),
        Case(0, 60, 40, 50, 1.0),
        Case(20, 0, 30, 50, 0.0),
        Case(20, 0, 31, 50, 0.75),
        Case(20, 0, 50, 50, 0.75),
        Case(20, 0, 51, 50, 1.0),
        Case(50, 0, 1, 50, 0.75),
        Case(50, 0, 51, 50, 1.75),
    ],
    ids=str,
)
def test_the_expected_finish(tmp_path: Path, case: Case) -> None:
    clock = SteppedClock()
    workspace = Workspace(open_database(tmp_path / "store.sqlite", clock), "ada")
    if case.earlier:
        invited(workspace, case.earlier)
        clock.step(86_400 / 4)
    if case.coming:
        invited(workspace, case.coming, done=False)
    found = expected_finish(workspace, case.count, daily=case.daily)
    after = timedelta(days=case.days).total_seconds()
    assert found.at.timestamp() - clock() == pytest.approx(after)
    assert f"{case.count + case.coming:,} message" in found.sentence
    assert (f"{found.at:%Y-%m-%d %H:%M} UTC" in found.sentence) == bool(case.days)


def test_what_was_sent_a_day_ago_is_forgotten(tmp_path: Path) -> None:
    clock = SteppedClock()
    workspace = Workspace(open_database(tmp_path / "store.sqlite", clock), "ada")
    invited(workspace, 50)
    clock.step(86_401)
    assert expected_finish(workspace, 50, daily=50).at.timestamp() == clock()


def test_offline_on_purpose_no_message_is_said_to_be_sent_today(workspace: Workspace) -> None:
    assert "sent today" in expected_finish(workspace, 2, daily=50).sentence
    go_offline(workspace)
    found = expected_finish(workspace, 2, daily=50)
    assert found.sentence == (
        "2 messages: sent once somebody delivers, within the limit of 50 in 24 hours."
    )
