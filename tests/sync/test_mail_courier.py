"""Mail by SES: at its pace, to each once, and what is doubtful only when the admin says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.mailing import mailing_of, plan_send
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.changes import RecordKind
from drtui.domain.errands import Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_texts import InvitationText
from drtui.domain.operations import Item, ItemState
from drtui.domain.participants import Participant
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import MailAccount
from drtui.store import interventions
from drtui.store.database import open_database
from drtui.store.operation_log import items
from drtui.store.undoing import OPERATIONS
from drtui.sync.couriers.mail import MailCourier
from tests.support.logs import ADA, SteppedClock
from tests.support.sponsors import SENDER, Errands, FakeMail

MANY = 120
TEXT = InvitationText("Welcome to {event}", "Hello {name}, you are {email}.")


class World:
    """A store with participants and an event, and an engine that sends mail."""

    def __init__(self, path: Path) -> None:
        self.clock = SteppedClock()
        self.database = open_database(path, self.clock)
        self.workspace = Workspace(self.database, "ada")
        self.mail = FakeMail()
        self.engine = Errands(
            self.database,
            self.clock,
            lambda: {Service.MAIL: MailCourier(self.mail, self.database, clock=self.clock)},
        )
        write_event(self.workspace, EventSettings(name="the Cup", sender=SENDER))

    def submit(self, *emails: str, text: InvitationText = TEXT, again: bool = False) -> int:
        keep(self.workspace, [Participant(one, "", None, 0) for one in emails])
        people = participants_of(self.workspace, emails)
        mailing = mailing_of(self.workspace, text)
        plan = plan_send(self.workspace, mailing, people, again=again, second_door=True)
        number = submit(self.workspace, plan)
        assert number is not None
        return number

    def items(self, number: int) -> list[Item]:
        with self.database.read() as connection:
            return items(connection, number)

    def states(self, number: int) -> list[ItemState]:
        return [one.state for one in self.items(number)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store.sqlite")


def test_everybody_gets_their_own_message_from_the_sender(world: World) -> None:
    number = world.submit("ada@example.com", "bob@example.com")
    world.engine.run()
    assert world.states(number) == [ItemState.DONE] * 2
    assert world.mail.recipients == ["ada@example.com", "bob@example.com"]
    first = world.mail.outbox[0]
    assert first.sender == SENDER
    assert first.subject == "Welcome to the Cup"
    assert first.text == "Hello ada@example.com, you are ada@example.com.\n"
    assert "<p>Hello ada@example.com" in first.html
    assert world.items(number)[0].reason == "sent as message-1"


def test_what_was_confirmed_is_sent_though_the_event_changed_since(world: World) -> None:
    world.submit("ada@example.com")
    write_event(world.workspace, EventSettings(name="another", sender=SENDER))
    world.engine.run()
    assert world.mail.outbox[0].subject == "Welcome to the Cup"


def test_an_address_that_an_older_version_confirmed_is_sent_to_nobody(world: World) -> None:
    number = world.submit("ada@example.com")
    text = {"sender": SENDER, "subject": "Come", "body": "See {race_links}"}
    params = {**text, "field:race_links": "javascript:alert(1)"}
    with world.database.write(RecordKind.OPERATION) as connection:
        connection.execute(update(OPERATIONS).values(params=params))
    world.engine.run()
    assert world.mail.outbox == []
    assert world.states(number) == [ItemState.FAILED]
    assert "no web address for the race links" in world.items(number)[0].reason


def test_a_name_that_became_known_since_is_used(world: World) -> None:
    world.submit("ada@example.com")
    keep(world.workspace, [Participant("ada@example.com", "Ada", None, 0)])
    world.engine.run()
    assert world.mail.outbox[0].text.startswith("Hello Ada,")


def test_messages_keep_the_pace_of_ses(world: World) -> None:
    world.mail.allowed = replace(world.mail.allowed, per_second=0.1)
    world.submit("ada@example.com", "bob@example.com", "cy@example.com")
    world.engine.run()
    # The first is sent at the pace of the sandbox, since the account was not asked yet.
    assert len(world.mail.outbox) == 2
    world.clock.step(10)
    world.engine.run()
    assert len(world.mail.outbox) == 3


def test_no_more_a_day_than_ses_lets_through(world: World) -> None:
    world.mail.allowed = replace(world.mail.allowed, daily_quota=2)
    number = world.submit("ada@example.com", "bob@example.com", "cy@example.com")
    world.engine.run()
    assert world.states(number).count(ItemState.DONE) == 2
    world.clock.step(86_400)
    world.engine.run()
    assert world.states(number) == [ItemState.DONE] * 3


@pytest.mark.parametrize(
    ("allowed", "sender", "why"),
    [
        (MailAccount(True, False, -1, 0, 9.0), SENDER, "paused"),
        (MailAccount(True, True, 200, 200, 9.0), SENDER, "used up"),
        (MailAccount(True, True, -1, 0, 9.0), "other@example.org", "verify it"),
    ],
)
def test_what_no_message_gets_past_fails_none(
    world: World, allowed: MailAccount, sender: str, why: str
) -> None:
    right = world.mail.allowed
    known = world.mail.known
    world.mail.allowed = allowed
    write_event(world.workspace, EventSettings(name="the Cup", sender=sender))
    number = world.submit("ada@example.com", "bob@example.com")
    world.engine.run(5)
    assert world.states(number) == [ItemState.PENDING] * 2
    assert any(why in one.reason for one in world.items(number))
    world.mail.allowed = right
    world.mail.known = (replace(known[0], name=sender),)
    for _ in range(3):
        world.clock.step(100)
        world.engine.run()
    assert world.states(number) == [ItemState.DONE] * 2


def test_in_the_sandbox_each_address_that_is_not_verified_is_told(world: World) -> None:
    world.mail.allowed = replace(world.mail.allowed, production=False)
    number = world.submit("ada@example.org", "x@simulator.amazonses.com")
    world.engine.run()
    assert world.states(number) == [ItemState.FAILED, ItemState.DONE]
    assert "sandbox" in world.items(number)[0].reason


def test_a_quota_met_while_sending_waits(world: World) -> None:
    over = SponsorError(SponsorFailure.REFUSED, "Daily message quota exceeded.")
    world.mail.failing["send"] = [over]
    number = world.submit("ada@example.com")
    world.engine.run(5)
    assert world.states(number) == [ItemState.PENDING]
    world.clock.step(100)
    world.engine.run()
    assert world.states(number) == [ItemState.DONE]


def test_a_doubtful_message_is_sent_again_only_when_the_admin_says_so(world: World) -> None:
    world.mail.failing["sent"] = [SponsorError(SponsorFailure.OUTCOME_UNKNOWN, "no answer")]
    number = world.submit("ada@example.com")
    world.engine.run()
    world.clock.step(3_600)
    world.engine.run()
    (item,) = world.items(number)
    assert item.state is ItemState.FAILED
    assert "it may have been done" in item.reason
    assert world.mail.recipients == ["ada@example.com"]
    interventions.retry(world.database, number, ADA)
    world.engine.run()
    assert world.states(number) == [ItemState.DONE]
    assert world.mail.recipients == ["ada@example.com"] * 2


def test_two_sendings_of_one_message_reach_nobody_twice(world: World) -> None:
    keep(world.workspace, [Participant("ada@example.com", "", None, 0)])
    people = participants_of(world.workspace)
    mailing = mailing_of(world.workspace, TEXT)
    other = replace(mailing, body="Something else, {name}.")
    plans = [plan_send(world.workspace, one, people, second_door=True) for one in (mailing, other)]
    first = submit(world.workspace, plans[0])
    second = submit(world.workspace, replace(plans[1], position=plans[1].position + 1))
    third = submit(world.workspace, replace(plans[0], position=plans[0].position + 2))
    world.engine.run()
    assert None not in (first, second, third)
    assert third is not None
    assert world.states(third) == [ItemState.ALREADY_SO]
    assert len(world.mail.outbox) == 2


def test_the_same_message_once_more_is_sent_where_that_was_asked_for(world: World) -> None:
    world.submit("ada@example.com")
    world.engine.run()
    number = world.submit("ada@example.com", again=True)
    world.engine.run()
    assert world.states(number) == [ItemState.DONE]
    assert len(world.mail.outbox) == 2


def test_kills_in_the_middle_of_many_mail_nobody_twice(world: World) -> None:
    emails = [f"racer{one:03d}@example.com" for one in range(MANY)]
    number = world.submit(*emails)
    for calls in (1, 20, 43):
        world.engine.kill_after(calls)
    world.engine.run()
    states = world.states(number)
    assert states.count(ItemState.FAILED) == 3
    assert states.count(ItemState.DONE) == MANY - 3
    assert sorted(world.mail.recipients) == sorted(emails)
