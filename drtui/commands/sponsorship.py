"""Pause sponsorship, and resume it."""

from drtui.commands.bulk import plan_action
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.quota_actions import Pause, Resume, ResumeTo
from drtui.domain.quotas import QuotaError, Unit, parse_quota
from drtui.domain.records import Limits
from drtui.store.settings import read_settings

CONSEQUENCES = (
    "They can no longer create or train models. Training that is running completes and is "
    "billed. They can still view their models and post them to leaderboards; a submission runs "
    "an evaluation, which is billed. Their quotas are remembered."
)


def plan_pause(workspace: Workspace, selection: Selection) -> Plan:
    """Plan to set both limits to 0, and to remember what they were."""
    return plan_action(workspace, Pause(), selection)


def plan_resume(
    workspace: Workspace,
    selection: Selection,
    to: ResumeTo = ResumeTo.REMEMBERED,
    hours: str | None = None,
    models: str | None = None,
) -> Plan:
    """Plan to give paused racers limits again.

    Args:
        workspace: The account's.
        selection: For whom.
        to: Remembered limits first, or the new-user defaults for all.
        hours: For racers of whom neither is known: `N` or `unlimited`.
        models: The same for the model count.

    Raises:
        InvalidInputError: A value cannot be read.
    """
    with workspace.database.read() as connection:
        settings, _ = read_settings(connection)
    action = Resume(
        to=to,
        defaults=settings.new_user_limits,
        asked=read_limits(hours, models),
    )
    return plan_action(workspace, action, selection)


def read_limits(hours: str | None, models: str | None) -> Limits:
    """Read limits as an admin writes them: `N` or `unlimited`; None or empty is none.

    Raises:
        InvalidInputError: A value cannot be read, or is relative.
    """
    return Limits(_asked(hours, Unit.HOURS), _asked(models, Unit.MODELS))


def _asked(text: str | None, unit: Unit) -> int | None:
    if not text:
        return None
    try:
        change = parse_quota(text, unit)
    except QuotaError as error:
        raise InvalidInputError(f"{error}.") from error
    if change.relative:
        raise InvalidInputError(
            "Nothing is known that a relative value could be added to: write N or unlimited."
        )
    return change.amount
