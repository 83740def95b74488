"""Signing in and out by scripted answers: what is asked for, what is kept, what is told."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.commands import signing_in
from drtui.domain.problems import InvalidInputError
from drtui.domain.records import Role
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    Secret,
    SignInError,
    SignInFailure,
    SignInState,
    TemporaryKeys,
    Tokens,
)
from drtui.store.database import Database, open_database
from drtui.store.sign_in import SignIn, read_sign_in
from tests.support.keeping import Memory

PASSWORD = "Correct-horse-7"
OTHER = "Battery-staple-8"
TOKEN = "THE-REFRESH-TOKEN"


def id_token(*groups: str) -> str:
    claims = {"sub": "1", "cognito:username": "ada", "cognito:groups": list(groups)}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"x.{middle}.y"


def tokens(*groups: str, refresh_token: str | None = TOKEN, ahead: float | None = 0.0) -> Tokens:
    return Tokens(id_token(*groups), refresh_token, ahead)


def challenge(kind: ChallengeKind) -> Challenge:
    return Challenge(kind, "ada", "THE-SESSION")


def refused(kind: SignInFailure) -> SignInError:
    return SignInError(kind, f"Not so: {kind}.")


class Scripted:
    """A sign-in service that gives what it was told to, one after the other."""

    def __init__(self, *script: Tokens | Challenge | SignInError) -> None:
        self.script = list(script)
        self.no_keys: SignInError | None = None
        self.heard: list[str] = []

    def with_password(self, user: str, password: str) -> Tokens | Challenge:
        return self._next(f"{user} {password}")

    def answer(self, challenge: Challenge, reply: str) -> Tokens | Challenge:
        return self._next(f"{challenge.kind.name} {reply}")

    def refresh(self, refresh_token: str) -> Tokens:
        raise NotImplementedError

    def keys_for(self, id_token: str) -> TemporaryKeys:
        if self.no_keys is not None:
            raise self.no_keys
        return TemporaryKeys("KEY", "SECRET", "SESSION", datetime.now(UTC))

    def revoke(self, refresh_token: str) -> None:
        self._next(f"revoke {refresh_token}")

    def _next(self, heard: str) -> Tokens | Challenge:
        self.heard.append(heard)
        found = self.script.pop(0)
        if isinstance(found, SignInError):
            raise found
        return found


class Replies:
    """Who answers questions with what was prepared."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.whys: list[str] = []

    def ask(self, kind: ChallengeKind, user: str, why: str) -> str:
        assert user == "ada"
        self.whys.append(why)
        return self.replies.pop(0)


@pytest.fixture
def keeper() -> Memory:
    return Memory()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "finals.sqlite", lambda: 1_000.0)
    yield opened
    opened.close()


def signed_in(
    service: Scripted,
    keeper: Memory,
    *replies: str,
    former: str = "",
    keep_password: bool = False,
) -> signing_in.SignedIn:
    return signing_in.sign_in(
        service,
        Replies(*replies),
        keeper,
        account="finals",
        user="ada",
        password=PASSWORD,
        former=former,
        keep_password=keep_password,
    )


def sign_in_of(database: Database) -> SignIn:
    with database.read() as connection:
        return read_sign_in(connection)


def test_a_password_gives_a_role_and_only_the_refresh_token_is_kept(keeper: Memory) -> None:
    done = signed_in(Scripted(tokens("dr-race-facilitators")), keeper)
    assert done == signing_in.SignedIn("ada", Role.FACILITATOR, kept=True)
    assert keeper.entries == {("finals", "ada", Secret.REFRESH_TOKEN): TOKEN}


def test_what_gives_no_keys_is_no_sign_in_and_is_not_kept(keeper: Memory) -> None:
    service = Scripted(tokens(), tokens())
    service.no_keys = refused(SignInFailure.NO_RIGHTS)
    with pytest.raises(SignInError) as raised:
        signed_in(service, keeper)
    assert raised.value.kind is SignInFailure.NO_RIGHTS
    assert service.heard[1:] == [f"revoke {TOKEN}"]
    assert not keeper.entries


