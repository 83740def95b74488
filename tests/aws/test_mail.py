"""SES: what may be sent, from whom, to whom, and that a message is sent once.

moto 5.2 has the identities and SendEmail; it lacks GetAccount and the states of an identity, which
a scripted server answers here.
"""

import re

import pytest

from drtui.aws.sponsor.mail import SesMail
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import UNLIMITED
from drtui.domain.sponsor.checks import Standing
from drtui.domain.sponsor.failures import SponsorError, SponsorFailure
from drtui.domain.sponsor.mail import (
    Identity,
    MailAccount,
    Message,
    Verification,
    is_daily_quota,
    judge_sandbox,
    judge_sender,
    obstacle,
    unreachable,
    verifier,
)
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.moto import RunningMoto
from tests.support.moto_billing import HOSTILE, calls, origin, refusal, sponsor_door

SANDBOX = MailAccount(production=False, sending=True, daily_quota=200, sent=3, per_second=1.0)
DOMAIN = Identity("example.com", Verification.VERIFIED, True)
MESSAGE = Message("race@example.com", "ada@example.com", "Grüße", "Plain ✓", "<p>Rich ✓</p>")


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> SesMail:
    return SesMail(sponsor_door(monkeypatch, origin(server)))


def failure(mail: SesMail, message: Message = MESSAGE) -> SponsorError:
    with pytest.raises(SponsorError) as raised:
        mail.send(message)
    assert raised.value.__cause__ is None
    return raised.value


def test_the_account_is_read_scripted(scripted: SesMail, server: ScriptedServer) -> None:
    quota = {"Max24HourSend": 200.0, "SentLast24Hours": 3.0, "MaxSendRate": 1.5}
    server.script(
        answer({"ProductionAccessEnabled": False, "SendingEnabled": True, "SendQuota": quota})
    )
    account = scripted.account()
    assert account == MailAccount(False, True, 200, 3, 1.5)
    assert account.remaining == 197
    assert calls(server)[0].operation == "GET /v2/email/account"


def test_a_quota_of_minus_one_is_unlimited_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    server.script(answer({"SendQuota": {"Max24HourSend": -1, "SentLast24Hours": 9}}))
    account = scripted.account()
    assert account.daily_quota == account.remaining == UNLIMITED


@pytest.mark.parametrize("body", [{}, {"SendQuota": {}}, {"SendQuota": None}])
def test_what_the_account_does_not_tell_is_unknown_scripted(
    scripted: SesMail, server: ScriptedServer, body: dict[str, object]
) -> None:
    server.script(answer(body))
    account = scripted.account()
    assert account == MailAccount()
    assert account.remaining is None


def test_a_denied_look_names_its_permission_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    server.script(refusal("AccessDeniedException", status=403))
    with pytest.raises(SponsorError) as raised:
        scripted.account()
    assert raised.value.kind is SponsorFailure.DENIED
    assert raised.value.permission == "ses:GetAccount"


def test_identities_are_listed_over_pages_with_names_made_safe_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    first = [
        {"IdentityName": "example.com", "VerificationStatus": "SUCCESS", "SendingEnabled": True},
        {"VerificationStatus": "SUCCESS"},
    ]
    second = [
        {"IdentityName": HOSTILE, "VerificationStatus": "PENDING"},
        {"IdentityName": "odd.example", "VerificationStatus": "TEMPORARY_FAILURE"},
    ]
    server.script(answer({"EmailIdentities": first, "NextToken": "more"}))
    server.script(answer({"EmailIdentities": second}))
    known = scripted.identities()
    assert known[0] == DOMAIN
    assert [each.verification for each in known[1:]] == [
        Verification.PENDING,
        Verification.UNKNOWN,
    ]
    assert all(each.name.isprintable() for each in known)
    assert calls(server)[1].members["NextToken"] == "more"


@pytest.mark.parametrize(
    ("told", "verification"),
    [
        ({"VerifiedForSendingStatus": True}, Verification.VERIFIED),
        ({"VerificationStatus": "SUCCESS"}, Verification.VERIFIED),
        (
            {"VerifiedForSendingStatus": False, "VerificationStatus": "PENDING"},
            Verification.PENDING,
        ),
        ({"VerifiedForSendingStatus": False, "VerificationStatus": "FAILED"}, Verification.FAILED),
        (
            {"VerifiedForSendingStatus": False, "VerificationStatus": "SUCCESS"},
            Verification.PENDING,
        ),
        ({}, Verification.UNKNOWN),
    ],
)
def test_the_state_of_an_identity_scripted(
    scripted: SesMail,
    server: ScriptedServer,
    told: dict[str, object],
    verification: Verification,
) -> None:
    server.script(answer(told))
    known = scripted.identity("ada@example.com")
    assert known is not None
    assert known.verification is verification


