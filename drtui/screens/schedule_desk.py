"""What the screens ask of operations for a set time; may be called from any thread."""

from datetime import datetime

from drtui.commands import scheduling
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.domain.planning import Plan
from drtui.domain.race_times import zone_text
from drtui.domain.schedule_times import ahead_text
from drtui.domain.scheduling import Scheduled, ScheduleState, When


class ScheduleDesk:
    """The scheduled operations of one account as the screens see them.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Attributes:
        zone_text: What the zone is called that times are typed in.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.zone_text = zone_text(scheduling.event_zone(workspace))

    def now(self) -> datetime:
        """Return the present by the store's clock."""
        return scheduling.moment_of(self._workspace)

    def read_when(self, text: str) -> When:
        """See `commands.scheduling.read_when`."""
        return scheduling.read_when(self._workspace, text)

    def told(self, text: str) -> str:
        """Return how a time that was typed is understood: with its date, and how far ahead.

        Raises:
            InvalidInputError: It cannot be meant, or is over.
        """
        when = self.read_when(text)
        return f"{when.full()}, {ahead_text(when.at, self.now())}"

    def schedule(
        self, plan: Plan, selection: Selection, filter_text: str | None, text: str
    ) -> Scheduled:
        """Keep what a plan is of for a time as it was typed.

        Args:
            plan: As it was shown.
            selection: For these, where no filter is given.
            filter_text: For whoever matches it then, empty is everybody; None is for these.
            text: The time.

        Raises:
            InvalidInputError: See `commands.scheduling.schedule`.
        """
        when = self.read_when(text)
        whom = scheduling.whom_of(self._workspace, selection, filter_text=filter_text)
        number = scheduling.schedule(self._workspace, plan, whom, when)
        return scheduling.find(self._workspace, number)

    def waiting(self) -> tuple[list[Scheduled], datetime]:
        """Return those that wait for their time, the next first, and the present."""
        now = self.now()
        found = scheduling.all_scheduled(self._workspace)
        waits = [one for one in found if one.standing(now) is ScheduleState.WAITING]
        return sorted(waits, key=lambda one: one.when.at), now

    def preview(self, number: int) -> Plan:
        """See `commands.scheduling.preview`."""
        return scheduling.preview(self._workspace, number)

    def run_now(self, number: int, plan: Plan) -> int | None:
        """See `commands.scheduling.run_now`."""
        return scheduling.run_now(self._workspace, number, plan)

    def go_on(self, number: int) -> int:
        """See `commands.scheduling.go_on`."""
        return scheduling.go_on(self._workspace, number)

    def cancel(self, seen: Scheduled, of: str) -> int:
        """See `commands.scheduling.cancel`; one that asks for an answer is dropped by it."""
        return scheduling.cancel(self._workspace, seen, of=of)
