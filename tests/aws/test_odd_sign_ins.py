"""Sign-ins that are answered oddly, or not at all, and clocks that are off."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from drtui.aws.sessions import Timeouts
from drtui.aws.sign_in import CognitoSignIn
from drtui.domain.signing_in import (
    Challenge,
    ChallengeKind,
    SignInError,
    SignInFailure,
    Tokens,
    clock_notice,
)
from drtui.domain.sites import Site
from tests.aws.scripted import End, ScriptedServer, Step, answer
from tests.support.tls import server_tls

SITE = Site(
    "https://api.example.com/prod", "us-east-1_Aa1", "1client", "us-east-1:0-0", "us-east-1"
)
PASSWORD = "Correct-horse-7"
SECRETS = (PASSWORD, "THE-ID-TOKEN", "THE-REFRESH-TOKEN", "THE-SESSION-", "THE-SECRET-KEY")
PAGE = b"<!doctype html><html><title>Welcome to the venue</title></html>"
COMPLETE = {
    "AuthenticationResult": {"IdToken": "THE-ID-TOKEN", "RefreshToken": "THE-REFRESH-TOKEN"}
}
MISPLACED = {"AuthenticationResult": {"IdToken": ["THE-ID-TOKEN"]}}


def keys_ending(moment: datetime) -> dict[str, object]:
    return {
        "IdentityId": "us-east-1:1",
        "Credentials": {
            "AccessKeyId": "ASIAEXAMPLE",
            "SecretKey": "THE-SECRET-KEY",
            "SessionToken": "THE-SESSION-TOKEN",
            "Expiration": moment.timestamp(),
        },
    }


def dated(body: object, moment: datetime) -> Step:
    return answer(body, date=format_datetime(moment, usegmt=True))


@pytest.fixture
def service(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> CognitoSignIn:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    waits = Timeouts(connect=5.0, read=0.5)
    return CognitoSignIn(SITE, user_agent="drtui-tests/1", timeouts=waits)


def failure(service: CognitoSignIn) -> SignInError:
    with pytest.raises(SignInError) as raised:
        service.with_password("ada", PASSWORD)
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert not [secret for secret in SECRETS if secret in f"{error} {error!r}"]
    return error


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([], "nog is in no group of the deployment, and so has no rights there"),
        (
            ["dr-commentator"],
            "nog is in no group that the deployment gives rights to (only in dr-commentator)",
        ),
    ],
)
def test_who_gets_no_keys_is_told_of_the_groups_and_to_ask_an_admin(
    service: CognitoSignIn, server: ScriptedServer, groups: list[str], said: str
) -> None:
    claims = {"sub": "1", "cognito:username": "nog", "cognito:groups": groups}
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    refused = {"__type": "InvalidIdentityPoolConfigurationException", "message": "No role"}
    server.script(answer({"IdentityId": "us-east-1:1"}), answer(refused, status=400))
    with pytest.raises(SignInError) as raised:
        service.keys_for(f"x.{part}.y")
    assert raised.value.kind is SignInFailure.NO_RIGHTS
    assert str(raised.value) == f"{said}: ask an admin of it to add nog to one."


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (answer(PAGE, content_type="text/html"), SignInFailure.UNAVAILABLE),
        (answer(PAGE, status=511, content_type="text/html"), SignInFailure.UNREACHABLE),
        (answer(PAGE, status=403, content_type="text/html"), SignInFailure.REFUSED),
        (answer(b""), SignInFailure.UNAVAILABLE),
        (answer([]), SignInFailure.UNAVAILABLE),
        (answer({}), SignInFailure.UNAVAILABLE),
        (answer(MISPLACED), SignInFailure.UNAVAILABLE),
        (answer(b"\xff\xfe", status=400), SignInFailure.UNAVAILABLE),
        (answer({"ChallengeName": "SOFTWARE_TOKEN_MFA"}), SignInFailure.UNAVAILABLE),
        (answer({"ChallengeName": "SMS_MFA", "Session": "s"}), SignInFailure.UNKNOWN_CHALLENGE),
        (answer({"message": "Rate exceeded"}, status=429), SignInFailure.TOO_MANY_ATTEMPTS),
        (answer({}, status=500), SignInFailure.UNAVAILABLE),
        (Step(b"", End.CLOSE), SignInFailure.UNAVAILABLE),
        (Step(b"", End.RESET), SignInFailure.UNAVAILABLE),
        (Step(b"", End.HANG), SignInFailure.UNAVAILABLE),
    ],
)
def test_whatever_is_answered_is_one_sentence_without_a_secret(
    server: ScriptedServer, service: CognitoSignIn, step: Step, kind: SignInFailure
) -> None:
    server.script(step)
    error = failure(service)
    assert error.kind is kind
    assert str(error).endswith(".")
    assert len(server.requests) == 1


def test_nothing_is_signed_and_nothing_but_the_sign_in_is_sent(
    server: ScriptedServer, service: CognitoSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ghost")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFSOMEBODYELSE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    server.script(answer(COMPLETE))
    assert isinstance(service.with_password("ada", PASSWORD), Tokens)
    [request] = server.requests
    assert "authorization" not in request.headers
    assert request.headers["user-agent"] == "drtui-tests/1"


def test_aws_out_of_reach_is_told_as_such(
    service: CognitoSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{gone.port}")
    assert failure(service).kind is SignInFailure.UNREACHABLE


def test_a_certificate_that_is_not_trusted_never_sees_the_password(
    service: CognitoSignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tls, _ = server_tls(tmp_path)
    with ScriptedServer(tls=tls) as impostor:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{impostor.port}")
        error = failure(service)
        assert error.kind is SignInFailure.UNREACHABLE
        assert "not to be trusted" in str(error)
        assert impostor.requests == []


def test_no_password_goes_to_an_endpoint_without_tls(
    service: CognitoSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example.com")
    assert "begins with https://" in str(failure(service))


def test_settings_that_botocore_refuses_are_not_blamed_on_the_answer(
    service: CognitoSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", " ")
    error = failure(service)
    assert error.kind is SignInFailure.REFUSED
    assert "check AWS_CA_BUNDLE" in str(error)


def test_a_challenge_is_answered_under_the_pool_s_own_name(
    server: ScriptedServer, service: CognitoSignIn
) -> None:
    asked = {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "THE-SESSION-OF-THE-CHALLENGE",
        "ChallengeParameters": {"USER_ID_FOR_SRP": "1-2-3", "requiredAttributes": "[]"},
    }
    server.script(answer(asked), answer(COMPLETE))
    challenge = service.with_password("ada@example.com", PASSWORD)
    assert challenge == Challenge(
        ChallengeKind.NEW_PASSWORD, "1-2-3", "THE-SESSION-OF-THE-CHALLENGE"
    )
    assert isinstance(challenge, Challenge)
    service.answer(challenge, "Battery-staple-8")
    sent = json.loads(server.requests[1].body)
    assert sent["ChallengeResponses"] == {"USERNAME": "1-2-3", "NEW_PASSWORD": "Battery-staple-8"}


@pytest.mark.parametrize("required", ['["userAttributes.name"]', "odd"])
def test_a_first_sign_in_that_asks_for_attributes_is_left_to_the_web_site(
    server: ScriptedServer, service: CognitoSignIn, required: str
) -> None:
    asked = {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "THE-SESSION-OF-THE-CHALLENGE",
        "ChallengeParameters": {"requiredAttributes": required},
    }
    server.script(answer(asked))
    assert failure(service).kind is SignInFailure.UNKNOWN_CHALLENGE


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_is_seen_in_the_answer(
    server: ScriptedServer, service: CognitoSignIn, minutes: int
) -> None:
    server.script(dated(COMPLETE, datetime.now(UTC) - timedelta(minutes=minutes)))
    tokens = service.with_password("ada", PASSWORD)
    assert isinstance(tokens, Tokens)
    side = "ahead of" if minutes > 0 else "behind"
    assert f"10 minutes {side}" in clock_notice(tokens.clock_ahead)


def test_keys_end_by_this_machine_s_clock_however_far_it_is_off(
    server: ScriptedServer, service: CognitoSignIn
) -> None:
    theirs = datetime.now(UTC) - timedelta(hours=2)
    body = keys_ending(theirs + timedelta(hours=1))
    server.script(dated(body, theirs), dated(body, theirs))
    left = service.keys_for("THE-ID-TOKEN").expires_at - datetime.now(UTC)
    assert timedelta(minutes=58) < left < timedelta(minutes=61)


@pytest.mark.parametrize(
    "changes", [{"Credentials": {}}, {"Credentials": None}, {"IdentityId": None}]
)
def test_keys_that_are_not_whole_are_not_believed(
    server: ScriptedServer, service: CognitoSignIn, changes: dict[str, object]
) -> None:
    body = keys_ending(datetime.now(UTC)) | changes
    server.script(answer(body), answer(body))
    with pytest.raises(SignInError) as raised:
        service.keys_for("THE-ID-TOKEN")
    assert raised.value.kind is SignInFailure.UNAVAILABLE


def test_no_log_holds_a_secret_even_while_debugging(
    server: ScriptedServer, service: CognitoSignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = keys_ending(datetime.now(UTC) + timedelta(hours=1))
    server.script(answer(COMPLETE), answer(body), answer(body), answer(COMPLETE), answer({}))
    service.with_password("ada", PASSWORD)
    service.keys_for("THE-ID-TOKEN")
    service.refresh("THE-REFRESH-TOKEN")
    service.revoke("THE-REFRESH-TOKEN")
    assert len(server.requests) == 5
    assert not [secret for secret in SECRETS if secret in caplog.text]