def test_the_verification_of_an_address_is_started_and_repeated_without_harm(
    monkeypatch: pytest.MonkeyPatch, moto: RunningMoto
) -> None:
    mail = SesMail(sponsor_door(monkeypatch, moto.url))
    assert mail.identity("start@verify.example") is None
    started = mail.start_verification("start@verify.example")
    assert started.name == "start@verify.example"
    assert started.verification is Verification.PENDING
    assert mail.start_verification("start@verify.example").name == started.name
    assert [each.name for each in mail.identities()].count("start@verify.example") == 1


def test_an_address_that_is_known_already_tells_its_state_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    server.script(refusal("AlreadyExistsException"), answer({"VerifiedForSendingStatus": True}))
    assert scripted.start_verification("ada@example.com").verification is Verification.VERIFIED


@pytest.mark.parametrize("name", ["example.com", "a@b@example.com", HOSTILE, "", "*"])
def test_only_an_address_is_verified(scripted: SesMail, server: ScriptedServer, name: str) -> None:
    with pytest.raises(SponsorError) as raised:
        scripted.start_verification(name)
    assert raised.value.kind is SponsorFailure.REFUSED
    assert raised.value.message.isprintable()
    assert server.requests == []


def test_a_message_is_sent(monkeypatch: pytest.MonkeyPatch, moto: RunningMoto) -> None:
    mail = SesMail(sponsor_door(monkeypatch, moto.url))
    moto.client("ses").verify_email_identity(EmailAddress="race@example.com")
    assert re.fullmatch(r"[\w-]{20,}", mail.send(MESSAGE))


def test_an_unverified_sender_is_refused(
    monkeypatch: pytest.MonkeyPatch, moto: RunningMoto
) -> None:
    mail = SesMail(sponsor_door(monkeypatch, moto.url))
    error = failure(mail, Message("nobody@unverified.example", "ada@example.com", "Hi", "Hi"))
    assert error.kind is SponsorFailure.REFUSED
    assert error.code == "MessageRejected"
    assert "not verified" in error.message


def test_a_message_has_both_forms_in_utf_8_and_one_recipient_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    server.script(answer({"MessageId": "m-1"}))
    assert scripted.send(MESSAGE) == "m-1"
    sent = calls(server)[0].members
    assert sent["FromEmailAddress"] == "race@example.com"
    assert sent["Destination"] == {"ToAddresses": ["ada@example.com"]}
    simple = sent["Content"]["Simple"]
    assert simple["Subject"] == {"Data": "Grüße", "Charset": "UTF-8"}
    assert simple["Body"] == {
        "Text": {"Data": "Plain ✓", "Charset": "UTF-8"},
        "Html": {"Data": "<p>Rich ✓</p>", "Charset": "UTF-8"},
    }


def test_a_message_without_html_has_no_empty_part_scripted(
    scripted: SesMail, server: ScriptedServer
) -> None:
    server.script(answer({"MessageId": "m-1"}))
    scripted.send(Message("race@example.com", "ada@example.com", "Hi", "Hi"))
    assert list(calls(server)[0].members["Content"]["Simple"]["Body"]) == ["Text"]


@pytest.mark.parametrize(
    "step",
    [
        Step(b"", End.HANG),
        Step(b"", End.CLOSE),
        Step(b"", End.RESET),
        answer({}, status=500),
        answer({}),
        answer({"MessageId": None}),
    ],
)
def test_a_message_without_a_clear_answer_may_have_been_sent_and_is_not_repeated_scripted(
    monkeypatch: pytest.MonkeyPatch, server: ScriptedServer, step: Step
) -> None:
    mail = SesMail(sponsor_door(monkeypatch, origin(server), read=0.5))
    server.script(step, answer({"MessageId": "again"}))
    assert failure(mail).kind is SponsorFailure.OUTCOME_UNKNOWN
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("said", "daily"),
    [("Maximum sending rate exceeded.", False), ("Daily message quota exceeded.", True)],
)
def test_the_rate_and_the_daily_quota_are_told_apart_scripted(
    scripted: SesMail, server: ScriptedServer, said: str, daily: bool
) -> None:
    server.script(refusal("TooManyRequestsException", said, status=429))
    error = failure(scripted)
    assert error.kind is SponsorFailure.THROTTLED
    assert is_daily_quota(error) is daily
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("sender", "recipient", "subject", "text"),
    [
        ("race@example.com", "a@example.com, b@example.com", "Hi", "Hi"),
        ("race@example.com", "A <a@example.com>", "Hi", "Hi"),
        ("race@example.com", "a@example.com\nBcc: b@example.com", "Hi", "Hi"),
        ("race", "a@example.com", "Hi", "Hi"),
        ("race@example.com", "a@example.com", "Hi\r\nBcc: b@example.com", "Hi"),
        ("race@example.com", "a@example.com", " ", "Hi"),
        ("race@example.com", "a@example.com", "x" * 501, "Hi"),
        ("race@example.com", "a@example.com", "Hi", "\n"),
    ],
)
def test_a_message_that_could_reach_somebody_else_is_not_made(
    sender: str, recipient: str, subject: str, text: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        Message(sender, recipient, subject, text)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    ("address", "name", "counts"),
    [
        ("ada@example.com", "example.com", True),
        ("ada@EXAMPLE.com", "Example.COM", True),
        ("ada@eu.race.example.com", "example.com", True),
        ("ada@notexample.com", "example.com", False),
        ("ada@example.com", "eu.example.com", False),
        ("ada@example.com", "ada@example.com", True),
        ("ada@example.com", "ada@Example.com", True),
        ("Ada@example.com", "ada@example.com", False),
        ("ada@example.com", "bob@example.com", False),
    ],
)
def test_an_address_is_verified_by_itself_or_by_its_domain(
    address: str, name: str, counts: bool
) -> None:
    identity = Identity(name, Verification.VERIFIED, True)
    assert verifier(address, [identity]) is (identity if counts else None)
    assert verifier(address, [Identity(name, Verification.PENDING)]) is None


