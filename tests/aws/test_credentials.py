"""Where credentials come from, how they are renewed, and that they are never told."""

import json
import logging
import sys
import traceback
from pathlib import Path

import pytest

from drtui.domain.failures import DeploymentError, FailureKind
from tests.aws.conftest import KEY, SECRET, TOKEN, OpenGateway
from tests.aws.scripted import ScriptedServer, answer

OWN = {"profile": {"profileId": "0MMTpNjJLKRXrZx", "alias": "ada"}}


def in_environment(monkeypatch: pytest.MonkeyPatch, token: str = TOKEN) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)


def set_up_process(tmp_path: Path, body: str) -> Path:
    """Let the AWS configuration name a program that prints credentials."""
    program = tmp_path / "provider.py"
    program.write_text(body)
    (tmp_path / "config").write_text(
        f"[default]\ncredential_process = {sys.executable} {program}\n"
    )
    return program


def not_signed_in(server: ScriptedServer, opened: OpenGateway) -> str:
    before = len(server.requests)
    with pytest.raises(DeploymentError) as caught:
        opened(server.url, None).own_profile()
    assert caught.value.kind is FailureKind.NOT_SIGNED_IN
    assert caught.value.status is None
    assert len(server.requests) == before
    assert not any(
        secret in "".join(traceback.format_exception(caught.value)) for secret in (SECRET, TOKEN)
    )
    return caught.value.message


def test_the_environment_signs_where_no_credentials_are_given(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment(monkeypatch)
    server.script(answer(OWN))
    opened(server.url, None).own_profile()
    (request,) = server.requests
    assert f"Credential={KEY}/" in request.headers["authorization"]
    assert request.headers["x-amz-security-token"] == TOKEN


def test_given_credentials_win_over_the_environment(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment(monkeypatch, token="another")
    monkeypatch.setenv("AWS_PROFILE", "gone")
    server.script(answer(OWN))
    opened(server.url).own_profile()
    assert server.requests[0].headers["x-amz-security-token"] == TOKEN


def test_no_credentials_are_told_with_what_to_do(
    server: ScriptedServer, opened: OpenGateway
) -> None:
    message = not_signed_in(server, opened)
    assert message.startswith("No AWS credentials were found: set AWS_ACCESS_KEY_ID")


def test_half_credentials_are_told(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    message = not_signed_in(server, opened)
    assert message == "The AWS credentials are incomplete: AWS_SECRET_ACCESS_KEY is missing."


def test_a_profile_that_is_not_there_is_named(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert not_signed_in(server, opened) == "There is no AWS profile “gone” on this machine."


def test_an_unreadable_configuration_is_named(
    server: ScriptedServer, opened: OpenGateway, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[default\nregion")
    assert not_signed_in(server, opened).endswith("cannot be read.")


def test_an_expired_sign_in_through_sso_is_told(
    server: ScriptedServer, opened: OpenGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config").write_text(
        "[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
        "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://abc.example.org/start\n"
    )
    assert "aws sso login" in not_signed_in(server, opened)


def test_a_failing_provider_is_told_without_its_words(
    server: ScriptedServer, opened: OpenGateway, tmp_path: Path
) -> None:
    set_up_process(tmp_path, f"import sys; sys.exit({SECRET!r})")
    assert "aws sts get-caller-identity" in not_signed_in(server, opened)


def test_credentials_that_no_header_can_carry_are_told_unseen(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment(monkeypatch, token=f"{TOKEN}\nx-evil: 1")
    assert "cannot be used" in not_signed_in(server, opened)


def test_credentials_that_appear_later_are_found_by_the_next_call(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = opened(server.url, None)
    with pytest.raises(DeploymentError, match="No AWS credentials"):
        gateway.own_profile()
    in_environment(monkeypatch, token="old")
    server.script(
        answer({}, status=403, x_amzn_errortype="ExpiredTokenException"),
        answer(OWN),
    )
    with pytest.raises(DeploymentError, match="has expired"):
        gateway.own_profile()
    monkeypatch.setenv("AWS_SESSION_TOKEN", "new")
    gateway.own_profile()
    tokens = [request.headers["x-amz-security-token"] for request in server.requests]
    assert tokens == ["old", "new"]


def test_a_profile_whose_keys_were_renewed_is_taken_up_by_the_next_call(
    server: ScriptedServer, opened: OpenGateway, tmp_path: Path
) -> None:
    def keep(token: str) -> None:
        (tmp_path / "credentials").write_text(
            f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
            f"aws_session_token = {token}\n"
        )

    keep("old")
    gateway = opened(server.url, None)
    server.script(
        answer({}, status=403, x_amzn_errortype="UnrecognizedClientException"), answer(OWN)
    )
    with pytest.raises(DeploymentError, match="does not know these AWS credentials"):
        gateway.own_profile()
    keep("new")
    gateway.own_profile()
    tokens = [request.headers["x-amz-security-token"] for request in server.requests]
    assert tokens == ["old", "new"]


def test_temporary_credentials_are_renewed_by_the_chain(
    server: ScriptedServer, opened: OpenGateway, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    program = set_up_process(
        tmp_path,
        "import datetime, json, pathlib\n"
        f"count = pathlib.Path({str(count)!r})\n"
        "number = int(count.read_text()) + 1\n"
        "count.write_text(str(number))\n"
        "soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=2)\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': f'KEY{number}', 'SecretAccessKey': 's',\n"
        "    'SessionToken': f't{number}', 'Expiration': soon.isoformat()}))\n",
    )
    server.script(answer(OWN), answer(OWN))
    gateway = opened(server.url, None)
    gateway.own_profile()
    gateway.own_profile()
    first, second = (int(r.headers["x-amz-security-token"][1:]) for r in server.requests)
    assert first < second
    program.write_text("raise SystemExit(1)")
    with pytest.raises(DeploymentError) as caught:
        gateway.own_profile()
    assert caught.value.kind is FailureKind.NOT_SIGNED_IN


def test_a_renewal_without_a_network_is_no_missing_sign_in(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    (tmp_path / "config").write_text(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
        f"[profile base]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    )
    with pytest.raises(DeploymentError) as caught:
        opened(server.url, None).own_profile()
    assert caught.value.kind is FailureKind.UNREACHABLE
    assert "renewed" in caught.value.message


def test_a_role_that_may_not_be_assumed_is_told(
    server: ScriptedServer, opened: OpenGateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with ScriptedServer() as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{sts.port}")
        sts.script(answer(b"<E><Error><Code>AccessDenied</Code></Error></E>", status=403))
        (tmp_path / "config").write_text(
            "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
            f"[profile base]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
        )
        message = not_signed_in(server, opened)
    assert "cannot be used" in message
    assert "123456789012" not in message


def test_debugging_everything_logs_no_secret(
    server: ScriptedServer, opened: OpenGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer(OWN), answer({}, status=403))
    gateway = opened(server.url)
    gateway.own_profile()
    with pytest.raises(DeploymentError):
        gateway.list_profiles()
    assert caplog.records
    told = caplog.text + json.dumps([str(record.args) for record in caplog.records])
    for secret in (KEY, SECRET, TOKEN):
        assert secret not in told