def test_keys_that_cannot_be_had_now_are_no_reason_to_refuse(keeper: Memory) -> None:
    service = Scripted(tokens("dr-admins"))
    service.no_keys = refused(SignInFailure.UNREACHABLE)
    assert signed_in(service, keeper).kept


def test_the_password_is_kept_when_it_was_asked_for_and_goes_when_it_is_not(
    keeper: Memory,
) -> None:
    signed_in(Scripted(tokens()), keeper, keep_password=True)
    assert keeper.find("finals", "ada", Secret.PASSWORD) == PASSWORD
    signed_in(Scripted(tokens()), keeper)
    assert keeper.find("finals", "ada", Secret.PASSWORD) is None
    assert keeper.find("finals", "ada", Secret.REFRESH_TOKEN) == TOKEN


def test_a_new_password_and_a_code_are_asked_for_and_the_new_password_is_kept(
    keeper: Memory,
) -> None:
    service = Scripted(
        challenge(ChallengeKind.NEW_PASSWORD), challenge(ChallengeKind.CODE), tokens("dr-admins")
    )
    done = signed_in(service, keeper, OTHER, "123456", keep_password=True)
    assert done.role is Role.ADMIN
    assert service.heard == [f"ada {PASSWORD}", f"NEW_PASSWORD {OTHER}", "CODE 123456"]
    assert keeper.find("finals", "ada", Secret.PASSWORD) == OTHER


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        (ChallengeKind.CODE, SignInFailure.WRONG_CODE),
        (ChallengeKind.NEW_PASSWORD, SignInFailure.PASSWORD_REFUSED),
    ],
)
def test_a_reply_that_is_not_taken_is_asked_for_again_with_the_reason(
    keeper: Memory, kind: ChallengeKind, failure: SignInFailure
) -> None:
    questions = Replies("one", "two")
    service = Scripted(challenge(kind), refused(failure), tokens())
    signing_in.sign_in(service, questions, keeper, account="finals", user="ada", password=PASSWORD)
    assert questions.whys == ["", f"Not so: {failure}."]


def test_after_three_wrong_codes_it_is_over(keeper: Memory) -> None:
    wrong = refused(SignInFailure.WRONG_CODE)
    service = Scripted(challenge(ChallengeKind.CODE), wrong, wrong, wrong)
    with pytest.raises(SignInError, match="wrong code"):
        signed_in(service, keeper, "1", "2", "3")
    assert service.script == []


def test_a_challenge_that_has_ended_is_not_answered_again(keeper: Memory) -> None:
    service = Scripted(challenge(ChallengeKind.CODE), refused(SignInFailure.EXPIRED))
    with pytest.raises(SignInError, match="expired"):
        signed_in(service, keeper, "1", "2")


def test_questions_without_end_are_not_answered_without_end(keeper: Memory) -> None:
    service = Scripted(*[challenge(ChallengeKind.CODE)] * 20)
    with pytest.raises(SignInError, match="one thing after another"):
        signed_in(service, keeper, *["1"] * 20)


def test_a_sign_in_that_fails_leaves_what_was_kept(keeper: Memory) -> None:
    keeper.keep("finals", "ada", Secret.REFRESH_TOKEN, "the-former")
    with pytest.raises(SignInError):
        signed_in(Scripted(refused(SignInFailure.WRONG_PASSWORD)), keeper)
    assert keeper.find("finals", "ada", Secret.REFRESH_TOKEN) == "the-former"


def test_of_who_was_signed_in_before_nothing_stays_and_other_accounts_are_let_be(
    keeper: Memory,
) -> None:
    keeper.keep("finals", "bob", Secret.PASSWORD, "his")
    keeper.keep("spring", "bob", Secret.PASSWORD, "his there")
    signed_in(Scripted(tokens()), keeper, former="bob")
    assert set(keeper.entries) == {
        ("spring", "bob", Secret.PASSWORD),
        ("finals", "ada", Secret.REFRESH_TOKEN),
    }


