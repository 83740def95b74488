"""Set usage quotas: maximum training hours and maximum model count."""

from drtui.commands.bulk import plan_action
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import SetQuotas
from drtui.domain.quotas import QuotaError, Unit, parse_quota


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
