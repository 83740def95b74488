"""The log is its owner's alone, says enough, and never ends a command."""

import errno
import io
import logging
import stat
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from drtui import accounts, bootstrap
from drtui.bootstrap import (
    LogProblemError,
    open_deployment,
    open_workspace,
    runner,
    set_up_logging,
    system_user,
)
from drtui.config import Account, Credentials, Paths, Settings, find_paths, load_settings
from drtui.config_file import edit_section
from drtui.domain.failures import DeploymentError
from drtui.domain.problems import InvalidInputError
from drtui.domain.signing_in import Secret, SignInState
from drtui.domain.sites import Site
from drtui.keeping import Keeper
from drtui.store.sign_in import read_sign_in


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[Paths]:
    before = logging.getLogger().handlers[:]
    yield find_paths({"DRTUI_HOME": str(tmp_path)})
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()


def test_the_log_takes_our_news_and_others_warnings(paths: Paths) -> None:
    set_up_logging(paths)
    logging.getLogger("drtui.sync").info("ours")
    logging.getLogger("somebody.else").warning("theirs")
    logging.getLogger("somebody.else").info("chatter")
    text = paths.log_file.read_text()
    assert "ours" in text
    assert "theirs" in text
    assert "chatter" not in text


def test_setting_it_up_again_writes_no_line_twice(paths: Paths) -> None:
    set_up_logging(paths)
    set_up_logging(paths)
    logging.getLogger("drtui.sync").info("once")
    assert paths.log_file.read_text().count("once") == 1


def test_the_log_stays_private_when_it_is_rotated(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_LOG_BYTES", 200)
    set_up_logging(paths)
    for number in range(20):
        logging.getLogger("drtui.sync").info("line %d", number)
    logs = sorted(paths.logs.iterdir())
    assert len(logs) == 3
    assert {stat.S_IMODE(log.stat().st_mode) for log in logs} == {0o600}


def test_a_full_disk_ends_nothing_and_says_nothing(
    paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    set_up_logging(paths)
    log = next(one for one in logging.getLogger().handlers if isinstance(one, RotatingFileHandler))
    with monkeypatch.context() as patched:
        patched.setattr(log, "stream", Full())
        logging.getLogger("drtui.sync").info("lost")
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder would be")
    with pytest.raises(LogProblemError, match="DRTUI_HOME"):
        set_up_logging(find_paths({"DRTUI_HOME": str(tmp_path)}))


def test_an_address_that_cannot_be_used_is_what_was_typed_wrongly() -> None:
    with pytest.raises(InvalidInputError, match="https://"):
        open_deployment(Account("a", "ftp://x/prod", "us-east-1"), Settings())


def test_somebody_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_number: int) -> None:
        raise KeyError

    monkeypatch.setattr("drtui.bootstrap.pwd.getpwuid", unknown)
    monkeypatch.setattr("drtui.bootstrap.os.getuid", lambda: 4711)
    assert system_user() == "4711"


SITE = Site(
    *("https://api.example.com/prod", "us-east-1_AbC", "client1", "us-east-1:ab-cd", "us-east-1")
)
FINALS = Account("finals", SITE.api_url, SITE.region, Credentials.SIGN_IN, SITE, user="ada")


def test_an_account_without_a_sign_in_says_that_it_needs_none(paths: Paths) -> None:
    workspace = open_workspace("event", paths, Settings())
    made = runner(workspace, Account("event", "https://x.example/prod", "us-east-1"), Settings())
    made.open_deployment()
    with workspace.database.read() as connection:
        assert read_sign_in(connection).state is SignInState.NOT_NEEDED
    assert made.signer is None
    workspace.database.close()


def test_an_account_with_a_sign_in_is_asked_for_one(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRTUI_HOME", str(paths.config.parent))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    workspace = open_workspace("finals", paths, Settings())
    made = runner(workspace, FINALS, Settings())
    with pytest.raises(DeploymentError, match="use “drtui account sign-in”"):
        made.open_deployment().own_profile()
    with workspace.database.read() as connection:
        assert read_sign_in(connection).state is SignInState.NEEDED
    workspace.database.close()


def test_who_signed_in_last_is_read_anew(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def find(_: Keeper, account: str, user: str, _secret: Secret) -> None:
        asked.append((account, user))

    monkeypatch.setenv("DRTUI_HOME", str(paths.config.parent))
    monkeypatch.setattr(Keeper, "find", find)
    accounts.add(paths, FINALS)
    workspace = open_workspace("finals", paths, Settings())
    signer = runner(workspace, FINALS, Settings()).signer
    assert signer is not None
    signer.look_up()
    accounts.remember_user(paths, "finals", "bob")
    signer.look_up()
    assert load_settings(paths).accounts["finals"].user == "bob"
    edit_section(paths.config_file, "accounts", lambda table: table.pop("finals"))
    signer.look_up()
    paths.config_file.write_text("not = [valid")
    signer.look_up()
    assert list(dict.fromkeys(asked)) == [("finals", "ada"), ("finals", "bob")]
    assert asked[-1] == ("finals", "ada")
    workspace.database.close()
