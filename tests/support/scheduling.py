"""Operations for a set time in a test's hands."""

from datetime import UTC, datetime

from drtui.commands import scheduling
from drtui.commands.selection import Selection, select_all
from drtui.commands.sponsorship import plan_pause, plan_resume
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.scheduling import EVERYBODY, Scheduled, When, Whom


def at_time(seconds: float, zone: str = "UTC") -> When:
    """A time, in seconds since the epoch."""
    return When(datetime.fromtimestamp(seconds, UTC), zone)


def scheduled_pause(
    workspace: Workspace, seconds: float, whom: Whom = EVERYBODY, zone: str = "UTC"
) -> int:
    return scheduled(workspace, plan_pause(workspace, everybody(workspace)), seconds, whom, zone)


def scheduled_resume(workspace: Workspace, seconds: float, whom: Whom = EVERYBODY) -> int:
    return scheduled(workspace, plan_resume(workspace, everybody(workspace)), seconds, whom)


def scheduled(
    workspace: Workspace, plan: Plan, seconds: float, whom: Whom = EVERYBODY, zone: str = "UTC"
) -> int:
    return scheduling.schedule(workspace, plan, whom, at_time(seconds, zone))


def everybody(workspace: Workspace) -> Selection:
    return select_all(workspace)


def found(workspace: Workspace, number: int) -> Scheduled:
    return scheduling.find(workspace, number)
