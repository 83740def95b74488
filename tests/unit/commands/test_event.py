"""What is said of the event is kept with the account, safe to show, and read back."""

from dataclasses import replace

import pytest

from drtui.commands.event import read_event, write_event
from drtui.commands.workspace import Workspace
from drtui.domain.event_settings import TEXTS, EventSettings, event_from, event_values
from drtui.domain.problems import InvalidInputError
from drtui.store.preferences import write_preference

FINALS = EventSettings(
    name="Finals",
    dates="2 to 4 May",
    organizer="Ada",
    contact="ada@example.com",
    console_address="https://race.example",
    race_links="https://race.example/1\nhttps://race.example/2",
    sender="race@example.com",
    at_once=250,
)


def saying(name: str, text: str) -> EventSettings:
    return event_from({**event_values(FINALS), name: text})


def test_an_event_of_which_nothing_was_said_is_empty(workspace: Workspace) -> None:
    assert read_event(workspace) == EventSettings()


def test_what_is_said_is_kept_whole(workspace: Workspace) -> None:
    assert write_event(workspace, FINALS) == FINALS
    assert read_event(workspace) == FINALS
    write_event(workspace, replace(FINALS, contact=""))
    assert read_event(workspace) == replace(FINALS, contact="")


@pytest.mark.parametrize("name", TEXTS)
def test_control_characters_are_not_kept(workspace: Workspace, name: str) -> None:
    kept = write_event(workspace, saying(name, "  a\x1b[31mb\u202ec  "))
    text = getattr(kept, name)
    assert text.isprintable()
    assert text == text.strip() != ""
    assert read_event(workspace) == kept


@pytest.mark.parametrize("name", TEXTS)
def test_a_long_text_is_kept_whole(workspace: Workspace, name: str) -> None:
    assert getattr(write_event(workspace, saying(name, "x" * 500)), name) == "x" * 500


def test_only_race_links_have_lines(workspace: Workspace) -> None:
    kept = write_event(workspace, replace(FINALS, name="a\nb"))
    assert "\n" not in kept.name
    assert kept.race_links.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *(saying(name, "x" * 501) for name in TEXTS),
        replace(FINALS, race_links="x\n" * 300),
        replace(FINALS, at_once=0),
        replace(FINALS, at_once=-1),
        replace(FINALS, at_once=100_001),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_what_was_kept(
    workspace: Workspace, wrong: EventSettings
) -> None:
    write_event(workspace, FINALS)
    with pytest.raises(InvalidInputError):
        write_event(workspace, wrong)
    assert read_event(workspace) == FINALS


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (["a list"], EventSettings()),
        ({"name": 5, "at_once": "many", "new": "x"}, EventSettings()),
        ({"name": "Finals", "at_once": 0}, EventSettings(name="Finals")),
        ({"at_once": 7}, EventSettings(at_once=7)),
    ],
)
def test_what_cannot_be_read_back_was_not_said(
    workspace: Workspace, stored: object, expected: EventSettings
) -> None:
    write_preference(workspace.database, "event", stored)
    assert read_event(workspace) == expected
