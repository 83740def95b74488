"""Accounts and signing in from end to end: a site, a user pool, a keyring, and runs of drtui."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drtui.store.database import open_database
from drtui.store.sign_in import read_sign_in
from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment
from tests.e2e.terminal import finished, in_terminal
from tests.support.moto import RunningMoto
from tests.support.real import ADMIN, PASSWORD, RealDeployment, running_deployment

OTHER = "Battery-staple-8"


@pytest.fixture(scope="module")
def deployment(moto: RunningMoto) -> Iterator[RealDeployment]:
    with running_deployment(moto, racers=5) as running:
        yield running


@pytest.fixture
def real(deployment: RealDeployment) -> Iterator[RealDeployment]:
    yield deployment
    deployment.front.renewals = True
    deployment.network(up=True)


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def drtui(real: RealDeployment, tmp_path: Path, keyring_file: Path, forks: Forks) -> Drtui:
    """A command line without any account, on a host with a keyring."""
    home = tmp_path / "home"
    environment = clean_environment(home) | real.environment(keyring_file)
    return Drtui(home, environment, (PASSWORD, OTHER), forks)


def added(drtui: Drtui, real: RealDeployment, name: str = "finals") -> None:
    drtui("account", "add", name, "--site", real.site)


def signed_in(drtui: Drtui, user: str = ADMIN) -> str:
    """Sign in by a pipe; return what was said."""
    arguments = ("account", "sign-in", "--user", user, "--password-stdin")
    return drtui(*arguments, stdin=f"{PASSWORD}\n".encode()).err


def entries(keyring_file: Path) -> dict[str, dict[str, str]]:
    """What the keyring holds, without services that hold nothing any more."""
    found = json.loads(keyring_file.read_text()) if keyring_file.exists() else {}
    return {service: kept for service, kept in found.items() if kept}


def test_a_web_address_and_a_password_are_all_it_takes(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    added(drtui, real)
    said = signed_in(drtui)
    assert "as ada (admin)" in said
    kept = entries(keyring_file)["drtui account finals"]
    assert list(kept) == ["ada (refresh token)"]
    shown = drtui("account", "show", "--json").json()
    assert shown["site"] == real.site
    assert shown["sign_in"]["state"] == "signed in"
    assert (shown["user"], shown["sign_in"]["role"]) == ("ada", "admin")
    assert shown["version"].startswith("v1.")
    assert shown["aws_profile"] is None
    for path in drtui.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in real.secrets if one.encode() in content], path
    assert not [one for one in real.secrets if one in "".join(drtui.heard)]


def test_a_stack_is_found_by_its_outputs(
    drtui: Drtui, real: RealDeployment, moto: RunningMoto, tmp_path: Path
) -> None:
    pool = real.pool.site
    outputs = {
        "ApiEndpoint1A2B": "https://api.example.com/prod",
        "UserPoolUserPoolId3C": pool.user_pool_id,
        "UserPoolUserPoolClientId4D": pool.client_id,
        "UserPoolIdentityPoolId5E": pool.identity_pool_id,
        "WebsiteUrl6F": "https://races.example.com",
    }
    moto.make_stack("races", outputs)
    config = tmp_path / "aws-config"
    config.write_text(
        "[profile sponsor]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
    )
    env = {"AWS_ENDPOINT_URL": moto.url, "AWS_CONFIG_FILE": str(config)}
    options = ("--aws-profile", "sponsor", "--region", "us-east-1")
    drtui("account", "add", "finals", "--stack", "races", *options, env=env)
    shown = drtui("account", "show", "finals", "--json").json()
    assert shown["api_url"] == "https://api.example.com/prod"
    assert shown["user_pool_id"] == pool.user_pool_id
    assert (shown["aws_profile"], shown["aws_region"]) == ("sponsor", "us-east-1")
    assert shown["aws_missing"] == ""
    missing = drtui.sentence(
        *("account", "add", "other", "--stack", "nothing", *options), code=1, env=env
    )
    assert "There is no stack “nothing”" in missing
    unknown = ("account", "add", "other", "--stack", "races", "--aws-profile", "nobody")
    assert "nobody" in drtui.sentence(*unknown, code=1, env=env)
    assert [each["name"] for each in drtui("account", "list", "--json").json()] == ["finals"]


def test_what_is_no_deployment_is_one_sentence_and_leaves_nothing(
    drtui: Drtui, real: RealDeployment
) -> None:
    for address, code in (
        (f"{real.address}", 1),  # answers, and not with env.js
        ("http://127.0.0.1:9", 1),
        ("http://races.example.com", 2),
        ("https://ada:secret@races.example.com", 2),
    ):
        sentence = drtui.sentence("account", "add", "finals", "--site", address, code=code)
        assert "secret" not in sentence
    assert not (drtui.home / "config").exists()


def test_a_wrong_password_and_no_network_are_told_apart_and_change_nothing(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    added(drtui, real)
    arguments = ("account", "sign-in", "--user", ADMIN, "--password-stdin")
    assert "password" in drtui.sentence(*arguments, code=5, stdin=OTHER.encode())
    real.network(up=False)
    drtui.sentence(*arguments, code=1, stdin=PASSWORD.encode())
    assert entries(keyring_file) == {}
    assert drtui("account", "show", "--json").json()["user"] is None


def test_a_person_is_asked_for_a_password_and_a_new_one(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    real.pool.add_user("new", PASSWORD, permanent=False)
    added(drtui, real)
    with in_terminal(drtui, "account", "sign-in", "--keep-password") as child:
        child.expect("User name: ")
        child.sendline("new")
        child.expect("Password of new for “finals”: ")
        child.sendline(PASSWORD)
        child.expect("choose a new password")
        child.expect("New password: ")
        child.sendline(OTHER)
        child.expect("The new password again: ")
        child.sendline(OTHER + "x")
        child.expect("two different passwords")
        child.expect("New password: ")
        child.sendline(OTHER)
        child.expect("The new password again: ")
        child.sendline(OTHER)
        code, text = finished(child)
    assert code == 0
    assert "Signed in to “finals” as new (admin)." in text
    assert OTHER not in text  # nothing is echoed
    assert entries(keyring_file)["drtui account finals"]["new (password)"] == OTHER
    piped = ("account", "sign-in", "--password-stdin")
    drtui(*piped, stdin=OTHER.encode())
    assert "new (password)" not in entries(keyring_file)["drtui account finals"]


def test_a_person_is_asked_for_the_code_of_an_app_and_a_pipe_is_not(
    drtui: Drtui, real: RealDeployment
) -> None:
    real.pool.add_user("app", PASSWORD)
    real.pool.wants_codes("app", PASSWORD)
    added(drtui, real)
    piped = ("account", "sign-in", "--user", "app", "--password-stdin")
    assert "the code of an app" in drtui.sentence(*piped, code=5, stdin=PASSWORD.encode())
    with in_terminal(drtui, "account", "sign-in", "--user", "app") as child:
        child.expect("Password of app")
        child.sendline(PASSWORD)
        child.expect("Code that the app shows for app: ")
        child.sendline("123456")
        code, text = finished(child)
    assert code == 0
    assert "as app (admin)" in text


def test_ctrl_c_at_the_password_leaves_nothing(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    added(drtui, real)
    with in_terminal(drtui, "account", "sign-in", "--user", ADMIN) as child:
        child.expect("Password of ada")
        child.sendintr()
        code, text = finished(child)
    assert code == 130
    assert "Traceback" not in text
    assert entries(keyring_file) == {}


def test_without_a_keyring_a_sign_in_ends_with_its_command_and_says_so(
    drtui: Drtui, real: RealDeployment
) -> None:
    added(drtui, real)
    none = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    arguments = ("account", "sign-in", "--user", ADMIN, "--password-stdin")
    said = drtui(*arguments, code=5, stdin=PASSWORD.encode(), env=none).err
    assert "of ada (admin) is right, but the sign-in has ended again" in said
    assert said.count("keyring") == 1


def test_signing_out_revokes_online_and_forgets_offline(
    drtui: Drtui, real: RealDeployment, keyring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked: list[str] = []
    passed_on = real.front.answer

    def answer(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Revoke, which moto cannot do."""
        if headers.get("X-Amz-Target", "").endswith(".RevokeToken"):
            revoked.append(json.loads(body)["Token"])
            return 200, {"Content-Type": "application/x-amz-json-1.1"}, b"{}"
        return passed_on(method, path, headers, body)

    monkeypatch.setattr(real.front, "answer", answer)
    added(drtui, real)
    signed_in(drtui)
    (token,) = entries(keyring_file)["drtui account finals"].values()
    assert "revoked, and forgotten here" in drtui("account", "sign-out").err
    assert revoked == [token]
    assert entries(keyring_file) == {}
    assert drtui("account", "show", "--json").json()["sign_in"]["state"] == "needed"
    signed_in(drtui)
    real.network(up=False)
    assert "could not be revoked" in drtui("account", "sign-out").err
    assert entries(keyring_file) == {}


