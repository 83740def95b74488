"""Invitations of the event: kept, previewed, planned to be sent, saved."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.inviting import NO_SECOND_DOOR
from drtui.commands.mailing import (
    as_text,
    keep_text,
    mailing_of,
    plan_send,
    preview,
    read_text,
    reset_text,
    save,
)
from drtui.commands.participants import keep, participants_of
from drtui.commands.passwords import GivenPassword
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.event_settings import EventSettings, event_from, event_values
from drtui.domain.invitation_templates import InvitationField, TemplateError
from drtui.domain.invitation_texts import DEFAULT_TEXTS, InvitationKind, InvitationText
from drtui.domain.item_wording import texts_in
from drtui.domain.mail_errands import NO_PASSWORDS, mailing_from
from drtui.domain.operations import ItemState, OperationKind
from drtui.domain.participants import Participant
from drtui.domain.plan_lines import summary_lines
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError
from drtui.domain.tags import Tag
from drtui.store.errand_history import operation_params
from drtui.store.errands import Settled, claim_errands, settle_errands
from drtui.store.preferences import write_preference

ADA = "ada@example.com"
BOB = "bob@example.com"
EVENT = EventSettings(
    name="the Cup",
    dates="1 to 3 June",
    organizer="Racing Club",
    contact="help@example.com",
    console_address="https://races.example.com",
    race_links="https://races.example.com/1",
    sender="races@example.com",
)
SHORT = InvitationText("Welcome to {event}", "Hello {name}")


@pytest.fixture
def people(workspace: Workspace) -> tuple[Participant, ...]:
    write_event(workspace, EVENT)
    team = Tag("team", "red")
    keep(workspace, [Participant(ADA, "Ada", team, 0), Participant(BOB, "", None, 0)])
    return participants_of(workspace)


def planned(
    workspace: Workspace,
    people: tuple[Participant, ...],
    text: InvitationText = SHORT,
    *,
    again: bool = False,
    doubtful: bool = False,
) -> Plan:
    return plan_send(
        workspace,
        mailing_of(workspace, text),
        people,
        again=again,
        doubtful=doubtful,
        second_door=True,
    )


def settle(workspace: Workspace, count: int, carried: Carried) -> None:
    found = claim_errands(workspace.database, Service.MAIL, count, 1)
    settle_errands(workspace.database, [Settled(item, 1, carried) for item in found])


def test_a_text_is_the_default_until_another_is_kept(workspace: Workspace) -> None:
    kind = InvitationKind.SINGLE_SIGN_ON
    assert read_text(workspace, kind) == DEFAULT_TEXTS[kind]
    keep_text(workspace, kind, SHORT)
    assert read_text(workspace, kind) == SHORT
    assert read_text(workspace, InvitationKind.IAM) == DEFAULT_TEXTS[InvitationKind.IAM]
    reset_text(workspace, kind)
    assert read_text(workspace, kind) == DEFAULT_TEXTS[kind]


def test_a_field_that_there_is_not_is_refused_with_its_place(workspace: Workspace) -> None:
    with pytest.raises(TemplateError, match=r"did you mean \{event\}") as raised:
        keep_text(workspace, InvitationKind.IAM, InvitationText("Hi", "for\n  {evnt}"))
    assert (raised.value.line, raised.value.column) == (2, 3)
    assert read_text(workspace, InvitationKind.IAM) == DEFAULT_TEXTS[InvitationKind.IAM]


@pytest.mark.parametrize("kind", [InvitationKind.SINGLE_SIGN_ON, InvitationKind.DEPLOYMENT])
def test_each_participant_is_previewed(
    workspace: Workspace, people: tuple[Participant, ...], kind: InvitationKind
) -> None:
    found = preview(workspace, mailing_of(workspace, read_text(workspace, kind)), people)
    assert found.missing == ()
    assert list(found.invitations) == [ADA, BOB]
    text = found.invitations[ADA].text
    assert "Hello Ada," in text
    assert "5 hours of training" in text
    assert "https://races.example.com/1" in text


def test_what_is_missing_is_told_by_whom_it_belongs_to(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    text = InvitationText("{event}", "{team} {account_id}")
    of_event = preview(workspace, mailing_of(workspace, text), people)
    assert of_event.invitations == {}
    assert of_event.missing[0].fields == (InvitationField.ACCOUNT_ID,)
    mailing = mailing_of(workspace, text, account_id="123456789012")
    found = preview(workspace, mailing, people)
    assert list(found.invitations) == [ADA]
    assert found.invitations[ADA].text == "red 123456789012\n"
    assert [one.email for one in found.missing] == [BOB]
    plan = plan_send(workspace, mailing, people, second_door=True)
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE, Outcome.CANNOT]
    with pytest.raises(InvalidInputError, match=r"\{account_id\}"):
        planned(workspace, people, text)


def test_the_text_is_kept_with_the_operation_and_not_with_each_item(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    mailing = mailing_of(workspace, SHORT)
    plan = planned(workspace, people)
    assert plan.kind is OperationKind.SEND_MAIL
    assert summary_lines(plan) == ["2 invitations will be sent by email"]
    change = plan.rows[0].change
    assert change is not None
    assert change.after == {"text": mailing.id, "again": "no"}
    number = submit(workspace, plan)
    assert number is not None
    with workspace.database.read() as connection:
        assert mailing_from(operation_params(connection, number)) == mailing


def test_a_password_cannot_be_sent_by_an_operation(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        planned(workspace, people, InvitationText("Hi", "Your password: {password}"))
    assert str(raised.value) == NO_PASSWORDS


def test_a_sender_the_second_door_and_somebody_are_needed(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    mailing = mailing_of(workspace, SHORT)
    with pytest.raises(InvalidInputError) as raised:
        plan_send(workspace, mailing, people, second_door=False)
    assert str(raised.value) == NO_SECOND_DOOR
    with pytest.raises(InvalidInputError, match="nobody"):
        plan_send(workspace, mailing, (), second_door=True)
    write_event(workspace, EventSettings(name="the Cup"))
    with pytest.raises(InvalidInputError, match="sent from"):
        planned(workspace, people)
    kept_before(workspace, EventSettings(name="the Cup", sender="a@x.com, b@x.com"))
    with pytest.raises(InvalidInputError, match="not an email address"):
        planned(workspace, people)


def kept_before(workspace: Workspace, event: EventSettings) -> None:
    """Keep an event as an older version did, which took anything."""
    write_preference(workspace.database, "event", event_values(event))


@pytest.mark.parametrize(
    ("field", "said"),
    [("console_address", "javascript:x"), ("race_links", "https://a.example\njavascript:x")],
)
def test_an_address_that_an_older_version_kept_is_sent_to_nobody(
    workspace: Workspace, people: tuple[Participant, ...], field: str, said: str
) -> None:
    event = event_values(EventSettings(name="the Cup", sender="race@example.com"))
    kept_before(workspace, event_from({**event, field: said}))
    text = InvitationText("Come", f"Hello {{name}}, see {{{field}}}")
    with pytest.raises(InvalidInputError, match=r"no web address for.*Say it anew"):
        planned(workspace, people, text)
    with pytest.raises(InvalidInputError, match="no web address"):
        preview(workspace, mailing_of(workspace, text), people)
    assert planned(workspace, people, SHORT).changes_something, "the text does not ask for it"


def test_who_was_sent_this_message_is_not_sent_it_again(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    submit(workspace, planned(workspace, people))
    settle(workspace, 1, Carried(ItemState.DONE))
    rows = planned(workspace, people).rows
    assert [(row.outcome, row.reason) for row in rows] == [
        (Outcome.ALREADY_SO, "was sent this message already"),
        (Outcome.LEFT_OUT, "this message is on its way"),
    ]
    other = InvitationText("Another", "Hello again {name}")
    assert [row.outcome for row in planned(workspace, people, other).rows] == [Outcome.CHANGE] * 2
    assert planned(workspace, people, again=True).rows[0].outcome is Outcome.CHANGE


def test_what_a_text_does_not_ask_for_does_not_make_it_another_message(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    submit(workspace, planned(workspace, people[:1]))
    settle(workspace, 1, Carried(ItemState.DONE))
    write_event(workspace, replace(EVENT, race_links="https://races.example.com/2"))
    assert planned(workspace, people[:1]).rows[0].outcome is Outcome.ALREADY_SO
    write_event(workspace, replace(EVENT, name="the other Cup"))
    assert planned(workspace, people[:1]).rows[0].outcome is Outcome.CHANGE


def test_who_may_have_been_sent_it_is_sent_it_again_only_when_that_is_said(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    submit(workspace, planned(workspace, people[:1]))
    settle(workspace, 1, Carried(ItemState.FAILED, "no answer", unknown=True))
    for again in (False, True):
        (row,) = planned(workspace, people[:1], again=again).rows
        assert (row.outcome, row.reason) == (
            Outcome.LEFT_OUT,
            "an earlier sending may have arrived: sent again only if you say so",
        )
    (row,) = planned(workspace, people[:1], doubtful=True).rows
    assert (row.outcome, row.reason) == (
        Outcome.CHANGE,
        "an earlier sending may have arrived",
    )


def test_invitations_with_passwords_are_saved_while_they_are_handed_over(
    workspace: Workspace, people: tuple[Participant, ...], tmp_path: Path
) -> None:
    mailing = mailing_of(
        workspace, read_text(workspace, InvitationKind.IAM), account_id="123456789012"
    )
    secret = "Secret!23456789ab"
    found = preview(workspace, mailing, people, [GivenPassword(ADA, "ada", secret)])
    assert list(found.invitations) == [ADA]
    assert secret not in repr(found)
    path = tmp_path / "invitations.txt"
    save(path, found.invitations)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert text == as_text(found.invitations)
    assert text.startswith(f"To: {ADA}\nSubject: Your invitation to the Cup\n\nHello Ada,")
    assert f"Password: {secret}" in text
    with pytest.raises(InvalidInputError, match="already"):
        save(path, found.invitations)
    with pytest.raises(InvalidInputError, match="no invitation"):
        save(tmp_path / "none.txt", {})
    assert secret.encode() not in workspace.database.path.read_bytes()


def test_who_is_out_of_reach_of_the_sandbox_cannot_be_sent_it(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    plan = plan_send(
        workspace, mailing_of(workspace, SHORT), people, second_door=True, out_of_reach={BOB}
    )
    assert [row.outcome for row in plan.rows] == [Outcome.CHANGE, Outcome.CANNOT]
    assert "sandbox" in plan.rows[1].reason
    assert summary_lines(plan)[0] == "1 invitation will be sent by email"


def test_a_plan_tells_the_text_in_words(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    row = planned(workspace, people).rows[0]
    assert row.change is not None
    said = [texts_in(row.target.profile_id, one) for one in (row.change.before, row.change.after)]
    assert said == ["this text: not sent yet", "this text: sent"]
