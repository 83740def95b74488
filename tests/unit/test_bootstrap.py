"""The log is its owner's alone, says enough, and never ends a command."""

import errno
import io
import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

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
from drtui.commands.workspace import Workspace
from drtui.config import Account, Credentials, Paths, Settings, find_paths, load_settings
from drtui.config_file import edit_section
from drtui.domain.failures import DeploymentError
from drtui.domain.problems import InvalidInputError
from drtui.domain.signing_in import Secret, SignInState
from drtui.domain.sites import Site
from drtui.doors import open_sponsor, open_uploads
from drtui.keeping import Keeper
from drtui.store.database import Database
from drtui.store.sign_in import read_sign_in
from drtui.sync.assignment import Assignment
from drtui.sync.running import Runner
from tests.aws.scripted import ScriptedServer, answer


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
    with pytest.raises(DeploymentError, match="Nobody is signed in"):
        made.open_deployment().own_profile()
    with workspace.database.read() as connection:
        assert read_sign_in(connection).state is SignInState.NEEDED
    workspace.database.close()


def test_a_console_s_engine_has_the_account_of_the_configuration_and_closes_its_store(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = Assignment(str(paths.store("a")), "https://x.example/prod", "us-east-1")
    known = Account(
        "a", assignment.api_url, "us-east-1", aws_profile="hosts", aws_region="eu-west-1"
    )
    run, given, closed = bootstrap.runner, list[Account](), list[Database]()

    def watched(workspace: Workspace, account: Account, *others: Any) -> Runner:
        given.append(account)
        return run(workspace, account, *others)

    monkeypatch.setattr(bootstrap, "runner", watched)

    def close(database: Database) -> None:
        closed.append(database)

    monkeypatch.setattr(Database, "close", close)
    with bootstrap.assigned_runner(assignment, Settings(accounts={"a": known})) as runner:
        assert given == [known]
        assert closed == []
    assert closed == [runner.database]


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


def test_without_an_aws_profile_the_second_door_says_how_to_name_one() -> None:
    with pytest.raises(InvalidInputError, match="drtui account set finals --aws-profile P"):
        open_sponsor(FINALS, Settings())


def sponsored(region: str = "") -> Account:
    return replace(FINALS, aws_profile="sponsor", aws_region=region)


@pytest.mark.parametrize(
    ("account", "region"),
    [(sponsored(), "us-east-1"), (sponsored("eu-west-3"), "eu-west-3")],
)
def test_the_second_door_is_opened_by_the_profile_in_its_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: Account, region: str
) -> None:
    keys = tmp_path / "credentials"
    keys.write_text(
        "[default]\naws_access_key_id = WRONG\naws_secret_access_key = wrong\n"
        "[sponsor]\naws_access_key_id = OURS\naws_secret_access_key = ours\n"
    )
    with ScriptedServer() as server:
        server.script(answer({"AccountDetails": {}}))
        for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
        services = open_sponsor(account, Settings(user_agent="event/7"))
        assert server.requests == []
        services.mail.account()
        [request] = server.requests
    assert "Credential=OURS/" in request.headers["authorization"]
    assert f"/{region}/ses/" in request.headers["authorization"]
    assert request.headers["user-agent"] == "event/7"


def test_the_second_door_has_a_user_pool_where_the_site_names_one() -> None:
    assert open_sponsor(sponsored(), Settings()).user_pool is not None
    bare = Account("bare", SITE.api_url, SITE.region, aws_profile="sponsor")
    assert open_sponsor(bare, Settings()).user_pool is None


def test_the_models_bucket_is_known_by_its_name_or_by_the_stack() -> None:
    assert open_sponsor(sponsored(), Settings()).model_bucket is None
    named = replace(sponsored(), model_bucket="models-1")
    assert open_sponsor(named, Settings()).model_bucket is not None
    assert open_sponsor(replace(sponsored(), stack="races"), Settings()).model_bucket is not None
    assert open_sponsor(sponsored(), Settings()).training_jobs is not None


def test_uploads_go_where_the_site_says() -> None:
    site = replace(SITE, upload_bucket="uploads-1")
    uploads = open_uploads(replace(FINALS, site=site), Settings())
    assert uploads is not None
    assert uploads.name == "uploads-1"
    nowhere = replace(FINALS, site=replace(SITE, upload_bucket=None))
    assert open_uploads(nowhere, Settings()) is None
    assert open_uploads(replace(FINALS, site=None), Settings()) is None
