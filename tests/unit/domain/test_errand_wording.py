"""What the errands of a plan are said to do."""

import pytest

from drtui.domain.access_errands import (
    give_iam_user,
    give_membership,
    remove_iam_user,
    remove_membership,
)
from drtui.domain.actions import TargetState
from drtui.domain.billing_errands import AlertKind, absent, removal_errand
from drtui.domain.errand_wording import deed_line, deed_of
from drtui.domain.errands import Errand, Service
from drtui.domain.invitation_errands import invite, invite_again
from drtui.domain.mail_errands import send
from drtui.domain.operations import OperationKind
from drtui.domain.participants import Participant
from drtui.domain.plan_lines import errand_lines
from drtui.domain.planning import Plan, Target, plan_errand
from drtui.domain.records import NO_LIMITS, Role
from drtui.domain.sign_in_errands import close_sign_in, open_sign_in, reset_password

ADA = Participant("ada@example.com", "Ada", None, 0)
RACER = Target("p1", "ada", Role.RACER, TargetState(NO_LIMITS), email=ADA.email)
NOTHING = absent(AlertKind.BUDGET)
SET = {**NOTHING, "limit": "$500"}


@pytest.mark.parametrize(
    ("errand", "said"),
    [
        (give_iam_user(ADA, ""), "2 IAM users will be made"),
        (remove_iam_user(ADA), "2 IAM users will be removed"),
        (give_membership(ADA), "2 people will be put into the group of Identity Center"),
        (remove_membership(ADA), "2 people will be taken out of the group of Identity Center"),
        (close_sign_in(RACER), "2 sign-ins will be closed"),
        (open_sign_in(RACER), "2 sign-ins will be opened"),
        (reset_password(RACER), "2 passwords will be reset"),
        (invite("ada@example.com"), "2 people will be invited by the deployment"),
        (invite_again("a@b.c", "p", "a"), "2 invitations will be sent again by the deployment"),
        (send(ADA, "text"), "2 invitations will be sent by email"),
        (Errand(Service.BILLING, "b", "b", NOTHING, SET), "2 billing alerts will be created"),
        (
            Errand(Service.BILLING, "b", "b", SET, {**SET, "limit": "$9"}),
            "2 billing alerts will be changed",
        ),
        (removal_errand(AlertKind.BUDGET, "b", SET), "2 billing alerts will be removed"),
    ],
)
def test_a_plan_says_what_is_done(errand: Errand | None, said: str) -> None:
    assert errand is not None
    assert deed_line(deed_of(errand.target, errand.before, errand.after), 2) == said


def test_what_is_closed_and_what_is_opened_are_counted_apart() -> None:
    errands = [close_sign_in(RACER), open_sign_in(RACER), close_sign_in(RACER)]
    rows = tuple(plan_errand(one) for one in errands if one is not None)
    plan = Plan(OperationKind.UNDO, "Undo", rows, position=0)
    assert errand_lines(plan) == ["2 sign-ins will be closed", "1 sign-in will be opened"]
