"""`drtui account` list, show, rename and remove, and what is named of an account later."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from drtui import accounts, config_file
from drtui.cli import account_sharing, exits, run
from drtui.config import Account, Credentials, Paths, load_settings
from drtui.domain.authors import Author
from drtui.domain.features import Feature
from drtui.domain.problems import ProblemError
from drtui.domain.records import Role
from drtui.domain.signing_in import SignInState
from drtui.files import write_privately
from drtui.model_folders import saving_folder
from drtui.store.database import open_database
from drtui.store.deployment_facts import write_found
from drtui.store.offline import go_offline
from drtui.store.sign_in import write_sign_in
from drtui.sync.lock import EngineLock
from tests.unit.cli.account_scenes import FINALS, SITE, account_of, services, sign_in_of, signed_in
from tests.unit.cli.conftest import Say
from tests.unit.commands.test_signing_in import TOKEN, Scripted, tokens
from tests.unit.test_keeping import MemoryKeyring

# Sharing


def test_who_shares_an_account_is_told_to_sign_in_only_where_somebody_does() -> None:
    assert "drtui account sign-in finals" in account_sharing._own_way_in(FINALS)
    keys = replace(FINALS, credentials=Credentials.AWS, site=None)
    assert "sign-in" not in account_sharing._own_way_in(keys)
    assert "AWS credentials of their own" in account_sharing._own_way_in(keys)


# Listing and showing


def test_the_list_says_who_signed_in_and_where(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    accounts.remember_user(paths, "finals", "ada")
    accounts.add(paths, Account("spring", "https://two.example/prod", "us-east-1"))
    assert run(["account", "list", "--json"]) == exits.OK
    first, second = json.loads(capsys.readouterr().out)
    assert (first["user"], first["site"], first["default"]) == ("ada", SITE.website, True)
    assert (second["user"], second["site"], second["aws_profile"]) == (None, None, None)
    assert run(["account", "list", "--csv"]) == exits.OK
    assert capsys.readouterr().out.splitlines()[0].startswith("name,api_url,region,")
    assert run(["account", "list"]) == exits.OK
    table = capsys.readouterr().out
    assert "https://races.example.com" in table
    assert "https://two.example/prod" in table


def test_an_account_is_shown_without_a_store_and_none_is_made(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    assert run(["account", "show"]) == exits.OK
    page = capsys.readouterr().out
    assert "finals (default)" in page
    assert "bulk invite: yes (by its version v1.3.1)" in page
    assert "none named" in page
    assert "not known: nothing has looked yet" in page
    assert not paths.store("finals").exists()


def test_an_account_shows_what_its_store_knows(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    database = open_database(paths.store("finals"))
    write_sign_in(database, SignInState.SIGNED_IN, "ada", Role.ADMIN)
    write_found(database, {Feature.BULK_INVITE: False, Feature.RESEND_INVITE: None})
    database.close()
    assert run(["account", "show", "finals", "--json"]) == exits.OK
    shown = json.loads(capsys.readouterr().out)
    assert shown["features"]["bulk invite"]["has"] is False
    assert shown["features"]["bulk invite"]["why"].startswith("found out")
    features = shown["features"]
    assert features["resend invite"]["has"] is None
    assert features["resend invite"]["why"].startswith("asked in vain, ")
    assert features["all models in one call"] == {"has": None, "why": "nothing has asked yet"}
    assert shown["sign_in"]["user"] == "ada"
    assert shown["sign_in"]["since"] is not None
    assert shown["undelivered"] == 0
    assert shown["store_trouble"] == ""
    assert "missing" in shown["aws_missing"]
    assert run(["account", "show", "finals"]) == exits.OK
    page = capsys.readouterr().out
    assert "signed in as ada (admin), since " in page
    assert "bulk invite: no (found out, " in page


@pytest.mark.parametrize(
    ("version", "has", "why"),
    [
        ("v1.2.5", False, "by its version"),
        ("v9.0.0", True, "by its version"),
        (None, None, "its version is not known"),
        ("latest", None, "its version tells nothing"),
    ],
)
def test_what_a_deployment_can_do_is_shown_with_the_reason(
    paths: Paths,
    capsys: pytest.CaptureFixture[str],
    version: str | None,
    has: bool | None,
    why: str,
) -> None:
    accounts.add(paths, replace(FINALS, site=replace(SITE, version=version)))
    run(["account", "show", "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert {each["has"] for each in shown["features"].values()} == {has}
    assert all(each["why"].startswith(why) for each in shown["features"].values())


def test_a_store_that_cannot_be_read_is_told_and_the_rest_is_shown(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    paths.store("finals").parent.mkdir(parents=True)
    paths.store("finals").write_bytes(b"not a store, " * 100)
    assert run(["account", "show", "--json"]) == exits.OK
    shown = json.loads(capsys.readouterr().out)
    assert "does not begin as a drtui store does" in shown["store_trouble"]
    assert shown["undelivered"] is None
    assert shown["api_url"] == SITE.api_url


# The AWS profile


def test_an_aws_profile_is_named_later_changed_and_taken_away(
    paths: Paths, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    steps = [
        (["--aws-profile", "sponsor"], ("sponsor", ""), "“sponsor”, region eu-west-1"),
        (["--region", "us-east-1"], ("sponsor", "us-east-1"), "“sponsor”, region us-east-1"),
        (["--aws-profile", "other"], ("other", "us-east-1"), "“other”, region us-east-1"),
        (["--no-aws-profile"], ("", ""), "names no AWS profile any more"),
    ]
    for options, expected, sentence in steps:
        assert run(["account", "set", "finals", *options]) == exits.OK
        assert sentence in said()
        there = account_of(paths)
        assert (there.aws_profile, there.aws_region) == expected
        assert run(["account", "show", "finals"]) == exits.OK
        shown = "none named" if not expected[0] else f"{expected[0]}, region"
        assert shown in capsys.readouterr().out
    assert account_of(paths) == FINALS


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Say what to set"),
        (["--region", "eu-west-1"], "--region goes with --aws-profile"),
        (["--aws-profile", " "], "--no-aws-profile names none"),
        (["--aws-profile", "a\x1b[2J"], "printable text"),
        (["--aws-profile", "p", "--region", "Frankfurt"], "like eu-west-1"),
        (["--aws-profile", "p", "--no-aws-profile"], "no other option"),
        (["--model-bucket", "models-1", "--region", "BAD"], "--region goes with --aws-profile"),
        (["--upload-bucket", "in-1", "--aws-profile", "p", "--region", "BAD"], "like eu-west-1"),
        (["--model-bucket", "models-1", "--aws-profile", " "], "--no-aws-profile names none"),
        (["--model-bucket", "m-1", "--region", "x", "--no-aws-profile"], "no other option"),
        (["--aws-profile", "p", "--model-bucket", "No_Bucket"], "small letters"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(
    paths: Paths, said: Say, options: list[str], sentence: str
) -> None:
    accounts.add(paths, FINALS)
    before = paths.config_file.read_bytes()
    assert run(["account", "set", "finals", *options]) == exits.USAGE
    assert sentence in said()
    assert paths.config_file.read_bytes() == before
    assert run(["account", "set", "spring", "--no-aws-profile"]) == exits.USAGE


# Renaming and removing


def test_a_renamed_account_is_signed_in_still(
    paths: Paths, backend: MemoryKeyring, said: Say
) -> None:
    signed_in(paths)
    assert run(["account", "rename", "finals", "spring"]) == exits.OK
    assert said() == "“finals” is called “spring” now.\n"
    assert account_of(paths, "spring").user == "ada"
    assert backend.entries == {("drtui account spring", "ada (refresh token)"): TOKEN}
    assert not paths.store("finals").exists()


def test_renaming_what_is_not_there_is_refused(paths: Paths, said: Say) -> None:
    assert run(["account", "rename", "finals", "spring"]) == exits.USAGE
    assert "There is no account" in said()


def test_removing_forgets_the_sign_in_and_says_so(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    signed_in(paths)
    services(monkeypatch, Scripted(tokens()))
    assert run(["account", "remove", "finals"]) == exits.USAGE  # nobody to ask
    assert backend.entries
    assert run(["account", "remove", "finals", "--yes"]) == exits.OK
    assert "The sign-in of ada is forgotten and revoked." in said()
    assert backend.entries == {}
    assert load_settings(paths, {}).accounts == {}
    assert paths.store("finals").exists()
    assert sign_in_of(paths).state is SignInState.NEEDED


def test_removing_while_offline_on_purpose_calls_nobody_and_says_so(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    signed_in(paths)
    database = open_database(paths.store("finals"))
    go_offline(database, Author("bo"))
    database.close()
    service = Scripted(tokens())
    monkeypatch.setattr("drtui.aws.sign_in.CognitoSignIn", lambda *_, **__: service)
    questions: list[str] = []
    monkeypatch.setattr(
        "drtui.cli.accounts.confirm", lambda _, question: questions.append(question)
    )
    assert run(["account", "remove", "finals"]) == exits.OK
    assert "The sign-in of ada is forgotten, but not revoked." in questions[0]
    told = said()
    assert "could not be revoked" in told
    assert "Offline on purpose, by bo" in told
    assert "To end it sooner, have ada signed out everywhere" in told
    assert service.heard == []
    assert backend.entries == {}


def test_removing_with_a_store_that_cannot_be_read_calls_nobody_either(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    signed_in(paths)
    paths.store("finals").write_bytes(b"no store" * 1000)
    service = Scripted(tokens())
    monkeypatch.setattr("drtui.aws.sign_in.CognitoSignIn", lambda *_, **__: service)
    assert run(["account", "remove", "finals", "--yes"]) == exits.OK
    told = said()
    assert "The sign-in of ada is forgotten." in told
    assert "could not be revoked, and ends by itself within a day: The store cannot" in told
    assert service.heard == []
    assert backend.entries == {}
    assert load_settings(paths, {}).accounts == {}


def test_removing_takes_archives_away_that_were_on_their_way_to_a_bucket(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, said: Say
) -> None:
    accounts.add(paths, FINALS)
    folder = saving_folder(paths.store("finals")) / "mark"
    folder.mkdir(parents=True)
    for name in ("ada_fast.tar.gz.part", "ada_fast.tar.gz.part.etag", "ada_slow.tar.gz"):
        (folder / name).write_text("x")
    (folder / "drtui-manifest.json").write_text("{}")
    lock = EngineLock(paths.store("finals"))
    assert lock.try_acquire()
    assert run(["account", "remove", "finals", "--yes"]) == exits.OK
    assert "Another drtui still saves archives" in said()
    assert len(list(folder.iterdir())) == 4
    lock.release()
    accounts.add(paths, FINALS)
    assert run(["account", "remove", "finals", "--yes"]) == exits.OK
    assert [each.name for each in folder.iterdir()] == ["drtui-manifest.json"]


def test_a_configuration_that_cannot_be_written_leaves_the_sign_in(
    paths: Paths, backend: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(paths)
    services(monkeypatch, Scripted(tokens()))

    def read_only(paths: Paths, name: str) -> None:
        raise ProblemError("The configuration cannot be written.")

    monkeypatch.setattr(accounts, "remove", read_only)
    assert run(["account", "remove", "finals", "--yes"]) == exits.PROBLEM
    assert backend.entries


def test_a_blank_name_is_not_the_default_account_s(paths: Paths) -> None:
    accounts.add(paths, FINALS)
    assert run(["account", "default", ""]) == exits.USAGE


def test_removing_the_default_of_several_says_so(paths: Paths, said: Say) -> None:
    for name in ("one", "two", "three"):
        accounts.add(paths, Account(name, "https://one.example/prod", "eu-west-1"))
    accounts.make_default(paths, "one")
    assert run(["account", "remove", "two", "--yes"]) == exits.OK
    assert "default" not in said()
    accounts.add(paths, Account("two", "https://one.example/prod", "eu-west-1"))
    assert run(["account", "remove", "one", "--yes"]) == exits.OK
    assert "drtui account default NAME" in said()


@pytest.mark.parametrize(
    ("key", "code"), [(KeyboardInterrupt, exits.INTERRUPTED), (EOFError, exits.USAGE)]
)
def test_ctrl_c_at_a_question_is_an_interruption_and_ctrl_d_no_answer(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, key: type[BaseException], code: int
) -> None:
    accounts.add(paths, FINALS)
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]  # as much as is asked of it
    monkeypatch.setattr("sys.stdin", terminal)

    def pressed(*_: object, **__: object) -> str:
        raise key

    monkeypatch.setattr("typer._click.termui.visible_prompt_func", pressed)
    assert run(["account", "remove", "finals"]) == code
    assert "finals" in load_settings(paths, {}).accounts


def test_the_bucket_of_the_models_is_named_and_taken_away(
    paths: Paths, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    assert run(["account", "set", "finals", "--model-bucket", "models-1"]) == exits.OK
    assert "names the bucket “models-1”" in said()
    assert account_of(paths).model_bucket == "models-1"
    assert run(["account", "show", "finals"]) == exits.OK
    assert "models-1" in capsys.readouterr().out
    assert run(["account", "set", "finals", "--model-bucket", "No_Bucket"]) == exits.USAGE
    assert account_of(paths).model_bucket == "models-1"
    assert run(["account", "set", "finals", "--model-bucket", ""]) == exits.OK
    assert account_of(paths) == FINALS


def test_all_of_it_is_named_in_one_go_or_nothing(
    paths: Paths, said: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(paths, FINALS)
    written: list[Account] = []

    def write(path: Path, text: str) -> None:
        write_privately(path, text)
        written.append(account_of(paths))

    monkeypatch.setattr(config_file, "write_privately", write)
    buckets = ["--model-bucket", "models-1", "--upload-bucket", "incoming-1"]
    named = [*buckets, "--aws-profile", "sponsor", "--region", "us-east-1"]
    assert run(["account", "set", "finals", *named]) == exits.OK
    told = said()
    assert "“models-1” for its models" in told
    assert "“sponsor”, region us-east-1" in told
    (there,) = written
    assert (there.model_bucket, there.uploads) == ("models-1", "incoming-1")
    assert (there.aws_profile, there.aws_region) == ("sponsor", "us-east-1")
    nothing = ["--model-bucket", "", "--upload-bucket", "", "--no-aws-profile"]
    assert run(["account", "set", "finals", *nothing]) == exits.OK
    assert written[1:] == [FINALS]


def test_the_bucket_of_imports_is_named_and_taken_away(
    paths: Paths, said: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.add(paths, FINALS)
    assert account_of(paths).uploads == ""
    assert run(["account", "set", "finals", "--upload-bucket", "incoming-1"]) == exits.OK
    assert "names the bucket “incoming-1” for models to be imported" in said()
    assert account_of(paths).uploads == "incoming-1"
    assert run(["account", "show", "finals"]) == exits.OK
    assert "incoming-1" in capsys.readouterr().out
    both = ["--model-bucket", "models-1", "--upload-bucket", "No_Bucket"]
    assert run(["account", "set", "finals", *both]) == exits.USAGE
    assert account_of(paths).model_bucket == ""
    assert run(["account", "set", "finals", "--upload-bucket", ""]) == exits.OK
    assert account_of(paths) == FINALS
