"""Accounts come and go in the configuration, and the rest of it stays as its owner wrote it."""

import os
import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from drtui import accounts
from drtui.config import Account, ConfigProblemError, Paths, Settings, find_paths, load_settings
from drtui.domain.problems import InvalidInputError

FINALS = Account("finals", "https://one.example/prod", "eu-west-1")
SPRING = Account("spring", "https://two.example/prod", "us-east-1")

OWNERS = """\
# My events. Do not touch.
[sync]
concurrency = 4   # the venue's line is thin

[accounts.finals]   # the big one
api_url = "https://one.example/prod"
region = "eu-west-1"
credentials = "aws"
default = true
note = "mine"

# rates as agreed
[spending]
hour_usd = 1.5
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"DRTUI_HOME": str(tmp_path)})


def written(paths: Paths, text: str) -> None:
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(text, encoding="utf-8")


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_the_first_account_becomes_the_default_and_the_next_does_not(paths: Paths) -> None:
    accounts.add(paths, FINALS)
    accounts.add(paths, SPRING)
    settings = load_settings(paths, {})
    assert settings.accounts == {"finals": FINALS, "spring": SPRING}
    assert settings.default_account == "finals"


def test_the_file_and_its_folder_are_for_their_owner_alone(paths: Paths) -> None:
    before = os.umask(0)
    try:
        accounts.add(paths, FINALS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.config.stat().st_mode) == 0o700
    assert [each.name for each in paths.config.iterdir()] == ["config.toml"]


def test_comments_settings_and_unknown_keys_of_the_owner_stay(paths: Paths) -> None:
    written(paths, OWNERS)
    accounts.add(paths, SPRING)
    accounts.make_default(paths, "spring")
    text = paths.config_file.read_text()
    assert comments(text) == comments(OWNERS)
    document = tomllib.loads(text)
    assert document["sync"] == {"concurrency": 4}
    assert document["spending"] == {"hour_usd": 1.5}
    assert document["accounts"]["finals"]["note"] == "mine"
    assert load_settings(paths, {}).default_account == "spring"


def test_an_account_added_and_removed_leaves_every_line_as_it_was(paths: Paths) -> None:
    written(paths, OWNERS)
    accounts.add(paths, SPRING)
    accounts.remove(paths, "spring")
    assert lines(paths.config_file.read_text()) == lines(OWNERS)


def test_removing_one_account_touches_no_other(paths: Paths) -> None:
    accounts.add(paths, FINALS)
    accounts.add(paths, SPRING)
    accounts.remove(paths, "finals")
    settings = load_settings(paths, {})
    assert settings.accounts == {"spring": SPRING}
    assert settings.default_account == "spring"


def test_one_account_at_a_time_is_the_default(paths: Paths) -> None:
    accounts.add(paths, FINALS)
    accounts.add(paths, SPRING)
    accounts.make_default(paths, "spring")
    document = tomllib.loads(paths.config_file.read_text())
    marked = [name for name, table in document["accounts"].items() if table.get("default")]
    assert marked == ["spring"]


def test_a_renamed_account_keeps_what_its_owner_wrote_and_whether_it_is_the_default(
    paths: Paths,
) -> None:
    written(paths, OWNERS)
    accounts.rename(paths, "finals", "spring")
    text = paths.config_file.read_text()
    assert comments(text) == comments(OWNERS)
    assert lines(text) == lines(OWNERS.replace("[accounts.finals]", "[accounts.spring]"))
    assert load_settings(paths, {}).default_account == "spring"


@pytest.mark.parametrize("name", ["spring", "Spring", "demo", "a/b"])
def test_an_account_is_not_renamed_to_what_is_taken_or_cannot_be(paths: Paths, name: str) -> None:
    accounts.add(paths, FINALS)
    accounts.add(paths, SPRING)
    before = paths.config_file.read_text()
    with pytest.raises(InvalidInputError):
        accounts.rename(paths, "finals", name)
    assert paths.config_file.read_text() == before


@pytest.mark.parametrize("user", ["ada@example.com", 'a"d\\a', "車手"])
def test_who_signed_in_last_is_remembered_and_nothing_else_changes(paths: Paths, user: str) -> None:
    written(paths, OWNERS)
    for each in ("somebody", user, user):
        accounts.remember_user(paths, "finals", each)
    settings = load_settings(paths, {})
    assert settings.accounts == {"finals": replace(FINALS, user=user)}
    assert comments(paths.config_file.read_text()) == comments(OWNERS)


@pytest.mark.parametrize("name", ["demo", "DEMO", "", "a/b", "..", "x" * 41, "a b", "a\x1b[2J"])
def test_a_name_that_cannot_be_a_store_s_is_refused(paths: Paths, name: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be an account's name") as caught:
        accounts.add(paths, Account(name, "https://one.example/prod", "eu-west-1"))
    assert "\x1b" not in str(caught.value)
    assert not paths.config_file.exists()


@pytest.mark.parametrize("name", ["finals", "Finals"])
def test_a_name_that_is_taken_is_refused_whatever_its_case(paths: Paths, name: str) -> None:
    accounts.add(paths, FINALS)
    before = paths.config_file.read_text()
    with pytest.raises(InvalidInputError, match="already"):
        accounts.add(paths, Account(name, "https://x.example/prod", "eu-west-1"))
    assert paths.config_file.read_text() == before


A = 'api_url = "u"\nregion = "r"\ncredentials = "aws"\n'


@pytest.mark.parametrize(
    "text",
    [
        'accounts = {a = {api_url = "u", region = "r", credentials = "aws"}}\n',
        '[accounts]\na = {api_url = "u", region = "r", credentials = "aws"}\n[sync]\n',
        f"[sync]\n[accounts.a]\n{A}[spending]\n[accounts.b]\n{A}",
        f'["accounts"."a"]\n{A}',
        "[sync]",
    ],
    ids=["inline", "half inline", "scattered", "quoted", "without a last line's end"],
)
def test_accounts_are_added_and_removed_however_the_owner_writes(paths: Paths, text: str) -> None:
    written(paths, text)
    before = load_settings(paths, {})
    accounts.add(paths, FINALS)
    accounts.make_default(paths, "finals")
    settings = load_settings(paths, {})
    assert settings.accounts == {**before.accounts, "finals": FINALS}
    assert settings.default_account == "finals"
    accounts.remove(paths, "finals")
    assert load_settings(paths, {}).accounts == before.accounts


def test_a_layout_that_cannot_be_edited_is_left_as_it_is_and_told(paths: Paths) -> None:
    text = 'accounts.a.api_url = "u"\naccounts.a.region = "r"\naccounts.a.credentials = "aws"\n'
    written(paths, text)
    assert "a" in load_settings(paths, {}).accounts
    with pytest.raises(ConfigProblemError, match=r"\[accounts\.NAME\]"):
        accounts.add(paths, FINALS)
    assert paths.config_file.read_text() == text


def test_a_link_to_the_configuration_stays_a_link(paths: Paths, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "drtui.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    paths.config.mkdir(parents=True)
    paths.config_file.symlink_to(real)
    accounts.add(paths, FINALS)
    assert paths.config_file.is_symlink()
    assert real.read_text().startswith("# mine\n")
    assert "finals" in load_settings(paths, {}).accounts


def test_a_configuration_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder would be")
    paths = find_paths({"DRTUI_HOME": str(tmp_path)})
    with pytest.raises(ConfigProblemError, match="configuration"):
        accounts.add(paths, FINALS)


def test_choosing_takes_the_named_account_or_the_default() -> None:
    both = {"finals": FINALS, "spring": SPRING}
    settings = Settings(accounts=both, default_account="finals")
    assert accounts.choose(settings, "spring") is SPRING
    assert accounts.choose(settings, None) is FINALS


@pytest.mark.parametrize(
    ("settings", "name", "sentence"),
    [
        (Settings(), None, "No account yet"),
        (Settings(accounts={"finals": FINALS}), "autumn", "There is no account “autumn”"),
        (Settings(accounts={"finals": FINALS}), "demo", "The demo is a console alone"),
        (Settings(), "Demo", "“drtui emulator” serves a simulated deployment"),
        (Settings(accounts={"finals": FINALS}, default_account="gone"), None, "“gone”"),
        (Settings(accounts={"finals": FINALS, "spring": SPRING}), None, "no default"),
    ],
)
def test_choosing_says_what_to_do_where_nothing_can_be_chosen(
    settings: Settings, name: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        accounts.choose(settings, name)