def test_a_pending_address_of_a_verified_domain_counts_as_verified() -> None:
    pending = Identity("ada@example.com", Verification.PENDING, False)
    assert verifier("ada@example.com", [pending, DOMAIN]) is DOMAIN


def test_the_sandbox_wants_verified_recipients() -> None:
    recipients = ("ada@example.com", "bob@other.example", "bounce@simulator.amazonses.com")
    assert unreachable(SANDBOX, [DOMAIN], recipients) == ("bob@other.example",)
    assert unreachable(MailAccount(production=True), [DOMAIN], recipients) == ()
    assert unreachable(MailAccount(), [DOMAIN], recipients) == ()


@pytest.mark.parametrize(
    ("account", "identities", "said"),
    [
        (SANDBOX, [DOMAIN], ""),
        (MailAccount(), [DOMAIN], ""),
        (SANDBOX, [], "SES does not send from race@example.com: verify it"),
        (MailAccount(sending=False), [DOMAIN], "Sending is paused"),
        (
            MailAccount(production=True, daily_quota=200, sent=201),
            [DOMAIN],
            "The daily quota of SES is used up",
        ),
        (MailAccount(), [Identity("example.com", Verification.VERIFIED, False)], "switch it on"),
    ],
)
def test_what_stands_in_the_way_of_all_messages_is_told_in_one_sentence(
    account: MailAccount, identities: list[Identity], said: str
) -> None:
    told = obstacle(account, identities, "race@example.com")
    assert said in told
    assert bool(told) is bool(said)
    assert not told or told.endswith(".")


@pytest.mark.parametrize(
    ("identities", "sender", "standing", "said", "fix"),
    [
        ([DOMAIN], "race@example.com", Standing.OK, "may send from race@example.com", ""),
        ([DOMAIN], "", Standing.OK, "SES has 1 verified sender", ""),
        ([], "", Standing.MISSING, "no verified sender", "Verify the sender"),
        ([DOMAIN], HOSTILE, Standing.MISSING, "is not verified", "Verify the sender"),
        (
            [Identity("a@b.example", Verification.PENDING)],
            "a@b.example",
            Standing.MISSING,
            "has not confirmed",
            "",
        ),
        (
            [Identity("b.example", Verification.VERIFIED, False)],
            "a@b.example",
            Standing.MISSING,
            "switched off",
            "",
        ),
    ],
)
def test_the_sender_s_line_of_the_checklist(
    identities: list[Identity], sender: str, standing: Standing, said: str, fix: str
) -> None:
    line = judge_sender(identities, sender)
    assert (line.standing, line.fix) == (standing, fix)
    assert said in line.finding
    assert line.finding.isprintable()
    assert line.finding.endswith(".")


@pytest.mark.parametrize(
    ("account", "standing", "said"),
    [
        (MailAccount(production=True, daily_quota=50_000, sent=1), Standing.OK, "49,999 messages"),
        (MailAccount(production=True, daily_quota=UNLIMITED), Standing.OK, "out of the SES"),
        (MailAccount(production=True, sending=False), Standing.MISSING, "Sending is paused"),
        (SANDBOX, Standing.MISSING, "in the SES sandbox"),
        (MailAccount(), Standing.CANNOT_TELL, "does not tell"),
    ],
)
def test_the_sandbox_s_line_of_the_checklist(
    account: MailAccount, standing: Standing, said: str
) -> None:
    line = judge_sandbox(account)
    assert line.standing is standing
    assert said in line.finding
    assert bool(line.advice) is (standing is not Standing.OK)
