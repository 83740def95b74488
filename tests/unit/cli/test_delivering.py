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


def test_what_is_nothing_before_now_and_after_is_left_out() -> None:
    nothing: Values = {"remembered_minutes": None, "remembered_models": None}
    before: Values = {"minutes_limit": 0, **nothing}
    after: Values = {"minutes_limit": 300, **nothing, "remembered_models": 3}
    item = Item(1, 7, "profile", "ada", before, after, ItemState.PENDING)
    found = Foreseen(item, {"minutes_limit": 60, **nothing}, "")
    (told,) = Forecast([], Preview(0, 0, (found,), 0, 0, 0), None).lines[2:]
    assert told == (
        "operation 7, ada: planned on hours 0 · remembered models nothing, "
        "now hours 1 · remembered models nothing, wanted hours 5 · remembered models 3"
    )


def test_what_only_drtui_remembers_has_a_line_of_its_own() -> None:
    told = Forecast([], Preview(0, 1, (), 0, 0, 0, remembered=2), None).lines
    assert told == [
        "Of 3 targets on the way:",
        "1 the account has already",
        "2 only remembered by drtui",
    ]


@pytest.mark.parametrize(("late", "says"), [(1, "1 is late, and"), (10, "10 are late, and")])
def test_what_is_late_is_told_in_a_sentence(late: int, says: str) -> None:
    told = Forecast([], Preview(0, 0, (), 0, 0, 0, late=late), None).lines
    assert f"{says} would wait for your word" in told
