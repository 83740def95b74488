"""Which AWS credentials a service would find: never those of the shell that installs it."""

from pathlib import Path

import pytest

from drtui.aws.lasting import found_credentials

_KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell with keys of its own, and an AWS configuration that is empty."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHESHELL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-shell")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def test_keys_of_the_shell_are_none() -> None:
    assert found_credentials() == ("", False)


def test_keys_of_a_profile_are_found_and_whether_they_are_temporary(home: Path) -> None:
    file = home / "credentials"
    file.write_text(f"[default]\n{_KEYS}", encoding="utf-8")
    assert found_credentials() == ("shared-credentials-file", False)
    file.write_text(f"[default]\n{_KEYS}aws_session_token = token\n", encoding="utf-8")
    assert found_credentials() == ("shared-credentials-file", True)


def test_the_profile_that_the_shell_names_is_looked_at(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "credentials").write_text(f"[event]\n{_KEYS}", encoding="utf-8")
    assert found_credentials() == ("", False)
    monkeypatch.setenv("AWS_PROFILE", "event")
    assert found_credentials() == ("shared-credentials-file", False)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert found_credentials() == ("", False)


def test_a_configuration_that_cannot_be_read_gives_none(home: Path) -> None:
    (home / "config").write_text("this is no configuration", encoding="utf-8")
    assert found_credentials() == ("", False)