def test_on_the_second_morning_the_copy_is_shown_with_its_age_and_changes_are_queued(
    drtui: Drtui, real: RealDeployment
) -> None:
    added(drtui, real)
    signed_in(drtui)
    before = drtui("users", "list", "--json").json()
    until = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    real.front.renewals = False  # the refresh token has ended
    listed = drtui("users", "list", "--json", "--sync")
    assert listed.json() == before
    assert "sign in" in listed.err.lower()
    told = re.search(r"What follows is as of (\S+)\.", listed.err)
    assert told is not None
    assert before[0]["as_of"] <= told[1] <= until
    assert drtui("account", "show", "--json").json()["sign_in"]["state"] == "needed"
    racer = next(each["profile_id"] for each in before if each["role"] == "racer")
    queued = ("users", "set-quota", "--models", "19", "--profile", racer, "--yes")
    assert "1 queued and not delivered" in drtui(*queued, code=5).err
    real.network(up=False)
    listed = drtui("users", "list", "--json", "--sync")
    assert len(listed.json()) == len(before)
    assert "What follows is as of" in listed.err
    real.network(up=True)
    real.front.renewals = True
    assert drtui("account", "show", "--json").json()["undelivered"] == 1
    drtui("account", "rename", "finals", "spring")
    assert drtui("account", "show", "--json").json()["undelivered"] == 1
    said = drtui("account", "remove", "spring", code=2).err
    assert "1 change is not delivered" in said
    signed_in(drtui)
    drtui("sync")
    assert real.emulator.profiles()[racer]["maxModelCount"] == 19


