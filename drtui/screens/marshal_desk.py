"""What the screens of a live race ask of the commands: how it stands, and what a marshal does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drtui.commands import leaderboards
from drtui.commands.live_actions import Outcome, outcome
from drtui.commands.live_show import read_show, watch_show
from drtui.commands.live_time import LiveTime, live_time, plan_live_time
from drtui.commands.marshal import Marshal, qualifying_races
from drtui.commands.workspace import Workspace
from drtui.domain.live_shows import LiveShow
from drtui.domain.planning import Plan
from drtui.domain.race_records import StoredRace
from drtui.domain.race_times import zone_named
from drtui.domain.text import clean

_NAME: Final = 40

Deed = Callable[[Marshal], int]
"""Something that a marshal does; returns the number of its operation."""


@dataclass(frozen=True, slots=True)
class LiveReading:
    """A race, and what became of what was done in it.

    Attributes:
        show: None where there never was such a race.
        outcomes: By the number of the operation, of those that were asked for.
    """

    show: LiveShow | None
    outcomes: Mapping[int, Outcome]


class MarshalDesk:
    """One account's live races as the screens see them; may be called from any thread.

    Every method raises a `StoreProblemError` when the store cannot be read, or written.

    Attributes:
        zone: The event's, in which times are shown and typed.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.zone = zone_named(workspace.zone)

    def show(self, race_id: str) -> LiveShow | None:
        """See `commands.live_show.read_show`."""
        return read_show(self._workspace, race_id)

    def read(self, race_id: str, operations: Sequence[int]) -> LiveReading:
        """Return a race, and what became of operations.

        The outcomes are read first: what is shown as done is then also seen to be so.
        """
        outcomes = {number: outcome(self._workspace, number) for number in operations}
        return LiveReading(self.show(race_id), outcomes)

    def watch(self, race_id: str) -> None:
        """See `commands.live_show.watch_show`."""
        watch_show(self._workspace, race_id)

    def act(self, race: StoredRace, deed: Deed) -> int:
        """Have something done in a live race at once, and return the operation's number.

        Raises:
            InvalidInputError: There is nothing to do.
            NotAllowedError: drtui is offline, not signed in, or the role may not do it.
        """
        return deed(Marshal(self._workspace, race))

    def qualifying(self, race: StoredRace) -> list[StoredRace]:
        """See `commands.marshal.qualifying_races`."""
        return qualifying_races(self._workspace, race)

    def live_time(self, race_id: str) -> LiveTime:
        """See `commands.live_time.live_time`."""
        return live_time(self._workspace, race_id)

    def plan_live_time(self, race_id: str, at: datetime) -> Plan:
        """See `commands.live_time.plan_live_time`."""
        return plan_live_time(self._workspace, race_id, at)

    def hide_or_show(self, alias: str, *, hidden: bool) -> tuple[str, bool]:
        """Hide an alias from audiences, or show it again; what is so already stays so.

        Args:
            alias: Whose.
            hidden: What it is to be: the other of what whoever asks for it was shown.

        Returns:
            What became of it, a sentence, and whether it was done.
        """
        name = clean(alias, _NAME)
        if hidden:
            leaderboards.hide(self._workspace, alias)
            return f"{name} is hidden from audiences: h shows it again.", True
        if leaderboards.unhide(self._workspace, alias):
            return f"{name} stays hidden until the change of this alias has arrived.", False
        return f"{name} is shown to audiences again.", True
