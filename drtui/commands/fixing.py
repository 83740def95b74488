"""Mending from here what the checklist found missing: planned, confirmed, delivered."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final

from drtui.commands.access import SESSION_HOURS
from drtui.commands.bulk import plan_errands
from drtui.commands.event import read_event
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.commands.prerequisites import last_checked, sponsor_facts
from drtui.commands.workspace import Workspace
from drtui.domain.access_errands import give_permissions, relay_state_of
from drtui.domain.errands import Errand, Service
from drtui.domain.event_settings import checked_text
from drtui.domain.operations import SETTLED_WELL, OperationKind
from drtui.domain.planning import Plan
from drtui.domain.prerequisite_errands import INSTANCES, raise_quota, verify_sender
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.checks import Checked, Prerequisite
from drtui.domain.sponsor.identity_center import PERMISSION_SET
from drtui.domain.sponsor.mail import check_address
from drtui.domain.text import fold
from drtui.store.errand_history import last_errands

MOST_INSTANCES: Final = 100_000
_NO_ADDRESS: Final = (
    "Say first where participants sign in (the event's sign-in address, “drtui setup event "
    "--console-address”): the permission set leads them there."
)
_NO_SENDER: Final = (
    "Say first who sends the invitations (the event's sender, “drtui setup event --sender”)."
)
_NOT_FROM_HERE: Final = (
    "There is nothing to be fixed here by what the last check found: run the checks anew."
)
_NO_QUOTA: Final = "No quota is lower than that, as far as AWS told: run the checks anew."


class Fix(StrEnum):
    """What can be mended from here, as it is named on the command line."""

    PERMISSION_SET = "permission-set"
    ASSIGNMENT = "assignment"
    SENDER = "sender"
    TRAINING_QUOTA = "training-quota"

    @property
    def line(self) -> Prerequisite:
        """The line of the checklist."""
        return _LINES[self]


_LINES: Final = {
    Fix.PERMISSION_SET: Prerequisite.PERMISSION_SET,
    Fix.ASSIGNMENT: Prerequisite.ASSIGNMENT,
    Fix.SENDER: Prerequisite.MAIL_IDENTITY,
    Fix.TRAINING_QUOTA: Prerequisite.TRAINING_QUOTA,
}


def fixable(lines: Iterable[Checked]) -> dict[Fix, Checked]:
    """Return what of the checklist can be mended from here, in its order."""
    found = {line.prerequisite: line for line in lines if line.fix}
    return {fix: found[fix.line] for fix in Fix if fix.line in found}


def plan_fix(
    workspace: Workspace, fix: Fix, *, instances: int | None = None, second_door: bool
) -> Plan:
    """Plan to mend what the last check found missing.

    Args:
        workspace: The account's.
        fix: What.
        instances: How many training jobs at once AWS is asked for; None is what the event says.
        second_door: Whether the account names the sponsor's AWS profile.

    Raises:
        InvalidInputError: It was not found missing, or something has to be said before.
    """
    if not second_door:
        raise InvalidInputError(NO_SECOND_DOOR)
    line = fixable(last_checked(workspace)[0]).get(fix)
    if line is None:
        raise InvalidInputError(_NOT_FROM_HERE)
    errands = _ERRANDS[fix](workspace, instances)
    what = line.fix
    if fix is Fix.TRAINING_QUOTA:
        what += f"  {errands[0].after[INSTANCES]:,} at once"
    return plan_errands(workspace, OperationKind.FIX_PREREQUISITES, what, errands)


def _permissions(workspace: Workspace, _: int | None) -> list[Errand]:
    """Return the errand of permission set, group and assignment, which belong together."""
    address = checked_text("console_address", read_event(workspace).console_address)
    if not address:
        raise InvalidInputError(_NO_ADDRESS)
    with workspace.database.read() as connection:
        made = last_errands(
            connection, Service.IDENTITY_CENTER, SETTLED_WELL, subject=PERMISSION_SET
        ).get(fold(PERMISSION_SET))
    hours = SESSION_HOURS if made is None else relay_state_of(made)[1]
    return [give_permissions(address, hours, sponsor_facts(workspace).account)]


def _sender(workspace: Workspace, _: int | None) -> list[Errand]:
    sender = read_event(workspace).sender
    if not sender:
        raise InvalidInputError(_NO_SENDER)
    check_address(sender)
    return [verify_sender(sender)]


def _quotas(workspace: Workspace, instances: int | None) -> list[Errand]:
    wanted = read_event(workspace).at_once if instances is None else instances
    if not 1 <= wanted <= MOST_INSTANCES:
        raise InvalidInputError(f"Ask for 1 to {MOST_INSTANCES:,} training jobs at once.")
    low = [
        one
        for one in sponsor_facts(workspace).quotas
        if one.code and one.adjustable is not False and one.value is not None
        if one.value < wanted
    ]
    if not low:
        raise InvalidInputError(_NO_QUOTA)
    return [raise_quota(one, wanted) for one in low]


_ERRANDS: Final[Mapping[Fix, Callable[[Workspace, int | None], list[Errand]]]] = {
    Fix.PERMISSION_SET: _permissions,
    Fix.ASSIGNMENT: _permissions,
    Fix.SENDER: _sender,
    Fix.TRAINING_QUOTA: _quotas,
}
