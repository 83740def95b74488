"""What `drtui deliver` says of a conflict: whole, since it ends in the value that is wanted."""

import pytest

from drtui.cli import offline
from drtui.commands.offline import Forecast
from drtui.domain.operations import Item, ItemState, Values
from drtui.store.previewing import Foreseen, Preview


def test_a_conflicts_line_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    before: Values = {"minutes_limit": 300, "models_limit": 3}
    after: Values = {"minutes_limit": 720, "models_limit": 41}
    item = Item(1, 1, "profile", "r" * 150, before, after, ItemState.PENDING)
    found = Foreseen(item, {"minutes_limit": 600, "models_limit": 3}, "")
    offline._tell(Forecast([], Preview(0, 0, (found,), 0, 0, 0), None))
    assert "wanted hours 12 · models 41" in capsys.readouterr().err


@pytest.mark.parametrize(("late", "says"), [(1, "1 is late, and"), (10, "10 are late, and")])
def test_what_is_late_is_told_in_a_sentence(late: int, says: str) -> None:
    told = Forecast([], Preview(0, 0, (), 0, 0, 0, late=late), None).lines
    assert f"{says} would wait for your word" in told
