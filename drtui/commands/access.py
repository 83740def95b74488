"""Access to the AWS console: IAM users, Identity Center; and ending it after the event."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from drtui.commands.bulk import plan_errands
from drtui.commands.event import read_event
from drtui.commands.help_desk import plan_delete_users
from drtui.commands.inviting import NO_SECOND_DOOR, NOBODY, plan_close_sign_ins
from drtui.commands.prerequisites import sponsor_facts
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import (
    give_iam_user,
    give_membership,
    give_permissions,
    gives,
    is_of_permissions,
    remove_iam_user,
    remove_membership,
)
from drtui.domain.errands import Errand, Service
from drtui.domain.event_settings import checked_text
from drtui.domain.operations import ON_THE_WAY, ItemState, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan, PlannedTarget
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.identity_center import MOST_HOURS
from drtui.domain.text import fold
from drtui.store.database import Transaction
from drtui.store.errand_history import last_errands

SESSION_HOURS: Final = 8
"""How long a sign-in by Identity Center lasts unless the admin says otherwise."""

NOT_USED: Final = (
    "A deployment of DeepRacer on AWS does not use this: it gives access to the AWS console alone."
)
"""What the admin is told of IAM users and of Identity Center."""

OWN_PROVIDER: Final = (
    "Participants who sign in by the organisation's own provider have nothing here to be removed: "
    "ask its administrators to end their access to the AWS account."
)
"""The step of off-boarding that drtui cannot do."""

_NOT_GIVEN: Final = "drtui did not put them into the group"
_TAKEN: Final = "was taken out of the group already"


class Removal(StrEnum):
    """What can be removed after the event, by an explicit second choice."""

    MEMBERSHIPS = "memberships"
    IAM_USERS = "iam-users"
    PROFILES = "profiles"


def plan_iam_users(
    workspace: Workspace, participants: Sequence[Participant], *, second_door: bool
) -> Plan:
    """Plan to make IAM users in the participants' group, as yet without passwords.

    Args:
        workspace: The account's.
        participants: For whom.
        second_door: Whether the account names the sponsor's AWS profile.

    Raises:
        InvalidInputError: It does not, or there is nobody.
    """
    event = read_event(workspace).name
    return _plan(
        workspace,
        OperationKind.GIVE_ACCESS,
        "Make IAM users",
        [give_iam_user(one, event) for one in participants],
        second_door=second_door,
    )


def plan_identity_center(
    workspace: Workspace,
    participants: Sequence[Participant],
    *,
    hours: int = SESSION_HOURS,
    second_door: bool,
) -> Plan:
    """Plan to let participants in by Identity Center: users, group, permission set, assignment.

    The permission set leads to the event's console address.

    Raises:
        InvalidInputError: The account names no AWS profile, there is nobody, a sign-in cannot
            last that long, or the console address is none.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise InvalidInputError(f"A sign-in lasts 1 to {MOST_HOURS} hours.")
    members = [give_membership(one) for one in participants]
    address = checked_text("console_address", read_event(workspace).console_address)
    permissions = give_permissions(address, hours, sponsor_facts(workspace).account)
    return _plan(
        workspace,
        OperationKind.GIVE_ACCESS,
        "Give access by Identity Center",
        [permissions, *members] if members else [],
        second_door=second_door,
    )


def plan_offboarding(workspace: Workspace, selection: Selection, *, second_door: bool) -> Plan:
    """Plan the first step after the event: sign-ins are closed, and nothing is lost.

    Participants keep alias and profile, and can be let in again.

    Raises:
        InvalidInputError: The account names no AWS profile of the sponsor, or nobody is selected.
    """
    return plan_close_sign_ins(workspace, selection, second_door=second_door)


def plan_removal(
    workspace: Workspace,
    removal: Removal,
    participants: Sequence[Participant],
    *,
    second_door: bool,
) -> Plan:
    """Plan to remove participants' memberships or IAM users; see `to_be_typed`.

    Memberships that drtui did not give, as its operation log has it, are left: unlike IAM users
    they bear no mark by which its own could be told.

    Raises:
        InvalidInputError: The account names no AWS profile, there is nobody, or it is their
            profiles that are to go: see `plan_profile_removal`.
    """
    makers: dict[Removal, Callable[[Participant], Errand]] = {
        Removal.MEMBERSHIPS: remove_membership,
        Removal.IAM_USERS: remove_iam_user,
    }
    if removal not in makers:
        raise InvalidInputError("Profiles are removed by the users that they belong to.")
    what = {
        Removal.MEMBERSHIPS: "Remove from the group of Identity Center",
        Removal.IAM_USERS: "Remove IAM users",
    }
    plan = _plan(
        workspace,
        OperationKind.REMOVE_ACCESS,
        what[removal],
        [makers[removal](one) for one in participants],
        second_door=second_door,
    )
    if removal is not Removal.MEMBERSHIPS:
        return plan
    with workspace.database.read() as connection:
        given = memberships_in(connection)
    rows = [
        row if given.get(fold(one.email)) else _left(row, was=fold(one.email) in given)
        for one, row in zip(participants, plan.rows, strict=True)
    ]
    return replace(plan, rows=tuple(rows))


def memberships_in(connection: Transaction) -> dict[str, bool]:
    """Return whom drtui has put into the group of Identity Center, or is about to.

    Returns:
        By folded email, False for those whom it took out again. Who was a member already is not
        among them: somebody else did that.
    """
    found = last_errands(connection, Service.IDENTITY_CENTER, {ItemState.DONE, *ON_THE_WAY})
    return {key: gives(item) for key, item in found.items() if not is_of_permissions(item)}


def plan_profile_removal(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to delete racers with their profiles and models; see `to_be_typed`.

    Raises:
        InvalidInputError: Nobody is selected.
        NotAllowedError: Whoever is signed in may not do it.
    """
    if not selection.keys:
        raise InvalidInputError(NOBODY)
    return plan_delete_users(workspace, selection)


def to_be_typed(plan: Plan) -> int:
    """Return the number by which a removal is confirmed: how many are removed."""
    return plan.count(Outcome.CHANGE)


def _left(row: PlannedTarget, *, was: bool) -> PlannedTarget:
    reason = _TAKEN if was else _NOT_GIVEN
    return PlannedTarget(row.target, Outcome.LEFT_OUT, reason=reason)


def _plan(
    workspace: Workspace,
    kind: OperationKind,
    what: str,
    errands: Sequence[Errand],
    *,
    second_door: bool,
) -> Plan:
    if not second_door:
        raise InvalidInputError(NO_SECOND_DOOR)
    if not errands:
        raise InvalidInputError(NOBODY)
    return plan_errands(workspace, kind, what, errands)