def test_a_renamed_account_keeps_its_store_its_sign_in_and_its_place(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    added(drtui, real)
    signed_in(drtui)
    before = entries(keyring_file)["drtui account finals"]
    drtui("account", "rename", "finals", "spring")
    assert entries(keyring_file) == {"drtui account spring": before}
    database = open_database(drtui.home / "state" / "accounts" / "spring.sqlite")
    with database.read() as connection:
        assert read_sign_in(connection).user == ADMIN
    assert "in use" in drtui.sentence("account", "rename", "spring", "autumn", code=1)
    database.close()
    (row,) = drtui("account", "list", "--json").json()
    assert (row["name"], row["default"], row["user"]) == ("spring", True, ADMIN)


def test_a_removed_account_leaves_its_store_and_no_sign_in(
    drtui: Drtui, real: RealDeployment, keyring_file: Path
) -> None:
    added(drtui, real)
    signed_in(drtui)
    said = drtui("account", "remove", "finals", "--yes").err
    assert "The sign-in of ada is forgotten" in said
    assert entries(keyring_file) == {}
    assert (drtui.home / "state" / "accounts" / "finals.sqlite").exists()
    api = ("--api-url", "https://other.example/prod", "--region", "us-east-1")
    assert "of another deployment" in drtui.sentence("account", "add", "finals", *api, code=2)
    added(drtui, real)
