"""Set usage quotas: maximum training hours and maximum model count."""

from drtui.commands.bulk import plan_action
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan, left_out
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quota_notes import Paused, QuotasNow
from drtui.domain.quotas import QuotaError, Unit, parse_quota
from drtui.store.sync_state import read_sync_state
from drtui.store.targets import targets


def read_quotas(hours: str | None, models: str | None) -> SetQuotas:
    """Read new quotas as an admin writes them.

    Args:
        hours: `unlimited`, `N`, `+N` or `-N`, fractions allowed; None or empty leaves it as is.
        models: The same in whole numbers.

    Raises:
        InvalidInputError: A value cannot be read, or none is given.
    """
    try:
        action = SetQuotas(
            minutes=parse_quota(hours, Unit.HOURS) if hours else None,
            models=parse_quota(models, Unit.MODELS) if models else None,
        )
    except QuotaError as error:
        raise InvalidInputError(f"{error}.") from error
    if action.minutes is None and action.models is None:
        raise InvalidInputError("Say what to set: hours, models, or both.")
    return action


def plan_set_quotas(
    workspace: Workspace, selection: Selection, hours: str | None, models: str | None
) -> Plan:
    """Plan new quotas for a selection; the values are those of `read_quotas`.

    Raises:
        InvalidInputError: A value cannot be read, or none is given.
    """
    return plan_action(workspace, read_quotas(hours, models), selection)


def quotas_now(workspace: Workspace, selection: Selection) -> QuotasNow:
    """Return which quotas a selection has."""
    with workspace.database.read() as connection:
        found = targets(connection, selection.keys, selection.named)
        me = read_sync_state(connection).caller_profile
    now = QuotasNow()
    for one in found:
        state = one.state
        limits = state.remembered if state.limits.paused else state.limits
        now.hours[limits.minutes] += 1
        now.models[limits.models] += 1
        if state.limits.paused and not left_out(one, me):
            now.paused[Paused(limits, one.paused_by)] += 1
    return now
