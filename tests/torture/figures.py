"""What a campaign counts, and the page that tells it."""

import os
import platform
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

_PAGE: Final = """# Reliability

What became of confirmed operations while consoles, engines and the account were killed and the
network, the clock and the disk failed. `make torture` does it all anew, for a quarter of an hour
or so, and writes this page; `make test` does a short form of it.

Consoles in a pty and commands, each a process of its own, confirm operations over all racers of
an emulated account that keeps its state on disk, and invitations, races and deletions of models in
between. While these are delivered, processes get SIGKILL, SIGTERM or SIGHUP at random moments, and
one kind of trouble after the other is made. Of the operations on all racers

- some are for a set time: others change the same racers before it, the clock reaches it while
  whoever is up is killed, or passes it while nobody is up or the network is gone;
- some are undone, or cancelled, by a command that may be killed, while an engine delivers them.

Invitations are one by one first, then in jobs: the account is brought from release 1.2.5 to 1.3.1
on the way. When the trouble is over, what failed is sent again as an admin would do it, conflicts
are settled, and then:

- the account holds exactly what the confirmed operations imply, racer by racer (lost);
- an operation that was told to be confirmed is in the log, with all its targets (lost);
- what was for a set time became one operation, on all racers as they were by then, within ten
  minutes; or was told to be missed, and became one when it was run by hand (lost, doubled). What of
  it was cancelled or dropped became none. Of one that was held up on its way for more than ten
  minutes the rest was sent only at a word;
- who was cancelled in time, and whoever was undone, has what they had before; the others of a
  cancelled operation have what it asked for, and the log says of whom which is true (lost);
- nobody was invited twice, no race was created twice, and the log has no operation that nobody
  confirmed (doubled);
- models are gone where that was asked for, and nowhere else (lost);
- the journal has a line for every operation with the number of its targets, and no line of
  before has changed or gone;
- the store is sound and says what the account says, and no program has complained of a mistake of
  its own.

A run ends with the first of these that does not hold. `tests/torture/test_checker.py` shows that
what judges finds each of them when it is doctored.

Written on {date} by `{command}` on {processors} cores ({machine}),
Python {python}, SQLite {sqlite}; it took {minutes:.0f} minutes.
A seed makes the same choices again, not the same moments.

{tables}
"""


@dataclass
class Figures:
    """What happened, and what became of it.

    Attributes:
        kills: By who got which signal.
        in_bulk: How many of them while an operation on all racers was being delivered.
        faults: By kind, how often one was begun.
        operations: By kind, how many were confirmed, or run at their time.
        timed: What became of those that were for a set time.
        held_up: How often one of them was held up on its way, and waited for a word to go on.
        taken_back: How many were cancelled on their way, or undone.
        cancelled: How many of their targets were cancelled in time.
        targets: How many targets they had.
        in_jobs: How many were invited by a job of the deployment's newer release.
        sent: How many calls that change something reached the account.
        again: How many items failed in the trouble and were sent again on request.
        conflicts: How many were settled.
        lost: What was confirmed and did not come about.
        doubled: What came about more often than asked for.
    """

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    timed: Counter[str] = field(default_factory=Counter)
    taken_back: Counter[str] = field(default_factory=Counter)
    held_up: int = 0
    cancelled: int = 0
    in_jobs: int = 0
    in_bulk: int = 0
    targets: int = 0
    sent: int = 0
    again: int = 0
    conflicts: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float = 0.0

    def rows(self) -> list[tuple[str, str]]:
        """What there is to tell, with its number."""
        return [
            ("operations confirmed", f"{self.operations.total():,}"),
            ("targets", f"{self.targets:,}"),
            ("kills", f"{self.kills.total():,}"),
            ("of them while an operation on all racers was on its way", f"{self.in_bulk:,}"),
            ("faults", f"{self.faults.total():,}"),
            ("changes that reached the account", f"{self.sent:,}"),
            ("cancelled on their way, or undone", f"{self.taken_back.total():,}"),
            ("their targets that were cancelled in time", f"{self.cancelled:,}"),
            ("set times", f"{self.timed.total():,}"),
            ("held up on its way, sent on at a word", f"{self.held_up:,}"),
            ("people invited in jobs of release 1.3", f"{self.in_jobs:,}"),
            ("failed in the trouble, sent again on request", f"{self.again:,}"),
            ("conflicts with somebody else's changes, settled", f"{self.conflicts:,}"),
            ("**lost**", f"**{self.lost:,}**"),
            ("**doubled**", f"**{self.doubled:,}**"),
        ]

    def text(self) -> str:
        """All figures, for a terminal."""
        lines = [f"{name.strip('*')}: {number.strip('*')}" for name, number in self.rows()]
        for what, counted in self._kinds():
            lines += [f"  {what}, {name}: {number:,}" for name, number in sorted(counted.items())]
        return "\n".join(lines)

    def page(self, command: str) -> str:
        """The page of the documentation."""
        tables = [_table("What", self.rows())]
        for what, counted in self._kinds():
            rows = [(name, f"{number:,}") for name, number in sorted(counted.items())]
            tables.append(_table(what.capitalize(), rows))
        return _PAGE.format(
            date=datetime.now(UTC).date(),
            command=command,
            processors=os.cpu_count(),
            machine=f"{platform.system()} {platform.machine()}",
            python=platform.python_version(),
            sqlite=sqlite3.sqlite_version,
            minutes=self.seconds / 60,
            tables="\n\n".join(tables),
        )

    def _kinds(self) -> list[tuple[str, Counter[str]]]:
        return [
            ("operations", self.operations),
            ("set times", self.timed),
            ("taken back", self.taken_back),
            ("kills", self.kills),
            ("faults", self.faults),
        ]


def _table(heading: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {heading} | Number |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {name} | {number} |" for name, number in rows)])
