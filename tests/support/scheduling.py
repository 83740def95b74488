"""Operations for a set time in a test's hands."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from drtui.commands import scheduling
from drtui.commands.selection import Selection, select_all
from drtui.commands.sponsorship import plan_pause, plan_resume
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.scheduling import EVERYBODY, Scheduled, When, Whom
from drtui.store.database import open_database
from tests.support.stores import NOW

HOUR: Final = 3_600.0


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


def missed(path: Path, *, who: str = "ada") -> int:
    """One that was to be run two hours ago, scheduled before that."""
    earlier = open_database(path, lambda: NOW - 3 * HOUR)
    number = scheduled_pause(Workspace(earlier, who), NOW - 2 * HOUR)
    earlier.close()
    return number
