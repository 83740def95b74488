"""What `drtui mend` says was saved: in words that an admin knows, and without promises."""

from pathlib import Path

import pytest

from drtui.cli import mending
from drtui.store.lost_operations import PutTogether
from drtui.store.salvage import Salvaged


def told(capsys: pytest.CaptureFixture[str], partly: dict[str, int]) -> str:
    mending._tell(
        Salvaged(
            aside=Path("store.damaged.sqlite"),
            operations=2,
            items=7,
            undelivered=1,
            missing={},
            partly=partly,
            put_together=PutTogether((), 0),
            offline=False,
        )
    )
    return capsys.readouterr().err


def test_what_was_not_wholly_read_is_named_as_an_admin_knows_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(capsys, {"sponsored_user": 206, "usage_sample": 726, "race": 0, "interest": 1})
    assert "the racers (206 saved)" in said
    assert "what was used over time (726 saved)" in said
    assert "the races (0 saved)" in said
    assert "_" not in said
    assert "Only drtui knew what was used over time: what could not be read of it is gone." in said


def test_what_sqlite_says_is_called_so() -> None:
    flaw = "*** in database main ***\nPage 31: btreeInitPage() returns error code 11"
    said = mending._flaw_text(flaw)
    assert said == "SQLite's check: Page 31: btreeInitPage() returns error code 11"


def test_what_the_account_knows_is_not_said_to_be_gone(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, {"sponsored_user": 206})
    assert "gone" not in said
    assert "it reads anew what the account knows" in said
