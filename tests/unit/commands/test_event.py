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


ADDRESSES = ("console_address", "race_links", "sender")


def saying(name: str, text: str) -> EventSettings:
    return event_from({**event_values(FINALS), name: text})


def test_an_event_of_which_nothing_was_said_is_empty(workspace: Workspace) -> None:
    assert read_event(workspace) == EventSettings()


def test_what_is_said_is_kept_whole(workspace: Workspace) -> None:
    assert write_event(workspace, FINALS) == FINALS
    assert read_event(workspace) == FINALS
    write_event(workspace, replace(FINALS, contact=""))
    assert read_event(workspace) == replace(FINALS, contact="")


def test_what_somebody_else_says_meanwhile_stays(workspace: Workspace) -> None:
    bob = Workspace(workspace.database, "bob")
    was = write_event(workspace, FINALS)  # both begin with it
    write_event(bob, replace(was, sender="new@example.com", contact=""), was)

    kept = write_event(workspace, replace(was, name=" The Finals ", at_once=7), was)

    assert kept == replace(
        FINALS, name="The Finals", at_once=7, sender="new@example.com", contact=""
    )
    assert read_event(workspace) == kept
    assert write_event(workspace, replace(kept, name=""), kept) == replace(kept, name="")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\u202ec", "a\tb", "a\x00b"])
def test_control_characters_are_refused_and_the_field_is_named(
    workspace: Workspace, name: str, text: str
) -> None:
    with pytest.raises(InvalidInputError, match=name.replace("_", " ")) as raised:
        write_event(workspace, saying(name, text))
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("name", ADDRESSES)
def test_blanks_around_an_address_are_not_kept(workspace: Workspace, name: str) -> None:
    said = getattr(FINALS, name)
    assert getattr(write_event(workspace, saying(name, f"  {said}\r\n")), name) == said


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"sender"}))
def test_a_long_text_is_kept_whole(workspace: Workspace, name: str) -> None:
    text = "https://a.example/".ljust(500, "x")
    assert getattr(write_event(workspace, saying(name, text)), name) == text


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"sender"}))
def test_a_text_that_is_too_long_is_refused_by_its_name(workspace: Workspace, name: str) -> None:
    verb = {"dates": "are", "race_links": "are"}.get(name, "is")
    with pytest.raises(InvalidInputError) as raised:
        write_event(workspace, saying(name, "https://a.example/".ljust(501, "x")))
    told = f"The {name.replace('_', ' ')} {verb} longer than 500 characters."
    assert str(raised.value) == told


def test_emoji_are_kept(workspace: Workspace) -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert write_event(workspace, saying("name", f"Finals {family}")).name.endswith("\N{GIRL}")


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"race_links"}))
def test_only_race_links_have_lines(workspace: Workspace, name: str) -> None:
    with pytest.raises(InvalidInputError, match="line breaks"):
        write_event(workspace, saying(name, "a@example.com\r\nBcc: b@example.com"))


@pytest.mark.parametrize(
    "sender", ["nobody", "Ada <ada@example.com>", "a@x.com, b@x.com", "mailto:a@x.com", "a@b"]
)
def test_a_sender_is_one_plain_address(workspace: Workspace, sender: str) -> None:
    with pytest.raises(InvalidInputError, match=r"The sender “.*not an email address"):
        write_event(workspace, replace(FINALS, sender=sender))


@pytest.mark.parametrize("name", ["console_address", "race_links"])
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "race.example",
        "ftp://race.example",
        "https://",
        "https:///race",
        "https://?x",
        "https://ada@race.example",
        "https://race.example/a b",
        'https://race.example/"x',
        "<https://race.example>",
    ],
)
def test_an_address_begins_with_its_scheme_and_has_no_blanks(
    workspace: Workspace, name: str, address: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"no web address for the {name.replace('_', ' ')}"):
        write_event(workspace, saying(name, address))


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8080",
        "HTTPS://Race.Example/a(1)?b=c&d=%20#e",
        "https://räce.example/ü",
        "https://[::1]:8443/",
    ],
)
def test_web_addresses_of_all_kinds_are_kept(workspace: Workspace, address: str) -> None:
    kept = write_event(workspace, replace(FINALS, console_address=address))
    assert kept.console_address == address


def test_each_race_link_is_looked_at(workspace: Workspace) -> None:
    with pytest.raises(InvalidInputError, match="“javascript:x”"):
        write_event(workspace, replace(FINALS, race_links="https://a.example\njavascript:x"))


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
