"""What all models come to: an estimate of those whose size is known is not one of all."""

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest

from drtui.commands.models import SweepProgress
from drtui.domain.models import ModelTotals
from drtui.domain.spending import Rates
from drtui.screens.context import NO_DOOR, NO_DOOR_SIMULATED, ConsoleContext
from drtui.screens.model_summary import summary_lines
from drtui.screens.models_desk import ModelsSummary

AT = datetime(2026, 5, 2, 12, 5, tzinfo=UTC)
PROGRESS = SweepProgress(
    way=None,
    under_way=False,
    done=0,
    racers=9,
    since=None,
    expected_end=None,
    oldest=AT,
    newest=AT,
    trouble="",
    files_trouble="",
)
GB = 2**30


@pytest.mark.parametrize(
    ("unsized", "said"),
    [
        (0, "20.00 GB · est. $0.46 a month ($0.023/GB) · listed"),
        (435, "20.00 GB · est. $0.46 a month of 12 models · 435 without a size"),
        (446, "20.00 GB · est. $0.46 a month of 1 model · 446 without a size"),
    ],
)
def test_an_estimate_says_of_how_many_it_is_where_not_all_have_a_size(
    unsized: int, said: str
) -> None:
    whole = ModelTotals({"READY": 447}, 20 * GB, unsized)
    summary = ModelsSummary(totals=whole, shown=None, racers=9, progress=PROGRESS)
    told = [one.plain for one in summary_lines(summary, Rates(), AT, 90, no_door="")]
    assert told[1].startswith(said)
    of_few = replace(summary, shown=ModelTotals({"READY": 3}, GB, 2))
    told = [one.plain for one in summary_lines(of_few, Rates(), AT, 90, no_door="")]
    assert "a month of 1 model · 2 without a size" in told[1]


@pytest.mark.parametrize(
    ("simulated", "why"), [(True, NO_DOOR_SIMULATED), (False, NO_DOOR)], ids=["demo", "account"]
)
def test_sizes_that_lack_say_why_and_the_demo_advises_nothing_it_does_not_have(
    simulated: bool, why: str
) -> None:
    context = ConsoleContext("east", simulated, (), lambda: None, Mock())
    summary = ModelsSummary(
        totals=ModelTotals({"READY": 3}, GB, 1), shown=None, racers=1, progress=PROGRESS
    )
    lines = summary_lines(summary, Rates(), AT, 120, no_door=context.no_door)
    assert lines[-1].plain == f"No sizes from the bucket: {why}"
    context.open_sponsor = Mock()
    assert context.no_door == ""
    lines = summary_lines(summary, Rates(), AT, 120, no_door=context.no_door)
    assert "from the bucket" not in lines[-1].plain