def test_without_a_keyring_or_a_token_nothing_is_kept() -> None:
    assert not signed_in(Scripted(tokens()), Memory(lasting=False)).kept
    assert not signed_in(Scripted(tokens(refresh_token=None)), Memory()).kept


def test_a_clock_that_is_off_and_a_keyring_that_is_stuck_are_told(keeper: Memory) -> None:
    keeper.stuck = True
    done = signed_in(Scripted(tokens(ahead=601.0)), keeper)
    assert len(done.notices) == 2
    assert "10 minutes ahead" in done.notices[0]
    assert "did not delete" in done.notices[1]


@pytest.mark.parametrize("user", ["", "  ", "a\x1b[2J", "a\nb", "x" * 129])
def test_a_user_name_that_cannot_be_one_is_not_sent(keeper: Memory, user: str) -> None:
    service = Scripted()
    with pytest.raises(InvalidInputError, match="user name"):
        signing_in.sign_in(
            service, Replies(), keeper, account="finals", user=user, password=PASSWORD
        )
    assert service.heard == []


def test_signing_out_revokes_and_forgets(keeper: Memory) -> None:
    signed_in(Scripted(tokens()), keeper, keep_password=True)
    service = Scripted(tokens())
    done = signing_in.sign_out(service, keeper, account="finals", user="ada")
    assert done == signing_in.SignedOut(found=True, revoked=True)
    assert service.heard == [f"revoke {TOKEN}"]
    assert keeper.entries == {}


def test_signing_out_offline_forgets_and_says_what_was_not_done(keeper: Memory) -> None:
    signed_in(Scripted(tokens()), keeper)
    service = Scripted(refused(SignInFailure.UNREACHABLE))
    done = signing_in.sign_out(service, keeper, account="finals", user="ada")
    assert not done.revoked
    assert "could not be revoked" in done.notices[0]
    assert keeper.entries == {}


def test_a_sign_in_that_had_ended_needs_no_revoking(keeper: Memory) -> None:
    signed_in(Scripted(tokens()), keeper)
    service = Scripted(refused(SignInFailure.EXPIRED))
    done = signing_in.sign_out(service, keeper, account="finals", user="ada")
    assert done == signing_in.SignedOut(found=True, revoked=True)


def test_signing_out_where_nothing_is_kept_asks_nobody(keeper: Memory) -> None:
    service = Scripted()
    for user in ("", "ada"):
        done = signing_in.sign_out(service, keeper, account="finals", user=user)
        assert done == signing_in.SignedOut(found=False, revoked=False)
    assert service.heard == []


def test_a_keyring_that_does_not_forget_is_told(keeper: Memory) -> None:
    signed_in(Scripted(tokens()), keeper)
    keeper.stuck = True
    done = signing_in.sign_out(Scripted(tokens()), keeper, account="finals", user="ada")
    assert done.notices == ("The keyring did not delete the sign-in.",)


def test_everyone_who_reads_the_store_sees_who_is_signed_in(
    database: Database, keeper: Memory
) -> None:
    signing_in.note_signed_in(database, signed_in(Scripted(tokens("dr-admins")), keeper))
    found = sign_in_of(database)
    assert (found.state, found.user, found.role) == (SignInState.SIGNED_IN, "ada", Role.ADMIN)
    signing_in.note_signed_out(database, "ada")
    assert sign_in_of(database).state is SignInState.NEEDED


def test_no_secret_is_in_what_is_returned(keeper: Memory) -> None:
    done = signed_in(Scripted(tokens("dr-admins")), keeper, keep_password=True)
    out = signing_in.sign_out(Scripted(tokens()), keeper, account="finals", user="ada")
    assert not [secret for secret in (PASSWORD, TOKEN) if secret in f"{done} {out}"]
