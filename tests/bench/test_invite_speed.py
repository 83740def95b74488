"""A list of 2,000 participants, read and planned, beside csv and the operation's writing."""

import csv
import io
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from drtui.commands.inviting import plan_invite
from drtui.commands.participants import read_list
from drtui.commands.workspace import Workspace
from drtui.domain.authors import Author
from drtui.domain.planning import Plan
from drtui.store.database import open_database
from drtui.store.operation_log import submit
from tests.bench.racers import fill
from tests.bench.ratios import judged

Judge = Callable[..., None]
_ROWS: Final = 2_000
_ROUNDS: Final = 9


def participants() -> str:
    rows = (f'guest{row}@example.org,"Guest, {row}",red-{row % 40}' for row in range(_ROWS))
    return "\r\n".join(["E-mail,Name,Team", *rows])


def timed(work: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def test_2000_participants_are_read_and_planned(tmp_path: Path, judge: Judge) -> None:
    database = open_database(fill(tmp_path / "store.sqlite", _ROWS))
    workspace, text = Workspace(database, "ada"), participants()

    def planned() -> Plan:
        return plan_invite(workspace, read_list(workspace, text).found.participants)

    measured = []
    for _ in range(_ROUNDS + 1):
        ours, plan = timed(planned)
        assert isinstance(plan, Plan)
        read, rows = timed(lambda: list(csv.reader(io.StringIO(text))))
        assert isinstance(rows, list)
        assert len(plan.to_submit) == len(rows) - 1 == _ROWS
        written, _ = timed(partial(submit, database, plan, Author("ada", "ada")))
        measured.append((ours, read + written))
    database.close()
    judge(
        judged("list of 2,000 read and planned, beside csv and writing", measured[1:], most=10.0),
    )
