"""How far a sending is, what SES allows, and where invitations are saved."""

import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from drtui.commands.aws_account import find_account_id
from drtui.commands.bulk import submit
from drtui.commands.event import write_event
from drtui.commands.mail_progress import MailTerms, ask_terms, finish_lines, sendings
from drtui.commands.mailing import mailing_of, missing_in, plan_send, preview, save_to
from drtui.commands.participants import keep, participants_of
from drtui.commands.workspace import Workspace
from drtui.domain.errands import Carried, Service
from drtui.domain.event_settings import EventSettings
from drtui.domain.invitation_templates import InvitationField
from drtui.domain.invitation_texts import InvitationText
from drtui.domain.mail_errands import Mailing, Sending
from drtui.domain.operations import ItemState
from drtui.domain.participants import Participant
from drtui.domain.problems import InvalidInputError
from drtui.domain.sponsor.caller import Caller, CallerKind
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import Identity, MailAccount, Verification
from drtui.domain.sponsor.services import SponsorServices
from drtui.store.errands import Settled, claim_errands, settle_errands

NAMES = ("ada", "bob", "cy", "dan", "eve")
TEXT = InvitationText("Welcome to {event}", "Hello {name} of {team}")
UNKNOWN = Carried(ItemState.FAILED, "no answer", unknown=True)


@pytest.fixture
def people(workspace: Workspace) -> tuple[Participant, ...]:
    write_event(workspace, EventSettings(name="the Cup", sender="races@example.com"))
    keep(workspace, [Participant(f"{name}@example.com", "", None, 0) for name in NAMES])
    return participants_of(workspace)


@pytest.fixture
def mailing(workspace: Workspace, people: tuple[Participant, ...]) -> Mailing:
    del people
    return mailing_of(workspace, InvitationText("Welcome to {event}", "Hello {name}"))


def send(workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...]) -> None:
    submit(workspace, plan_send(workspace, mailing, people, doubtful=True, second_door=True))


def carry(workspace: Workspace, carried: Carried) -> None:
    found = claim_errands(workspace.database, Service.MAIL, 1, 1)
    settle_errands(workspace.database, [Settled(item, 1, carried) for item in found])


def states(
    workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...]
) -> list[Sending]:
    return [one.state for one in sendings(workspace, mailing.id, people)]


def test_each_sending_stands_as_its_errands_do(
    workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...]
) -> None:
    other = mailing_of(workspace, InvitationText("Another", "text"))
    send(workspace, other, people[4:])
    carry(workspace, Carried(ItemState.DONE))
    send(workspace, mailing, people[:4])
    for carried in (Carried(ItemState.DONE), UNKNOWN, Carried(ItemState.FAILED, "no such address")):
        carry(workspace, carried)
    assert states(workspace, mailing, people) == [
        Sending.SENT,
        Sending.DOUBTFUL,
        Sending.FAILED,
        Sending.COMING,
        Sending.ANOTHER,
    ]


def test_one_that_may_have_arrived_stays_in_doubt_when_a_later_attempt_fails(
    workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...]
) -> None:
    ada = people[:1]
    send(workspace, mailing, ada)
    carry(workspace, UNKNOWN)
    send(workspace, mailing, ada)
    assert states(workspace, mailing, ada) == [Sending.COMING]
    carry(workspace, Carried(ItemState.FAILED, "no such address"))
    assert states(workspace, mailing, ada) == [Sending.DOUBTFUL]
    send(workspace, mailing, ada)
    carry(workspace, Carried(ItemState.DONE))
    assert states(workspace, mailing, ada) == [Sending.SENT]


def test_what_is_missing_is_found_without_writing_any_invitation(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    found = missing_in(workspace, mailing_of(workspace, TEXT), people)
    assert {one.fields for one in found} == {(InvitationField.TEAM,)}
    assert len(found) == len(NAMES)


# What SES allows


def test_the_finish_says_the_rate_and_the_sandbox(workspace: Workspace) -> None:
    lines = finish_lines(workspace, 120, MailAccount(production=False, per_second=2.0))
    assert "2 a second: 1 min at least" in lines[0]
    assert "sandbox" in lines[1]
    assert len(finish_lines(workspace, 120, MailAccount(production=True))) == 1


def test_an_account_that_cannot_be_asked_is_a_sentence(workspace: Workspace) -> None:
    def shut() -> SponsorServices:
        raise SponsorError(SponsorFailure.DENIED, "You may not look.")

    terms = ask_terms(workspace, shut)
    assert terms.problem == "You may not look."
    assert terms.account == MailAccount()
    assert terms.sender_problem("races@example.com") == ""


def test_a_sender_that_is_not_verified_is_a_problem_beforehand(
    workspace: Workspace, people: tuple[Participant, ...]
) -> None:
    ada = Identity("ada@example.com", Verification.VERIFIED, sending=True)
    mail = SimpleNamespace(account=lambda: MailAccount(production=False), identities=lambda: [ada])
    terms = ask_terms(workspace, opener(SimpleNamespace(mail=mail)))
    assert isinstance(terms, MailTerms)
    assert terms.sender_problem("ada@example.com") == ""
    assert "not verified" in terms.sender_problem("races@example.com")
    assert len(terms.out_of_reach(people)) == len(NAMES) - 1


def opener(services: SimpleNamespace) -> Callable[[], SponsorServices]:
    return lambda: cast("SponsorServices", services)


def test_the_aws_account_is_that_of_the_credentials_and_empty_without_any(
    workspace: Workspace,
) -> None:
    caller = Caller("123456789012", "arn:aws:iam::123456789012:user/ada", CallerKind.USER, "ada")
    callers = SimpleNamespace(who_am_i=lambda: caller)
    assert find_account_id(workspace, opener(SimpleNamespace(callers=callers))) == "123456789012"
    assert find_account_id(workspace, None) == ""


# Saving


def test_invitations_go_to_one_file_or_to_one_each_that_only_their_owner_reads(
    workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...], tmp_path: Path
) -> None:
    invitations = preview(workspace, mailing, people).invitations
    save_to(str(tmp_path / "all.txt"), invitations)
    assert (tmp_path / "all.txt").read_text().count("To: ") == len(NAMES)
    save_to(f"{tmp_path}/each/", invitations)
    files = sorted((tmp_path / "each").iterdir())
    assert [file.name for file in files] == [f"{name}@example.com.txt" for name in NAMES]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "each").stat().st_mode) == 0o700


def test_a_file_that_is_there_is_kept_and_nothing_is_written_beside_it(
    workspace: Workspace, mailing: Mailing, people: tuple[Participant, ...], tmp_path: Path
) -> None:
    invitations = preview(workspace, mailing, people).invitations
    folder = tmp_path / "folder"
    folder.mkdir()
    there = folder / "eve@example.com.txt"
    there.write_text("mine")
    for path in (str(there), str(folder)):
        with pytest.raises(InvalidInputError, match="already"):
            save_to(path, invitations)
    assert [file.name for file in folder.iterdir()] == [there.name]
    assert there.read_text() == "mine"


@pytest.mark.parametrize("path", ["", "  ", "\0", "~nobody-of-this-name/x"])
def test_what_is_no_path_is_refused(path: str, mailing: Mailing, workspace: Workspace) -> None:
    invitations = preview(workspace, mailing, participants_of(workspace)).invitations
    with pytest.raises(InvalidInputError):
        save_to(path, invitations)
