"""`drtui account sign-in` and `sign-out`, with scripted services and a keyring in memory."""

import keyring
import pytest

from drtui import accounts
from drtui.cli import exits, run
from drtui.config import Account, Paths
from drtui.domain.records import Role
from drtui.domain.signing_in import ChallengeKind, SignInFailure, SignInState
from tests.unit.cli.account_scenes import (
    FINALS,
    SITE,
    account_of,
    piped,
    services,
    sign_in_of,
    signed_in,
)
from tests.unit.cli.conftest import Say
from tests.unit.commands.test_signing_in import (
    OTHER,
    PASSWORD,
    TOKEN,
    Scripted,
    challenge,
    refused,
    tokens,
)
from tests.unit.test_keeping import MemoryKeyring, PlainFileKeyring


def test_a_piped_password_signs_in_and_everyone_sees_it(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    accounts.add(paths, FINALS)
    service = Scripted(tokens("dr-admins"))
    services(monkeypatch, service)
    piped(monkeypatch, f"{PASSWORD}\r\n".encode())
    arguments = ["account", "sign-in", "--user", "ada", "--password-stdin"]
    assert run(arguments) == exits.OK
    assert service.heard == [f"ada {PASSWORD}"]
    assert said() == "Signed in to “finals” as ada (admin).\n"
    assert backend.entries == {("drtui account finals", "ada (refresh token)"): TOKEN}
    assert account_of(paths).user == "ada"
    found = sign_in_of(paths)
    assert (found.state, found.user, found.role) == (SignInState.SIGNED_IN, "ada", Role.ADMIN)


def test_the_last_user_need_not_be_named_again(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    accounts.add(paths, FINALS)
    accounts.remember_user(paths, "finals", "ada")
    service = Scripted(tokens("dr-racers"))
    services(monkeypatch, service)
    piped(monkeypatch, PASSWORD.encode())
    assert run(["account", "sign-in", "finals", "--password-stdin", "--keep-password"]) == exits.OK
    assert "needs an admin" in said()
    assert backend.entries["drtui account finals", "ada (password)"] == PASSWORD


def test_without_a_keyring_the_sign_in_ends_and_that_is_said_once(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    none = PlainFileKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: none)
    accounts.add(paths, FINALS)
    services(monkeypatch, Scripted(tokens("dr-admins")))
    piped(monkeypatch, PASSWORD.encode())
    arguments = ["account", "sign-in", "--user", "ada", "--password-stdin"]
    assert run(arguments) == exits.NOT_ALLOWED
    told = said()
    assert "Signed in" not in told
    assert "of ada (admin) is right, but the sign-in has ended again" in told
    assert told.count("keyring") == 1
    assert "in the console" in told
    assert account_of(paths).user == "ada"
    assert sign_in_of(paths).state is SignInState.UNKNOWN


@pytest.mark.parametrize("kind", list(ChallengeKind))
def test_a_challenge_cannot_be_answered_by_a_pipe(
    paths: Paths,
    backend: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    said: Say,
    kind: ChallengeKind,
) -> None:
    accounts.add(paths, FINALS)
    services(monkeypatch, Scripted(challenge(kind)))
    piped(monkeypatch, PASSWORD.encode())
    arguments = ["account", "sign-in", "--user", "ada", "--password-stdin"]
    assert run(arguments) == exits.NOT_ALLOWED
    assert "sign in on a terminal" in said()
    assert backend.entries == {}
    assert account_of(paths).user == ""


@pytest.mark.parametrize(
    "case",
    [
        (SignInFailure.WRONG_PASSWORD, exits.NOT_ALLOWED),
        (SignInFailure.DISABLED, exits.NOT_ALLOWED),
        (SignInFailure.TOO_MANY_ATTEMPTS, exits.NOT_ALLOWED),
        (SignInFailure.UNREACHABLE, exits.PROBLEM),
        (SignInFailure.UNAVAILABLE, exits.PROBLEM),
    ],
)
def test_a_sign_in_that_fails_is_one_sentence_and_changes_nothing(
    paths: Paths,
    backend: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    said: Say,
    case: tuple[SignInFailure, int],
) -> None:
    kind, code = case
    accounts.add(paths, FINALS)
    services(monkeypatch, Scripted(refused(kind)))
    piped(monkeypatch, PASSWORD.encode())
    assert run(["account", "sign-in", "--user", "bob", "--password-stdin"]) == code
    assert said() == f"Not so: {kind}.\n"
    assert account_of(paths).user == ""
    assert sign_in_of(paths).state is SignInState.UNKNOWN


@pytest.mark.parametrize(
    "case",
    [
        (["--user", "ada", "--password-stdin"], b"", "has to come on stdin"),
        (["--user", "ada", "--password-stdin"], b"\n", "has to come on stdin"),
        (["--user", "ada", "--password-stdin"], b"one\ntwo\n", "has to come on stdin"),
        (["--user", "ada", "--password-stdin"], b"\xff\xfe", "has to come on stdin"),
        (["--user", "ada", "--password-stdin"], b"x" * 5_000, "has to come on stdin"),
        (["--user", "\x1b[2J", "--password-stdin"], b"x", "A user name"),
        (["--password-stdin"], b"x", "say who, with --user"),
        (["--user", "ada"], b"x", "no terminal to ask on"),
        ([], b"x", "no terminal to ask on"),
    ],
)
def test_what_cannot_be_signed_in_with_is_not_sent(
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    said: Say,
    case: tuple[list[str], bytes, str],
) -> None:
    arguments, text, sentence = case
    accounts.add(paths, FINALS)
    service = Scripted()
    services(monkeypatch, service)
    piped(monkeypatch, text)
    assert run(["account", "sign-in", *arguments]) == exits.USAGE
    assert sentence in said()
    assert service.heard == []


@pytest.mark.parametrize("command", ["sign-in", "sign-out"])
def test_an_account_of_aws_credentials_has_no_sign_in(
    paths: Paths, said: Say, command: str
) -> None:
    accounts.add(paths, Account("finals", SITE.api_url, SITE.region))
    assert run(["account", command]) == exits.USAGE
    assert "no sign-in of its own" in said()


def test_signing_out_revokes_forgets_and_says_so(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    signed_in(paths)
    services(monkeypatch, Scripted(tokens()))
    assert run(["account", "sign-out"]) == exits.OK
    assert "revoked, and forgotten" in said()
    assert backend.entries == {}
    assert sign_in_of(paths).state is SignInState.NEEDED
    assert account_of(paths).user == "ada"
    assert run(["account", "sign-out"]) == exits.OK
    assert "Nothing of a sign-in" in said()


def test_signing_out_offline_forgets_and_says_what_was_not_done(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    signed_in(paths)
    services(monkeypatch, Scripted(refused(SignInFailure.UNREACHABLE)))
    assert run(["account", "sign-out"]) == exits.OK
    told = said()
    assert "forgotten here" in told
    assert "could not be revoked" in told
    assert backend.entries == {}


def test_no_secret_reaches_a_file_or_a_word(
    paths: Paths,
    backend: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("drtui.cli.hoisted._CHOSEN.debug", False)  # so that it is put back
    accounts.add(paths, FINALS)
    arguments = ["account", "sign-in", "--user", "ada", "--password-stdin", "--keep-password"]
    for script in (tokens("dr-admins"), refused(SignInFailure.WRONG_PASSWORD)):
        services(monkeypatch, Scripted(script))
        piped(monkeypatch, PASSWORD.encode())
        run([*arguments, "--debug"])
    services(monkeypatch, Scripted(tokens()))
    run(["account", "show", "--json"])
    run(["account", "sign-out", "--debug"])
    captured = capsys.readouterr()
    secrets = (PASSWORD, OTHER, TOKEN, "THE-SESSION")
    assert not [one for one in secrets if one in captured.out + captured.err]
    files = [each for each in paths.config.parent.rglob("*") if each.is_file()]
    assert {each.name for each in files} >= {"config.toml", "drtui.log", "finals.sqlite"}
    for each in files:
        assert not [one for one in secrets if one.encode() in each.read_bytes()], each
