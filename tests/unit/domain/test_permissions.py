"""What a role may not do, told before anything is asked or sent."""

from datetime import UTC, datetime

import pytest

from drtui.domain.errands import ONLY_ERRANDS
from drtui.domain.operations import OperationKind
from drtui.domain.permissions import check, not_shown, refusal
from drtui.domain.problems import NotAllowedError
from drtui.domain.records import Role

MOMENT = datetime(2026, 5, 14, 9, 30, tzinfo=UTC)

OF_READERS = {
    OperationKind.DOWNLOAD_MODELS,
    OperationKind.SAVE_MODELS,
    OperationKind.CREATE_RACES,
    OperationKind.EDIT_RACES,
    OperationKind.DELETE_RACES,
    OperationKind.APPLY_RACES,
    OperationKind.RUN_LIVE_RACE,
}
OF_SPONSOR = ONLY_ERRANDS - {
    OperationKind.CHANGE_SETTINGS,
    OperationKind.INVITE,
    OperationKind.RESEND_INVITATIONS,
    OperationKind.DELETE_DOWNLOADED_MODELS,
    *OF_READERS,
}


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNKNOWN])
def test_an_admin_and_a_role_that_is_not_known_are_refused_nothing(
    role: Role, kind: OperationKind
) -> None:
    assert refusal(role, kind) == ""
    check(role, kind)


@pytest.mark.parametrize("kind", sorted(set(OperationKind) - OF_SPONSOR - OF_READERS))
@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.RACER])
def test_a_lesser_role_is_told_what_it_may_not_and_who_may(role: Role, kind: OperationKind) -> None:
    reason = refusal(role, kind)
    assert reason.startswith("race facilitators may not " if role is Role.FACILITATOR else "racers")
    assert reason.endswith("needs an admin")
    with pytest.raises(NotAllowedError) as caught:
        check(role, kind)
    assert str(caught.value).lower() == f"{reason}."
    assert str(caught.value)[0] == "R"


@pytest.mark.parametrize("kind", sorted(OF_SPONSOR))
@pytest.mark.parametrize("role", Role)
def test_what_the_sponsors_aws_account_decides_is_refused_to_no_role(
    role: Role, kind: OperationKind
) -> None:
    assert refusal(role, kind) == ""


def test_only_a_facilitator_is_told_that_quotas_are_not_shown() -> None:
    assert {role for role in Role if not_shown(role, None)} == {Role.FACILITATOR}
    assert {role for role in Role if not_shown(role, MOMENT)} == {Role.FACILITATOR}


def test_quotas_that_an_admin_read_before_are_told_with_their_age_in_a_narrow_line() -> None:
    told = not_shown(Role.FACILITATOR, MOMENT)
    assert "as of 2026-05-14 09:30 UTC" in told
    assert len(told) <= 78
    assert len(not_shown(Role.FACILITATOR, None)) <= 78
