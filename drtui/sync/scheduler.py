"""Running operations for a set time when it has come: planned again, and handed to the log."""

import logging
from typing import Final

from drtui.domain.authors import Author
from drtui.domain.problems import InvalidInputError, NotAllowedError, PlanOutdatedError
from drtui.domain.scheduling import UNREAD, Scheduled, ScheduleState
from drtui.domain.spending import Rates
from drtui.store.database import Database
from drtui.store.late import hold_what_is_late
from drtui.store.scheduling import (
    hold_up,
    in_the_way,
    mark_missed,
    next_time,
    plan_again,
    run,
    scheduled,
    settle,
)
from drtui.store.sync_state import SyncState, read_sync_state
from drtui.sync.copy_age import CopyAge
from drtui.sync.gates import Gates
from drtui.sync.ticks import Every

_LOG: Final = logging.getLogger(__name__)
_LATE_SECONDS: Final = 2.0


class Scheduler:
    """Runs what is due; for the engine's own thread.

    It is run once the account was read since its time, and can be called. Whatever keeps it from
    that, for longer than the grace, it was missed: an admin is asked, and nothing is sent late. So
    is what was run, and held up on its way for longer than that.

    Args:
        database: The open store.
        copy: How old the copy of the account is.
        gates: Know whether it can be read.
        rates: What spending is estimated with, for filters.
    """

    def __init__(self, database: Database, copy: CopyAge, gates: Gates, rates: Rates) -> None:
        self._database = database
        self._copy = copy
        self._gates = gates
        self._rates = rates
        self._read = False
        self._next: float | None = None
        self._waits = False  # for a reading of the account
        self._again = False  # something is due that was not settled in the last turn
        self._late = Every(_LATE_SECONDS)

    @property
    def busy(self) -> bool:
        """Whether something is due, and not hopeless: the account may be being read for it."""
        return self._again or (self._waits and not (self._copy.hopeless or self._gates.shut()))

    def look(self) -> None:
        """Something was scheduled, run or cancelled."""
        self._read = False

    def turn(self) -> None:
        """Run what is due; mark what was to be run too long ago, or is not sent since then."""
        if self._late.is_due():  # told offline too, where nothing is claimed
            for number in hold_what_is_late(self._database):
                _LOG.warning("the scheduled operation %d is late, and held", number)
        if not self._read:
            self._note_next()
        if self._next is None or self._database.clock() < self._next:
            self._waits = self._again = False
            return
        for number in mark_missed(self._database, UNREAD if self._waits else ""):
            _LOG.warning("the scheduled operation %d was missed", number)
        with self._database.read() as connection:
            waiting = scheduled(connection, {ScheduleState.WAITING})
            state = read_sync_state(connection)
        now = self._database.clock()
        due = [one for one in waiting if one.when.at.timestamp() <= now]
        self._waits = bool(due) and not self._ready(due[-1], state)
        # Each is planned once the one before it is in the log.
        self._again = not self._waits and not all(self._run(one) for one in due)
        if self._waits:
            self._wait(due, state)
        elif not self._again:
            self._note_next()

    def _note_next(self) -> None:
        with self._database.read() as connection:
            self._next = next_time(connection)
        self._read = True

    def _ready(self, latest: Scheduled, state: SyncState) -> bool:
        """Whether the account was read since it became due, and would be called now."""
        fresh = state.swept_from is not None and state.swept_from >= latest.when.at
        return fresh and self._gates.reachable() and not self._gates.shut()

    def _wait(self, due: list[Scheduled], state: SyncState) -> None:
        """Have the account read, or note why it is not."""
        if not self._gates.shut():
            self._copy.want()
        why = in_the_way(state) or (UNREAD if self._copy.failures else "")
        if why:
            hold_up(self._database, due, why)

    def _run(self, it: Scheduled) -> bool:
        """Run one; return whether that is settled, one way or another."""
        try:
            with self._database.read() as connection:
                plan = plan_again(connection, it, self._rates)
            ran = run(self._database, it, plan, Author(it.who, it.account_user))
        except PlanOutdatedError:
            return False  # it is planned again
        except (NotAllowedError, InvalidInputError) as refused:
            _LOG.warning("the scheduled operation %d was refused", it.number)
            result = f"refused: {refused}"
            return settle(self._database, it, ScheduleState.REFUSED, result, note=str(refused))
        if ran is None:
            return False
        number = ran.operation_id or "none"
        _LOG.info("the scheduled operation %d ran as operation %s", it.number, number)
        return True
