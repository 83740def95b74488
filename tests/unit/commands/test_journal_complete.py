"""What changes nothing in the account is in the journal too, in the transaction of the change."""

from pathlib import Path

import pytest

from drtui.commands import participants, passwords
from drtui.commands.event import read_event, write_event
from drtui.commands.journal import find
from drtui.commands.leaderboards import hide, unhide
from drtui.commands.passwords import GivenPassword
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import EventSettings
from drtui.domain.participants import Participant
from drtui.store import moderation
from drtui.store.database import open_database
from drtui.store.journal import JournalEntry
from tests.support.logs import SteppedClock

PEOPLE = [
    Participant(f"racer-{number:02}@example.com", "", None, number + 1) for number in range(21)
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(open_database(tmp_path / "store.sqlite", SteppedClock()), "ada")


def lines(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Who, what and result, the newest first."""

    def told(one: JournalEntry) -> tuple[str, str, str]:
        return one.who, one.what, one.result

    return [told(one) for one in find(workspace)]


def test_a_list_that_is_kept_and_whoever_is_taken_off_it(workspace: Workspace) -> None:
    participants.keep(workspace, PEOPLE)
    assert lines(workspace) == [("ada", "Keep participants", "21 new, 0 changed")]
    participants.keep(workspace, PEOPLE)
    assert len(lines(workspace)) == 1
    participants.forget(workspace, PEOPLE[:2])
    assert lines(workspace)[0] == (
        "ada",
        "Forget participants",
        "forgotten: racer-00@example.com, racer-01@example.com",
    )


def test_whom_a_password_was_handed_over_for_and_never_the_password(workspace: Workspace) -> None:
    participants.keep(workspace, PEOPLE)
    given = [GivenPassword(one.email, "user", "Correct-horse-7") for one in PEOPLE]
    passwords.handed_over(workspace, given)
    told = [result for who, what, result in lines(workspace) if what == "Hand over passwords"]
    assert len(told) == 2  # twenty in a line
    for one in PEOPLE:
        assert sum(one.email in result for result in told) == 1
    assert not any("Correct-horse-7" in result for result in told)


class CutError(BaseException):
    """The end of the process, in the middle."""


def test_an_alias_is_not_hidden_where_nobody_could_be_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(moderation, "write_journal", cut)
        with pytest.raises(CutError):
            hide(workspace, "rude")
    with workspace.database.read() as connection:
        assert not moderation.hidden_aliases(connection)
    hide(workspace, "rude")
    unhide(workspace, "RUDE")
    unhide(workspace, "rude")
    assert lines(workspace) == [
        ("ada", "Show alias  RUDE", "shown again"),
        ("ada", "Hide alias  rude", "hidden"),
    ]


def test_the_event_tells_what_was_set_and_nothing_where_nothing_was(workspace: Workspace) -> None:
    write_event(workspace, EventSettings(name="Finals", at_once=40))
    write_event(workspace, EventSettings(name="Finals", at_once=40))
    write_event(workspace, EventSettings(at_once=40))
    assert lines(workspace) == [
        ("ada", "Set the event", "name taken away"),
        ("ada", "Set the event", "name “Finals”, at once “40”"),
    ]


def test_an_event_is_not_set_where_nobody_could_be_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise CutError

    monkeypatch.setattr("drtui.commands.event.write_journal", cut)
    with pytest.raises(CutError):
        write_event(workspace, EventSettings(name="Finals"))
    assert read_event(workspace) == EventSettings()
